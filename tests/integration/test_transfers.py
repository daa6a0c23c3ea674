"""Transfers in a real window: put in order with the mouse, and gone on with after the window was closed."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kitops_desktop.jobs.pull_job import PullWork
from kitops_desktop.jobs.push_job import PushWork
from kitops_desktop.jobs.work import Work
from kitops_desktop.records.journal import JobRecord, Journal
from support.application import Application
from support.computers import write_project
from support.desktop import Desktop
from support.registry_server import RegistryServer
from support.repositories import noise
from support.waiting import until

pytestmark = pytest.mark.window

CHUNK = 512 << 10
CHUNKS = 6
SLOW = 400 << 10
"""Bytes per second: more than a second for a chunk."""


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RegistryServer]:
    with RegistryServer(tmp_path / "registry") as server:
        yield server


@pytest.fixture
def note(home: Path) -> Callable[..., None]:
    """note(work, …): what an earlier run has left paused, in this order."""

    def write(*works: Work) -> None:
        journal = Journal(home / "state" / "kitops-desktop" / "journal.sqlite")
        for number, work in enumerate(works):
            record = JobRecord(f"{number}", work.kind, work.title, work.parameters(), state="paused")
            journal.start(record)
        journal.arrange(str(number) for number in range(len(works)))
        journal.close()

    return write


def open_transfers(window: Application) -> None:
    window.find("radio button", re.compile("^Transfers")).click()
    window.find("list", "Jobs")


def shown(window: Application) -> list[str]:
    """The tags of the kits that are pulled, from top to bottom."""
    items = sorted(window.all("list item", re.compile("^Pull ")), key=lambda item: item.centre[1])
    return [item.name.partition(",")[0].rpartition(":")[2] for item in items]


def test_dragging_puts_jobs_in_order(
    desktop: Desktop, note: Callable[..., None], after_first_run: None, run_command: Callable[..., str]
) -> None:
    note(*(PullWork(f"registry.example/team/churn:{tag}") for tag in ("one", "two", "three")))
    window = desktop.start_kitops()
    open_transfers(window)
    until(lambda: shown(window) == ["one", "two", "three"], "the jobs", explain=window.explain)
    window.find("list item", re.compile(":three,")).drag_to(window.find("list item", re.compile(":one,")))
    before_or_behind = (["three", "one", "two"], ["one", "three", "two"])
    until(lambda: shown(window) in before_or_behind, "another order", explain=window.explain)
    order = shown(window)
    desktop.keys("ctrl+q")
    assert window.wait() == 0
    listed = json.loads(run_command("transfers", "--format", "json"))
    assert [job["title"].rpartition(":")[2] for job in listed] == order


def test_a_push_goes_on_after_the_window_was_closed(
    desktop: Desktop,
    server: RegistryServer,
    note: Callable[..., None],
    settings_file: Path,
    run_command: Callable[..., str],
    tmp_path: Path,
) -> None:
    """The chunk that is on its way is brought to its end first; nothing is sent twice."""
    project = write_project(tmp_path / "churn", model=noise(CHUNKS * CHUNK - 4000))
    run_command("pack", project, "-t", "churn:v1")
    note(PushWork("churn:v1", f"{server.host}/team/churn:v1"))
    settings = {
        "first_run_done": True,
        "most_chunk": CHUNK,
        "registries": {server.host: {"plain_http": True}},
    }
    settings_file.parent.mkdir(parents=True, exist_ok=True)
    settings_file.write_text(json.dumps(settings | {"upload_limit": SLOW}))

    window = desktop.start_kitops()
    open_transfers(window)
    window.find("list item", re.compile("^Push ")).click()
    desktop.keys("space")
    until(lambda: server.count("PATCH") >= 1, "the first chunk", explain=window.explain)
    desktop.keys("ctrl+q")
    window.find("push button", "Stop and quit").click()
    assert window.wait() == 0
    (job,) = json.loads(run_command("transfers", "--format", "json"))
    assert job["state"] == "interrupted"
    assert server.count("DELETE") == 0
    assert server.count("PUT", "/manifests/") == 0

    settings_file.write_text(json.dumps(settings))
    window = desktop.start_kitops()
    window.find("label", re.compile("^Push .* did not come to an end"))
    window.find("push button", "Go on").click()
    window.find("list item", re.compile("^Push .*Done"))
    assert server.count("PUT", "/team/churn/manifests/v1") == 1
    assert server.count("PATCH") == CHUNKS, "no chunk went twice"
    assert server.count("DELETE") == 0
