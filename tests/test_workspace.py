"""The workspace finds the store, opens what is asked for, and works without folders of its own."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kitops_desktop.credentials.credential import Credential
from kitops_desktop.errors import InvalidArgument
from kitops_desktop.registry.host import HostOptions
from kitops_desktop.registry.network_flags import NetworkFlags
from kitops_desktop.settings import Folders
from kitops_desktop.workspace import Workspace, open_workspace
from support.planted import PASSWORD, USERNAME
from support.works import FunctionWork, HeldWork

ROOT = Path(__file__).parents[1]
EMPTY = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


@pytest.fixture
def open_it(tmp_path: Path) -> Iterator[Callable[..., Workspace]]:
    opened: list[Workspace] = []
    names = ("config", "state", "data", "cache", "logs")

    def open_one(home: str | None = None) -> Workspace:
        folders = Folders(*(tmp_path / "app" / name for name in names))
        opened.append(open_workspace(home=home, folders=folders))
        return opened[-1]

    yield open_one
    for workspace in opened:
        workspace.close()


def test_opening_makes_nothing(open_it: Callable[..., Workspace], tmp_path: Path, home: Path) -> None:
    workspace = open_it()
    assert not (tmp_path / "app").exists()
    assert not (home / "kitops").exists()
    assert workspace.notices == ()


def test_where_the_store_is(
    open_it: Callable[..., Workspace], tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_it().change_settings(store_home=str(tmp_path / "chosen"))
    given = open_it(str(tmp_path / "given"))
    assert (given.store.home, given.home_source) == (tmp_path / "given", "argument")
    environment = open_it()
    assert (environment.store.home, environment.home_source) == (home / "kitops", "environment")
    monkeypatch.delenv("KITOPS_HOME")
    chosen = open_it()
    assert (chosen.store.home, chosen.home_source) == (tmp_path / "chosen", "settings")
    chosen.change_settings(store_home="")
    assert open_it().store.home == home / "data" / "kitops"


def test_changed_settings_hold_at_once_and_the_next_time(open_it: Callable[..., Workspace]) -> None:
    first = open_it()
    first.change_settings(author="me", compression="zstd")
    assert first.settings.author == "me"
    assert (open_it().settings.author, open_it().settings.compression) == ("me", "zstd")


def test_parts_are_made_once_however_many_ask(open_it: Callable[..., Workspace]) -> None:
    workspace = open_it()
    together = threading.Barrier(8)
    found: list[object] = []

    def ask() -> None:
        together.wait()
        found.append(workspace.jobs)

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(part is found[0] for part in found)


def test_without_folders_of_its_own_it_works_and_says_so(
    open_it: Callable[..., Workspace], tmp_path: Path
) -> None:
    (tmp_path / "app").write_text("no folder can be made here")
    workspace = open_it()
    job = workspace.jobs.submit(HeldWork())
    workspace.jobs.cancel(job)
    assert job.wait(30)
    workspace.projects.add(tmp_path)
    workspace.listings.put("sha256:1", b"listing")
    assert workspace.listings.get("sha256:1") == b"listing"
    assert [project.folder for project in workspace.projects.list()] == [tmp_path]
    assert len(workspace.notices) == 3
    assert all(str(tmp_path / "app") in notice for notice in workspace.notices)


def test_what_is_known_of_registries_is_known_the_next_time(open_it: Callable[..., Workspace]) -> None:
    first = open_it()
    first.history.add("a.io/x:v1", "pull")
    first.observed_tags.put("a.io/x", "v1", EMPTY)
    first.abilities.put("a.io", "catalog", "no")
    first.manifest_cache.put(EMPTY, b"")
    first.close()
    second = open_it()
    assert [entry.reference for entry in second.history.recent("a.io")] == ["a.io/x:v1"]
    assert second.observed_tags.get("a.io/x")["v1"][0] == EMPTY
    assert second.abilities.get("a.io", "catalog") == "no"
    assert second.manifest_cache.get(EMPTY) == b""


def test_closing_ends_jobs_and_reads(open_it: Callable[..., Workspace]) -> None:
    workspace = open_it()
    held = HeldWork()
    job = workspace.jobs.submit(held)
    assert held.begun.wait(30)
    task = workspace.background.run(lambda token: token.wait(3600))
    workspace.close()
    assert job.state == "interrupted"
    assert task.done
    workspace.close()


def test_two_windows_share_the_journal(open_it: Callable[..., Workspace]) -> None:
    one, two = open_it(), open_it()
    held = HeldWork()
    job = one.jobs.submit(held)
    assert held.begun.wait(30)
    assert two.jobs.jobs() == ()
    held.let_go.set()
    assert job.wait(30)
    one.close()
    assert [earlier.title for earlier in open_it().jobs.jobs()] == [job.title]


def test_it_needs_no_qt() -> None:
    script = (
        "import sys, kitops_desktop.workspace\n"
        "sys.stdout.write(repr([name for name in sys.modules if name.startswith('PySide6')]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout == "[]"


def test_works_get_the_tools(open_it: Callable[..., Workspace]) -> None:
    from kitops_desktop.jobs.work import Result

    workspace = open_it()
    job = workspace.jobs.submit(FunctionWork(lambda context: Result(str(context.tools.store.home))))
    assert job.wait(30)
    assert job.result is not None
    assert job.result.summary == str(workspace.store.home)


def test_registries_are_kept_in_the_settings(open_it: Callable[..., Workspace]) -> None:
    first = open_it()
    options = HostOptions(plain_http=True, username="robot")
    first.save_registry("Registry.Example:5000", options)
    again = open_it()
    assert again.host_options("registry.example:5000") == options
    assert again.host_options("other.example") == HostOptions()
    again.remove_registry("registry.example:5000")
    assert open_it().settings.registries == {}


def test_what_is_said_for_a_run_goes_before_the_settings_and_is_not_kept(
    open_it: Callable[..., Workspace],
) -> None:
    workspace = open_it()
    workspace.save_registry("a.example", HostOptions(proxy="http://kept.example", client_cert="/kept"))
    workspace.use_network(NetworkFlags(tls_verify=False, proxy="http://said.example"))
    assert workspace.host_options("a.example") == HostOptions(
        tls_verify=False, proxy="http://said.example", client_cert="/kept"
    )
    assert open_it().host_options("a.example").tls_verify


def test_changed_options_hold_at_once(open_it: Callable[..., Workspace]) -> None:
    workspace = open_it()
    workspace.save_registry("a.example:5000", HostOptions(plain_http=True))
    assert workspace.registries.client("a.example:5000").origin == "http://a.example:5000"
    workspace.save_registry("a.example:5000", HostOptions())
    assert workspace.registries.client("a.example:5000").origin == "https://a.example:5000"
    workspace.close()


def test_a_given_password_is_for_one_host(open_it: Callable[..., Workspace]) -> None:
    workspace = open_it()
    given = Credential(USERNAME, PASSWORD)
    workspace.use_network(NetworkFlags(given=given, given_host="a.example"))
    found = workspace.credentials.find("A.example")
    assert found is not None
    assert found.credential == given
    assert workspace.credentials.find("b.example") is None
    assert PASSWORD not in repr(workspace.settings)
    assert PASSWORD not in repr(NetworkFlags(given=given, given_host="a.example"))


def test_the_password_of_a_proxy_gets_into_no_settings(open_it: Callable[..., Workspace]) -> None:
    workspace = open_it()
    with pytest.raises(InvalidArgument, match="HTTPS_PROXY"):
        workspace.save_registry("a.example", HostOptions(proxy=f"http://{USERNAME}:{PASSWORD}@proxy:3128"))
    assert workspace.host_options("a.example") == HostOptions()
    assert not workspace.folders.settings_file.exists()
