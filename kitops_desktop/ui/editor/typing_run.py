"""Which key strokes belong together, so that one undo takes back a run of typing and not a letter."""

from __future__ import annotations

from kitops_desktop.ui.editor.text_delta import TextDelta

_LONGEST = 200


class TypingRun:
    """Gives strokes the key of the run they belong to: typing on, or erasing on, in one place and line."""

    def __init__(self) -> None:
        self._number = 0
        self._next = -1
        self._length = 0
        self._erasing = False

    def key(self, delta: TextDelta) -> str:
        """The key of the run this stroke belongs to; a new one where the run ends."""
        erasing = not delta.inserted
        single = (
            len(delta.inserted) <= 1 and len(delta.removed) <= 1 and not (delta.inserted and delta.removed)
        )
        at = delta.start + len(delta.removed) if erasing else delta.start
        goes_on = single and erasing == self._erasing and at == self._next and self._length < _LONGEST
        if not goes_on or delta.inserted in ("\n", "\r\n"):
            self._number += 1
            self._length = 0
        self._length += 1
        self._erasing = erasing
        self._next = delta.start + len(delta.inserted) if single else -1
        return f"typing {self._number}"

    def end(self) -> None:
        """What is typed next begins a new run."""
        self._next = -1
