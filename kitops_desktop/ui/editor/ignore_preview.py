"""Finds out, away from the window, what the lines of a .kitignore do in the folder."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from kitops_desktop.explanation import explain
from kitops_desktop.jobs.background import Background
from kitops_desktop.kitfile.ignore_effects import FileList, IgnoreEffects, LineEffect, effects, list_files
from kitops_desktop.progress import CancelToken
from kitops_desktop.ui.background_signals import Reader
from kitops_desktop.ui.editor.line_notes import LineNote
from kitops_desktop.ui.units import count_text, size_text

PAUSE = 200
"""Milliseconds without a key stroke before the lines are tried."""


class IgnorePreview(QObject):
    """``found`` is of the last text that was shown, None until the first is known. The folder is listed once,
    and again when asked.
    """

    changed = Signal()

    def __init__(self, folder: Path, background: Background, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.found: IgnoreEffects | None = None
        self.problem = ""
        """Why the folder cannot be listed."""
        self._folder = folder
        self._files: FileList | None = None
        self._text = ""
        self._again = False
        self._reader = Reader(background, self)
        self._pause = QTimer(self, singleShot=True, interval=PAUSE)
        self._pause.timeout.connect(self._try_lines)

    @property
    def busy(self) -> bool:
        return self._reader.busy or self._pause.isActive()

    def show_text(self, text: str) -> None:
        """Try these lines after a pause."""
        if text != self._text or self.found is None:
            self._text = text
            self._pause.start()

    def list_again(self) -> None:
        """The folder may hold other files by now. While it is listed, that comes first: others may write on
        and on."""
        self._files = None
        if self._reader.busy:
            self._again = True
        elif not self._pause.isActive():
            self._pause.start()

    @Slot()
    def _try_lines(self) -> None:
        folder, text, known = self._folder, self._text, self._files

        def read(token: CancelToken) -> tuple[FileList, IgnoreEffects]:
            files = list_files(folder, token) if known is None else known
            return files, effects(text, files, token)

        self._reader.read(read, lambda result: self._on_found(*result), self._on_failed)

    def _on_found(self, files: FileList, found: IgnoreEffects) -> None:
        self._files, self.found, self.problem = files, found, ""
        self.changed.emit()
        if self._again:
            self._again = False
            self.list_again()

    def _on_failed(self, error: Exception) -> None:
        self._again = False
        self._files, self.found, self.problem = None, None, explain(error).title
        self.changed.emit()


def note_of(effect: LineEffect) -> LineNote:
    """What is said behind a line."""
    if effect.count == 0 and effect.brings_back:
        return LineNote(
            "brings nothing back", "warning", "No line above keeps out a file that this one fits."
        )
    if effect.count == 0 and not effect.fits:
        return LineNote("keeps nothing out", "warning", "No file fits this line.")
    if effect.count == 0:
        return LineNote("left to later lines", more="Later lines decide about all files that fit this one.")
    sizes = f"{count_text(effect.count, 'file')}, {size_text(effect.size)}"
    return LineNote(f"brings back {sizes}" if effect.brings_back else sizes)


def line_text(effect: LineEffect) -> str:
    """The same as a sentence with the pattern."""
    note = note_of(effect)
    if effect.count == 0:
        return f"{effect.pattern} {note.text}. {note.more}"
    sizes = f"{count_text(effect.count, 'file')}, {size_text(effect.size)}"
    return f"{effect.pattern} {'brings back' if effect.brings_back else 'keeps out'} {sizes}"


def whole_text(found: IgnoreEffects) -> str:
    """What all lines do together."""
    text = f"{count_text(found.count, 'file')} kept out in all, {size_text(found.size)}"
    if not found.is_whole:
        text += ", of the part of the folder that was looked at"
    if found.problems:
        text += f". {count_text(len(found.problems), 'line')} cannot be used."
    return text
