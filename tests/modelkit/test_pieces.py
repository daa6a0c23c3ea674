"""Which parts of a layer are worth fetching alone, that no other bytes are read, and names beside others."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kitops_desktop.errors import ArchiveDamaged, InvalidArgument
from kitops_desktop.modelkit.conflicts import ExistingRules, OnExisting
from kitops_desktop.modelkit.extract import Staged
from kitops_desktop.modelkit.free_names import beside_others, free_path
from kitops_desktop.modelkit.inspect import KitLayer
from kitops_desktop.modelkit.media_types import parse_media_type
from kitops_desktop.modelkit.pieces import Pieces, Span, pieces_of, spans_of
from kitops_desktop.modelkit.ranged_content import RangedContent
from kitops_desktop.modelkit.read_ahead import FAR_GAP
from kitops_desktop.modelkit.tar_listing import LayerFile
from kitops_desktop.modelkit.target_folder import Folder, TargetTree
from kitops_desktop.modelkit.unpack_profiles import INFERENCE, UnpackProfile, all_profiles, saved_with
from kitops_desktop.oci.descriptor import Descriptor
from kitops_desktop.oci.digest import Digest, digest_of
from support.made_kits import CODE_TAR
from support.repositories import MIB, noise
from support.synthetic_layer import CountingStorage

DIGEST = Digest("sha256:" + "a" * 64)


def pieces(files: list[LayerFile], wanted: set[str], size: int, media_type: str = CODE_TAR) -> Pieces | None:
    layer = KitLayer(0, Descriptor(media_type, DIGEST, size), parse_media_type(media_type), None)
    return pieces_of(layer, files, wanted.__contains__)


def file(path: str, offset: int, size: int) -> LayerFile:
    return LayerFile(path, size, 0o644, offset=offset)


def test_little_of_a_large_layer_is_fetched_alone() -> None:
    found = pieces([file("a", 512, 100), file("b", 8 * MIB, 3 * MIB)], {"b"}, 16 * MIB)
    assert found is not None
    assert (found.files, found.size) == (1, 3 * MIB)


@pytest.mark.parametrize(
    ("files", "wanted", "size", "media_type"),
    [
        ([file("a", 512, 9 * MIB)], {"a"}, 16 * MIB, CODE_TAR),  # most of it
        ([file("a", 512, 100)], {"a"}, MIB, CODE_TAR),  # a small layer
        ([file("a", 512, 100)], {"b"}, 16 * MIB, CODE_TAR),  # nothing
        ([file("a", 512, 100)], {"a"}, 16 * MIB, f"{CODE_TAR}+gzip"),
        ([file("a", 512, 17 * MIB)], {"a"}, 16 * MIB, CODE_TAR),  # a list that lies
        ([file("a", MIB, 100), file("b", 512, 100)], {"a"}, 16 * MIB, CODE_TAR),
        # a request for each costs more
        ([file(f"{i}", i * MIB // 3, 1) for i in range(9)], set("012345678"), 4 * MIB, CODE_TAR),
    ],
)
def test_otherwise_the_whole_layer_is(
    files: list[LayerFile], wanted: set[str], size: int, media_type: str
) -> None:
    assert pieces(files, wanted, size, media_type) is None


def test_what_lies_close_together_is_one_span() -> None:
    near, far = file("b", 2000, 5), file("c", 3000 + FAR_GAP, 5)
    spans = spans_of([file("a", 512, 5), file("empty", 1024, 0), near, far])
    assert spans == [Span(512, 2005), Span(3000 + FAR_GAP, 3005 + FAR_GAP)]


@given(st.lists(st.tuples(st.integers(0, 400_000), st.integers(0, 5000), st.booleans()), max_size=12))
def test_each_file_gets_its_own_bytes_and_few_others_are_read(parts: list[tuple[int, int, bool]]) -> None:
    at, files = 0, []
    for number, (gap, size, wanted) in enumerate(parts):
        at += gap
        files.append((file(str(number), at, size), wanted))
        at += size
    blob = noise(at + 10)
    descriptor = Descriptor(CODE_TAR, digest_of(blob), len(blob))
    storage = CountingStorage({descriptor.digest: blob})
    spans = spans_of(one for one, wanted in files if wanted)
    with RangedContent(storage, descriptor, spans) as content, tempfile.TemporaryFile() as out:
        for one, wanted in files:
            content.skip(one.offset - content.position)
            if not wanted:
                continue
            os.ftruncate(out.fileno(), 0)
            os.lseek(out.fileno(), 0, os.SEEK_SET)
            assert content.copy(out.fileno(), one.size, lambda: None) == one.size
            assert os.pread(out.fileno(), one.size + 1, 0) == blob[one.offset : one.offset + one.size]
        assert len(storage.fetches) == len(spans)
        assert content.blob_position <= sum(span.end - span.start for span in spans)


def test_a_list_cannot_lead_out_of_the_layer() -> None:
    blob = noise(1000)
    descriptor = Descriptor(CODE_TAR, digest_of(blob), len(blob))
    with RangedContent(CountingStorage({descriptor.digest: blob}), descriptor, []) as content:
        content.skip(900)
        for wrong in (-1, 101):
            with pytest.raises(ArchiveDamaged):
                content.skip(wrong)
        with tempfile.TemporaryFile() as out, pytest.raises(ArchiveDamaged):
            content.copy(out.fileno(), 101, lambda: None)


def test_names_beside_others_are_free(tmp_path: Path) -> None:
    for name in ("a.bin", "a (2).bin", "b", "c.txt"):
        (tmp_path / name).write_text("mine")
    staged = [Staged(file(path, 0, 1), "1", 1) for path in ("a.bin", "A (3).BIN", "b", "new", "c.txt")]
    with Folder.open(tmp_path) as root:
        tree = TargetTree(root)
        rules = ExistingRules(OnExisting.BOTH, {"c.txt": OnExisting.OVERWRITE})
        made = [one.file.path for one in beside_others(staged, tree, rules)]
        assert made == ["a (4).bin", "A (3).BIN", "b (2)", "new", "c.txt"]
        long = free_path("ä" * 127 + ".bin", tree)
        assert long.endswith(" (2).bin")
        assert len(os.fsencode(long)) <= 255
        tree.close()


def test_profiles_that_make_no_sense_are_left_out() -> None:
    saved = {
        "mine": {"filters": ["code"], "paths": ["*.py"], "newer": 1},
        "inference": {"filters": ["datasets"]},
        "wrong": {"filters": ["cats"]},
        "typed": {"filters": "code"},
        "empty": {},
    }
    assert all_profiles(saved) == (INFERENCE, UnpackProfile("mine", ("code",), ("*.py",)))
    kept = saved_with(saved, UnpackProfile("mine", ("docs",)))
    assert kept["mine"] == {"filters": ["docs"], "paths": [], "newer": 1}
    for name in ("", " mine", "a\nb", "x" * 65, "inference"):
        with pytest.raises(InvalidArgument):
            saved_with(saved, UnpackProfile(name, ("code",)))
