"""Numbers and strings as Go's ``encoding/json`` and ``yaml.v3`` write them."""

from __future__ import annotations

import re
from decimal import Decimal

_JSON_SPECIAL = re.compile('["\\\\\x00-\x1f<>&\u2028\u2029\ud800-\udfff]')
_JSON_SHORT = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\b": "\\b", "\f": "\\f"}


def json_string(text: str) -> str:
    """A string literal as Go writes it: ``<``, ``>``, ``&`` and the line separators escaped, all else raw.

    What cannot be UTF-8 becomes U+FFFD.
    """
    return f'"{_JSON_SPECIAL.sub(_escape_json, text)}"'


def _escape_json(found: re.Match[str]) -> str:
    character = found[0]
    if "\ud800" <= character <= "\udfff":
        return "\\ufffd"
    return _JSON_SHORT.get(character) or f"\\u{ord(character):04x}"


def json_number(value: int | float) -> str:
    """The shortest digits; with an exponent below 1e-6 and from 1e21 on. ``value`` must be finite."""
    if isinstance(value, int):
        return str(value)
    sign, digits, point = _shortest(value)
    if digits == "0":
        return sign + "0"
    if -6 < point <= 21:
        return sign + _plain(digits, point)
    exponent = point - 1
    return f"{sign}{_mantissa(digits)}e{'-' if exponent < 0 else '+'}{abs(exponent)}"


def yaml_number(value: float) -> str:
    """Go's ``g`` format: the shortest digits; an exponent of two digits below 1e-4 and from 1e6 on (sic)."""
    sign, digits, point = _shortest(value)
    if digits == "0":
        return sign + "0"
    if -4 < point <= 6:
        return sign + _plain(digits, point)
    exponent = point - 1
    return f"{sign}{_mantissa(digits)}e{'-' if exponent < 0 else '+'}{abs(exponent):02}"


def _shortest(value: float) -> tuple[str, str, int]:
    """Sign, significant digits without trailing zeros, and how many of them stand before the point."""
    sign, all_digits, exponent = Decimal(repr(value)).as_tuple()
    assert isinstance(exponent, int)
    written = "".join(map(str, all_digits)).lstrip("0")
    point = len(written) + exponent
    return "-" if sign else "", written.rstrip("0") or "0", point


def _plain(digits: str, point: int) -> str:
    if point <= 0:
        return f"0.{'0' * -point}{digits}"
    if point >= len(digits):
        return digits + "0" * (point - len(digits))
    return f"{digits[:point]}.{digits[point:]}"


def _mantissa(digits: str) -> str:
    return digits if len(digits) == 1 else f"{digits[0]}.{digits[1:]}"
