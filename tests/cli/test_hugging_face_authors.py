"""What commands make of an address of Hugging Face that is about an organisation or a person."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from kitops_desktop.importers.hugging_face import authors
from support.hub_repository import HubRepository
from support.hub_server import HubServer, rate_limited
from support.kit_commands import fine, refused
from support.planted import HUB_TOKEN

FILES = {"README.md": b"# Churn\n"}
HEADINGS = ["KIND", "DOWNLOADS", "LIKES", "CHANGED", "REPOSITORY"]


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[HubServer]:
    churn = HubRepository("Team/Churn", files=FILES)
    churn.downloads, churn.likes = 1234, 56
    churn.commit({"README.md": b"# Newer\n"})
    others = (
        HubRepository("Team/older", files=FILES, gated="auto"),
        HubRepository("Team/secret", files=FILES, private=True),
        HubRepository("Team/rows", kind="dataset", files=FILES),
        HubRepository("Team/show", kind="space", files=FILES),
        HubRepository("lone/thing", files=FILES),
        HubRepository("gpt2", files=FILES),
    )
    with HubServer(churn, *others, page_size=1, people=["lone"], tokens={HUB_TOKEN: "Team"}) as server:
        server.full_names = {"Team": "The Team", "empty": "empty"}
        monkeypatch.delenv("HF_TOKEN", raising=False)
        monkeypatch.setenv("HF_ENDPOINT", server.origin)
        yield server


def test_the_repositories_of_an_organisation_are_listed(hub: HubServer) -> None:
    answer = fine("files", "hf.co/Team")
    rows = [line.split() for line in answer.out.splitlines()]
    assert rows == [
        HEADINGS,
        ["model", "1234", "56", "2026-01-01", "hf://Team/Churn"],
        ["model", "0", "0", "2026-01-01", "hf://Team/older"],
        ["dataset", "0", "0", "2026-01-01", "hf://datasets/Team/rows"],
        ["space", "-", "0", "2026-01-01", "hf://spaces/Team/show"],
    ]
    assert answer.err == (
        "On Hugging Face Team (The Team) is an organisation, and no repository. These are its repositories.\n"
    )
    for _, _, _, _, address in rows[1:]:
        assert "README.md" in fine("files", address).out, "what is listed can be listed"


def test_the_same_for_programs(hub: HubServer) -> None:
    told = json.loads(fine("files", "https://huggingface.co/Team", "--format", "json").out)
    assert [one["name"] for one in told] == ["Team/Churn", "Team/older", "Team/rows", "Team/show"]
    assert told[0] == {
        "address": "hf://Team/Churn",
        "type": "repository",
        "kind": "model",
        "name": "Team/Churn",
        "downloads": 1234,
        "likes": 56,
        "modified": "2026-01-01T00:01:00Z",
        "private": False,
        "gated": False,
    }
    assert (told[1]["gated"], told[3]["downloads"]) == (True, None)


@pytest.mark.parametrize(
    ("address", "listed"),
    [
        ("hf://organizations/team", 4),
        ("https://huggingface.co/Team/models", 2),
        ("https://huggingface.co/datasets?author=Team", 1),
        ("hf://datasets/Team", 1),
        ("hf://lone", 1),
    ],
)
def test_an_address_may_be_about_some_of_them(hub: HubServer, address: str, listed: int) -> None:
    assert len(fine("files", address).out.splitlines()) == 1 + listed


def test_a_repository_of_that_name_goes_before(hub: HubServer) -> None:
    assert "README.md" in fine("files", "hf.co/gpt2").out
    assert not [one for one in hub.exchanges if "overview" in one.path]


def test_what_is_private_is_listed_with_the_token(hub: HubServer, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "secret" not in fine("files", "hf://Team").out
    monkeypatch.setenv("HF_TOKEN", HUB_TOKEN)
    assert "hf://Team/secret" in fine("files", "hf://Team", "--clear-password").out


@pytest.mark.parametrize(
    "line",
    ["cat hf://Team", "cat hf.co/Team README.md", "preview hf://Team config.json", "import hf.co/Team",
     "import hf://Team --into folder"],
)  # fmt: skip
def test_where_a_repository_is_needed_it_is_said_who_that_is(hub: HubServer, line: str) -> None:
    said = refused(*line.split())
    assert "On Hugging Face Team (The Team) is an organisation, and no repository" in said
    assert "it has Team/Churn, datasets/Team/rows, spaces/Team/show" in said
    assert "kitops-desktop files hf://Team" in said


@pytest.mark.parametrize(
    "line", ["cat hf://organizations/lone a.txt", "preview hf://lone a.txt", "import hf://lone"]
)
def test_a_person_is_called_one(hub: HubServer, line: str) -> None:
    said = refused(*line.split())
    assert "On Hugging Face lone is a person, and no repository; it has lone/thing" in said


def test_nobody_is_said_to_be_nobody(hub: HubServer) -> None:
    assert "no model, organisation or person called nobody, or it is private" in refused(
        "files", "hf://nobody"
    )
    assert "no such organisation or person" in refused("files", "hf://organizations/nobody")
    assert "no model, organisation or person called nobody" in refused("import", "hf://nobody")
    assert "no model, organisation or person called Team" in refused("import", "hf://Team@v1")


def test_who_has_nothing_that_is_shown(hub: HubServer, monkeypatch: pytest.MonkeyPatch) -> None:
    answer = fine("files", "hf://empty")
    assert answer.out.split() == HEADINGS
    assert "There is nothing that is shown to somebody who is not signed in." in answer.err
    assert json.loads(fine("files", "hf://empty", "--format", "json").out) == []
    monkeypatch.setenv("HF_TOKEN", HUB_TOKEN)
    assert "There is nothing that is shown." in fine("files", "hf://empty", "--clear-password").err


def test_a_list_that_is_cut_says_so(hub: HubServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(authors, "MOST_LISTED", 1)
    answer = fine("files", "hf://organizations/Team/models")
    assert len(answer.out.splitlines()) == 2
    assert "of its models only those that changed last are listed" in answer.err


def test_what_cannot_be_listed_says_why(hub: HubServer) -> None:
    assert "--tree is for the files of a repository: on Hugging Face Team" in refused(
        "files", "hf://Team", "--tree"
    )
    assert "access token and no password" in refused(
        "files", "hf://organizations/Team", "--username", "me", "--password-stdin"
    )
    hub.rules.append(rate_limited("/api/datasets", times=None, seconds=3600))
    assert "takes more in 60 minutes" in refused("files", "hf://Team")
    assert "about no repository, but about Team" in refused("pull", "https://huggingface.co/Team/models")
