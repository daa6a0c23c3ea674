"""A Kitfile as cards."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from kitops_desktop.kitfile.kitfile import FreeData, Parameters
from kitops_desktop.modelkit.inspect import ModelKit, load_kit
from kitops_desktop.oci.reference import parse_reference
from kitops_desktop.store.local_store import LocalStore
from kitops_desktop.ui.library.overview import MAX_PARAMETERS, parameter_rows, sections


def kit_of(home: Path, text: str) -> ModelKit:
    store = LocalStore(home)
    return load_kit(store, store.resolve(parse_reference(text)))


def test_every_entry_is_a_card_with_its_layer(golden_store: Callable[..., Path]) -> None:
    kit = kit_of(golden_store("01-all-sections"), "reg.example.com/team/all:v1")
    shown = sections(kit)
    assert [section.title for section in shown] == ["Package", "Model", "Datasets", "Code", "Docs"]
    layers = [card.layer for section in shown for card in section.cards if card.layer is not None]
    assert {layer.index for layer in layers} == {layer.index for layer in kit.layers}
    assert all(card.title for section in shown for card in section.cards)


def test_an_empty_kitfile_has_no_cards(golden_store: Callable[..., Path]) -> None:
    home = golden_store("09-empty")
    (kit, *_) = LocalStore(home).listing().kits
    loaded = load_kit(LocalStore(home), kit.descriptor)
    assert all(section.cards for section in sections(loaded))


@pytest.mark.parametrize(
    ("value", "rows"),
    [
        (
            {"lr": 0.1, "deep": {"a": True, "b": None}},
            [("lr", "0.1"), ("deep.a", "true"), ("deep.b", "null")],
        ),
        ({"steps": [1, 2, 3]}, [("steps", "1, 2, 3")]),
        ({"runs": [{"id": 1}, {"id": 2}]}, [("runs[0].id", "1"), ("runs[1].id", "2")]),
        ({"none": {}, "empty": []}, [("none", "{}"), ("empty", "[]")]),
        ("free text", [("", "free text")]),
        ({7: "seven"}, [("7", "seven")]),
    ],
)
def test_parameters_are_rows_with_the_way_to_each(value: FreeData, rows: list[tuple[str, str]]) -> None:
    assert list(parameter_rows(Parameters(value))) == rows


def test_too_many_parameters_are_cut_and_say_so() -> None:
    rows = parameter_rows(Parameters({str(number): number for number in range(MAX_PARAMETERS + 10)}))
    assert len(rows) == MAX_PARAMETERS + 1
    assert "Kitfile" in rows[-1][1]


def test_texts_of_megabytes_are_cut_off(golden_store: Callable[..., Path]) -> None:
    kit = kit_of(golden_store("01-all-sections"), "reg.example.com/team/all:v1")
    package = replace(kit.kitfile.package, name="n" * 2_000_000, authors=("a",) * 500_000)
    (section, *_) = sections(replace(kit, kitfile=replace(kit.kitfile, package=package)))
    (card,) = section.cards
    assert card.title.endswith("… (more in the Kitfile)")
    assert all(len(text) < 5_000 for text in (card.title, *(value for _, value in card.fields)))
