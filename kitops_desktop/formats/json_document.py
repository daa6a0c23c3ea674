"""A JSON file by what it says: a notebook, a configuration, a tokenizer, or just JSON."""

from __future__ import annotations

import re

from kitops_desktop.errors import FormatError
from kitops_desktop.formats import notebook
from kitops_desktop.formats.adapter_config import is_adapter_config, read_adapter_config
from kitops_desktop.formats.json_lines import read_json_lines
from kitops_desktop.formats.json_text import parse_json
from kitops_desktop.formats.source import Bytes, read_whole
from kitops_desktop.formats.transformers_config import (
    Tokenizer,
    is_tokenizer,
    is_transformers_config,
    read_tokenizer,
    read_transformers_config,
)
from kitops_desktop.formats.values import Kind, Recognised, facts

FORMAT = "JSON"
MOST_JSON = 64 << 20
"""Bytes. The largest tokenizers have some 33 MiB; what is larger is data."""
MOST_AT_ONCE = 1 << 20
"""Bytes. Of more only the names in front are read: while a text becomes values no other thread runs, and a
window would stand still."""
_BEGINNING, _END = 256 << 10, 4 << 10
_PIECES = re.compile(rb'"(?:[^"\\]|\\.)*+(?:"(\s{0,20}:)?|\\?\Z)|[][{}]', re.DOTALL)


def recognised_json(source: Bytes) -> Recognised:
    """Raises ``FormatError``."""
    if source.size > MOST_JSON:
        return Recognised(Kind.DATASET, FORMAT)
    if source.size > MOST_AT_ONCE:
        return _by_its_beginning(source)
    try:
        document = parse_json(read_whole(source, FORMAT, MOST_AT_ONCE), FORMAT)
    except FormatError:
        lines = lines_in_json(source)
        if lines is None:
            raise
        return lines
    if not isinstance(document, dict):
        count = len(document) if isinstance(document, list) else None
        return Recognised(Kind.DATASET, FORMAT, facts=facts(("values", count)))
    if notebook.is_notebook(document):
        return notebook.read_notebook(document).recognised()
    if is_adapter_config(document):
        return read_adapter_config(document).recognised()
    if is_tokenizer(document):
        return read_tokenizer(document).recognised()
    if is_transformers_config(document):
        return read_transformers_config(document).recognised()
    return Recognised(Kind.PART, FORMAT, facts=facts(("keys", tuple(document))))


def _by_its_beginning(source: Bytes) -> Recognised:
    beginning = source.read(0, _BEGINNING).removeprefix(b"\xef\xbb\xbf").lstrip()
    if beginning.startswith(b"["):
        return Recognised(Kind.DATASET, FORMAT)
    if not beginning.startswith(b"{"):
        raise FormatError(FORMAT, "its JSON cannot be read")
    is_closed = beginning.partition(b"\n")[0].rstrip().endswith(b"}")
    lines = lines_in_json(source) if is_closed else None
    if lines is not None:
        return lines
    names = _first_names(beginning)
    if {"cells", "worksheets"} & set(names) and (
        "nbformat" in names or b'"nbformat"' in source.read(source.size - _END, _END)
    ):
        return Recognised(Kind.CODE, notebook.FORMAT)
    if "added_tokens" in names and "model" in names:
        return Tokenizer("", None, None).recognised()
    return Recognised(Kind.PART, FORMAT, facts=facts(("keys", names)))


def lines_in_json(source: Bytes) -> Recognised | None:
    """Many a dataset has an object in each line, whatever its name says. One line alone tells nothing."""
    try:
        found = read_json_lines(source)
    except FormatError:
        return None
    return found.recognised() if len(found.rows) > 1 and not found.others else None


def _first_names(beginning: bytes) -> tuple[str, ...]:
    """The names in the outermost object, as far as it is there."""
    names: dict[str, None] = {}
    depth = 0
    for piece in _PIECES.finditer(beginning):
        if piece[0] in b"{[":
            depth += 1
        elif piece[0] in b"}]":
            depth -= 1
        elif depth == 1 and piece[1]:
            names[piece[0][1 : piece[0].rfind(b'"')].decode(errors="replace")] = None
    return tuple(names)
