"""What to know of the registries that uploads go to: that one drops what is interrupted, for instance."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable, Mapping
from functools import lru_cache

from PySide6.QtCore import QObject, Signal

from kitops_desktop.errors import KitOpsError
from kitops_desktop.jobs.copy_job import CopyWork
from kitops_desktop.jobs.job import Job
from kitops_desktop.jobs.pack_push_job import PackPushWork
from kitops_desktop.jobs.push_job import PushWork
from kitops_desktop.jobs.work import Work
from kitops_desktop.oci.reference import parse_reference_with_tags
from kitops_desktop.progress import CancelToken
from kitops_desktop.registry.host_habits import describe_uploads
from kitops_desktop.ui.background_signals import Reader
from kitops_desktop.workspace import Workspace

log = logging.getLogger(__name__)

_AGAIN_SECONDS = 3.0


class HostNotes(QObject):
    """``look`` reads in the background what is known of the registries, which may be found out while a job
    runs; ``changed`` tells that there is something new.
    """

    changed = Signal()

    def __init__(self, workspace: Workspace, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._reader = Reader(workspace.background, self)
        self._notes: Mapping[str, str] = {}
        self._looked_at = -_AGAIN_SECONDS

    def of(self, job: Job) -> str:
        """A sentence on the registry that a job sends to, while it has not ended; "" for nothing to say."""
        return "" if job.state.is_finished else self._notes.get(upload_host(job.work), "")

    def look(self, jobs: Iterable[Job]) -> None:
        """Look again, unless that was a moment ago."""
        now = time.monotonic()
        if self._reader.busy or now - self._looked_at < _AGAIN_SECONDS:
            return
        self._looked_at = now
        hosts = {upload_host(job.work) for job in jobs if not job.state.is_finished} - {""}
        if hosts:
            self._reader.read(lambda token: self._read(hosts, token), self._take, self._log)

    def _read(self, hosts: set[str], token: CancelToken) -> Mapping[str, str]:
        abilities = self._workspace.abilities
        return {host: " ".join(describe_uploads(abilities, host)) for host in hosts}

    def _take(self, notes: Mapping[str, str]) -> None:
        if notes != self._notes:
            self._notes = notes
            self.changed.emit()

    def _log(self, error: Exception) -> None:
        log.info("nothing is known of the registries: %s", error)


def upload_host(work: Work | None) -> str:
    """The registry that a work sends to; "" for none."""
    if isinstance(work, PushWork):
        target = work.target or work.source
    elif isinstance(work, PackPushWork):
        target = work.target or work.pack.reference
    elif isinstance(work, CopyWork):
        target = work.target
    else:
        return ""
    return _registry_of(target)


@lru_cache(maxsize=256)
def _registry_of(target: str) -> str:
    try:
        return parse_reference_with_tags(target)[0].registry
    except KitOpsError:
        return ""
