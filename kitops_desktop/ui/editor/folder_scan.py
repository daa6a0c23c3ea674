"""What packing the folder would do, as the editor shows it: layers, what is left out, secrets and junk."""

from __future__ import annotations

import difflib
import os
import posixpath
from collections.abc import Callable, Iterable, Iterator, Set
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import TypeVar

from kitops_desktop.explanation import Explanation, explain
from kitops_desktop.kitfile.ignore import IgnoreRules
from kitops_desktop.kitfile.kitfile import Kitfile
from kitops_desktop.kitfile.problems import Problem, Severity
from kitops_desktop.kitfile.secrets import Flag, FlagKind, flag
from kitops_desktop.modelkit.layers import layer_entries
from kitops_desktop.modelkit.pack_plan import PackPlan, plan_pack
from kitops_desktop.progress import Cancelled, CancelToken

CHECK_EVERY = 2000
_E = TypeVar("_E")
_NAMES_COMPARED = 5000


@dataclass(frozen=True, slots=True)
class Flagged:
    """A doubtful path that would be packed. ``count`` files of a folder, 1 for a file."""

    flag: Flag
    count: int = 1
    is_file: bool = True

    @property
    def path(self) -> str:
        return self.flag.path

    @property
    def is_secret(self) -> bool:
        return self.flag.kind is FlagKind.SECRET


@dataclass(frozen=True, slots=True)
class FolderScan:
    """The result of looking through the folder once. ``plan`` is None when ``problem`` says why there is
    none.
    """

    plan: PackPlan | None = None
    secrets: tuple[Flagged, ...] = ()
    junk: tuple[Flagged, ...] = ()
    problem: Explanation | None = None
    problems: tuple[Problem, ...] = ()
    """What is wrong with single entries: paths that are not there, layers without content."""

    @property
    def size(self) -> int:
        """Bytes of all layers, uncompressed, exact."""
        return 0 if self.plan is None else self.plan.size


ParentPaths = Callable[[Kitfile], tuple[str, ...]]
"""The layer paths of the kits that a Kitfile refers to; they are excluded from its own layers."""


def scan_folder(
    folder: Path, kitfile: Kitfile, rules: IgnoreRules, parent_paths: ParentPaths, token: CancelToken
) -> FolderScan:
    """Look through the folder; whatever goes wrong is in the result. Raises only ``Cancelled``."""
    try:
        missing = missing_paths(folder, kitfile)
        plan = _plan(folder, kitfile, rules, parent_paths(kitfile), missing, token)
        flagged = doubtful(plan, token)
    except Cancelled:
        raise
    except Exception as error:  # shown where the list would stand
        return FolderScan(problem=explain(error))
    secrets = tuple(one for one in flagged if one.is_secret)
    junk = tuple(one for one in flagged if not one.is_secret)
    return FolderScan(plan, secrets, junk, problems=(*missing, *_empty_layers(plan)))


def _plan(
    folder: Path,
    kitfile: Kitfile,
    rules: IgnoreRules,
    excluded: tuple[str, ...],
    missing: tuple[Problem, ...],
    token: CancelToken,
) -> PackPlan:
    """The plan of all entries whose paths are there; each layer keeps its place in the Kitfile."""
    gone = {problem.field.removesuffix(".path") for problem in missing}
    entries = [entry for entry in layer_entries(kitfile) if entry.field not in gone]
    plan = plan_pack(folder, without_entries(kitfile, gone), rules, excluded=excluded, token=token)
    layers = (replace(layer, field=entry.field) for layer, entry in zip(plan.layers, entries, strict=True))
    return replace(plan, layers=tuple(layers))


def without_entries(kitfile: Kitfile, fields: Set[str]) -> Kitfile:
    """The Kitfile without the entries of these fields (``model``, ``code[0]``), as far as layers go."""

    def left(entries: tuple[_E, ...], name: str) -> tuple[_E, ...]:
        return tuple(one for index, one in enumerate(entries) if f"{name}[{index}]" not in fields)

    model = kitfile.model
    if model is not None:
        path = "" if "model" in fields else model.path
        model = replace(model, path=path, parts=left(model.parts, "model.parts"))
    return replace(
        kitfile,
        model=model,
        code=left(kitfile.code, "code"),
        datasets=left(kitfile.datasets, "datasets"),
        docs=left(kitfile.docs, "docs"),
        prompts=left(kitfile.prompts, "prompts"),
        mcp_servers=left(kitfile.mcp_servers, "mcpServers"),
    )


def missing_paths(folder: Path, kitfile: Kitfile) -> tuple[Problem, ...]:
    """Every path of the Kitfile that is not in the folder, with the name that was probably meant.

    A folder that cannot be reached has no missing paths: packing tells what is wrong with it.
    """
    if not folder.is_dir():
        return ()
    return tuple(
        Problem(
            Severity.ERROR,
            f"“{entry.path}” is not in the folder",
            field=f"{entry.field}.path",
            suggestion=_likely_path(folder, entry.clean_path),
        )
        for entry in layer_entries(kitfile)
        if not _is_there(folder, entry.clean_path)
    )


def _is_there(folder: Path, path: str) -> bool:
    try:
        (folder / path).stat()
    except (FileNotFoundError, NotADirectoryError, ValueError):  # ValueError: a name no file can have
        return False
    except OSError:
        return True
    return True


def _likely_path(folder: Path, path: str) -> str:
    parent, _, name = path.rpartition("/")
    try:
        with os.scandir(folder / parent) as found:
            names = [entry.name for entry in islice(found, _NAMES_COMPARED)]
    except (OSError, ValueError):
        return ""
    same = [one for one in names if one.casefold() == name.casefold()]
    close = same or difflib.get_close_matches(name, names, n=1, cutoff=0.7)
    return f"Did you mean {posixpath.join(parent, close[0])}?" if close else ""


def _empty_layers(plan: PackPlan) -> Iterator[Problem]:
    for layer in plan.layers:
        if layer.plan.files_size == 0:
            what = "has no files to pack" if layer.plan.file_count == 0 else "has only empty files"
            text = f"“{layer.path or '.'}” {what}"
            yield Problem(Severity.WARNING, text, field=f"{layer.field}.path")


def patterns_for(flagged: Iterable[Flagged]) -> tuple[str, ...]:
    """The lines of .kitignore that keep these paths out."""
    return tuple(dict.fromkeys(one.flag.pattern for one in flagged))


def doubtful(plan: PackPlan, token: CancelToken) -> tuple[Flagged, ...]:
    """Secrets and junk among what would be packed; a doubtful folder stands for all of its files."""
    found: dict[str, Flagged] = {}
    for layer in plan.layers:
        for number, name in enumerate(layer.plan.names()):
            if number % CHECK_EVERY == 0:
                token.check()
            doubt = flag(name)
            if doubt is not None:
                before = found.get(doubt.path)
                found[doubt.path] = Flagged(
                    doubt, 1 if before is None else before.count + 1, doubt.path == name
                )
    return tuple(found.values())
