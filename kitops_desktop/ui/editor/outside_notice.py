"""Another program wrote a file that is open here: a question in the page, and a sheet with the difference."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from kitops_desktop.ui.editor.project import OnDisk, Part, Project
from kitops_desktop.ui.theme import fixed_font
from kitops_desktop.ui.widgets.parts import button, frame, label
from kitops_desktop.ui.widgets.sheet import Sheet

_LONGEST = 512 * 1024


class OutsideNotice(QWidget):
    """``mine`` and ``theirs`` say which of the two counts, ``merge`` that both do."""

    mine = Signal()
    theirs = Signal()
    merge = Signal()
    difference_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._text = label("", "warning", wrap=True)
        row = QHBoxLayout()
        row.setContentsMargins(14, 8, 8, 8)
        row.addWidget(self._text, 1)
        for text, wanted in (
            ("See the difference", self.difference_wanted),
            ("Merge", self.merge),
            ("Take theirs", self.theirs),
            ("Keep mine", self.mine),
        ):
            made = button(text)
            made.clicked.connect(wanted)
            row.addWidget(made)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(frame("warning-panel", row))
        self.hide()

    def show_files(self, names: Iterable[str]) -> None:
        """Name the files that were changed."""
        self._text.setText(f"Another program changed {' and '.join(names)} after it was opened here.")
        self.show()


class DifferenceSheet(Sheet):
    """What would change by taking theirs; the same answers as in the notice."""

    mine = Signal()
    theirs = Signal()
    merge = Signal()

    def __init__(self, difference: str, host: QWidget) -> None:
        super().__init__("Mine and theirs", host, width=720)
        self.body.addWidget(
            label(
                "Lines with - are yours, lines with + are in the files now. Merging takes both; lines "
                "that both changed are left in the text for you to choose from. All can be undone.",
                "muted",
                wrap=True,
            )
        )
        text = QPlainTextEdit(difference)
        text.setReadOnly(True)
        text.setFont(fixed_font())
        text.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        text.setTabChangesFocus(True)
        text.setAccessibleName("Difference")
        self.body.addWidget(text, 1)
        for name, answer in (
            ("Take theirs", self.theirs),
            ("Keep mine", self.mine),
            ("Merge", self.merge),
        ):
            made = self.add_button(name, "primary" if answer is self.merge else "")
            made.clicked.connect(answer)
            made.clicked.connect(self.close_sheet)


def changed_files(project: Project, disk: OnDisk) -> tuple[str, ...]:
    """The names of the files that are not on disk as they are here."""
    pairs = ((Part.KITFILE, disk.kitfile), (Part.IGNORE, disk.ignore))
    return tuple(part.value for part, theirs in pairs if (theirs or "") != project.text(part))


def difference(project: Project, disk: OnDisk) -> str:
    """Both files as one unified difference, from ours to what is on disk."""
    parts = []
    for part, theirs in ((Part.KITFILE, disk.kitfile), (Part.IGNORE, disk.ignore)):
        mine = project.text(part)
        if len(mine) + len(theirs or "") > _LONGEST:
            parts.append(f"{part.value} is too long to be compared here.")
            continue
        lines = difflib.unified_diff(
            mine.splitlines(),
            (theirs or "").splitlines(),
            f"{part.value} here",
            f"{part.value} on disk",
            lineterm="",
        )
        parts.append("\n".join(lines))
    return "\n\n".join(part for part in parts if part) or "Both say the same."
