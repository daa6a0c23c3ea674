"""The folder of a project: every file, what it is and where it would go; from here files are moved to
sections.
"""

from __future__ import annotations

from array import array
from pathlib import Path

from PySide6.QtCore import QModelIndex, QPoint, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QAction, QDragEnterEvent, QDragLeaveEvent, QDropEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QMenu,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from kitops_desktop.classification.file_look import FileLook
from kitops_desktop.classification.folder_lister import Batch, FileSystem
from kitops_desktop.jobs.background import Background, BackgroundTask
from kitops_desktop.modelkit.destination import Destinations
from kitops_desktop.modelkit.tree_filter import Found, Wanted, find_entries
from kitops_desktop.progress import CancelToken
from kitops_desktop.ui.actions import Action
from kitops_desktop.ui.background_signals import Reader
from kitops_desktop.ui.editor.dragged import dragged_files, dragged_paths
from kitops_desktop.ui.editor.drop_strip import DropStrip
from kitops_desktop.ui.editor.folder_tree_view import FolderTreeView
from kitops_desktop.ui.editor.sections import TARGETS, FieldPath
from kitops_desktop.ui.editor.tree_cells import Column
from kitops_desktop.ui.editor.tree_model import TreeModel
from kitops_desktop.ui.editor.tree_opening import TreeOpening
from kitops_desktop.ui.editor.tree_order import SortBy, sorted_numbers
from kitops_desktop.ui.editor.tree_scan import TreeScan
from kitops_desktop.ui.icons import icon
from kitops_desktop.ui.units import count_text, size_text
from kitops_desktop.ui.widgets.elided_label import ElidedLabel
from kitops_desktop.ui.widgets.parts import frame, icon_button
from kitops_desktop.ui.widgets.search_field import SearchField

_LOOK_PAUSE = 150  # milliseconds without scrolling before files are looked into
_FIND_PAUSE = 300  # milliseconds after a change before it is searched anew
_DRAW_PAUSE = 200  # milliseconds between two drawings of what arrives
_GROUP = "Folder of the project"


