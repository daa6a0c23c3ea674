"""What a download would do, for those who decide about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from kitops_desktop.errors import FileAccessError
from kitops_desktop.free_space import free_space
from kitops_desktop.importers.hugging_face.client import HfClient
from kitops_desktop.importers.hugging_face.download_folder import folder_name, partial_name, partial_sizes
from kitops_desktop.importers.hugging_face.download_notes import Notes, read_notes
from kitops_desktop.importers.hugging_face.download_plan import ignores_case, plan_download
from kitops_desktop.importers.hugging_face.values import HfFile, HfRepository
from kitops_desktop.modelkit.conflicts import Conflict, ExistingRules
from kitops_desktop.modelkit.globs import path_matcher
from kitops_desktop.modelkit.target_folder import TargetTree
from kitops_desktop.modelkit.unpack_plan import opened_tree
from kitops_desktop.progress import CancelToken, Report, Tally, ignore_progress


@dataclass(frozen=True, slots=True)
class DownloadSurvey:
    """``files`` and ``size`` (bytes) are what would be written if nothing were in the way; ``begun`` of these
    bytes an earlier attempt has left. ``free`` are the bytes where the target is or would be, None when it
    does not say. ``present`` counts files that are there with the right content already, and ``left_out``
    are never written, each with the reason in ``unsafe``.
    """

    files: int
    size: int
    free: int | None
    conflicts: tuple[Conflict, ...]
    present: int
    left_out: tuple[HfFile, ...]
    begun: int = 0


def survey_download(
    client: HfClient,
    repository: HfRepository,
    files: Sequence[HfFile],
    globs: Sequence[str],
    target: Path,
    token: CancelToken,
    report: Report = ignore_progress,
) -> DownloadSurvey:
    """Look what the target has, reading files there that may be the same; ``globs`` choose among ``files``.
    ``report`` is told how many bytes have been compared.

    Nothing is asked of Hugging Face. Raises ``InvalidArgument`` for a wrong glob, ``FileAccessError``,
    ``Cancelled``.
    """
    matches = path_matcher(globs)
    wanted = [file for file in files if matches(file.path)]
    try:
        with opened_tree(target) as tree:
            return _surveyed(repository, wanted, tree, target, token, Tally(report))
    except OSError as error:
        raise FileAccessError(target, "look into", error.strerror or type(error).__name__) from error


def _surveyed(
    repository: HfRepository,
    wanted: Sequence[HfFile],
    tree: TargetTree | None,
    target: Path,
    token: CancelToken,
    compared: Tally,
) -> DownloadSurvey:
    notes, there = _left_before(repository, tree)
    plan = plan_download(
        wanted,
        tree,
        ExistingRules(),
        notes.by_file(),
        ignores_case=ignores_case(tree),
        token=token,
        read=lambda count, path: compared.add(max(0, count), path),  # what turns out to differ was read too
    )
    chosen = [choice.file for choice in plan.choices]
    return DownloadSurvey(
        len(chosen),
        sum(file.size for file in chosen),
        free_space(target),
        plan.conflicts,
        len(plan.present),
        plan.left_out,
        sum(min(file.size, there.get(partial_name(file), 0)) for file in chosen),
    )


def _left_before(repository: HfRepository, tree: TargetTree | None) -> tuple[Notes, dict[str, int]]:
    """What an earlier attempt left."""
    try:
        if tree is not None:
            with tree.root.child(folder_name(repository)) as folder:
                return read_notes(folder), partial_sizes(folder)
    except (FileNotFoundError, NotADirectoryError):
        pass
    return Notes(), {}
