"""Names that a pickle would import, in bytes that could not be followed instruction by instruction.

joblib writes the bytes of arrays between the instructions of a pickle. What stands behind them is found by
what instructions that import look like; only dangerous names count, as any bytes may look so by chance.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from kitops_desktop.formats.known_globals import is_dangerous
from kitops_desktop.formats.source import Bytes

MOST = 64 << 20
"""Bytes that are searched."""
_PIECE = 1 << 20
_OVERLAP = 1 << 10

_NAME = rb"[A-Za-z_][A-Za-z0-9_.]{0,100}"
_GLOBAL = re.compile(rb"[ci](" + _NAME + rb")\n(" + _NAME + rb")\n")
_TEXT = rb"(?:\x8c.|X.\x00\x00\x00)(" + _NAME + rb")(?:\x94|q.|r....)?"
_STACK_GLOBAL = re.compile(_TEXT + _TEXT + rb"\x93", re.DOTALL)


def dangerous_names(source: Bytes, start: int) -> frozenset[tuple[str, str]]:
    """Module and name of what can run a program and seems to be imported after offset ``start``."""
    return frozenset((module, name) for module, name in _names(source, start) if is_dangerous(module, name))


def _names(source: Bytes, start: int) -> Iterator[tuple[str, str]]:
    before = b""
    for at in range(start, min(source.size, start + MOST), _PIECE):
        piece = before + source.read(at, _PIECE)
        before = piece[-_OVERLAP:]
        for pattern in (_GLOBAL, _STACK_GLOBAL):
            for match in pattern.finditer(piece):
                yield match[1].decode("ascii"), match[2].decode("ascii")
