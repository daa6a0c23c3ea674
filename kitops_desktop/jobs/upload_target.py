"""Where work uploads to, and clearing away there what will not be gone on with."""

from __future__ import annotations

import logging
from collections.abc import Iterable

from kitops_desktop.errors import KitOpsError
from kitops_desktop.jobs.copy_job import CopyWork, copy_references
from kitops_desktop.jobs.job import Job, JobState
from kitops_desktop.jobs.pack_push_job import PackPushWork
from kitops_desktop.jobs.push_job import PushWork
from kitops_desktop.jobs.remote import repository_of
from kitops_desktop.jobs.tools import Tools
from kitops_desktop.jobs.work import Work
from kitops_desktop.oci.reference import Reference, parse_reference_with_tags
from kitops_desktop.progress import Cancelled, CancelToken

log = logging.getLogger(__name__)


def upload_target(work: Work | None) -> Reference | None:
    """What the work uploads, None when it uploads nothing."""
    try:
        if isinstance(work, PushWork):
            return parse_reference_with_tags(work.target or work.source)[0]
        if isinstance(work, PackPushWork):
            return parse_reference_with_tags(work.target or work.pack.reference)[0]
        return copy_references(work.source, work.target)[1] if isinstance(work, CopyWork) else None
    except KitOpsError:
        return None


def unwanted_uploads(job: Job, jobs: Iterable[Job]) -> Reference | None:
    """Where a job that will not go on has uploaded to for nothing; None when nothing is to be cleared away,
    as another of ``jobs`` may go on with it.
    """
    target = upload_target(job.work)
    if target is None:
        return None
    left = (upload_target(other.work) for other in jobs if other is not job and _may_go_on(other))
    wanted = any(other.repository_name == target.repository_name for other in left if other is not None)
    return None if wanted else target


def _may_go_on(job: Job) -> bool:
    return not job.state.is_finished or job.state in (JobState.FAILED, JobState.INTERRUPTED)


def end_uploads(target: Reference, tools: Tools, token: CancelToken) -> None:
    """Tell the registry that nothing more comes. If it cannot be told, it clears them away itself, later."""
    try:
        repository_of(tools, target, token).writable().end_uploads()
    except (KitOpsError, Cancelled) as error:
        log.info("uploads to %s were left to the registry: %s", target.repository_name, error)
