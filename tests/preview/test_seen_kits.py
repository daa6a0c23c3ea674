"""What is remembered of kits that were seen."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from kitops_desktop.kitfile.kitfile import Dataset, Kitfile, Model, Package
from kitops_desktop.modelkit.inspect import load_kit
from kitops_desktop.preview.files import kit_files, listed_paths
from kitops_desktop.preview.seen_kits import facts_of, note_kit, take_history, take_listings
from kitops_desktop.progress import Cancelled, CancelToken
from kitops_desktop.workspace import Workspace, open_workspace


@pytest.fixture
def workspace(home: Path) -> Iterator[Workspace]:
    made = open_workspace()
    yield made
    made.close()


def test_a_kitfile_in_a_few_words() -> None:
    model = Model(name="net", license="MIT", framework="PyTorch", format="safetensors")
    kitfile = Kitfile(package=Package(name="churn\n\x1b[31m"), model=model, datasets=(Dataset(name="tx"),))
    facts = facts_of(kitfile)
    assert (facts.name, facts.licence, facts.framework) == ("churn [31m", "MIT", "PyTorch")
    assert {"safetensors", "tx"} <= set(facts.more)
    assert facts_of(Kitfile()).name == ""
    assert len(facts_of(Kitfile(package=Package(license="x" * 5_000_000))).licence) == 500


def test_files_are_found_once_they_were_listed(workspace: Workspace, home: Path, golden: Path) -> None:
    (home / "kitops").mkdir()
    (home / "kitops" / "storage").symlink_to(golden / "01-all-sections" / "storage")
    store = workspace.store
    (stored, *_) = store.listing().kits
    kit = load_kit(store, stored.descriptor)
    note_kit(workspace.seen, kit)
    workspace.seen.put_tag("one.example", "team/churn", "v1", kit.descriptor.digest)
    assert workspace.seen.search("util.py") == ()
    paths = [found.file.path for found in kit_files(kit, store, cache=workspace.listings)]
    cancelled = CancelToken()
    cancelled.cancel()
    with pytest.raises(Cancelled):
        take_listings(workspace.seen, workspace.listings, cancelled)
    take_listings(workspace.seen, workspace.listings, CancelToken())
    (hit,) = workspace.seen.search("churn util.py")
    assert hit.file in paths
    assert hit.kit.licence == kit.kitfile.package.license


def test_what_was_used_is_taken_over_once(workspace: Workspace) -> None:
    history, tags = workspace.history, workspace.observed_tags
    history.add("one.example/team/churn:v1", "push")
    history.add(f"one.example/team/other@sha256:{'ab' * 32}", "open")
    history.add("not a reference", "open")
    tags.put("one.example/team/churn", "v1", "sha256:1")
    workspace.seen.put_kit("sha256:1", facts_of(Kitfile(package=Package(name="Leavers"))), [])
    take_history(workspace.seen, history, tags)
    assert [hit.place for hit in workspace.seen.search("leavers")] == ["one.example/team/churn:v1"]
    assert [hit.place for hit in workspace.seen.search("other")] == ["one.example/team/other"]
    workspace.seen.put_tag("one.example", "team/churn", "v1", "sha256:2")
    take_history(workspace.seen, history, tags)
    assert workspace.seen.search("leavers") == (), "what is known by now is not undone"


@pytest.mark.parametrize(
    ("content", "paths"),
    [
        (b'[1,"t[[",[["a/b",1,0],["c",2,3]]]', ["a/b", "c"]),
        (b'[1,"t",[]]', []),
        (b'[1,"t",[["a",1],["b"', ["a"]),
        (b"", []),
        (b"\xff[", []),
        (b"[" * 100_000, []),
        (json.dumps({"a": 1}).encode(), []),
        (b'[1,"t",[[],["b"]]]', []),
    ],
)
def test_paths_of_a_listing_that_is_kept(content: bytes, paths: list[str]) -> None:
    assert list(listed_paths(content)) == paths
