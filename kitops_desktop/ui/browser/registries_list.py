"""The list of registries: open, sign in and out, edit, remove; and what is wrong with the chosen one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from PySide6.QtCore import QModelIndex, QPoint, Qt, Signal, Slot
from PySide6.QtGui import QAction, QResizeEvent
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
from kitops_desktop.ui.browser.favourites_list import FavouritesList
from kitops_desktop.ui.browser.open_field import OpenField
from kitops_desktop.ui.browser.problem_panel import ProblemPanel
from kitops_desktop.ui.browser.registries_model import Column, RegistriesModel, Role
from kitops_desktop.ui.browser.registry_rows import RegistryRow
from kitops_desktop.ui.browser.seen_pane import SeenField, SeenPane
from kitops_desktop.ui.browser.seen_results import SeenGroup
from kitops_desktop.ui.units import count_text
from kitops_desktop.ui.widgets.badge import BadgeDelegate
from kitops_desktop.ui.widgets.empty_state import EmptyState
from kitops_desktop.ui.widgets.page_header import PageHeader
from kitops_desktop.ui.widgets.parts import button, frame

_SUBTITLE = "Where ModelKits are shared"
_OPEN = 250
_LEAST_HEIGHT = 72
_KEPT_FROM = 860
"""From this width on there is room to say where a sign-in is kept, beside the names of registries."""
_FIELD_WIDTH, _LEAST_FIELD = 300, 90  # pixels; references are long
_WIDTHS = {Column.STAGE: 110, Column.SIGN_IN: 180, Column.KEPT: 120, Column.STATE: 330}
_LEAST_WIDTHS = {Column.SIGN_IN: 130, Column.STATE: 214}
"""Where there is less room: until when a registry wants a pause is to be read there, too."""


class RegistriesList(QWidget):
    """Shows rows; the signals and actions say what the user asked for."""

    opened = Signal(str)  # host
    add_wanted = Signal()
    chosen = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model = RegistriesModel(self)
        self.table = self._make_table()
        self.problem = ProblemPanel()
        self.open_field = OpenField("Open a reference", "registry/repository:tag")
        self.open_field.setMinimumWidth(_OPEN)
        self.search, self.found = SeenField(), SeenPane()
        self.search.list_widget = self.found.tree
        self.found.opened.connect(self.opened)
        self.favourites = FavouritesList(framed=True)
        self._header = PageHeader("Registries", _SUBTITLE)
        self._add = button("Add registry…", "plus", "primary")
        self._add.clicked.connect(self.add_wanted)
        self._header.add(self.open_field)
        self._header.add(self._add)
        self._bar = QHBoxLayout()
        self._bar.setSpacing(8)
        self._bar.addStretch(1)
        self._shown_actions: list[tuple[Action, QPushButton | QAction]] = []
        self._menu_actions: list[QAction] = []
        self._stack = QStackedWidget()
        self._stack.addWidget(self._make_listing())
        self._stack.addWidget(self._make_empty())
        self._stack.addWidget(self.found)
        self._is_found = False
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(12)
        layout.addWidget(self._header)
        layout.addWidget(self.search)
        layout.addWidget(self._stack, 1)
        self.table.setCurrentIndex(QModelIndex())

    def add_actions(self, actions: Iterable[Action]) -> None:
        """Actions on the chosen registry; the last one is the primary button."""
        actions = tuple(actions)
        for action in actions:
            made = button(action.text, action.icon, "primary" if action is actions[-1] else "")
            made.clicked.connect(lambda _=False, action=action: action.run())
            self._bar.addWidget(made)
            self._shown_actions.append((action, made))
            key = to_qaction(action, self)
            key.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
            self.table.addAction(key)
            self._shown_actions.append((action, key))
            self._menu_actions.append(key)
        self._on_chosen()

    def show_rows(self, rows: tuple[RegistryRow, ...]) -> None:
        """Show the registries; what was chosen stays chosen while it is there."""
        before = self.current()
        self.model.show_rows(rows)
        self.table.setColumnHidden(Column.STAGE, not any(row.label.stage for row in rows))
        hosts = [row.host for row in rows]
        if rows:
            place = hosts.index(before.host) if before is not None and before.host in hosts else 0
            self.table.setCurrentIndex(self.model.index(place, 0))
        self._header.set_subtitle(count_text(len(rows), "registry", "registries") if rows else _SUBTITLE)
        self._add.setVisible(bool(rows))  # the empty page has one
        self._show_part()
        self._on_chosen()

    def show_found(self, groups: Sequence[SeenGroup] | None) -> None:
        """What a search found, in place of the registries; None ends the search."""
        self._is_found = groups is not None
        self.found.show_groups(groups or ())
        self._show_part()

    def put(self, row: RegistryRow) -> None:
        """Something became known of one registry."""
        self.model.put(row)
        current = self.current()
        if current is not None and current.host == row.host:
            self._on_chosen()

    def choose(self, host: str) -> None:
        """Choose a registry of the list."""
        hosts = [row.host for row in self.model.rows]
        if host in hosts:
            self.table.setCurrentIndex(self.model.index(hosts.index(host), 0))

    def current(self) -> RegistryRow | None:
        row = self.table.currentIndex().data(Role.ROW)
        return row if isinstance(row, RegistryRow) else None

    def focus_table(self) -> None:
        shown = self.found.tree if self._is_found else self.table
        shown.setFocus(Qt.FocusReason.OtherFocusReason)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        super().resizeEvent(event)
        wide = event.size().width() >= _KEPT_FROM
        self.table.setColumnHidden(Column.KEPT, not wide)
        self.open_field.field.setMinimumWidth(_FIELD_WIDTH if wide else _LEAST_FIELD)
        for column, least in _LEAST_WIDTHS.items():
            self.table.header().resizeSection(column, _WIDTHS[column] if wide else least)

    # -- building

    def _show_part(self) -> None:
        self._stack.setCurrentIndex(2 if self._is_found else 0 if self.model.rows else 1)

    def _make_table(self) -> QTreeView:
        table = QTreeView()
        table.setModel(self.model)
        table.setAccessibleName("Registries")
        table.setRootIsDecorated(False)
        table.setMinimumHeight(_LEAST_HEIGHT)
        table.setUniformRowHeights(True)
        table.setAllColumnsShowFocus(True)
        for column in (Column.STAGE, Column.SIGN_IN, Column.STATE):
            table.setItemDelegateForColumn(column, BadgeDelegate(Role.PILLS, table))
        table.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        table.customContextMenuRequested.connect(self._show_menu)
        table.activated.connect(lambda index: self.opened.emit(index.data(Role.ROW).host))
        table.selectionModel().currentChanged.connect(lambda: self._on_chosen())
        header = table.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(Column.HOST, QHeaderView.ResizeMode.Stretch)
        for column, width in _WIDTHS.items():
            header.resizeSection(column, width)
        return table

    def _make_listing(self) -> QWidget:
        inside = QVBoxLayout()
        inside.setContentsMargins(6, 6, 6, 6)
        inside.addWidget(self.table)
        listing = QWidget()
        column = QVBoxLayout(listing)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(frame("card", inside), 1)
        column.addWidget(self.favourites)
        column.addWidget(self.problem)
        column.addLayout(self._bar)
        return listing

    def _make_empty(self) -> EmptyState:
        empty = EmptyState(
            "registries",
            "No registries yet",
            "Add the one your team uses, such as ghcr.io, jozu.ml or localhost:5000; or open a reference "
            "that somebody gave you.",
        )
        empty.add_button("Add registry…", "plus", "primary").clicked.connect(self.add_wanted)
        return empty

    # -- events

    def _on_chosen(self) -> None:
        row = self.current()
        if row is None or row.problem is None:
            self.problem.clear()
        elif row.problem is not self.problem.error:
            self.problem.show_error(row.problem)
        for action, shown in self._shown_actions:
            shown.setEnabled(action.available())
        self.chosen.emit()

    @Slot(QPoint)
    def _show_menu(self, place: QPoint) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addActions(self._menu_actions)
        menu.popup(self.table.viewport().mapToGlobal(place))
