"""Copying the sample kit to a folder of the user's."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from kitops_desktop.errors import FileAccessError
from kitops_desktop.jobs.space import check_space
from kitops_desktop.jobs.work import Result, WorkContext
from kitops_desktop.progress import CancelToken, Report, Tally, ignore_progress
from kitops_desktop.resource import resource

SAMPLE = "sample-kit"
_TRIES = 1000


@dataclass(frozen=True, slots=True)
class SampleWork:
    """Copy the sample to ``target``: there when it is missing or empty, else to a new folder in it."""

    kind: ClassVar[str] = "sample"
    target: Path

    @property
    def title(self) -> str:
        return "Copy the sample kit"

    def parameters(self) -> dict[str, Any]:
        return {"target": str(self.target)}

    @classmethod
    def from_parameters(cls, given: Mapping[str, Any]) -> SampleWork:
        return cls(Path(given["target"]))

    def run(self, context: WorkContext) -> Result:
        folder = copy_sample(self.target, token=context.token, report=context.report)
        return Result(f"The sample kit is in {folder}", {"folder": str(folder)})


def copy_sample(target: Path, *, token: CancelToken | None = None, report: Report = ignore_progress) -> Path:
    """Copy the sample kit and give the folder it is in. Nothing that exists is touched.

    ``target`` itself becomes the sample's folder when it is missing or empty; otherwise ``sample-kit`` in it
    does, or ``sample-kit-2`` and so on. It appears whole or not at all. Raises ``FileAccessError``,
    ``DiskFull``, ``Cancelled``.
    """
    token = token or CancelToken()
    source = resource(SAMPLE)
    files = list(_files(source))
    size = sum(path.stat().st_size for path in files)
    check_space(target, size)
    try:
        return _copied(source, files, target, token, Tally(report, size))
    except OSError as error:
        raise FileAccessError(target, "copy the sample kit to", error.strerror or "") from error


def _copied(source: Path, files: list[Path], target: Path, token: CancelToken, tally: Tally) -> Path:
    around = target if target.is_dir() else target.parent
    around.mkdir(parents=True, exist_ok=True)
    staging = Path(tempfile.mkdtemp(prefix=".kitops-desktop-sample-", dir=around))
    try:
        for path in files:
            token.check()
            _copy(path, staging / path.relative_to(source))
            tally.add(path.stat().st_size, path.name)
        if around == target and set(target.iterdir()) == {staging}:
            for child in sorted(staging.iterdir()):
                child.rename(target / child.name)
            return target
        return _published(staging, target)
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.rglob("*")) if path.is_file() and "__pycache__" not in path.parts)


def _copy(source: Path, target: Path) -> None:
    """The content only: an installed program's files may be read-only."""
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)


def _published(staging: Path, target: Path) -> Path:
    """Rename the finished folder to the first free name; another program may take one at any moment."""
    staging.chmod(0o755)
    names = (SAMPLE, *(f"{SAMPLE}-{number}" for number in range(2, _TRIES)))
    for place in (target, *(target / name for name in names)):
        if os.path.lexists(place):
            continue
        try:
            return staging.rename(place)
        except OSError:
            if not os.path.lexists(place):
                raise
    raise FileAccessError(target, "copy the sample kit to", "all names are taken")
