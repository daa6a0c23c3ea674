"""The journal tells jobs that were interrupted from those that another window still runs."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kitops_desktop.explanation import Explanation
from kitops_desktop.progress import Progress
from kitops_desktop.records import journal as journals
from kitops_desktop.records.journal import JobRecord, Journal

ROOT = Path(__file__).parents[2]
OTHER_PROCESS = """
import sys
from pathlib import Path
from kitops_desktop.records.journal import JobRecord, Journal
journal = Journal(Path(sys.argv[1]))
journal.start(JobRecord("theirs", "pack", "Pack theirs", state="running", created_at=1.0))
sys.stdout.write("ready\\n")
sys.stdout.flush()
sys.stdin.read()
journal.close()
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state" / "journal.sqlite"


@pytest.fixture
def open_journal(path: Path) -> Iterator[Callable[[], Journal]]:
    opened: list[Journal] = []

    def open_one() -> Journal:
        opened.append(Journal(path))
        return opened[-1]

    yield open_one
    for journal in opened:
        journal.close()


@pytest.fixture
def other_process(path: Path) -> Iterator[subprocess.Popen[str]]:
    """A process that has a job running, until its input ends."""
    argv = [sys.executable, "-c", OTHER_PROCESS, str(path)]
    with subprocess.Popen(
        argv, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        yield process
        process.kill()


def test_a_job_is_read_back_as_it_was_written(open_journal: Callable[[], Journal]) -> None:
    record = JobRecord(
        id="1",
        kind="pack",
        title="Pack churn:v1",
        parameters={"folder": "/data/\udcff", "tags": ["v1"]},
        store="/kits/\udcff",
        state="running",
        created_at=1.0,
        started_at=2.0,
        progress=Progress(5 << 40, 6 << 40),
        log_path=Path("/logs/1\udcff.log"),
    )
    first = open_journal()
    first.start(record)
    assert open_journal().records() == (record,)


def test_a_title_that_is_not_text_is_written_all_the_same(open_journal: Callable[[], Journal]) -> None:
    journal = open_journal()
    journal.start(JobRecord("1", "pack", "Pack \udcff"))
    assert [record.title for record in journal.records()] == ["Pack ?"]
    assert journal.persistent


@pytest.mark.parametrize(
    "outcome", [{"summary": "Packed", "details": {"size": 1 << 40}}, Explanation("a", "b", "c", "d"), None]
)
def test_how_a_job_ended_is_written_down(open_journal: Callable[[], Journal], outcome: object) -> None:
    journal = open_journal()
    journal.start(JobRecord("1", "pack", "Pack"))
    journal.progress("1", Progress(3, 7))
    journal.finish("1", "failed", outcome, 9.0)  # type: ignore[arg-type]
    (record,) = journal.records()
    assert (record.state, record.ended_at, record.progress) == ("failed", 9.0, Progress(3, 7))
    assert record.result == (outcome if isinstance(outcome, dict) else None)
    assert record.explanation == (outcome if isinstance(outcome, Explanation) else None)


def test_only_so_many_finished_jobs_are_kept(
    open_journal: Callable[[], Journal], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journals, "KEPT", 3)
    journal = open_journal()
    journal.start(JobRecord("waits", "pack", "Pack", created_at=-1.0))
    for number in range(6):
        journal.start(JobRecord(str(number), "pack", "Pack", created_at=float(number)))
        journal.finish(str(number), "done", None, 9.0)
    assert [record.id for record in journal.records()] == ["waits", "3", "4", "5"]


def test_own_jobs_and_those_of_a_living_process_are_not_interrupted(
    open_journal: Callable[[], Journal], other_process: subprocess.Popen[str]
) -> None:
    journal = open_journal()
    journal.start(JobRecord("mine", "pack", "Pack mine", state="running", created_at=2.0))
    assert journal.interrupted() == ()
    assert open_journal().interrupted() == ()
    assert [record.state for record in journal.records()] == ["running", "running"]


@pytest.mark.parametrize("end", ["killed", "left without finishing"])
def test_jobs_of_a_process_that_ended_are_interrupted(
    open_journal: Callable[[], Journal], other_process: subprocess.Popen[str], path: Path, end: str
) -> None:
    journal = open_journal()
    if end == "killed":
        os.kill(other_process.pid, signal.SIGKILL)
    else:
        assert other_process.stdin is not None
        other_process.stdin.close()
    other_process.wait()
    assert [record.id for record in journal.interrupted()] == ["theirs"]
    assert [record.state for record in open_journal().records()] == ["interrupted"]
    assert len(list((path.parent / "owners").iterdir())) == 2, (
        "only the locks of the two open journals are left"
    )


def test_forgotten_jobs_are_gone(open_journal: Callable[[], Journal]) -> None:
    journal = open_journal()
    for name in ("1", "2"):
        journal.start(JobRecord(name, "pack", "Pack"))
    journal.forget([])
    journal.forget(["1", "9"])
    assert [record.id for record in journal.records()] == ["2"]


def test_without_a_folder_the_journal_is_in_memory(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("in the way")
    journal = Journal(tmp_path / "state" / "journal.sqlite")
    journal.start(JobRecord("1", "pack", "Pack", state="running"))
    assert [record.id for record in journal.records()] == ["1"]
    assert journal.interrupted() == ()
    assert not journal.persistent
    assert "journal.sqlite" in journal.notice
    journal.close()


def test_without_locks_the_journal_is_in_memory(tmp_path: Path) -> None:
    (tmp_path / "owners").write_text("no folder for locks")
    journal = Journal(tmp_path / "journal.sqlite")
    journal.start(JobRecord("1", "pack", "Pack", state="running"))
    assert not journal.persistent
    assert "no lock" in journal.notice
    assert journal.interrupted() == ()
    journal.close()
    (tmp_path / "owners").unlink()
    again = Journal(tmp_path / "journal.sqlite")
    assert again.records() == ()
    again.close()


def test_rows_of_another_making_are_passed_over(open_journal: Callable[[], Journal], path: Path) -> None:
    import sqlite3
    from contextlib import closing

    journal = open_journal()
    for name in ("1", "2"):
        journal.start(JobRecord(name, "pack", "Pack"))
    with closing(sqlite3.connect(path)) as file:
        file.execute("UPDATE jobs SET parameters = '[' WHERE id = '1'")
        file.commit()
    assert [record.id for record in journal.records()] == ["2"]
