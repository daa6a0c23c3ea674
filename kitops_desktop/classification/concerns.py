"""What a careful person would mind about a Kitfile and what it packs, with the remedy where one exists."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path, PurePosixPath

from kitops_desktop.classification.file_look import FileLook
from kitops_desktop.classification.remedies import (
    DATASETS,
    PARTS,
    Remedy,
    add_entry,
    move_entry,
    set_text,
)
from kitops_desktop.formats import lfs_pointer
from kitops_desktop.kitfile.file_kinds import FileKind, file_kind
from kitops_desktop.kitfile.kitfile import Kitfile
from kitops_desktop.kitfile.licence import MAX_TEXT, detect_licence
from kitops_desktop.kitfile.lookup import KITFILE_NAMES
from kitops_desktop.kitfile.paths import clean
from kitops_desktop.kitfile.problems import Problem, Severity, field_path
from kitops_desktop.kitfile.validation import PathEntry, path_entries
from kitops_desktop.oci.reference import is_reference

DATA_SUFFIXES = (
    ".csv",
    ".tsv",
    ".parquet",
    ".jsonl",
    ".ndjson",
    ".arrow",
    ".feather",
    ".tfrecord",
    ".tfrecords",
)
MOST_OF_A_KIND = 10
"""Concerns of one kind that are told one by one."""
_MOST_NAMES = 5_000
_MOST_ENTRIES = 2_000
"""Entries that are looked at: it is done anew for every state of the text."""


@dataclass(frozen=True, slots=True)
class Concern:
    """``path`` is what in the folder it is about, "" for the Kitfile itself."""

    problem: Problem
    path: str = ""
    remedy: Remedy | None = None


def advice(
    message: str, *, field: str = "", suggestion: str = "", path: str = "", remedy: Remedy | None = None
) -> Concern:
    return Concern(Problem(Severity.ADVICE, message, field=field, suggestion=suggestion), path, remedy)


def warning(
    message: str, *, field: str = "", suggestion: str = "", path: str = "", remedy: Remedy | None = None
) -> Concern:
    return Concern(Problem(Severity.WARNING, message, field=field, suggestion=suggestion), path, remedy)


def named(paths: Sequence[str], most: int = 3) -> str:
    """The first of some paths, and how many there are besides."""
    shown = ", ".join(paths[:most])
    return shown if len(paths) <= most else f"{shown} and {len(paths) - most:,} more"


@dataclass(frozen=True, slots=True)
class FolderFacts:
    """What stands at the top of a folder. ``licence`` is an SPDX identifier, "" when the text is none known.

    ``model_is_file``: the path of the model is there, though it reads as the name of another kit.
    """

    readme: str = ""
    licence_file: str = ""
    licence: str = ""
    kitfiles: tuple[str, ...] = ()
    model_is_file: bool = False


def folder_facts(folder: Path, kitfile: Kitfile) -> FolderFacts:
    """Reads names at the top of the folder and the text of a licence. What cannot be read is not there."""
    try:
        with os.scandir(folder) as found:
            names = sorted(entry.name for entry in islice(found, _MOST_NAMES) if entry.is_file())
    except OSError:
        return FolderFacts()
    by_stem = {PurePosixPath(name).stem.casefold(): name for name in reversed(names)}
    licence_file = next((by_stem[stem] for stem in ("license", "licence", "copying") if stem in by_stem), "")
    path = "" if kitfile.model is None else kitfile.model.path
    return FolderFacts(
        by_stem.get("readme", ""),
        licence_file,
        _licence(folder / licence_file) if licence_file else "",
        tuple(name for name in KITFILE_NAMES if name in names),
        bool(path) and is_reference(path) and _exists(folder / path),
    )


def kitfile_concerns(kitfile: Kitfile, facts: FolderFacts) -> Iterator[Concern]:
    """What can be told from the Kitfile and the top of its folder, without looking at more."""
    yield from _licence_concerns(kitfile, facts)
    if not facts.readme and not kitfile.docs:
        yield advice("There is no README: nobody is told what this is", suggestion="Add a README.md.")
    if len(facts.kitfiles) > 1:
        counts, *others = facts.kitfiles
        yield warning(
            f"There is more than one Kitfile: {counts} counts, {' and '.join(others)} does not",
            suggestion=f"Delete or rename {' and '.join(others)}.",
            path=others[0],
        )
    yield from _model_concerns(kitfile, facts)
    yield from _newer_sections(kitfile)
    yield from _misplaced(islice(path_entries(kitfile), _MOST_ENTRIES))
    yield from _inside_model(kitfile)


def _licence_concerns(kitfile: Kitfile, facts: FolderFacts) -> Iterator[Concern]:
    model_has = kitfile.model is not None and kitfile.model.license
    if kitfile.package.license or model_has:
        return
    remedy, suggestion = None, "Name the licence, best by its SPDX identifier."
    if facts.licence:
        remedy = set_text(("package", "license"), facts.licence)
        suggestion = f"{facts.licence_file} is the text of {facts.licence}."
    message = "There is no licence: nobody knows what they may do with it"
    yield advice(message, field="package.license", suggestion=suggestion, remedy=remedy)


def _model_concerns(kitfile: Kitfile, facts: FolderFacts) -> Iterator[Concern]:
    if kitfile.model is None:
        return
    if not kitfile.model.path:
        yield advice(
            "The model has no path: no file of it is packed",
            field="model",
            suggestion="Name its file or folder.",
        )
    elif facts.model_is_file:
        yield warning(
            f"“{kitfile.model.path}” is read as the name of another kit; the file of that name is not packed",
            field="model.path",
            suggestion="Rename the file, or the folder it is in.",
        )


def _newer_sections(kitfile: Kitfile) -> Iterator[Concern]:
    for field, there in (("prompts", kitfile.prompts), ("mcpServers", kitfile.mcp_servers)):
        if there:
            message = f"kit 1.7 and a few versions after it refuse a Kitfile with {field}"
            suggestion = "Whoever unpacks it needs a newer kit, or this program."
            yield advice(message, field=field, suggestion=suggestion)


def _misplaced(entries: Iterable[PathEntry]) -> Iterator[Concern]:
    """Entries for a single file that is of another kind than its section, by its name."""
    for entry in entries:
        section, _, _ = entry.field.partition("[")
        if section in ("code", "docs", "model.parts") and is_data(entry.path):
            what = {"code": "code", "docs": "docs", "model.parts": "parts of the model"}[section]
            yield advice(
                f"“{entry.path}” is data, but stands among {what}",
                field=entry.field,
                path=clean(entry.path),
                remedy=move_entry("Move to datasets", _entry(entry), DATASETS),
            )
        elif section in ("code", "docs", "datasets") and _is_weights(entry.path):
            where = "datasets" if section == "datasets" else section
            yield advice(
                f"“{entry.path}” looks like a model, but stands among {where}",
                field=entry.field,
                path=clean(entry.path),
                remedy=move_entry("Move to model parts", _entry(entry), PARTS),
            )


def _inside_model(kitfile: Kitfile) -> Iterator[Concern]:
    """Datasets that lie in the folder of the model and have an entry of their own."""
    model = kitfile.model
    if model is None or not model.path or is_reference(model.path) or clean(model.path) == ".":
        return
    above = clean(model.path) + "/"
    for index, dataset in enumerate(kitfile.datasets[:_MOST_ENTRIES]):
        if clean(dataset.path).startswith(above):
            yield advice(
                f"The dataset “{dataset.path}” lies in the folder of the model",
                field=f"datasets[{index}].path",
                suggestion="Who unpacks only the model gets part of a folder: data is better kept beside it.",
                path=clean(dataset.path),
            )


def data_in_model(path: str) -> Concern:
    """Data that the model's layer would take along."""
    return advice(
        f"“{path}” is data in the folder of the model, and would be packed as part of it",
        field="model.path",
        path=path,
        remedy=add_entry("Make it a dataset", DATASETS, path),
    )


