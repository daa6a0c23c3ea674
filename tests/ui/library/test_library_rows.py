"""Grouping, sums and filtering of what is in the store."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from kitops_desktop.store.local_store import LocalStore
from kitops_desktop.ui.library import library_texts
from kitops_desktop.ui.library.library_rows import (
    RepositoryRow,
    filter_terms,
    matches,
    repository_rows,
    totals,
)

GoldenStore = Callable[..., Path]


def rows_of(home: Path) -> tuple[RepositoryRow, ...]:
    return repository_rows(LocalStore(home).listing())


def test_groups_by_repository_with_names_as_kit_shows_them(golden_store: GoldenStore) -> None:
    rows = rows_of(golden_store("06-tags-shared"))
    assert [row.title for row in rows] == ["(unnamed)", "team/shared", "reg.example.com:5000/x/y"]


def test_kits_without_tag_are_shown_with_their_digest(golden_store: GoldenStore) -> None:
    rows = rows_of(golden_store("06-tags-shared"))
    (unnamed,) = rows[0].kits
    assert unnamed.title == "<none>"
    assert str(unnamed.reference).endswith(unnamed.kit.descriptor.digest)
    assert len(unnamed.short_digest) == 12


def test_the_reference_of_a_kit_resolves_to_it(golden_store: GoldenStore) -> None:
    home = golden_store("06-tags-shared")
    store = LocalStore(home)
    for row in (kit for repository in rows_of(home) for kit in repository.kits):
        assert store.resolve(row.reference).digest == row.kit.descriptor.digest
        assert store.resolve(row.by_digest).digest == row.kit.descriptor.digest


def test_sizes_count_a_shared_layer_once(golden_store: GoldenStore) -> None:
    rows = rows_of(golden_store("06-tags-shared"))
    layers = {
        layer.digest: layer.size for row in rows for kit in row.kits for layer in kit.kit.manifest.layers
    }
    assert totals(rows).size == sum(layers.values())
    assert totals(rows).kits == sum(len(row.kits) for row in rows)
    for row in rows:
        assert 0 <= row.unique <= row.size
        assert row.unique + row.shared == row.size


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", True),
        ("ALL", True),
        ("team v1", True),
        ("team v2", False),
        ("dataset", True),
        ("sha256:", True),
        ("nobody", False),
    ],
)
def test_every_word_of_the_filter_has_to_occur(golden_store: GoldenStore, text: str, found: bool) -> None:
    ((row,),) = [row.kits for row in rows_of(golden_store("01-all-sections"))]
    assert matches(row, filter_terms(text)) is found


def test_contents_are_named_by_kind(golden_store: GoldenStore) -> None:
    ((row,),) = [row.kits for row in rows_of(golden_store("01-all-sections"))]
    assert library_texts.contents(row) == "Model, Dataset, Code, Docs"


def test_a_damaged_manifest_hides_nothing_else(golden_store: GoldenStore) -> None:
    home = golden_store("06-tags-shared")
    whole = rows_of(home)
    lost = whole[1].kits[0]
    LocalStore(home).blob_path(lost.kit.descriptor.digest).write_bytes(b"{}")
    listing = LocalStore(home).listing()
    left = {kit.key for row in repository_rows(listing) for kit in row.kits}
    assert left == {kit.key for row in whole for kit in row.kits} - {
        kit.key for row in whole for kit in row.kits if kit.key[1] == lost.key[1]
    }
    assert any(lost.kit.descriptor.digest == damage.digest for damage in listing.damage)
