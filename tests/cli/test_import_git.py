"""``import`` with git: what a repository has, and nothing that it would like to do."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from kitops_desktop.importers.git.address import git_address
from kitops_desktop.importers.git.checkout import check_out
from kitops_desktop.progress import Cancelled, CancelToken
from support import imports
from support.git_server import GitServer
from support.http_server import Rule
from support.imports import digest, packed, refused
from support.planted import HUB_TOKEN, OTHER_HUB_TOKEN, holds_secret
from support.programs import require_program
from support.waiting import until

WEIGHTS = bytes(range(256)) * 512
FILES = {"README.md": b"# Churn\n", "config.json": b"{}", "src/train.py": b"print()\n"}
LARGE = {"model.safetensors": WEIGHTS}
OF_GIT = {".gitignore": b"*.tmp\n", "src/.gitignore": b"x\n"}
KITFILE = "manifestVersion: 1.0.0\nmodel:\n  path: model.safetensors\n"


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[GitServer]:
    require_program("git")
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    folder = tmp_path / "served"
    folder.mkdir()
    with GitServer(folder) as running:
        yield running


@pytest.fixture
def lfs() -> None:
    require_program("git-lfs")


def imported(*arguments: str, stdin: str = "") -> str:
    """What was said of it."""
    return imports.imported(*arguments, stdin=stdin).err


def test_the_kit_is_that_of_the_same_folder(server: GitServer, lfs: None, home: Path, tmp_path: Path) -> None:
    server.repository(
        "Team/Churn", {**FILES, **OF_GIT}, large=LARGE, links={"link": "/etc/passwd", "src/up": "../.."}
    )
    said = imported(server.address("Team/Churn"))
    assert digest("team/churn:latest") == packed(tmp_path / "by-hand", {**FILES, **LARGE})
    assert "left out link: it is a link" in said
    assert "left out src/up: it is a link" in said
    assert list((home / "kitops" / "kitops-desktop" / "imports").iterdir()) == []


@pytest.mark.parametrize("named", ["release/1", "v1", "commit"])
def test_a_revision(server: GitServer, tmp_path: Path, named: str) -> None:
    commit = server.repository("Team/Churn", FILES)
    server.git("Team/Churn", "branch", "release/1")
    server.git("Team/Churn", "tag", "v1")
    server.repository("Team/Churn", {"config.json": b'{"changed": 1}'})
    imported(server.address("Team/Churn"), "--ref", commit if named == "commit" else named)
    assert digest("team/churn:latest") == packed(tmp_path / "by-hand", FILES)
    assert "could not fetch v2 " in refused(server.address("Team/Churn"), "--ref", "v2")


def test_kitfiles(server: GitServer, tmp_path: Path) -> None:
    files = {"model.safetensors": WEIGHTS, "README.md": b"# Churn\n"}
    server.repository("Team/Churn", {**files, "Kitfile": KITFILE.encode()})
    imported(server.address("Team/Churn"), "-t", "its-own:1")
    assert digest("its-own:1") == packed(tmp_path / "its-own", files, KITFILE)
    given = "manifestVersion: 1.0.0\ndocs:\n  - path: README.md\n"
    imported(server.address("Team/Churn"), "-t", "given:1", "-f", "-", stdin=given)
    assert digest("given:1") == packed(tmp_path / "given", files, given)


def test_from_hugging_face_with_git(
    server: GitServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    server.repository("Team/Churn", FILES)
    (server.folder / "Team" / "Churn.git").rename(server.folder / "Team" / "Moved")  # there without .git
    server.folder.joinpath("Team/Churn").rename(tmp_path / "aside")
    server.folder.joinpath("Team/Moved").rename(server.folder / "Team" / "Churn")
    server.secret = HUB_TOKEN
    monkeypatch.setenv("HF_ENDPOINT", server.origin)
    monkeypatch.setenv("HF_TOKEN", HUB_TOKEN)
    imported("Team/Churn", "--tool", "git")
    assert digest("team/churn:latest") == packed(tmp_path / "by-hand", FILES)


def test_who_may_not_read_it_is_told_so(
    server: GitServer, lfs: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_TOKEN", HUB_TOKEN)  # for another host
    server.repository("Team/Churn", FILES, large=LARGE)
    server.secret = HUB_TOKEN
    address = server.address("Team/Churn")
    assert "give an access token (--token)" in refused(address)
    assert not server.authorizations()
    assert "give an access token (--token)" in refused(address, "--token", OTHER_HUB_TOKEN)
    said = imported(address, "--token", HUB_TOKEN)
    assert "Others on this computer can see what --token has." in said
    assert not holds_secret(said)
    assert digest("team/churn:latest") == packed(tmp_path / "by-hand", {**FILES, **LARGE})


def test_a_token_is_not_sent_in_the_clear(server: GitServer) -> None:
    assert "plain http" in refused("http://git.example/team/churn", "--token", HUB_TOKEN)


@pytest.mark.parametrize("program", ["git", "git-lfs"])
def test_a_program_that_is_missing_is_named(
    server: GitServer, lfs: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, program: str
) -> None:
    server.repository("Team/Churn", FILES, large=LARGE)
    git = require_program("git")
    programs = tmp_path / "programs"
    programs.mkdir()
    if program == "git-lfs":
        (programs / "git").symlink_to(git)
    else:
        (programs / "git-lfs").symlink_to(require_program("git-lfs"))
    address = server.address("Team/Churn")
    monkeypatch.setenv("PATH", str(programs))
    said = refused(address)
    assert f"{program} is not installed" in said
    assert "no folder of PATH has it" in said


def test_large_files_come_by_http_alone(server: GitServer, lfs: None) -> None:
    config = b"[lfs]\n\turl = ssh://git.example/team/churn\n"
    server.repository("Team/Churn", {**FILES, ".lfsconfig": config}, large=LARGE)
    assert "ssh://git.example/team/churn, which is not http" in refused(server.address("Team/Churn"))


def test_all_large_files_come(server: GitServer, lfs: None, tmp_path: Path) -> None:
    files = {**FILES, ".lfsconfig": b"[lfs]\n\tfetchexclude = *\n"}
    server.repository("Team/Churn", files, large=LARGE)
    imported(server.address("Team/Churn"))
    assert digest("team/churn:latest") == packed(tmp_path / "by-hand", {**files, **LARGE})


def test_what_is_set_up_elsewhere_does_not_count(
    server: GitServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither the repository that somebody works in, nor hooks, nor what git would tell of its requests."""
    server.repository("Team/Churn", FILES)
    hooks = tmp_path / "hooks"
    hooks.mkdir()
    hook = hooks / "post-checkout"
    hook.write_text(f"#!/bin/sh\ntouch {tmp_path}/ran\n")
    hook.chmod(0o755)
    config = tmp_path / "gitconfig"
    config.write_text(f"[core]\n\thooksPath = {hooks}\n")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(config))
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "nowhere"))
    monkeypatch.setenv("GIT_TRACE_CURL", str(tmp_path / "trace"))
    imported(server.address("Team/Churn"))
    assert digest("team/churn:latest") == packed(tmp_path / "by-hand", FILES)
    assert not (tmp_path / "ran").exists()
    assert not (tmp_path / "trace").exists()


