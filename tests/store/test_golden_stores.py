"""Stores written by the real `kit`: read, and changed as `kit` changes them."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from kitops_desktop.oci.reference import parse_reference
from kitops_desktop.store.layout import Layout
from kitops_desktop.store.local_store import LocalStore
from support.kit_commands import cases, expected
from support.stored_kits import broken_rules, rows, write_kit

SHARED_CASE = "06-tags-shared"
V1 = "sha256:065ce2bcd5a9781037f19c46407722058caa1e4e13227d85a30a02b034c5bcb2"
V2 = "sha256:ec4c700d695eeadef51c8837df81aae1f11a19690e8b47909cc1ecd9e34e3e04"
V3 = "sha256:0ed09e632d5f99fb19cc4f27d879b5223fad517901bcbf957929bc3470681413"
V4 = "sha256:4c4da4a35ce851e6377aaae00b443db04194fa0246881edf8431ebfa1eb9b00c"
MODEL_SIZE, CODE_SIZE = 5632, 2048


@pytest.fixture
def open_golden(golden: Path, tmp_path: Path) -> Callable[..., LocalStore]:
    def open_case(case: str = SHARED_CASE) -> LocalStore:
        home = tmp_path / case
        shutil.copytree(golden / case / "storage", home / "storage")
        return LocalStore(home)

    return open_case


def index_files(home: Path) -> dict[str, object]:
    """Index and tags files by name, ``index.json`` as a set since `kit` writes it in random order."""
    found: dict[str, object] = {}
    for path in (home / "storage").glob("*.json"):
        content = path.read_text()
        found[path.name] = content
        if path.name == "index.json":
            found[path.name] = {entry["digest"] for entry in json.loads(content)["manifests"] or []}
    return found


def blobs(home: Path) -> set[str]:
    return {path.name for path in (home / "storage" / "blobs" / "sha256").iterdir()}


@pytest.mark.parametrize("case", cases())
def test_listing(case: str, open_golden: Callable[..., LocalStore]) -> None:
    """The rows, their order and all they say are those of `kit list`."""
    store = open_golden(case)
    listing = store.listing()
    assert listing.damage == ()
    found = [(kit.repository, kit.tags, kit.descriptor.digest, kit.descriptor.size) for kit in listing.kits]
    kits = sorted(expected(case)["modelkits"], key=lambda kit: (kit["repo"], kit["manifest_digest"]))
    assert found == [
        (kit["repo"], tuple(kit["tags"]), kit["manifest_digest"], kit["manifest_size"]) for kit in kits
    ]
    for kit, wanted in zip(listing.kits, kits, strict=True):
        config = json.loads(wanted["config_bytes_utf8"])
        package = config.get("package", {})
        assert kit.kitfile_name == package.get("name", "")
        assert kit.author == (package.get("authors") or [""])[0]
        assert kit.size == sum(layer["size"] for layer in wanted["layers"])


@pytest.mark.parametrize("case", cases())
def test_everything_verifies(case: str, open_golden: Callable[..., LocalStore]) -> None:
    store = open_golden(case)
    report = store.verify()
    assert report.damage == ()
    assert report.checked == len(blobs(store.home))
    assert store.plan_prune().frees == 0


def test_reading_changes_nothing(open_golden: Callable[..., LocalStore]) -> None:
    store = open_golden()
    store.listing()
    store.verify()
    store.disk_use()
    store.resolve(parse_reference("team/shared:v1"))
    store.plan_removal([parse_reference("team/shared:v1")])
    store.stamp()
    assert [path.name for path in store.home.iterdir()] == ["storage"]


def test_names_and_shared_bytes_of_all_repositories(open_golden: Callable[..., LocalStore]) -> None:
    """v1 and v4 are in two repositories each; only v2 and v3 have a layer of their own."""
    kits = {(kit.repository, kit.descriptor.digest): kit for kit in open_golden().listing().kits}
    unique = {key: kit.unique for key, kit in kits.items()}
    assert unique == {
        ("localhost/_", V4): 0,
        ("localhost/team/shared", V1): 0,
        ("localhost/team/shared", V2): CODE_SIZE,
        ("localhost/team/shared", V3): CODE_SIZE,
        ("localhost/team/shared", V4): 0,
        ("reg.example.com:5000/x/y", V1): 0,
    }
    assert all(kit.unique + kit.shared == MODEL_SIZE + CODE_SIZE for kit in kits.values())
    assert kits["localhost/_", V4].kinds == ("model", "code")


def test_tagging_in_the_repository_touches_its_tags_only(open_golden: Callable[..., LocalStore]) -> None:
    store = open_golden()
    before = index_files(store.home)
    store.tag(parse_reference("team/shared:v1"), parse_reference("team/shared:again"))
    after = index_files(store.home)
    tags = Layout(store.home).repository_tags("localhost/team/shared").name
    changed = {name for name in after if after[name] != before.get(name)}
    assert changed == {tags}
    described = json.loads(str(before[tags]))
    described["again"] = described["v1"]
    assert after[tags] == json.dumps(dict(sorted(described.items())), separators=(",", ":"))


def test_tagging_into_another_repository(open_golden: Callable[..., LocalStore]) -> None:
    store = open_golden()
    before, blobs_before = index_files(store.home), blobs(store.home)
    store.tag(parse_reference("team/shared:v2"), parse_reference("new/name:1"))
    after = index_files(store.home)
    layout = Layout(store.home)
    descriptor = f'{{"mediaType":"application/vnd.oci.image.manifest.v1+json","digest":"{V2}","size":566}}'
    assert after.pop(layout.repository_index("localhost/new/name").name) == (
        f'{{"schemaVersion":2,"manifests":[{descriptor}]}}'
    )
    assert after.pop(layout.repository_tags("localhost/new/name").name) == f'{{"1":{descriptor}}}'
    assert after == before
    assert blobs(store.home) == blobs_before


def test_a_moved_tag_leaves_its_kit_untagged(open_golden: Callable[..., LocalStore]) -> None:
    store = open_golden()
    store.tag(parse_reference("team/shared:v2"), parse_reference("team/shared:v1"))
    assert ("localhost/team/shared", "", V1) in rows(store)
    assert store.resolve(parse_reference("team/shared:v1")).digest == V2


def test_removing_all_by_tag_and_digest_leaves_what_kit_would(open_golden: Callable[..., LocalStore]) -> None:
    """One after another, each with the bytes it frees and the blobs that stay because others need them."""
    store = open_golden()
    store.remove([parse_reference("team/shared:stable")])
    assert ("localhost/team/shared", "v2", V2) in rows(store), "only untagged"
    in_one_of_two = parse_reference("team/shared:v1")
    assert store.plan_removal([in_one_of_two]).frees == 0
    assert store.remove([in_one_of_two]).freed == 0
    assert ("reg.example.com:5000/x/y", "1.0", V1) in rows(store)
    assert V1.removeprefix("sha256:") in blobs(store.home)

    both = [parse_reference(f"team/shared:{tag}") for tag in ("v2", "prod")]
    plan = store.plan_removal(both)
    own = CODE_SIZE + 461 + 566
    assert plan.frees == own
    assert [str(reference) for reference in plan.manifests] == [f"localhost/team/shared@{V2}"]
    assert store.remove(both).freed == own

    store.remove([parse_reference(f"team/shared@{V3}")])
    store.remove([parse_reference("team/shared:tmp")])
    layout = Layout(store.home)
    assert not layout.repository_index("localhost/team/shared").exists(), "empty files are removed"
    assert not layout.repository_tags("localhost/team/shared").exists()
    assert index_files(store.home)["index.json"] == {V1, V4}
    assert broken_rules(store.home) == []
    store.remove([parse_reference(V4), parse_reference("reg.example.com:5000/x/y:1.0")])
    assert sorted(path.name for path in layout.storage.iterdir()) == ["blobs", "index.json", "oci-layout"]
    assert '"manifests":null' in layout.shared_index.read_text()
    assert blobs(store.home) == set()


def test_removing_in_any_order_can_be_undone(open_golden: Callable[..., LocalStore]) -> None:
    store = open_golden()
    before, blobs_before = rows(store), blobs(store.home)
    removals = [
        store.remove([parse_reference(text)], force=True).id
        for text in ("team/shared:v1", "team/shared:prod", "reg.example.com:5000/x/y:1.0", V4)
    ]
    removals.append(store.remove_all(force=True).id)
    assert rows(store) == set()
    for removal in removals:
        store.restore(removal)
    assert rows(store) == before
    assert blobs(store.home) == blobs_before
    assert broken_rules(store.home) == []
    assert store.trash() == ()


def test_remove_all_takes_what_has_no_tag(open_golden: Callable[..., LocalStore]) -> None:
    store = open_golden()
    plan = store.plan_remove_all()
    assert {reference.short for reference in plan.manifests} == {V4, f"team/shared@{V3}"}
    assert store.remove_all().freed == plan.frees == CODE_SIZE + 461 + 566
    assert {tag for _, tag, _ in rows(store)} == {"v1", "v2", "stable", "prod", "tmp", "1.0"}


@pytest.mark.parametrize("case", cases())
def test_packing_into_it(case: str, open_golden: Callable[..., LocalStore]) -> None:
    store = open_golden(case)
    before = rows(store)
    repository, tag, _ = sorted(before)[0]
    manifest = write_kit(store, b"layer")
    store.add_manifest(repository, manifest, [tag or "new"])
    listed = json.loads(Layout(store.home).repository_index(repository).read_bytes())["manifests"]
    assert listed[-1]["digest"] == manifest.digest, "at the end, as kit"
    assert (repository, tag or "new", manifest.digest) in rows(store)
    assert {digest for _, _, digest in rows(store)} == {digest for *_, digest in before} | {manifest.digest}
    assert broken_rules(store.home) == []
