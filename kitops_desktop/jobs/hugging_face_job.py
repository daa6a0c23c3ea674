"""Downloading a repository of Hugging Face, or files of it, into a folder."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

from kitops_desktop.errors import InvalidArgument
from kitops_desktop.importers.hugging_face.address import HfAddress, parse_hf_address
from kitops_desktop.importers.hugging_face.download import (
    Downloaded,
    DownloadSurvey,
    download,
    survey_download,
)
from kitops_desktop.importers.hugging_face.sign_in import hugging_face
from kitops_desktop.importers.hugging_face.values import HfFile, HfRepository
from kitops_desktop.jobs.download_origin import noted_origin
from kitops_desktop.jobs.tools import Tools
from kitops_desktop.jobs.work import Result, WorkContext
from kitops_desktop.modelkit.conflicts import OnExisting
from kitops_desktop.modelkit.globs import path_matcher
from kitops_desktop.progress import CancelToken, Report, ignore_progress

__all__ = ["DownloadSurvey", "HuggingFaceWork", "download_repository", "survey_download"]

_MOST_NAMED = 1000
"""So many paths are kept with a result."""


@dataclass(frozen=True, slots=True)
class HuggingFaceWork:
    """Download what ``globs`` choose (without any: all) of the repository ``address`` into ``target``.

    The address has a commit (``HfRepository.pinned``), so that going on later brings nothing else.
    ``existing`` says what happens to files in the way, ``decisions`` says it for single paths.
    """

    kind: ClassVar[str] = "hugging-face"
    address: str
    target: Path
    globs: tuple[str, ...] = ()
    existing: OnExisting = OnExisting.FAIL
    decisions: Mapping[str, OnExisting] = field(default_factory=dict)

    @property
    def title(self) -> str:
        return f"Download {self.repository.name} from Hugging Face"

    @property
    def repository(self) -> HfAddress:
        """Raises ``InvalidArgument`` for what is no address there."""
        address = parse_hf_address(self.address)
        if address is None:
            raise InvalidArgument(f"{self.address!r} is no address of Hugging Face")
        return address

    def parameters(self) -> dict[str, Any]:
        return {
            "address": self.address,
            "target": str(self.target),
            "globs": list(self.globs),
            "existing": self.existing.value,
            "decisions": {path: decision.value for path, decision in self.decisions.items()},
        }

    @classmethod
    def from_parameters(cls, given: Mapping[str, Any]) -> HuggingFaceWork:
        work = cls(
            str(given["address"]),
            Path(given["target"]),
            tuple(given["globs"]),
            OnExisting(given["existing"]),
            {path: OnExisting(decision) for path, decision in given["decisions"].items()},
        )
        try:
            work.repository  # noqa: B018 - whether it is one
        except InvalidArgument as error:
            raise ValueError(str(error)) from error
        return work

    def run(self, context: WorkContext) -> Result:
        repository, done = download_repository(
            self, context.tools, token=context.token, report=context.report
        )
        return _result(self, repository, done)


def download_repository(
    work: HuggingFaceWork,
    tools: Tools,
    *,
    token: CancelToken | None = None,
    report: Report = ignore_progress,
) -> tuple[HfRepository, Downloaded]:
    """Ask what is in the repository, and download it. Raises ``InvalidArgument`` also when it has nothing of
    what is wanted, ``CredentialError``s, and what ``HfClient`` and ``download`` raise.
    """
    token = token or CancelToken()
    address = work.repository
    matches = path_matcher(work.globs)
    registries = tools.registries
    if registries is None:
        raise InvalidArgument("there is no network to reach Hugging Face by")
    client = hugging_face(registries)
    repository = client.repository(address, token)
    files = [file for file in client.all_files(repository, token) if _is_at(file, address.path)]
    wanted = [file for file in files if matches(file.path)]
    if files and not wanted:
        raise InvalidArgument(f"{address.name} has no file that matches {', '.join(work.globs[:10])}")
    with noted_origin(tools.origins, work.target, address.name):
        done = download(
            client,
            repository,
            wanted,
            work.target,
            existing=work.existing,
            decisions=work.decisions,
            token=token,
            report=report,
        )
    return repository, done


def _is_at(file: HfFile, path: str) -> bool:
    """Whether it is what the address is about, or in the folder that it is about."""
    return not path or file.path == path or file.path.startswith(f"{path}/")


def _result(work: HuggingFaceWork, repository: HfRepository, done: Downloaded) -> Result:
    name = repository.address.name
    return Result(
        _summary(name, done),
        {
            "address": str(repository.pinned),
            "name": name,
            "folder": str(work.target),
            "files": done.files,
            "size": done.size,
            "skipped": len(done.skipped),
            "present": len(done.present),
            "left_out": _shown(done.left_out),
            "beside": _shown(done.beside),
        },
    )


def _summary(name: str, done: Downloaded) -> str:
    if done.present and not done.files:
        says = f"Nothing of {name} was fetched; {_were(len(done.present))} there already"
    else:
        says = f"Downloaded {'1 file' if done.files == 1 else f'{done.files:,} files'} of {name}"
        says += f"; {_were(len(done.present))} there already" if done.present else ""
    says += f"; {_were(len(done.skipped))} left alone" if done.skipped else ""
    return says + (f"; {_were(len(done.left_out))} left out" if done.left_out else "")


def _were(count: int) -> str:
    return "1 was" if count == 1 else f"{count:,} were"


def _shown(paths: Sequence[str]) -> list[str]:
    """As they can be shown and kept: names that are left out may hold anything."""
    return [
        "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in path)
        for path in paths[:_MOST_NAMED]
    ]
