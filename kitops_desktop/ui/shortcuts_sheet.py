"""The list of keys, and the words about the program."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from PySide6.QtCore import Qt, qVersion
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from kitops_desktop import __version__
from kitops_desktop.ui.actions import Action
from kitops_desktop.ui.icons import application_icon
from kitops_desktop.ui.widgets.parts import label
from kitops_desktop.ui.widgets.sheet import Sheet

_WORDS = (
    "Assemble ModelKits, keep and share them, look inside and unpack them, in the store and the format that "
    "the kit command line uses."
)
_EVERYWHERE = (
    ("Close a panel", "Esc"),
    ("Next or previous field", "Tab, Shift+Tab"),
    ("Leave a text in which Tab indents", "Esc"),
    ("What fits here, in the text of a Kitfile", "Ctrl+Space"),
    ("Open what is selected", "Return"),
    ("Context menu", "Shift+F10"),
)


def shortcuts_sheet(actions: Sequence[Action], host: QWidget) -> Sheet:
    """Every key of ``actions`` under its heading."""
    sheet = Sheet("Keyboard shortcuts", host, width=420)
    keyed = [action for action in actions if action.shortcut]
    for group, members in groupby(keyed, key=lambda action: action.group):
        sheet.body.addWidget(label(group, "strong"))
        rows = [(action.text.rstrip("…"), _keys(action.shortcut)) for action in members]
        sheet.body.addLayout(_rows(rows))
    sheet.body.addWidget(label("Everywhere", "strong"))
    sheet.body.addLayout(_rows(_EVERYWHERE))
    sheet.body.addStretch(1)
    close = sheet.add_button("Close")
    close.clicked.connect(sheet.close_sheet)
    sheet.first = close
    return sheet


def about_sheet(host: QWidget) -> Sheet:
    """Version, licence, and what this is."""
    sheet = Sheet("About KitOps Desktop", host, width=420)
    picture = QLabel()
    picture.setPixmap(application_icon().pixmap(64, 64))
    sheet.body.addWidget(picture)
    sheet.body.addWidget(label(f"KitOps Desktop {__version__}", "heading", selectable=True))
    sheet.body.addWidget(label(_WORDS, wrap=True))
    sheet.body.addWidget(label("Apache License 2.0", "muted", selectable=True))
    inter = "The Inter typeface is used under the SIL Open Font License 1.1."
    sheet.body.addWidget(label(inter, "muted", wrap=True))
    sheet.body.addWidget(label(f"Qt {qVersion()}", "muted", selectable=True))
    sheet.body.addStretch(1)
    close = sheet.add_button("Close")
    close.clicked.connect(sheet.close_sheet)
    sheet.first = close
    return sheet


def _keys(shortcut: str) -> str:
    return QKeySequence(shortcut).toString(QKeySequence.SequenceFormat.NativeText)


def _rows(entries: Sequence[tuple[str, str]]) -> QGridLayout:
    grid = QGridLayout()
    grid.setContentsMargins(0, 0, 0, 10)
    grid.setColumnStretch(0, 1)
    for row, (text, keys) in enumerate(entries):
        grid.addWidget(label(text), row, 0)
        grid.addWidget(label(keys, "muted"), row, 1, Qt.AlignmentFlag.AlignRight)
    return grid
