"""A JSON file by what it says: a notebook, a configuration, a tokenizer, or just JSON."""

from __future__ import annotations

from kitops_desktop.formats.adapter_config import is_adapter_config, read_adapter_config
from kitops_desktop.formats.json_text import parse_json
from kitops_desktop.formats.notebook import is_notebook, read_notebook
from kitops_desktop.formats.source import Bytes, read_whole
from kitops_desktop.formats.transformers_config import (
    is_tokenizer,
    is_transformers_config,
    read_tokenizer,
    read_transformers_config,
)
from kitops_desktop.formats.values import Kind, Recognised, facts

FORMAT = "JSON"
MOST_JSON = 64 << 20
"""Bytes. The largest tokenizers have some 33 MiB; what is larger is data."""


def recognised_json(source: Bytes) -> Recognised:
    """Raises ``FormatError``."""
    if source.size > MOST_JSON:
        return Recognised(Kind.DATASET, FORMAT)
    document = parse_json(read_whole(source, FORMAT, MOST_JSON), FORMAT)
    if not isinstance(document, dict):
        count = len(document) if isinstance(document, list) else None
        return Recognised(Kind.DATASET, FORMAT, facts=facts(("values", count)))
    if is_notebook(document):
        return read_notebook(document).recognised()
    if is_adapter_config(document):
        return read_adapter_config(document).recognised()
    if is_tokenizer(document):
        return read_tokenizer(document).recognised()
    if is_transformers_config(document):
        return read_transformers_config(document).recognised()
    return Recognised(Kind.PART, FORMAT, facts=facts(("keys", tuple(document))))
