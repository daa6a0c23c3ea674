"""Push, pull and copy: one algorithm between stores, folders and registries."""

from __future__ import annotations

import json
import shutil
import threading
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from kitops_desktop.errors import (
    BlobNotFound,
    ContentTooLarge,
    DigestMismatch,
    InvalidManifest,
    RegistryError,
    RemoteBlobNotFound,
)
from kitops_desktop.oci.copy import Copied, copy_graph
from kitops_desktop.oci.descriptor import Descriptor
from kitops_desktop.oci.digest import digest_of, hex_of
from kitops_desktop.oci.manifest import INDEX_TYPE, MANIFEST_TYPE
from kitops_desktop.progress import Cancelled, CancelToken, Progress
from kitops_desktop.store.layout import Layout
from kitops_desktop.store.local_store import LocalStore
from support.directory_storage import DirectoryStorage
from support.http_server import Rule
from support.kit_commands import cases, expected
from support.logging_proxy import LoggingProxy
from support.odd_registry import OddRegistry
from support.registry_server import RegistryServer
from support.repositories import MIB, PATH, Contents, noise, reaching
from support.stored_kits import blob, rows, write_kit
from support.waiting import until

BLOBS = "/blobs/sha256"
CONFIG_SIZE = len(b'{"package":{"name":"kit","authors":["me"]}}')


@pytest.fixture
def store(tmp_path: Path) -> LocalStore:
    return LocalStore(tmp_path / "store")


@pytest.fixture
def other(tmp_path: Path) -> LocalStore:
    return LocalStore(tmp_path / "other")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RegistryServer]:
    with RegistryServer(tmp_path_factory.mktemp("registry")) as server:
        yield server


@pytest.fixture
def odd() -> Iterator[OddRegistry]:
    with OddRegistry() as registry:
        yield registry


def offer(registry: OddRegistry, store: LocalStore, manifest: Descriptor, path: str = PATH) -> None:
    registry.add_stored(Layout(store.home).storage / "blobs", manifest.digest, path)


def files(home: Path) -> dict[str, object]:
    """All of a store; ``index.json`` as a set, since `kit` writes it in random order."""
    found: dict[str, object] = {}
    for path in (home / "storage").rglob("*"):
        if path.is_file():
            name = path.relative_to(home / "storage").as_posix()
            found[name] = path.read_bytes()
            if name == "index.json":
                found[name] = {entry["digest"] for entry in json.loads(path.read_bytes())["manifests"]}
    return found


@pytest.mark.parametrize("case", cases())
def test_golden_stores_pushed_and_pulled_again_are_equal(
    case: str, golden: Path, tmp_path: Path, other: LocalStore, server: RegistryServer
) -> None:
    shutil.copytree(golden / case / "storage", tmp_path / "golden" / "storage")
    store = LocalStore(tmp_path / "golden")
    contents = {kit["manifest_digest"]: kit["manifest_bytes_utf8"] for kit in expected(case)["modelkits"]}
    for kit in store.listing().kits:
        path = kit.repository.lower().replace(":", "-").replace("/_", "/unnamed")
        with reaching(server, f"{case}/{path}") as repository:
            copy_graph(store, repository, kit.descriptor)
            content = repository.manifest(kit.descriptor.digest)[1]
            assert content == contents[kit.descriptor.digest].encode()
            for tag in kit.tags:
                repository.put_tag(kit.descriptor, content, tag)
            assert repository.resolve(kit.descriptor.digest) == kit.descriptor
            copy_graph(repository, other, kit.descriptor)
            other.add_manifest(kit.repository, kit.descriptor, kit.tags)
    assert rows(other) == rows(store)
    assert other.verify().damage == ()
    before, after = files(store.home), files(other.home)
    assert {name for name in before if name.startswith("blobs/")} == {
        name for name in after if name.startswith("blobs/")
    }
    assert before["index.json"] == after["index.json"]