def unreadable(look: FileLook) -> Concern:
    problem = Problem(Severity.ERROR, f"It cannot be read: {look.problem}")
    return Concern(problem, look.path)


def content_concerns(looks: Sequence[FileLook]) -> Iterator[Concern]:
    """What the content of files gives cause for; secrets and imports are doubts of their own."""
    told = [look for look in looks if look.unreadable or _has_warnings(look)]
    for look in told[: 3 * MOST_OF_A_KIND]:
        if look.unreadable:
            yield unreadable(look)
        elif look.recognised is not None:
            say = warning if look.recognised.format == lfs_pointer.FORMAT else advice
            yield from (say(text, path=look.path) for text in look.recognised.warnings)
    left = len(told) - 3 * MOST_OF_A_KIND
    if left > 0:
        yield advice(f"{left:,} more files have something of that kind")


def _has_warnings(look: FileLook) -> bool:
    return look.recognised is not None and bool(look.recognised.warnings) and not look.imports


def is_data(path: str) -> bool:
    return path.casefold().endswith(DATA_SUFFIXES)


def _is_weights(path: str) -> bool:
    return file_kind(path) is FileKind.MODEL and not path.endswith(
        (".npy", ".npz", ".tfrecords", ".bin", ".pb")
    )


def _entry(entry: PathEntry) -> tuple[str | int, ...]:
    return field_path(entry.field)[:-1]


def _licence(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return detect_licence(file.read(MAX_TEXT).decode("utf-8", "replace"))
    except OSError:
        return ""


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except (OSError, ValueError):
        return False
