"""Finding and reading kits for the commands."""

from __future__ import annotations

import json

from kitops_desktop.cli.command import Invocation
from kitops_desktop.cli.network_flags import use_network
from kitops_desktop.errors import InvalidArgument
from kitops_desktop.jobs.parents import FoundKit, Place, find_kit
from kitops_desktop.oci.reference import Reference


def load(invocation: Invocation, reference: Reference, place: Place = Place.LOCAL) -> FoundKit:
    """The kit a reference names, from the store or from its registry; the flags must have been used before
    (``use_network``).

    Raises ``ReferenceNotFound``, ``NotAModelKit``, ``RegistryError``s, and ``InvalidArgument`` with `kit`'s
    words for a remote kit without a registry.
    """
    if place is Place.REMOTE and reference.is_local:
        raise InvalidArgument(f"can not check remote: {reference.short} does not contain registry")
    return find_kit(invocation.workspace.tools, reference, place, invocation.token)


def load_named(invocation: Invocation, reference: Reference, place: Place = Place.LOCAL) -> FoundKit:
    """As ``load``, for a command with one reference: its registry gets the sign-in of the flags."""
    if place is not Place.LOCAL:
        use_network(invocation, reference.registry)
    return load(invocation, reference, place)


class ExactNumber(float):
    """A JSON number that prints as it was written: integers over 2**53 and ``1.0`` keep their text."""

    text: str

    def __new__(cls, text: str) -> ExactNumber:
        made = super().__new__(cls, text)
        made.text = text
        return made

    def __repr__(self) -> str:
        return self.text


def parsed_json(content: bytes) -> object:
    """JSON with its key order kept and its numbers exact."""
    value: object = json.loads(content, parse_float=ExactNumber)
    return value
