"""Manifests and tags of repositories: against a real registry, and against such as answer oddly."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from kitops_desktop.errors import (
    AccessDenied,
    ContentTooLarge,
    DigestMismatch,
    RegistryFailed,
    RegistryRefused,
    RemoteNotFound,
)
from kitops_desktop.oci.descriptor import Descriptor
from kitops_desktop.oci.digest import Digest, digest_of
from kitops_desktop.oci.manifest import INDEX_TYPE, MANIFEST_TYPE
from kitops_desktop.registry.repository import Repository
from support.http_server import Rule
from support.odd_registry import OddRegistry
from support.registry_server import RegistryServer, push_golden
from support.repositories import PATH, layer, noise, reaching

CASE = "01-all-sections"
DOCKER = "application/vnd.docker.distribution.manifest.v2+json"
MANIFEST = b'{"schemaVersion":2,"config":{},"layers":[]}'
MANIFESTS = "/manifests/"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RegistryServer]:
    with RegistryServer(tmp_path_factory.mktemp("registry")) as server:
        yield server


@pytest.fixture
def odd() -> Iterator[OddRegistry]:
    with OddRegistry() as registry:
        registry.add_manifest(PATH, "v1", MANIFEST)
        yield registry


@pytest.fixture
def repository(odd: OddRegistry) -> Iterator[Repository]:
    with reaching(odd) as repository:
        yield repository


def stored_manifest(golden: Path, digest: str) -> bytes:
    return (golden / CASE / "storage" / "blobs" / Path(*digest.split(":"))).read_bytes()


def test_what_a_tag_stands_for(server: RegistryServer, golden: Path) -> None:
    digest = push_golden(server, golden / CASE, "team/kit", ("v1", "v10", "v2", "latest"))
    content = stored_manifest(golden, digest)
    expected = Descriptor(MANIFEST_TYPE, Digest(digest), len(content))
    with reaching(server, "team/kit") as repository:
        assert repository.resolve("v1") == repository.resolve(digest) == expected
        assert repository.manifest("latest") == repository.manifest(digest) == (expected, content)
        assert repository.tags() == ("latest", "v1", "v2", "v10")
        assert repository.exists(expected)
        with repository.fetch(expected) as reader:
            assert reader.read() == content
        with repository.fetch(expected, 5, 10) as reader:
            assert reader.read() == content[5:15]
        assert (repository.name, repository.path) == (f"{server.host}/team/kit", "team/kit")


def test_what_is_not_there(server: RegistryServer) -> None:
    unknown = digest_of(b"unknown")
    with reaching(server, "team/none") as repository:
        for name in ("v1", unknown):
            with pytest.raises(RemoteNotFound, match=f"team/none[:@]{name}"):
                repository.resolve(name)
            with pytest.raises(RemoteNotFound):
                repository.manifest(name)
        with pytest.raises(RemoteNotFound, match="team/none"):
            repository.tags()
        assert not repository.exists(Descriptor(MANIFEST_TYPE, unknown, 5))
        assert not repository.exists(Descriptor("application/octet-stream", unknown, 5))


def test_small_things_are_pushed(server: RegistryServer) -> None:
    config, blob = b'{"package":{}}', noise(1000)
    manifest = json.dumps(
        {
            "schemaVersion": 2,
            "config": layer(config).to_json(),
            "layers": [layer(blob).to_json()],
        }
    ).encode()
    described = Descriptor(MANIFEST_TYPE, digest_of(manifest), len(manifest))
    with reaching(server, "team/small") as repository:
        for content in (config, blob):
            repository.push_bytes(layer(content), content)
            assert repository.exists(layer(content))
            assert repository.holds(layer(content))
        repository.push_bytes(described, manifest)
        assert repository.manifest(described.digest) == (described, manifest)
        repository.put_tag(described, manifest, "v1")
        assert repository.tags() == ("v1",)


def test_wrong_bytes_are_not_sent(odd: OddRegistry, repository: Repository) -> None:
    for content in (b"other", MANIFEST[:-1] + b" "):
        with pytest.raises(DigestMismatch):
            repository.push_bytes(Descriptor(MANIFEST_TYPE, digest_of(MANIFEST), len(MANIFEST)), content)
    with pytest.raises(DigestMismatch):
        repository.put_tag(Descriptor(MANIFEST_TYPE, digest_of(MANIFEST), 5), b"other", "v1")
    with pytest.raises(DigestMismatch):
        repository.push_bytes(layer(b"right"), b"wrong")
    assert odd.count("PUT") == 0


def test_a_head_says_enough(odd: OddRegistry, repository: Repository) -> None:
    repository.resolve("v1")
    assert [one.method for one in odd.exchanges] == ["HEAD"]
    accept = odd.exchanges[0].headers["accept"]
    assert all(media_type in accept for media_type in (MANIFEST_TYPE, INDEX_TYPE, DOCKER))


@pytest.mark.parametrize(
    "rule",
    [
        Rule("HEAD", MANIFESTS, headers={"Docker-Content-Digest": None}),
        Rule("HEAD", MANIFESTS, headers={"Docker-Content-Digest": "sha256:short"}),
        Rule("HEAD", MANIFESTS, headers={"Content-Type": "text/plain"}),
        Rule("HEAD", MANIFESTS, status=405),
    ],
)
def test_a_head_that_says_too_little(rule: Rule, odd: OddRegistry, repository: Repository) -> None:
    odd.rules.append(rule)
    assert repository.resolve("v1") == Descriptor(MANIFEST_TYPE, digest_of(MANIFEST), len(MANIFEST))
    assert [one.method for one in odd.exchanges] == ["HEAD", "GET"]


def test_a_head_that_names_another_digest_than_asked(odd: OddRegistry, repository: Repository) -> None:
    odd.rules.append(Rule("HEAD", MANIFESTS, headers={"Docker-Content-Digest": digest_of(b"other")}))
    assert repository.resolve(digest_of(MANIFEST)).digest == digest_of(MANIFEST)


def test_bytes_that_do_not_have_the_digest(odd: OddRegistry, repository: Repository) -> None:
    odd.rules.append(Rule("GET", MANIFESTS, times=None, flip=3))
    for name in ("v1", digest_of(MANIFEST)):
        with pytest.raises(DigestMismatch):
            repository.manifest(name)


def test_a_huge_manifest(odd: OddRegistry, repository: Repository) -> None:
    odd.add_manifest(PATH, "huge", b'{"schemaVersion":2}' + b" " * (40 << 20))
    with pytest.raises(ContentTooLarge):
        repository.manifest("huge")
    assert odd.bytes_sent < 20 << 20, "the rest is not read"


@pytest.mark.parametrize(
    ("said", "content", "media_type"),
    [
        (f"{DOCKER}; charset=utf-8", MANIFEST, DOCKER),
        ("text/plain", b'{"mediaType":"%s"}' % INDEX_TYPE.encode(), INDEX_TYPE),
        ("", b'{"schemaVersion":2,"manifests":[]}', INDEX_TYPE),
        ("application/json", MANIFEST, MANIFEST_TYPE),
        ("application/json", b"no json", MANIFEST_TYPE),
        ("application/json", b'{"mediaType":["odd"]}', MANIFEST_TYPE),
    ],
)
def test_the_type_of_a_manifest(
    said: str, content: bytes, media_type: str, odd: OddRegistry, repository: Repository
) -> None:
    odd.add_manifest(PATH, "v1", content, said)
    assert repository.manifest("v1")[0].media_type == media_type
    assert repository.resolve("v1").media_type == media_type


def test_a_registry_that_took_it_for_something_else(odd: OddRegistry, repository: Repository) -> None:
    odd.rules.append(Rule("PUT", MANIFESTS, headers={"Docker-Content-Digest": digest_of(b"other")}))
    with pytest.raises(DigestMismatch):
        repository.put_tag(Descriptor(MANIFEST_TYPE, digest_of(MANIFEST), len(MANIFEST)), MANIFEST, "v2")


def test_no_rights_and_trouble(odd: OddRegistry, repository: Repository) -> None:
    odd.rules += [Rule("HEAD", status=403), Rule("HEAD", times=None, status=500)]
    with pytest.raises(AccessDenied):
        repository.resolve("v1")
    with pytest.raises(RegistryFailed):
        repository.resolve("v1")


def test_rights_to_write_are_asked_for_by_who_writes(odd: OddRegistry) -> None:
    """What an anonymous client asks for shows at the realm; here at the requests' scopes."""
    from support.token_server import TokenServer

    with TokenServer() as tokens:
        odd.challenge = f'Bearer realm="{tokens.realm}",service="{tokens.service}"'
        with reaching(odd) as repository:
            repository.resolve("v1")
            repository.writable().resolve("v1")
            asked = [one.path for one in tokens.asked("GET")]
    assert len(asked) == 2
    assert asked[0].endswith(("%3Apull", ":pull"))
    assert asked[1].endswith(("push", "pull%2Cpush"))


