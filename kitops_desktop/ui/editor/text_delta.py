"""The difference between two texts as one replaced span, which is all that undoing needs to keep."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TextDelta:
    """At ``start`` the characters ``removed`` gave way to ``inserted``."""

    start: int
    removed: str
    inserted: str

    @property
    def is_empty(self) -> bool:
        return self.removed == self.inserted

    def applied(self, text: str) -> str:
        return text[: self.start] + self.inserted + text[self.start + len(self.removed) :]

    def reverted(self, text: str) -> str:
        return text[: self.start] + self.removed + text[self.start + len(self.inserted) :]

    def followed_by(self, other: TextDelta, after: str) -> TextDelta:
        """Both as one; ``after`` is the text after both. Looks only at what lies between the two."""
        first = min(self.start, other.start)
        last = max(self.start + len(self.inserted), other.start + len(other.removed))
        inserted = after[first : last - len(other.removed) + len(other.inserted)]
        between = other._moved(-first).reverted(inserted)
        removed = self._moved(-first).reverted(between)
        return delta_between(removed, inserted)._moved(first)

    def _moved(self, by: int) -> TextDelta:
        return TextDelta(self.start + by, self.removed, self.inserted)


def delta_between(before: str, after: str) -> TextDelta:
    """The smallest replacement that makes ``after`` of ``before``."""
    start = _common_start(before, after)
    tail = _common_tail(before, after, min(len(before), len(after)) - start)
    return TextDelta(start, before[start : len(before) - tail], after[start : len(after) - tail])


def _common_start(a: str, b: str) -> int:
    """Compares slices, not characters: texts of megabytes differ by a key stroke."""
    low, high = 0, min(len(a), len(b))
    while low < high:
        middle = (low + high + 1) // 2
        if a[low:middle] == b[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def _common_tail(a: str, b: str, most: int) -> int:
    low, high = 0, most
    while low < high:
        middle = (low + high + 1) // 2
        if a[len(a) - middle : len(a) - low] == b[len(b) - middle : len(b) - low]:
            low = middle
        else:
            high = middle - 1
    return low
