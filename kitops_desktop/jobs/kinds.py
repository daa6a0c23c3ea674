"""All kinds of work, and how one is made again from what the journal has."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from kitops_desktop.jobs.copy_into_job import CopyIntoWork
from kitops_desktop.jobs.copy_job import CopyWork
from kitops_desktop.jobs.delete_remote_job import DeleteRemoteWork
from kitops_desktop.jobs.hugging_face_job import HuggingFaceWork
from kitops_desktop.jobs.index_job import IndexWork
from kitops_desktop.jobs.move_store_job import MoveStoreWork
from kitops_desktop.jobs.pack_job import PackWork
from kitops_desktop.jobs.pack_push_job import PackPushWork
from kitops_desktop.jobs.prune_job import EmptyTrashWork, PruneWork
from kitops_desktop.jobs.pull_job import PullWork
from kitops_desktop.jobs.push_job import PushWork
from kitops_desktop.jobs.remove_job import RemoveWork
from kitops_desktop.jobs.restore_remote_job import RestoreRemoteWork
from kitops_desktop.jobs.sample_job import SampleWork
from kitops_desktop.jobs.unpack_job import UnpackWork
from kitops_desktop.jobs.verify_job import VerifyWork
from kitops_desktop.jobs.work import Work

KINDS: Mapping[str, Callable[[Mapping[str, Any]], Work]] = {
    work.kind: work.from_parameters
    for work in (
        PackWork,
        UnpackWork,
        VerifyWork,
        RemoveWork,
        PruneWork,
        EmptyTrashWork,
        MoveStoreWork,
        SampleWork,
        PushWork,
        PullWork,
        PackPushWork,
        CopyWork,
        CopyIntoWork,
        DeleteRemoteWork,
        IndexWork,
        RestoreRemoteWork,
        HuggingFaceWork,
    )
}


def restore(kind: str, parameters: Mapping[str, Any]) -> Work | None:
    """The work of that kind; None for a kind this version does not know.

    Raises ``KeyError``, ``TypeError`` or ``ValueError`` for parameters it cannot use.
    """
    make = KINDS.get(kind)
    return None if make is None else make(parameters)
