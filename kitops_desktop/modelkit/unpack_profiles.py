"""Profiles: what is unpacked of a kit, under a name.

Saved ones are kept as JSON by whoever calls, by their names: ``{"filters": [...], "paths": [...]}``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kitops_desktop.errors import InvalidArgument
from kitops_desktop.modelkit.filters import parse_filter
from kitops_desktop.modelkit.globs import path_matcher

LONGEST_NAME = 64
Saved = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class UnpackProfile:
    """``filters`` and ``globs`` are as ``unpack`` takes them; ``about`` says what it is for."""

    name: str
    filters: tuple[str, ...] = ()
    globs: tuple[str, ...] = ()
    about: str = ""

    @property
    def is_built_in(self) -> bool:
        return any(self.name == one.name for one in BUILT_IN)

    def to_json(self) -> dict[str, Any]:
        return {"filters": list(self.filters), "paths": list(self.globs)}


INFERENCE = UnpackProfile(
    "inference",
    ("kitfile,model,code,prompts",),
    about="what inference needs: Kitfile, model and its parts, code, prompts; no datasets, no docs",
)
BUILT_IN = (INFERENCE,)


def all_profiles(saved: Saved) -> tuple[UnpackProfile, ...]:
    """Those that are built in, then those that were saved, by name. What makes no sense is left out."""
    names = {one.name for one in BUILT_IN}
    made = (_from_json(name, saved[name]) for name in sorted(saved) if name not in names)
    return (*BUILT_IN, *(one for one in made if one is not None))


def find_profile(name: str, saved: Saved) -> UnpackProfile:
    """The profile of that name. Raises ``InvalidArgument``, with the names that there are."""
    known = {one.name: one for one in all_profiles(saved)}
    if name not in known:
        raise InvalidArgument(f"there is no profile {name}; there are: {', '.join(known)}")
    return known[name]


def saved_with(saved: Saved, profile: UnpackProfile) -> dict[str, Mapping[str, Any]]:
    """``saved`` with the profile added, or changed. Raises ``InvalidArgument`` when it cannot be one."""
    _check(profile)
    before = saved.get(profile.name, {})
    return {**saved, profile.name: {**before, **profile.to_json()}}


def saved_without(saved: Saved, name: str) -> dict[str, Mapping[str, Any]]:
    """``saved`` without the profile. Raises ``InvalidArgument`` when it is not there."""
    if name not in saved:
        built_in = any(name == one.name for one in BUILT_IN)
        raise InvalidArgument(
            f"the profile {name} is built in" if built_in else f"no profile {name} was saved"
        )
    return {known: value for known, value in saved.items() if known != name}


def _check(profile: UnpackProfile) -> None:
    name = profile.name
    if not name or name != name.strip() or not name.isprintable() or len(name) > LONGEST_NAME:
        raise InvalidArgument(f"a profile needs a name of up to {LONGEST_NAME} letters that can be printed")
    if profile.is_built_in:
        raise InvalidArgument(f"the profile {name} is built in: choose another name")
    if not profile.filters and not profile.globs:
        raise InvalidArgument("a profile needs at least one filter or path")
    for text in profile.filters:
        parse_filter(text)
    path_matcher(profile.globs)


def _from_json(name: str, value: Mapping[str, Any]) -> UnpackProfile | None:
    filters, globs = value.get("filters", []), value.get("paths", [])
    if not all(
        isinstance(texts, list) and all(isinstance(one, str) for one in texts) for texts in (filters, globs)
    ):
        return None
    made = UnpackProfile(name, tuple(filters), tuple(globs))
    try:
        _check(made)
    except InvalidArgument:
        return None
    return made
