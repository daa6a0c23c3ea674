"""The journal tells jobs that were interrupted from those that another window still runs."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from kitops_desktop.explanation import Explanation
from kitops_desktop.progress import Progress
from kitops_desktop.records import journal as journals
from kitops_desktop.records.journal import JobRecord, Journal
from kitops_desktop.records.uploads import Uploads

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
    journal = open_journal()
    for name in ("1", "2"):
        journal.start(JobRecord(name, "pack", "Pack"))
    with closing(sqlite3.connect(path)) as file:
        file.execute("UPDATE jobs SET parameters = '[' WHERE id = '1'")
        file.commit()
    assert [record.id for record in journal.records()] == ["2"]


def test_a_running_job_is_claimed_by_one_process(
    open_journal: Callable[[], Journal], other_process: subprocess.Popen[str]
) -> None:
    journal = open_journal()
    assert journal.theirs() == {"theirs"}
    assert not journal.claim("theirs")
    other_process.send_signal(signal.SIGKILL)
    other_process.wait()
    assert journal.theirs() == frozenset()
    assert journal.claim("theirs")
    assert journal.claim("theirs"), "it is ours already"
    assert open_journal().theirs() == {"theirs"}, "by its entry"
    journal.release("theirs")
    journal.release("theirs")


def test_two_that_claim_an_interrupted_job_at_once(open_journal: Callable[[], Journal]) -> None:
    first, second = open_journal(), open_journal()
    first.start(JobRecord("1", "pack", "Pack", state="interrupted"))
    assert second.claim("1")
    assert not first.claim("1"), "the lock alone says so: its entry is that of a job that has ended"
    second.release("1")
    assert first.claim("1")


def test_a_claim_needs_no_disk(open_journal: Callable[[], Journal], path: Path) -> None:
    journal = open_journal()
    journal.start(JobRecord("1", "pack", "Pack"))
    (path.parent / "claims").write_text("no folder for locks")
    assert journal.claim("1")


def test_paused_jobs_are_neither_interrupted_nor_forgotten(
    open_journal: Callable[[], Journal], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journals, "KEPT", 1)
    first = open_journal()
    first.start(JobRecord("paused", "push", "Push", created_at=-1.0))
    first.set_state("paused", "paused")
    first.close()
    journal = open_journal()
    assert journal.interrupted() == ()
    assert journal.theirs() == frozenset(), "whoever had it has gone"
    for number in range(3):
        journal.start(JobRecord(str(number), "pack", "Pack", created_at=float(number)))
        journal.finish(str(number), "done", None, 9.0)
    assert [record.id for record in journal.records()] == ["paused", "2"]


def test_the_order_is_kept(open_journal: Callable[[], Journal]) -> None:
    journal = open_journal()
    for name in "abc":
        journal.start(JobRecord(name, "push", "Push"))
    journal.arrange([])
    journal.arrange(["c", "a", "b"])
    assert {record.id: record.position for record in open_journal().records()} == {"a": 1, "b": 2, "c": 0}


def test_what_another_process_runs_is_not_forgotten(
    open_journal: Callable[[], Journal], other_process: subprocess.Popen[str]
) -> None:
    journal = open_journal()
    journal.forget(["theirs"])
    assert journal.find("theirs") is not None
    assert journal.find("nobody's") is None


def test_a_journal_of_the_first_version_is_brought_up_to_date(path: Path) -> None:
    path.parent.mkdir(parents=True)
    with closing(sqlite3.connect(path)) as file:
        for statement in journals._MIGRATIONS[0].split(";"):
            file.execute(statement)
        file.execute("PRAGMA user_version = 1")
        file.execute(
            "INSERT INTO jobs (id, kind, title, parameters, store, owner, state, created_at)"
            " VALUES ('1', 'pack', 'Pack', '{}', X'', 'gone', 'running', 1.0)"
        )
        file.commit()
    journal = Journal(path)
    assert [record.id for record in journal.interrupted()] == ["1"]
    assert Uploads(journal.database).of("https://a", "b") == ()
    journal.close()
