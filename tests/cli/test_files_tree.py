"""``files``: as a tree, as JSON, and with a word about what listing costs."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from kitops_desktop.cli.file_tree_text import ASCII, Branches, TreeFile, branches_for, file_tree, of_kit
from kitops_desktop.modelkit.inspect import KitLayer
from kitops_desktop.modelkit.media_types import LayerKind, layer_media_type, parse_media_type
from kitops_desktop.modelkit.tar_listing import LayerFile
from kitops_desktop.oci.descriptor import Descriptor
from kitops_desktop.oci.digest import digest_of
from kitops_desktop.preview.files import KitFile
from support.computers import write_project
from support.kit_commands import run_command
from support.registry_server import RegistryServer

LAYER = KitLayer(0, Descriptor(layer_media_type(LayerKind.CODE), digest_of(b""), 1), None, LayerKind.CODE)


def listed(*files: tuple[str, int], unsafe: str = "") -> list[TreeFile]:
    found = [
        KitFile(LAYER, LayerFile(path.rstrip("/"), size, 0o644, is_dir=path.endswith("/"), unsafe=unsafe))
        for path, size in files
    ]
    return list(of_kit(found))


def test_a_tree_has_folders_first_with_their_sums() -> None:
    files = listed(("README.md", 10), ("src/", 0), ("src/lib/b.py", 1000), ("src/a.py", 500), ("empty/", 0))
    assert file_tree(files, Branches()).splitlines() == [
        ".",
        "├── empty/  0 B",
        "├── src/  1.4 KiB",
        "│   ├── lib/  1000 B",
        "│   │   └── b.py  1000 B",
        "│   └── a.py  500 B",
        "└── README.md  10 B",
        "",
        "3 folders, 3 files, 1.4 KiB",
        "Code 1.4 KiB, Text and configuration 10 B",
    ]


def test_what_has_no_stated_size_is_counted_and_not_taken_for_empty() -> None:
    alone = Descriptor("application/vnd.kitops.modelkit.code.v1.raw+zstd", digest_of(b""), 1)
    layer = KitLayer(1, alone, parse_media_type(alone.media_type), LayerKind.CODE)
    unsized = of_kit([KitFile(layer, LayerFile(path, 0, 0)) for path in ("model/w.gguf", "src/b.py")])
    assert file_tree([*listed(("model/", 0), ("src/a.py", 500)), *unsized], Branches()).splitlines() == [
        ".",
        "├── model/  unknown",
        "│   └── w.gguf  unknown",
        "└── src/  at least 500 B",
        "    ├── a.py  500 B",
        "    └── b.py  unknown",
        "",
        "2 folders, 3 files, 500 B and 2 of unknown size",
        "Code 500 B and 1 of unknown size, GGUF unknown size",
    ]


def test_hostile_names_stay_on_their_line() -> None:
    deep = "/".join("d" * 300)
    files = listed((f"{deep}/x", 1), ("a\nb\x1b[31m", 1), ("\udcff", 1))
    text = file_tree([*files, *listed(("../out", 7), unsafe="it leaves the folder")], ASCII)
    assert len(text.splitlines()) == 9
    assert "\x1b" not in text
    assert "a\\nb" in text
    assert "not unpacked: it leaves the folder" in text


@pytest.mark.parametrize(
    ("encoding", "branches"),
    [("utf-8", Branches()), ("ascii", ASCII), (None, ASCII), ("no-such", ASCII), ("cp437", Branches())],
)
def test_lines_are_drawn_where_they_can_be_written(encoding: str | None, branches: Branches) -> None:
    assert branches_for(encoding) == branches


def test_files_of_a_kit_here_and_in_a_registry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project = write_project(tmp_path / "churn")
    (project / "src" / "noise.bin").write_bytes(random.Random(1).randbytes(9 << 20))
    assert run_command("pack", str(project), "-t", "churn:v1", "--compression", "gzip").code == 0
    here = run_command("files", "churn:v1", "--tree")
    assert (here.code, here.err) == (0, "")
    assert "noise.bin  9.0 MiB" in here.out
    both = run_command("files", "churn:v1", "--tree", "--format", "json")
    assert both.code != 0
    with RegistryServer(tmp_path / "registry") as server:
        target = f"{server.host}/team/churn:v1"
        assert run_command("push", "churn:v1", target, "--plain-http").code == 0
        monkeypatch.setenv("KITOPS_HOME", str(tmp_path / "elsewhere"))
        monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
        there = run_command("files", target, "--tree", "--plain-http")
        assert there.out == here.out
        assert "of compressed layers must be read to list their files." in there.err
        again = run_command("files", target, "--tree", "--plain-http")
        assert "must be read" not in again.err