def test_between_any_two_places(
    store: LocalStore, other: LocalStore, tmp_path: Path, server: RegistryServer
) -> None:
    """Store to registry to another repository to a folder to a store; what comes out went in."""
    layers = noise(2 * MIB), noise(1000, seed=2), b""
    manifest = write_kit(store, *layers)
    folder = DirectoryStorage(tmp_path / "folder")
    size = sum(len(layer) for layer in layers) + CONFIG_SIZE
    with reaching(server, "places/one") as one, reaching(server, "places/two") as two:
        places = [store, one, two, folder, other]
        for source, target in pairwise(places):
            copied = copy_graph(source, target, manifest)
            assert copied.blobs_sent + copied.mounted == 4
            assert copied.blobs_skipped == copied.bytes_skipped == 0
            assert target.exists(manifest)
            again = copy_graph(source, target, manifest)
            assert again == Copied(0, 0, 4, size, 0)
    other.add_manifest("localhost/x", manifest, ["v1"])
    assert other.verify().damage == ()


def test_within_a_registry_blobs_are_mounted(store: LocalStore, server: RegistryServer) -> None:
    manifest = write_kit(store, noise(1000, seed=3), noise(2000, seed=4))
    with reaching(server, "mount/one") as one, reaching(server, "mount/two") as two:
        copy_graph(store, one, manifest)
        before = server.count("PUT", BLOBS)
        assert copy_graph(one, two, manifest) == Copied(0, 0, 0, 0, 3)
        assert server.count("PUT", BLOBS) == before


def test_a_mount_that_is_refused_is_sent(store: LocalStore, tmp_path: Path, server: RegistryServer) -> None:
    manifest = write_kit(store, noise(1000, seed=5))
    rules = [Rule("POST", "mount=", status=404, times=None)]
    with (
        LoggingProxy(server.port, rules) as proxy,
        reaching(proxy, "refused/one") as one,
        reaching(proxy, "refused/two") as two,
    ):
        copy_graph(store, one, manifest)
        assert copy_graph(one, two, manifest).blobs_sent == 2


def test_the_order_at_a_registry(odd: OddRegistry, store: LocalStore) -> None:
    """Layers, config, manifest; no tag."""
    manifest = write_kit(store, noise(1000), noise(2000))
    with reaching(odd) as repository:
        copy_graph(store, repository, manifest)
    puts = [one.path for one in odd.asked("PUT")]
    assert len(puts) == 4
    assert manifest.digest in puts[-1]
    content = store.blob_path(manifest.digest).read_bytes()
    assert hex_of(json.loads(content)["config"]["digest"]) in puts[-2]
    assert odd.tags == {}
    gets = [one for one in odd.exchanges if one.method == "GET"]
    assert gets == [], "nothing is read that is sent"


def test_progress_reaches_the_total_whatever_is_there_already(store: LocalStore, odd: OddRegistry) -> None:
    seen: list[Progress] = []
    layers = noise(2 * MIB), noise(3 * MIB, seed=2)
    manifest = write_kit(store, *layers)
    odd.add_blob(layers[0])
    with reaching(odd) as repository:
        copied = copy_graph(
            store, repository, manifest, report=seen.append, describe=lambda one: f"{one.size} bytes"
        )
    assert copied.blobs_skipped == 1
    assert copied.bytes_skipped == 2 * MIB
    assert seen[-1].done == seen[-1].total == 5 * MIB + copied.bytes_sent - 3 * MIB
    assert {progress.total for progress in seen} == {seen[-1].total}
    assert {progress.detail for progress in seen} >= {f"{2 * MIB} bytes", f"{3 * MIB} bytes"}


def test_a_layer_that_is_there_twice_is_sent_once(store: LocalStore, odd: OddRegistry) -> None:
    layer = noise(5000)
    manifest = write_kit(store, layer, layer)
    with reaching(odd) as repository:
        assert copy_graph(store, repository, manifest).blobs_sent == 2


def test_corrupt_bytes_are_fetched_once_more(store: LocalStore, other: LocalStore, odd: OddRegistry) -> None:
    manifest = write_kit(store, noise(3 * MIB))
    offer(odd, store, manifest)
    odd.rules.append(Rule("GET", BLOBS, flip=2 * MIB))
    seen: list[Progress] = []
    with reaching(odd) as repository:
        copy_graph(repository, other, manifest, report=seen.append)
    assert other.exists(blob(noise(3 * MIB)))
    assert seen[-1].done == seen[-1].total


