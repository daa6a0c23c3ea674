"""What is asked of Hugging Face, and what its answers are taken for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from kitops_desktop.errors import (
    HfAccessNeeded,
    InvalidArgument,
    KitOpsError,
    NotOnHuggingFace,
    RangesUnsupported,
    RateLimited,
    RegistryFailed,
    RegistryRefused,
    SignInRefused,
)
from kitops_desktop.importers.hugging_face.address import HfAddress, HfKind
from kitops_desktop.importers.hugging_face.client import HfClient
from kitops_desktop.importers.hugging_face.content import HfBytes, HfContent
from kitops_desktop.importers.hugging_face.values import HfFile, HfRepository
from kitops_desktop.progress import Cancelled, CancelToken
from support.http_server import Rule
from support.hub_repository import HubRepository
from support.hub_server import HubServer, rate_limited
from support.planted import HUB_TOKEN, OTHER_HUB_TOKEN
from support.registry_clients import client

WEIGHTS = bytes(range(256)) * 4096
CARD = b"---\nlicense: mit\nlibrary_name: transformers\npipeline_tag: text-generation\n---\n# Churn\n"
FILES = {
    "README.md": CARD,
    "config.json": b"{}",
    "empty.txt": b"",
    "data/a b#c?%.csv": b"a,b\n",
    "model.safetensors": WEIGHTS,
}
CHURN = HfAddress("team/churn")


@pytest.fixture
def model() -> HubRepository:
    return HubRepository("team/churn", files=FILES, lfs={"model.safetensors"})


@pytest.fixture
def hub(model: HubRepository) -> Iterator[HubServer]:
    others = (
        HubRepository("team/secret", private=True, files=FILES),
        HubRepository("lab/gated", gated="manual", files=FILES, readers={"team"}),
        HubRepository("lab/off", disabled=True, files=FILES),
        HubRepository("team/rows", kind="dataset", files=FILES, lfs={"model.safetensors"}),
        HubRepository("team/show", kind="space", files=FILES),
    )
    tokens = {HUB_TOKEN: "team", OTHER_HUB_TOKEN: "others"}
    with HubServer(model, *others, tokens=tokens, page_size=2) as server:
        yield server


@pytest.fixture
def anonymous(hub: HubServer) -> Iterator[HfClient]:
    with client(hub.host) as transport:
        yield HfClient(transport)


@pytest.fixture
def signed_in(hub: HubServer) -> Iterator[HfClient]:
    with client(hub.host) as transport:
        yield HfClient(transport, HUB_TOKEN)


def looked_at(
    asked: HfClient, address: HfAddress = CHURN, token: CancelToken | None = None
) -> tuple[HfRepository, dict[str, HfFile]]:
    token = token or CancelToken()
    found = asked.repository(address, token)
    return found, {file.path: file for file in asked.files(found, token)}


def look_and_read(asked: HfClient, address: HfAddress) -> None:
    repository, files = looked_at(asked, address)
    read(asked, repository, files["README.md"])


def read(asked: HfClient, repository: HfRepository, file: HfFile) -> bytes:
    with HfContent(asked, repository, file).stream(0, CancelToken()) as stream:
        return stream.read()


@pytest.mark.parametrize(
    "address", [CHURN, HfAddress("team/rows", HfKind.DATASET), HfAddress("team/show", HfKind.SPACE)], ids=str
)
def test_every_file_is_listed_and_read(anonymous: HfClient, address: HfAddress) -> None:
    repository, files = looked_at(anonymous, address)
    assert {path: file.size for path, file in files.items()} == {p: len(c) for p, c in FILES.items()}
    assert {path: read(anonymous, repository, file) for path, file in files.items()} == FILES


def test_the_card_says_what_it_is(anonymous: HfClient, model: HubRepository) -> None:
    found = anonymous.repository(CHURN, CancelToken())
    assert (found.licence, found.library, found.pipeline) == ("mit", "transformers", "text-generation")
    assert found.modified is not None
    assert found.pinned == HfAddress("team/churn", revision=found.commit)


def test_a_revision_stays_what_it_was(anonymous: HfClient, model: HubRepository) -> None:
    before = looked_at(anonymous)[0]
    model.branch("work/x")
    model.commit({"config.json": b'{"new": 1}'}, branch="work/x")
    there, files = looked_at(anonymous, replace(CHURN, revision="work/x"))
    assert there.commit != before.commit
    assert read(anonymous, there, files["config.json"]) == b'{"new": 1}'
    again, files = looked_at(anonymous, before.pinned)
    assert read(anonymous, again, files["config.json"]) == b"{}"
    names = {revision.name: revision.commit for revision in anonymous.revisions(CHURN, CancelToken())}
    assert names == {"main": before.commit, "work/x": there.commit}


def test_a_renamed_repository_has_its_new_name(
    anonymous: HfClient, hub: HubServer, model: HubRepository
) -> None:
    hub.rename(model, "team/loyalty")
    repository, files = looked_at(anonymous)
    assert repository.address.name == "team/loyalty"
    assert read(anonymous, repository, files["model.safetensors"]) == WEIGHTS


def test_a_part_costs_a_part(anonymous: HfClient, hub: HubServer) -> None:
    repository, files = looked_at(anonymous)
    hub.storage.exchanges.clear()
    content = HfBytes(HfContent(anonymous, repository, files["model.safetensors"]), CancelToken())
    assert content.read(1000, 16) == WEIGHTS[1000:1016]
    assert content.read(len(WEIGHTS) - 4, 100) == WEIGHTS[-4:]
    assert sum(exchange.bytes for exchange in hub.storage.exchanges) == content.bytes_read == 20


def test_the_token_goes_to_hugging_face_only(signed_in: HfClient, hub: HubServer) -> None:
    repository, files = looked_at(signed_in)
    assert read(signed_in, repository, files["model.safetensors"]) == WEIGHTS
    assert set(hub.authorizations()) == {f"Bearer {HUB_TOKEN}"}
    assert not hub.storage.authorizations()
    assert signed_in.owner(CancelToken()) == "team"


def test_a_broken_connection_is_gone_on_with(anonymous: HfClient, hub: HubServer) -> None:
    repository, files = looked_at(anonymous)
    hub.storage.rules.append(Rule(truncate=300_000, times=2))
    hub.storage.exchanges.clear()
    assert read(anonymous, repository, files["model.safetensors"]) == WEIGHTS
    assert sum(exchange.bytes for exchange in hub.storage.exchanges) == len(WEIGHTS)


def test_an_address_of_the_storage_that_has_expired_is_asked_for_again(
    anonymous: HfClient, hub: HubServer
) -> None:
    repository, files = looked_at(anonymous)
    content = HfBytes(HfContent(anonymous, repository, files["model.safetensors"]), CancelToken())
    assert content.read(0, 4) == WEIGHTS[:4]
    hub.storage.expire()
    assert content.read(4, 4) == WEIGHTS[4:8]


def test_where_parts_are_not_given_only_all_is_read(anonymous: HfClient, hub: HubServer) -> None:
    repository, files = looked_at(anonymous)
    hub.storage.rules.append(Rule(ignore_range=True, times=None))
    content = HfContent(anonymous, repository, files["model.safetensors"])
    with pytest.raises(RangesUnsupported):
        HfBytes(content, CancelToken()).read(5, 5)
    with content.stream(1000, CancelToken()) as stream:
        assert stream.read() == WEIGHTS[1000:]


REFUSED: dict[str, tuple[HfAddress, str, type[KitOpsError], str]] = {
    "missing": (HfAddress("team/none"), "", NotOnHuggingFace, "model"),
    "missing for team": (HfAddress("team/none"), HUB_TOKEN, NotOnHuggingFace, "model"),
    "missing dataset": (HfAddress("team/none", HfKind.DATASET), "", NotOnHuggingFace, "dataset"),
    "private": (HfAddress("team/secret"), "", NotOnHuggingFace, "model"),
    "private for others": (HfAddress("team/secret"), OTHER_HUB_TOKEN, NotOnHuggingFace, "model"),
    "no such revision": (replace(CHURN, revision="v9"), "", NotOnHuggingFace, "revision"),
    "gated": (HfAddress("lab/gated"), "", HfAccessNeeded, ""),
    "gated for others": (HfAddress("lab/gated"), OTHER_HUB_TOKEN, HfAccessNeeded, ""),
    "wrong token": (CHURN, "hf_" + "x" * 34, SignInRefused, ""),
    "disabled": (HfAddress("lab/off"), HUB_TOKEN, RegistryRefused, ""),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_refusal_is_told_for_what_it_is(hub: HubServer, case: str) -> None:
    address, secret, error, what = REFUSED[case]
    with client(hub.host) as transport, pytest.raises(error) as caught:
        look_and_read(HfClient(transport, secret), address)
    assert secret == "" or secret not in str(caught.value)
    if isinstance(caught.value, NotOnHuggingFace):
        assert (caught.value.what, caught.value.signed_in) == (what, bool(secret))
    if isinstance(caught.value, HfAccessNeeded):
        assert caught.value.page == f"{hub.origin}/lab/gated"


def test_a_file_that_is_gone_is_named(anonymous: HfClient) -> None:
    repository, files = looked_at(anonymous)
    gone = replace(files["config.json"], path="data/gone.json")
    with pytest.raises(NotOnHuggingFace) as caught:
        read(anonymous, repository, gone)
    assert caught.value.what == "file"
    assert caught.value.reference.endswith("/data/gone.json")


def test_a_pause_is_kept(anonymous: HfClient, hub: HubServer) -> None:
    hub.rules.append(rate_limited("/api/", seconds=3600))
    with pytest.raises(RateLimited) as caught:
        anonymous.repository(CHURN, CancelToken())
    assert caught.value.until is not None


ODD: dict[str, bytes] = {
    "no JSON": b"<html>",
    "a list": b"[]",
    "no commit": b'{"id": "team/churn", "sha": "main"}',
    "deep": b"[" * 100_000,
}


@pytest.mark.parametrize("body", ODD.values(), ids=ODD)
def test_an_answer_that_makes_no_sense_is_said_to_be_one(
    anonymous: HfClient, hub: HubServer, body: bytes
) -> None:
    hub.rules.append(Rule(path="/api/models", status=200, body=body))
    with pytest.raises(RegistryFailed):
        anonymous.repository(CHURN, CancelToken())


def test_of_a_listing_what_can_be_used_is_used(anonymous: HfClient, hub: HubServer) -> None:
    repository = anonymous.repository(CHURN, CancelToken())
    listed = b"""[null, 3, {"type": "file"}, {"type": "file", "path": "a", "size": -1}, {"type": "directory",
        "path": "d"}, {"type": "file", "path": "../up", "size": 1, "oid": "x"}, {"type": "file", "path": 7},
        {"type": "file", "path": "large", "size": 99999999999999999999}, {"type": "file", "path": "lfs",
        "size": 1, "lfs": {"oid": "none", "size": 4}}, {"type": "file", "path": "b", "size": 2, "oid": null},
        {"type": "file", "path": "line\\u000abreak", "size": 1}]"""
    hub.rules.append(Rule(path="/tree/", status=200, body=listed))
    files = list(anonymous.files(repository, CancelToken()))
    assert [(file.path, bool(file.unsafe)) for file in files] == [
        ("../up", True),
        ("b", False),
        ("line\nbreak", True),
    ]


def test_a_listing_that_is_cut_is_not_taken_for_all(
    anonymous: HfClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kitops_desktop.importers.hugging_face.client.MOST_FILES", 3)
    repository = anonymous.repository(CHURN, CancelToken())
    assert len(list(anonymous.files(repository, CancelToken()))) == 3
    with pytest.raises(InvalidArgument, match="3 files or more"):
        anonymous.all_files(repository, CancelToken())


def test_a_listing_without_an_end_is_given_up(
    anonymous: HfClient, hub: HubServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kitops_desktop.importers.hugging_face.client._MOST_PAGES", 5)
    repository = anonymous.repository(CHURN, CancelToken())
    again = {"Link": f'<{hub.origin}/api/models/team/churn/tree/x?cursor=y>; rel="next"'}
    hub.rules.append(Rule(path="/tree/", status=200, headers=again, body=b"[]", times=None))
    with pytest.raises(RegistryFailed, match="does not end"):
        list(anonymous.files(repository, CancelToken()))


def test_other_bytes_than_asked_for_are_not_taken(anonymous: HfClient, hub: HubServer) -> None:
    repository, files = looked_at(anonymous)
    shorter = replace(files["model.safetensors"], size=100)
    with pytest.raises(RegistryFailed):
        read(anonymous, repository, shorter)


def test_asking_can_be_cancelled(anonymous: HfClient) -> None:
    token = CancelToken()
    token.cancel()
    with pytest.raises(Cancelled):
        anonymous.repository(CHURN, token)
