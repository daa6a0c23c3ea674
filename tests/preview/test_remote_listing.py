"""Listing what is far away: little is read, layers side by side, and nobody reads gigabytes unasked."""

from __future__ import annotations

import io
import threading
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from kitops_desktop.errors import (
    BlobNotFound,
    KitOpsError,
    RegistryRefused,
    RegistryUnreachable,
    TransferInterrupted,
)
from kitops_desktop.kitfile.kitfile import CodeEntry, Kitfile
from kitops_desktop.modelkit.inspect import ModelKit, load_kit
from kitops_desktop.oci.descriptor import Descriptor
from kitops_desktop.oci.digest import digest_of
from kitops_desktop.oci.manifest import MANIFEST_TYPE
from kitops_desktop.preview.counting import CountingFetcher
from kitops_desktop.preview.files import KitFile, kit_files, layer_files
from kitops_desktop.preview.reading_limits import OVER_NETWORK, ReadingLimits
from kitops_desktop.preview.readme import find_readme
from kitops_desktop.progress import Cancelled, CancelToken, Progress
from support.archives import archive, file
from support.directory_storage import DirectoryStorage
from support.made_kits import CODE_TAR, MadeLayer, make_kit
from support.synthetic_layer import CountingStorage, SyntheticLayer, kit_of_layers
from support.waiting import DEADLINE

MIB = 1 << 20
TAR_GZIP = f"{CODE_TAR}+gzip"


def synthetic_kit(*layers: SyntheticLayer) -> tuple[ModelKit, CountingStorage]:
    manifest, config = kit_of_layers(layers)
    small = {digest_of(content): content for content in (config, manifest)}
    storage = CountingStorage(small | {layer.descriptor.digest: layer for layer in layers})
    kit = load_kit(storage, Descriptor(MANIFEST_TYPE, digest_of(manifest), len(manifest)))
    storage.fetches.clear()
    return kit, storage


def paths(found: list[KitFile]) -> list[str]:
    return [one.file.path for one in found if not one.unread]


def compressed(content: bytes) -> bytes:
    made = zlib.compressobj(0, zlib.DEFLATED, 31)
    return made.compress(content) + made.flush()


def test_a_kit_of_a_gigabyte_costs_less_than_a_hundredth() -> None:
    layers = [
        SyntheticLayer([(f"l{number}/f{index}.bin", 3_579_000) for index in range(100)])
        for number in range(3)
    ]
    kit, storage = synthetic_kit(*layers)
    found = list(kit_files(kit, storage, limits=OVER_NETWORK, parallel=4))
    assert len(found) == 300
    assert kit.manifest.layers_size > 1 << 30
    assert storage.bytes_read < kit.manifest.layers_size / 500
    assert len(storage.fetches) <= 306


@pytest.mark.parametrize("in_order", [True, False])
def test_layers_are_read_side_by_side(in_order: bool) -> None:
    """Each of four reads waits until all four are asked for."""
    layers = [SyntheticLayer([(f"{name}/{index}", MIB) for index in range(9)]) for name in "abcd"]
    kit, storage = synthetic_kit(*layers)
    together = threading.Barrier(4)

    class Waiting(CountingStorage):
        def fetch(self, descriptor: Descriptor, start: int = 0, length: int | None = None) -> io.BytesIO:
            if start == 0:
                together.wait(DEADLINE)
            return super().fetch(descriptor, start, length)

    waiting = Waiting(storage.blobs)
    found = paths(list(kit_files(kit, waiting, limits=OVER_NETWORK, parallel=4, in_order=in_order)))
    expected = [f"{name}/{index}" for name in "abcd" for index in range(9)]
    assert (found if in_order else sorted(found)) == expected


def test_rows_come_as_they_are_read() -> None:
    first, second = SyntheticLayer([("a", MIB)]), SyntheticLayer([("b", MIB), ("c", MIB)])
    kit, storage = synthetic_kit(first, second)
    may_go_on = threading.Event()

    class Held(CountingStorage):
        def fetch(self, descriptor: Descriptor, start: int = 0, length: int | None = None) -> io.BytesIO:
            if descriptor.digest == first.descriptor.digest:
                assert may_go_on.wait(DEADLINE)
            return super().fetch(descriptor, start, length)

    rows = kit_files(kit, Held(storage.blobs), parallel=2, in_order=False)
    assert [next(rows).file.path for _ in range(2)] == ["b", "c"]
    may_go_on.set()
    assert paths(list(rows)) == ["a"]


