"""Packing as a whole: order, sharing, memory, failures, and nothing half-written after any of them."""

from __future__ import annotations

import json
import os
import threading
import time
import zipfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

import pytest

from kitops_desktop.errors import BlobNotFound, DiskFull, KitfileInvalid, SourceChanged
from kitops_desktop.kitfile.config_json import from_config_json
from kitops_desktop.kitfile.ignore import IgnoreRules
from kitops_desktop.kitfile.kitfile import Kitfile
from kitops_desktop.kitfile.reading import read_kitfile
from kitops_desktop.modelkit.layer_writing import write_layer
from kitops_desktop.modelkit.media_types import Compression
from kitops_desktop.modelkit.memory import RACY_NS, RememberedLayer
from kitops_desktop.modelkit.pack import Packed, pack
from kitops_desktop.modelkit.pack_plan import PackPlan, plan_pack
from kitops_desktop.oci.descriptor import Descriptor
from kitops_desktop.oci.digest import EMPTY_TAR_DIGEST
from kitops_desktop.oci.manifest import parse_manifest
from kitops_desktop.progress import Cancelled, CancelToken, Progress
from support.directory_storage import DirectoryIngest, DirectoryStorage

KITFILE = read_kitfile(
    "manifestVersion: 1.0.0\nmodel: {path: model.bin}\ncode: [{path: src}]\n"
    "datasets: [{name: d, path: data}]\ndocs: [{path: README.md}]\n"
)


class Memory(dict[tuple[str, str], RememberedLayer]):
    """A memory for as long as the test runs."""

    def recall(self, fingerprint: str, compression: str) -> RememberedLayer | None:
        return self.get((fingerprint, compression))

    def remember(self, fingerprint: str, compression: str, layer: RememberedLayer) -> None:
        self[fingerprint, compression] = layer


class RecordingStorage(DirectoryStorage):
    """Remembers what was written, in order; ``on_ingest`` is called before each blob."""

    def __init__(self, folder: Path, on_ingest: Callable[[], None] = lambda: None) -> None:
        super().__init__(folder)
        self.pushed: list[str] = []
        self.ingests = 0
        self._on_ingest = on_ingest

    def ingest(self, descriptor: Descriptor | None = None) -> DirectoryIngest:
        if descriptor is None:
            self.ingests += 1
            self._on_ingest()
        return super().ingest(descriptor)

    def push_bytes(self, descriptor: Descriptor, content: bytes) -> None:
        assert self.digests.issuperset(self.needed(content))
        self.pushed.append(descriptor.media_type)
        super().push_bytes(descriptor, content)

    @staticmethod
    def needed(content: bytes) -> set[str]:
        """The blobs that a manifest refers to; none for a config."""
        value: dict[str, Any] = json.loads(content)
        if "config" not in value:
            return set()
        return {value["config"]["digest"], *(layer["digest"] for layer in value["layers"] or [])}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    root = tmp_path / "project"
    (root / "src").mkdir(parents=True)
    (root / "data").mkdir()
    (root / "model.bin").write_bytes(os.urandom(3_000_000))
    (root / "README.md").write_text("# read me\n")
    for index in range(20):
        (root / "src" / f"{index}.py").write_text(f"print({index})\n" * index)
        (root / "data" / f"{index}.csv").write_bytes(bytes([index]) * 70_000)
    return root


