"""Which of the panes of a project are on view: those asked for last, as many as the width has room for."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class Pane(StrEnum):
    """In their order from left to right."""

    CONTENTS = "Contents"
    FORM = "Form"
    TEXT = "Text"


class PaneFit:
    """``least`` are the widths in pixels that panes need, ``gap`` lies between two of them."""

    def __init__(self, least: Mapping[Pane, int], gap: int) -> None:
        self._least, self._gap = dict(least), gap
        self._wanted = [Pane.FORM, Pane.CONTENTS, Pane.TEXT]

    def ask_for(self, pane: Pane) -> None:
        """Show this one, if need be instead of those that were asked for before."""
        self._wanted = [pane, *(one for one in self._wanted if one is not pane)]

    def do_without(self, pane: Pane) -> None:
        """Hide this one; the last one that is left stays."""
        if len(self._wanted) > 1:
            self._wanted = [one for one in self._wanted if one is not pane]

    def shown(self, width: int) -> frozenset[Pane]:
        """What fits into ``width``, at least one pane."""
        fitting: list[Pane] = []
        taken = -self._gap
        for pane in self._wanted:
            taken += self._least[pane] + self._gap
            if fitting and taken > width:
                break
            fitting.append(pane)
        return frozenset(fitting)
