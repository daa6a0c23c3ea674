"""What is inside a kit of a registry, read over http: by a real one, and by one that makes up a gigabyte."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from kitops_desktop.errors import RegistryFailed, RemoteBlobNotFound
from kitops_desktop.jobs.pack_job import PackWork, pack_folder
from kitops_desktop.modelkit.inspect import ModelKit, load_kit
from kitops_desktop.oci.reference import parse_reference
from kitops_desktop.preview.counting import CountingFetcher
from kitops_desktop.preview.file_bytes import opened_file
from kitops_desktop.preview.files import kit_files, layer_files
from kitops_desktop.preview.finding import find_file
from kitops_desktop.preview.reading_limits import OVER_NETWORK
from kitops_desktop.preview.readme import find_readme
from kitops_desktop.progress import Cancelled, CancelToken
from kitops_desktop.registry.host import HostOptions
from kitops_desktop.registry.registries import Registries
from kitops_desktop.registry.repository import Repository
from kitops_desktop.workspace import Workspace, open_workspace
from support.http_server import Rule
from support.odd_registry import OddRegistry
from support.registry_server import RegistryServer, push_golden, push_stored
from support.synthetic_layer import SyntheticLayer, kit_of_layers

MIB = 1 << 20
README = b"# What this is\n"


class NoCredentials:
    def find(self, host: str) -> None:
        return None


@pytest.fixture
def registries() -> Iterator[Registries]:
    made = Registries(lambda _: HostOptions(plain_http=True), NoCredentials())
    yield made
    made.close()


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    opened = open_workspace(home=str(tmp_path / "kitops"))
    yield opened
    opened.close()


def remote_kit(
    registries: Registries, host: str, token: CancelToken | None = None
) -> tuple[ModelKit, Repository]:
    repository = registries.repository(parse_reference(f"{host}/team/churn:v1"), token)
    return load_kit(repository, repository.resolve("v1")), repository


def fill(server: OddRegistry, layers: Sequence[SyntheticLayer]) -> None:
    """Put a kit of these layers there."""
    manifest, config = kit_of_layers(layers)
    server.add_blob(config)
    server.add_manifest("team/churn", "v1", manifest)
    for layer in layers:
        server.blobs[layer.descriptor.digest] = layer  # type: ignore[assignment]


class TestARealRegistry:
    @pytest.fixture
    def server(self, tmp_path: Path) -> Iterator[RegistryServer]:
        with RegistryServer(tmp_path / "registry") as server:
            yield server

    @pytest.fixture
    def pushed(self, tmp_path: Path, workspace: Workspace, server: RegistryServer) -> ModelKit:
        """A kit of 48 MiB of which no byte was written: its files are holes."""
        folder = tmp_path / "project"
        for name in ("model", "data"):
            (folder / name).mkdir(parents=True)
            for number in range(30):
                with (folder / name / f"{number:02}.bin").open("wb") as file:
                    file.truncate(800 << 10)
        (folder / "README.md").write_bytes(README)
        (folder / "Kitfile").write_text(
            "manifestVersion: 1.0.0\nmodel:\n  path: model\ndatasets:\n  - path: data\ndocs:\n"
            "  - path: README.md\n"
        )
        packed = pack_folder(PackWork(folder, "churn:v1"), workspace.tools).packed
        blobs = tmp_path / "kitops" / "storage" / "blobs"
        push_stored(server, blobs, packed.manifest.digest, "team/churn")
        return load_kit(workspace.store, packed.manifest)

    def test_lists_what_is_there_and_reads_next_to_nothing(
        self, pushed: ModelKit, workspace: Workspace, server: RegistryServer, registries: Registries
    ) -> None:
        kit, repository = remote_kit(registries, server.host)
        counting = CountingFetcher(repository)
        found = list(kit_files(kit, counting, limits=OVER_NETWORK, parallel=3))
        assert found == list(kit_files(pushed, workspace.store))
        asked = [one for one in server.exchanges if one.method == "GET" and "/blobs/" in one.path]
        assert all(one.status == 206 or one.bytes < 4096 for one in asked)
        sent = sum(one.bytes for one in asked)
        assert sent < kit.manifest.layers_size / 100
        assert len(asked) <= 60 + 3 + 5
        assert counting.bytes_read <= sent

    def test_the_second_time_nothing_is_read(
        self, pushed: ModelKit, workspace: Workspace, server: RegistryServer, registries: Registries
    ) -> None:
        kit, repository = remote_kit(registries, server.host)
        first = list(kit_files(kit, repository, cache=workspace.listings, limits=OVER_NETWORK, parallel=3))
        counting = CountingFetcher(repository)
        assert list(kit_files(kit, counting, cache=workspace.listings, parallel=3)) == first
        assert counting.fetches == 0

    def test_the_readme(self, pushed: ModelKit, server: RegistryServer, registries: Registries) -> None:
        kit, repository = remote_kit(registries, server.host)
        counting = CountingFetcher(repository)
        assert find_readme(kit, counting, limits=OVER_NETWORK) == README.decode()
        assert counting.bytes_read < 8192

    def test_a_compressed_kit(self, golden: Path, server: RegistryServer, registries: Registries) -> None:
        push_golden(server, golden / "05-compression", "team/churn")
        kit, repository = remote_kit(registries, server.host)
        found = list(kit_files(kit, repository, limits=OVER_NETWORK, parallel=3))
        assert found
        assert not any(one.unread or one.file.unsafe for one in found)

    def test_a_blob_that_is_gone_does_not_hide_the_others(
        self, pushed: ModelKit, server: RegistryServer, registries: Registries
    ) -> None:
        kit, repository = remote_kit(registries, server.host)
        server.blob_path(pushed.layers[0].descriptor.digest).unlink()
        found = []
        with pytest.raises(RemoteBlobNotFound):
            found.extend(kit_files(kit, repository, limits=OVER_NETWORK, parallel=3))
        rows = kit_files(kit, repository, limits=OVER_NETWORK, parallel=3)
        assert len([next(rows) for _ in range(32)]) == 32
        with pytest.raises(RemoteBlobNotFound):
            next(rows)


class TestAMadeUpRegistry:
    @pytest.fixture
    def server(self) -> Iterator[OddRegistry]:
        """Three layers of together more than a gigabyte, with 300 files."""
        layers = [
            SyntheticLayer([(f"l{number}/f{index}.bin", 3_579_000) for index in range(100)])
            for number in range(3)
        ]
        with OddRegistry() as server:
            fill(server, layers)
            yield server

    def test_a_gigabyte_costs_less_than_a_hundredth(
        self, server: OddRegistry, registries: Registries
    ) -> None:
        kit, repository = remote_kit(registries, server.host)
        found = list(kit_files(kit, repository, limits=OVER_NETWORK, parallel=4, in_order=False))
        assert len(found) == 300
        assert kit.manifest.layers_size > 1 << 30
        asked = server.asked("GET", "/blobs/")
        assert len(asked) <= 310
        assert sum(one.bytes for one in asked) < kit.manifest.layers_size / 500

    def test_the_first_rows_come_before_the_last_range_is_read(
        self, server: OddRegistry, registries: Registries
    ) -> None:
        kit, repository = remote_kit(registries, server.host)
        rows = kit_files(kit, repository, limits=OVER_NETWORK, parallel=4, in_order=False)
        first = [next(rows) for _ in range(10)]
        asked = server.count("GET", "/blobs/")
        assert len(first) == 10
        assert len([*first, *rows]) == 300
        assert asked < server.count("GET", "/blobs/") / 2

    def test_a_file_out_of_the_middle_costs_little_more_than_itself(
        self, server: OddRegistry, registries: Registries
    ) -> None:
        size = 20_000_000
        names = [(f"f{number:03}.bin", 3_579_000) for number in range(300)]
        names[150] = ("big.bin", size)
        layer = SyntheticLayer(names, filling=bytes(range(251)))
        fill(server, [layer])
        kit, repository = remote_kit(registries, server.host)
        assert kit.manifest.layers_size > 1 << 30
        found = find_file(kit, repository, "big.bin", limits=OVER_NETWORK)
        assert found is not None
        listing = sum(one.bytes for one in server.asked("GET", "/blobs/"))
        assert listing < kit.manifest.layers_size / 100
        with opened_file(repository, found.layer, found.file) as source:
            content = source.read(0, size)
        assert content == layer.filled(found.file.offset, size)
        cost = sum(one.bytes for one in server.asked("GET", "/blobs/"))
        assert cost <= size + 1_000_000

    def test_without_ranges_nothing_is_downloaded(self, server: OddRegistry, registries: Registries) -> None:
        layers = [SyntheticLayer([(name, MIB)]) for name in "abc"]
        fill(server, layers)
        for layer in layers:
            server.blobs[layer.descriptor.digest] = layer[:]
        kit, repository = remote_kit(registries, server.host)
        server.rules.append(Rule("GET", "/blobs/", times=None, ignore_range=True))
        limits = replace(OVER_NETWORK, compressed=MIB // 2)
        found = list(kit_files(kit, repository, limits=limits, parallel=2))
        assert [one.unread for one in found] == [layer.descriptor.size for layer in layers]
        assert all(one.without_ranges for one in found)
        for layer in layers:
            assert server.count("GET", layer.descriptor.digest) <= 1

    def test_without_ranges_what_is_small_is_read_as_a_whole(
        self, server: OddRegistry, registries: Registries
    ) -> None:
        layers = [SyntheticLayer([(name, MIB), (f"{name}{name}", 1)]) for name in "abc"]
        fill(server, layers)
        for layer in layers:
            server.blobs[layer.descriptor.digest] = layer[:]
        kit, repository = remote_kit(registries, server.host)
        server.rules.append(Rule("GET", "/blobs/", times=None, ignore_range=True))
        found = list(kit_files(kit, repository, limits=OVER_NETWORK))
        assert [one.file.path for one in found] == ["a", "aa", "b", "bb", "c", "cc"]
        listed = list(
            layer_files(kit.layers[0], repository, limits=replace(OVER_NETWORK, compressed=9).lifted)
        )
        assert [one.file.size for one in listed] == [MIB, 1]

    def test_a_break_is_healed(self, server: OddRegistry, registries: Registries) -> None:
        server.rules.append(Rule("GET", "/blobs/", skip=20, times=3, truncate=1_000))
        kit, repository = remote_kit(registries, server.host)
        assert len(list(kit_files(kit, repository, limits=OVER_NETWORK, parallel=4))) == 300

    def test_other_bytes_than_asked_for(self, server: OddRegistry, registries: Registries) -> None:
        kit, repository = remote_kit(registries, server.host)
        wrong = {"Content-Range": f"bytes 7-70/{len(server.blobs[kit.layers[0].descriptor.digest])}"}
        server.rules.append(Rule("GET", "/blobs/", times=None, headers=wrong))
        with pytest.raises(RegistryFailed):
            list(kit_files(kit, repository, limits=OVER_NETWORK, parallel=2))

    def test_cancelled_while_the_registry_says_nothing(
        self, server: OddRegistry, registries: Registries
    ) -> None:
        token = CancelToken()
        kit, repository = remote_kit(registries, server.host, token)
        server.rules.append(Rule("GET", "/blobs/", skip=12, times=None, stall=0))
        rows = kit_files(kit, repository, limits=OVER_NETWORK, parallel=3, in_order=False, token=token)
        next(rows)
        token.cancel()
        with pytest.raises(Cancelled):
            list(rows)
