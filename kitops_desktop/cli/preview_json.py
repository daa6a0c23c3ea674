"""The preview of a file, for programs."""

from __future__ import annotations

from collections.abc import Mapping

from kitops_desktop.cli.console import printable
from kitops_desktop.formats.values import Recognised, clean
from kitops_desktop.preview.file_preview import FilePreview
from kitops_desktop.preview.index_claim import IndexClaim


def preview_json(
    place: Mapping[str, object],
    preview: FilePreview,
    memory: int | None,
    claim: IndexClaim | None = None,
    matches: bool | None = None,
) -> dict[str, object]:
    """``place`` says where the file is. ``format`` is null for what is of no known format, ``size`` where it
    was not found out; pictures and bytes are left out. ``index`` is there where a file index says what the
    file is: whether its bytes match that, null when not all were read.
    """
    known, text = preview.known, preview.text
    about: dict[str, object] = {
        "path": printable(preview.name),
        "size": preview.size,
        **place,
        "format": preview.format or None,
    }
    if claim is not None:
        about["index"] = {"digest": claim.index, "matches": matches}
    if preview.damage is not None:
        about["damage"] = str(preview.damage)
    if known is not None:
        about |= _known(known)
    if preview.needs:
        about["memory"] = {
            "given": memory,
            "needs": [
                {
                    "precision": need.precision,
                    "weights": need.weights,
                    "total": need.total,
                    "fits": None if memory is None else need.fits(memory),
                }
                for need in preview.needs
            ],
        }
    for table in preview.tables:
        about[table.title.casefold()] = {
            "names": [clean(header, 1000) for header in table.headers],
            "values": [[clean(cell, 1000) for cell in row] for row in table.rows],
        }
    if preview.cells:
        about["cells"] = [
            {"kind": cell.kind, "source": cell.source, "output": cell.output} for cell in preview.cells
        ]
    if text is not None:
        about["text"] = {"language": text.language or None, "whole": text.is_whole, "content": text.content}
    if preview.notes:
        about["notes"] = list(preview.notes)
    return about


def _known(known: Recognised) -> dict[str, object]:
    return {
        "kind": known.kind.value,
        "framework": known.framework or None,
        "parameters": known.parameter_count,
        "precision": known.precision or None,
        "facts": [{"name": fact.name, "value": fact.value} for fact in known.facts],
        "tensors": [
            {"name": clean(tensor.name, 1000), "shape": list(tensor.shape), "dtype": clean(tensor.dtype)}
            for tensor in known.tensors
        ],
        "members": [{"name": member.name, "size": member.size} for member in known.members],
        "imports": list(known.imports),
        "warnings": list(known.warnings),
    }
