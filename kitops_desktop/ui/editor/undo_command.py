"""One step of undoing: a span of the Kitfile or of .kitignore that gave way to another."""

from __future__ import annotations

from typing import Protocol

from PySide6.QtGui import QUndoCommand

from kitops_desktop.ui.editor.project import Part
from kitops_desktop.ui.editor.text_delta import TextDelta

_MERGING_ID = 1


class HasTexts(Protocol):
    """What commands act upon."""

    def text(self, part: Part) -> str: ...
    def put_text(self, part: Part, text: str) -> None: ...


class EditText(QUndoCommand):
    """Steps with the same ``merge_key`` that follow one another become one; with "" it stays alone.

    The first ``redo``, which the stack calls itself, does the edit; ``after`` is what it makes of the text.
    """

    def __init__(
        self, texts: HasTexts, part: Part, after: str, delta: TextDelta, label: str, merge_key: str = ""
    ) -> None:
        super().__init__(label)
        self._texts, self._part, self._merge_key = texts, part, merge_key
        self._delta = delta
        self._after: str | None = after

    @property
    def delta(self) -> TextDelta:
        return self._delta

    def id(self) -> int:
        return _MERGING_ID if self._merge_key else -1

    def redo(self) -> None:
        after, self._after = self._after, None
        if after is None:
            after = self._delta.applied(self._texts.text(self._part))
        self._texts.put_text(self._part, after)

    def undo(self) -> None:
        self._texts.put_text(self._part, self._delta.reverted(self._texts.text(self._part)))

    def mergeWith(self, other: QUndoCommand) -> bool:  # noqa: N802 - Qt's name
        if not isinstance(other, EditText):
            return False
        if (other._merge_key, other._part) != (self._merge_key, self._part):
            return False
        after = self._texts.text(self._part)  # the other one was done already
        self._delta = self._delta.followed_by(other._delta, after)
        if self._delta.is_empty:
            self.setObsolete(True)
        return True
