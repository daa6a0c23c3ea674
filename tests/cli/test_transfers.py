"""``transfers``: the queue without a window, beside one that runs, and after one that was killed."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from kitops_desktop.jobs.pack_job import PackWork
from kitops_desktop.jobs.pull_job import PullWork
from kitops_desktop.records.journal import JobRecord, Journal
from kitops_desktop.registry.host import HostOptions
from kitops_desktop.settings import platform_folders
from kitops_desktop.workspace import open_workspace
from support.computers import write_project
from support.http_server import Rule
from support.kit_commands import run_command
from support.odd_registry import OddRegistry
from support.registry_server import RegistryServer
from support.repositories import noise
from support.waiting import until

TESTS = Path(__file__).parents[1]
CHUNK = 256 << 10
HOLDING = """
import sys
from pathlib import Path
from kitops_desktop.records.journal import JobRecord, Journal
journal = Journal(Path(sys.argv[1]))
journal.start(JobRecord("feed", "pack", "Pack theirs", state="running", created_at=1.0))
journal.claim("feed")
sys.stdout.write("ready\\n")
sys.stdout.flush()
sys.stdin.read()
"""


@pytest.fixture
def journal_path(home: Path) -> Path:
    return platform_folders().state / "journal.sqlite"


@pytest.fixture
def note(journal_path: Path) -> Callable[..., None]:
    """note(record, …): what the journal of an earlier run has."""

    def write(*records: JobRecord) -> None:
        journal = Journal(journal_path)
        for record in records:
            journal.start(record)
        journal.close()

    return write


@contextmanager
def window(path: Path) -> Iterator[subprocess.Popen[str]]:
    """A process that has a job, as a window would."""
    argv = [sys.executable, "-c", HOLDING, str(path)]
    with subprocess.Popen(
        argv, cwd=TESTS.parent, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        yield process
        process.kill()


def packing(folder: Path, job_id: str, state: str, reference: str = "churn:v1") -> JobRecord:
    work = PackWork(folder, reference)
    return JobRecord(job_id, work.kind, work.title, work.parameters(), state=state, created_at=1.0)


def test_without_jobs_there_is_nothing(home: Path) -> None:
    assert run_command("transfers").out == "ID   STATE   DONE   TITLE\n"
    assert run_command("transfers", "resume").out == "There is nothing to resume\n"
    assert run_command("transfers", "clear").out == "Cleared 0 jobs\n"
    assert json.loads(run_command("transfers", "--format", "json").out) == []


def test_jobs_of_a_killed_program_are_listed_and_go_on(tmp_path: Path, note: Callable[..., None]) -> None:
    folder = write_project(tmp_path / "churn")
    note(packing(folder, "aaaa", "running"), packing(folder, "abbb", "paused", "churn:v2"))
    (first, second) = json.loads(run_command("transfers", "list", "--format", "json").out)
    assert (first["id"], first["state"]) == ("abbb", "paused")
    assert (second["id"], second["state"], second["inAnotherProcess"]) == ("aaaa", "interrupted", False)
    answer = run_command("transfers", "resume")
    assert answer.code == 0, answer.err
    assert "Packed churn:v1" in answer.out
    assert "Packed churn:v2" in answer.out
    assert run_command("transfers").out == "ID   STATE   DONE   TITLE\n"
    listed = run_command("list", "--format", "json").out
    assert "v1" in listed
    assert "v2" in listed
    assert "aaaa" in run_command("transfers", "--all").out
    assert run_command("transfers", "clear").out == "Cleared 2 jobs\n"


def test_one_is_chosen_by_the_beginning_of_its_id(tmp_path: Path, note: Callable[..., None]) -> None:
    folder = write_project(tmp_path / "churn")
    note(packing(folder, "aaaa", "running"), packing(folder, "abbb", "paused", "churn:v2"))
    for given, said in (("a", "means 2 jobs"), ("x", "There is no job 'x'"), ("", "There is no job")):
        answer = run_command("transfers", "resume", given)
        assert answer.code == 1
        assert said in answer.err
    answer = run_command("transfers", "resume", "ab")
    assert answer.code == 0, answer.err
    assert [entry["id"] for entry in json.loads(run_command("transfers", "--format", "json").out)] == ["aaaa"]


def test_what_fails_again_says_why(tmp_path: Path, note: Callable[..., None]) -> None:
    note(packing(tmp_path / "gone", "aaaa", "running"))
    answer = run_command("transfers", "resume", "aaaa")
    assert answer.code == 1
    assert "[ERROR] Pack churn:v1: " in answer.err
    assert run_command("transfers").out.splitlines()[1].startswith("aaaa   failed")
    again = run_command("transfers", "resume", "aaaa")  # a failed one is tried again when it is named
    assert again.code == 1
    assert run_command("transfers", "resume").out == "There is nothing to resume\n"


def test_a_job_of_a_window_is_refused(note: Callable[..., None], journal_path: Path) -> None:
    with window(journal_path) as process:
        (entry,) = json.loads(run_command("transfers", "--format", "json").out)
        assert (entry["id"], entry["state"], entry["inAnotherProcess"]) == ("feed", "running", True)
        for action in ("resume", "cancel"):
            answer = run_command("transfers", action, "feed")
            assert answer.code == 1
            assert "belongs to a program that is running" in answer.err
        process.send_signal(signal.SIGKILL)
        process.wait()
    assert run_command("transfers", "cancel", "feed").code == 0


def test_what_is_cancelled_does_not_go_on(tmp_path: Path, note: Callable[..., None]) -> None:
    note(packing(tmp_path, "aaaa", "running"), packing(tmp_path, "abbb", "paused", "churn:v2"))
    assert run_command("transfers", "cancel").code == 1
    assert run_command("transfers", "cancel", "aa", "ab").out == (
        "Cancelled Pack churn:v1\nCancelled Pack churn:v2\n"
    )
    states = {entry["state"] for entry in json.loads(run_command("transfers", "--format", "json").out)}
    assert states == {"cancelled"}
    assert "has ended already" in run_command("transfers", "cancel", "aa").err


def test_a_kind_that_is_not_known_any_more_is_left_alone(note: Callable[..., None]) -> None:
    note(JobRecord("aaaa", "juggle", "Juggle", state="running"))
    answer = run_command("transfers", "resume", "aaaa")
    assert answer.code == 1
    assert "cannot go on" in answer.err


def test_ids_are_for_what_can_use_them() -> None:
    assert run_command("transfers", "clear", "aaaa").code == 1


def test_ctrl_c_interrupts_and_the_job_can_go_on(golden: Path, note: Callable[..., None]) -> None:
    silence = Rule("GET", "/blobs/", times=1, delay=600)
    with OddRegistry([silence]) as odd:
        odd.add_golden(golden / "01-all-sections", "team/kit")
        work = PullWork(f"{odd.host}/team/kit:v1")
        note(JobRecord("aaaa", work.kind, work.title, work.parameters(), state="paused"))
        workspace = open_workspace()
        workspace.save_registry(odd.host, HostOptions(plain_http=True))
        workspace.close()
        argv = [sys.executable, "-m", "kitops_desktop", "transfers", "resume"]
        with subprocess.Popen(argv, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as program:
            until(lambda: silence.met, "the request that is not answered")
            program.send_signal(signal.SIGINT)
            out, said = program.communicate(timeout=20)
        assert program.returncode == 130, said
        assert f"Pull {odd.host}/team/kit:v1: begins" in out
        assert said.startswith("Stopped.")
        (entry,) = json.loads(run_command("transfers", "--format", "json").out)
        assert (entry["id"], entry["state"]) == ("aaaa", "interrupted")
        assert run_command("transfers", "resume").code == 0


def slow_push(reference: str, host: str, upload_limit: int) -> subprocess.Popen[str]:
    """Chunks of 256 KiB at so many bytes a second (0: as they can)."""
    settings = {"most_chunk": CHUNK, "upload_limit": upload_limit, "registries": {host: {"plain_http": True}}}
    folder = platform_folders().config
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "settings.json").write_text(json.dumps(settings))
    return subprocess.Popen(
        [sys.executable, "-m", "kitops_desktop", "push", "churn:v1", reference],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_ctrl_c_lets_a_chunk_of_a_push_come_to_its_end(tmp_path: Path) -> None:
    project = write_project(tmp_path / "churn", model=noise(4 * CHUNK - 4000))
    assert run_command("pack", str(project), "-t", "churn:v1").code == 0
    with RegistryServer(tmp_path / "registry") as registry:
        reference = f"{registry.host}/team/churn:v1"
        with slow_push(reference, registry.host, CHUNK) as program:
            until(lambda: registry.count("PATCH") == 1, "the first chunk")
            program.send_signal(signal.SIGINT)
            _, said = program.communicate(timeout=30)
        assert program.returncode == 130
        assert "Stopped. What was finished is kept; run the same command again to go on." in said
        assert registry.count("PATCH") < 4
        with slow_push(reference, registry.host, 0) as program:
            _, said = program.communicate(timeout=30)
        assert program.returncode == 0, said
        assert registry.count("PATCH") == 4, "no chunk went twice"
        assert registry.count("DELETE") == 0


def test_a_second_ctrl_c_does_not_wait(tmp_path: Path) -> None:
    project = write_project(tmp_path / "churn", model=noise(4 * CHUNK - 4000))
    assert run_command("pack", str(project), "-t", "churn:v1").code == 0
    silence = Rule("PATCH", "/blobs/", times=None, delay=600)
    with OddRegistry([silence]) as odd, slow_push(f"{odd.host}/team/churn:v1", odd.host, 0) as program:
        assert program.stderr is not None
        until(lambda: silence.met, "the chunk that is not answered")
        program.send_signal(signal.SIGINT)
        while "press Ctrl-C once more" not in program.stderr.readline():
            assert program.poll() is None
        program.send_signal(signal.SIGINT)
        _, said = program.communicate(timeout=20)
        assert program.returncode == 130
        assert "Stopped." in said
        assert odd.count("DELETE") == 0
