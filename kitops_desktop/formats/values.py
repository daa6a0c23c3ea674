"""What is known of a file once its header was read."""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

_MOST_CHARACTERS = 300
_MOST_DEPTH = 8


class Kind(StrEnum):
    """What a file is for."""

    MODEL = "model"
    PART = "part"
    """Goes with a model: tokenizer, configuration, adapter."""
    DATASET = "dataset"
    CODE = "code"
    DOCS = "docs"
    ARCHIVE = "archive"


@dataclass(frozen=True, slots=True)
class Tensor:
    """An array of a model; ``shape`` in elements, outermost first; ``dtype`` in the words of the format."""

    name: str
    shape: tuple[int, ...]
    dtype: str

    @property
    def elements(self) -> int:
        return math.prod(self.shape)


@dataclass(frozen=True, slots=True)
class Fact:
    """One line about a file. ``name`` is a few plain words; the value may come from the file, cleaned."""

    name: str
    value: str | int


@dataclass(frozen=True, slots=True)
class Member:
    """A file inside an archive; ``size`` in bytes, uncompressed, as the archive claims it."""

    name: str
    size: int


@dataclass(frozen=True, slots=True)
class Recognised:
    """A file whose format is known.

    ``framework`` is "" where several could have made it. ``parameter_count`` is None where the header does
    not say it. ``precision`` is the element type that most parameters have. ``table`` has the names of the
    columns first, if it ``has_column_names``, and is the beginning only when it ``has_more_rows``.
    ``warnings`` are sentences about what loading the file could do.
    ``dangerous_imports`` are the names loading it would import that can run a program, ``unknown_imports``
    those of which nothing is known.
    """

    kind: Kind
    format: str
    framework: str = ""
    facts: tuple[Fact, ...] = ()
    parameter_count: int | None = None
    precision: str = ""
    tensors: tuple[Tensor, ...] = ()
    table: tuple[tuple[str, ...], ...] = ()
    warnings: tuple[str, ...] = ()
    dangerous_imports: tuple[str, ...] = ()
    unknown_imports: tuple[str, ...] = ()
    imports: tuple[str, ...] = ()
    members: tuple[Member, ...] = ()
    has_column_names: bool = True
    has_more_rows: bool = False


def facts(*pairs: tuple[str, object]) -> tuple[Fact, ...]:
    """The pairs that have a value, text cleaned."""
    return tuple(
        Fact(clean(name, 60), value if type(value) is int else clean(value))
        for name, value in pairs
        if value is not None and value != "" and value != ()
    )


def clean(value: object, most: int = _MOST_CHARACTERS, depth: int = _MOST_DEPTH) -> str:
    """A value from a file as one line of harmless text; collections joined by commas, those in more than
    ``depth`` others as ``…``."""
    if isinstance(value, (list, tuple)):
        parts = [clean(item, 60, depth - 1) for item in value[:20]] if depth else ["…"]
        value = ", ".join(parts) + (", …" if len(value) > 20 and depth else "")
    elif isinstance(value, dict):
        value = ", ".join(clean(key, 60) for key in list(value)[:20])
    text = value[: most + 1] if isinstance(value, str) else str(value)[: most + 1]
    shown = text if text.isprintable() else "".join(map(_in_line, text))
    return shown if len(shown) <= most else shown[:most] + "…"


def _in_line(letter: str) -> str:
    if letter.isprintable():
        return letter
    return " " if letter.isspace() else "\N{REPLACEMENT CHARACTER}"


def cell(value: object, most: int = 80) -> str:
    """A value in a table: text as it is, all else as JSON has it, so that what is inside is seen."""
    if not isinstance(value, str):
        try:
            value = json.dumps(value, ensure_ascii=False, default=str)
        except (RecursionError, TypeError, ValueError):
            value = "…"
    return clean(value, most)


def clean_text(text: str, most: int) -> str:
    """Text of several lines that does no harm when shown: what is not printable, such as characters that turn
    the direction of writing, is shown as the sign for that. More than ``most`` characters end with ``…``."""
    kept = text[:most].replace("\r\n", "\n").replace("\r", "\n")
    shown = kept if kept.isprintable() else "".join(map(_harmless, kept))
    return shown if len(text) <= most else shown + "…"


def _harmless(letter: str) -> str:
    return (
        letter if letter in "\n\t\u200c\u200d" else _in_line(letter)
    )  # the last two join letters and pictures


def total_elements(tensors: Iterable[Tensor]) -> int:
    return sum(tensor.elements for tensor in tensors)


def main_dtype(tensors: Iterable[Tensor]) -> str:
    """The element type that most elements have; "" without tensors."""
    counts: Counter[str] = Counter()
    for tensor in tensors:
        counts[tensor.dtype] += tensor.elements
    return max(counts, key=lambda dtype: counts[dtype]) if counts else ""
