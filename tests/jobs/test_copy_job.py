"""Kits are promoted from repository to repository and from registry to registry, byte for byte."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from kitops_desktop import errors
from kitops_desktop.jobs.copy_job import CopiedKit, CopyWork, copy_kit
from kitops_desktop.jobs.job import JobState
from kitops_desktop.jobs.kinds import restore
from kitops_desktop.jobs.pack_job import PackWork, pack_folder
from kitops_desktop.jobs.push_job import PushWork, push_kit
from kitops_desktop.oci.descriptor import Descriptor
from kitops_desktop.oci.digest import digest_of, hex_of
from kitops_desktop.oci.manifest import INDEX_TYPE, MANIFEST_TYPE
from kitops_desktop.oci.reference import parse_reference
from kitops_desktop.progress import Cancelled, CancelToken, Progress
from kitops_desktop.registry.abilities import CHUNK
from kitops_desktop.workspace import Workspace
from support.computers import computer, write_project
from support.http_server import Rule
from support.odd_registry import OddRegistry
from support.referrers import (
    COMPONENTS,
    SIGNATURE,
    ReferringRegistry,
    attach,
    list_under_tag,
    sign_as_cosign,
)
from support.registry_server import RegistryServer, put_manifest
from support.repositories import MIB, noise, reaching
from support.stored_kits import rows, write_kit
from support.waiting import until

BLOBS = "/blobs/sha256"
OpenComputer = Callable[..., Workspace]


@pytest.fixture(scope="module")
def dev(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RegistryServer]:
    """Shared by the tests of this module, which each have repositories of their own."""
    with RegistryServer(tmp_path_factory.mktemp("dev")) as server:
        yield server


@pytest.fixture(scope="module")
def prod(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RegistryServer]:
    with RegistryServer(tmp_path_factory.mktemp("prod")) as server:
        yield server


@pytest.fixture
def odd() -> Iterator[OddRegistry]:
    with OddRegistry() as registry:
        yield registry


@pytest.fixture
def far() -> Iterator[OddRegistry]:
    with OddRegistry() as registry:
        yield registry


@pytest.fixture
def open_computer(dev: RegistryServer, prod: RegistryServer, tmp_path: Path) -> Iterator[OpenComputer]:
    with ExitStack() as opened:

        def open_one(name: str, *hosts: str) -> Workspace:
            return opened.enter_context(computer(tmp_path / name, dev.host, prod.host, *hosts))

        yield open_one


@pytest.fixture
def mine(open_computer: OpenComputer, tmp_path: Path) -> Workspace:
    """A computer with the kit ``churn:v1``."""
    opened = open_computer("mine")
    pack_folder(PackWork(write_project(tmp_path / "churn"), "churn:v1"), opened.tools)
    return opened


@pytest.fixture
def other(open_computer: OpenComputer, odd: OddRegistry, far: OddRegistry) -> Workspace:
    """A computer that has nothing and knows all registries."""
    return open_computer("other", odd.host, far.host)


def pushed(workspace: Workspace, target: str) -> Descriptor:
    return push_kit(PushWork("churn:v1", target), workspace.tools).manifest


def copy(workspace: Workspace, source: str, target: str, **more: Any) -> CopiedKit:  # noqa: ANN401
    return copy_kit(CopyWork(source, target, **more), workspace.tools)


def offer(odd: OddRegistry, workspace: Workspace, *layers: bytes, path: str = "team/kit") -> Descriptor:
    """A kit of a few layers in the odd registry as ``v1``."""
    manifest = write_kit(workspace.store, *layers)
    odd.add_stored(workspace.store.home / "storage" / "blobs", manifest.digest, path)
    return manifest


def manifest_at(server: RegistryServer, path: str, tag: str) -> bytes:
    with server.session(path) as session:
        headers = {"Accept": f"{MANIFEST_TYPE}, {INDEX_TYPE}"}
        answer = session.get(f"{server.origin}/v2/{path}/manifests/{tag}", headers=headers, timeout=30)
        return answer.content if answer.status_code == 200 else b""


def asked(server: RegistryServer, path: str) -> list[str]:
    """What was asked of the blobs of a repository, and what came of it."""
    return [f"{one.method} {one.status}" for one in server.exchanges if f"/v2/{path}/blobs/" in one.path]


def test_within_a_registry_no_layer_comes_through_here(
    mine: Workspace, other: Workspace, dev: RegistryServer
) -> None:
    manifest = pushed(mine, f"{dev.host}/dev/churn:v1")
    before = asked(dev, "dev/churn")
    seen: list[Progress] = []
    copied = copy_kit(
        CopyWork(f"{dev.host}/dev/churn:v1", f"{dev.host}/stage/churn:v1"), other.tools, report=seen.append
    )
    assert copied.copied.mounted == 3  # two layers and the config
    assert copied.copied.bytes_sent == 0
    assert sorted(set(asked(dev, "stage/churn"))) == ["HEAD 200", "HEAD 404", "POST 201"]
    assert asked(dev, "dev/churn")[len(before) :] == ["GET 200"], "the config, to know what is in the kit"
    assert digest_of(manifest_at(dev, "stage/churn", "v1")) == manifest.digest
    assert seen[-1].done == seen[-1].total == seen[-1].skipped


def test_between_registries_bytes_stream_and_stay_the_same(
    mine: Workspace, other: Workspace, dev: RegistryServer, prod: RegistryServer
) -> None:
    source, target = f"{dev.host}/stream/churn:v1", f"{prod.host}/stream/churn:v1"
    manifest = pushed(mine, source)
    seen: list[Progress] = []
    copied = copy_kit(CopyWork(source, target), other.tools, report=seen.append)
    assert copied.copied.blobs_sent == 3
    assert seen[-1].done == seen[-1].total == copied.copied.bytes_sent
    assert any(progress.detail == "model.bin" for progress in seen)
    content = manifest_at(prod, "stream/churn", "v1")
    assert content == manifest_at(dev, "stream/churn", "v1")
    assert digest_of(content) == manifest.digest
    assert rows(other.store) == set()
    assert [path for path in other.store.home.rglob("*") if path.is_file()] == [], "nothing is written here"
    assert other.history.recent()[0].reference == target
    again = copy(other, source, target)
    assert again.copied.bytes_sent == 0
    assert again.copied.blobs_skipped == 3
    assert again.replaced == ""
    kept = copy(other, source, f"{prod.host}/stream/churn:stable")
    assert kept.copied.blobs_skipped == 3
    assert asked(prod, "stream/churn").count("POST 202") == 3


def test_what_a_target_without_a_tag_is_called(
    mine: Workspace, other: Workspace, dev: RegistryServer, prod: RegistryServer
) -> None:
    source = f"{dev.host}/names/churn:v1"
    digest = pushed(mine, source).digest
    by_digest = f"{dev.host}/names/churn@{digest}"
    assert str(copy(other, source, f"{prod.host}/names/churn").target) == f"{prod.host}/names/churn:v1"
    nameless = copy(other, by_digest, f"{prod.host}/nameless/churn")
    assert nameless.target == parse_reference(f"{prod.host}/nameless/churn@{digest}")
    assert digest_of(manifest_at(prod, "nameless/churn", digest)) == digest
    named = copy(other, by_digest, f"{prod.host}/names/churn:v2")
    assert digest_of(manifest_at(prod, "names/churn", "v2")) == digest == named.manifest.digest


@pytest.mark.parametrize(
    ("source", "target", "said"),
    [
        ("churn:v1", "HOST/a/churn:v1", "kitops-desktop push churn:v1 HOST/a/churn:v1"),
        ("HOST/a/churn:v1", "churn:v1", "kitops-desktop pull HOST/a/churn:v1"),
        ("HOST/a/churn:1,2", "HOST/b/churn", "multiple tags"),
    ],
)
def test_both_ends_are_in_registries(
    source: str, target: str, said: str, mine: Workspace, dev: RegistryServer
) -> None:
    with pytest.raises(errors.InvalidArgument, match=r".") as caught:
        copy(mine, source.replace("HOST", dev.host), target.replace("HOST", dev.host))
    assert said.replace("HOST", dev.host) in str(caught.value)


def test_what_is_not_there(mine: Workspace, dev: RegistryServer, prod: RegistryServer) -> None:
    with pytest.raises(errors.RemoteNotFound):
        copy(mine, f"{dev.host}/nothing/churn:v1", f"{prod.host}/nothing/churn")
    source = f"{dev.host}/something/churn:v1"
    pushed(mine, source)
    with pytest.raises(errors.InvalidArgument):
        copy(mine, source, f"{prod.host}/something/churn@sha256:{'0' * 64}")
    assert asked(prod, "something/churn") == []


def test_a_tag_is_moved_only_as_agreed(
    mine: Workspace, dev: RegistryServer, prod: RegistryServer, tmp_path: Path
) -> None:
    source, target = f"{dev.host}/agreed/churn:v1", f"{prod.host}/agreed/churn:live"
    first = pushed(mine, source).digest
    copy(mine, source, target, expected="")
    (tmp_path / "churn" / "model.bin").write_bytes(b"better")
    pack_folder(PackWork(tmp_path / "churn", "churn:v1"), mine.tools)
    second = pushed(mine, source).digest
    before = len(asked(prod, "agreed/churn"))
    for expected in ("", f"sha256:{'0' * 64}"):
        with pytest.raises(errors.TagMoved) as caught:
            copy(mine, source, target, expected=expected)
        assert caught.value.actual == first
    assert len(asked(prod, "agreed/churn")) == before, "nothing is sent for what was not agreed"
    assert copy(mine, source, target, expected=first).replaced == first
    assert digest_of(manifest_at(prod, "agreed/churn", "live")) == second


@pytest.mark.parametrize("looks", [1, 2])
def test_a_tag_that_moves_meanwhile(looks: int, mine: Workspace, other: Workspace, odd: OddRegistry) -> None:
    """Looked at first, right before it is put, and right after."""
    offer(odd, mine, b"layer")
    elsewhere = {
        "Docker-Content-Digest": digest_of(b"another"),
        "Content-Length": "7",
        "Content-Type": MANIFEST_TYPE,
    }
    tag = "/prod/kit/manifests/v1$"
    odd.rules.append(Rule("HEAD", tag, skip=looks, status=200, headers=elsewhere))
    with pytest.raises(errors.TagMoved) as caught:
        copy(other, f"{odd.host}/team/kit:v1", f"{odd.host}/prod/kit")
    assert caught.value.was_put == (looks == 2)
    assert odd.count("PUT", tag) == looks - 1


def test_the_tag_is_written_last(
    mine: Workspace, other: Workspace, odd: OddRegistry, far: OddRegistry
) -> None:
    manifest = offer(odd, mine, noise(1000), noise(2000))
    copy(other, f"{odd.host}/team/kit:v1", f"{far.host}/prod/kit", recursive=True)
    puts = [one.path for one in far.asked("PUT")]
    assert puts[-1].endswith("/manifests/v1")
    assert puts[-2].endswith(f"/manifests/{manifest.digest}")
    assert all("/blobs/uploads/" in path for path in puts[:-2])


def test_a_source_that_breaks_is_mended_unnoticed_by_the_target(
    mine: Workspace, other: Workspace, odd: OddRegistry, prod: RegistryServer
) -> None:
    content = noise(3 * MIB)
    manifest = offer(odd, mine, content)
    layer = f"/blobs/{digest_of(content)}"
    odd.rules += [
        Rule("GET", layer, truncate=MIB),
        Rule("GET", layer, truncate=MIB),
    ]
    copy(other, f"{odd.host}/team/kit:v1", f"{prod.host}/mended/kit")
    assert [one.headers.get("range", "").partition("-")[0] for one in odd.asked("GET", layer)] == [
        "",
        f"bytes={MIB}",
        f"bytes={2 * MIB}",
    ]
    assert digest_of(manifest_at(prod, "mended/kit", "v1")) == manifest.digest
    assert asked(prod, "mended/kit").count("POST 202") == 2
    assert asked(prod, "mended/kit").count("PUT 201") == 2


def test_wrong_bytes_of_the_source_are_read_once_more(
    mine: Workspace, other: Workspace, odd: OddRegistry, prod: RegistryServer
) -> None:
    content = noise(2 * MIB)
    offer(odd, mine, content)
    odd.rules.append(Rule("GET", f"/blobs/{digest_of(content)}", flip=MIB))
    seen: list[Progress] = []
    work = CopyWork(f"{odd.host}/team/kit:v1", f"{prod.host}/wrong/kit")
    copy_kit(work, other.tools, report=seen.append)
    assert seen[-1].done == seen[-1].total
    assert any(later.done < earlier.done for earlier, later in pairwise(seen))
    assert digest_of(content) in prod.blobs()


def test_bytes_that_stay_wrong_never_become_a_blob(
    mine: Workspace, other: Workspace, odd: OddRegistry, prod: RegistryServer
) -> None:
    content = noise(2 * MIB, seed=7)
    offer(odd, mine, content)
    odd.rules.append(Rule("GET", f"/blobs/{digest_of(content)}", times=None, flip=MIB))
    with pytest.raises(errors.DigestMismatch):
        copy(other, f"{odd.host}/team/kit:v1", f"{prod.host}/stays/kit")
    assert digest_of(content) not in prod.blobs()
    assert manifest_at(prod, "stays/kit", "v1") == b""


def test_a_lost_blob_at_the_source(
    mine: Workspace, other: Workspace, odd: OddRegistry, prod: RegistryServer
) -> None:
    content = noise(1000, seed=8)
    offer(odd, mine, content)
    del odd.blobs[digest_of(content)]
    with pytest.raises(errors.RemoteBlobNotFound):
        copy(other, f"{odd.host}/team/kit:v1", f"{prod.host}/lost/kit")
    assert manifest_at(prod, "lost/kit", "v1") == b""


def test_a_target_that_says_it_has_what_it_has_not(
    mine: Workspace, other: Workspace, odd: OddRegistry
) -> None:
    content = noise(1000, seed=9)
    offer(odd, mine, content)
    odd.rules.append(Rule("HEAD", f"/prod/kit/blobs/{digest_of(content)}", times=None, status=404))
    with pytest.raises(errors.RemoteBlobNotFound):
        copy(other, f"{odd.host}/team/kit:v1", f"{odd.host}/prod/kit")
    assert "prod/kit:v1" not in odd.tags


def test_reading_back(mine: Workspace, other: Workspace, odd: OddRegistry) -> None:
    content = noise(2 * MIB)
    offer(odd, mine, content)
    source, target = f"{odd.host}/team/kit:v1", f"{odd.host}/prod/kit"
    at_target = f"/prod/kit/blobs/{digest_of(content)}"
    damaged = Rule("GET", at_target, times=None, flip=MIB)
    odd.rules.append(damaged)
    with pytest.raises(errors.DigestMismatch):
        copy(other, source, target, verify=True)
    assert "prod/kit:v1" not in odd.tags
    odd.rules.clear()
    seen: list[Progress] = []
    copied = copy_kit(CopyWork(source, target, verify=True), other.tools, report=seen.append)
    assert copied.verified
    assert odd.count("GET", at_target) == 3
    assert seen[-1].done == seen[-1].total
    assert any(progress.detail.startswith("Reading back ") for progress in seen)
    copy(other, source, target)
    assert odd.count("GET", at_target) == 3, "only when it is asked for"


def test_cancelled_within_a_second_and_gone_on_with(
    mine: Workspace, other: Workspace, odd: OddRegistry, far: OddRegistry
) -> None:
    contents = noise(MIB), noise(MIB, seed=2)
    offer(odd, mine, *contents)
    stalls = Rule("GET", digest_of(contents[1]), times=None, stall=1000)
    odd.rules.append(stalls)
    work = CopyWork(f"{odd.host}/team/kit:v1", f"{far.host}/prod/kit:v1")
    job = other.jobs.submit(work)
    until(lambda: stalls.met and digest_of(contents[0]) in far.blobs, "one layer to be there")
    until(lambda: far.count("PUT", "/uploads/") == 2, "the other to be on its way")
    began = time.monotonic()
    other.jobs.cancel(job)
    assert job.wait(5)
    assert time.monotonic() - began < 1
    assert job.state is JobState.CANCELLED
    until(lambda: not far.uploads, "the upload to be deleted")
    assert "prod/kit:v1" not in far.tags
    odd.rules.clear()
    copied = copy_kit(work, other.tools)
    assert copied.copied.blobs_skipped == 1
    assert copied.copied.blobs_sent == 2
    assert odd.count("GET", digest_of(contents[0])) == 1


def test_what_the_target_got_of_a_layer_is_not_sent_again(
    mine: Workspace, other: Workspace, odd: OddRegistry, far: OddRegistry
) -> None:
    """A copy goes on inside a layer after the program was ended, and reads on inside it."""
    content = noise(4 * MIB)
    offer(odd, mine, content)
    other.abilities.put(far.host, CHUNK, str(MIB))
    layer = f"/blobs/{digest_of(content)}"
    odd.rules.append(Rule("GET", layer, times=None, stall=2 * MIB + 1000))
    token = CancelToken()
    work = CopyWork(f"{odd.host}/team/kit:v1", f"{far.host}/prod/kit:v1")
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(copy_kit, work, other.tools, token=token)
        until(lambda: far.count("PATCH") == 3, "the third chunk to be on its way")
        token.cancel(keep=True)
        assert isinstance(first.exception(timeout=5), Cancelled)
    odd.rules.clear()
    copy(other, f"{odd.host}/team/kit:v1", f"{far.host}/prod/kit:v1")
    starts = [int(one.headers["content-range"].partition("-")[0]) for one in far.asked("PATCH")]
    assert starts.count(0) == starts.count(MIB) == 1
    assert far.tags["prod/kit:v1"]
    (again,) = odd.asked("GET", layer)[1:]
    assert int(again.headers["range"].removeprefix("bytes=").partition("-")[0]) >= 2 * MIB


def test_the_job_can_be_made_again(mine: Workspace, dev: RegistryServer, prod: RegistryServer) -> None:
    source, target = f"{dev.host}/job/churn:v1", f"{prod.host}/job/churn:v1"
    digest = pushed(mine, source).digest
    work = CopyWork(source, target, "", recursive=True, verify=True, parallel=2)
    assert restore("copy", json.loads(json.dumps(work.parameters()))) == work
    job = mine.jobs.submit(work)
    assert job.wait(60)
    assert job.result is not None
    assert job.result.summary == f"Copied {target}"
    assert job.result.details["digest"] == digest
    assert job.title == f"Copy {source} to {target}"


def test_an_index_comes_with_what_it_lists(
    mine: Workspace, other: Workspace, dev: RegistryServer, prod: RegistryServer
) -> None:
    """Not only ModelKits are copied."""
    child = pushed(mine, f"{dev.host}/many/churn:v1")
    content = json.dumps(
        {"schemaVersion": 2, "mediaType": INDEX_TYPE, "manifests": [child.to_json()]}
    ).encode()
    with dev.session("many/churn") as session:
        put_manifest(session, dev.origin, "many/churn", "all", INDEX_TYPE, content)
    copy(other, f"{dev.host}/many/churn:all", f"{prod.host}/many/churn")
    assert manifest_at(prod, "many/churn", "all") == content
    assert digest_of(manifest_at(prod, "many/churn", child.digest)) == child.digest


def test_what_the_kit_builds_on_is_told(
    mine: Workspace, dev: RegistryServer, prod: RegistryServer, tmp_path: Path
) -> None:
    base = f"{dev.host}/builds/base:v1"
    pushed(mine, base)
    folder = tmp_path / "child"
    folder.mkdir()
    (folder / "a.md").write_text("a")
    (folder / "Kitfile").write_text(f"manifestVersion: 1.0.0\nmodel:\n  path: {base}\ndocs:\n- path: a.md\n")
    source = f"{dev.host}/builds/child:v1"
    pack_folder(PackWork(folder, source), mine.tools)
    push_kit(PushWork(source), mine.tools)
    assert copy(mine, source, f"{prod.host}/builds/child").details()["parent"] == base
    assert copy(mine, base, f"{prod.host}/builds/base").parent == ""


# -- what refers to a kit


def test_signatures_come_along(
    mine: Workspace, other: Workspace, dev: RegistryServer, prod: RegistryServer
) -> None:
    """By the tag schema and by cosign's tags, and what refers to them; the target lists nothing by itself."""
    path = "signed/churn"
    source, target = f"{dev.host}/{path}:v1", f"{prod.host}/{path}:v1"
    kit = pushed(mine, source)
    components = attach(dev, path, kit, COMPONENTS, b"components")
    signature = attach(dev, path, components, SIGNATURE, b"signature of the components")
    list_under_tag(dev, path, kit, [components])
    list_under_tag(dev, path, components, [signature])
    cosign = sign_as_cosign(dev, path, kit, b"signature of the kit")
    assert copy(other, source, target).referrers == ()
    assert manifest_at(prod, path, components.digest) == b""
    copied = copy(other, source, target, recursive=True)
    assert copied.missing == ()
    assert {one.referrer.descriptor.digest for one in copied.referrers} == {
        components.digest,
        signature.digest,
        cosign.digest,
    }
    assert copied.result().summary == f"Copied {target}"
    with reaching(prod, path) as repository:
        found = repository.referrers(kit)
        assert {(one.descriptor.digest, one.artifact_type, one.how) for one in found} == {
            (components.digest, COMPONENTS, "tag-schema"),
            (cosign.digest, "application/vnd.dev.cosign.artifact.sig.v1+json", "cosign-tag"),
        }
        (again,) = repository.referrers(components)
        assert again.descriptor.digest == signature.digest
        assert again.descriptor.annotation("made") == "for a test"
    for one in (components, signature, cosign):
        assert manifest_at(prod, path, one.digest) == manifest_at(dev, path, one.digest)
    indexes = prod.count("PUT", rf"/{path}/manifests/sha256-[0-9a-f]+$")
    copy(other, source, target, recursive=True)
    assert prod.count("PUT", rf"/{path}/manifests/sha256-[0-9a-f]+$") == indexes == 2


