"""The texts of the project: Kitfile and .kitignore, one behind the other."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QTabWidget, QVBoxLayout, QWidget

from kitops_desktop.jobs.background import Background
from kitops_desktop.ui.editor.code_editor import CodeEditor
from kitops_desktop.ui.editor.ignore_pane import IgnorePane
from kitops_desktop.ui.editor.line_marks import LineMark
from kitops_desktop.ui.editor.problem_rows import ProblemRow
from kitops_desktop.ui.editor.project import Part
from kitops_desktop.ui.editor.text_completer import TextCompleter

_NAMES = {Part.KITFILE: "Kitfile text", Part.IGNORE: ".kitignore text"}


class TextPane(QWidget):
    """``typed`` carries the part and its text after a key stroke; ``patterns_wanted`` lines for .kitignore,
    and what they keep out in words.
    """

    typed = Signal(object, object)  # Part, str: Qt's strings lose what is no UTF-8
    patterns_wanted = Signal(object, str)

    def __init__(self, folder: Path, background: Background, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.editors = {part: CodeEditor(name, yaml=part is Part.KITFILE) for part, name in _NAMES.items()}
        self.editors[Part.IGNORE].setPlaceholderText(
            "One pattern per line keeps files out of the kit:\n\n**/*.log\nnotes/\n!notes/keep.md"
        )
        self.completer = TextCompleter(self.editors[Part.KITFILE], folder, background)
        self.ignore_pane = IgnorePane(self.editors[Part.IGNORE], folder, background)
        self.ignore_pane.patterns_wanted.connect(self.patterns_wanted)
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        self.tabs.setAccessibleName("Texts")
        for part, editor in self.editors.items():
            self.tabs.addTab(editor if part is Part.KITFILE else self.ignore_pane, part.value)
            editor.edited.connect(lambda text, part=part: self.typed.emit(part, text))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.tabs)

    def show_text(self, part: Part, text: str, *, follow: bool = False) -> None:
        self.editors[part].show_text(text, follow=follow)
        if part is Part.IGNORE:
            self.ignore_pane.show_text(text)

    def show_modified(self, part: Part, modified: bool) -> None:
        """A dot marks a file that is not saved."""
        self.tabs.setTabText(self._tab(part), f"{part.value} •" if modified else part.value)

    def show_problems(self, rows: Iterable[ProblemRow]) -> None:
        marks: dict[Part, dict[int, LineMark]] = {part: {} for part in Part}
        for row in rows:
            if row.line is not None:
                text = f"{row.text}\n{row.suggestion}".strip()
                marks[row.part].setdefault(row.line, LineMark(row.severity, text))
        for part, editor in self.editors.items():
            editor.show_marks(marks[part])

    def go_to(self, part: Part, line: int, column: int = 1) -> None:
        self.tabs.setCurrentIndex(self._tab(part))
        self.editors[part].go_to(line, column)

    def _tab(self, part: Part) -> int:
        return self.tabs.indexOf(self.editors[part] if part is Part.KITFILE else self.ignore_pane)
