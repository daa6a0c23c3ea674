"""Where the ModelKits are, how much room they take, and what can be done about it."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QWidget

from kitops_desktop.store.disk_use import DiskUse
from kitops_desktop.ui.units import size_text
from kitops_desktop.ui.widgets.card import Card
from kitops_desktop.ui.widgets.elided_label import ElidedLabel
from kitops_desktop.ui.widgets.parts import button, label, line

_ROWS = {
    "kits": "ModelKits",
    "orphans": "Left by removed ModelKits",
    "trash": "Trash",
    "partial": "Unfinished transfers",
    "free": "Free on this disk",
}


class StoreCard(Card):
    """Shows what it is told; signals say what was asked for."""

    change_asked = Signal()
    open_asked = Signal()
    trash_asked = Signal()
    prune_asked = Signal()
    verify_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("ModelKits on this computer", parent=parent)
        self._home = ElidedLabel(kind="strong")
        self._reason = label(kind="muted", wrap=True)
        self._change = button("Change…", "edit")
        self._change.setAccessibleName("Change where ModelKits are kept")
        open_folder = button("Open folder", "folder-open")
        open_folder.setAccessibleName("Open the folder of the ModelKits")
        row = QHBoxLayout()
        row.addWidget(self._home, 1)
        row.addWidget(open_folder)
        row.addWidget(self._change)
        self.body.addLayout(row)
        self.body.addWidget(self._reason)
        self.body.addWidget(line())
        self._sizes: dict[str, QLabel] = {}
        self.body.addLayout(self._table())
        self._trash = button("Empty trash", "trash")
        self._prune = button("Clean up", "sparkle")
        self._prune.setToolTip("Move to the trash what no ModelKit refers to")
        self._verify = button("Verify all", "verify")
        self._verify.setToolTip("Read everything again and compare it with its digests")
        buttons = QHBoxLayout()
        for made in (self._trash, self._prune, self._verify):
            buttons.addWidget(made)
        buttons.addStretch(1)
        self.body.addLayout(buttons)
        self._change.clicked.connect(self.change_asked)
        open_folder.clicked.connect(self.open_asked)
        self._trash.clicked.connect(self.trash_asked)
        self._prune.clicked.connect(self.prune_asked)
        self._verify.clicked.connect(self.verify_asked)
        self._trash.setEnabled(False)

    def show_home(self, home: Path, reason: str, changeable: bool) -> None:
        self._home.setText(str(home))
        self._reason.setText(reason)
        self._change.setEnabled(changeable)

    def show_use(self, use: DiskUse) -> None:
        for name in self._sizes:
            self._show(name, size_text(getattr(use, name)))
        self._trash.setEnabled(use.trash > 0)

    def show_unknown(self, reason: str) -> None:
        """The sizes could not be read."""
        for name, shown in self._sizes.items():
            self._show(name, "not known")
            shown.setToolTip(reason)

    def _show(self, name: str, text: str) -> None:
        self._sizes[name].setText(text)
        self._sizes[name].setAccessibleName(f"{_ROWS[name]}: {text}")

    def _table(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setVerticalSpacing(6)
        grid.setColumnMinimumWidth(0, 200)
        grid.setColumnStretch(2, 1)
        for row, (name, text) in enumerate(_ROWS.items()):
            value = label("…")
            value.setAlignment(Qt.AlignmentFlag.AlignRight)
            self._sizes[name] = value
            grid.addWidget(label(text, "muted"), row, 0)
            grid.addWidget(value, row, 1)
        return grid
