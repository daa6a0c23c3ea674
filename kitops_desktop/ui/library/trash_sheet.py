"""The sheet with what was removed: put it back, or delete it for good."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from kitops_desktop.store.local_store import TrashEntry
from kitops_desktop.ui.library.trash_model import TrashModel
from kitops_desktop.ui.units import size_text
from kitops_desktop.ui.widgets.restore_sheet import RestoreSheet


class TrashSheet(RestoreSheet[TrashEntry]):
    """``restore_wanted`` carries the ids of entries (``tuple[str, ...]``), ``empty_wanted`` nothing."""

    empty_wanted = Signal()
    model: TrashModel

    def __init__(self, keep_days: int, host: QWidget) -> None:
        days = "1 day" if keep_days == 1 else f"{keep_days} days"
        note = f"What was removed stays here for {days}."
        super().__init__("Trash", note, TrashModel(), host, name="Removed ModelKits", width=600)

    def show_entries(self, entries: tuple[TrashEntry, ...]) -> None:
        super().show_entries(entries)
        self._empty.setEnabled(bool(entries))

    def add_more_buttons(self) -> None:
        self._empty = self.add_button("Empty trash", "danger", "trash")
        self._empty.setEnabled(False)
        self._empty.clicked.connect(self.empty_wanted)

    def sentence(self) -> str:
        return f"{size_text(self.model.size)} in the trash" if self.model.rows else "The trash is empty."

    def restore(self, chosen: tuple[TrashEntry, ...]) -> None:
        self.restore_wanted.emit(tuple(entry.id for entry in chosen))
