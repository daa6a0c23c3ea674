"""What the walk through a folder finds: links, circles, odd names, what is left out and why, what stops."""

from __future__ import annotations

import os
import socket
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from kitops_desktop.errors import InvalidMcpBundle, LayerPathMissing, SourceUnreadable
from kitops_desktop.kitfile.ignore import IgnoreRules
from kitops_desktop.kitfile.reading import read_kitfile
from kitops_desktop.modelkit.left_out import FollowedLink, LeftOut, LeftOutReason
from kitops_desktop.modelkit.media_types import LayerKind
from kitops_desktop.modelkit.pack_plan import PackPlan, plan_pack
from kitops_desktop.progress import Cancelled, CancelToken, Progress

EVERYTHING = "code: [{path: .}]"


def _plan(
    folder: Path,
    kitfile: str = EVERYTHING,
    ignore: str = "",
    *,
    excluded: tuple[str, ...] = (),
    follow_links: bool = False,
) -> PackPlan:
    rules = IgnoreRules.parse(ignore)
    return plan_pack(folder, read_kitfile(kitfile), rules, excluded=excluded, follow_links=follow_links)


def _names(plan: PackPlan, layer: int = 0) -> list[str]:
    return list(plan.layers[layer].plan.names())


def _files(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(name)


def test_layers_come_in_manifest_order_with_their_place_in_the_kitfile(tmp_path: Path) -> None:
    _files(tmp_path, "m", "p", "c", "d", "o", "q")
    kitfile = (
        "docs: [{path: ./o}]\nprompts: [{path: q}]\ndatasets: [{path: d}, {path: x, remotePath: 's3://b/k', "
        "remoteHash: abc}]\ncode: [{path: c}]\nmodel: {path: m, parts: [{path: p}]}"
    )
    assert [(layer.kind, layer.path, layer.field) for layer in _plan(tmp_path, kitfile).layers] == [
        (LayerKind.MODEL, "m", "model"),
        (LayerKind.MODEL_PART, "p", "model.parts[0]"),
        (LayerKind.CODE, "c", "code[0]"),
        (LayerKind.DATASET, "d", "datasets[0]"),
        (LayerKind.DOCS, "./o", "docs[0]"),
        (LayerKind.PROMPT, "q", "prompts[0]"),
    ]


@pytest.mark.parametrize(
    "model", ["{name: nothing}", "{path: other/kit:1}", f"{{path: 'kit@sha256:{'a' * 64}'}}"]
)
def test_a_model_without_a_path_of_its_own_has_no_layer(model: str, tmp_path: Path) -> None:
    _files(tmp_path, "p")
    plan = _plan(tmp_path, f"model: {model[:-1]}, parts: [{{path: p}}]}}")
    assert [layer.kind for layer in plan.layers] == [LayerKind.MODEL_PART]


def test_says_of_everything_left_out_why(tmp_path: Path) -> None:
    _files(
        tmp_path, "Kitfile", ".kitignore", "src/a.py", "src/x.tmp", "src/sub/Kitfile", "notes.txt", "junk/1"
    )
    (tmp_path / "src" / "link").symlink_to("a.py")
    os.mkfifo(tmp_path / "src" / "pipe")
    plan = _plan(tmp_path, "code: [{path: src}]", "**/*.tmp\n")
    assert set(plan.left_out) == {
        LeftOut("Kitfile", LeftOutReason.KITFILE, size=7),
        LeftOut(".kitignore", LeftOutReason.KITFILE, size=10),
        LeftOut("src/x.tmp", LeftOutReason.IGNORED, "**/*.tmp", 9),
        LeftOut("src/link", LeftOutReason.LINK, "a.py"),
        LeftOut("src/pipe", LeftOutReason.SPECIAL),
        LeftOut("notes.txt", LeftOutReason.NOT_COVERED, size=9),
        LeftOut("junk", LeftOutReason.NOT_COVERED, is_dir=True),
    }
    assert _names(plan) == ["src", "src/a.py", "src/sub", "src/sub/Kitfile"]


def test_a_socket_is_left_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)  # the address of a socket must be short
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("s")
        assert _plan(tmp_path).left_out == (LeftOut("s", LeftOutReason.SPECIAL),)


def test_an_ignored_folder_is_one_row_unless_something_in_it_is_packed(tmp_path: Path) -> None:
    _files(tmp_path, "a/1", "a/keep", "b/1", "b/c/2")
    plan = _plan(tmp_path, EVERYTHING, "a\nb\n!a/keep\n")
    assert _names(plan) == ["a/keep"]
    assert plan.left_out == (
        LeftOut("a/1", LeftOutReason.IGNORED, "a", 3),
        LeftOut("b", LeftOutReason.IGNORED, "b", is_dir=True),
    )


def test_paths_of_a_kit_it_refers_to_are_left_to_that_kit(tmp_path: Path) -> None:
    _files(tmp_path, "w/m.bin", "w2", "mine")
    plan = _plan(tmp_path, EVERYTHING, excluded=("./w/", "gone"))
    assert _names(plan) == ["mine", "w2"]
    assert plan.left_out == (LeftOut("w", LeftOutReason.PARENT_KIT, is_dir=True),)


