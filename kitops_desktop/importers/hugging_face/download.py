"""Downloading files of a repository on Hugging Face into a folder.

Each file is written in a hidden folder in the target, its content checked against the digest that Hugging
Face names, and only then gets its name, at once. What stops before that is gone on with by the next run:
what is in place already is not fetched, and of what was half there only the rest.

No link in the target is followed, nothing is written beside it, and names that may not be used here are left
out.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from kitops_desktop.errors import DiskFull, FileAccessError, FilesExist
from kitops_desktop.free_space import free_space
from kitops_desktop.importers.hugging_face.client import HfClient
from kitops_desktop.importers.hugging_face.content import HfContent
from kitops_desktop.importers.hugging_face.download_folder import (
    DownloadFolder,
    download_folder,
    folder_name,
    partial_name,
    partial_sizes,
)
from kitops_desktop.importers.hugging_face.download_plan import DownloadPlan, ignores_case, plan_download
from kitops_desktop.importers.hugging_face.file_download import fetch, writing
from kitops_desktop.importers.hugging_face.placing import Placing
from kitops_desktop.importers.hugging_face.survey import DownloadSurvey, survey_download
from kitops_desktop.importers.hugging_face.values import HfFile, HfRepository
from kitops_desktop.modelkit.conflicts import Action, ExistingRules, OnExisting
from kitops_desktop.modelkit.made_folder import made_folder
from kitops_desktop.modelkit.target_folder import TargetTree
from kitops_desktop.modelkit.unpack_plan import opened_tree
from kitops_desktop.progress import Cancelled, CancelToken, Report, Tally, first_failed, ignore_progress

__all__ = ["DownloadSurvey", "Downloaded", "OnExisting", "download", "survey_download"]

PARALLEL = 4
"""Files at a time."""


@dataclass(frozen=True, slots=True)
class Downloaded:
    """``files`` were written, ``size`` bytes in all. ``skipped`` are the paths of files that were there with
    another content and were left alone, ``present`` of those that were there with the right one, ``left_out``
    of those that are never written. ``beside`` are the names that files got which were kept beside others.
    """

    files: int
    size: int
    skipped: tuple[str, ...] = ()
    present: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()


def download(
    client: HfClient,
    repository: HfRepository,
    files: Sequence[HfFile],
    target: Path,
    *,
    existing: OnExisting = OnExisting.FAIL,
    decisions: Mapping[str, OnExisting] | None = None,
    parallel: int = PARALLEL,
    token: CancelToken | None = None,
    report: Report = ignore_progress,
) -> Downloaded:
    """Download ``files`` of a repository, at its commit, into ``target``, which is made when missing.

    ``existing`` says what happens to other files in the way, ``decisions`` says it for single paths.
    Progress is in bytes of all files, those that are there already among them.

    Raises before anything is fetched: ``FilesExist``, ``FileAccessError``, ``DiskFull``,
    ``DownloadElsewhere``. Later also: ``HfContentWrong``, what ``HfClient`` raises, ``Cancelled``; files that
    were finished by then stay, and what came of others is kept for the next time.
    """
    rules = ExistingRules(existing, decisions or {})
    token = token or CancelToken()
    with made_folder(target) as keep, opened_tree(target) as tree:
        if tree is None:
            raise FileAccessError(target, "open", "it vanished")
        with _refusals(target), download_folder(tree.root, repository, keep) as hidden:
            return _Download(client, repository, hidden, tree, rules, token, report).run(files, parallel)


class _Download:
    def __init__(
        self,
        client: HfClient,
        repository: HfRepository,
        hidden: DownloadFolder,
        tree: TargetTree,
        rules: ExistingRules,
        token: CancelToken,
        report: Report,
    ) -> None:
        self._client, self._repository = client, repository
        self._hidden, self._tree, self._rules = hidden, tree, rules
        self._token, self._tally = token, Tally(report)
        self._target = tree.root.path
        self._lock = threading.Lock()
        self._left: list[HfFile] = []
        self._placed: dict[str, str] = {}

    def run(self, files: Sequence[HfFile], parallel: int) -> Downloaded:
        plan = self._plan(files)
        self._check(plan)
        wanted = [choice.file for choice in plan.choices if choice.action is not Action.SKIP]
        self._hidden.prepare(self._repository.commit, [*wanted, *plan.present])
        self._check_space(wanted)
        self._tally.expect(sum(file.size for file in (*wanted, *plan.present)))
        placing = Placing(self._tree, self._hidden, self._rules, files)
        self._left = sorted(wanted, key=_turn, reverse=True)  # taken from the end
        try:
            self._fetch_all(placing, parallel)
        except DiskFull as error:
            raise self._needing_room(wanted, error) from error
        return self._account(plan, wanted)

    def _plan(self, files: Sequence[HfFile]) -> DownloadPlan:
        return plan_download(
            files,
            self._tree,
            self._rules,
            self._hidden.notes.by_file(),
            ignores_case=ignores_case(self._tree, folder_name(self._repository)),
            token=self._token,
            read=self._tally.skip,
        )

    def _check(self, plan: DownloadPlan) -> None:
        clash = next((found.path for found in plan.conflicts if not found.same_kind), None)
        if clash is not None:
            reason = "a folder is where a file belongs, or the reverse"
            raise FileAccessError(self._target / clash, "write", reason)
        stops = [choice.file.path for choice in plan.choices if choice.action is Action.CONFLICT]
        if stops:
            raise FilesExist([self._target / path for path in stops])

    def _check_space(self, wanted: Sequence[HfFile]) -> None:
        needed, free = self._missing(wanted), free_space(self._target)
        if free is not None and needed > free:
            raise DiskFull(self._target, needed, free)

    def _missing(self, wanted: Sequence[HfFile]) -> int:
        """Bytes that are still to be written."""
        there = partial_sizes(self._hidden.folder)
        left = (file for file in wanted if file.path not in self._placed)
        return sum(max(0, file.size - there.get(partial_name(file), 0)) for file in left)

    def _needing_room(self, wanted: Sequence[HfFile], error: DiskFull) -> DiskFull:
        needed = self._missing(wanted)
        # more is free than is needed: a quota, or what the system keeps for itself
        return DiskFull(self._target, needed if needed > error.free else None, error.free)

    def _fetch_all(self, placing: Placing, parallel: int) -> None:
        """Several at a time; when one fails, the others are given up and its error is raised."""
        threads = max(1, min(parallel, len(self._left)))
        with (
            self._token.child() as own,
            ThreadPoolExecutor(threads, thread_name_prefix="download of a file") as pool,
        ):
            futures = [pool.submit(self._fetch_some, placing, own) for _ in range(threads)]
            unfinished = set(futures)
            try:
                unfinished = first_failed(futures)
            finally:
                if unfinished:
                    own.cancel(keep=True)
        errors = [error for future in futures if (error := future.exception()) is not None]
        if errors:
            self._token.check()  # what was shut down under it broke: that is not what happened
        for error in sorted(errors, key=lambda error: isinstance(error, Cancelled)):
            raise error

    def _fetch_some(self, placing: Placing, token: CancelToken) -> None:
        while (file := self._next()) is not None:
            token.check()
            content = HfContent(self._client, self._repository, file)
            fetch(content, self._hidden, self._target, self._tally, token)
            with writing(self._target / file.path):
                path = placing.place(file)
            with self._lock:
                self._placed[file.path] = path

    def _next(self) -> HfFile | None:
        with self._lock:
            return self._left.pop() if self._left else None

    def _account(self, plan: DownloadPlan, wanted: Sequence[HfFile]) -> Downloaded:
        written = [file for file in wanted if self._placed[file.path]]
        late = [file.path for file in wanted if not self._placed[file.path]]
        skipped = [choice.file.path for choice in plan.choices if choice.action is Action.SKIP]
        beside = [path for before, path in self._placed.items() if path and path != before]
        return Downloaded(
            len(written),
            sum(file.size for file in written),
            (*skipped, *late),
            tuple(file.path for file in plan.present),
            tuple(sorted(beside)),
            tuple(file.path for file in plan.left_out),
        )


def _turn(file: HfFile) -> tuple[bool, int]:
    """Small files first. Empty ones last: they need no question, which others may be refused."""
    return file.size == 0, file.size


@contextmanager
def _refusals(target: Path) -> Iterator[None]:
    """What the system says against the folder as a whole."""
    try:
        yield
    except OSError as error:
        raise FileAccessError(target, "write into", error.strerror or type(error).__name__) from error
