"""The order in which Go's ``yaml.v3`` writes keys: ``a2`` before ``a10``, ``_x`` before ``1``."""

from __future__ import annotations

import functools
import unicodedata


def _is_letter(character: str) -> bool:
    return unicodedata.category(character).startswith("L")


def _is_digit(character: str) -> bool:
    return unicodedata.category(character) == "Nd"


def compare(left: str, right: str) -> int:
    """Negative when ``left`` comes first, positive when ``right`` does, 0 when they are equal.

    The first character that differs decides: two letters by code point; of a letter and another character
    the other comes first, but the letter does after a digit; two others by the numbers that begin there (no
    number counts as 0), the shorter one first, then by code point. A prefix comes before what it begins.
    """
    after_digit = False
    for place, (one, other) in enumerate(zip(left, right, strict=False)):
        if one == other:
            after_digit = _is_digit(one)
            continue
        letters = _is_letter(one), _is_letter(other)
        if all(letters):
            return -1 if one < other else 1
        if any(letters):
            return -1 if letters[0] == after_digit else 1
        return _compare_numbers(left, right, place) or (-1 if one < other else 1)
    return len(left) - len(right)


def _compare_numbers(left: str, right: str, place: int) -> int:
    head = 0
    if "0" in (left[place], right[place]):
        head = int(_follows_other_than_zero(left, place))
    one, one_end = _number(left, place, head)
    other, other_end = _number(right, place, head)
    return (one > other) - (one < other) or (one_end > other_end) - (one_end < other_end)


def _follows_other_than_zero(text: str, place: int) -> bool:
    """Whether digits other than 0 end just before ``place``: then zeros that follow do not lead."""
    for character in reversed(text[:place]):
        if not _is_digit(character):
            return False
        if character != "0":
            return True
    return False


def _number(text: str, place: int, value: int) -> tuple[int, int]:
    """The number whose digits begin at ``place``, continuing ``value`` in 64 bits; and where it ends."""
    while place < len(text) and _is_digit(text[place]):
        value = _wrap(value * 10 + ord(text[place]) - ord("0"))
        place += 1
    return value, place


def _wrap(value: int) -> int:
    return (value + 2**63) % 2**64 - 2**63


natural_key = functools.cmp_to_key(compare)
"""The sort key for ``sorted``."""
