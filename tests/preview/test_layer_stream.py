"""A file of a layer that can only be read from its beginning: compressed, or in a registry without ranges."""

from __future__ import annotations

import gzip
import hashlib
import io
import random
import zipfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import pytest
import zstandard

from kitops_desktop.errors import (
    ArchiveDamaged,
    DigestMismatch,
    DiskFull,
    ReadingNotAgreed,
)
from kitops_desktop.modelkit.inspect import KitLayer, ModelKit, load_kit
from kitops_desktop.modelkit.tar_listing import LayerFile, list_layer
from kitops_desktop.oci.reference import parse_reference
from kitops_desktop.oci.storage import Fetcher
from kitops_desktop.preview.contents import file_content, file_digests
from kitops_desktop.preview.counting import CountingFetcher
from kitops_desktop.preview.file_bytes import MOST_KEPT, opened_file
from kitops_desktop.preview.file_preview import preview_file
from kitops_desktop.preview.finding import reached_file
from kitops_desktop.preview.layer_stream import REST, Agree, agreed_up_to, bytes_to
from kitops_desktop.preview.reading_limits import OVER_NETWORK
from kitops_desktop.preview.readme import find_readme
from kitops_desktop.progress import Cancelled, CancelToken
from kitops_desktop.registry.host import HostOptions
from kitops_desktop.registry.registries import Registries
from support.archives import END, file
from support.http_server import Rule
from support.made_kits import CODE_TAR, MadeLayer
from support.synthetic_layer import SyntheticLayer
from support.waiting import until
from support.wholes_only import Layer, WholesOnly

MIB = 1 << 20
IN_SOCKETS = 16 * MIB
"""More than two ends of a connection hold of what nobody has taken."""
ANY = agreed_up_to(None)


class NoCredentials:
    def find(self, host: str) -> None:
        return None


class Remembered(dict[str, bytes]):
    """A memory of listings."""

    def put(self, digest: str, content: bytes, /) -> None:
        self[digest] = content


@pytest.fixture
def registries() -> Iterator[Registries]:
    made = Registries(lambda _: HostOptions(plain_http=True), NoCredentials())
    yield made
    made.close()


@pytest.fixture
def serve() -> Iterator[Callable[..., WholesOnly]]:
    """serve(layer, …): a registry without ranges that has a kit of these."""
    with ExitStack() as stack:
        yield lambda *layers: stack.enter_context(WholesOnly(layers))


@pytest.fixture
def opened(
    serve: Callable[..., WholesOnly], registries: Registries
) -> Callable[..., tuple[WholesOnly, ModelKit, CountingFetcher]]:
    """opened(layer, …, token=None): that registry, the kit, and where its layers are fetched."""

    def load(
        *layers: Layer, token: CancelToken | None = None
    ) -> tuple[WholesOnly, ModelKit, CountingFetcher]:
        server = serve(*layers)
        repository = registries.repository(parse_reference(server.reference), token)
        return server, load_kit(repository, repository.resolve("v1")), CountingFetcher(repository)

    return load


def listed(layer: KitLayer, fetcher: Fetcher, path: str) -> LayerFile:
    return next(one for one in list_layer(fetcher, layer, whole=True) if one.path == path)


def tar(**contents: bytes) -> bytes:
    return b"".join(file(name.encode(), content) for name, content in contents.items()) + END


def packed(kind: str, content: bytes) -> MadeLayer:
    if kind == "gzip":
        return MadeLayer(gzip.compress(content, 1), f"{CODE_TAR}+gzip")
    return MadeLayer(zstandard.compress(content, 1), f"{CODE_TAR}+zstd")


def never(layer: KitLayer, size: int, without_ranges: bool) -> None:
    raise ReadingNotAgreed(layer.label, size, without_ranges)


