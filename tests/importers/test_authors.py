"""Whoever has repositories on Hugging Face, and the lists of what they have."""

from __future__ import annotations

import json
from collections.abc import Iterator
from http import HTTPStatus

import pytest

from kitops_desktop.errors import NotOnHuggingFace, RateLimited, RegistryFailed, SignInRefused
from kitops_desktop.importers.hugging_face import authors
from kitops_desktop.importers.hugging_face.address import HfAddress, HfKind
from kitops_desktop.importers.hugging_face.authors import (
    HfAuthor,
    HfListed,
    Position,
    find_author,
    found_at,
    listed_page,
    read_on,
)
from kitops_desktop.importers.hugging_face.client import HfClient
from kitops_desktop.importers.hugging_face.values import HfRepository
from kitops_desktop.progress import Cancelled, CancelToken
from support.http_server import Rule
from support.hub_repository import HubRepository
from support.hub_server import HubServer, rate_limited
from support.planted import HUB_TOKEN, OTHER_HUB_TOKEN
from support.registry_clients import client

FILES = {"README.md": b"# Churn\n"}
ALL = tuple(HfKind)


def repository(name: str, *, changes: int = 0, **given: object) -> HubRepository:
    made = HubRepository(name, files=FILES, **given)  # type: ignore[arg-type]
    for number in range(changes):
        made.commit({"README.md": b"# %d\n" % number})
    return made


@pytest.fixture
def hub() -> Iterator[HubServer]:
    models = [repository(f"team/model-{number}", changes=number) for number in range(5)]
    models[0].downloads, models[0].likes = 1234, 56
    others = (
        repository("team/rows", kind="dataset"),
        repository("team/show", kind="space"),
        repository("team/secret", private=True),
        repository("team/gated", gated="manual", changes=9),
        repository("lone/thing"),
        repository("gpt2"),
    )
    tokens = {HUB_TOKEN: "team", OTHER_HUB_TOKEN: "others"}
    with HubServer(*models, *others, tokens=tokens, page_size=2, people=["lone"]) as server:
        server.full_names["team"], server.full_names["empty"] = "The Team", "Nothing Yet"
        yield server


@pytest.fixture
def anonymous(hub: HubServer) -> Iterator[HfClient]:
    with client(hub.host) as transport:
        yield HfClient(transport)


def listed(asked: HfClient, name: str, *kinds: HfKind) -> list[HfListed]:
    return read_all(asked, name, *kinds)[0]


def read_all(asked: HfClient, name: str, *kinds: HfKind) -> tuple[list[HfListed], Position]:
    """All there is, and where the reading ended."""
    found: list[HfListed] = []
    position = Position(kinds or ALL)
    while not position.ended:
        page, position = read_on(asked, name, position, CancelToken())
        found += page
    return found, position


def asked_for_models(hub: HubServer) -> int:
    return len([one for one in hub.exchanges if one.path.startswith("/api/models?")])


def replies(path: str, body: object, **headers: str) -> Rule:
    """To all who ask."""
    sent = {"Content-Type": "application/json", **headers}
    return Rule("GET", path, times=None, status=HTTPStatus.OK, headers=sent, body=json.dumps(body).encode())


def test_a_name_alone_is_a_repository_or_whoever_has_it(anonymous: HfClient) -> None:
    token = CancelToken()
    old = found_at(anonymous, HfAddress("gpt2"), token)
    assert isinstance(old, HfRepository)
    assert old.address == HfAddress("gpt2")
    counts = ((HfKind.MODEL, 6), (HfKind.DATASET, 1), (HfKind.SPACE, 1))
    assert found_at(anonymous, HfAddress("TEAM"), token) == HfAuthor("team", True, "The Team", counts)
    lone = found_at(anonymous, HfAddress("lone"), token)
    assert isinstance(lone, HfAuthor)
    assert (lone.is_organisation, lone.noun) == (False, "person")


@pytest.mark.parametrize(
    "address",
    [HfAddress("nobody"), HfAddress("team", revision="v1"), HfAddress("team", path="a"), HfAddress("team/x")],
)
def test_what_is_neither_is_missing_as_a_repository_is(anonymous: HfClient, address: HfAddress) -> None:
    with pytest.raises(NotOnHuggingFace) as caught:
        found_at(anonymous, address, CancelToken())
    assert (caught.value.what, caught.value.name) == ("model", address.name)