def test_a_repository_for_several_threads(odd: OddRegistry, repository: Repository) -> None:
    found: list[Descriptor] = []
    threads = [threading.Thread(target=lambda: found.append(repository.manifest("v1")[0])) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {one.digest for one in found} == {digest_of(MANIFEST)}
    assert len(found) == 8


def test_its_text_names_it(repository: Repository) -> None:
    assert repr(repository) == f"Repository({repository.host}/{PATH})"


@pytest.mark.parametrize(("times", "put"), [(1, True), (None, False)])
def test_a_manifest_that_arrives_damaged_is_put_again(
    times: int | None, put: bool, odd: OddRegistry, repository: Repository
) -> None:
    """Distribution 3 says so too when somebody else puts the same in that moment."""
    refused = json.dumps({"errors": [{"code": "DIGEST_INVALID", "message": "it does not match"}]}).encode()
    odd.rules.append(Rule("PUT", "/manifests/", times=times, status=400, body=refused))
    content = b'{"schemaVersion": 2, "layers": []}'
    manifest = Descriptor(MANIFEST_TYPE, digest_of(content), len(content))
    if put:
        repository.push_bytes(manifest, content)
    else:
        with pytest.raises(RegistryRefused, match="does not match"):
            repository.push_bytes(manifest, content)
    assert odd.count("PUT", "/manifests/") == (2 if put else 3)
