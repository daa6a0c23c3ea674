"""The sheet that names what in the store is damaged, and which kits that concerns."""

from __future__ import annotations

import re
from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from kitops_desktop.store.damage import Damage
from kitops_desktop.ui.widgets.elided_label import ElidedLabel
from kitops_desktop.ui.widgets.parts import frame, label
from kitops_desktop.ui.widgets.sheet import Sheet

MAX_SHOWN = 50
_LONG_DIGEST = re.compile(r"(sha\d+:[0-9a-f]{12})[0-9a-f]+")


class DamageSheet(Sheet):
    """``verify_wanted`` when every blob is to be read again; True when what can be repaired is to be."""

    verify_wanted = Signal(bool)

    def __init__(self, damage: Sequence[Damage], host: QWidget) -> None:
        super().__init__("Damaged parts of the store", host, width=560)
        text = (
            "The other ModelKits are not affected. Verifying reads every blob again and says what is "
            "damaged. Repairing also mends the indexes and moves damaged blobs to the trash, so that packing "
            "again brings them back whole."
        )
        self.body.addWidget(label(text, "muted", wrap=True))
        for each in damage[:MAX_SHOWN]:
            self.body.addWidget(_panel(each))
        if len(damage) > MAX_SHOWN:
            self.body.addWidget(label(f"and {len(damage) - MAX_SHOWN:,} more", "muted"))
        self.body.addStretch(1)
        self.add_button("Close").clicked.connect(self.close_sheet)
        self.add_button("Verify and repair").clicked.connect(lambda: self._want(repair=True))
        self.add_button("Verify", "primary", "verify").clicked.connect(lambda: self._want(repair=False))

    def _want(self, *, repair: bool) -> None:
        self.verify_wanted.emit(repair)
        self.close_sheet()


def _panel(damage: Damage) -> QWidget:
    column = QVBoxLayout()
    column.setContentsMargins(14, 10, 14, 10)
    column.setSpacing(4)
    column.addWidget(label(str(damage.kind).capitalize(), "strong", wrap=True))
    if damage.affects:
        column.addWidget(label("Concerns " + ", ".join(damage.affects), wrap=True, selectable=True))
    reason = _LONG_DIGEST.sub(r"\1…", damage.reason)
    column.addWidget(label(reason, "muted", wrap=True, selectable=True))
    column.addWidget(ElidedLabel(str(damage.path), "caption"))
    return frame("warning-panel", column)
