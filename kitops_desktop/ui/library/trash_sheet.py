"""The sheet with what was removed: put it back, or delete it for good."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from kitops_desktop.store.local_store import TrashEntry
from kitops_desktop.ui.library.trash_model import TrashColumn, TrashModel
from kitops_desktop.ui.units import size_text
from kitops_desktop.ui.widgets.parts import label
from kitops_desktop.ui.widgets.sheet import Sheet


class TrashSheet(Sheet):
    """``restore_wanted`` carries the ids of entries, ``empty_wanted`` nothing."""

    restore_wanted = Signal(object)  # tuple[str, ...]
    empty_wanted = Signal()

    def __init__(self, keep_days: int, host: QWidget) -> None:
        super().__init__("Trash", host, width=600)
        self.model = TrashModel(self)
        days = "1 day" if keep_days == 1 else f"{keep_days} days"
        self.body.addWidget(label(f"What was removed stays here for {days}.", "muted", wrap=True))
        self.table = _table(self.model)
        self.body.addWidget(self.table, 1)
        self._says = label("", "muted")
        self.body.addWidget(self._says)
        self.add_button("Close").clicked.connect(self.close_sheet)
        self._empty = self.add_button("Empty trash", "danger", "trash")
        self._empty.clicked.connect(self.empty_wanted)
        self._restore = self.add_button("Put back", "primary", "undo")
        self._restore.clicked.connect(self._on_restore)
        self.first = self.table
        self.table.selectionModel().selectionChanged.connect(self._update)
        self._update()

    def show_entries(self, entries: tuple[TrashEntry, ...]) -> None:
        self.model.show_rows(entries)
        if entries:
            self.table.selectRow(0)
        self._update()

    @Slot()
    def _update(self) -> None:
        chosen = bool(self.table.selectionModel().selectedRows())
        filled = self.model.rowCount() > 0
        self._restore.setEnabled(chosen)
        self._empty.setEnabled(filled)
        self._says.setText(f"{size_text(self.model.size)} in the trash" if filled else "The trash is empty.")

    def _on_restore(self) -> None:
        rows = self.table.selectionModel().selectedRows()
        self.restore_wanted.emit(tuple(entry.id for index in rows if (entry := self.model.row_at(index))))


def _table(model: TrashModel) -> QTableView:
    table = QTableView()
    table.setModel(model)
    table.setAccessibleName("Removed ModelKits")
    table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    table.setShowGrid(False)
    table.setTabKeyNavigation(False)
    table.verticalHeader().hide()
    header = table.horizontalHeader()
    header.setSectionResizeMode(TrashColumn.WHAT, QHeaderView.ResizeMode.Stretch)
    header.setSectionResizeMode(TrashColumn.SIZE, QHeaderView.ResizeMode.ResizeToContents)
    header.setSectionResizeMode(TrashColumn.REMOVED, QHeaderView.ResizeMode.ResizeToContents)
    header.setHighlightSections(False)
    header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
    return table
