"""The sheet that names what in the store is damaged, and which kits that concerns."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from kitops_desktop.store.local_store import Damage
from kitops_desktop.ui.widgets.elided_label import ElidedLabel
from kitops_desktop.ui.widgets.parts import frame, label
from kitops_desktop.ui.widgets.sheet import Sheet

MAX_SHOWN = 50


class DamageSheet(Sheet):
    """``verify_wanted`` when the user wants every blob read again."""

    verify_wanted = Signal()

    def __init__(self, damage: Sequence[Damage], host: QWidget) -> None:
        super().__init__("Damaged parts of the store", host, width=560)
        text = (
            "The other ModelKits are not affected. Verifying reads every blob again and says what is damaged."
        )
        self.body.addWidget(label(text, "muted", wrap=True))
        for each in damage[:MAX_SHOWN]:
            self.body.addWidget(_panel(each))
        if len(damage) > MAX_SHOWN:
            self.body.addWidget(label(f"and {len(damage) - MAX_SHOWN:,} more", "muted"))
        self.body.addStretch(1)
        self.add_button("Close").clicked.connect(self.close_sheet)
        self.add_button("Verify", "primary", "verify").clicked.connect(self._on_verify)

    def _on_verify(self) -> None:
        self.verify_wanted.emit()
        self.close_sheet()


def _panel(damage: Damage) -> QWidget:
    column = QVBoxLayout()
    column.setContentsMargins(14, 10, 14, 10)
    column.setSpacing(4)
    column.addWidget(label(damage.reason, "strong", wrap=True, selectable=True))
    if damage.affects:
        column.addWidget(label("Concerns " + ", ".join(damage.affects), wrap=True, selectable=True))
    column.addWidget(ElidedLabel(str(damage.path), "caption"))
    return frame("warning-panel", column)
