"""Two kits side by side, from a store that kit wrote."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from kitops_desktop.compare.compare import compare_kits
from kitops_desktop.jobs.background import Background
from kitops_desktop.modelkit.inspect import ModelKit, load_kit
from kitops_desktop.oci.reference import parse_reference
from kitops_desktop.store.local_store import LocalStore
from kitops_desktop.ui.compare.change_model import ChangeColumn, ChangeModel
from kitops_desktop.ui.compare.compare_page import ComparePage
from kitops_desktop.ui.compare.comparison_rows import Standing, kitfile_rows, layer_rows, side_text, summary
from kitops_desktop.ui.library.kit_source import StoredKitSource

GoldenStore = Callable[..., Path]


@pytest.fixture
def home(golden_store: GoldenStore) -> Path:
    return golden_store("06-tags-shared")


@pytest.fixture
def page(qtbot: QtBot) -> Iterator[ComparePage]:
    background = Background()
    page = ComparePage(background, None)
    qtbot.addWidget(page)
    page.show()
    yield page
    background.close()


def kit(home: Path, text: str) -> ModelKit:
    store = LocalStore(home)
    return load_kit(store, store.resolve(parse_reference(text)), text)


def source(home: Path, text: str) -> StoredKitSource:
    return StoredKitSource(lambda: LocalStore(home), parse_reference(text))


def test_layers_stand_on_their_sides(home: Path) -> None:
    left, right = kit(home, "team/shared:v1"), kit(home, "team/shared:v2")
    rows = layer_rows(compare_kits(left, right), left, right)
    of_left = {layer.digest for layer in left.manifest.layers}
    of_right = {layer.digest for layer in right.manifest.layers}
    count = {standing: sum(row.standing is standing for row in rows) for standing in Standing}
    assert count[Standing.LEFT] == len(of_left - of_right)
    assert count[Standing.RIGHT] == len(of_right - of_left)
    assert count[Standing.SAME] == len(of_left & of_right) > 0
    assert all(row.left == "-" for row in rows if row.standing is Standing.RIGHT)


def test_a_kit_is_identical_with_itself(home: Path) -> None:
    same = kit(home, "team/shared:v2")
    comparison = compare_kits(same, kit(home, "team/shared:prod"))
    assert summary(comparison) == (("Identical", "success"),)
    assert kitfile_rows(comparison) == ()
    assert side_text(same, comparison.only_a).endswith("all of it shared")


def test_different_kits_say_in_what(home: Path) -> None:
    comparison = compare_kits(kit(home, "team/shared:v1"), kit(home, "team/shared:v2"))
    words = [text for text, _ in summary(comparison)]
    assert words[0] == "Different"
    assert any("shared" in word for word in words)


def test_the_table_follows_the_rules_of_qt(qtmodeltester: ModelTester, home: Path) -> None:
    left, right = kit(home, "team/shared:v1"), kit(home, "team/shared:v2")
    model = ChangeModel("Layer")
    qtmodeltester.check(model)
    model.show(layer_rows(compare_kits(left, right), left, right), "v1", "v2")
    assert model.rowCount() > 0
    model.show((), "v1", "v2")


def test_the_page_lists_files_when_they_are_looked_at(qtbot: QtBot, page: ComparePage, home: Path) -> None:
    page.show_sources(source(home, "team/shared:v1"), source(home, "team/shared:v2"))
    qtbot.waitUntil(lambda: page.layers.model.rowCount() > 0)
    assert page.files.model.rowCount() == 0
    page.tabs.setCurrentIndex(2)
    qtbot.waitUntil(lambda: page.files.model.rowCount() > 0)
    rows = range(page.files.model.rowCount())
    names = [page.files.model.index(row, ChangeColumn.NAME).data() for row in rows]
    assert names == ["code.py"]


def test_a_kit_that_is_gone_is_said_in_place_of_the_tables(
    qtbot: QtBot, page: ComparePage, home: Path
) -> None:
    page.show_sources(source(home, "team/shared:v1"), source(home, "team/shared:v9"))
    qtbot.waitUntil(lambda: "team/shared:v9" in page.layers.sentence)