def test_side_by_side_gives_what_one_by_one_gives(tmp_path: Path) -> None:
    storage = DirectoryStorage(tmp_path / "storage")
    layers = [MadeLayer(archive(*(file(b"%d/%d" % (n, i)) for i in range(n * 700)))) for n in range(6)]
    kit = make_kit(storage, Kitfile(code=tuple(CodeEntry(str(n)) for n in range(6))), layers)
    one_by_one = list(kit_files(kit, storage))
    assert list(kit_files(kit, storage, parallel=3)) == one_by_one
    as_they_come = list(kit_files(kit, storage, parallel=3, in_order=False))
    assert sorted(as_they_come, key=lambda one: one.layer.index) == one_by_one


def test_progress_goes_to_the_end_of_all_layers() -> None:
    kit, storage = synthetic_kit(*(SyntheticLayer([(f"{n}/{i}", MIB) for i in range(600)]) for n in range(3)))
    seen: list[tuple[Progress, threading.Thread]] = []
    list(
        kit_files(
            kit,
            storage,
            parallel=3,
            in_order=False,
            report=lambda progress: seen.append((progress, threading.current_thread())),
        )
    )
    total = kit.manifest.layers_size
    assert (seen[-1][0].done, seen[-1][0].total) == (total, total)
    done = [progress.done for progress, _ in seen]
    assert done == sorted(done)
    assert {thread for _, thread in seen} == {threading.current_thread()}


@pytest.mark.parametrize("parallel", [1, 3])
def test_stops_when_told(parallel: int) -> None:
    kit, storage = synthetic_kit(*(SyntheticLayer([(f"{n}/{i}", MIB) for i in range(900)]) for n in range(3)))
    token = CancelToken()
    rows = kit_files(kit, storage, parallel=parallel, in_order=False, token=token)
    next(rows)
    token.cancel()
    with pytest.raises(Cancelled):
        list(rows)
    assert not any(thread.name.startswith("gathering") for thread in threading.enumerate())


