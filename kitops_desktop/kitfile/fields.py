"""The fields of a Kitfile, written down once: reading, config JSON, YAML and the editor all follow this
table.

The order of the fields is the order in which ``kit`` writes them. Type names are those of its messages.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

from kitops_desktop.kitfile.kitfile import (
    CodeEntry,
    Dataset,
    DocsEntry,
    Kitfile,
    McpServer,
    Model,
    ModelPart,
    Package,
    Prompt,
)


class Kind(Enum):
    TEXT = auto()
    TEXTS = auto()
    FREE = auto()
    """Any value: ``parameters``."""
    ENTRY = auto()
    ENTRIES = auto()


@dataclass(frozen=True, slots=True)
class Struct:
    """A map with fixed keys. ``type_name`` is what ``kit`` calls it; ``cls`` is ours."""

    type_name: str
    cls: type[Any]
    fields: tuple[Field, ...]
    has_layer: bool = False
    """Whether the JSON form ends with ``digest`` and ``diffId``."""

    def find(self, key: str) -> Field | None:
        return next((field for field in self.fields if field.key == key), None)

    def find_any_case(self, key: str) -> Field | None:
        folded = key.casefold()
        return self.find(key) or next(
            (field for field in self.fields if field.key.casefold() == folded), None
        )

    def __iter__(self) -> Iterator[Field]:
        return iter(self.fields)


@dataclass(frozen=True, slots=True)
class Field:
    """One key of a ``Struct``; ``struct`` is set for entries and lists of entries."""

    key: str
    attribute: str
    kind: Kind = Kind.TEXT
    struct: Struct | None = None
    written_when_empty: bool = False

    @property
    def type_name(self) -> str:
        """The Go type, as ``kit`` names it in messages."""
        if self.struct is not None:
            return f"[]{self.struct.type_name}" if self.kind is Kind.ENTRIES else self.struct.type_name
        return "[]string" if self.kind is Kind.TEXTS else "string"


def _texts(*keys: str) -> tuple[Field, ...]:
    return tuple(Field(key, key) for key in keys)


PACKAGE = Struct(
    "artifact.Package",
    Package,
    (*_texts("name", "version", "description", "license"), Field("authors", "authors", Kind.TEXTS)),
)
MODEL_PART = Struct(
    "artifact.ModelPart", ModelPart, _texts("name", "path", "license", "type"), has_layer=True
)
MODEL = Struct(
    "artifact.Model",
    Model,
    (
        *_texts("name", "path", "license", "framework", "format", "version", "description"),
        Field("parts", "parts", Kind.ENTRIES, MODEL_PART),
        Field("parameters", "parameters", Kind.FREE),
    ),
    has_layer=True,
)
CODE = Struct("artifact.Code", CodeEntry, _texts("path", "description", "license"), has_layer=True)
DATASET = Struct(
    "artifact.DataSet",
    Dataset,
    (
        *_texts("name", "path"),
        Field("remotePath", "remote_path"),
        Field("remoteHash", "remote_hash"),
        *_texts("description", "license"),
        Field("parameters", "parameters", Kind.FREE),
    ),
    has_layer=True,
)
DOCS = Struct(
    "artifact.Docs",
    DocsEntry,
    (Field("path", "path", written_when_empty=True), *_texts("description")),
    has_layer=True,
)
PROMPT = Struct("artifact.Prompt", Prompt, _texts("name", "path", "description"), has_layer=True)
MCP_SERVER = Struct("artifact.MCPServer", McpServer, _texts("name", "path", "description"), has_layer=True)
KITFILE = Struct(
    "artifact.KitFile",
    Kitfile,
    (
        Field("manifestVersion", "manifest_version", written_when_empty=True),
        Field("package", "package", Kind.ENTRY, PACKAGE),
        Field("model", "model", Kind.ENTRY, MODEL),
        Field("code", "code", Kind.ENTRIES, CODE),
        Field("datasets", "datasets", Kind.ENTRIES, DATASET),
        Field("docs", "docs", Kind.ENTRIES, DOCS),
        Field("prompts", "prompts", Kind.ENTRIES, PROMPT),
        Field("mcpServers", "mcp_servers", Kind.ENTRIES, MCP_SERVER),
    ),
)
