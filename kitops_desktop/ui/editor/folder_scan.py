"""What packing the folder would do, as the editor shows it: layers, what is left out, doubts and problems."""

from __future__ import annotations

import difflib
import os
import posixpath
from collections.abc import Callable, Iterable, Set
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from typing import TypeVar

from kitops_desktop.classification.concerns import Concern, FolderFacts, folder_facts
from kitops_desktop.classification.content_flags import joined, pickle_flag, secret_flag
from kitops_desktop.classification.file_look import FileLook
from kitops_desktop.classification.looking_over import LookedOver, look_over
from kitops_desktop.classification.looks import Looks
from kitops_desktop.classification.remedies import Remedy, remedy_of, remove_entry
from kitops_desktop.explanation import Explanation, explain
from kitops_desktop.kitfile.ignore import IgnoreRules
from kitops_desktop.kitfile.kitfile import Kitfile
from kitops_desktop.kitfile.paths import clean
from kitops_desktop.kitfile.problems import Problem, Severity, field_path
from kitops_desktop.kitfile.secrets import Flag, FlagKind, flag
from kitops_desktop.modelkit.layers import layer_entries
from kitops_desktop.modelkit.pack_plan import PackPlan, plan_pack
from kitops_desktop.modelkit.plan_concerns import files_to_see, plan_concerns
from kitops_desktop.progress import Cancelled, CancelToken, Report, ignore_progress

CHECK_EVERY = 2000
_E = TypeVar("_E")
_NAMES_COMPARED = 5000
MOST_BY_CONTENT = 2000
"""Secrets, and pickles, that are listed while one edits. The pack sheet has all."""


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

    @property
    def is_agreeable(self) -> bool:
        """Whether somebody may agree to pack it all the same; of junk nobody is asked."""
        return self.flag.kind is not FlagKind.JUNK


@dataclass(frozen=True, slots=True)
class FolderScan:
    """The result of looking through the folder once. ``plan`` is None when ``problem`` says why there is
    none.
    """

    plan: PackPlan | None = None
    secrets: tuple[Flagged, ...] = ()
    junk: tuple[Flagged, ...] = ()
    problem: Explanation | None = None
    problems: tuple[Concern, ...] = ()
    """Paths that are not there, layers without content, and what else looking through the folder tells."""
    facts: FolderFacts = field(default_factory=FolderFacts)

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
        concerns = plan_concerns(plan, rules, token)
        facts = folder_facts(folder, kitfile)
    except Cancelled:
        raise
    except Exception as error:  # shown where the list would stand
        return FolderScan(problem=explain(error))
    secrets = tuple(one for one in flagged if one.is_secret)
    junk = tuple(one for one in flagged if not one.is_secret)
    gone = (Concern(problem, remedy=_remedy_of_missing(problem)) for problem in missing)
    return FolderScan(plan, secrets, junk, problems=(*gone, *concerns), facts=facts)


def look_through(
    plan: PackPlan, looks: Looks, token: CancelToken, report: Report = ignore_progress
) -> LookedOver:
    """Look into what would be packed, as far as it is worth it. Raises ``Cancelled`` only."""
    return look_over(files_to_see(plan, token), looks, token, report)


@dataclass(frozen=True, slots=True)
class Doubts:
    """What is doubtful about what would be packed, by names and by content."""

    secrets: tuple[Flagged, ...] = ()
    pickles: tuple[Flagged, ...] = ()
    junk: tuple[Flagged, ...] = ()

    @property
    def all(self) -> tuple[Flagged, ...]:
        return (*self.secrets, *self.pickles, *self.junk)


def doubts_of(scan: FolderScan, looked: LookedOver) -> Doubts:
    """All doubts, those that are known by name and those that looking into the files found."""
    secrets = islice((look for look in looked.looks if look.secrets), MOST_BY_CONTENT)
    pickles = islice((look for look in looked.looks if look.imports), MOST_BY_CONTENT)
    return Doubts(
        with_content_secrets(scan.secrets, secrets),
        tuple(Flagged(one) for one in map(pickle_flag, pickles) if one is not None),
        scan.junk,
    )


def with_content_secrets(named: Iterable[Flagged], looks: Iterable[FileLook]) -> tuple[Flagged, ...]:
    """Secrets by their names, with those that content gives away; a file that is both is one."""
    found = {one.path: one for one in named}
    for one in map(secret_flag, looks):
        if one is None or any(above in found for above in _folders_of(one.path)):
            continue  # a folder that is flagged stands for all that is in it
        before = found.get(one.path)
        found[one.path] = Flagged(one if before is None else joined(before.flag, one))
    return tuple(found.values())


def _folders_of(path: str) -> Iterable[str]:
    parts = path.split("/")[:-1]
    return ("/".join(parts[: count + 1]) for count in range(len(parts)))


def _remedy_of_missing(problem: Problem) -> Remedy:
    return remedy_of(problem) or remove_entry(field_path(problem.field)[:-1])


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
    slashes = clean(path.replace("\\", "/"))
    if slashes != path and _is_there(folder, slashes):
        return f"Did you mean {slashes}?"
    parent, _, name = path.rpartition("/")
    try:
        with os.scandir(folder / parent) as found:
            names = [entry.name for entry in islice(found, _NAMES_COMPARED)]
    except (OSError, ValueError):
        return ""
    same = [one for one in names if one.casefold() == name.casefold()]
    close = same or difflib.get_close_matches(name, names, n=1, cutoff=0.7)
    return f"Did you mean {posixpath.join(parent, close[0])}?" if close else ""


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
