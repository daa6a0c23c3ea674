"""What can be done about a job, by its state and result."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from kitops_desktop.errors import HfAccessNeeded
from kitops_desktop.importers.hugging_face.endpoint import hf_endpoint
from kitops_desktop.jobs.hindrance import NoSignIn
from kitops_desktop.jobs.hugging_face_job import HuggingFaceWork
from kitops_desktop.jobs.job import Job, JobState
from kitops_desktop.jobs.push_job import PushWork
from kitops_desktop.jobs.unpack_job import UnpackWork
from kitops_desktop.oci.reference import short_repository
from kitops_desktop.ui.hugging_face.download_choice import download_command, source_text
from kitops_desktop.ui.hugging_face.hf_problem import may_sign_in
from kitops_desktop.ui.library.command_text import unpack_command
from kitops_desktop.ui.registry_remedy import RegistryRemedy, remedy_of


@dataclass(frozen=True, slots=True)
class Offers:
    """Empty texts and None mean that it is not offered. ``project`` is a folder to work on.

    ``reference`` names the kit in the library, ``remote`` the one in a registry. ``remedy`` is where an error
    of this run can be mended. ``pause``, ``resume`` and ``try_now`` are the words on their buttons.
    """

    cancel: bool
    retry: bool
    clear: bool
    reference: str
    folder: Path | None
    project: Path | None
    log: Path | None
    remote: str = ""
    remedy: RegistryRemedy | None = None
    pause: str = ""
    resume: str = ""
    try_now: str = ""
    move: bool = False
    command: str = ""
    """What does the same on the command line."""
    source: str = ""
    """The address at Hugging Face it comes from."""
    source_text: str = ""
    target: Path | None = None
    """The folder it goes into, from the beginning."""
    web_page: str = ""
    """Where one asks for what is given to nobody else."""

    @property
    def copied(self) -> str:
        """The reference to copy: what was made of the kit in the end."""
        return self.remote or self.reference

    @property
    def project_text(self) -> str:
        """What is downloaded becomes a project when it is opened as one."""
        return "Open as project" if self.source else "Open project"


_OF_PROJECTS = ("pack", "sample", "copy-into", "hugging-face")
NOTHING_OFFERED = Offers(False, False, False, "", None, None, None)


def offers_of(job: Job) -> Offers:
    details = job.result.details if job.result is not None else {}
    folder = details.get("folder")
    path = Path(folder) if isinstance(folder, str) and folder else None
    reference = _short(details.get("reference"))
    needs_sign_in = isinstance(job.hindrance, NoSignIn)
    download = job.work if isinstance(job.work, HuggingFaceWork) else None
    return Offers(
        cancel=job.can_cancel,
        retry=job.can_retry and not job.can_resume,
        clear=job.state.is_finished,
        reference=_stored(job, reference, details.get("packed")),
        folder=path,
        project=path if job.kind in _OF_PROJECTS and job.state is JobState.DONE else None,
        log=job.log_path if job.started_at is not None else None,
        remote=reference if _is_remote(job) else "",
        remedy=_remedy(job) if job.state is JobState.FAILED or needs_sign_in else None,
        pause="Pause at once" if job.state is JobState.PAUSING else "Pause" if job.can_pause else "",
        resume="Resume" if job.can_resume else "",
        try_now="" if not job.can_try_now else "Try now" if job.hindrance else "Reconnect",
        move=job.can_move,
        command=_command(job),
        source=download.address if download is not None else "",
        source_text=source_text(download) if download is not None else "",
        target=download.target if download is not None else None,
        web_page=job.error.page if isinstance(job.error, HfAccessNeeded) else "",
    )


def _remedy(job: Job) -> RegistryRemedy | None:
    """Hugging Face says that there is nothing also to whoever has not signed in."""
    if not isinstance(job.work, HuggingFaceWork):
        return remedy_of(job.error)
    if job.error is not None and may_sign_in(job.error):
        return RegistryRemedy("Sign in…", "sign-in", hf_endpoint().host, is_sign_in=True)
    return None if isinstance(job.error, HfAccessNeeded) else remedy_of(job.error)


def _command(job: Job) -> str:
    work = job.work
    if isinstance(work, HuggingFaceWork):
        return download_command(work)
    if not isinstance(work, UnpackWork):
        return ""
    return unpack_command(
        work.reference.removeprefix("localhost/"),
        str(work.target),
        filters=work.filters,
        globs=work.globs,
        existing=work.existing,
        decisions=work.decisions,
        keep=work.keep,
        whole_layers=work.whole_layers and not work.keep,
    )


def _stored(job: Job, reference: str, packed: object) -> str:
    """What the kit is called on this computer, "" when it is not there by this job."""
    work = job.work
    if not reference or job.kind in ("delete-remote", "restore-remote", "index", "copy"):
        return ""
    if isinstance(work, PushWork):
        return _short(work.source)
    if isinstance(work, UnpackWork) and work.source == "remote" and not work.keep:
        return ""
    return _short(packed) or reference


def _is_remote(job: Job) -> bool:
    """Whether the result names a kit that is in a registry."""
    if isinstance(job.work, UnpackWork):
        return job.work.source == "remote"
    return job.kind in ("push", "pack-push", "pull", "copy", "restore-remote", "index")


def _short(reference: object) -> str:
    """As people read it, and as it can be entered again; results have the whole name."""
    return short_repository(reference).removeprefix("@") if isinstance(reference, str) else ""
