"""What other tests trust of their Hub: pages, redirects, ranges, refusals, and ids that git agrees with."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from support.http_server import Rule
from support.hub_repository import HubRepository
from support.hub_server import HubServer, rate_limited
from support.planted import HUB_TOKEN, OTHER_HUB_TOKEN
from support.programs import require_program

WEIGHTS = bytes(range(256)) * 40
FILES = {
    "README.md": b"---\nlicense: mit\nlibrary_name: transformers\n---\n# Churn\n",
    "config.json": b"{}",
    "model.safetensors": WEIGHTS,
    "onnx/quantized/model.onnx": b"onnx",
    "onnx.txt": b"git sorts this before the folder",
}
SIGNED_IN = {"Authorization": f"Bearer {HUB_TOKEN}"}
WHO = {
    "nobody": {},
    "team": SIGNED_IN,
    "others": {"Authorization": f"Bearer {OTHER_HUB_TOKEN}"},
    "made up": {"Authorization": "Bearer hf_nobody"},
}


@pytest.fixture
def model() -> HubRepository:
    return HubRepository("team/churn", files=FILES, lfs={"model.safetensors"})


@pytest.fixture
def hub(model: HubRepository) -> Iterator[HubServer]:
    private = HubRepository("team/secret", private=True, files=FILES, lfs={"model.safetensors"})
    gated = HubRepository("lab/gated", gated="manual", files=FILES, readers={"team"})
    disabled = HubRepository("lab/off", disabled=True, files=FILES)
    tokens = {HUB_TOKEN: "team", OTHER_HUB_TOKEN: "others"}
    with HubServer(model, private, gated, disabled, tokens=tokens, page_size=3) as server:
        yield server


@pytest.fixture
def web() -> Iterator[requests.Session]:
    with requests.Session() as session:
        yield session


def pages(web: requests.Session, address: str, headers: dict[str, str]) -> list[list[dict[str, Any]]]:
    found = []
    while address:
        answer = web.get(address, headers=headers)
        answer.raise_for_status()
        found.append(answer.json())
        address = answer.links.get("next", {}).get("url", "")
    return found


def test_the_pages_of_a_tree_have_every_entry_once(hub: HubServer, web: requests.Session) -> None:
    address = f"{hub.origin}/api/models/team/secret/tree/main?recursive=true"
    found = pages(web, address, SIGNED_IN)
    assert [len(page) for page in found] == [3, 3, 1]
    paths = [entry["path"] for page in found for entry in page]
    assert sorted(paths) == sorted([*FILES, "onnx", "onnx/quantized"])
    hub.page_size = 1000
    assert pages(web, address, SIGNED_IN) == [[entry for page in found for entry in page]]


def test_the_token_of_the_hub_does_not_reach_the_storage(hub: HubServer, web: requests.Session) -> None:
    address = f"{hub.origin}/team/secret/resolve/main/model.safetensors"
    assert web.get(address, headers=SIGNED_IN).content == WEIGHTS
    assert hub.authorizations() == [SIGNED_IN["Authorization"]]
    assert hub.storage.count() == 1
    assert not hub.storage.authorizations()


def test_the_storage_refuses_who_brings_a_token_and_tells_of_it(
    hub: HubServer, web: requests.Session
) -> None:
    signed = web.head(f"{hub.origin}/team/churn/resolve/main/model.safetensors").headers["Location"]
    assert web.get(signed, headers=SIGNED_IN).status_code == 400
    assert hub.storage.authorizations() == [SIGNED_IN["Authorization"]]


@pytest.mark.parametrize(
    ("asked", "status", "start", "end"),
    [
        ("bytes=0-0", 206, 0, 1),
        ("bytes=100-", 206, 100, len(WEIGHTS)),
        ("bytes=-24", 206, len(WEIGHTS) - 24, len(WEIGHTS)),
        ("bytes=100-999999", 206, 100, len(WEIGHTS)),
        ("bytes=0-1,5-6", 200, 0, len(WEIGHTS)),
        ("lines=1-2", 200, 0, len(WEIGHTS)),
    ],
)
@pytest.mark.parametrize("path", ["model.safetensors", "copy.txt"])
def test_parts_of_large_files_and_of_small_ones(
    model: HubRepository,
    hub: HubServer,
    web: requests.Session,
    *,
    path: str,
    asked: str,
    status: int,
    start: int,
    end: int,
) -> None:
    model.commit({"copy.txt": WEIGHTS})
    answer = web.get(f"{hub.origin}/team/churn/resolve/main/{path}", headers={"Range": asked})
    assert (answer.status_code, answer.content) == (status, WEIGHTS[start:end])
    part = f"bytes {start}-{end - 1}/{len(WEIGHTS)}"
    assert answer.headers.get("Content-Range") == (part if status == 206 else None)


def test_a_part_behind_the_end_or_of_another_file(hub: HubServer, web: requests.Session) -> None:
    address = f"{hub.origin}/team/churn/resolve/main/model.safetensors"
    behind = web.get(address, headers={"Range": f"bytes={len(WEIGHTS)}-"})
    assert (behind.status_code, behind.headers["Content-Range"]) == (416, f"bytes */{len(WEIGHTS)}")
    etag = web.head(address, allow_redirects=True).headers["ETag"]
    for known, status in ((etag, 206), ('"another"', 200)):
        answer = web.get(address, headers={"Range": "bytes=5-", "If-Range": known})
        assert answer.status_code == status


def test_a_signed_address_ends(hub: HubServer, web: requests.Session) -> None:
    address = f"{hub.origin}/team/churn/resolve/main/model.safetensors"
    signed = web.head(address).headers["Location"]
    assert web.get(signed).content == WEIGHTS
    hub.storage.expire()
    assert web.get(signed).status_code == 403
    assert web.get(address).content == WEIGHTS


def test_a_redirect_tells_of_the_file_and_holds_its_commit(
    model: HubRepository, hub: HubServer, web: requests.Session
) -> None:
    small = web.head(f"{hub.origin}/team/churn/resolve/main/config.json")
    commit = model.refs["refs/heads/main"]
    assert (small.status_code, small.headers["X-Repo-Commit"]) == (307, commit)
    assert small.headers["Location"].startswith(f"/api/resolve-cache/models/team/churn/{commit}/config.json?")
    assert small.headers["X-Linked-Size"] == "2" != small.headers["Content-Length"]
    model.commit({"config.json": b'{"layers": 2}'})
    assert web.get(hub.origin + small.headers["Location"]).content == b"{}"
    large = web.head(f"{hub.origin}/team/churn/resolve/main/model.safetensors")
    file = model.commits[commit].files["model.safetensors"]
    assert (large.status_code, large.headers["X-Linked-ETag"]) == (302, f'"{file.sha256}"')
    assert web.head(large.headers["Location"]).headers["ETag"] != large.headers["X-Linked-ETag"]


def test_revisions_by_every_name(model: HubRepository, hub: HubServer, web: requests.Session) -> None:
    first = model.refs["refs/heads/main"]
    model.branch("work/quantized")
    model.tag("v1.0")
    model.point("refs/pr/1", first)
    model.commit({"config.json": b"[]"})
    for revision in ("work%2Fquantized", "v1.0", "refs%2Fpr%2F1", first, first[:8]):
        found = web.get(f"{hub.origin}/api/models/team/churn/revision/{revision}")
        assert found.json()["sha"] == first
        assert web.get(f"{hub.origin}/team/churn/resolve/{revision}/config.json").content == b"{}"
    assert web.get(f"{hub.origin}/team/churn/resolve/main/config.json").content == b"[]"


@pytest.mark.parametrize("path", ["model.safetensors", "config.json"])
def test_a_renamed_repository_is_found_by_its_old_name(
    model: HubRepository, hub: HubServer, web: requests.Session, path: str
) -> None:
    hub.rename(model, "team/leavers")
    assert web.get(f"{hub.origin}/team/churn/resolve/main/{path}").content == FILES[path]
    found = web.get(f"{hub.origin}/api/models/team/churn")
    assert ([one.status_code for one in found.history], found.json()["id"]) == ([307], "team/leavers")


@pytest.mark.parametrize(
    ("who", "address", "status", "code"),
    [
        ("nobody", "/api/models/team/none", 401, None),
        ("nobody", "/api/models/team/secret", 401, None),
        ("nobody", "/team/secret/resolve/main/config.json", 401, None),
        ("team", "/api/models/team/none", 404, "RepoNotFound"),
        ("others", "/api/models/team/secret", 404, "RepoNotFound"),
        ("team", "/api/datasets/team/churn", 404, "RepoNotFound"),
        ("nobody", "/api/models/team/churn/revision/none", 404, "RevisionNotFound"),
        ("nobody", "/team/churn/resolve/refs/pr/1/config.json", 404, "RevisionNotFound"),
        ("nobody", "/team/churn/resolve/main/none", 404, "EntryNotFound"),
        ("nobody", "/api/models/team/churn/tree/main/none", 404, "EntryNotFound"),
        ("nobody", "/lab/gated/resolve/main/config.json", 401, "GatedRepo"),
        ("others", "/lab/gated/resolve/main/config.json", 403, "GatedRepo"),
        ("team", "/api/models/lab/off", 403, None),
        ("made up", "/api/models/team/churn", 401, None),
        ("made up", "/api/whoami-v2", 401, None),
        ("nobody", "/api/whoami-v2", 401, None),
        # and what is allowed
        ("nobody", "/api/models/lab/gated/tree/main", 200, None),
        ("team", "/lab/gated/resolve/main/config.json", 200, None),
        ("team", "/api/models/team/secret/refs", 200, None),
        ("others", "/api/whoami-v2", 200, None),
    ],
)
def test_who_is_refused_what(
    hub: HubServer, web: requests.Session, who: str, address: str, status: int, code: str | None
) -> None:
    answer = web.get(hub.origin + address, headers=WHO[who])
    assert (answer.status_code, answer.headers.get("X-Error-Code")) == (status, code)
    assert ("X-Error-Message" in answer.headers) == (status != 200)


def test_a_token_of_nobody_may_count_as_none(hub: HubServer, web: requests.Session) -> None:
    hub.lenient = True
    statuses = {
        address: web.get(hub.origin + address, headers=WHO["made up"]).status_code
        for address in ("/api/models/team/churn", "/lab/gated/resolve/main/config.json", "/api/whoami-v2")
    }
    assert list(statuses.values()) == [200, 401, 401]


def test_who_asks_too_often_is_told_for_how_long(hub: HubServer, web: requests.Session) -> None:
    hub.rules.append(rate_limited("/resolve/", seconds=7))
    hub.storage.rules.append(Rule(truncate=10))
    address = f"{hub.origin}/team/churn/resolve/main/model.safetensors"
    answer = web.get(address)
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "7")
    assert answer.headers["RateLimit"] == '"resolvers";r=0;t=7'
    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        web.get(address)
    assert web.get(address).content == WEIGHTS


def test_git_gives_the_same_ids(model: HubRepository, tmp_path: Path) -> None:
    commit = model.commits[model.commit({"config.json": b"[]", "onnx.txt": None}, title="Second")]
    for path, file in commit.files.items():
        place = tmp_path / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(file.pointer if file.lfs else file.content)
    git = [require_program("git"), "-C", str(tmp_path)]

    def said(*words: str) -> str:
        return subprocess.run([*git, *words], capture_output=True, text=True, check=True).stdout.strip()

    said("-c", "init.defaultBranch=main", "init", "--object-format=sha1")
    said("-c", "core.autocrlf=false", "add", "--all")
    tree = said("write-tree")
    assert tree == commit.folders[""]
    assert commit.parent is not None
    # a commit as text: git makes none by itself after a parent that it does not have
    who = f"team <team@example.com> {int(commit.made.timestamp())} +0000"
    head = f"tree {tree}\nparent {commit.parent.sha}\nauthor {who}\ncommitter {who}\n"
    (tmp_path / "commit").write_text(f"{head}\nSecond\n")
    assert said("hash-object", "-t", "commit", "commit") == commit.sha
