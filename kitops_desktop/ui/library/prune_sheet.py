"""The sheet that says what pruning would take away, before it does."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from kitops_desktop.explanation import explain
from kitops_desktop.ui.units import exact_size_text
from kitops_desktop.ui.widgets.parts import label, restyle
from kitops_desktop.ui.widgets.sheet import Sheet


class PruneSheet(Sheet):
    """``prune_wanted`` when the user agrees."""

    prune_wanted = Signal()

    def __init__(self, host: QWidget) -> None:
        super().__init__("Prune the store", host)
        why = (
            "Blobs that no ModelKit refers to can be left behind by interrupted work and by other programs. "
            "Those younger than a day are kept, as somebody may still be writing them."
        )
        self.body.addWidget(label(why, "muted", wrap=True))
        self._says = label("Looking…", wrap=True)
        self.body.addWidget(self._says)
        self.body.addStretch(1)
        self.add_button("Close").clicked.connect(self.close_sheet)
        self._prune = self.add_button("Move to trash", "primary", "trash")
        self._prune.setEnabled(False)
        self._prune.clicked.connect(self._on_prune)

    @property
    def sentence(self) -> str:
        """What the sheet says would happen."""
        return self._says.text()

    def show_plan(self, frees: int) -> None:
        """``frees`` is what would go to the trash, in bytes."""
        text = f"{exact_size_text(frees)} would move to the trash, from where they can be put back."
        self._says.setText(text if frees else "Nothing to prune: every blob belongs to a ModelKit.")
        self._prune.setEnabled(bool(frees))

    def show_error(self, error: Exception) -> None:
        self._says.setText(explain(error).what_and_why)
        restyle(self._says, kind="danger")

    def _on_prune(self) -> None:
        self.prune_wanted.emit()
        self.close_sheet()
