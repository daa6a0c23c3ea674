"""The tree of files: fed in helpings, filtered, sorted and ticked, with sums that are right all the time."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from kitops_desktop.modelkit.inspect import KitLayer
from kitops_desktop.modelkit.media_types import LayerKind, layer_media_type, parse_media_type
from kitops_desktop.modelkit.tar_listing import LayerFile
from kitops_desktop.oci.descriptor import Descriptor
from kitops_desktop.oci.digest import digest_of
from kitops_desktop.preview.files import KitFile
from kitops_desktop.ui.library.file_tree_model import FileColumn, FileTreeModel, printable

Check = Qt.CheckState


def layer(path: str) -> KitLayer:
    descriptor = Descriptor(layer_media_type(LayerKind.CODE), digest_of(path.encode()), 1)
    return KitLayer(0, descriptor, None, LayerKind.CODE, path=path)


SOURCE, DATA = layer("src"), layer("data")
RAW = Descriptor("application/vnd.kitops.modelkit.code.v1.raw+zstd", digest_of(b""), 1)
ALONE = KitLayer(0, RAW, parse_media_type(RAW.media_type), LayerKind.CODE)
"""Holds a file whose size nobody has stated."""


def files(*paths: str, of: KitLayer = SOURCE, size: int = 10) -> list[KitFile]:
    """Files of ``size`` bytes; a path that ends with a slash is a folder."""
    return [
        KitFile(of, LayerFile(path.rstrip("/"), 0 if path.endswith("/") else size, 0o644, path.endswith("/")))
        for path in paths
    ]


def shown(model: FileTreeModel, parent: QModelIndex | None = None, prefix: str = "") -> list[str]:
    """Every path on view, in the order of the view; folders with a slash."""
    parent = parent or QModelIndex()
    found = []
    for row in range(model.rowCount(parent)):
        index = model.index(row, 0, parent)
        path = prefix + index.data()
        is_folder = model.node(index).is_dir
        found.append(path + "/" if is_folder else path)
        found += shown(model, index, path + "/")
    return found


def find(model: FileTreeModel, path: str) -> QModelIndex:
    index = QModelIndex()
    for name in path.split("/"):
        rows = (model.index(row, 0, index) for row in range(model.rowCount(index)))
        index = next(child for child in rows if child.data() == name)
    return index


def tick(model: FileTreeModel, path: str, state: Check = Check.Checked) -> None:
    assert model.setData(find(model, path), state, Qt.ItemDataRole.CheckStateRole)


def state(model: FileTreeModel, path: str) -> Check:
    return Check(find(model, path).data(Qt.ItemDataRole.CheckStateRole))


def test_follows_the_rules_of_qt_while_files_arrive(qtmodeltester: ModelTester) -> None:
    model = FileTreeModel()
    qtmodeltester.check(model)
    model.add(files("src/", "src/a.py", "src/b.py"))
    model.add(files("src/lib/", "src/lib/deep/c.py", "README.md", "src/b.py"))
    model.sort(FileColumn.SIZE, Qt.SortOrder.DescendingOrder)
    tick(model, "src/lib")
    model.set_filter("c.py")
    model.add(files("src/late/cc.py", "src/lib/deep/c.py.bak", "other.txt"))
    model.set_filter("", "data")
    model.add(files("data/x.csv", of=DATA))
    model.set_filter("")
    model.clear()
    assert model.rowCount() == 0


def test_folders_sum_up_what_is_below_them(qapp: object) -> None:
    model = FileTreeModel()
    model.add(files("src/a.py", "src/lib/b.py", size=7))
    model.add(files("src/lib/c.py", size=5))
    root = model.tree.root
    assert (root.size, root.files) == (19, 3)
    lib = model.node(find(model, "src/lib"))
    assert (lib.size, lib.files) == (12, 2)


def test_folders_are_told_to_have_grown(qapp: object) -> None:
    model = FileTreeModel()
    model.add(files("src/a.py"))
    changed: list[str] = []
    model.dataChanged.connect(lambda first, last, roles: changed.append(model.node(first).path))
    model.add(files("src/b.py"))
    assert changed == ["src"]


def test_sorting_keeps_folders_first_and_indexes_where_they_belong(qapp: object) -> None:
    model = FileTreeModel()
    model.add(files("b.txt", "a.txt", "z/", "z/y.txt"))
    kept = QPersistentModelIndex(find(model, "b.txt"))
    model.sort(FileColumn.NAME, Qt.SortOrder.AscendingOrder)
    assert shown(model) == ["z/", "z/y.txt", "a.txt", "b.txt"]
    assert kept.data() == "b.txt"
    assert kept.row() == 2


@pytest.mark.parametrize(
    ("text", "layer_label", "expected"),
    [
        ("B.PY", "", ["src/", "src/lib/", "src/lib/b.py"]),
        ("lib", "", ["src/", "src/lib/", "src/lib/b.py"]),
        ("src/a", "", ["src/", "src/a.py"]),
        ("", "data", ["data/", "data/x.csv"]),
        ("py", "data", []),
        ("nothing", "", []),
    ],
)
def test_the_filter_shows_matches_and_the_folders_above(
    qapp: object, text: str, layer_label: str, expected: Sequence[str]
) -> None:
    model = FileTreeModel()
    model.add(files("src/", "src/a.py", "src/lib/b.py"))
    model.add(files("data/", "data/x.csv", of=DATA))
    model.set_filter(text, layer_label)
    assert shown(model) == list(expected)


def test_the_filter_counts_for_files_that_arrive_later(qapp: object) -> None:
    model = FileTreeModel()
    model.set_filter("keep")
    model.add(files("a/drop.txt", "a/keep.txt"))
    model.add(files("b/c/keep.txt", "b/c/drop.txt"))
    assert shown(model) == ["a/", "a/keep.txt", "b/", "b/c/", "b/c/keep.txt"]


def test_ticks_go_down_and_up(qapp: object) -> None:
    model = FileTreeModel()
    model.add(files("src/a.py", "src/lib/b.py", "src/lib/c.py"))
    tick(model, "src/lib/b.py")
    assert [state(model, path) for path in ("src", "src/lib", "src/a.py")] == [
        Check.PartiallyChecked,
        Check.PartiallyChecked,
        Check.Unchecked,
    ]
    tick(model, "src")
    assert state(model, "src/lib/c.py") == Check.Checked
    assert model.tree.ticked_paths() == ("src/",)
    assert model.tree.ticked_size == 30
    tick(model, "src/a.py", Check.Unchecked)
    assert model.tree.ticked_paths() == ("src/lib/",)
    assert model.tree.ticked_size == 20


def test_a_ticked_folder_takes_what_arrives_later(qapp: object) -> None:
    model = FileTreeModel()
    model.add(files("src/a.py"))
    tick(model, "src")
    model.add(files("src/lib/b.py"))
    assert state(model, "src") == Check.Checked
    assert model.tree.ticked_size == 20


def test_ticking_under_a_filter_takes_only_what_is_on_view(qapp: object) -> None:
    model = FileTreeModel()
    model.add(files("src/a.py", "src/a.txt"))
    model.set_filter(".py")
    tick(model, "src")
    model.set_filter("")
    assert model.tree.ticked_paths() == ("src/a.py",)


def test_what_has_no_stated_size_is_in_no_sum_but_counted(qapp: object) -> None:
    model = FileTreeModel()
    model.add(files("model/a.bin", size=2048) + files("model/b.bin", "docs/c.txt", of=ALONE, size=0))
    tick(model, "model")
    tree, model_folder = model.tree, find(model, "model")
    assert (tree.root.size, tree.root.unsized) == (2048, 2)
    assert (tree.ticked_size, tree.ticked_unsized) == (2048, 1)
    sizes = [find(model, path).siblingAtColumn(FileColumn.SIZE) for path in ("model", "docs", "docs/c.txt")]
    assert [one.data() for one in sizes] == ["≥ 2.0 KiB", "unknown", "unknown"]
    assert sizes[0].data(Qt.ItemDataRole.ToolTipRole) == "2,048 bytes in 2 files, 1 of unknown size"
    model.setData(model_folder, Check.Unchecked, Qt.ItemDataRole.CheckStateRole)
    assert (tree.ticked_size, tree.ticked_unsized) == (0, 0)
    tick(model, "docs")
    model.add(files("docs/late.txt", of=ALONE, size=0))
    assert tree.ticked_unsized == 2


def test_what_was_ticked_is_ticked_again_among_files_that_were_listed_anew(qapp: object) -> None:
    model = FileTreeModel()
    model.add(files("src/lib/b.py", "src/lib/c.py", "src/a.py", "a", "a/b", "gone.txt"))
    for path in ("src/lib", "gone.txt"):
        tick(model, path)
    model.setData(model.index_of(model.tree.find("a/") or model.tree.root), Check.Checked, Qt.CheckStateRole)
    ticked = model.tree.ticked_paths()
    model.clear()
    model.add(files("src/lib/c.py", "src/lib/new.py", "src/a.py", "a", "a/b") + files("a", of=DATA))
    model.tick_paths(ticked)
    assert set(model.tree.ticked_paths()) == {"src/lib/", "a/"}
    assert model.tree.ticked_size == 30
    model.tick_paths(("a",))
    assert model.tree.ticked_paths().count("a") == 2, "what two layers hold is called the same"


def test_a_path_finds_the_file_and_with_a_slash_the_folder(qapp: object) -> None:
    model = FileTreeModel()
    model.add(files("a", "a/b", "src/lib/c.py"))
    found = {
        path: model.tree.find(path) for path in ("a", "a/", "a/b", "src/lib", "src/lib/", "src/b", "x/y/")
    }
    assert {path: None if node is None else (node.path, node.is_dir) for path, node in found.items()} == {
        "a": ("a", False),
        "a/": ("a", True),
        "a/b": ("a/b", False),
        "src/lib": ("src/lib", True),
        "src/lib/": ("src/lib", True),
        "src/b": None,
        "x/y/": None,
    }


def test_the_same_path_in_two_layers_is_two_rows(qapp: object) -> None:
    model = FileTreeModel()
    model.add(files("a.txt") + files("a.txt", of=DATA))
    assert shown(model) == ["a.txt", "a.txt"]
    assert model.tree.root.files == 2


def test_a_file_and_a_folder_of_one_name_stay_apart(qapp: object) -> None:
    model = FileTreeModel()
    model.add(files("a", "a/b", "a/c"))
    assert sorted(shown(model)) == ["a", "a/", "a/b", "a/c"]


def test_an_absurdly_deep_path_is_one_row(qapp: object) -> None:
    model = FileTreeModel()
    model.add(files("/".join(["d"] * 3000)))
    assert model.rowCount() == 1
    assert not model.node(model.index(0, 0)).is_dir


@pytest.mark.parametrize(
    ("name", "expected"),
    [("plain.txt", "plain.txt"), ("nül", "nül"), ("a\nb", "a\\nb"), ("\udcff", "\\udcff"), ("‮x", "\\u202ex")],
)
def test_names_that_would_garble_a_line_are_escaped(name: str, expected: str) -> None:
    assert printable(name) == expected


def test_a_hundred_thousand_files_in_helpings_are_all_there(qtbot: QtBot) -> None:
    model = FileTreeModel()
    listed = files(*(f"data/part-{number // 500:04}/{number:07}.json" for number in range(100_000)))
    for start in range(0, len(listed), 1500):
        model.add(listed[start : start + 1500])
    assert model.tree.root.files == 100_000
    data = find(model, "data")
    assert model.rowCount(data) == 100
    model.show_more(model.node(data))
    assert model.rowCount(data) == 200
    with qtbot.waitSignal(model.settled):
        model.set_filter("0099999")
    assert shown(model) == ["data/", "data/part-0199/", "data/part-0199/0099999.json"]
