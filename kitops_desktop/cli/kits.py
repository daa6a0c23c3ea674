"""Finding and reading kits for the commands."""

from __future__ import annotations

import json

from kitops_desktop.modelkit.inspect import ModelKit, load_kit
from kitops_desktop.oci.reference import Reference
from kitops_desktop.workspace import Workspace


def load_local_kit(workspace: Workspace, reference: Reference) -> ModelKit:
    """The kit a reference names in the local store; raises ``ReferenceNotFound`` or ``NotAModelKit``."""
    descriptor = workspace.store.resolve(reference)
    return load_kit(workspace.store, descriptor, reference.short)


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
