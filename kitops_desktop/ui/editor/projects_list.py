"""The list of projects: open, forget, show in the file manager."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPoint, Qt, Signal, SignalInstance, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QHBoxLayout,
    QHeaderView,
    QMenu,
    QPushButton,
    QStackedWidget,
    QTreeView,
    QVBoxLayout,
    QWidget,
)

from kitops_desktop.ui.actions import Action, to_qaction
from kitops_desktop.ui.editor.project_rows import ProjectRow
from kitops_desktop.ui.editor.projects_model import ProjectColumn, ProjectsModel, Role
from kitops_desktop.ui.units import count_text
from kitops_desktop.ui.widgets.badge import BadgeDelegate
from kitops_desktop.ui.widgets.empty_state import EmptyState
from kitops_desktop.ui.widgets.page_header import PageHeader
from kitops_desktop.ui.widgets.parts import button, frame

_GROUP = "Projects"


class ProjectsList(QWidget):
    """Shows rows; the signals say what the user asked for."""

    opened = Signal(object)  # ProjectRow
    forgotten = Signal(object)  # ProjectRow
    shown_in_files = Signal(object)  # ProjectRow
    folder_wanted = Signal()
    kitfile_wanted = Signal()
    sample_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model = ProjectsModel(self)
        self.table = self._make_table()
        self._header = PageHeader("Projects", "Folders that become ModelKits")
        new = button("New Kitfile…", "plus")
        new.setToolTip("Begin blank, from the folder, from another kit or from a template (Ctrl+N)")
        new.clicked.connect(self.kitfile_wanted)
        self._header.add(new)
        choose = button("Open folder…", "folder-open", "primary")
        choose.setToolTip("Open a folder as a project (Ctrl+O)")
        choose.clicked.connect(self.folder_wanted)
        self._header.add(choose)
        self._buttons: list[tuple[Action, QPushButton | QAction]] = []
        self._menu_actions: list[QAction] = []
        bar = QHBoxLayout()
        bar.setSpacing(8)
        bar.addStretch(1)
        for action in self.row_actions():
            bar.addWidget(self._button_of(action))
            self._menu_actions.append(self._key_of(action))
        inside = QVBoxLayout()
        inside.setContentsMargins(6, 6, 6, 6)
        inside.addWidget(self.table)
        listing = QWidget()
        column = QVBoxLayout(listing)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(frame("card", inside), 1)
        column.addLayout(bar)
        self._stack = QStackedWidget()
        self._stack.addWidget(listing)
        self._stack.addWidget(self._make_empty())
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 18, 24, 14)
        layout.setSpacing(12)
        layout.addWidget(self._header)
        layout.addWidget(self._stack, 1)
        self._on_chosen()

    def show_rows(self, rows: tuple[ProjectRow, ...]) -> None:
        """Show the projects; what was chosen stays chosen while it is there."""
        chosen = self.current()
        self.model.show_rows(rows)
        folders = [row.folder for row in rows]
        if rows:
            place = folders.index(chosen.folder) if chosen and chosen.folder in folders else 0
            self.table.setCurrentIndex(self.model.index(place, 0))
        self._header.set_subtitle(
            count_text(len(rows), "folder") if rows else "Folders that become ModelKits"
        )
        self._stack.setCurrentIndex(0 if rows else 1)
        self._on_chosen()

    def current(self) -> ProjectRow | None:
        row = self.table.currentIndex().data(Role.ROW)
        return row if isinstance(row, ProjectRow) else None

    def focus_table(self) -> None:
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def row_actions(self) -> tuple[Action, ...]:
        """What can be done with the project that is chosen."""

        def there() -> bool:
            row = self.current()
            return row is not None and row.is_there

        return (
            Action("Open", lambda: self._emit(self.opened), "", "edit", _GROUP, there),
            Action(
                "Open in file manager", lambda: self._emit(self.shown_in_files), "", "folder", _GROUP, there
            ),
            Action(
                "Forget",
                lambda: self._emit(self.forgotten),
                "Del",
                "close",
                _GROUP,
                lambda: bool(self.current()),
            ),
        )

    def _emit(self, signal: SignalInstance) -> None:
        row = self.current()
        if row is not None:
            signal.emit(row)

    def _make_table(self) -> QTreeView:
        table = QTreeView()
        table.setModel(self.model)
        table.setAccessibleName("Projects")
        table.setRootIsDecorated(False)
        table.setUniformRowHeights(True)
        table.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        table.setItemDelegateForColumn(ProjectColumn.STATE, BadgeDelegate(Role.BADGES, table))
        table.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        table.customContextMenuRequested.connect(self._show_menu)
        table.activated.connect(self._on_activated)
        table.selectionModel().currentChanged.connect(lambda: self._on_chosen())
        header = table.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(ProjectColumn.FOLDER, QHeaderView.ResizeMode.Stretch)
        for column, width in (
            (ProjectColumn.NAME, 190),
            (ProjectColumn.STATE, 260),
            (ProjectColumn.REFERENCE, 170),
            (ProjectColumn.OPENED, 110),
        ):
            header.resizeSection(column, width)
        return table

    def _make_empty(self) -> EmptyState:
        empty = EmptyState(
            "projects",
            "No projects yet",
            "Drop a folder on the window, or choose one. Its Kitfile is shown as a form and as text, with "
            "all that would be packed; a folder without one gets a proposal.",
        )
        choose = empty.add_button("Open folder…", "folder-open", "primary")
        choose.clicked.connect(self.folder_wanted)
        sample = empty.add_button("Try the sample…", "sparkle")
        sample.clicked.connect(self.sample_wanted)
        return empty

    def _button_of(self, action: Action) -> QPushButton:
        made = button(action.text, action.icon)
        made.clicked.connect(lambda: action.run())
        self._buttons.append((action, made))
        return made

    def _key_of(self, action: Action) -> QAction:
        made = to_qaction(action, self)
        made.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        self.table.addAction(made)
        self._buttons.append((action, made))
        return made

    @Slot()
    def _on_chosen(self) -> None:
        for action, shown in self._buttons:
            shown.setEnabled(action.available())

    @Slot(QModelIndex)
    def _on_activated(self, index: QModelIndex) -> None:
        row = index.data(Role.ROW)
        if isinstance(row, ProjectRow) and row.is_there:
            self.opened.emit(row)

    @Slot(QPoint)
    def _show_menu(self, place: QPoint) -> None:
        if self.current() is None:
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addActions(self._menu_actions)
        menu.popup(self.table.viewport().mapToGlobal(place))
