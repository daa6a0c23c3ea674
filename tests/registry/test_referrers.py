"""Signatures and the like: by the API, by the tag of the specification, by cosign's tags."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from kitops_desktop.errors import RegistryFailed
from kitops_desktop.oci.descriptor import Descriptor
from kitops_desktop.oci.digest import digest_of, hex_of
from kitops_desktop.oci.manifest import INDEX_TYPE, MANIFEST_TYPE
from kitops_desktop.registry.referrers import Referrer
from support.http_server import Rule
from support.odd_registry import OddRegistry
from support.registry_server import RegistryServer, push_golden
from support.repositories import PATH, Remembered, reaching

SUBJECT = b'{"schemaVersion":2,"config":{},"layers":[]}'
DESCRIBED = Descriptor(MANIFEST_TYPE, digest_of(SUBJECT), len(SUBJECT))
TAG = f"sha256-{hex_of(DESCRIBED.digest)}"
LIST = "/referrers/"
SIGNATURE, COMPONENTS = "application/vnd.example.signature", "application/vnd.example.sbom"


def entry(name: str, artifact_type: str | None = SIGNATURE) -> Descriptor:
    content = name.encode()
    return Descriptor(MANIFEST_TYPE, digest_of(content), len(content), artifact_type=artifact_type)


def index(*entries: Descriptor) -> bytes:
    value = {"schemaVersion": 2, "mediaType": INDEX_TYPE, "manifests": [one.to_json() for one in entries]}
    return json.dumps(value).encode()


@pytest.fixture
def odd() -> Iterator[OddRegistry]:
    with OddRegistry() as registry:
        registry.add_manifest(PATH, "v1", SUBJECT)
        yield registry


def found(registry: OddRegistry) -> tuple[Referrer, ...]:
    with reaching(registry) as repository:
        return repository.referrers(DESCRIBED)


def answer(content: bytes, **headers: str) -> Rule:
    return Rule("GET", LIST, status=200, headers={"Content-Type": INDEX_TYPE} | headers, body=content)


def test_none(tmp_path: Path, golden: Path, odd: OddRegistry) -> None:
    assert found(odd) == ()
    with RegistryServer(tmp_path / "registry") as server:
        push_golden(server, golden / "09-empty", PATH)
        with reaching(server) as repository:
            assert repository.referrers(repository.resolve("v1")) == ()


def test_by_the_api(odd: OddRegistry) -> None:
    odd.rules.append(answer(index(entry("a"), entry("b", COMPONENTS), entry("c", None))))
    assert {(one.descriptor, one.artifact_type, one.how, one.tag) for one in found(odd)} == {
        (entry("a"), SIGNATURE, "api", None),
        (entry("b", COMPONENTS), COMPONENTS, "api", None),
        (entry("c", None), "", "api", None),
    }
    assert odd.count("GET", "/manifests/") == 0


def test_an_empty_list_of_the_api_is_believed(odd: OddRegistry) -> None:
    odd.add_manifest(PATH, TAG, index(entry("old")), INDEX_TYPE)
    odd.rules.append(answer(index()))
    assert found(odd) == ()


def test_pages_of_the_api(odd: OddRegistry) -> None:
    link = f'</v2/{PATH}/referrers/{DESCRIBED.digest}?page=2>; rel="next"'
    odd.rules += [answer(index(entry("a")), Link=link), answer(index(entry("b")))]
    assert len(found(odd)) == 2
    odd.rules.append(
        Rule(
            "GET",
            LIST,
            times=None,
            status=200,
            headers={"Content-Type": INDEX_TYPE, "Link": link},
            body=index(entry("a")),
        )
    )
    assert len(found(odd)) == 1, "a list that goes round ends"


@pytest.mark.parametrize(
    "rule",
    [
        Rule("GET", LIST, status=404),
        Rule("GET", LIST, status=405),
        Rule("GET", LIST, status=429),
        Rule("GET", LIST, status=303, headers={"Location": "https://example.com/packages"}),
        Rule("GET", LIST, status=200, headers={"Content-Type": "text/html"}, body=b"<html>"),
        Rule("GET", LIST, status=200, headers={"Content-Type": INDEX_TYPE}, body=b"<html>"),
        Rule("GET", LIST, status=200, headers={"Content-Type": INDEX_TYPE}, body=b"[]"),
    ],
)
def test_by_the_tag_where_there_is_no_api(rule: Rule, odd: OddRegistry) -> None:
    odd.rules.append(rule)
    odd.add_manifest(PATH, TAG, index(entry("a")), INDEX_TYPE)
    assert found(odd) == (Referrer(entry("a"), SIGNATURE, "tag-schema", TAG),)


def test_a_redirect_within_the_registry_is_followed(odd: OddRegistry) -> None:
    odd.rules += [Rule("GET", LIST, status=307, headers={"Location": "?again"}), answer(index(entry("a")))]
    assert [one.how for one in found(odd)] == ["api"]


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (SUBJECT, MANIFEST_TYPE),
        (b"no json", INDEX_TYPE),
        (b'{"schemaVersion":2,"manifests":5}', INDEX_TYPE),
        (b'{"schemaVersion":2,"manifests":[5,{"digest":"x"}]}', INDEX_TYPE),
        (index() + b" " * (5 << 20), INDEX_TYPE),
    ],
)
def test_a_tag_that_is_no_list(content: bytes, media_type: str, odd: OddRegistry) -> None:
    """GitLab's leads to the subject itself."""
    odd.add_manifest(PATH, TAG, content, media_type)
    assert found(odd) == ()


