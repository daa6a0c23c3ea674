"""Proposals while a Kitfile is typed: keys, usual values, and paths of the folder."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from PySide6.QtCore import QObject, QStringListModel, Slot
from PySide6.QtGui import QTextBlock, QTextCursor
from PySide6.QtWidgets import QCompleter, QListView

from kitops_desktop.jobs.background import Background
from kitops_desktop.kitfile.completion import Completion, completion_at
from kitops_desktop.kitfile.path_words import path_words
from kitops_desktop.kitfile.yaml_scalars import write_string
from kitops_desktop.ui.background_signals import Reader
from kitops_desktop.ui.editor.code_editor import CodeEditor
from kitops_desktop.ui.editor.form_fields import SECTIONS, SPDX_LICENSES
from kitops_desktop.ui.editor.shown_text import file_offset, units

_ROWS = 10
_VALUES = {
    **{field.key: field.completions for section in SECTIONS for field in section.fields},
    "license": SPDX_LICENSES,
}


class TextCompleter(QObject):
    """Shows what fits where the cursor stands, as one types or on Ctrl+Space; Return or Tab takes it."""

    def __init__(self, editor: CodeEditor, folder: Path, background: Background) -> None:
        super().__init__(editor)
        self._editor, self._folder = editor, folder
        self._reader = Reader(background, self)
        self._shown: Completion | None = None
        self._words = QStringListModel(self)
        self._completer = QCompleter(self._words, self)
        self._completer.setCompletionMode(QCompleter.CompletionMode.UnfilteredPopupCompletion)
        self._completer.setWidget(editor)
        self._completer.setMaxVisibleItems(_ROWS)
        self._list = QListView()
        self._list.setAccessibleName("Proposals")
        self._completer.setPopup(self._list)
        self._completer.activated.connect(self._take)
        editor.popup = self._list
        editor.completion_wanted.connect(self._on_wanted)

    @Slot(bool)
    def _on_wanted(self, asked: bool) -> None:
        found = self._here()
        if found is None or not (asked or found.typed):
            self._hide()
        elif found.is_path:
            folder, typed = self._folder, found.typed
            self._reader.read(
                lambda _: path_words(folder, typed),
                lambda words: self._on_paths(found, words),
                self._on_error,
            )
        else:
            self._show(found, found.words)

    def _here(self) -> Completion | None:
        cursor = self._editor.textCursor()
        if cursor.hasSelection():
            return None
        block = cursor.block()
        line, column = block.text(), file_offset(block.text(), cursor.positionInBlock())
        return completion_at(line, column, _above(block), _below(block), _VALUES)

    def _on_paths(self, found: Completion, words: tuple[str, ...]) -> None:
        if self._here() == found and self._editor.hasFocus():  # else it was typed on meanwhile
            self._show(found, words)

    def _on_error(self, error: Exception) -> None:
        self._hide()

    def _show(self, found: Completion, words: tuple[str, ...]) -> None:
        if not words or found.typed in words:
            self._hide()
            return
        self._shown = found
        self._words.setStringList(list(words))
        area = self._editor.cursorRect()
        area.translate(self._editor.viewport().x(), 0)
        area.setWidth(max(240, self._list.sizeHintForColumn(0) + 40))
        self._completer.complete(area)
        self._list.setCurrentIndex(self._completer.completionModel().index(0, 0))

    def _hide(self) -> None:
        self._reader.cancel()
        self._list.hide()

    @Slot(str)
    def _take(self, word: str) -> None:
        found, self._shown = self._shown, None
        here = self._here()
        if found is None or here is None or here.start != found.start:
            return
        cursor = self._editor.textCursor()
        line = cursor.block().text()
        start = cursor.block().position() + units(line[: found.start])
        cursor.setPosition(start, QTextCursor.MoveMode.KeepAnchor)
        cursor.insertText(_quoted(word) if found.is_path else word)
        self._editor.setTextCursor(cursor)
        if word.endswith((" ", "/")):
            self._on_wanted(True)


def _quoted(path: str) -> str:
    """The path as YAML; a folder stays open, so that what is in it can be typed on."""
    written = write_string(path, 0)
    return path if path.endswith("/") and written != path else written


def _above(block: QTextBlock) -> Iterator[str]:
    while (block := block.previous()).isValid():
        yield block.text()


def _below(block: QTextBlock) -> Iterator[str]:
    while (block := block.next()).isValid():
        yield block.text()