def test_to_a_registry_that_lists_by_itself(
    mine: Workspace, open_computer: OpenComputer, dev: RegistryServer
) -> None:
    path = "listing/churn"
    kit = pushed(mine, f"{dev.host}/{path}:v1")
    signature = attach(dev, path, kit, SIGNATURE, b"signature")
    list_under_tag(dev, path, kit, [signature])
    with ReferringRegistry() as listing:
        theirs = open_computer("theirs", listing.host)
        copy(theirs, f"{dev.host}/{path}:v1", f"{listing.host}/{path}", recursive=True)
        assert set(listing.tags) == {f"{path}:v1"}
        with reaching(listing, path) as repository:
            assert [one.how for one in repository.referrers(kit)] == ["api"]
        back = copy(theirs, f"{listing.host}/{path}:v1", f"{dev.host}/back/churn", recursive=True)
    assert [one.referrer.descriptor.digest for one in back.referrers] == [signature.digest]
    assert manifest_at(dev, "back/churn", f"sha256-{hex_of(kit.digest)}") != b""


def test_a_signature_that_cannot_be_had_is_told_apart(
    mine: Workspace, open_computer: OpenComputer, prod: RegistryServer
) -> None:
    with ReferringRegistry() as source:
        kit = offer(source, mine, b"layer")
        good = source.add_referrer("team/kit", kit, COMPONENTS, b"good")
        lost = source.add_referrer("team/kit", kit, SIGNATURE, b"lost")
        del source.blobs[digest_of(b"lost")]
        theirs = open_computer("theirs", source.host)
        job = theirs.jobs.submit(
            CopyWork(f"{source.host}/team/kit:v1", f"{prod.host}/partly/kit:v1", recursive=True)
        )
        assert job.wait(60)
    assert job.state is JobState.DONE
    assert job.result is not None
    assert job.result.summary == f"Copied {prod.host}/partly/kit:v1, 1 signature missing"
    (missing,) = job.result.details["missing"]
    assert (missing["digest"], missing["artifact_type"]) == (lost.digest, SIGNATURE)
    assert [one["digest"] for one in job.result.details["referrers"]] == [good.digest]
    assert digest_of(manifest_at(prod, "partly/kit", "v1")) == kit.digest
    assert manifest_at(prod, "partly/kit", lost.digest) == b""


