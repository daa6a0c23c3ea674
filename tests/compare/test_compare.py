"""Two kits beside each other: layers, Kitfiles, files."""

from __future__ import annotations

import zlib
from dataclasses import replace
from pathlib import Path

import pytest

from kitops_desktop.compare.compare import FieldChange, FileChanges, compare_files, compare_kits
from kitops_desktop.kitfile.kitfile import (
    CodeEntry,
    Dataset,
    Kitfile,
    Model,
    ModelPart,
    Package,
    Parameters,
)
from kitops_desktop.modelkit.inspect import ModelKit
from kitops_desktop.preview.reading_limits import ReadingLimits
from kitops_desktop.progress import Cancelled, CancelToken
from support.archives import archive, file, folder
from support.directory_storage import DirectoryStorage
from support.made_kits import CODE_TAR, MadeLayer, make_kit

KITFILE = Kitfile("1.0.0", Package("churn", "1.0"), code=(CodeEntry("src"),))


@pytest.fixture
def storage(tmp_path: Path) -> DirectoryStorage:
    return DirectoryStorage(tmp_path / "storage")


def kit(storage: DirectoryStorage, *layers: bytes, kitfile: Kitfile = KITFILE, suffix: str = "") -> ModelKit:
    entries = tuple(CodeEntry(f"c{number}") for number in range(len(layers)))
    made = [MadeLayer(_gzipped(layer) if suffix else layer, CODE_TAR + suffix) for layer in layers]
    return make_kit(storage, replace(kitfile, code=entries or kitfile.code), made)


def _gzipped(content: bytes) -> bytes:
    made = zlib.compressobj(1, zlib.DEFLATED, 31)
    return made.compress(content) + made.flush()


A, B, C = archive(file(b"a")), archive(file(b"b")), archive(file(b"c"))


def test_layers_shared_and_own(storage: DirectoryStorage) -> None:
    one, other = kit(storage, A, B, A), kit(storage, C, B)
    found = compare_kits(one, other)
    assert [layer.digest for layer in found.shared] == [one.layers[1].descriptor.digest]
    assert [layer.digest for layer in found.only_a] == [one.layers[0].descriptor.digest]
    assert [layer.digest for layer in found.only_b] == [other.layers[0].descriptor.digest]
    assert not found.same
    assert not found.same_config


def test_a_kit_and_itself(storage: DirectoryStorage) -> None:
    one = kit(storage, A)
    found = compare_kits(one, one)
    assert (found.same, found.same_config, found.same_annotations) == (True, True, True)
    assert (found.only_a, found.only_b, found.kitfile_changes) == ((), (), ())


def test_annotations_alone(storage: DirectoryStorage) -> None:
    one = kit(storage, A)
    other = replace(one, manifest=replace(one.manifest, annotations=(("k", "v"),)))
    found = compare_kits(one, other)
    assert (found.same_config, found.same_annotations) == (True, False)


@pytest.mark.parametrize(
    ("a", "b", "changes"),
    [
        (KITFILE, KITFILE, []),
        (
            KITFILE,
            replace(KITFILE, package=Package("churn", "2.0", authors=("MLTeam", "DataLab"))),
            [("package.version", "1.0", "2.0"), ("package.authors", None, ["MLTeam", "DataLab"])],
        ),
        (
            KITFILE,
            replace(KITFILE, code=(CodeEntry("src", license="MIT"),)),
            [("code[0].license", None, "MIT")],
        ),
        (
            replace(KITFILE, model=Model("m", "m.bin")),
            KITFILE,
            [("model.name", "m", None), ("model.path", "m.bin", None)],
        ),
        (
            replace(KITFILE, model=Model(parameters=Parameters({"lr": 1, "opt": {"b": [1, 2]}, "x": 0}))),
            replace(KITFILE, model=Model(parameters=Parameters({"lr": 1.0, "opt": {"b": [1]}, "y": None}))),
            [
                ("model.parameters.opt.b", [1, 2], [1]),
                ("model.parameters.x", 0, None),
                ("model.parameters.y", None, None),
            ],
        ),
        (
            replace(KITFILE, model=Model(parameters=Parameters({"flag": True}))),
            replace(KITFILE, model=Model(parameters=Parameters({"flag": 1}))),
            [("model.parameters.flag", True, 1)],
        ),
        (
            replace(KITFILE, model=Model(parts=(ModelPart("t", "t.json", digest="sha256:1"),))),
            replace(KITFILE, model=Model(parts=(ModelPart("t", "t.json", digest="sha256:2"),))),
            [],
        ),
        (
            replace(KITFILE, datasets=(Dataset("d", "d.csv"),)),
            replace(KITFILE, datasets=(Dataset("d", "d.csv"), Dataset("e", "e.csv"))),
            [("datasets[1].name", None, "e"), ("datasets[1].path", None, "e.csv")],
        ),
    ],
)
def test_kitfiles_field_by_field(
    a: Kitfile, b: Kitfile, changes: list[tuple[str, object, object]], storage: DirectoryStorage
) -> None:
    one = replace(kit(storage), kitfile=a)
    other = replace(kit(storage), kitfile=b)
    assert compare_kits(one, other).kitfile_changes == tuple(FieldChange(*change) for change in changes)