def test_what_a_remote_dataset_left_in_the_folder_is_not_packed(tmp_path: Path) -> None:
    _files(tmp_path, "data/1.csv", "mine")
    kitfile = "code: [{path: .}]\ndatasets: [{path: data, remotePath: 's3://b/k', remoteHash: abc}]"
    plan = _plan(tmp_path, kitfile)
    assert [_names(plan, index) for index in range(len(plan.layers))] == [["mine"]]
    assert plan.left_out == (LeftOut("data", LeftOutReason.REMOTE, is_dir=True),)


def test_names_that_are_not_utf8_are_packed_raw_and_in_raw_order(tmp_path: Path) -> None:
    names = [b"\xff", "\U0001f600".encode(), "\uff5e".encode(), b"z", b"a\xe9"]
    for name in names:
        Path(os.fsdecode(os.fsencode(tmp_path) + b"/" + name)).write_text("x")
    plan = _plan(tmp_path)
    assert [entry.name for entry in plan.layers[0].plan.entries()] == sorted(names)
    assert len(b"".join(plan.layers[0].plan.read())) == plan.size


def test_children_come_before_a_longer_sibling(tmp_path: Path) -> None:
    _files(tmp_path, "a/x", "a-b", "a.txt", "ab")
    assert _names(_plan(tmp_path)) == ["a", "a/x", "a-b", "a.txt", "ab"]


@pytest.fixture
def deep(tmp_path: Path) -> Iterator[Path]:
    """A folder with a file 1,200 folders down, more than Python nests calls."""
    folders = [tmp_path / "deep"]
    folders[0].mkdir()
    for _ in range(1200):
        folders.append(folders[-1] / "d")
        folders[-1].mkdir()
    file = folders[-1] / "file"
    file.write_text("x")
    yield folders[0]
    file.unlink()
    for folder in reversed(folders):
        folder.rmdir()


def test_a_very_deep_folder_is_walked(deep: Path) -> None:
    assert _plan(deep).layers[0].plan.file_count == 1


@pytest.mark.parametrize("target", ["file", "folder"])
def test_a_layer_that_is_a_link_is_empty_as_in_kit(target: str, tmp_path: Path) -> None:
    _files(tmp_path, "file", "folder/x")
    (tmp_path / "link").symlink_to(target)
    plan = _plan(tmp_path, "datasets: [{path: link}]")
    assert plan.size == 1024
    assert plan.warnings == ("No files detected in dataset layer with path link",)


def test_links_are_packed_as_what_they_point_to_when_asked(tmp_path: Path) -> None:
    context = tmp_path / "context"
    _files(context, "real/file")
    _files(tmp_path, "outside/blob")
    (context / "inner").symlink_to("real")
    (context / "model").symlink_to("../outside/blob")
    (context / "nowhere").symlink_to("gone")
    plan = _plan(context, follow_links=True)
    assert _names(plan) == ["inner", "inner/file", "model", "real", "real/file"]
    assert plan.left_out == (LeftOut("nowhere", LeftOutReason.LINK, "gone"),)
    assert plan.followed == (
        FollowedLink("inner", "real", outside=False),
        FollowedLink("model", "../outside/blob", outside=True),
    )
    assert b"outside/blob" in b"".join(plan.layers[0].plan.read())


def test_a_layer_that_is_a_link_is_what_it_points_to_when_asked(tmp_path: Path) -> None:
    _files(tmp_path, "folder/x")
    (tmp_path / "link").symlink_to("folder")
    plan = _plan(tmp_path, "datasets: [{path: link}]", follow_links=True)
    assert _names(plan) == ["link", "link/x"]
    assert plan.warnings == ()


@pytest.mark.parametrize("follow_links", [False, True])
def test_links_in_circles_end(tmp_path: Path, follow_links: bool) -> None:
    _files(tmp_path, "a/b/file")
    (tmp_path / "a" / "b" / "up").symlink_to("..")
    (tmp_path / "self").symlink_to("self")
    (tmp_path / "root").symlink_to(".")
    plan = _plan(tmp_path, follow_links=follow_links)
    assert _names(plan) == ["a", "a/b", "a/b/file"]
    assert {(row.path, row.why, row.detail) for row in plan.left_out} == {
        ("a/b/up", LeftOutReason.LINK, ".."),
        ("self", LeftOutReason.LINK, "self"),
        ("root", LeftOutReason.LINK, "."),
    }


@pytest.mark.parametrize(
    ("kitfile", "kind", "said"),
    [
        ("model: {path: ./gone/}", "model", "error processing model: path gone does not exist"),
        ("model: {path: file/below}", "model", "error processing model: path file/below does not exist"),
        ("model: {path: circle}", "model", "error processing model: path circle does not exist"),
        ("prompts: [{path: gone}]", "prompt", "error processing prompt: path gone does not exist"),
        ('code: [{path: "  s  "}]', "code", "error processing code: path   s   does not exist"),
        ('code: [{path: "a\\0b"}]', "code", "error processing code: path a\0b does not exist"),
        (f"code: [{{path: {'n' * 300}}}]", "code", f"error processing code: path {'n' * 300} does not exist"),
    ],
)
def test_a_path_that_is_not_there_is_named(kitfile: str, kind: str, said: str, tmp_path: Path) -> None:
    _files(tmp_path, "file")
    (tmp_path / "circle").symlink_to("circle")
    with pytest.raises(LayerPathMissing) as caught:
        _plan(tmp_path, kitfile)
    assert (caught.value.kind, str(caught.value)) == (kind, said)


