"""What is asked before a download from Hugging Face starts, as values: what of it, where to, what about files
in the way; and what it comes to.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from kitops_desktop.importers.hugging_face.address import HfAddress
from kitops_desktop.importers.hugging_face.survey import DownloadSurvey
from kitops_desktop.importers.hugging_face.values import HfFile, HfRepository, is_commit
from kitops_desktop.jobs.hugging_face_job import HuggingFaceWork
from kitops_desktop.jobs.work import Result
from kitops_desktop.modelkit.conflicts import Conflict, OnExisting
from kitops_desktop.modelkit.globs import path_matcher
from kitops_desktop.ui.hugging_face.hf_facts import revision_text, short_commit
from kitops_desktop.ui.library.chosen_folder import chosen_folder
from kitops_desktop.ui.library.command_text import import_command
from kitops_desktop.ui.library.file_tree_model import printable
from kitops_desktop.ui.library.in_the_way import InTheWay, obstacles, replaced_alone
from kitops_desktop.ui.units import count_text, size_text

_MOST_NAMED = 5


class What(StrEnum):
    """Which files are wanted."""

    EVERYTHING = "everything"
    TICKED = "ticked"


@dataclass(frozen=True, slots=True)
class Wanted:
    """A repository with all its files; ``globs`` are of those that are ticked, none when none is."""

    repository: HfRepository
    files: tuple[HfFile, ...]
    globs: tuple[str, ...] = ()

    @property
    def address(self) -> HfAddress:
        """Of all of the repository, whatever its commit."""
        return HfAddress(self.repository.address.name, self.repository.address.kind)

    @property
    def commit_text(self) -> str:
        """What of it is downloaded: ``main at 12345678``."""
        short, called = short_commit(self.repository.commit), revision_text(self.repository.address)
        return f"commit {short}" if called == short else f"{called} at {short}"


@dataclass(frozen=True, slots=True)
class DownloadChoice:
    """All answers of the sheet. ``replace`` are the paths to replace when each is decided by itself;
    ``opens`` is whether the folder is opened as a project in the end.
    """

    target: str = ""
    what: What = What.EVERYTHING
    in_the_way: InTheWay = InTheWay.SKIP
    replace: frozenset[str] = field(default_factory=frozenset)
    opens: bool = True

    def globs(self, wanted: Wanted) -> tuple[str, ...]:
        return wanted.globs if self.what is What.TICKED else ()

    def existing(self, survey: DownloadSurvey) -> OnExisting:
        """The rule for the job. Where nothing is in the way now, a file that turns up later stops it."""
        return self.in_the_way.existing if survey.conflicts else OnExisting.FAIL

    def decisions(self, survey: DownloadSurvey) -> dict[str, OnExisting]:
        return replaced_alone(self.in_the_way, self.replace, survey.conflicts)

    def work(self, wanted: Wanted, survey: DownloadSurvey) -> HuggingFaceWork:
        """The job that does what was looked at."""
        return HuggingFaceWork(
            str(wanted.repository.pinned),
            chosen_folder(self.target),
            self.globs(wanted),
            self.existing(survey),
            self.decisions(survey),
        )

    def command(self, wanted: Wanted, survey: DownloadSurvey | None) -> str:
        """The same as a command; the folder is as it was entered."""
        return import_command(
            str(wanted.address),
            wanted.repository.commit,
            self.target or ".",
            globs=self.globs(wanted),
            existing=OnExisting.FAIL if survey is None else self.existing(survey),
            decisions={} if survey is None else self.decisions(survey),
        )

    def remembered(self) -> dict[str, Any]:
        """What is proposed for this repository the next time."""
        return {"target": self.target, "opens": self.opens}


def download_command(work: HuggingFaceWork) -> str:
    """What does the same as a job."""
    pinned = work.repository
    return import_command(
        str(replace(pinned, revision="")),
        pinned.revision,
        str(work.target),
        globs=work.globs,
        existing=work.existing,
        decisions=work.decisions,
    )


def source_text(work: HuggingFaceWork) -> str:
    """Where the files of a job come from, for people."""
    pinned = work.repository
    commit = "commit " if is_commit(pinned.revision) else ""
    return f"{replace(pinned, revision='')}, {commit}{revision_text(pinned)}"


def recalled(kept: Mapping[str, Any] | None, usual: str, globs: Sequence[str]) -> DownloadChoice:
    """What is proposed: the answers that were given for this repository before, else the folder ``usual``."""
    target = kept.get("target") if kept is not None else None
    opens = kept is None or kept.get("opens") is not False
    return DownloadChoice(
        target if isinstance(target, str) and target else usual,
        What.TICKED if globs else What.EVERYTHING,
        opens=opens,
    )


@dataclass(frozen=True, slots=True)
class Amount:
    """``size`` is in bytes."""

    files: int
    size: int

    def __str__(self) -> str:
        return f"{count_text(self.files, 'file')}, {size_text(self.size)}"


def amounts(wanted: Wanted) -> dict[What, Amount]:
    """What each of the choices comes to. Takes its time where there are many files."""
    found = {What.EVERYTHING: _amount(wanted.files)}
    if wanted.globs:
        matches = path_matcher(wanted.globs)
        found[What.TICKED] = _amount(file for file in wanted.files if matches(file.path))
    return found


def _amount(files: Iterable[HfFile]) -> Amount:
    sizes = [file.size for file in files if not file.unsafe]
    return Amount(len(sizes), sum(sizes))


def done_text(result: Result) -> str:
    """What came of a job."""
    details = result.details
    if any(details[name] for name in ("present", "skipped", "left_out")):
        return f"{result.summary}."
    return f"Downloaded {details['name']}: {Amount(details['files'], details['size'])}."


def missing_answer(choice: DownloadChoice) -> str:
    """What has to be answered before anything can be looked at; empty when nothing."""
    return "" if choice.target else "Choose a folder to download into."


def fetched(choice: DownloadChoice, survey: DownloadSurvey) -> Amount:
    """What is downloaded, without the files that stay as they are."""
    kept: list[Conflict] = []
    if choice.in_the_way in (InTheWay.SKIP, InTheWay.EACH):
        replaced = choice.decisions(survey)
        kept = [one for one in survey.conflicts if one.same_kind and one.path not in replaced]
    return Amount(survey.files - len(kept), survey.size - sum(one.new_size for one in kept))


def can_start(choice: DownloadChoice, survey: DownloadSurvey) -> bool:
    """Whether there is something to do, and nothing against it. Also what is there already can be opened."""
    return not trouble_text(choice, survey) and fetched(choice, survey).files + survey.present > 0


def trouble_text(choice: DownloadChoice, survey: DownloadSurvey) -> str:
    """Why it cannot be done so; empty when it can."""
    if obstacles(survey.conflicts):
        return "A folder is where a file belongs, or the reverse. Choose another folder."
    if survey.free is not None and fetched(choice, survey).size - survey.begun > survey.free:
        return f"There is not enough room: {survey_text(choice, survey)}."
    return ""


def survey_text(choice: DownloadChoice, survey: DownloadSurvey) -> str:
    """What would be fetched, what is there, and the room for it."""
    parts = [str(fetched(choice, survey))]
    if survey.begun:
        parts.append(f"{size_text(survey.begun)} of it came in an earlier attempt")
    if survey.present:
        parts.append(f"{count_text(survey.present, 'file')} {_is(survey.present)} there already, unchanged")
    if survey.free is not None:
        parts.append(f"{size_text(survey.free)} free")
    return "; ".join(parts)


def left_out_text(left_out: Sequence[HfFile]) -> str:
    """What cannot be written here, and why; empty when everything can."""
    if not left_out:
        return ""
    count = len(left_out)
    pronoun = "it" if count == 1 else "they"
    head = f"{count_text(count, 'file')} {_is(count)} left out, as {pronoun} cannot be written here:"
    lines = [f"{printable(file.path)} ({file.unsafe})" for file in left_out[:_MOST_NAMED]]
    more = count - len(lines)
    return "\n".join((head, *lines, *([f"and {more:,} more"] if more else ())))


def _is(count: int) -> str:
    return "is" if count == 1 else "are"