def paths(changes: FileChanges) -> tuple[list[str], list[str], list[str], int]:
    return (
        [one.file.path for one in changes.added],
        [one.file.path for one in changes.removed],
        [after.file.path for _, after in changes.changed],
        changes.same,
    )


BEFORE = archive(
    folder(b"d"),
    file(b"d/same", b"same"),
    file(b"grown", b"1"),
    file(b"mode", b"x", 0o644),
    file(b"rewritten", b"old text"),
    file(b"gone"),
)
AFTER = archive(
    file(b"d/same", b"same"),
    file(b"grown", b"12"),
    file(b"mode", b"x", 0o755),
    file(b"rewritten", b"new text"),
    file(b"new"),
    file(b"empty", b""),
)


@pytest.mark.parametrize("suffixes", [("", ""), ("+gzip", "+gzip"), ("", "+gzip")])
def test_files_by_path_size_mode_and_content(suffixes: tuple[str, str], storage: DirectoryStorage) -> None:
    one, other = kit(storage, BEFORE, suffix=suffixes[0]), kit(storage, AFTER, suffix=suffixes[1])
    found = paths(compare_files(one, storage, other, storage))
    assert found == (["new", "empty"], ["gone"], ["grown", "mode", "rewritten"], 1)


def test_files_of_shared_layers_are_not_read(storage: DirectoryStorage) -> None:
    one, other = kit(storage, BEFORE, A), kit(storage, BEFORE, B)
    assert paths(compare_files(one, storage, other, storage)) == (["b"], ["a"], [], 5)


def test_a_file_that_moved_to_another_layer_is_the_same(storage: DirectoryStorage) -> None:
    one = kit(storage, archive(file(b"a", b"1"), file(b"b", b"2")))
    other = kit(storage, archive(file(b"a", b"1")), archive(file(b"b", b"2")))
    assert paths(compare_files(one, storage, other, storage)) == ([], [], [], 2)


def test_of_a_path_that_comes_twice_the_last_counts(storage: DirectoryStorage) -> None:
    one = kit(storage, archive(file(b"a", b"1")), archive(file(b"a", b"2")))
    other = kit(storage, archive(file(b"a", b"2")))
    assert paths(compare_files(one, storage, other, storage)) == ([], [], [], 1)


def test_kits_in_two_places(tmp_path: Path) -> None:
    here, there = DirectoryStorage(tmp_path / "here"), DirectoryStorage(tmp_path / "there")
    one, other = kit(here, BEFORE), kit(there, AFTER)
    assert paths(compare_files(one, here, other, there))[3] == 1


def test_stops_when_told(storage: DirectoryStorage) -> None:
    token = CancelToken()
    token.cancel()
    one = kit(storage, A)
    with pytest.raises(Cancelled):
        compare_files(one, storage, one, storage, token=token)


def test_what_is_too_much_to_read_is_not_compared(storage: DirectoryStorage) -> None:
    small, large = file(b"a", b"1"), file(b"b", b"1" * 5000)
    one = kit(storage, archive(small), archive(large))
    other = kit(storage, archive(file(b"a", b"2")), archive(file(b"b", b"2" * 5000)))
    most = sum(each.layers[0].descriptor.size for each in (one, other))
    changes = compare_files(one, storage, other, storage, most_read=most)
    assert [after.file.path for _, after in changes.changed] == ["a"]
    assert [after.file.path for _, after in changes.uncompared] == ["b"]
    assert (changes.same, changes.unlisted) == (0, 0)


def test_layers_that_are_not_listed_are_counted(storage: DirectoryStorage) -> None:
    one = kit(storage, A, B, suffix="+gzip")
    changes = compare_files(one, storage, one, storage, limits=ReadingLimits(compressed=1))
    assert (changes.same, changes.added, changes.unlisted) == (0, (), 4)
