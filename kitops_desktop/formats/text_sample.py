"""The beginning of a file as text."""

from __future__ import annotations

import codecs

from kitops_desktop.errors import FormatError
from kitops_desktop.formats.source import Bytes

SAMPLE = 256 << 10
"""Bytes that are read of a file of lines."""
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def sample_text(source: Bytes, format: str) -> tuple[str, bool]:
    """The beginning of the file, and whether that is all of it; what is no UTF-8 nor marked as UTF-16 as
    Latin-1, the nearest guess. Raises ``FormatError`` for what is no text."""
    content = source.read(0, SAMPLE)
    is_whole = source.size <= SAMPLE
    if content.startswith(_UTF16):
        return content[: len(content) // 2 * 2].decode("utf-16", "replace"), is_whole
    if b"\0" in content:
        raise FormatError(format, "it is no text")
    try:
        return content.decode("utf-8-sig"), is_whole
    except UnicodeDecodeError as error:
        if is_whole or error.start < len(content) - 4:
            return content.decode("latin-1"), is_whole
        return content[: error.start].decode("utf-8-sig"), False


def whole_lines(text: str, is_whole: bool) -> list[str]:
    """The lines; without the last when it is cut off."""
    lines = text.split("\n")
    return lines if is_whole else lines[:-1]
