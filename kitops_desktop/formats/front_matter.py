"""What a model card says of itself between the two ``---`` at its top."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

import yaml

from kitops_desktop.errors import FormatError
from kitops_desktop.formats.source import Bytes
from kitops_desktop.formats.values import Kind, Recognised, facts

FORMAT = "model card"
_FENCE = "---"
_END = re.compile(r"^---[ \t]*\r?(?:\n|\Z)", re.MULTILINE)
_MOST = 64 << 10
_MOST_EVENTS = 20_000
_MOST_DEPTH = 20


@dataclass(frozen=True, slots=True)
class FrontMatter:
    licence: str
    base_models: tuple[str, ...]
    tags: tuple[str, ...]
    languages: tuple[str, ...]
    datasets: tuple[str, ...]
    library: str
    task: str

    def recognised(self) -> Recognised:
        return Recognised(
            Kind.DOCS,
            FORMAT,
            self.library,
            facts(
                ("licence", self.licence),
                ("base model", self.base_models),
                ("task", self.task),
                ("languages", self.languages),
                ("datasets", self.datasets),
                ("tags", self.tags),
            ),
        )


def looks_like_front_matter(beginning: bytes) -> bool:
    return beginning.removeprefix(b"\xef\xbb\xbf").startswith((b"---\n", b"---\r\n"))


def without_front_matter(text: str) -> str:
    """What the card says below that; all of ``text`` where it begins with none, or that has no end."""
    if not text.startswith(("---\n", "---\r\n")):
        return text
    end = _END.search(text, len(_FENCE) + 1)
    return text if end is None else text[end.end() :].lstrip("\r\n")


def read_front_matter(source: Bytes) -> FrontMatter | None:
    """None for plain text between two such lines, which are rules then. Raises ``FormatError``."""
    said = _loaded(_matter(source.read(0, _MOST).decode("utf-8-sig", "replace")))
    if isinstance(said, str):
        return None
    return FrontMatter(
        _text(said.get("license_name")) or _text(said.get("license")),
        _texts(said.get("base_model")),
        _texts(said.get("tags")),
        _texts(said.get("language")),
        _texts(said.get("datasets")),
        _text(said.get("library_name")),
        _text(said.get("pipeline_tag")),
    )


def _matter(text: str) -> str:
    lines = text.splitlines()
    if not lines or lines[0] != _FENCE:
        raise FormatError(FORMAT, "it does not begin with ---")
    try:
        end = lines.index(_FENCE, 1)
    except ValueError as error:
        raise FormatError(FORMAT, "what begins with --- has no end") from error
    return "\n".join(lines[1:end])


def _loaded(text: str) -> Mapping[object, object] | str:
    """All values as texts: nothing is made of them. Aliases, which could multiply, are refused."""
    try:
        _check(text)
        value = yaml.load(text, Loader=yaml.BaseLoader)
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise FormatError(FORMAT, "its YAML cannot be read") from error
    if not isinstance(value, (dict, str)):
        raise FormatError(FORMAT, "its YAML has no keys")
    return value


def _check(text: str) -> None:
    depth = 0
    for count, event in enumerate(yaml.parse(text, Loader=yaml.BaseLoader)):
        if isinstance(event, (yaml.MappingStartEvent, yaml.SequenceStartEvent)):
            depth += 1
        elif isinstance(event, (yaml.MappingEndEvent, yaml.SequenceEndEvent)):
            depth -= 1
        if isinstance(event, yaml.AliasEvent) or depth > _MOST_DEPTH or count > _MOST_EVENTS:
            raise FormatError(FORMAT, "its YAML is not as simple as it should be")


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _texts(value: object) -> tuple[str, ...]:
    values = value if isinstance(value, list) else [value]
    return tuple(text for text in values[:100] if isinstance(text, str) and text)
