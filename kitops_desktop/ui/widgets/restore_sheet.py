"""A sheet with what was taken away, to put it back."""

from __future__ import annotations

from typing import Generic, TypeVar

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QWidget

from kitops_desktop.ui.widgets.parts import label
from kitops_desktop.ui.widgets.row_model import RowModel
from kitops_desktop.ui.widgets.row_table import row_table
from kitops_desktop.ui.widgets.sheet import Sheet

R = TypeVar("R")


class RestoreSheet(Sheet, Generic[R]):
    """Takes the ``model`` over; ``name`` is what screen readers call the table.

    What ``restore_wanted`` carries is for each such sheet to say.
    """

    restore_wanted = Signal(object)

    def __init__(
        self, title: str, note: str, model: RowModel[R], host: QWidget, *, name: str, width: int
    ) -> None:
        super().__init__(title, host, width=width)
        model.setParent(self)
        self.model = model
        self.body.addWidget(label(note, "muted", wrap=True))
        self.table = row_table(model, name)
        self.body.addWidget(self.table, 1)
        self._says = label("", "muted")
        self.body.addWidget(self._says)
        self.add_button("Close").clicked.connect(self.close_sheet)
        self.add_more_buttons()
        self._restore = self.add_button("Put back", "primary", "undo")
        self._restore.clicked.connect(self._on_restore)
        self.first = self.table
        self.table.selectionModel().selectionChanged.connect(self._update)
        self._update()

    def show_entries(self, entries: tuple[R, ...]) -> None:
        self.model.show_rows(entries)
        if entries:
            self.table.selectRow(0)
        self._update()

    # -- what each says of its own

    def add_more_buttons(self) -> None:
        """Between those that are always there."""

    def sentence(self) -> str:
        """Below the table; "" for none."""
        raise NotImplementedError

    def restore(self, chosen: tuple[R, ...]) -> None:
        raise NotImplementedError

    # -- inside

    def _chosen(self) -> tuple[R, ...]:
        return tuple(self.model.rows[index.row()] for index in self.table.selectionModel().selectedRows())

    def _on_restore(self) -> None:
        self.restore(self._chosen())

    @Slot()
    def _update(self) -> None:
        self._restore.setEnabled(bool(self._chosen()))
        text = self.sentence()
        self._says.setText(text)
        self._says.setVisible(bool(text))
