"""The index of referrers that is kept where a registry lists none by itself."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from kitops_desktop.errors import InvalidManifest, RegistryFailed
from kitops_desktop.oci.descriptor import Descriptor
from kitops_desktop.oci.digest import digest_of, hex_of
from kitops_desktop.oci.manifest import INDEX_TYPE, MANIFEST_TYPE
from support.http_server import Rule
from support.odd_registry import OddRegistry
from support.referrers import (
    COMPONENTS,
    EMPTY_TYPE,
    SIGNATURE,
    ReferringRegistry,
    describe,
    referring_manifest,
)
from support.repositories import PATH, reaching

SUBJECT = b'{"schemaVersion":2,"config":{},"layers":[]}'
DESCRIBED = Descriptor(MANIFEST_TYPE, digest_of(SUBJECT), len(SUBJECT))
TAG = f"sha256-{hex_of(DESCRIBED.digest)}"


@pytest.fixture
def odd() -> Iterator[OddRegistry]:
    with OddRegistry() as registry:
        registry.add_manifest(PATH, "v1", SUBJECT)
        yield registry


def add(registry: OddRegistry, layer: bytes, artifact_type: str = SIGNATURE) -> Descriptor:
    content = referring_manifest(DESCRIBED, artifact_type, layer)
    registry.add_manifest(PATH, layer.decode(), content)
    return describe(content)


def entries(registry: OddRegistry) -> list[dict[str, object]]:
    content = json.loads(registry.blobs[registry.tags[f"{PATH}:{TAG}"]])
    assert content["mediaType"] == INDEX_TYPE
    return list(content["manifests"])


def test_it_is_made_added_to_and_left_alone(odd: OddRegistry) -> None:
    first, second = add(odd, b"first"), add(odd, b"second", COMPONENTS)
    with reaching(odd) as repository:
        repository.list_referrer(DESCRIBED, first)
        assert entries(odd) == [
            {
                "mediaType": MANIFEST_TYPE,
                "digest": first.digest,
                "size": first.size,
                "annotations": {"made": "for a test"},
                "artifactType": SIGNATURE,
            }
        ]
        repository.list_referrer(DESCRIBED, second)
        assert [one["digest"] for one in entries(odd)] == [first.digest, second.digest]
        repository.list_referrer(DESCRIBED, first)
        assert odd.count("PUT", TAG) == 2
        assert len(repository.referrers(DESCRIBED)) == 2


def test_without_an_artifact_type_the_config_tells(odd: OddRegistry) -> None:
    one = add(odd, b"plain", "")
    with reaching(odd) as repository:
        repository.list_referrer(DESCRIBED, one)
    assert entries(odd)[0]["artifactType"] == EMPTY_TYPE


def test_what_others_wrote_stays(odd: OddRegistry) -> None:
    value = {
        "schemaVersion": 2,
        "mediaType": INDEX_TYPE,
        "manifests": [
            {"mediaType": MANIFEST_TYPE, "digest": digest_of(b"x"), "size": 1, "platform": {"os": "x"}}
        ],
        "annotations": {"kept": "by somebody"},
    }
    odd.add_manifest(PATH, TAG, json.dumps(value).encode(), INDEX_TYPE)
    with reaching(odd) as repository:
        repository.list_referrer(DESCRIBED, add(odd, b"new"))
    after = json.loads(odd.blobs[odd.tags[f"{PATH}:{TAG}"]])
    assert after["annotations"] == value["annotations"]
    assert after["manifests"][0] == value["manifests"][0]
    assert len(after["manifests"]) == 2


def test_an_addition_that_others_undid_is_made_again(odd: OddRegistry) -> None:
    one = add(odd, b"one")
    odd.rules.append(Rule("GET", f"/manifests/{TAG}", skip=2, times=2, status=404))
    with reaching(odd) as repository:
        repository.list_referrer(DESCRIBED, one)
    assert odd.count("PUT", TAG) == 2
    assert [entry["digest"] for entry in entries(odd)] == [one.digest]


def test_an_index_that_never_keeps_it(odd: OddRegistry) -> None:
    odd.rules.append(Rule("GET", f"/manifests/{TAG}", times=None, status=404))
    with reaching(odd) as repository, pytest.raises(RegistryFailed):
        repository.list_referrer(DESCRIBED, add(odd, b"one"))
    assert odd.count("PUT", TAG) == 2


@pytest.mark.parametrize(
    ("content", "media_type"),
    [(SUBJECT, MANIFEST_TYPE), (b"{}", INDEX_TYPE), (b"[]", INDEX_TYPE), (b"no json", INDEX_TYPE)],
)
def test_something_else_under_its_tag_is_not_overwritten(
    content: bytes, media_type: str, odd: OddRegistry
) -> None:
    before = odd.add_manifest(PATH, TAG, content, media_type)
    with reaching(odd) as repository, pytest.raises(InvalidManifest):
        repository.list_referrer(DESCRIBED, add(odd, b"one"))
    assert odd.tags[f"{PATH}:{TAG}"] == before


def test_only_what_refers_to_it(odd: OddRegistry) -> None:
    other = describe(SUBJECT)
    with reaching(odd) as repository, pytest.raises(InvalidManifest):
        repository.list_referrer(DESCRIBED, other)
    assert odd.count("PUT") == 0


def test_a_registry_that_lists_by_itself_has_no_index() -> None:
    with ReferringRegistry() as registry:
        registry.add_manifest(PATH, "v1", SUBJECT)
        one = registry.add_referrer(PATH, DESCRIBED, SIGNATURE, b"one")
        with reaching(registry) as repository:
            repository.list_referrer(DESCRIBED, one)
            assert registry.count("PUT") == 0
            none = Rule("GET", "/referrers/", status=200, headers={"Content-Type": INDEX_TYPE})
            none.body = json.dumps({"schemaVersion": 2, "manifests": []}).encode()
            registry.rules.append(none)
            repository.list_referrer(DESCRIBED, one)
        assert [exchange.path for exchange in registry.asked("PUT")] == [
            f"/v2/{PATH}/manifests/{one.digest}"
        ], "what came before the registry made lists is given to it again"
