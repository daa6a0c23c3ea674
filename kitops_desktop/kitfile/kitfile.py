"""The Kitfile as a value: frozen dataclasses, one per kind of entry.

Text fields are ``str``; ``""`` means absent, since ``kit`` makes no difference between an empty, a missing
and a ``null`` field. ``digest`` and ``diff_id`` are known only once an entry is packed (``sha256:...`` of
the stored layer and of its uncompressed tar); they exist in the config blob, never in the text of a
Kitfile.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any, TypeAlias

FreeData: TypeAlias = Any
"""Nested dict, list, str, int, float, bool and None."""

MANIFEST_VERSION = "1.0.0"
"""What newer ``kit`` demands in ``manifestVersion``, and what ``init`` and the editor fill in."""


@dataclass(frozen=True, slots=True, eq=False)
class Parameters:
    """Free data below ``parameters``: nested dict, list, str, int, float, bool and None.

    An absent section is ``None`` in the owner; ``Parameters("")`` and ``Parameters({})`` are values that
    are kept. Timestamps of the YAML text are held as the RFC 3339 strings they become in JSON. Keys that
    are not text may occur (the text allows them); such a value cannot be written as JSON. Two values are
    equal when they are written alike: 1 and 1.0 are the same, 1 and True are not.
    """

    value: FreeData

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Parameters):
            return NotImplemented
        return comparable(self.value) == comparable(other.value)

    def __hash__(self) -> int:
        return hash(comparable(self.value))


def comparable(value: FreeData) -> Hashable:
    """A hashable form of free data, in which a bool differs from a number."""
    if isinstance(value, dict):
        return ("map", frozenset((comparable(key), comparable(item)) for key, item in value.items()))
    if isinstance(value, (list, tuple)):
        return ("list", tuple(comparable(item) for item in value))
    if isinstance(value, bool):
        return ("bool", value)
    if isinstance(value, (int, float)):
        return ("number", "nan" if value != value else value)
    return ("text", value)


@dataclass(frozen=True, slots=True)
class Package:
    """What the kit as a whole is called and who made it."""

    name: str = ""
    version: str = ""
    description: str = ""
    license: str = ""
    authors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ModelPart:
    """A file or folder that belongs to the model (a tokenizer, an adapter, further weights)."""

    name: str = ""
    path: str = ""
    license: str = ""
    type: str = ""
    digest: str = ""
    diff_id: str = ""


@dataclass(frozen=True, slots=True)
class Model:
    """The model; ``path`` may also be a reference to another ModelKit, or empty (then there is no model
    layer)."""

    name: str = ""
    path: str = ""
    license: str = ""
    framework: str = ""
    format: str = ""
    version: str = ""
    description: str = ""
    parts: tuple[ModelPart, ...] = ()
    parameters: Parameters | None = None
    digest: str = ""
    diff_id: str = ""


@dataclass(frozen=True, slots=True)
class CodeEntry:
    path: str = ""
    description: str = ""
    license: str = ""
    digest: str = ""
    diff_id: str = ""


@dataclass(frozen=True, slots=True)
class Dataset:
    """A dataset; with ``remote_path`` (newer ``kit``) its bytes stay elsewhere and it has no layer."""

    name: str = ""
    path: str = ""
    remote_path: str = ""
    remote_hash: str = ""
    description: str = ""
    license: str = ""
    parameters: Parameters | None = None
    digest: str = ""
    diff_id: str = ""


@dataclass(frozen=True, slots=True)
class DocsEntry:
    path: str = ""
    description: str = ""
    digest: str = ""
    diff_id: str = ""


@dataclass(frozen=True, slots=True)
class Prompt:
    """A prompt, skill or agent file (newer ``kit``); stored as a code layer with its own annotation."""

    name: str = ""
    path: str = ""
    description: str = ""
    digest: str = ""
    diff_id: str = ""


@dataclass(frozen=True, slots=True)
class McpServer:
    """An MCP bundle (newer ``kit``); stored verbatim."""

    name: str = ""
    path: str = ""
    description: str = ""
    digest: str = ""
    diff_id: str = ""


@dataclass(frozen=True, slots=True)
class Kitfile:
    manifest_version: str = ""
    package: Package = Package()
    model: Model | None = None
    code: tuple[CodeEntry, ...] = ()
    datasets: tuple[Dataset, ...] = ()
    docs: tuple[DocsEntry, ...] = ()
    prompts: tuple[Prompt, ...] = ()
    mcp_servers: tuple[McpServer, ...] = ()
