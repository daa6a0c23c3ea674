"""What a tree of files shows beside names and sizes. No Qt."""

from __future__ import annotations

import stat
from collections.abc import Callable
from dataclasses import dataclass

from kitops_desktop.ui.library.file_tree import FileNode


@dataclass(frozen=True, slots=True)
class FurtherColumn:
    """``text`` is what stands there of a file or folder, ``key`` what that is sorted by.

    It is ``width`` pixels wide, and hidden in a view that has less than ``least``.
    """

    header: str
    text: Callable[[FileNode], str]
    key: Callable[[FileNode], str | int]
    width: int
    least: int


def note_column(header: str, width: int = 110, least: int = 420) -> FurtherColumn:
    """A column with the notes of files that have no layer."""
    return FurtherColumn(header, _note, _note, width, least)


def _note(node: FileNode) -> str:
    return node.note


def _layer(node: FileNode) -> str:
    return node.layer


def _mode(node: FileNode) -> int:
    return node.mode


def _mode_text(node: FileNode) -> str:
    return stat.filemode(node.mode)[1:] if node.mode else ""


KIT_COLUMNS = (
    FurtherColumn("Mode", _mode_text, _mode, width=110, least=660),
    FurtherColumn("Layer", _layer, _layer, width=130, least=520),
)