def test_bytes_that_stay_corrupt_are_nowhere(store: LocalStore, other: LocalStore, odd: OddRegistry) -> None:
    manifest = write_kit(store, noise(3 * MIB))
    offer(odd, store, manifest)
    odd.rules.append(Rule("GET", BLOBS, times=None, flip=1000))
    with reaching(odd) as repository, pytest.raises(DigestMismatch):
        copy_graph(repository, other, manifest)
    assert odd.count("GET", BLOBS) == 2
    assert [path for path in other.home.rglob("*") if path.is_file()] == []


def test_a_damaged_store_pushes_nothing_wrong(store: LocalStore, odd: OddRegistry) -> None:
    content = noise(3 * MIB)
    manifest = write_kit(store, content)
    path = store.blob_path(blob(content).digest)
    path.chmod(0o644)
    path.write_bytes(content[:-1] + b"?")
    with reaching(odd) as repository, pytest.raises(DigestMismatch):
        copy_graph(store, repository, manifest)
    assert odd.blobs == {}


def test_a_missing_blob_stops_the_others(store: LocalStore, other: LocalStore, odd: OddRegistry) -> None:
    contents = [noise(MIB, seed=seed) for seed in range(4)]
    manifest = write_kit(store, *contents)
    offer(odd, store, manifest)
    del odd.blobs[blob(contents[1]).digest]
    odd.rules.append(Rule("GET", blob(contents[0]).digest, stall=1000))
    with reaching(odd) as repository, pytest.raises(RemoteBlobNotFound):
        copy_graph(repository, other, manifest)
    assert not other.exists(manifest)


def test_a_manifest_whose_blob_is_not_in_the_store(store: LocalStore, odd: OddRegistry) -> None:
    manifest = write_kit(store, b"layer")
    store.blob_path(blob(b"layer").digest).unlink()
    with reaching(odd) as repository, pytest.raises(BlobNotFound):
        copy_graph(store, repository, manifest)
    assert odd.count("PUT", "/manifests/") == 0


@pytest.mark.parametrize("pull", [True, False])
def test_cancelling(pull: bool, store: LocalStore, other: LocalStore, odd: OddRegistry) -> None:
    manifest = write_kit(store, noise(3 * MIB), noise(3 * MIB, seed=2))
    if pull:
        offer(odd, store, manifest)
    odd.rules.append(
        Rule("GET", BLOBS, times=None, stall=1000) if pull else Rule("PUT", "/uploads/", times=None, delay=30)
    )
    token, errors = CancelToken(), list[BaseException]()

    def work() -> None:
        with reaching(odd) as repository:
            source, target = (repository, other) if pull else (store, repository)
            try:
                copy_graph(source, target, manifest, token=token)
            except Cancelled as error:
                errors.append(error)

    thread = threading.Thread(target=work)
    thread.start()
    until(lambda: odd.count("GET" if pull else "PUT") >= 2, "both to be on their way")
    token.cancel()
    thread.join(timeout=5)
    assert not thread.is_alive()
    assert errors
    assert not [one for one in threading.enumerate() if one.name.startswith("copy of a blob")]


def test_what_a_broken_pull_had_is_gone_on_with(
    store: LocalStore, other: LocalStore, odd: OddRegistry
) -> None:
    content = noise(3 * MIB)
    manifest = write_kit(store, content)
    offer(odd, store, manifest)
    odd.rules += [Rule("GET", BLOBS, truncate=2 * MIB), Rule("GET", BLOBS, times=None, status=500)]
    with reaching(odd) as repository:
        with pytest.raises(RegistryError):
            copy_graph(repository, other, manifest)
        odd.rules.clear()
        copy_graph(repository, other, manifest)
    assert other.exists(blob(content))
    assert odd.asked("GET", BLOBS)[-2].headers["range"].startswith(f"bytes={2 * MIB}-")


