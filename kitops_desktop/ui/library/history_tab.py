"""What the tag of a kit stood for over time, and the way back to those versions."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt, Signal, Slot
from PySide6.QtGui import QAction, QKeySequence, QShowEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QMenu,
    QTreeView,
    QVBoxLayout,
    QWidget,
)

from kitops_desktop.explanation import explain
from kitops_desktop.jobs.background import Background
from kitops_desktop.modelkit.inspect import ModelKit
from kitops_desktop.oci.digest import Digest
from kitops_desktop.ui.background_signals import Reader
from kitops_desktop.ui.library.buttons import click_button, copy_text
from kitops_desktop.ui.library.history_model import BADGES, HistoryColumn, HistoryModel
from kitops_desktop.ui.library.kit_source import KitSource
from kitops_desktop.ui.library.tag_story import StoryRow
from kitops_desktop.ui.widgets.badge import BadgeDelegate
from kitops_desktop.ui.widgets.parts import frame, label

_WIDTHS = {
    HistoryColumn.SINCE: 140,
    HistoryColumn.TAG: 120,
    HistoryColumn.VERSION: 126,
    HistoryColumn.OTHERS: 170,
    HistoryColumn.PLACE: 210,
    HistoryColumn.LAST_SEEN: 96,
}


class HistoryTab(QWidget):
    """Read when somebody looks. ``open_wanted`` and ``compare_wanted`` carry the version by its digest, the
    latter to be compared with the one that is shown. ``restore_wanted`` carries one that was deleted in its
    registry from here.
    """

    open_wanted = Signal(object)  # Reference
    compare_wanted = Signal(object)  # Reference
    restore_wanted = Signal(object)  # Reference

    def __init__(self, background: Background, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._reader = Reader(background, self)
        self._shown: tuple[KitSource, ModelKit] | None = None
        self._is_stale = False
        self.model = HistoryModel(self)
        self.table = _Table(self.model)
        self.table.activated.connect(self._open)
        self._says = label("", "muted", wrap=True)
        self.open = click_button("Open", self._open, "external", tip="Show this version (Enter)")
        self.compare = click_button("Compare with shown", self._compare, "compare")
        self.copy = click_button("Copy version digest", self._copy, "copy")
        self.restore = click_button("Put back", self._restore, "undo", tip="Undo that it was deleted")
        self.restore.hide()
        self._lay_out()
        self.table.selectionModel().currentRowChanged.connect(self._update)
        self.model.modelReset.connect(self._update)
        self._add_menu()
        self._update()

    @property
    def sentence(self) -> str:
        """What is said above the table."""
        return self._says.text()

    def show_kit(self, kit: ModelKit, source: KitSource) -> None:
        """Tell the story of another kit, or of the same once more after something was done."""
        self._reader.cancel()  # the story of another
        self._shown, self._is_stale = (source, kit), True
        if self.isVisible():
            self._read()
        else:
            self.model.show_rows(())

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        super().showEvent(event)
        if self._is_stale:
            self._read()

    # -- building

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setSpacing(8)
        top.addWidget(self._says, 1)
        for each in (self.restore, self.open, self.compare, self.copy):
            top.addWidget(each)
        card = frame("card")
        inside = QVBoxLayout(card)
        inside.setContentsMargins(6, 6, 6, 6)
        inside.addWidget(self.table)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 14, 0, 0)
        layout.setSpacing(10)
        layout.addLayout(top)
        layout.addWidget(card, 1)

    def _add_menu(self) -> None:
        copy = QAction("Copy version digest", self.table)
        copy.setShortcut(QKeySequence.StandardKey.Copy)
        copy.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        copy.triggered.connect(self._copy)
        self.table.addAction(copy)
        self.table.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.table.customContextMenuRequested.connect(self._show_menu)

    # -- reading

    def _read(self) -> None:
        if self._shown is None:
            return
        source, kit = self._shown
        self._is_stale = False
        self._reader.read(lambda token: source.story(kit, token), self._on_read, self._on_failed)

    def _on_read(self, rows: tuple[StoryRow, ...]) -> None:
        assert self._shown is not None
        reference = self._shown[0].reference
        before = self._row()
        self.model.show_rows(rows)
        self.table.setColumnHidden(HistoryColumn.TAG, reference.tag is not None)
        what = f"What {reference.tag} stood for" if reference.tag else "Which tags stood for this version"
        keeps = "Registries keep no history of tags. " if self._shown[0].is_remote else ""
        nothing = "" if rows else " Nothing was seen yet."
        self._says.setText(f"{what}, as far as this computer saw it. {keeps}{nothing}".strip())
        chosen = next((n for n, row in enumerate(rows) if before and row.event == before.event), 0)
        if rows:
            self.table.setCurrentIndex(self.model.index(chosen, 0))

    def _on_failed(self, error: Exception) -> None:
        self.model.show_rows(())
        self._says.setText(explain(error).what_and_why)

    # -- what can be done

    def _row(self) -> StoryRow | None:
        place = self.table.currentIndex().row()
        return self.model.rows[place] if 0 <= place < len(self.model.rows) else None

    @Slot()
    def _update(self) -> None:
        row = self._row()
        another = row is not None and row.can_open and not row.is_shown
        self.open.setEnabled(another)
        self.compare.setEnabled(another)
        self.copy.setEnabled(row is not None)
        self.restore.setVisible(row is not None and row.was_deleted and row.is_remote)

    @Slot()
    def _open(self) -> None:
        self._want(self.open_wanted.emit)

    def _compare(self) -> None:
        self._want(self.compare_wanted.emit)

    def _restore(self) -> None:
        row = self._row()
        if row is not None and self._shown is not None:
            self.restore_wanted.emit(self._shown[0].reference.with_digest(Digest(row.event.digest)))

    def _want(self, emit: object) -> None:
        row = self._row()
        if row is not None and row.can_open and not row.is_shown and self._shown is not None:
            emit(self._shown[0].reference.with_digest(Digest(row.event.digest)))  # type: ignore[operator]

    @Slot()
    def _copy(self) -> None:
        row = self._row()
        if row is not None:
            copy_text(row.event.digest)

    @Slot(QPoint)
    def _show_menu(self, place: QPoint) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for each, run in ((self.open, self._open), (self.compare, self._compare)):
            action = menu.addAction(each.text(), run)
            action.setEnabled(each.isEnabled())
        menu.addActions(self.table.actions())
        menu.popup(self.table.viewport().mapToGlobal(place))


class _Table(QTreeView):
    def __init__(self, model: HistoryModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setModel(model)
        self.setAccessibleName("History of the tag")
        self.setRootIsDecorated(False)
        self.setUniformRowHeights(True)
        self.setAllColumnsShowFocus(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setItemDelegateForColumn(HistoryColumn.PLACE, BadgeDelegate(BADGES, self))
        header = self.header()
        header.setStretchLastSection(False)
        for column, width in _WIDTHS.items():
            header.resizeSection(column, width)
        header.setSectionResizeMode(HistoryColumn.WHAT, QHeaderView.ResizeMode.Stretch)