def test_signatures_of_the_target_are_not_thrown_away(
    mine: Workspace, other: Workspace, dev: RegistryServer, prod: RegistryServer
) -> None:
    path = "kept/churn"
    source, target = f"{dev.host}/{path}:v1", f"{prod.host}/{path}:v1"
    kit = pushed(mine, source)
    sign_as_cosign(dev, path, kit, b"theirs")
    copy(other, source, target)
    ours = sign_as_cosign(prod, path, kit, b"ours")
    copied = copy(other, source, target, recursive=True)
    (missing,) = copied.missing
    assert isinstance(missing.error, errors.TagMoved)
    assert copied.result().summary.endswith("1 signature missing")
    assert digest_of(manifest_at(prod, path, f"sha256-{hex_of(kit.digest)}.sig")) == ours.digest


def test_referrers_that_go_round(mine: Workspace, open_computer: OpenComputer) -> None:
    """A registry that lists a kit among what refers to itself, and a signature for everything."""
    with OddRegistry() as source:
        kit = offer(source, mine, b"layer")
        entries = [kit.to_json(), Descriptor(MANIFEST_TYPE, digest_of(b"?"), 1).to_json()]
        body = json.dumps({"schemaVersion": 2, "manifests": entries}).encode()
        headers = {"Content-Type": INDEX_TYPE}
        source.rules.append(Rule("GET", "/referrers/", times=None, status=200, headers=headers, body=body))
        theirs = open_computer("theirs", source.host)
        copied = copy(theirs, f"{source.host}/team/kit:v1", f"{source.host}/prod/kit", recursive=True)
    assert copied.referrers == ()
    assert [one.digest for one in copied.missing] == [digest_of(b"?")]
