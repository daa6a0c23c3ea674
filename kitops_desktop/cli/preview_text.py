"""The preview of a file, for a terminal."""

from __future__ import annotations

from collections.abc import Sequence

from kitops_desktop.cli.console import printable
from kitops_desktop.cli.sizes import UNKNOWN, kit_size, size_or_unknown
from kitops_desktop.cli.table import table
from kitops_desktop.formats.values import Member, Recognised, Tensor, clean
from kitops_desktop.preview.file_preview import TEXT_CUT, FilePreview, Table, hex_lines
from kitops_desktop.preview.memory_need import OVERHEAD, MemoryNeed

SHOWN_TENSORS = 50
_SHOWN_LINES = 40
_SHOWN_CELLS = 20


def preview_text(preview: FilePreview, memory: int | None) -> str:
    """``memory`` in bytes is what a model is to fit; None when that is not known."""
    parts = [table(_pairs(preview))]
    if preview.needs:
        parts.append(_needs(preview.needs, memory))
    parts += [_table(one) for one in preview.tables]
    known = preview.known
    if known is not None:
        parts += _lists(known)
    parts += [f"[{cell.kind}]\n{_beginning(cell.source)}" for cell in preview.cells[:_SHOWN_CELLS]]
    parts += _more(len(preview.cells) - _SHOWN_CELLS, "cells")
    if preview.text is not None and not preview.tables:
        parts.append(_beginning(preview.text.content))
    if preview.head:
        parts.append(hex_lines(preview.head[:256]))
    return "\n\n".join(parts)


def notes_on_text(preview: FilePreview) -> tuple[str, ...]:
    """The notes on what ``preview_text`` shows, which is no text where there are tables."""
    return tuple(note for note in preview.notes if note != TEXT_CUT or not preview.tables)


def _pairs(preview: FilePreview) -> list[tuple[str, str]]:
    pairs = [("path", printable(preview.name)), ("size", size_or_unknown(preview.size))]
    pairs.append(("format", preview.format or UNKNOWN))
    known = preview.known
    if known is None:
        return pairs
    if known.framework:
        pairs.append(("framework", known.framework))
    if known.parameter_count is not None:
        pairs.append(("parameters", f"{known.parameter_count:,}"))
    if known.precision:
        pairs.append(("precision", clean(known.precision)))
    for fact in known.facts:
        pairs.append((fact.name, f"{fact.value:,}" if isinstance(fact.value, int) else fact.value))
    return pairs


def _needs(needs: Sequence[MemoryNeed], memory: int | None) -> str:
    rows = [("PRECISION", "WEIGHTS", f"WITH {OVERHEAD} % MORE", _fits_head(memory))]
    for need in needs:
        fits = "" if memory is None else "fits" if need.fits(memory) else "does not fit"
        rows.append((need.precision, kit_size(need.weights), kit_size(need.total), fits))
    return table(rows)


def _fits_head(memory: int | None) -> str:
    return "" if memory is None else f"MEMORY OF {kit_size(memory)}"


def _lists(known: Recognised) -> list[str]:
    parts = []
    if known.tensors:
        parts.append(_tensors(known.tensors))
    if known.members:
        parts.append(_members(known.members))
    return parts


def _tensors(tensors: Sequence[Tensor]) -> str:
    rows = [("DTYPE", "SHAPE", "TENSOR")]
    for tensor in tensors[:SHOWN_TENSORS]:
        shape = "x".join(map(str, tensor.shape)) or "single"
        rows.append((clean(tensor.dtype, 20), shape, clean(tensor.name)))
    return "\n".join([table(rows), *_more(len(tensors) - SHOWN_TENSORS)])


def _members(members: Sequence[Member]) -> str:
    rows = [("SIZE", "MEMBER"), *((kit_size(one.size), one.name) for one in members[:SHOWN_TENSORS])]
    return "\n".join([table(rows), *_more(len(members) - SHOWN_TENSORS)])


def _table(shown: Table) -> str:
    """Rows of files need not be equally long."""
    width = len(shown.headers)
    rows = [[clean(cell, 60) for cell in row] + [""] * (width - len(row)) for row in shown.rows]
    return table([[clean(header, 60) for header in shown.headers], *rows])


def _beginning(text: str) -> str:
    lines = text.split("\n")
    return "\n".join([*lines[:_SHOWN_LINES], *_more(len(lines) - _SHOWN_LINES, "lines")])


def _more(count: int, what: str = "") -> list[str]:
    return [" ".join(filter(None, (f"and {count:,} more", what)))] if count > 0 else []
