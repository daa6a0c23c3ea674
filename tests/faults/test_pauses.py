"""A push that is paused, or whose program is closed, at any chunk: it goes on, and nothing goes twice."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from kitops_desktop.jobs.job import JobState
from kitops_desktop.jobs.pack_job import PackWork, pack_folder
from kitops_desktop.jobs.push_job import PushWork
from kitops_desktop.registry.abilities import CHUNK
from kitops_desktop.workspace import Workspace
from support.computers import computer, write_project
from support.http_server import Rule
from support.logging_proxy import LoggingProxy
from support.repositories import noise
from support.sent_blobs import CHUNK_BYTES, SESSION
from support.waiting import until

Registries = Callable[..., LoggingProxy]
SIZE = 3 * CHUNK_BYTES + 5000


def to_push(workspace: Workspace, proxy: LoggingProxy, folder: Path, number: int) -> PushWork:
    """A push whose first layer has four chunks."""
    project = write_project(folder / f"project{number}", model=noise(SIZE, seed=number))
    pack_folder(PackWork(project, f"kit:{number}"), workspace.tools)
    workspace.abilities.put(proxy.host, CHUNK, str(CHUNK_BYTES))
    return PushWork(f"kit:{number}", f"{proxy.host}/paused/kit{folder.name}-{number}:v1", parallel=1)


def sent(proxy: LoggingProxy) -> int:
    """Bytes of all uploads."""
    return sum(one.received for one in proxy.asked("*", SESSION))


def chunks(proxy: LoggingProxy) -> list[str]:
    return [one.headers["content-range"] for one in proxy.asked("PATCH")]


@pytest.mark.parametrize("number", [1, 2, 3, 4])
def test_paused_in_a_chunk(number: int, either: Registries, tmp_path: Path) -> None:
    let_go = threading.Event()
    proxy = either(Rule("PATCH", SESSION, skip=number - 1, held=let_go))
    with computer(tmp_path / "mine", proxy.host) as mine:
        job = mine.jobs.submit(to_push(mine, proxy, tmp_path, number))
        until(lambda: proxy.count("PATCH") == number, f"chunk {number}")
        mine.jobs.pause(job)
        let_go.set()
        until(lambda: job.state is JobState.PAUSED, "the pause", explain=lambda: str(job.state))
        assert proxy.count("DELETE") == 0
        mine.jobs.resume(job)
        assert job.wait(60)
        assert job.state is JobState.DONE, job.explanation
    assert len(chunks(proxy)) == len(set(chunks(proxy))) == 4, "no chunk went twice"
    assert proxy.count("DELETE") == 0


def test_paused_at_every_chunk(either: Registries, tmp_path: Path) -> None:
    let_go = threading.Event()
    proxy = either(Rule("PATCH", SESSION, times=None, held=let_go))
    with computer(tmp_path / "mine", proxy.host) as mine:
        job = mine.jobs.submit(to_push(mine, proxy, tmp_path, 5))
        for number in range(1, 5):
            until(lambda: proxy.count("PATCH") == number, f"chunk {number}")  # noqa: B023
            mine.jobs.pause(job)
            let_go.set()
            until(lambda: job.state is JobState.PAUSED, "the pause", explain=lambda: str(job.state))
            let_go.clear()
            mine.jobs.resume(job)
        let_go.set()
        assert job.wait(60)
        assert job.state is JobState.DONE, job.explanation
    assert len(chunks(proxy)) == len(set(chunks(proxy))) == 4


@pytest.mark.parametrize("number", [1, 3])
def test_the_program_is_closed_in_a_chunk(number: int, either: Registries, tmp_path: Path) -> None:
    """Another run of the program goes on with the same job, where it was."""
    let_go = threading.Event()
    proxy = either(Rule("PATCH", SESSION, skip=number - 1, held=let_go))
    with computer(tmp_path / "mine", proxy.host) as mine:
        job = mine.jobs.submit(to_push(mine, proxy, tmp_path, number + 10))
        until(lambda: proxy.count("PATCH") == number, f"chunk {number}")
        mine.jobs.wind_down()  # as the window does when it is closed
        let_go.set()
        until(mine.jobs.is_idle, "the queue to come to rest")
    with computer(tmp_path / "mine", proxy.host) as mine:
        again = next(one for one in mine.jobs.jobs() if one.id == job.id)
        assert again.can_resume, again.state
        mine.jobs.resume(again)
        assert again.wait(60)
        assert again.state is JobState.DONE, again.explanation
    assert len(chunks(proxy)) == len(set(chunks(proxy))) == 4
    assert proxy.count("DELETE") == 0
    assert proxy.count("POST") == len(proxy.asked("PUT", SESSION)), "each upload was begun once"
