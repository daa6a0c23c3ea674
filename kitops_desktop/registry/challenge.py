"""What a registry asks for with 401: the ``WWW-Authenticate`` headers, as they are really written."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

_TOKEN = r"[A-Za-z0-9!#$%&'*+.^_`|~-]+"
_SCHEME = re.compile(rf"\s*,?\s*({_TOKEN})(?:\s+(?=\S)|\s*$|\s*(?=,))")
_PARAMETER = re.compile(rf'\s*,?\s*({_TOKEN})\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]*))\s*(?=,|$)')
_MAX_LENGTH = 16384


@dataclass(frozen=True, slots=True)
class Challenge:
    """``scheme`` is in lower case ("bearer", "basic"). What was not said is ""."""

    scheme: str
    realm: str = ""
    service: str = ""
    scope: str = ""
    error: str = ""


def parse_challenges(headers: Iterable[str]) -> tuple[Challenge, ...]:
    """All challenges, in order. A header may hold several, and values may lack their quotes; what cannot be
    understood is left out.
    """
    return tuple(challenge for header in headers for challenge in _challenges(header[:_MAX_LENGTH]))


def preferred(challenges: Iterable[Challenge]) -> Challenge | None:
    """Bearer if it is offered with a realm, else Basic."""
    offered = tuple(challenges)
    for challenge in offered:
        if challenge.scheme == "bearer" and challenge.realm:
            return challenge
    return next((challenge for challenge in offered if challenge.scheme == "basic"), None)


def merged_scopes(*scopes: str) -> tuple[str, ...]:
    """Scopes sorted, those for one resource as one: ``a:pull`` and ``a:push`` are ``a:pull,push``."""
    actions: dict[str, set[str]] = {}
    for scope in scopes:
        resource, colon, allowed = scope.rpartition(":")
        if colon and resource:
            actions.setdefault(resource, set()).update(part for part in allowed.split(",") if part)
    return tuple(f"{resource}:{','.join(sorted(allowed))}" for resource, allowed in sorted(actions.items()))


def _challenges(header: str) -> Iterator[Challenge]:
    position = 0
    while scheme := _SCHEME.match(header, position):
        position = scheme.end()
        values: dict[str, str] = {}
        while parameter := _PARAMETER.match(header, position):
            name, quoted, bare = parameter.groups()
            values.setdefault(name.lower(), bare if quoted is None else re.sub(r"\\(.)", r"\1", quoted))
            position = parameter.end()
        yield Challenge(
            scheme.group(1).lower(),
            values.get("realm", ""),
            values.get("service", ""),
            values.get("scope", ""),
            values.get("error", ""),
        )
        if not values:
            position = _after_unknown(header, position)


def _after_unknown(header: str, position: int) -> int:
    """Past something that is no parameter, such as the one long word of ``Negotiate``."""
    comma = header.find(",", position)
    return len(header) if comma < 0 else comma