def test_two_copies_of_the_same_transfer_it_once(
    store: LocalStore, other: LocalStore, odd: OddRegistry
) -> None:
    content = noise(MIB)
    manifest = write_kit(store, content)
    offer(odd, store, manifest)
    odd.rules.append(Rule("GET", blob(content).digest, delay=0.3))
    results: list[Copied] = []

    def work() -> None:
        with reaching(odd) as repository:
            results.append(copy_graph(repository, other, manifest))

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(copied.blobs_sent for copied in results) == 2
    assert odd.count("GET", BLOBS) == 2


def test_who_waits_for_the_same_transfer_can_be_cancelled(
    store: LocalStore, other: LocalStore, odd: OddRegistry
) -> None:
    content = noise(MIB)
    manifest = write_kit(store, content)
    offer(odd, store, manifest)
    odd.rules.append(Rule("GET", blob(content).digest, stall=1000))
    tokens = [CancelToken(), CancelToken()]
    cancelled: list[int] = []

    def work(number: int) -> None:
        with reaching(odd) as repository:
            try:
                copy_graph(repository, other, manifest, token=tokens[number])
            except Cancelled:
                cancelled.append(number)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(2)]
    threads[0].start()
    until(lambda: odd.count("GET", blob(content).digest), "the first transfer")
    threads[1].start()
    until(lambda: odd.count("GET", "/manifests/") == 2, "the second copy")
    for number in (1, 0):
        tokens[number].cancel()
        threads[number].join(timeout=5)
    assert cancelled == [1, 0]


def test_an_index_and_what_is_behind_it(odd: OddRegistry, store: LocalStore, tmp_path: Path) -> None:
    children = [write_kit(store, noise(1000, seed=seed), name=f"kit{seed}") for seed in range(2)]
    content = json.dumps({"schemaVersion": 2, "manifests": [child.to_json() for child in children]}).encode()
    index = blob(content, INDEX_TYPE)
    store.push_bytes(index, content)
    with reaching(odd) as repository:
        assert copy_graph(store, repository, index).blobs_sent == 4
        puts = [one.path for one in odd.asked("PUT", "/manifests/")]
        assert puts[-1].endswith(index.digest)
        folder = DirectoryStorage(tmp_path / "folder")
        copy_graph(repository, folder, index)
    assert {index.digest, *(child.digest for child in children)} < folder.digests


@pytest.mark.parametrize(
    ("content", "media_type", "error"),
    [
        (b"no json", MANIFEST_TYPE, InvalidManifest),
        (b"no json", INDEX_TYPE, InvalidManifest),
        (b'{"schemaVersion":2}', INDEX_TYPE, InvalidManifest),
        (b'{"schemaVersion":2,"manifests":[{"digest":"x"}]}', INDEX_TYPE, InvalidManifest),
        (b" " * (5 * MIB), MANIFEST_TYPE, ContentTooLarge),
    ],
)
def test_manifests_that_cannot_be_copied(
    content: bytes, media_type: str, error: type[Exception], tmp_path: Path
) -> None:
    folder = DirectoryStorage(tmp_path / "folder")
    with pytest.raises(error):
        copy_graph(Contents(content), folder, Descriptor(media_type, digest_of(content), len(content)))
    assert folder.digests == set()


def test_indexes_in_indexes_without_end(tmp_path: Path) -> None:
    contents, inner = [], blob(b'{"schemaVersion":2,"manifests":[]}', INDEX_TYPE)
    contents.append(b'{"schemaVersion":2,"manifests":[]}')
    for _ in range(10):
        content = json.dumps({"schemaVersion": 2, "manifests": [inner.to_json()]}).encode()
        inner = blob(content, INDEX_TYPE)
        contents.append(content)
    folder = DirectoryStorage(tmp_path / "folder")
    with pytest.raises(InvalidManifest):
        copy_graph(Contents(*contents), folder, inner)


def test_one_at_a_time(store: LocalStore, odd: OddRegistry) -> None:
    manifest = write_kit(store, *(noise(1000, seed=seed) for seed in range(5)))
    with reaching(odd) as repository:
        assert copy_graph(store, repository, manifest, parallel=1).blobs_sent == 6