def test_all_pages_of_a_list_come_the_last_changed_first(hub: HubServer, anonymous: HfClient) -> None:
    models = listed(anonymous, "team", HfKind.MODEL)
    names = [one.address.name.removeprefix("team/") for one in models]
    assert names == ["gated", "model-4", "model-3", "model-2", "model-1", "model-0"]
    assert models[0].gated
    assert (models[-1].downloads, models[-1].likes) == (1234, 56)
    times = [one.modified for one in models]
    assert all(times)
    assert times == sorted(times, key=lambda time: time or 0, reverse=True)
    assert asked_for_models(hub) == 3


def test_all_kinds_have_addresses_of_their_own(anonymous: HfClient) -> None:
    found = {str(one.address) for one in listed(anonymous, "team")}
    assert {"hf://datasets/team/rows", "hf://spaces/team/show", "hf://team/model-0"} <= found


def test_what_is_private_is_for_who_may_see_it(hub: HubServer) -> None:
    for secret, sees in (("", False), (OTHER_HUB_TOKEN, False), (HUB_TOKEN, True)):
        with client(hub.host) as transport:
            found = listed(HfClient(transport, secret), "team", HfKind.MODEL)
        private = [one.address.name for one in found if one.is_private]
        assert private == (["team/secret"] if sees else [])


def test_who_has_nothing_is_there_all_the_same(anonymous: HfClient) -> None:
    assert find_author(anonymous, "empty", CancelToken()) is not None
    assert listed(anonymous, "empty") == []
    assert find_author(anonymous, "nobody", CancelToken()) is None


def test_a_mirror_may_know_only_of_repositories(hub: HubServer, anonymous: HfClient) -> None:
    hub.overviews = False
    assert find_author(anonymous, "team", CancelToken()) == HfAuthor("team")
    assert find_author(anonymous, "nobody", CancelToken()) is None


def test_what_is_not_asked_for_is_left_out(hub: HubServer, anonymous: HfClient) -> None:
    items = [
        {"id": "others/churn"}, {"id": "team"}, {"id": "team/../x"}, {"id": 3}, "team/x", None, {},
        {"id": "Team/kept", "likes": -1, "downloads": "many", "lastModified": "once", "gated": "auto"},
    ]  # fmt: skip
    hub.rules.append(replies("/api/models", items))
    assert listed(anonymous, "team", HfKind.MODEL) == [HfListed(HfAddress("Team/kept"), gated=True)]


@pytest.mark.parametrize("body", [{"error": "x"}, "x", 3, None])
def test_a_list_that_is_none_is_said_to_make_no_sense(
    hub: HubServer, anonymous: HfClient, body: object
) -> None:
    hub.rules.append(replies("/api/models", body))
    with pytest.raises(RegistryFailed, match="makes no sense"):
        listed(anonymous, "team", HfKind.MODEL)


def test_the_next_page_is_looked_for_at_the_same_host_only(hub: HubServer, anonymous: HfClient) -> None:
    link = '<https://elsewhere.example/api/models?author=team&cursor=x>; rel="next"'
    hub.rules.append(replies("/api/models", [{"id": "team/a"}], Link=link))
    page = listed_page(anonymous, "team", HfKind.MODEL, CancelToken())
    assert (len(page.repositories), page.following) == (1, "")


def test_a_list_that_does_not_end_is_left(
    hub: HubServer, anonymous: HfClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(authors, "_MOST_PAGES", 7)
    link = f'<{hub.origin}/api/models?author=team&cursor=again>; rel="next"'
    hub.rules.append(replies("/api/models", [], Link=link))
    assert listed(anonymous, "team", HfKind.MODEL) == []
    assert asked_for_models(hub) == 7


def test_no_more_than_so_many_are_listed(
    hub: HubServer, anonymous: HfClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(authors, "MOST_LISTED", 3)
    found, position = read_all(anonymous, "team")
    kinds = [one.address.kind for one in found]
    assert kinds == 4 * [HfKind.MODEL] + [HfKind.DATASET, HfKind.SPACE], (
        "a page that goes beyond it is the last"
    )
    assert position.cut == (HfKind.MODEL,)


def test_refusals_are_those_of_repositories(hub: HubServer, anonymous: HfClient) -> None:
    with client(hub.host) as transport, pytest.raises(SignInRefused):
        find_author(HfClient(transport, "hf_of_nobody"), "team", CancelToken())
    hub.rules.append(rate_limited("/api/models", times=None, seconds=3600))
    with pytest.raises(RateLimited):
        listed(anonymous, "team")
    token = CancelToken()
    token.cancel()
    with pytest.raises(Cancelled):
        find_author(anonymous, "team", token)