@pytest.fixture
def old_folder(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder whose files have not changed lately: the clock of packing is ahead of theirs."""
    now = time.time_ns
    monkeypatch.setattr("kitops_desktop.modelkit.layer_pool.time.time_ns", lambda: now() + 2 * RACY_NS)
    return folder


@pytest.fixture
def storage(tmp_path: Path) -> RecordingStorage:
    return RecordingStorage(tmp_path / "storage")


def _plan(folder: Path, kitfile: Kitfile = KITFILE) -> PackPlan:
    return plan_pack(folder, kitfile, IgnoreRules())


def _pack(folder: Path, storage: DirectoryStorage, memory: Memory | None = None, **more: object) -> Packed:
    return pack(_plan(folder), KITFILE, storage, memory=memory, **more)


def _assert_nothing_half_written(storage: DirectoryStorage) -> None:
    assert list(storage.partial.iterdir()) == []
    manifests = [d for d in storage.digests if RecordingStorage.needed(_json(storage.read(d)))]
    assert manifests == []


def _json(content: bytes) -> bytes:
    return content if content[:1] == b"{" else b"{}"


def test_writes_layers_then_config_then_manifest(folder: Path, storage: RecordingStorage) -> None:
    packed = _pack(folder, storage)
    assert storage.pushed == [packed.config.media_type, packed.manifest.media_type]
    manifest = parse_manifest(storage.read(packed.manifest.digest))
    assert manifest.layers == tuple(layer.descriptor for layer in packed.layers)
    assert [layer.path for layer in packed.layers] == ["model.bin", "src", "data", "README.md"]
    kitfile = from_config_json(storage.read(packed.config.digest))
    assert kitfile.model is not None
    assert kitfile.model.digest == kitfile.model.diff_id == manifest.layers[0].digest
    assert list(storage.partial.iterdir()) == []


@pytest.mark.parametrize("compression", Compression)
@pytest.mark.parametrize("parallel", [1, 3])
def test_the_number_of_threads_changes_nothing(
    compression: Compression, parallel: int, folder: Path, storage: RecordingStorage, tmp_path: Path
) -> None:
    alone = _pack(folder, storage, compression=compression, parallel=1)
    other = RecordingStorage(tmp_path / "other")
    assert _pack(folder, other, compression=compression, parallel=parallel) == alone
    assert storage.digests == other.digests


def test_layers_of_the_same_files_are_made_once(tmp_path: Path, storage: RecordingStorage) -> None:
    kitfile = read_kitfile("code: [{path: .}, {path: ./}]\n")
    (tmp_path / "project").mkdir()
    (tmp_path / "project" / "file").write_bytes(bytes(200_000))
    packed = pack(_plan(tmp_path / "project", kitfile), kitfile, storage)
    assert packed.layers[0].descriptor == packed.layers[1].descriptor
    assert storage.ingests == 1


def test_equal_blobs_made_at_the_same_time_do_not_clash(tmp_path: Path) -> None:
    both = threading.Barrier(2)
    folder = tmp_path / "project"
    folder.mkdir()
    for name in ("a.mcpb", "b.mcpb"):
        with zipfile.ZipFile(folder / name, "w") as archive:
            archive.writestr(zipfile.ZipInfo("manifest.json"), bytes(200_000))
    kitfile = read_kitfile("mcpServers: [{name: a, path: a.mcpb}, {name: b, path: b.mcpb}]\n")
    storage = RecordingStorage(tmp_path / "storage", lambda: [both.wait(30)].clear())
    first, second = pack(_plan(folder, kitfile), kitfile, storage, parallel=2).layers
    assert first.descriptor.digest == second.descriptor.digest
    assert list(storage.partial.iterdir()) == []


def test_an_empty_layer_and_no_layers_at_all(tmp_path: Path, storage: RecordingStorage) -> None:
    (tmp_path / "project").mkdir()
    kitfile = read_kitfile("docs: [{path: .}]\n")
    packed = pack(_plan(tmp_path / "project", kitfile), kitfile, storage)
    assert packed.layers[0].descriptor.digest == EMPTY_TAR_DIGEST
    kitfile = read_kitfile("manifestVersion: 1.0.0\n")
    packed = pack(_plan(tmp_path / "project", kitfile), kitfile, storage)
    assert b'"layers":null' in packed.manifest_bytes


def test_reports_every_byte_of_every_layer(folder: Path, storage: RecordingStorage) -> None:
    seen: list[Progress] = []
    plan = _plan(folder)
    pack(plan, KITFILE, storage, report=seen.append)
    assert max(progress.done for progress in seen) == plan.size
    assert {progress.total for progress in seen} == {plan.size}


def test_an_invalid_kitfile_is_refused_before_anything_is_written(
    folder: Path, storage: RecordingStorage
) -> None:
    kitfile = read_kitfile("model: {path: src}\ncode: [{path: src}]\n")
    with pytest.raises(KitfileInvalid):
        pack(_plan(folder, kitfile), kitfile, storage)
    assert storage.digests == set()


def test_an_unchanged_folder_is_not_read_again(
    old_folder: Path, storage: RecordingStorage, monkeypatch: pytest.MonkeyPatch
) -> None:
    memory = Memory()
    first = _pack(old_folder, storage, memory)
    assert not any(layer.reused for layer in first.layers)
    plan = _plan(old_folder)
    (old_folder / "model.bin").unlink()
    again = pack(plan, KITFILE, storage, memory=memory)
    assert all(layer.reused for layer in again.layers)
    assert again.manifest == first.manifest
    assert storage.ingests == 4


@pytest.mark.parametrize("how", ["rehash", "other compression", "blob gone", "damaged memory", "changed"])
def test_is_read_again_when_the_memory_does_not_count(
    how: str, old_folder: Path, storage: RecordingStorage
) -> None:
    memory = Memory()
    first = _pack(old_folder, storage, memory)
    more: dict[str, Any] = {}
    if how == "rehash":
        more["rehash"] = True
    elif how == "other compression":
        more["compression"] = Compression.GZIP
    elif how == "blob gone":
        for layer in first.layers:
            storage.path(layer.descriptor.digest).unlink()
    elif how == "damaged memory":
        for key in memory:
            memory[key] = RememberedLayer("sha256:short", 1, "")
    else:
        for path in old_folder.rglob("*.*"):
            path.write_bytes(path.read_bytes() + b"!")
    seen: list[Progress] = []
    packed = _pack(old_folder, storage, memory, report=seen.append, **more)
    assert [progress.done for progress in seen] == sorted(progress.done for progress in seen)
    assert not any(layer.reused for layer in packed.layers)
    assert storage.ingests == 8


def test_files_touched_just_now_are_not_remembered(folder: Path, storage: RecordingStorage) -> None:
    memory = Memory()
    _pack(folder, storage, memory)
    assert not memory


def test_a_blob_that_vanishes_meanwhile_is_made_again(
    old_folder: Path, storage: RecordingStorage, tmp_path: Path
) -> None:
    memory = Memory()
    model = _pack(old_folder, storage, memory).layers[0].descriptor.digest
    (old_folder / "README.md").write_text("changed")

    def remove_model() -> None:
        storage.path(model).unlink(missing_ok=True)
        storage._on_ingest = lambda: None

    storage._on_ingest = remove_model
    seen: list[Progress] = []
    packed = _pack(old_folder, storage, memory, report=seen.append)
    assert model in storage.digests
    assert max(progress.done for progress in seen) == seen[-1].done == seen[-1].total
    assert parse_manifest(packed.manifest_bytes).layers[0].digest == model


def test_a_storage_that_loses_blobs_gets_no_manifest(folder: Path, tmp_path: Path) -> None:
    class Forgetful(RecordingStorage):
        def exists(self, descriptor: Descriptor) -> bool:
            return False

    storage = Forgetful(tmp_path / "storage")
    with pytest.raises(BlobNotFound):
        _pack(folder, storage)
    assert storage.pushed == []


def test_publishing_happens_while_the_blobs_are_held(folder: Path, tmp_path: Path) -> None:
    held: set[str] = set()

    class Leasing(RecordingStorage):
        @contextmanager
        def lease(self, digests: Iterable[str]) -> Iterator[None]:
            held.update(digests)
            yield
            held.clear()

    def publish(packed: Packed) -> None:
        assert held == {layer.descriptor.digest for layer in packed.layers}
        assert packed.manifest.digest in storage.digests
        published.append(packed)

    published: list[Packed] = []
    storage = Leasing(tmp_path / "storage")
    packed = _pack(folder, storage, publish=publish)
    assert published == [packed]
    assert not held


def test_no_room_is_said_before_anything_is_written(folder: Path, tmp_path: Path) -> None:
    class Full(RecordingStorage):
        home = tmp_path / "home"

        def free_space(self) -> int:
            return 1000

    storage = Full(tmp_path / "storage")
    with pytest.raises(DiskFull) as caught:
        _pack(folder, storage)
    assert (caught.value.needed, caught.value.free) == (_plan(folder).size, 1000)
    assert caught.value.path == tmp_path / "home"
    assert storage.ingests == 0


def test_a_changed_file_stops_all_layers(folder: Path, storage: RecordingStorage) -> None:
    plan = _plan(folder)
    (folder / "data" / "7.csv").write_bytes(b"other")
    with pytest.raises(SourceChanged) as caught:
        pack(plan, KITFILE, storage, parallel=2)
    assert caught.value.path == folder / "data" / "7.csv"
    _assert_nothing_half_written(storage)


def test_one_failure_stops_a_layer_that_is_under_way(folder: Path, tmp_path: Path) -> None:
    (folder / "model.bin").write_bytes(bytes(30_000_000))
    under_way, failed = threading.Event(), threading.Event()

    class Slow(DirectoryStorage):
        def ingest(self, descriptor: Descriptor | None = None) -> DirectoryIngest:
            return SlowIngest(self)

    class SlowIngest(DirectoryIngest):
        def write_from_file(
            self, source: BinaryIO, start: int, length: int, advance: Callable[[int], None]
        ) -> None:
            if length < 30_000_000:
                assert under_way.wait(30)
                failed.set()
                raise DiskFull(tmp_path, None, 0)

            def advance_after_failure(amount: int) -> None:
                under_way.set()
                assert failed.wait(30)
                advance(amount)

            super().write_from_file(source, start, length, advance_after_failure)

    storage = Slow(tmp_path / "storage")
    seen: list[Progress] = []
    with pytest.raises(DiskFull):
        _pack(folder, storage, parallel=2, report=seen.append)
    assert max(progress.done for progress in seen) < 30_000_000
    _assert_nothing_half_written(storage)


@pytest.mark.parametrize("after", [1, 2_000_000, 4_000_000])
def test_cancelling_leaves_nothing_half_written(after: int, folder: Path, storage: RecordingStorage) -> None:
    token = CancelToken()

    def report(progress: Progress) -> None:
        if progress.done >= after:
            token.cancel()

    with pytest.raises(Cancelled):
        _pack(folder, storage, token=token, report=report)
    _assert_nothing_half_written(storage)
    assert storage.pushed == []
    _pack(folder, storage)


def test_asks_once_per_file_whether_to_stop(folder: Path, storage: RecordingStorage) -> None:
    class Token(CancelToken):
        asked = 0

        def check(self) -> None:
            self.asked += 1
            if self.asked == 5:
                self.cancel()
            super().check()

    plan = _plan(folder).layers[1].plan  # twenty files, all in one piece
    for compression in (Compression.NONE, Compression.GZIP):
        token = Token()
        with pytest.raises(Cancelled):
            write_layer(
                plan, storage, compression, token=token, advance=lambda amount: pytest.fail("written")
            )
        assert token.asked == 5
    assert storage.digests == set()


def test_a_layer_finished_before_a_failure_is_found_again(
    old_folder: Path, storage: RecordingStorage
) -> None:
    memory = Memory()
    plan = _plan(old_folder)
    (old_folder / "README.md").unlink()
    with pytest.raises(SourceChanged):
        pack(plan, KITFILE, storage, memory=memory, parallel=1)
    (old_folder / "README.md").write_text("# back\n")
    packed = _pack(old_folder, storage, memory)
    assert [layer.reused for layer in packed.layers] == [True, True, True, False]


def test_prompts_and_mcp_servers_are_marked_as_newer_kit_marks_them(
    tmp_path: Path, storage: RecordingStorage
) -> None:
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "a.prompt").write_text("Be kind.")
    (folder / "a.py").write_text("pass")
    with zipfile.ZipFile(folder / "s.mcpb", "w") as archive:
        archive.writestr("manifest.json", "{}")
    (folder / "s.mcpb").chmod(0o640)
    kitfile = read_kitfile(
        "manifestVersion: 1.0.0\ncode: [{path: a.py}]\nprompts: [{path: ./a.prompt}]\n"
        "mcpServers: [{name: s, path: s.mcpb}]\n"
    )
    packed = pack(_plan(folder, kitfile), kitfile, storage, compression=Compression.ZSTD)
    code, prompt, server = parse_manifest(packed.manifest_bytes).layers
    assert code.annotations == ()
    assert prompt.media_type == code.media_type == "application/vnd.kitops.modelkit.code.v1.tar+zstd"
    assert dict(prompt.annotations) == {
        "ml.kitops.modelkit.layer-subtype": "prompt",
        "org.cncf.model.filepath": "a.prompt",
    }
    assert server.media_type == "application/vnd.kitops.modelkit.mcpb.v1.raw"
    assert server.annotation("org.cncf.model.filepath") == "s.mcpb"
    metadata = json.loads(server.annotation("org.cncf.model.file.metadata+json") or "")
    assert (metadata["name"], metadata["mode"], metadata["size"]) == ("s.mcpb", 0o640, server.size)
    assert storage.read(server.digest) == (folder / "s.mcpb").read_bytes()
    config = from_config_json(storage.read(packed.config.digest))
    assert config.prompts[0].digest == prompt.digest
    assert config.mcp_servers[0].diff_id == server.digest