class TestLimits:
    """What is large and can only be read from its beginning waits until somebody asks for it."""

    @pytest.fixture
    def storage(self, tmp_path: Path) -> DirectoryStorage:
        return DirectoryStorage(tmp_path / "storage")

    @pytest.fixture
    def kit(self, storage: DirectoryStorage) -> ModelKit:
        large = compressed(archive(file(b"large", bytes(40_000))))
        small = compressed(archive(file(b"small", bytes(2_000))))
        layers = [
            MadeLayer(large, TAR_GZIP),
            MadeLayer(small, TAR_GZIP),
            MadeLayer(archive(file(b"plain", bytes(30_000)))),
        ]
        return make_kit(storage, Kitfile(code=tuple(CodeEntry(name) for name in "abc")), layers)

    limits = ReadingLimits(compressed=10_000)

    @pytest.mark.parametrize("parallel", [1, 2])
    def test_a_large_compressed_layer_waits(
        self, kit: ModelKit, storage: DirectoryStorage, parallel: int
    ) -> None:
        counting = CountingFetcher(storage)
        found = list(kit_files(kit, counting, limits=self.limits, parallel=parallel))
        assert paths(found) == ["small", "plain"]
        assert [(one.layer.index, one.unread) for one in found if one.unread] == [
            (0, kit.layers[0].descriptor.size)
        ]
        assert counting.bytes_read < kit.layers[0].descriptor.size

    def test_it_is_read_when_asked_for(self, kit: ModelKit, storage: DirectoryStorage) -> None:
        found = list(layer_files(kit.layers[0], storage, limits=self.limits.lifted))
        assert paths(found) == ["large"]

    def test_and_known_from_then_on(self, kit: ModelKit, storage: DirectoryStorage) -> None:
        class Cache(dict[str, bytes]):
            def put(self, digest: str, content: bytes, /) -> None:
                self[digest] = content

        cache = Cache()
        list(kit_files(kit, storage, limits=self.limits, cache=cache))
        assert kit.layers[0].descriptor.digest not in cache
        list(layer_files(kit.layers[0], storage, limits=self.limits.lifted, cache=cache))
        found = list(kit_files(kit, storage, limits=self.limits, cache=cache))
        assert paths(found) == ["large", "small", "plain"]

    def test_what_is_stored_raw_is_known_without_reading(self) -> None:
        kit, storage = synthetic_kit(SyntheticLayer([], "application/vnd.cncf.model.weight.v1.raw"))
        found = list(kit_files(kit, storage, limits=ReadingLimits(compressed=0)))
        assert [(one.file.size, one.unread) for one in found] == [(1024, 0)]
        assert storage.fetches == []

    def test_a_layer_of_a_million_small_files_is_listed_in_part(self) -> None:
        kit, storage = synthetic_kit(SyntheticLayer([(f"{index}", 1_000) for index in range(20_000)]))
        found = list(kit_files(kit, storage, limits=ReadingLimits(layer=4 * MIB)))
        assert 1_000 < len(paths(found)) < 20_000
        assert found[-1].unread > 10 * MIB
        assert storage.bytes_read < 10 * MIB
        assert len(paths(list(kit_files(kit, storage, limits=ReadingLimits(layer=32 * MIB))))) == 20_000

    def test_what_was_fetched_is_listed_even_if_it_was_more(self) -> None:
        kit, storage = synthetic_kit(SyntheticLayer([(f"{index}", 1_000) for index in range(1_900)]))
        found = list(kit_files(kit, storage, limits=ReadingLimits(layer=2 * MIB)))
        assert not any(one.unread for one in found)

    @pytest.mark.parametrize("parallel", [1, 2])
    def test_many_layers_are_not_read_without_end(self, parallel: int) -> None:
        kit, storage = synthetic_kit(
            *(SyntheticLayer([(f"{n}/{index}", 1_000) for index in range(3_000)]) for n in range(9))
        )
        limits = ReadingLimits(kit=8 * MIB)
        found = list(kit_files(kit, storage, limits=limits, parallel=parallel))
        unread = [one for one in found if one.unread]
        assert 9 > len(unread) >= 3
        assert unread[-1].unread == kit.layers[-1].descriptor.size
        assert storage.bytes_read < 16 * MIB

    def test_a_readme_is_not_looked_for_beyond_them(self, storage: DirectoryStorage) -> None:
        readme = archive(file(b"README.md", b"hello" + bytes(20_000)))
        kit = make_kit(storage, Kitfile(code=(CodeEntry("a"),)), [MadeLayer(compressed(readme), TAR_GZIP)])
        counting = CountingFetcher(storage)
        assert find_readme(kit, counting, limits=self.limits) is None
        assert counting.bytes_read == 0


class TestErrors:
    """One layer's trouble is its own; trouble with the registry is everybody's."""

    @staticmethod
    def failing(raised: Exception, digest: str, storage: CountingStorage) -> CountingStorage:
        class Failing(CountingStorage):
            def fetch(self, descriptor: Descriptor, start: int = 0, length: int | None = None) -> io.BytesIO:
                if descriptor.digest == digest:
                    raise raised
                return super().fetch(descriptor, start, length)

        return Failing(storage.blobs)

    @pytest.mark.parametrize("parallel", [1, 3])
    @pytest.mark.parametrize(
        "make",
        [
            lambda digest: BlobNotFound(digest),
            lambda digest: TransferInterrupted("a.io", digest, 0, "no more came"),
            lambda _: RegistryRefused("a.io", 400, "", "not this one"),
        ],
    )
    def test_of_one_layer(self, make: Callable[[str], KitOpsError], parallel: int) -> None:
        kit, storage = synthetic_kit(*(SyntheticLayer([(name, MIB)]) for name in "abc"))
        error = make(kit.layers[1].descriptor.digest)
        failing = self.failing(error, kit.layers[1].descriptor.digest, storage)
        rows = kit_files(kit, failing, parallel=parallel)
        assert [next(rows).file.path for _ in range(2)] == ["a", "c"]
        with pytest.raises(type(error)):
            next(rows)

    @pytest.mark.parametrize("parallel", [1, 2])
    def test_of_the_registry(self, parallel: int) -> None:
        kit, storage = synthetic_kit(*(SyntheticLayer([(name, MIB)]) for name in "abcdef"))
        error = RegistryUnreachable("a.io", "connect", "nobody is there")
        rows = kit_files(
            kit, self.failing(error, kit.layers[1].descriptor.digest, storage), parallel=parallel
        )
        assert next(rows).file.path == "a"
        with pytest.raises(RegistryUnreachable):
            next(rows)