def test_cosign_tags(odd: OddRegistry) -> None:
    odd.add_manifest(PATH, TAG, index(entry("a")), INDEX_TYPE)
    signature = odd.add_manifest(PATH, f"{TAG}.sig", b'{"schemaVersion":2,"x":1}')
    odd.add_manifest(PATH, f"{TAG}.sbom", SUBJECT)
    by_tag = [one for one in found(odd) if one.how == "cosign-tag"]
    assert [(one.descriptor.digest, one.tag) for one in by_tag] == [(signature, f"{TAG}.sig")]
    assert by_tag[0].artifact_type.endswith("sig.v1+json")
    assert len(found(odd)) == 2


def test_each_once(odd: OddRegistry) -> None:
    signature = b'{"schemaVersion":2,"x":1}'
    odd.add_manifest(PATH, f"{TAG}.sig", signature)
    listed = Descriptor(MANIFEST_TYPE, digest_of(signature), len(signature), artifact_type=SIGNATURE)
    odd.rules.append(answer(index(listed, listed)))
    assert found(odd) == (Referrer(listed, SIGNATURE, "api"),)


def test_trouble_is_no_answer(odd: OddRegistry) -> None:
    odd.rules.append(Rule("GET", LIST, status=500, times=None))
    with pytest.raises(RegistryFailed):
        found(odd)


def test_a_registry_without_a_list_is_asked_for_one_once(odd: OddRegistry) -> None:
    odd.add_manifest(PATH, TAG, index(entry("a")), INDEX_TYPE)
    abilities = Remembered()
    with reaching(odd, abilities=abilities) as repository:
        assert repository.listed_referrers(DESCRIBED.digest, has_index=False) == ()
        (listed,) = repository.listed_referrers(DESCRIBED.digest, has_index=True)
    assert (listed.descriptor, listed.how) == (entry("a"), "tag-schema")
    assert (odd.count("GET", LIST), odd.count("*", r"\.(sig|att|sbom)$")) == (1, 0)


def test_what_a_registry_lists_is_one_request(odd: OddRegistry) -> None:
    odd.rules.append(answer(index(entry("a"), entry("b"))))
    with reaching(odd) as repository:
        assert len(repository.listed_referrers(DESCRIBED.digest, has_index=True)) == 2
    assert odd.count() == 1
