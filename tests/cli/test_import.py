"""``import`` from Hugging Face: the kit is that of the same folder, and what broke off goes on."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import pytest

from kitops_desktop.importers.hugging_face.address import HfAddress
from kitops_desktop.jobs.import_job import ImportWork, import_repository
from kitops_desktop.kitfile.kitfile import Package
from kitops_desktop.progress import Cancelled, CancelToken
from kitops_desktop.workspace import open_workspace
from support.http_server import Rule
from support.hub_repository import HubRepository
from support.hub_server import HubServer
from support.imports import digest, imported, packed, refused
from support.kit_commands import run_command
from support.planted import HUB_TOKEN, OTHER_HUB_TOKEN, holds_secret
from support.waiting import until

MIT = b"""Permission is hereby granted, free of charge, to any person obtaining a copy of this software and
associated documentation files (the "Software"), to deal in the Software without restriction, including
without limitation the rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies
of the Software, subject to the following conditions: The above copyright notice and this permission notice
shall be included in all copies or substantial portions of the Software.
"""
WEIGHTS = bytes(range(256)) * 4096
FILES = {
    "README.md": b"---\nlicense: mit\n---\n# Churn\n",
    "LICENSE": MIT,
    "config.json": b'{"layers": 2}',
    "model.safetensors": WEIGHTS,
    "onnx/model.onnx": b"onnx" * 100,
    "onnx/config.json": b"{}",
    "onnx.txt": b"git sorts this before the folder",
    "docs/use.md": b"# Use\n",
    "data/train.csv": b"a,b\n1,2\n",
    "Kitfile": b"this is none",
    ".gitattributes": b"*.safetensors filter=lfs\n",
    "docs/.gitignore": b"*.html\n",
}
LFS = {"model.safetensors"}
KITFILE = """manifestVersion: 1.0.0
package:
  name: mine
model:
  path: model.safetensors
docs:
  - path: docs