@pytest.mark.parametrize("at", ["git-upload-pack", "/large/"])
def test_it_ends_with_all_that_it_started_when_it_is_stopped(
    server: GitServer, lfs: None, tmp_path: Path, at: str
) -> None:
    server.repository("Team/Churn", FILES, large=LARGE)
    server.rules.append(Rule(path=at, stall=1, times=None))
    with checking_out(server, tmp_path) as run:
        until(lambda: any(one.bytes for one in server.asked(pattern=at)), "something to come")
        asked = time.monotonic()
        run.token.cancel()
        run.thread.join(10)
        assert run.ended - asked < 1
        until(lambda: not processes_in(tmp_path), "the end of all of them", timeout=2)


def test_large_files_that_came_are_not_fetched_again(server: GitServer, lfs: None, tmp_path: Path) -> None:
    server.repository("Team/Churn", FILES, large={**LARGE, "other.safetensors": WEIGHTS[:1000]})
    here, stalled = server.large
    server.rules.append(Rule(path=stalled, stall=1, times=None))
    with checking_out(server, tmp_path) as run:
        until(lambda: any(path.is_file() for path in tmp_path.glob(f"large/objects/**/{here}")), "one of two")
        run.token.cancel()
        run.thread.join(10)
    server.rules.clear()
    before = len(server.exchanges)
    done = check_out(git_address(server.address("Team/Churn")), tmp_path)
    again = [one.path for one in server.exchanges[before:] if one.path.startswith("/large/")]
    assert again == [f"/large/{stalled}"]
    assert (done.folder / "model.safetensors").read_bytes() == WEIGHTS
    assert not (tmp_path / "large").exists()


def test_what_was_complete_is_not_fetched_again(server: GitServer, lfs: None, tmp_path: Path) -> None:
    secret = {"id_rsa": b"-----BEGIN OPENSSH PRIVATE KEY-----\n"}
    server.repository("Team/Churn", {**FILES, **secret}, large=LARGE)
    address = server.address("Team/Churn")
    assert "id_rsa" in refused(address, "--refuse-secrets")
    before = len(server.exchanges)
    assert "packed a secret: id_rsa" in imported(address)
    assert not [one for one in server.exchanges[before:] if one.path.startswith("/large/")]
    refused(address, "--refuse-secrets")
    changed = {"config.json": b'{"changed": 1}'}
    server.repository("Team/Churn", changed)
    imported(address)
    assert digest("team/churn:latest") == packed(
        tmp_path / "by-hand", {**FILES, **LARGE, **secret, **changed}
    )


def test_nothing_stays_of_what_failed(server: GitServer, home: Path) -> None:
    assert "could not fetch the repository" in refused(server.address("Team/Nothing"))
    assert list((home / "kitops" / "kitops-desktop" / "imports").iterdir()) == []


class CheckingOut:
    def __init__(self, server: GitServer, work: Path) -> None:
        self.token, self.ended = CancelToken(), 0.0
        self._address, self._work = git_address(server.address("Team/Churn")), work
        self.thread = threading.Thread(target=self._run)

    def _run(self) -> None:
        with suppress(Cancelled):
            check_out(self._address, self._work, token=self.token)
            return
        self.ended = time.monotonic()


@contextmanager
def checking_out(server: GitServer, work: Path) -> Iterator[CheckingOut]:
    """In a thread of its own, ended in any case; ``ended`` tells when it was stopped."""
    run = CheckingOut(server, work)
    run.thread.start()
    try:
        yield run
    finally:
        run.token.cancel()
        run.thread.join(10)


def processes_in(folder: Path) -> list[str]:
    """The programs whose current folder is in there."""
    if sys.platform != "linux":
        return []
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            where = str((process / "cwd").readlink())
        except OSError:
            continue
        if Path(where).is_relative_to(folder):
            found.append(where)
    return found


def test_the_server_has_what_git_has(server: GitServer, tmp_path: Path) -> None:
    commit = server.repository("team/churn", FILES)
    subprocess.run(
        ["git", "clone", "--quiet", server.address("team/churn"), str(tmp_path / "clone")], check=True
    )
    said = subprocess.run(
        ["git", "-C", str(tmp_path / "clone"), "rev-parse", "HEAD"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert said.stdout.strip() == commit