@pytest.mark.parametrize(
    ("kitfile", "warnings"),
    [
        ("docs: [{path: empty/}]", ("No files detected in docs layer with path empty",)),
        (
            "docs: [{path: ignored}]",
            (
                "docs layer path ignored ignored by kitignore",
                "No files detected in docs layer with path ignored",
            ),
        ),
        ("docs: [{path: ..}]", ("No files detected in docs layer with path ..",)),
    ],
)
def test_warns_as_kit_does(kitfile: str, warnings: tuple[str, ...], tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    _files(tmp_path, "ignored/file")
    assert _plan(tmp_path, kitfile, "ignored\n").warnings == warnings


def test_a_missing_folder_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(SourceUnreadable):
        plan_pack(tmp_path / "gone", read_kitfile(EVERYTHING), IgnoreRules())


SCRIPT = """
import sys, pathlib
from kitops_desktop.kitfile.ignore import IgnoreRules
from kitops_desktop.kitfile.reading import read_kitfile
from kitops_desktop.modelkit.pack_plan import plan_pack
try:
    plan = plan_pack(pathlib.Path(sys.argv[1]), read_kitfile(sys.argv[2]), IgnoreRules())
    print(*plan.layers[0].plan.names())
except Exception as error:
    print(type(error).__name__, error)
"""


@pytest.mark.parametrize(
    ("kitfile", "said"),
    [
        ("code: [{path: .}]", "SourceUnreadable cannot read {}/closed: Permission denied"),
        ("code: [{path: closed/file}]", "SourceUnreadable cannot read {}/closed/file: Permission denied"),
        ("code: [{path: open}]", "open open/file"),
    ],
)
def test_a_folder_that_may_not_be_read_matters_only_to_a_layer_that_needs_it(
    kitfile: str, said: str, tmp_path: Path, run_unprivileged: Callable[..., CompletedProcess[str]]
) -> None:
    _files(tmp_path, "closed/file", "open/file")
    (tmp_path / "closed").chmod(0)
    argv = [sys.executable, "-c", SCRIPT, str(tmp_path), kitfile]
    assert run_unprivileged(argv, cwd=Path(__file__).parents[2]).stdout == said.format(tmp_path) + "\n"


def _bundle(path: Path, *names: str) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        for name in names:
            archive.writestr(name, "{}")


def test_an_mcp_bundle_is_a_raw_layer(tmp_path: Path) -> None:
    _files(tmp_path, "code.py", "servers/notes")
    _bundle(tmp_path / "servers" / "s.mcpb", "manifest.json", "server.py")
    plan = _plan(tmp_path, "code: [{path: .}]\nmcpServers: [{name: s, path: servers/s.mcpb}]")
    assert _names(plan) == ["code.py", "servers", "servers/notes"]
    assert _names(plan, 1) == ["servers/s.mcpb"]
    assert b"".join(plan.layers[1].plan.read()) == (tmp_path / "servers" / "s.mcpb").read_bytes()


@pytest.mark.parametrize(
    ("path", "ignore", "reason"),
    [
        ("folder", "", "must be a single .mcpb file"),
        ("text", "", "is not a valid ZIP archive"),
        ("other.zip", "", "does not contain a manifest.json at its root"),
        ("link", "", "is a link or left out by .kitignore"),
        ("good.mcpb", "good.mcpb", "is a link or left out by .kitignore"),
    ],
)
def test_what_is_no_mcp_bundle_is_refused(path: str, ignore: str, reason: str, tmp_path: Path) -> None:
    _files(tmp_path, "folder/x", "text")
    _bundle(tmp_path / "other.zip", "sub/manifest.json")
    _bundle(tmp_path / "good.mcpb", "manifest.json")
    (tmp_path / "link").symlink_to("good.mcpb")
    with pytest.raises(InvalidMcpBundle) as caught:
        _plan(tmp_path, f"mcpServers: [{{name: s, path: {path}}}]", ignore)
    assert (caught.value.name, caught.value.path, caught.value.reason) == ("s", tmp_path / path, reason)


def test_reports_on_the_way_and_stops_when_asked(tmp_path: Path) -> None:
    _files(tmp_path, *(f"d/{index}" for index in range(2500)))
    seen: list[Progress] = []
    token = CancelToken()

    def report(progress: Progress) -> None:
        seen.append(progress)
        if len(seen) == 3:
            token.cancel()

    with pytest.raises(Cancelled):
        plan_pack(tmp_path, read_kitfile(EVERYTHING), IgnoreRules(), token=token, report=report)
    assert len(seen) == 3
    assert seen[-1].done > 0
    assert seen[-1].detail == "d"
