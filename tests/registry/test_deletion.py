"""Deleting at registries: tags without their versions, versions with their tags, blobs never."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from kitops_desktop.errors import AccessDenied, RegistryFailed, RegistryUnsupported, RemoteNotFound
from kitops_desktop.oci.digest import digest_of
from kitops_desktop.registry.abilities import TAG_DELETE
from support.http_server import Rule
from support.logging_proxy import LoggingProxy
from support.odd_registry import OddRegistry
from support.registry_server import RegistryServer, push_golden
from support.repositories import PATH, Remembered, reaching

CASE = "02-kitignore-overlap"
MANIFEST = b'{"schemaVersion":2,"config":{},"layers":[]}'
MANIFESTS = "/manifests/"


@pytest.fixture
def odd() -> Iterator[OddRegistry]:
    with OddRegistry() as registry:
        registry.add_manifest(PATH, "v1", MANIFEST)
        registry.add_manifest(PATH, "v2", MANIFEST)
        yield registry


def test_a_tag_where_that_is_possible(odd: OddRegistry) -> None:
    with reaching(odd) as repository:
        repository.delete_tag("v1")
        assert repository.tags() == ("v2",)
        assert repository.resolve("v2").digest == digest_of(MANIFEST)
    assert odd.count("DELETE") == 1
    assert odd.count("PUT") == 0


def test_a_version_goes_with_its_tags(odd: OddRegistry) -> None:
    with reaching(odd) as repository:
        repository.delete_manifest(digest_of(MANIFEST))
        with pytest.raises(RemoteNotFound):
            repository.tags()


def test_a_tag_of_a_registry_that_deletes_by_digest_only(tmp_path: Path, golden: Path) -> None:
    """Distribution 2.8 is one. The version and its other tags stay."""
    abilities = Remembered()
    with RegistryServer(tmp_path / "registry") as server, reaching(server, abilities=abilities) as repository:
        digest = push_golden(server, golden / CASE, PATH, ("v1", "v2", "v3"))
        before = server.blobs()
        repository.delete_tag("v1")
        assert abilities.values == {TAG_DELETE: "no"}
        repository.delete_tag("v3")
        assert repository.tags() == ("v2",)
        assert repository.resolve("v2").digest == digest
        assert before <= server.blobs()
        assert server.count("DELETE", r"/manifests/v\d") == 1, "it is known by then"
        assert server.count("DELETE", "/blobs/sha256") == 0
        repository.delete_manifest(digest)
        with pytest.raises(RemoteNotFound):
            repository.resolve("v2")


def test_where_deleting_is_off_nothing_changes(tmp_path: Path, golden: Path) -> None:
    with RegistryServer(tmp_path / "registry", delete=False) as server, reaching(server) as repository:
        digest = push_golden(server, golden / CASE, PATH, ("v1",))
        with pytest.raises(RegistryUnsupported):
            repository.delete_tag("v1")
        with pytest.raises(RegistryUnsupported):
            repository.delete_manifest(digest)
        assert repository.resolve("v1").digest == digest
        assert server.count("PUT", "/manifests/") == 1, "that of the test"


def test_a_tag_that_cannot_be_deleted_in_the_end_is_put_back(tmp_path: Path, golden: Path) -> None:
    with RegistryServer(tmp_path / "registry") as server:
        digest = push_golden(server, golden / CASE, PATH, ("v1",))
        rules = [Rule("DELETE", MANIFESTS + "sha256", skip=1, times=None, status=500)]
        with LoggingProxy(server.port, rules) as proxy, reaching(proxy) as repository:
            with pytest.raises(RegistryFailed):
                repository.delete_tag("v1")
            assert repository.resolve("v1").digest == digest


def test_what_is_not_there(tmp_path: Path, odd: OddRegistry) -> None:
    with RegistryServer(tmp_path / "registry") as server:
        for place in (server, odd):
            with reaching(place, "team/none") as repository:
                with pytest.raises(RemoteNotFound):
                    repository.delete_tag("v1")
                with pytest.raises(RemoteNotFound):
                    repository.delete_manifest(digest_of(b"unknown"))


def test_no_right_to_delete(odd: OddRegistry) -> None:
    odd.rules.append(Rule("DELETE", status=403, times=None))
    with reaching(odd) as repository, pytest.raises(AccessDenied, match="delete"):
        repository.delete_tag("v1")
    assert odd.count("PUT") == 0


def test_a_tag_of_a_registry_that_knows_no_such_address(odd: OddRegistry) -> None:
    """It says that there is nothing, and has the tag."""
    odd.rules.append(Rule("DELETE", f"{MANIFESTS}v1", status=404, times=None))
    with reaching(odd) as repository:
        repository.delete_tag("v1")
        assert repository.tags() == ("v2",)
        assert repository.resolve("v2").digest == digest_of(MANIFEST)