"""


@pytest.fixture
def model() -> HubRepository:
    return HubRepository("Team/Churn", files=FILES, lfs=LFS)


@pytest.fixture
def hub(model: HubRepository, monkeypatch: pytest.MonkeyPatch) -> Iterator[HubServer]:
    private = HubRepository("team/secret", private=True, files=FILES, lfs=LFS)
    gated = HubRepository("lab/gated", gated="manual", files=FILES, lfs=LFS)
    data = HubRepository("team/data", kind="dataset", files={"train.csv": b"a\n1\n", "more/b.csv": b"a\n"})
    monkeypatch.delenv("HF_TOKEN", raising=False)
    with HubServer(model, private, gated, data, page_size=3) as server:
        monkeypatch.setenv("HF_ENDPOINT", server.origin)
        yield server


def left_to_go_on(home: Path) -> list[str]:
    folder = home / "kitops" / "kitops-desktop" / "imports"
    return sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []


def fetched(hub: HubServer) -> set[str]:
    """The paths of the files whose content was asked for."""
    return {one.path.partition("/resolve/")[2].partition("/")[2] for one in hub.asked("GET", "/resolve/")}


def test_the_kit_is_that_of_the_same_folder(hub: HubServer, home: Path, tmp_path: Path) -> None:
    answer = imported("Team/Churn")
    assert digest("team/churn:latest") == packed(tmp_path / "by-hand", FILES)
    assert "Using tag team/churn:latest. Use flag --tag to override\n" in answer.out
    assert "Generated Kitfile:\n\nmanifestVersion: 1.0.0\npackage:\n  name: Churn\n" in answer.out
    assert "license: MIT" in answer.out
    assert answer.out.endswith("Model is packed as team/churn:latest\n")
    assert left_to_go_on(home) == []
    assert not fetched(hub) & {"Kitfile", ".gitattributes", "docs/.gitignore"}


def test_what_the_kitfile_ignores_is_asked_for_with_it(
    hub: HubServer, model: HubRepository, tmp_path: Path
) -> None:
    files = {**FILES, ".kitignore": b"data\n", "train.py": b"print()\n", "data/more.py": b"1\n"}
    model.commit(files)
    imported("Team/Churn")  # with a file that nothing is known of, all goes into one entry
    assert "path: .\n" in run_command("info", "team/churn:latest").out
    assert digest("team/churn:latest") == packed(tmp_path / "by-hand", files)


@pytest.mark.parametrize("given", ["file", "stdin"])
def test_a_kitfile_that_is_given_says_what_is_fetched(hub: HubServer, tmp_path: Path, given: str) -> None:
    kitfile = tmp_path / "mine.yaml"
    kitfile.write_text(KITFILE, encoding="utf-8")
    if given == "file":
        answer = imported("Team/Churn", "-f", str(kitfile), "-t", "mine:v1,latest")
    else:
        answer = imported("Team/Churn", "-f", "-", "-t", "mine:v1,latest", stdin=KITFILE)
    assert "Generated Kitfile" not in answer.out
    assert fetched(hub) == {"model.safetensors", "docs/use.md"}
    assert digest("mine:v1") == digest("mine:latest") == packed(tmp_path / "by-hand", FILES, KITFILE)


def test_a_kitfile_that_asks_for_what_is_not_there_costs_nothing(hub: HubServer, home: Path) -> None:
    wrong = KITFILE.replace("docs", "doc")
    answer = run_command("import", "Team/Churn", "-f", "-", stdin=wrong)
    assert answer.code == 1
    assert "doc" in answer.err
    assert fetched(hub) == set()
    assert left_to_go_on(home) == []


@pytest.mark.parametrize("named", ["v1.0", "dev/next", "commit"])
def test_a_revision(hub: HubServer, model: HubRepository, tmp_path: Path, named: str) -> None:
    first = model.find("main")
    assert first is not None
    model.tag("v1.0")
    model.branch("dev/next")
    model.commit({"config.json": b"{}"})
    revision = first.sha if named == "commit" else named
    imported("Team/Churn", "--ref", revision)
    assert digest("team/churn:latest") == packed(tmp_path / "by-hand", FILES)


def test_an_address_says_where_and_which(hub: HubServer, model: HubRepository) -> None:
    model.tag("v1.0")
    model.commit({"config.json": b"{}"})
    answer = imported(f"{hub.origin}/Team/Churn/blob/v1.0/docs/use.md", "-t", "a:1")
    assert "All of Team/Churn is imported, not only docs/use.md." in answer.err
    imported("hf://Team/Churn@v1.0", "-t", "b:1", "--tool", "hf", "--ref", "v1.0")
    assert digest("a:1") == digest("b:1")
    assert "The address is about v1.0, and --ref about main" in refused(
        "hf://Team/Churn@v1.0", "--ref", "main"
    )


def test_a_repository_that_has_another_name_now(hub: HubServer, model: HubRepository) -> None:
    hub.rename(model, "Team/Leaving")
    imported("Team/Churn")
    assert "team/churn" in run_command("list").out


def test_private_ones_are_read_with_a_token(hub: HubServer, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "There is nothing called team/secret, or it is private." in refused("team/secret")
    monkeypatch.setenv("HF_TOKEN", HUB_TOKEN)
    answer = imported("team/secret")
    assert "--token" not in answer.err
    assert not hub.storage.authorizations()
    monkeypatch.setenv("HF_TOKEN", OTHER_HUB_TOKEN)
    refused("team/secret")
    answer = imported("team/secret", "--token", HUB_TOKEN)  # goes before what is there anyway
    assert "Others on this computer can see what --token has." in answer.err
    assert "kitops-desktop login huggingface.co" in answer.err
    assert not holds_secret(answer.out + answer.err)


def test_what_is_not_given_is_explained(hub: HubServer, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "lab/gated is given only to whoever asked for it" in refused("lab/gated")
    assert "Hugging Face shows no such model" in refused("team/nothing")
    assert "Team/Churn has no such revision" in refused("Team/Churn", "--ref", "nothing")


def test_a_secret_stops_it_when_that_is_wanted(hub: HubServer, model: HubRepository) -> None:
    model.commit({"src/id_rsa": b"-----BEGIN OPENSSH PRIVATE KEY-----\n", "src/a.py": b"1\n"})
    assert "src/id_rsa" in refused("Team/Churn", "--refuse-secrets")
    assert "packed a secret: src/id_rsa" in imported("Team/Churn").err


def test_what_was_stopped_goes_on(hub: HubServer, home: Path, tmp_path: Path) -> None:
    files = {"large.safetensors": WEIGHTS * 4, "README.md": b"# Large\n"}
    large = HubRepository("Team/Large", files=files, lfs={"large.safetensors"})
    commit = large.find("main")
    assert commit is not None
    hub.add(large)
    hub.storage.rules.append(Rule(stall=len(WEIGHTS) * 3, times=None))
    with pressing_ctrl_c(home):
        answer = run_command("import", "Team/Large")
    assert answer.code == 130
    assert f"--ref {commit.sha} goes on with that" in answer.err
    assert "Stopped. What was finished is kept; run the same command again to go on." in answer.err
    hub.storage.rules.clear()
    before = len(hub.storage.exchanges)
    large.commit({"README.md": b"changed meanwhile"})
    imported("Team/Large", "--ref", commit.sha)
    (rest,) = hub.storage.exchanges[before:]
    assert int(rest.headers["range"].removeprefix("bytes=").partition("-")[0]) >= len(WEIGHTS)
    package = Package(name="Large", authors=("Team",))
    assert digest("team/large:latest") == packed(tmp_path / "by-hand", files, package=package)
    assert left_to_go_on(home) == []


@contextmanager
def pressing_ctrl_c(home: Path) -> Iterator[None]:
    """When something large has begun to be there; again when nobody took notice of it.

    Python does not notice a signal that comes in the moment before its main thread begins to wait.
    """
    folder = home / "kitops" / "kitops-desktop" / "imports"
    ended = threading.Event()

    def is_there() -> bool:
        return any(path.stat().st_size >= len(WEIGHTS) for path in folder.rglob("*") if path.is_file())

    def press() -> None:
        until(lambda: ended.is_set() or is_there(), "a part of a large file")
        while not ended.is_set():
            os.kill(os.getpid(), signal.SIGINT)
            ended.wait(5)

    presses = threading.Thread(target=press)
    presses.start()
    try:
        yield
    finally:
        ended.set()
        presses.join()


def test_one_at_a_time(hub: HubServer) -> None:
    hub.storage.rules.append(Rule(stall=1000, times=None))
    token = CancelToken()
    with closing(open_workspace()) as workspace:

        def run() -> None:
            with suppress(Cancelled):
                import_repository(
                    ImportWork(HfAddress("Team/Churn"), "first:1"), workspace.tools, token=token
                )

        first = threading.Thread(target=run)
        first.start()
        until(lambda: any(one.bytes for one in hub.storage.asked()), "the first to be on its way")
        assert "Team/Churn is being imported already" in refused("Team/Churn")
        token.cancel()
        first.join(10)
    hub.storage.rules.clear()
    imported("Team/Churn")


def test_names_that_may_not_be_used_here_are_left_out(
    hub: HubServer, model: HubRepository, tmp_path: Path
) -> None:
    model.commit({"train.py": b"1\n", "bad\x07.py": b"2\n", ".kitops-desktop-download-1/x.py": b"3\n"})
    said = imported("Team/Churn").err
    assert "left out bad\N{REPLACEMENT CHARACTER}.py" in said
    assert "left out .kitops-desktop-download-1/x.py" in said
    assert digest("team/churn:latest") == packed(tmp_path / "by-hand", {**FILES, "train.py": b"1\n"})


def test_as_json(hub: HubServer, model: HubRepository) -> None:
    commit = model.find("main")
    assert commit is not None
    found = json.loads(imported("Team/Churn", "--format", "json").out)
    assert found["reference"] == "team/churn:latest"
    assert found["digest"] == digest("team/churn:latest")
    assert (found["repository"], found["commit"]) == ("hf://Team/Churn", commit.sha)
    assert {layer["kind"] for layer in found["layers"]} == {"model", "modelpart", "dataset", "docs"}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["a/b/c/d"], "neither ORGANISATION/NAME"),
        (["file:///srv/team/churn"], "no address that git can fetch"),
        (["ssh://git.example/team/churn"], "no address that git can fetch"),
        (["https://me:pw@git.example/team/churn"], "without user and password"),
        (["team/churn", "--tool", "svn"], "nvalid value for --tool flag. Valid options are: hf, git"),
        (["https://git.example/team/churn", "--tool", "hf"], "no repository of Hugging Face"),
        (["team/churn", "--concurrency", "0"], "nvalid argument for concurrency (0): must be at least 1"),
        (["team/churn", "-t", "Big:1"], "must be lowercase"),
        (["team/churn", "--path", "*.md"], "are for --into"),
        (["team/churn", "--keep-both"], "are for --into"),
        (["team/churn", "--into", "x", "-t", "a:1"], "--into packs nothing"),
        (["team/churn", "--into", "x", "--tool", "git"], "--into is for Hugging Face's own interface"),
        (["https://git.example/a/b", "--proxy", "http://proxy:3128"], "it goes by its own settings"),
        (["team/-a_"], "neither ORGANISATION/NAME"),
        (["team/churn", "--ref", "a..b"], "is no revision"),
        (["team/churn_"], "team/churn_:latest cannot be the name of a kit: give one with --tag"),
        (["team/churn", "--token", "line\nbreak"], "characters that no token has"),
        (["team/churn", "-f", "/nowhere/Kitfile"], "/nowhere/Kitfile"),
    ],
)
def test_wrong_usage_is_said(arguments: list[str], said: str) -> None:
    assert said in refused(*arguments)


# Downloading only ------------------------------------------------------------------------------------------


def test_only_downloaded(hub: HubServer, tmp_path: Path) -> None:
    folder = tmp_path / "churn"
    answer = imported("Team/Churn", "--into", str(folder))
    assert f"Downloading 12 files (1.0 MiB) to {folder}\n" in answer.out
    assert answer.out.endswith("Downloaded 12 files (1.0 MiB)\n")
    assert read(folder) == FILES
    assert "team/churn" not in run_command("list").out
    assert "12 files" in imported("Team/Churn", "--into", str(folder)).out  # all is there
    with closing(open_workspace()) as workspace:
        assert workspace.origins.find(folder) == "Team/Churn"


def test_only_what_matches(hub: HubServer, tmp_path: Path) -> None:
    folder = tmp_path / "some"
    imported("Team/Churn", "--into", str(folder), "--path", "*.json", "--path", "docs/**")
    assert set(read(folder)) == {"config.json", "docs/use.md", "docs/.gitignore"}
    other = tmp_path / "onnx"
    imported(f"{hub.origin}/Team/Churn/tree/main/onnx", "--into", str(other), "--path", "**/*.onnx")
    assert set(read(other)) == {"onnx/model.onnx"}
    assert "has no file that matches *.none" in refused(
        "Team/Churn", "--into", str(folder), "--path", "*.none"
    )
    assert "has nothing at none" in refused("hf://Team/Churn/none", "--into", str(folder))


def test_files_in_the_way(hub: HubServer, tmp_path: Path) -> None:
    folder = tmp_path / "churn"
    folder.mkdir()
    (folder / "config.json").write_bytes(b"mine")
    into = ("Team/Churn", "--into", str(folder))
    said = refused(*into)
    assert "config.json" in said
    assert "--overwrite" in said
    assert set(read(folder)) == {"config.json"}
    assert "Kept 1 existing file\n" in imported(*into, "-i").out
    assert (folder / "config.json").read_bytes() == b"mine"
    found = json.loads(imported(*into, "-o", "--format", "json").out)
    assert (found["files"], len(found["present"]), found["skipped"]) == (1, 11, [])
    assert (folder / "config.json").read_bytes() == FILES["config.json"]
    for name in ("README.md", "config.json"):
        (folder / name).write_bytes(b"mine again")
    found = json.loads(
        imported(*into, "--keep-both", "--decide", "README.md=overwrite", "--format", "json").out
    )
    assert (found["files"], found["beside"]) == (2, ["config (2).json"])
    assert read(folder) == {**FILES, "config.json": b"mine again", "config (2).json": FILES["config.json"]}
    assert "--decide takes PATH=" in refused(*into, "--decide", "README.md")


def test_datasets(hub: HubServer, tmp_path: Path) -> None:
    folder = tmp_path / "data"
    imported("datasets/team/data", "--into", str(folder))
    assert set(read(folder)) == {"train.csv", "more/b.csv"}
    imported(f"{hub.origin}/datasets/team/data")
    assert "path: train.csv" in run_command("info", "team/data:latest").out


def read(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }


# On a terminal ---------------------------------------------------------------------------------------------


@pytest.mark.skipif(sys.platform == "win32", reason="there are no pseudo-terminals")
def test_on_a_terminal_the_kitfile_may_be_edited(hub: HubServer, tmp_path: Path) -> None:
    import pty

    editor = tmp_path / "my editor.py"
    editor.write_text(
        "import pathlib, sys\n"
        "path = pathlib.Path(sys.argv[1])\n"
        "text = path.read_text()\n"
        "wrong = 'nonsense' not in text\n"
        "path.write_text(text + 'nonsense: 1\\n' if wrong else text.replace('nonsense: 1\\n', '')"
        ".replace('name: Churn', 'name: edited'))\n"
    )
    leader, follower = pty.openpty()
    os.write(leader, b"y\ny\n")  # edit it, and once more what became wrong
    done = subprocess.run(
        [sys.executable, "-P", "-m", "kitops_desktop", "import", "Team/Churn", "--progress", "none"],
        env={**os.environ, "EDITOR": f"{sys.executable} '{editor}'"},
        stdin=follower,
        stderr=follower,
        stdout=subprocess.PIPE,
        timeout=60,
        check=False,
    )
    said = os.read(leader, 1 << 16).decode()
    os.close(leader)
    os.close(follower)
    assert done.returncode == 0, said
    assert "Would you like to edit Kitfile before packing? (y/N): " in said
    assert "nonsense" in said
    assert "name: edited" in run_command("info", "team/churn:latest").out
