"""``preview``: what a file of a kit is, from its header, without unpacking the kit or loading the file."""

from __future__ import annotations

import argparse

from kitops_desktop.cli.command import Invocation
from kitops_desktop.cli.console import printable
from kitops_desktop.cli.file_in_kit import FileInKit, add_file_arguments, named_file
from kitops_desktop.cli.json_text import go_indented_json
from kitops_desktop.cli.sizes import kit_size
from kitops_desktop.cli.table import table
from kitops_desktop.formats.recognise import recognise
from kitops_desktop.formats.values import Recognised, Tensor, clean
from kitops_desktop.preview.counting import CountingFetcher
from kitops_desktop.preview.file_bytes import opened_file

SUMMARY = "Show what a file of a ModelKit is: tensors, columns, what a pickle imports"
SHOWN_TENSORS = 50
_UNKNOWN = "unknown"


def configure(parser: argparse.ArgumentParser) -> None:
    add_file_arguments(parser)
    parser.add_argument("--format", choices=("text", "json"), default="text")


def run(invocation: Invocation) -> int:
    named = named_file(invocation)
    counting = CountingFetcher(named.found.fetcher)
    layer, file = named.entry.layer, named.entry.file
    with opened_file(counting, layer, file, token=invocation.token) as source:
        known = recognise(source, file.path)
    console = invocation.console
    console.note(f"{named.note} {kit_size(counting.bytes_read)} of {kit_size(file.size)} were looked at.")
    if invocation.arguments.format == "json":
        console.result(go_indented_json(_json(named, known)))
        return 0
    console.result(_text(named, known))
    for warning in known.warnings if known else ():
        console.warn(warning)
    return 0


def _json(named: FileInKit, known: Recognised | None) -> dict[str, object]:
    file = named.entry.file
    about: dict[str, object] = {
        "path": printable(file.path),
        "size": file.size,
        "layer": named.entry.layer.descriptor.digest,
        "source": "registry, not verified by its digest" if named.is_from_registry else "local store",
        "format": known.format if known else None,
    }
    if known is None:
        return about
    return {
        **about,
        "kind": known.kind.value,
        "framework": known.framework or None,
        "parameters": known.parameter_count,
        "precision": known.precision or None,
        "facts": [{"name": fact.name, "value": fact.value} for fact in known.facts],
        "tensors": [
            {"name": clean(tensor.name, 1000), "shape": list(tensor.shape), "dtype": clean(tensor.dtype)}
            for tensor in known.tensors
        ],
        "table": [[clean(cell, 1000) for cell in row] for row in known.table],
        "warnings": list(known.warnings),
    }


def _text(named: FileInKit, known: Recognised | None) -> str:
    file = named.entry.file
    pairs: list[tuple[str, str]] = [("path", printable(file.path)), ("size", kit_size(file.size))]
    if known is None:
        return table([*pairs, ("format", _UNKNOWN)])
    pairs.append(("format", known.format))
    if known.framework:
        pairs.append(("framework", known.framework))
    if known.parameter_count is not None:
        pairs.append(("parameters", f"{known.parameter_count:,}"))
    if known.precision:
        pairs.append(("precision", clean(known.precision)))
    for fact in known.facts:
        pairs.append((fact.name, f"{fact.value:,}" if isinstance(fact.value, int) else fact.value))
    parts = [table(pairs)]
    if known.table:
        parts.append(_even_table(known.table))
    if known.tensors:
        parts.append(_tensor_table(known.tensors))
    return "\n\n".join(parts)


def _tensor_table(tensors: tuple[Tensor, ...]) -> str:
    rows = [("DTYPE", "SHAPE", "TENSOR")]
    for tensor in tensors[:SHOWN_TENSORS]:
        shape = "x".join(map(str, tensor.shape)) or "single"
        rows.append((clean(tensor.dtype, 20), shape, clean(tensor.name)))
    more = len(tensors) - SHOWN_TENSORS
    return table(rows) + (f"\nand {more:,} more" if more > 0 else "")


def _even_table(rows: tuple[tuple[str, ...], ...]) -> str:
    """Rows of files need not be equally long."""
    width = max(map(len, rows))
    return table([[clean(cell, 60) for cell in row] + [""] * (width - len(row)) for row in rows])
