"""The sheet with what was deleted in registries from here, to put it back."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from kitops_desktop.records.deleted_versions import DeletedVersion
from kitops_desktop.ui.browser.deleted_model import DeletedColumn, DeletedModel
from kitops_desktop.ui.widgets.parts import label
from kitops_desktop.ui.widgets.sheet import Sheet

_NOTE = (
    "What was deleted in registries from this computer. It can be put back until the registry collects its"
    " garbage; what this computer has too is sent again."
)


class DeletedSheet(Sheet):
    """``restore_wanted`` carries a ``DeletedVersion``."""

    restore_wanted = Signal(object)

    def __init__(self, host: QWidget) -> None:
        super().__init__("Deleted in registries", host, width=720)
        self.model = DeletedModel(self)
        self.body.addWidget(label(_NOTE, "muted", wrap=True))
        self.table = _table(self.model)
        self.body.addWidget(self.table, 1)
        self._says = label("Nothing was deleted.", "muted")
        self.body.addWidget(self._says)
        self.add_button("Close").clicked.connect(self.close_sheet)
        self._restore = self.add_button("Put back", "primary", "undo")
        self._restore.clicked.connect(self._on_restore)
        self.first = self.table
        self.table.selectionModel().selectionChanged.connect(self._update)
        self._update()

    def show_entries(self, entries: tuple[DeletedVersion, ...]) -> None:
        self.model.show_rows(entries)
        if entries:
            self.table.selectRow(0)
        self._update()

    @Slot()
    def _update(self) -> None:
        self._restore.setEnabled(bool(self.table.selectionModel().selectedRows()))
        self._says.setVisible(not self.model.rowCount())

    def _on_restore(self) -> None:
        for index in self.table.selectionModel().selectedRows():
            self.restore_wanted.emit(self.model.row_at(index))
        self.close_sheet()


def _table(model: DeletedModel) -> QTableView:
    table = QTableView()
    table.setModel(model)
    table.setAccessibleName("Deleted in registries")
    table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    table.setShowGrid(False)
    table.setTabKeyNavigation(False)
    table.verticalHeader().hide()
    header = table.horizontalHeader()
    header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
    header.setSectionResizeMode(DeletedColumn.WHAT, QHeaderView.ResizeMode.Stretch)
    header.setHighlightSections(False)
    header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
    return table
