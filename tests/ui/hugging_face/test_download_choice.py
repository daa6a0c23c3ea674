"""What is asked before a download, as values: what it comes to, what stands in its way, the command."""

from __future__ import annotations

import shlex
from dataclasses import replace
from pathlib import Path

import pytest

from kitops_desktop.importers.hugging_face.address import HfAddress, HfKind
from kitops_desktop.importers.hugging_face.survey import DownloadSurvey
from kitops_desktop.importers.hugging_face.values import HfFile, HfRepository
from kitops_desktop.modelkit.conflicts import Conflict, OnExisting
from kitops_desktop.ui.hugging_face.download_choice import (
    DownloadChoice,
    Wanted,
    What,
    amounts,
    can_start,
    download_command,
    left_out_text,
    recalled,
    source_text,
    survey_text,
    trouble_text,
)
from kitops_desktop.ui.library.in_the_way import InTheWay

COMMIT = "0123456789abcdef0123456789abcdef01234567"
FILES = (
    HfFile("README.md", 1024, "0" * 40),
    HfFile("onnx/model.onnx", 1 << 20, "0" * 40, "1" * 64),
    HfFile("odd [1].txt", 10, "0" * 40),
    HfFile("CON", 5, "0" * 40, unsafe="Windows has a device of that name"),
)
SURVEY = DownloadSurvey(3, 2 << 20, 8 << 30, (), 0, ())
TWO_THERE = (Conflict("README.md", 4, 1024, True), Conflict("onnx/model.onnx", 4, 1 << 20, True))


def wanted(name: str = "team/churn", kind: HfKind = HfKind.MODEL, globs: tuple[str, ...] = ()) -> Wanted:
    return Wanted(HfRepository(HfAddress(name, kind, "v2"), COMMIT), FILES, globs)


def test_each_choice_comes_to_its_files_without_those_that_are_never_written() -> None:
    found = amounts(wanted(globs=("onnx", "odd [[]1].txt", "CON")))
    assert {what: str(amount) for what, amount in found.items()} == {
        What.EVERYTHING: "3 files, 1.0 MiB",
        What.TICKED: "2 files, 1.0 MiB",
    }


@pytest.mark.parametrize(
    ("rule", "replaced", "existing", "decisions", "flags"),
    [
        (InTheWay.SKIP, set(), OnExisting.SKIP, {}, ["--ignore-existing"]),
        (InTheWay.REPLACE, set(), OnExisting.OVERWRITE, {}, ["--overwrite"]),
        (InTheWay.BOTH, set(), OnExisting.BOTH, {}, ["--keep-both"]),
        (
            InTheWay.EACH,
            {"README.md"},
            OnExisting.SKIP,
            {"README.md": OnExisting.OVERWRITE},
            ["--ignore-existing", "--decide", "README.md=overwrite"],
        ),
    ],
)
def test_job_and_command_do_the_same(
    rule: InTheWay,
    replaced: set[str],
    existing: OnExisting,
    decisions: dict[str, OnExisting],
    flags: list[str],
) -> None:
    asked = wanted("team/rows", HfKind.DATASET, ("odd [[]1].txt", "it's"))
    choice = DownloadChoice("/data/my rows", What.TICKED, rule, frozenset(replaced))
    survey = replace(SURVEY, conflicts=TWO_THERE)
    work = choice.work(asked, survey)
    assert (work.address, work.target) == (f"hf://datasets/team/rows@{COMMIT}", Path("/data/my rows"))
    assert (work.globs, work.existing, work.decisions) == (asked.globs, existing, decisions)
    command = choice.command(asked, survey)
    start = ["kitops-desktop", "import", "hf://datasets/team/rows", "--into", "/data/my rows"]
    paths = ["--path", "odd [[]1].txt", "--path", "it's"]
    assert shlex.split(command) == [*start, "--ref", COMMIT, *paths, *flags]
    assert download_command(work) == command
    assert source_text(work) == "hf://datasets/team/rows, commit 01234567"