class TestWithoutRanges:
    def test_a_file_in_the_middle_costs_what_stands_before_it(self, opened: Callable[..., tuple]) -> None:
        made = SyntheticLayer([("a", 20 * MIB), ("b", 3 * MIB), ("c", 100 * MIB)], filling=bytes(range(251)))
        server, kit, counting = opened(made)
        layer = kit.layers[0]
        entry = LayerFile("b", 3 * MIB, 0o644, offset=20 * MIB + 1024)
        assert bytes_to(layer, entry) == 23 * MIB + 1024
        content = b"".join(file_content(counting, layer, entry, agree=ANY))
        assert content == made.filled(entry.offset, entry.size)
        assert counting.bytes_read == 23 * MIB + 1024
        assert server.sent(made) <= 23 * MIB + 2 * IN_SOCKETS
        assert server.count("GET", made.descriptor.digest) == 2  # the first was not read

    def test_a_preview_reads_no_further_than_it_looks(self, opened: Callable[..., tuple]) -> None:
        made = SyntheticLayer([("a", 2 * MIB), ("b.bin", 100 * MIB)])
        server, kit, counting = opened(made)
        entry = LayerFile("b.bin", 100 * MIB, 0o644, offset=2 * MIB + 1024)
        with opened_file(counting, kit.layers[0], entry, agree=ANY) as source:
            preview = preview_file(source, "b.bin")
            assert not source.finish()
        assert preview.head == bytes(512)
        assert counting.bytes_read <= 2 * MIB + 1024 + 2 * REST
        assert server.sent(made) < 3 * MIB + 2 * IN_SOCKETS

    def test_any_range_in_any_order(self, opened: Callable[..., tuple]) -> None:
        content = bytes(range(256)) * 48_000
        _, kit, counting = opened(MadeLayer(tar(a=b"first", b=content)))
        layer = kit.layers[0]
        with opened_file(counting, layer, listed(layer, counting, "b"), agree=ANY) as source:
            for start, length in ((len(content) - 8, 100), (0, 64), (500_000, 1000), (3, 0)):
                assert source.read(start, length) == content[start : start + length]

    def test_what_stands_at_the_end_is_found(self, opened: Callable[..., tuple]) -> None:
        made = io.BytesIO()
        with zipfile.ZipFile(made, "w") as archive:
            archive.writestr("large", bytes(12 * MIB))
            archive.writestr("small.txt", "text")
        layer = MadeLayer(tar(a=b"first", z=made.getvalue(), rest=bytes(2 * MIB)))
        _, kit, counting = opened(layer)
        entry = listed(kit.layers[0], counting, "z")
        with opened_file(counting, kit.layers[0], entry, agree=ANY) as source:
            preview = preview_file(source, "z.zip")
        assert preview.known is not None
        assert "small.txt" in str(preview)

    def test_what_would_have_to_be_kept_is_bounded_and_said(self, opened: Callable[..., tuple]) -> None:
        made = SyntheticLayer([("big.parquet", 8 * MIB)], filling=b"PAR1")
        _, kit, counting = opened(made)
        huge = LayerFile("big.parquet", MOST_KEPT + 512, 0o644, offset=512)
        with opened_file(counting, kit.layers[0], huge, agree=ANY) as source:
            preview = preview_file(source, "big.parquet")
        assert "at most 1.0 GiB of the file are kept" in preview.notes[0]
        assert preview.known is None
        assert counting.bytes_read <= REST

    def test_a_disk_without_room_is_known_before_anything_is_read(
        self,
        opened: Callable[..., tuple],
        small_disk: Callable[[int], Path],
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        made = SyntheticLayer([("a", 40 * MIB)])
        server, kit, counting = opened(made)
        monkeypatch.setenv("XDG_CACHE_HOME", str(small_disk(16 * MIB)))
        entry = LayerFile("a", 40 * MIB, 0o644, offset=512)
        with opened_file(counting, kit.layers[0], entry, agree=ANY) as source, pytest.raises(DiskFull):
            source.read(40 * MIB - 8, 8)
        assert counting.bytes_read == 0
        assert server.count("GET", made.descriptor.digest) == 1  # which showed that it gives no parts

    def test_a_layer_that_was_read_to_its_end_is_checked(self, opened: Callable[..., tuple]) -> None:
        _, kit, counting = opened(MadeLayer(tar(a=bytes(3 * MIB), b=b"last")))
        layer, checked = kit.layers[0], []
        entry = listed(layer, counting, "b")
        content = b"".join(
            file_content(counting, layer, entry, agree=ANY, checked=lambda: checked.append(layer))
        )
        assert (content, checked) == (b"last", [layer])
        with opened_file(counting, layer, entry, agree=ANY) as source:
            assert source.read(0, 4) == b"last"
            assert source.finish()

    def test_a_layer_that_is_not_what_its_digest_says(self, opened: Callable[..., tuple]) -> None:
        _, kit, counting = opened(SyntheticLayer([("a", MIB), ("b", 8)]))
        layer = kit.layers[0]
        entry = listed(layer, counting, "b")
        with pytest.raises(DigestMismatch):
            list(file_content(counting, layer, entry, agree=ANY))
        with opened_file(counting, layer, entry, agree=ANY) as source:
            assert source.read(0, 8) == bytes(8)
            with pytest.raises(DigestMismatch):
                source.finish()

    def test_what_is_compared_is_read_as_a_whole(self, opened: Callable[..., tuple]) -> None:
        _, kit, counting = opened(MadeLayer(tar(a=bytes(MIB), b=b"last")))
        found = file_digests(counting, kit.layers[0], {"b"})
        assert found == {"b": hashlib.sha256(b"last").hexdigest()}

    def test_the_beginning_of_a_readme(self, opened: Callable[..., tuple]) -> None:
        _, kit, counting = opened(MadeLayer(tar(a=bytes(MIB), readme=b"# Title")))
        assert find_readme(kit, counting, limits=OVER_NETWORK) == "# Title"

    def test_sizes_that_lie_cost_no_more_than_the_layer(self, opened: Callable[..., tuple]) -> None:
        made = SyntheticLayer([("a", 2 * MIB)])
        _, kit, counting = opened(made)
        layer = kit.layers[0]
        for lie in (LayerFile("a", 1 << 60, 0, offset=512), LayerFile("a", 9, 0, offset=1 << 60)):
            assert bytes_to(layer, lie) == made.descriptor.size
            with pytest.raises(ArchiveDamaged):
                list(file_content(counting, layer, lie, agree=ANY))
        assert counting.bytes_read <= 2 * made.descriptor.size

    def test_nothing_is_read_that_was_not_agreed_to(self, opened: Callable[..., tuple]) -> None:
        made = SyntheticLayer([("a", 2 * MIB), ("b", 4 * MIB)])
        _, kit, counting = opened(made)
        asked = []

        def refuse(layer: KitLayer, size: int, without_ranges: bool) -> None:
            asked.append((size, without_ranges))
            never(layer, size, without_ranges)

        entry = LayerFile("a", 2 * MIB, 0o644, offset=512)
        with pytest.raises(ReadingNotAgreed):
            list(file_content(counting, kit.layers[0], entry, agree=refuse))
        with (
            opened_file(counting, kit.layers[0], entry, agree=refuse) as source,
            pytest.raises(ReadingNotAgreed),
        ):
            source.read(0, 8)
        assert asked == [(2 * MIB + 512, True)] * 2
        assert counting.bytes_read == 0

    def test_cancelled_while_the_registry_says_nothing(self, opened: Callable[..., tuple]) -> None:
        token = CancelToken()
        made = SyntheticLayer([("a", 30 * MIB)])
        server, kit, counting = opened(made, token=token)
        server.rules.insert(0, Rule("GET", "/blobs/", skip=1, times=None, ignore_range=True, stall=2 * MIB))
        entry = LayerFile("a", 30 * MIB, 0o644, offset=512)
        with (
            opened_file(counting, kit.layers[0], entry, agree=ANY, token=token) as source,
            ThreadPoolExecutor(1) as pool,
        ):
            content = pool.submit(source.read, 0, 29 * MIB)
            until(lambda: counting.bytes_read == 2 * MIB, "all that comes to be read")
            token.cancel()
            with pytest.raises(Cancelled):
                content.result(timeout=1)


@pytest.mark.parametrize("kind", ["gzip", "zstd"])
class TestCompressed:
    def test_of_a_large_one_less_is_promised_and_taken(self, kind: str, opened: Callable[..., tuple]) -> None:
        noise = random.Random(1).randbytes(50 * MIB)
        layer = packed(kind, tar(a=b"first", b=noise))
        _, kit, counting = opened(layer)
        entry = LayerFile("a", 5, 0o644, offset=512)
        promised = bytes_to(kit.layers[0], entry)
        assert promised < 33 * MIB
        assert b"".join(file_content(counting, kit.layers[0], entry, agree=ANY)) == b"first"
        assert counting.bytes_read <= promised / 2

    def test_one_read_to_its_end_is_checked(self, kind: str, opened: Callable[..., tuple]) -> None:
        layer = packed(kind, tar(a=b"first", b=b"last"))
        _, kit, counting = opened(layer)
        entry = LayerFile("b", 4, 0o644, offset=1536)
        with opened_file(counting, kit.layers[0], entry, agree=ANY) as source:
            assert source.read(0, 4) == b"last"
            assert source.finish()

    def test_damaged_ones_say_so(self, kind: str, opened: Callable[..., tuple]) -> None:
        whole = packed(kind, tar(a=bytes(range(256)) * 9_000)).content
        layer = MadeLayer(whole[: len(whole) // 2], f"{CODE_TAR}+{kind}")
        _, kit, counting = opened(layer)
        entry = LayerFile("a", 256 * 9_000, 0o644, offset=512)
        with pytest.raises(ArchiveDamaged):
            list(file_content(counting, kit.layers[0], entry, agree=ANY))

    def test_cancelled_while_the_registry_says_nothing(self, kind: str, opened: Callable[..., tuple]) -> None:
        token = CancelToken()
        layer = packed(kind, tar(a=random.Random(1).randbytes(8 * MIB)))
        server, kit, counting = opened(layer, token=token)
        server.rules.insert(0, Rule("GET", "/blobs/", times=None, stall=3 * MIB))
        entry = LayerFile("a", 8 * MIB, 0o644, offset=512)
        with ThreadPoolExecutor(1) as pool:
            content = file_content(counting, kit.layers[0], entry, agree=ANY, token=token)
            taken = pool.submit(list, content)
            until(lambda: counting.bytes_read == 3 * MIB, "all that comes to be read")
            token.cancel()
            with pytest.raises(Cancelled):
                taken.result(timeout=1)

    def test_nothing_is_asked_of_the_registry_before_it_was_agreed_to(
        self, kind: str, opened: Callable[..., tuple]
    ) -> None:
        layer = packed(kind, tar(a=b"first"))
        server, kit, counting = opened(layer)
        entry = LayerFile("a", 5, 0o644, offset=512)
        with pytest.raises(ReadingNotAgreed) as refused:
            list(file_content(counting, kit.layers[0], entry, agree=never))
        assert not refused.value.without_ranges
        assert server.count("GET", layer.descriptor.digest) == 0


def test_a_compressed_layer_that_gives_nothing_for_its_bytes(opened: Callable[..., tuple]) -> None:
    skipped = b"\x50\x2a\x4d\x18" + (48 * MIB).to_bytes(4, "little") + bytes(48 * MIB)
    layer = MadeLayer(skipped + zstandard.compress(tar(a=b"first")), f"{CODE_TAR}+zstd")
    _, kit, counting = opened(layer)
    entry = LayerFile("a", 5, 0o644, offset=512)
    with pytest.raises(ArchiveDamaged):
        list(file_content(counting, kit.layers[0], entry, agree=ANY))
    assert counting.bytes_read <= bytes_to(kit.layers[0], entry) + 2 * MIB


class TestByPath:
    def test_found_while_it_is_read(self, opened: Callable[..., tuple]) -> None:
        made = SyntheticLayer([("a", MIB), ("b", 2 * MIB), ("c", 60 * MIB)], filling=b"xyz")
        server, kit, counting = opened(made)
        with reached_file(kit, counting, "b", agree=ANY) as reached:
            assert reached is not None
            entry, stream = reached.entry, reached.stream
            content = b"".join(file_content(counting, entry.layer, entry.file, stream=stream, agree=never))
        assert content == made.filled(entry.file.offset, 2 * MIB)
        assert counting.bytes_read < 3 * MIB + 2 * REST
        assert server.sent(made) < 6 * MIB + 2 * IN_SOCKETS
        assert server.count("GET", made.descriptor.digest) == 2

    def test_a_preview_out_of_the_stream(self, opened: Callable[..., tuple]) -> None:
        _, kit, counting = opened(packed("gzip", tar(a=bytes(MIB), b=b"# Title\n")))
        with reached_file(kit, counting, "b", agree=ANY) as reached:
            assert reached is not None
            entry, stream = reached.entry, reached.stream
            with opened_file(counting, entry.layer, entry.file, stream=stream, agree=never) as source:
                preview = preview_file(source, "b.md")
                assert source.finish()
        assert preview.text is not None
        assert preview.text.content == "# Title\n"
        assert counting.fetches == 1

    def test_what_was_read_in_vain_is_not_read_again(self, opened: Callable[..., tuple]) -> None:
        first, second = MadeLayer(tar(a=bytes(MIB))), packed("zstd", tar(b=b"B"))
        server, kit, counting = opened(first, second)
        cache = Remembered()
        for _ in range(2):
            with reached_file(kit, counting, "b", agree=ANY, cache=cache) as reached:
                assert reached is not None
                assert reached.entry.layer == kit.layers[1]
        assert server.count("GET", first.descriptor.digest) == 2
        with reached_file(kit, counting, "nowhere", agree=ANY, cache=cache) as reached:
            assert reached is None
        before = counting.fetches
        with reached_file(kit, counting, "nowhere", agree=never, cache=cache) as reached:
            assert reached is None
        assert counting.fetches == before

    def test_what_has_to_be_read_through_is_agreed_to_first(self, opened: Callable[..., tuple]) -> None:
        _, kit, counting = opened(SyntheticLayer([("a", 3 * MIB)]))
        asked: list[tuple[int, bool]] = []

        def refuse(layer: KitLayer, size: int, without_ranges: bool) -> None:
            asked.append((size, without_ranges))
            never(layer, size, without_ranges)

        agree: Agree = refuse
        with pytest.raises(ReadingNotAgreed), reached_file(kit, counting, "a", agree=agree):
            pass
        assert asked == [(kit.layers[0].descriptor.size, True)]
        assert counting.bytes_read == 0


def test_the_connection_ends_with_the_file(opened: Callable[..., tuple]) -> None:
    made = SyntheticLayer([("a", MIB), ("b", 100 * MIB)])
    server, kit, counting = opened(made)
    server.rules.insert(0, Rule("GET", "/blobs/", skip=1, times=None, ignore_range=True, rate_down=16 * MIB))
    entry = LayerFile("a", MIB, 0o644, offset=512)
    content = file_content(counting, kit.layers[0], entry, agree=ANY)
    assert len(b"".join(content)) == MIB
    sent = until(lambda: _settled(server, made), "the server to send no more")
    assert sent < 40 * MIB


def _settled(server: WholesOnly, made: SyntheticLayer) -> int:
    """What was sent, once nothing more comes of 100 MiB at 16 MiB a second."""
    before = server.sent(made)
    try:
        until(lambda: server.sent(made) > before, "more", timeout=0.5)
    except AssertionError:
        return before
    return 0
