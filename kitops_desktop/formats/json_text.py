"""JSON from files nobody has vouched for."""

from __future__ import annotations

import json

from kitops_desktop.errors import FormatError

_MOST_VALUES = 3_000_000
"""The largest vocabularies have a quarter of a million words and half a million pairs of them."""
_MOST_CONTAINERS = 2_000_000


def parse_json(content: bytes, format: str, *, unique: bool = False) -> object:
    """The value; raises ``FormatError`` for what is no JSON, or would become too many values or too deep.
    With ``unique`` no name may stand twice in an object: of such two readers may take different values."""
    containers = content.count(b"[") + content.count(b"{")
    if content.count(b",") > _MOST_VALUES or containers > _MOST_CONTAINERS:
        raise FormatError(format, "its JSON has too many values")
    try:
        value: object = json.loads(content, object_pairs_hook=_unique if unique else None)
    except RecursionError as error:
        raise FormatError(format, "its JSON is nested too deeply") from error
    except _NameTwiceError as error:
        raise FormatError(format, "its JSON has the same name twice") from error
    except ValueError as error:
        raise FormatError(format, "its JSON cannot be read") from error
    return value


class _NameTwiceError(Exception):
    """In one object."""


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    made = dict(pairs)
    if len(made) < len(pairs):
        raise _NameTwiceError
    return made


def parse_object(content: bytes, format: str, *, unique: bool = False) -> dict[str, object]:
    """The same, for what must be an object."""
    value = parse_json(content, format, unique=unique)
    if not isinstance(value, dict):
        raise FormatError(format, "its JSON is no object")
    return value


def text(value: object) -> str:
    """A value if it is text, else ""."""
    return value if isinstance(value, str) else ""


def whole(value: object) -> int | None:
    """A value if it is a whole number of at most 64 bits, else None."""
    is_whole = isinstance(value, int) and not isinstance(value, bool) and abs(value) < 1 << 64
    return value if is_whole and isinstance(value, int) else None