def test_where_nothing_is_in_the_way_a_file_that_turns_up_later_stops_the_job() -> None:
    work = DownloadChoice("/data/churn", in_the_way=InTheWay.REPLACE).work(wanted(), SURVEY)
    assert (work.existing, work.globs) == (OnExisting.FAIL, ())


def test_what_stands_in_its_way_is_said() -> None:
    choice = DownloadChoice("/data/churn")
    assert (trouble_text(choice, SURVEY), can_start(choice, SURVEY)) == ("", True)
    full = replace(SURVEY, free=1 << 20)
    assert trouble_text(choice, full) == "There is not enough room: 3 files, 2.0 MiB; 1.0 MiB free."
    blocked = replace(SURVEY, conflicts=(Conflict("onnx", 0, 5, False),))
    assert "Choose another folder" in trouble_text(choice, blocked)
    nothing = replace(SURVEY, files=0, size=0)
    assert [can_start(choice, one) for one in (full, blocked, nothing)] == [False, False, False]


def test_what_an_earlier_attempt_left_needs_no_room_again() -> None:
    choice, half = DownloadChoice("/data/churn"), replace(SURVEY, free=1 << 20, begun=1 << 20)
    assert survey_text(choice, half) == (
        "3 files, 2.0 MiB; 1.0 MiB of it came in an earlier attempt; 1.0 MiB free"
    )
    assert can_start(choice, half)


def test_what_is_there_already_is_told() -> None:
    survey = DownloadSurvey(0, 0, None, (), 2, ())
    choice = DownloadChoice("/data/churn")
    assert survey_text(choice, survey) == "0 files, 0 bytes; 2 files are there already, unchanged"
    assert can_start(choice, survey)


@pytest.mark.parametrize(
    ("rule", "replaced", "amount"),
    [
        (InTheWay.SKIP, set(), "1 file, 1023 KiB"),
        (InTheWay.REPLACE, set(), "3 files, 2.0 MiB"),
        (InTheWay.BOTH, set(), "3 files, 2.0 MiB"),
        (InTheWay.EACH, {"onnx/model.onnx"}, "2 files, 2.0 MiB"),
    ],
)
def test_what_is_kept_is_not_fetched(rule: InTheWay, replaced: set[str], amount: str) -> None:
    choice = DownloadChoice("/data", in_the_way=rule, replace=frozenset(replaced))
    survey = replace(SURVEY, conflicts=TWO_THERE)
    assert survey_text(choice, survey).partition(";")[0] == amount


def test_where_everything_is_kept_there_is_nothing_to_start() -> None:
    size = sum(one.new_size for one in TWO_THERE)
    assert not can_start(DownloadChoice("/data"), replace(SURVEY, files=2, size=size, conflicts=TWO_THERE))


def test_what_is_left_out_is_named_with_the_reason_and_a_bound() -> None:
    assert left_out_text(()) == ""
    one = left_out_text(FILES[3:])
    assert one.splitlines() == [
        "1 file is left out, as it cannot be written here:",
        "CON (Windows has a device of that name)",
    ]
    many = left_out_text([replace(FILES[3], path=f"aux{number}\n") for number in range(2000)])
    assert many.splitlines()[0].startswith("2,000 files are left out")
    assert many.splitlines()[-1] == "and 1,995 more"
    assert len(many.splitlines()) == 7


@pytest.mark.parametrize(
    ("kept", "target", "opens"),
    [
        (None, "/usual/churn", True),
        ({"target": "/mine", "opens": False}, "/mine", False),
        ({"target": 5, "opens": "no"}, "/usual/churn", True),
    ],
)
def test_the_answers_of_the_last_time_are_proposed(
    kept: dict[str, object] | None, target: str, opens: bool
) -> None:
    found = recalled(kept, "/usual/churn", ())
    assert (found.target, found.what, found.opens) == (target, What.EVERYTHING, opens)
    assert recalled(kept, "/usual/churn", ("onnx",)).what is What.TICKED


def test_the_commit_is_told_with_what_led_to_it() -> None:
    assert wanted().commit_text == "v2 at 01234567"
    pinned = replace(wanted().repository, address=wanted().repository.pinned)
    assert Wanted(pinned, FILES).commit_text == "commit 01234567"
