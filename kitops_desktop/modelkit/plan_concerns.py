"""What a careful person would mind about what would be packed, and what `kit` itself would leave out."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from kitops_desktop.classification.concerns import (
    MOST_OF_A_KIND,
    Concern,
    advice,
    data_in_model,
    is_data,
    named,
    warning,
)
from kitops_desktop.classification.junk import Junk, junk_file, junk_folder
from kitops_desktop.classification.looking_over import MOST_FILES, FilesToSee
from kitops_desktop.classification.remedies import (
    DATASETS,
    PARTS,
    IgnoreFix,
    Remedy,
    add_entry,
    move_entry,
    remove_entry,
)
from kitops_desktop.kitfile.file_kinds import FileKind, file_kind, is_writable_name
from kitops_desktop.kitfile.ignore import IgnoreRules, literal_pattern
from kitops_desktop.kitfile.paths import clean
from kitops_desktop.kitfile.problems import field_path
from kitops_desktop.modelkit.left_out import LeftOutReason
from kitops_desktop.modelkit.media_types import LayerKind
from kitops_desktop.modelkit.pack_plan import PackPlan, PlannedLayer
from kitops_desktop.progress import CancelToken

HUGE_CODE = 10 << 20
"""Bytes; hardly any source text has as many."""
LARGE_NOTEBOOK = 5 << 20
"""Bytes; beyond it a notebook consists of its outputs."""
MANY_FILES = 10_000
TINY = 4 << 10
"""Bytes of a file on average."""
_MOST_PREFIXES = 200
_CHECK_EVERY = 1000


def files_to_see(plan: PackPlan, token: CancelToken, most_texts: int = MOST_FILES) -> FilesToSee:
    """The files of all layers that are worth a look, each once."""
    found = FilesToSee(most_texts=most_texts)
    for layer in plan.layers:
        for number, (name, identity) in enumerate(layer.plan.files()):
            if number % _CHECK_EVERY == 0:
                token.check()
            found.add(os.fsdecode(name), identity.size, identity)
    return found


@dataclass(slots=True)
class _Seen:
    """Paths of each kind of concern. Lists are as long as what was found, which is little in most folders."""

    dots: list[str] = field(default_factory=list)
    prefixed: list[str] = field(default_factory=list)
    huge: list[tuple[PlannedLayer, str, int]] = field(default_factory=list)
    data: list[str] = field(default_factory=list)
    notebooks: list[tuple[str, int]] = field(default_factory=list)


def plan_concerns(plan: PackPlan, rules: IgnoreRules, token: CancelToken) -> tuple[Concern, ...]:
    """Raises ``Cancelled`` only."""
    seen = _Seen()
    for layer in plan.layers:
        _look_through(layer, _swallowing(layer, plan.layers), seen, token)
    return (
        *_left_out_concerns(plan),
        *(concern for layer in plan.layers for concern in _layer_concerns(layer, rules)),
        *_kit_concerns(seen),
        *_huge_concerns(seen),
        *(data_in_model(path) for path in seen.data[:MOST_OF_A_KIND]),
        *_notebook_concerns(seen),
    )


def _look_through(layer: PlannedLayer, others: tuple[str, ...], seen: _Seen, token: CancelToken) -> None:
    path = clean(layer.path)
    start = 0 if path == "." else len(path)
    is_code, is_model = layer.kind is LayerKind.CODE, layer.kind is LayerKind.MODEL
    for number, (raw, identity) in enumerate(layer.plan.files()):
        if number % _CHECK_EVERY == 0:
            token.check()
        name = os.fsdecode(raw)
        if ".." in name[start:]:
            seen.dots.append(name)
        if others and name.startswith(others):
            seen.prefixed.append(name)
        if is_code and identity.size > HUGE_CODE:
            seen.huge.append((layer, name, identity.size))
        if is_model and name != path and is_data(name) and is_writable_name(name):
            seen.data.append(name)
        if identity.size > LARGE_NOTEBOOK and name.endswith(".ipynb"):
            seen.notebooks.append((name, identity.size))


def _swallowing(layer: PlannedLayer, layers: Sequence[PlannedLayer]) -> tuple[str, ...]:
    """How names begin that `kit` takes out of this layer, though they only look as if in another one.

    It compares the texts of paths, so that the entry ``model`` takes ``model-card.md`` away. What is really
    inside another entry is not in this layer anyway.
    """
    own = clean(layer.path)
    others = {clean(other.path) for other in layers if other is not layer}
    found = tuple(sorted(other for other in others if other != "." and not own.startswith(other)))
    return found if len(found) <= _MOST_PREFIXES else ()


def _left_out_concerns(plan: PackPlan) -> Iterator[Concern]:
    by_reason: dict[LeftOutReason, list[str]] = {}
    for one in plan.left_out:
        by_reason.setdefault(one.why, []).append(f"{one.path}/" if one.is_dir else one.path)
    links = by_reason.get(LeftOutReason.LINK, [])
    if links:
        is_one = len(links) == 1
        yield warning(
            "A link is not packed" if is_one else f"{len(links):,} links are not packed: {named(links)}",
            suggestion="When you pack, links can be packed as what they point to.",
            path=links[0].rstrip("/") if is_one else "",
        )
    special = by_reason.get(LeftOutReason.SPECIAL, [])
    if special:
        yield advice(f"Not packed, as it is neither file nor folder: {named(special)}")
    uncovered = by_reason.get(LeftOutReason.NOT_COVERED, [])
    for path in filter(_is_readme, uncovered):
        yield advice("It is in no entry", path=path, remedy=add_entry("Add it to docs", ("docs",), path))
    unwanted = {path: junk for path in uncovered if (junk := _junk(path)) is not None}
    if unwanted:
        yield _unwanted(unwanted)
    uncovered = [path for path in uncovered if path not in unwanted and not _is_readme(path)]
    if uncovered:
        is_one = len(uncovered) == 1
        yield advice(
            "It is in no entry"
            if is_one
            else f"{len(uncovered):,} paths are in no entry: {named(uncovered)}",
            suggestion="Add an entry for what belongs into the kit, and ignore the rest.",
            path=uncovered[0].rstrip("/") if is_one else "",
            remedy=add_entry("Pack the rest as code", ("code",), "."),
        )


def _junk(path: str) -> Junk | None:
    """Why a path that no entry takes had better stay out for good."""
    return junk_folder(path.rstrip("/")) if path.endswith("/") else junk_file(path)


def _unwanted(unwanted: Mapping[str, Junk]) -> Concern:
    """Said apart from what may have been forgotten: an entry for the rest must not take it along."""
    paths = list(unwanted)
    is_one = len(paths) == 1
    return advice(
        f"It is in no entry, and had better stay out. {unwanted[paths[0]].why}"
        if is_one
        else f"{len(paths):,} paths are in no entry, and had better stay out: {named(paths)}",
        path=paths[0].rstrip("/") if is_one else "",
        remedy=IgnoreFix("Add to .kitignore", tuple(dict.fromkeys(one.pattern for one in unwanted.values()))),
    )


def _is_readme(path: str) -> bool:
    """Whether it is a README at the top of the folder that a Kitfile can name."""
    is_top = "/" not in path
    return is_top and PurePosixPath(path).stem.casefold() == "readme" and is_writable_name(path)


def _layer_concerns(layer: PlannedLayer, rules: IgnoreRules) -> Iterator[Concern]:
    """A layer that has nothing to pack, and one that has very much of very little."""
    plan, path = layer.plan, clean(layer.path)
    at = f"{layer.field}.path"
    if plan.files_size == 0:
        pattern = None if path == "." else rules.decision(path)
        if pattern is not None and pattern.line is not None:
            yield warning(
                f"“{layer.path}” is named here, but .kitignore leaves it out by {pattern}",
                field=at,
                path=path,
                remedy=IgnoreFix("Pack it all the same", (f"!{literal_pattern(path)}",)),
            )
            return
        what = "has no files to pack" if plan.file_count == 0 else "has only empty files"
        remedy = remove_entry(field_path(layer.field))
        yield warning(f"“{layer.path or '.'}” {what}", field=at, path=path, remedy=remedy)
    elif plan.file_count >= MANY_FILES and plan.files_size < plan.file_count * TINY:
        yield advice(
            f"“{layer.path or '.'}” has {plan.file_count:,} very small files",
            field=at,
            suggestion="One archive or table of them is packed, sent and unpacked much sooner.",
            path=path,
        )


def _kit_concerns(seen: _Seen) -> Iterator[Concern]:
    if seen.dots:
        yield advice(
            f"kit itself would leave out names with “..”: {named(seen.dots)}",
            suggestion="This program packs them; rename them if others pack this folder with kit.",
            path=seen.dots[0],
        )
    if seen.prefixed:
        yield advice(
            f"kit itself would leave out names that begin like another entry: {named(seen.prefixed)}",
            suggestion="This program packs them; rename them if others pack this folder with kit.",
            path=seen.prefixed[0],
        )


def _huge_concerns(seen: _Seen) -> Iterator[Concern]:
    largest = sorted(seen.huge, key=lambda found: -found[2])
    for layer, name, size in largest[:MOST_OF_A_KIND]:
        yield advice(
            f"“{name}” is packed as code, but has {size >> 20:,} MiB",
            field=f"{layer.field}.path",
            suggestion="As a dataset or part of the model it can be fetched, or left out, on its own.",
            path=name,
            remedy=_out_of_code(layer, name),
        )
    if len(largest) > MOST_OF_A_KIND:
        yield advice(f"{len(largest) - MOST_OF_A_KIND:,} more files of code are as large")


def _out_of_code(layer: PlannedLayer, name: str) -> Remedy | None:
    if not is_writable_name(name):
        return None
    is_model = file_kind(name) is FileKind.MODEL
    section, what = (PARTS, "model parts") if is_model else (DATASETS, "datasets")
    if clean(layer.path) == name:
        return move_entry(f"Move to {what}", field_path(layer.field), section)
    return add_entry(f"Move to {what}", section, name)


def _notebook_concerns(seen: _Seen) -> Iterator[Concern]:
    for name, size in seen.notebooks[:MOST_OF_A_KIND]:
        yield advice(
            f"It has {size >> 20:,} MiB, nearly all of it outputs of its cells",
            suggestion="Clear the outputs, also as they may show what is not meant for others.",
            path=name,
        )
