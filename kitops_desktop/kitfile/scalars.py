"""What a plain scalar below ``parameters`` means to ``kit``.

``kit`` reads YAML with Go's ``yaml.v3``, whose rules are neither those of YAML 1.1 (PyYAML) nor quite those
of 1.2: ``yes`` is text, ``017`` is octal, ``1_000`` a number, ``190:20:30`` text, a date a timestamp.
"""

from __future__ import annotations

import math
import re
from typing import Any

NULL, BOOL, STR, INT, FLOAT = "!!null", "!!bool", "!!str", "!!int", "!!float"
TIMESTAMP, BINARY, MERGE, SEQ, MAP = "!!timestamp", "!!binary", "!!merge", "!!seq", "!!map"

_LONG_PREFIX = "tag:yaml.org,2002:"
_RESOLVABLE = frozenset({"", STR, BOOL, INT, FLOAT, NULL, TIMESTAMP})

_CONSTANTS: dict[str, tuple[str, Any]] = {
    **dict.fromkeys(("true", "True", "TRUE"), (BOOL, True)),
    **dict.fromkeys(("false", "False", "FALSE"), (BOOL, False)),
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), (NULL, None)),
    **dict.fromkeys((".nan", ".NaN", ".NAN"), (FLOAT, math.nan)),
    **dict.fromkeys((".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"), (FLOAT, math.inf)),
    **dict.fromkeys(("-.inf", "-.Inf", "-.INF"), (FLOAT, -math.inf)),
}

_DOT_FLOAT = re.compile(r"\.[0-9]+(_[0-9]+)*([eE][-+]?[0-9]+(_[0-9]+)*)?")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_INTEGER = re.compile(
    r"(?P<sign>[-+]?)(0[xX](?P<hex>[0-9a-fA-F]+)|0[bB](?P<binary>[01]+)"
    r"|(0[oO]|0)(?P<octal>[0-7]+)|(?P<decimal>0|[1-9][0-9]*))"
)
_BASES = {"hex": 16, "binary": 2, "octal": 8, "decimal": 10}
_LONGEST_INTEGER = 80
"""Longer than any 64-bit number in any base with its sign and prefix."""

_TIMESTAMP = re.compile(
    r"(?P<year>[0-9]{4})-(?P<month>[0-9]{1,2})-(?P<day>[0-9]{1,2})"
    r"(?:(?P<separator>[Tt ])(?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{1,2}):(?P<second>[0-9]{1,2})"
    r"(?:[.,](?P<fraction>[0-9]+))?(?P<zone>Z|[-+][0-9]{2}:[0-9]{2})?)?"
)
_MONTH_DAYS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


class ScalarError(Exception):
    """An explicit tag and the text do not fit; the message is ``kit``'s."""


def short_tag(tag: str) -> str:
    """``tag:yaml.org,2002:int`` as ``!!int``; other tags unchanged."""
    return "!!" + tag[len(_LONG_PREFIX) :] if tag.startswith(_LONG_PREFIX) else tag


def resolve(text: str, tag: str = "") -> tuple[str, Any]:
    """The short tag and Python value of a plain scalar, or of one with an explicit ``tag``.

    Timestamps come as RFC 3339 text, integers as int only if they fit 64 bits (signed or unsigned),
    everything that no rule fits, and every unknown tag, as the text itself. Raises ScalarError.
    """
    tag = short_tag(tag)
    if tag not in _RESOLVABLE:
        return tag, text
    if tag == STR:
        return STR, text
    found, value = _guess(text, allow_timestamp=tag in ("", TIMESTAMP))
    if tag in ("", found):
        return found, value
    if tag == FLOAT and found == INT:
        return FLOAT, float(value)
    raise ScalarError(f"cannot decode {found} `{text}` as a {tag}")


def _guess(text: str, allow_timestamp: bool) -> tuple[str, Any]:
    if text in _CONSTANTS:
        return _CONSTANTS[text]
    first = text[0]
    if first == ".":
        return _as_float(text) if _DOT_FLOAT.fullmatch(text) else (STR, text)
    if first not in "+-0123456789":
        return STR, text
    if allow_timestamp and (moment := timestamp(text)) is not None:
        return TIMESTAMP, moment
    plain = text.replace("_", "")
    integer = _integer(plain)
    if integer is not None:
        return INT, integer
    if _FLOAT.fullmatch(plain):
        found, value = _as_float(plain)
        return (found, value) if found == FLOAT else (STR, text)
    return STR, text


def _as_float(text: str) -> tuple[str, Any]:
    value = float(text)
    return (STR, text) if math.isinf(value) else (FLOAT, value)


def _integer(text: str) -> int | None:
    found = _INTEGER.fullmatch(text) if len(text) <= _LONGEST_INTEGER else None
    if found is None:
        return None
    base, digits = next((base, found[name]) for name, base in _BASES.items() if found[name])
    value = int(found["sign"] + digits, base)
    largest = 2**64 if not found["sign"] else 2**63
    return value if -(2**63) <= value < largest else None


def timestamp(text: str) -> str | None:
    """The RFC 3339 form of a timestamp, or None if the text is none.

    Without a zone it is UTC; trailing zeros of the fraction go, digits beyond the ninth are cut off.
    """
    found = _TIMESTAMP.fullmatch(text)
    if found is None or not _is_date(int(found["year"]), int(found["month"]), int(found["day"])):
        return None
    date = f"{found['year']}-{int(found['month']):02}-{int(found['day']):02}"
    if found["separator"] is None:
        return f"{date}T00:00:00Z"
    hour, minute, second = (int(found[name]) for name in ("hour", "minute", "second"))
    # Only a blank goes without a zone, and only "T" with one.
    if hour > 23 or minute > 59 or second > 59 or (found["separator"] == " ") != (found["zone"] is None):
        return None
    zone = found["zone"] or "Z"
    if zone != "Z" and (int(zone[1:3]) > 23 or int(zone[4:]) > 59):
        return None
    fraction = (found["fraction"] or "")[:9].rstrip("0")
    zone = "Z" if zone[1:] == "00:00" else zone
    return f"{date}T{hour:02}:{minute:02}:{second:02}{'.' + fraction if fraction else ''}{zone}"


def _is_date(year: int, month: int, day: int) -> bool:
    if not 1 <= month <= 12 or not 1 <= day <= _MONTH_DAYS[month - 1]:
        return False
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    return leap or (month, day) != (2, 29)