class TreePane(QWidget):
    """Shows the folder; the signals say what the user asked for."""

    look_wanted = Signal()
    field_wanted = Signal(str)  # field of the entry that takes a file, such as "code[0]"
    paths_chosen = Signal(object, object)  # tuple[str, ...] of the project, FieldPath of a section or IGNORE
    files_dropped = Signal(object, object)  # tuple[Path, ...] of anywhere, FieldPath, IGNORE or None

    def __init__(
        self,
        folder: Path,
        background: Background,
        parent: QWidget | None = None,
        *,
        file_system: FileSystem | None = None,
    ) -> None:
        super().__init__(parent)
        self.setAccessibleName("Folder of the project")
        self.setAcceptDrops(True)
        self.folder = folder
        self.model = TreeModel(folder, self)
        self.scan = TreeScan(folder, self, file_system=file_system)
        self._finder, self._sorter = Reader(background, self), Reader(background, self, latest_only=False)
        self._sorting: dict[str, BackgroundTask[tuple[str, SortBy, array[int]]]] = {}
        self._destinations: Destinations | None = None
        self._wanted = Wanted()
        self._find_pause = QTimer(self, singleShot=True, interval=_FIND_PAUSE)
        self._look_pause = QTimer(self, singleShot=True, interval=_LOOK_PAUSE)
        self._drawing = QTimer(self, singleShot=True, interval=_DRAW_PAUSE)
        self.search = SearchField("Filter files", "Filter files")
        self.search.setMinimumWidth(90)
        self.left_out = self._toggle()
        self.tree = FolderTreeView(self.model)
        self._opening = TreeOpening(self.tree, self.model)
        self.search.list_widget = self.tree
        self._again = icon_button("retry", "List the folder again", role="muted")
        self._again.setToolTip("List the folder again (F5)")
        self._stop = icon_button("stop", "Stop listing the folder", role="muted")
        self.says = ElidedLabel("", "caption")
        self.strip = DropStrip(folder)
        self.strip.hide()
        self.actions_table = self._make_actions()
        self._lay_out()
        self._connect()
        self.list_again()

    # -- from outside

    @property
    def sorting(self) -> bool:
        """Whether a folder is being sorted."""
        return self._sorter.busy

    def show_destinations(self, destinations: Destinations) -> None:
        """The Kitfile or .kitignore changed; the disk is not asked for that."""
        self._destinations = destinations
        self.model.show_destinations(destinations)
        if self._wanted.only_left_out:
            self._find_pause.start()

    def paths_changed(self, paths: frozenset[str]) -> None:
        """Other programs changed these (relative, with ``/``; "" is the folder itself): list what they are in
        anew.
        """
        known = self.model.tree.listings
        folders = {path if path in known else path.rpartition("/")[0] for path in paths}
        folders |= {path.rpartition("/")[0] for path in paths}
        while missing := {path for path in folders if path and path not in known}:
            folders = (folders - missing) | {path.rpartition("/")[0] for path in missing}
        self.model.cells.forget_looks(paths)
        self.scan.list_anew(folders, frozenset(known))
        self._show_state()

    @Slot()
    def list_again(self) -> None:
        """List everything anew; what is opened and selected stays."""
        known = self.model.tree.listings
        if known and not self.scan.stopped:
            self.scan.list_anew(tuple(known), frozenset(known))
        else:
            self.model.clear()
            self.scan.start()
        self._show_state()

    def selected_paths(self) -> tuple[str, ...]:
        rows = self.tree.selectionModel().selectedRows(Column.NAME)
        return tuple(path for path in (self.model.path(index) for index in rows) if path)

    def reveal(self, path: str) -> bool:
        """Select a path and bring it into view; false when it is not shown."""
        return self.tree.reveal(path)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802 - Qt's name
        """The targets come into view."""
        if dragged_files(event.mimeData()) or dragged_paths(event.mimeData(), self.folder):
            self.strip.show()
            event.accept()

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802 - Qt's name
        """Beside the targets: files from elsewhere belong into the folder, whatever they are."""
        self._show_strip()
        files = dragged_files(event.mimeData())
        if files and not dragged_paths(event.mimeData(), self.folder):
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()
            self.files_dropped.emit(files, None)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:  # noqa: N802 - Qt's name
        if not self.rect().contains(self.mapFromGlobal(self.cursor().pos())):
            self._show_strip()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        self.tree.fit_columns(event.size().width())
        super().resizeEvent(event)

    # -- building

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(8, 6, 6, 0)
        head.setSpacing(4)
        head.addWidget(self.search, 1)
        for made in (self.left_out, self._again, self._stop):
            made.setIconSize(QSize(15, 15))
            head.addWidget(made)
        card = frame("card")
        inside = QVBoxLayout(card)
        inside.setContentsMargins(4, 4, 4, 8)
        inside.setSpacing(4)
        inside.addLayout(head)
        inside.addWidget(self.tree, 1)
        inside.addWidget(self.strip)
        foot = QHBoxLayout()
        foot.setContentsMargins(10, 0, 8, 0)
        foot.addWidget(self.says)
        inside.addLayout(foot)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(card)

    def _toggle(self) -> QToolButton:
        made = icon_button("eye-off", "Not packed", role="muted")
        made.setCheckable(True)
        made.setToolTip("Show only what is not packed, and why")
        return made

    def _make_actions(self) -> tuple[Action, ...]:
        """The keys of the targets count while the focus is in this pane, and in the palette always."""
        actions = []
        for target in TARGETS:
            made = QAction(icon(target.icon), target.deed, self)
            made.setShortcut(QKeySequence(target.shortcut))
            made.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            made.triggered.connect(lambda _=False, section=target.section: self._move_selected(section))
            self.addAction(made)
            actions.append(
                Action(target.deed, made.trigger, target.shortcut, target.icon, _GROUP, self._has_selection)
            )
        return tuple(actions)

    def _connect(self) -> None:
        self.scan.arrived.connect(self._take)
        self.scan.looked.connect(self._show_look)
        self.search.searched.connect(lambda _: self._want())
        self.left_out.toggled.connect(lambda _: self._want())
        self._again.clicked.connect(self.list_again)
        self._again.clicked.connect(self.look_wanted)
        self._stop.clicked.connect(self._stop_listing)
        self._find_pause.timeout.connect(self._find)
        self._look_pause.timeout.connect(self._look)
        self._drawing.timeout.connect(self._draw)
        self.model.order_wanted.connect(self._sort_elsewhere, Qt.ConnectionType.QueuedConnection)
        self.strip.chosen.connect(self._move_selected)
        self.strip.paths_dropped.connect(self.paths_chosen)
        self.strip.files_dropped.connect(self.files_dropped)
        tree = self.tree
        tree.customContextMenuRequested.connect(self._show_menu)
        tree.activated.connect(self._on_activated)
        tree.expanded.connect(lambda _: self._look_pause.start())
        tree.verticalScrollBar().valueChanged.connect(lambda _: self._look_pause.start())
        tree.selectionModel().selectionChanged.connect(lambda *_: self._show_strip())
        self.model.modelReset.connect(self._show_strip)

    # -- what arrives

    @Slot(object)
    def _take(self, batch: Batch) -> None:
        for listing in batch.listings:
            self.model.take(listing)
            self._opening.listed(listing.path)
        if self._wanted and not self._find_pause.isActive():
            self._find_pause.start()
        if batch.ended:
            self.scan.list_waiting(frozenset(self.model.tree.listings))
        if not self.scan.busy:
            self._draw()
            self._look_pause.start()
        elif not self._drawing.isActive():
            self._drawing.start()

    @Slot(object)
    def _show_look(self, look: FileLook) -> None:
        self.model.cells.take_look(look)
        if not self._drawing.isActive():
            self._drawing.start()

    @Slot()
    def _draw(self) -> None:
        """What arrived is counted and drawn a few times in a second only: drawing is what takes longest."""
        self._show_state()
        self.tree.viewport().update()

    def _show_state(self) -> None:
        listing = self.scan.busy
        self._stop.setVisible(listing)
        self._again.setVisible(not listing)
        self.says.setText(self._state_text())

    def _state_text(self) -> str:
        tree, found = self.model.tree, self.model.found
        top = tree.listings.get("")
        if top is not None and top.error:
            return f"The folder cannot be listed: {top.error}"
        files = f"{count_text(tree.files, 'file')}, {size_text(tree.size)}"
        if self.scan.busy:
            return f"Listing… {files} so far"
        if found is not None:
            return f"{found.count:,} found in {count_text(tree.files, 'file')}"
        if self.scan.cut:
            return f"The first {files}; there are more"
        return f"{files}, when it was stopped" if self.scan.stopped else files

    @Slot()
    def _stop_listing(self) -> None:
        self.scan.stop()
        self._show_state()

    # -- filtering and sorting

    def _want(self) -> None:
        self._wanted = Wanted(self.search.text().strip(), self.left_out.isChecked())
        self._opening.searching = bool(self._wanted)
        self._find_pause.stop()
        self._find()

    @Slot()
    def _find(self) -> None:
        wanted, destinations = self._wanted, self._destinations
        if not wanted:
            self._finder.cancel()
            self._show_found(None)
            return
        if wanted.only_left_out and destinations is None:
            return  # it is searched as soon as they are known
        listings = dict(self.model.tree.listings)
        rules = None if destinations is None else destinations.copy()
        self._finder.read(
            lambda token: find_entries(listings, wanted, rules, token),
            self._show_found,
            lambda error: self.says.setText(str(error)),
        )

    def _show_found(self, found: Found | None) -> None:
        if found is None and self.model.found is None:
            return
        current = self.model.path(self.tree.currentIndex())
        listings = self.model.tree.listings
        if found is not None:  # what came or went meanwhile is searched again soon
            rows = {
                path: numbers
                for path, numbers in found.rows.items()
                if path in listings and all(number < len(listings[path]) for number in numbers[-1:])
            }
            found = Found(rows, found.above, found.count)
        self.model.show_found(found)
        if found is None:
            self._opening.open_again(current)
        else:
            self._opening.open(found.above, current)
        self._look_pause.start()
        self._show_state()

    @Slot(str)
    def _sort_elsewhere(self, path: str) -> None:
        earlier = self._sorting.pop(path, None)
        if earlier is not None:
            earlier.cancel()  # it speaks of another listing, or order
        tree, listing, by = self.model.tree, self.model.tree.listings.get(path), self.model.sort_by
        if listing is None or by.is_given:
            return
        numbers = self.model.numbers(path)

        def sort(_: CancelToken) -> tuple[str, SortBy, array[int]]:
            return path, by, sorted_numbers(tree, listing, numbers, by)

        self._sorting[path] = self._sorter.read(
            sort, lambda done: self.model.show_order(*done), lambda error: self.says.setText(str(error))
        )

    @Slot(QModelIndex)
    def _on_activated(self, index: QModelIndex) -> None:
        """A file leads to the entry that takes it; a folder opens and closes."""
        field = "" if self.model.is_folder(index) else self.model.field(index)
        if field:
            self.field_wanted.emit(field)

    # -- looking into files

    @Slot()
    def _look(self) -> None:
        """Look into the files that are in view and were not looked into."""
        if self.tree.isVisible():
            self.scan.look_at(self.tree.unseen_in_view())

    # -- moving

    def _has_selection(self) -> bool:
        return bool(self.selected_paths())

    def _show_strip(self) -> None:
        self.strip.setVisible(self.tree.selectionModel().hasSelection())

    @Slot(object)
    def _move_selected(self, section: FieldPath) -> None:
        paths = self.selected_paths()
        if paths:
            self.paths_chosen.emit(paths, section)
            self.tree.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot(QPoint)
    def _show_menu(self, place: QPoint) -> None:
        if not self._has_selection():
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for action in self.actions():
            menu.addAction(action)
        menu.popup(self.tree.viewport().mapToGlobal(place))
