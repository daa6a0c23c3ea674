"""The cells of the table of tags: what each column says of a row, and how."""

from __future__ import annotations

from collections.abc import Callable
from enum import IntEnum

from PySide6.QtCore import Qt
from PySide6.QtGui import QIcon

from kitops_desktop.ui.browser import tag_rows
from kitops_desktop.ui.browser.artifact_kinds import ArtifactKind
from kitops_desktop.ui.browser.tag_rows import TagRow
from kitops_desktop.ui.icons import icon


class Column(IntEnum):
    TAG = 0
    KIND = 1
    SIZE = 2
    LICENCE = 3
    FRAMEWORK = 4
    HERE = 5
    DIGEST = 6
    CREATED = 7


HEADINGS = ("Tag", "Kind", "Size", "Licence", "Framework", "Here", "Digest", "Made")
AT_TIMES = (Column.LICENCE, Column.FRAMEWORK, Column.CREATED)
"""Columns that have something to say of some tags only."""

_TEXTS: dict[Column, Callable[[TagRow], str]] = {
    Column.TAG: tag_rows.shown_name,
    Column.KIND: tag_rows.kind_text,
    Column.SIZE: tag_rows.size_of,
    Column.LICENCE: tag_rows.licence_text,
    Column.FRAMEWORK: tag_rows.framework_text,
    Column.HERE: tag_rows.here_text,
    Column.DIGEST: tag_rows.digest_text,
    Column.CREATED: tag_rows.created_text,
}
_ICONS = {
    ArtifactKind.MODEL_KIT: ("kit", "accent"),
    ArtifactKind.MODEL_PACK: ("kit", "accent"),
    ArtifactKind.IMAGE: ("image", "muted"),
    ArtifactKind.INDEX: ("image", "muted"),
    ArtifactKind.SIGNATURE: ("signature", "success"),
    ArtifactKind.OTHER: ("artifact", "muted"),
}


def text(row: TagRow, column: Column) -> str:
    return _TEXTS[column](row)


def spoken(row: TagRow, column: Column) -> str:
    """For a screen reader, in full words."""
    if column is Column.TAG:
        return row.tag or tag_rows.shown_name(row)
    if column is Column.HERE:
        return "" if row.is_here is None else "On this computer" if row.is_here else "Not on this computer"
    if row.version is None and not row.problem:
        return "Not read yet" if column is Column.KIND else ""
    return _TEXTS[column](row)


def tool_tip(row: TagRow, column: Column) -> str:
    return "On this computer" if column is Column.HERE and row.is_here else tag_rows.tool_tip(row)


def decoration(row: TagRow, column: Column) -> QIcon | None:
    if column is Column.HERE:
        return icon("check", "success") if row.is_here else None
    if column is not Column.TAG:
        return None
    if row.problem:
        return icon("warning", "danger")
    if row.version is None:
        return icon("tag", "muted")
    name, role = _ICONS[row.version.artifact.kind]
    return icon(name, role)


def alignment(column: Column) -> Qt.AlignmentFlag:
    side = Qt.AlignmentFlag.AlignRight if column is Column.SIZE else Qt.AlignmentFlag.AlignLeft
    return side | Qt.AlignmentFlag.AlignVCenter
