"""Where a path would go agrees with what packing does, for every path of a folder."""

from __future__ import annotations

import os
import stat
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kitops_desktop.kitfile.ignore import IgnoreRules
from kitops_desktop.kitfile.kitfile import CodeEntry, Dataset, DocsEntry, Kitfile, Model, ModelPart, Prompt
from kitops_desktop.kitfile.reading import read_kitfile
from kitops_desktop.modelkit.destination import Destination, Destinations
from kitops_desktop.modelkit.layers import layer_entries
from kitops_desktop.modelkit.left_out import LeftOutReason
from kitops_desktop.modelkit.pack_plan import plan_pack

NAMES = ("a", "b", "A", "a b", ".x", "Kitfile", "caf\udce9", "b\n")
PATHS = st.lists(st.sampled_from(NAMES), min_size=1, max_size=4).map("/".join)
PATTERNS = ("a", "**/b", "*", "a/*", "!a/b", "!**/A", "a b/a", "**/.x", "!a", "b/**", "?")


def asked(folder: Path, destinations: Destinations, path: str) -> Destination:
    mode = (folder / path).lstat().st_mode
    is_dir, is_link = stat.S_ISDIR(mode), stat.S_ISLNK(mode)
    special = not (is_dir or is_link or stat.S_ISREG(mode))
    return destinations.of(path, is_dir=is_dir, is_link=is_link, is_special=special)


def assert_agrees(folder: Path, kitfile: Kitfile, ignored: str, excluded: tuple[str, ...] = ()) -> None:
    rules = IgnoreRules.parse(ignored)
    plan = plan_pack(folder, kitfile, rules, excluded=excluded)
    packed: dict[str, list[str]] = {}
    for layer in plan.layers:
        for name in layer.plan.names():
            if not (folder / name).is_dir():
                packed.setdefault(name, []).append(layer.field)
    destinations = Destinations.of_kitfile(kitfile, rules, excluded)
    left_out = {one.path: one for one in plan.left_out}
    inside = tuple(f"{path}/" for path, one in left_out.items() if one.is_dir)
    for top, folders, files in os.walk(folder):
        for name in (*folders, *files):
            path = (Path(top) / name).relative_to(folder).as_posix()
            found = asked(folder, destinations, path)
            if path in packed:
                assert [entry.field for entry in found.entries] == packed[path], path
            elif path in left_out:
                one = left_out[path]
                detail = one.detail if one.why is LeftOutReason.IGNORED else ""
                assert (found.why, found.detail) == (one.why, detail), path
            elif path.startswith(inside) or not (folder / path).is_dir():
                assert not found.is_packed, path


@st.composite
def kitfiles(draw: st.DrawFn, paths: list[str]) -> Kitfile:
    """One whose entries are all there."""
    text = [path for path in paths if path.isprintable()]
    chosen = st.sampled_from([*text, ".", "./"])
    some = st.lists(chosen, max_size=2, unique_by=lambda path: path.strip("./"))
    return Kitfile(
        model=draw(st.one_of(st.none(), st.builds(Model, path=chosen, parts=st.just(())))),
        code=tuple(CodeEntry(path) for path in draw(some)),
        datasets=tuple(
            Dataset(path=path, remote_path=draw(st.sampled_from(["", "s3://b/k"]))) for path in draw(some)
        ),
        docs=tuple(DocsEntry(path) for path in draw(some)),
        prompts=tuple(Prompt(path=path) for path in draw(some)),
    )


def made(folder: Path, paths: list[str]) -> list[str]:
    """Files of these names; a folder is one that has something in it."""
    there = []
    for path in paths:
        try:
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            if not (folder / path).exists():
                (folder / path).write_text("x")
        except OSError:  # a file of that name is there
            continue
        there.append(path)
    return there + sorted({str(Path(path).parent) for path in there} - {"."})


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    data=st.data(), paths=st.lists(PATHS, min_size=1, max_size=8), ignored=st.lists(st.sampled_from(PATTERNS))
)
def test_agrees_with_packing_for_any_folder(
    data: st.DataObject, paths: list[str], ignored: list[str]
) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        there = made(folder, paths)
        excluded = data.draw(st.lists(st.sampled_from(there), max_size=1))
        assert_agrees(folder, data.draw(kitfiles(there)), "\n".join(ignored), tuple(excluded))


def test_agrees_with_packing_for_links_and_special_files(tmp_path: Path) -> None:
    for path in ("src/a.py", "src/deep/b.py", "data/1.csv", "notes.log", "Kitfile"):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text("x")
    (tmp_path / "src" / "link").symlink_to("a.py")
    (tmp_path / "src" / "round").symlink_to("..")
    (tmp_path / "aside").symlink_to("nowhere")
    os.mkfifo(tmp_path / "src" / "pipe")
    kitfile = Kitfile(model=Model(parts=(ModelPart(path="src/deep"),)), code=(CodeEntry("src"),))
    assert_agrees(tmp_path, kitfile, "**/*.log\n")
    destinations = Destinations.of_kitfile(kitfile, IgnoreRules.parse("**/*.log\n"))
    assert asked(tmp_path, destinations, "src/link").why is LeftOutReason.LINK
    assert asked(tmp_path, destinations, "aside").why is LeftOutReason.NOT_COVERED
    assert asked(tmp_path, destinations, "src/pipe").why is LeftOutReason.SPECIAL


def test_a_folder_names_what_takes_it_and_what_begins_in_it() -> None:
    kitfile = read_kitfile("code: [{path: src}]\ndatasets: [{path: src/data/x}]")
    entries = {entry.field: entry for entry in layer_entries(kitfile)}
    destinations = Destinations.of_kitfile(kitfile, IgnoreRules())
    code, data = entries["code[0]"], entries["datasets[0]"]
    assert destinations.of("src", is_dir=True) == Destination((code,), (data,))
    assert destinations.of("src/data", is_dir=True).below == (data,)
    assert destinations.of("src/data/x/1/2/3").entries == (data,)
    assert destinations.of("src/other").entries == (code,)


def test_what_lies_in_a_folder_that_stays_elsewhere_is_said_to() -> None:
    kitfile = read_kitfile(
        "code: [{path: .}]\ndatasets: [{path: data, remotePath: 's3://b/k', remoteHash: a}]"
    )
    destinations = Destinations.of_kitfile(kitfile, IgnoreRules(), ("w/",))
    assert destinations.of("data/deep/1.csv").why is LeftOutReason.REMOTE
    assert destinations.of("w/m.bin").why is LeftOutReason.PARENT_KIT
    assert destinations.of("w2/m.bin").is_packed


@pytest.mark.parametrize("path", ["Kitfile", ".kitignore", "kitfile"])
def test_own_files_are_never_packed(path: str) -> None:
    destinations = Destinations.of_kitfile(read_kitfile("code: [{path: .}]"), IgnoreRules.parse(f"!{path}\n"))
    assert destinations.of(path).why is LeftOutReason.KITFILE


def test_a_path_of_thousands_of_folders_is_answered() -> None:
    deep = "/".join(["d"] * 3000)
    destinations = Destinations.of_kitfile(read_kitfile("code: [{path: d/d}]"), IgnoreRules())
    assert destinations.of(deep).is_packed
