"""The tag to propose after others: ``v7`` -> ``v8``, ``1.2.3`` -> ``1.2.4``."""

from __future__ import annotations

import re
from collections.abc import Iterable

from kitops_desktop.oci.reference import DEFAULT_TAG

_NUMBER_AT_END = re.compile(r"(.*?)([0-9]+)$")
_LONGEST = 18
"""Digits; what has more is no number that anybody counts."""


def next_tag(tag: str, taken: Iterable[str]) -> str:
    """The tag after ``tag`` and after all of its series that are ``taken``; ``latest`` stays.

    A series are the tags that differ in the number at their end only. Leading zeros are kept.
    """
    match = _NUMBER_AT_END.match(tag)
    if match is None or len(match[2]) > _LONGEST:
        return tag or DEFAULT_TAG
    before, number = match[1], match[2]
    numbers = (_NUMBER_AT_END.match(other) for other in taken)
    used = (int(n[2]) for n in numbers if n is not None and n[1] == before and len(n[2]) <= _LONGEST)
    highest = max((int(number), *used))
    return f"{before}{str(highest + 1).zfill(len(number) if number.startswith('0') else 0)}"


def newest_of_series(tags: Iterable[str]) -> str:
    """The tag to count up from when nobody names one: the highest of the series with most members; "" for
    none."""
    series: dict[str, list[int]] = {}
    for tag in tags:
        match = _NUMBER_AT_END.match(tag)
        if match is not None and len(match[2]) <= _LONGEST:
            series.setdefault(match[1], []).append(int(match[2]))
    if not series:
        return ""
    before = max(series, key=lambda name: (len(series[name]), max(series[name])))
    return f"{before}{max(series[before])}"
