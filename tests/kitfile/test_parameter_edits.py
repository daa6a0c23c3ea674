"""Parameters are edited one by one: numbers stay as typed, names and order change in place."""

from __future__ import annotations

import pytest

from kitops_desktop.errors import KitfileSyntaxError
from kitops_desktop.kitfile.document import KitfileDocument
from kitops_desktop.kitfile.updates import NoSuchField

TEXT = """model:
  path: m
  parameters:
    rate: 1e-5  # small
    share: 0.10
    big: 12345678901234567890
    hex: 0x1F
    long: 1_000
    nested: {lr: 1.50, layers: [1.0, 2e+3]}
"""
MODEL = ("model", "parameters")


def test_one_value_leaves_all_others() -> None:
    document = KitfileDocument(TEXT)
    assert document.with_field((*MODEL, "share"), 2) == TEXT.replace("share: 0.10", "share: 2")
    assert document.with_field((*MODEL, "new"), "x") == TEXT + "    new: x\n"


def test_numbers_stay_as_typed_even_when_the_map_is_written_anew() -> None:
    document = KitfileDocument(TEXT)
    after = document.with_field(MODEL, {**document.value(MODEL), "new": 1})
    for written in ("rate: 1e-5", "share: 0.10", "big: 12345678901234567890", "hex: 0x1F", "long: 1_000"):
        assert written in after
    assert "lr: 1.50" in after
    assert "2e+3" in after


def test_numbers_stay_as_typed_in_json_style() -> None:
    document = KitfileDocument('{"model": {"path": "m", "parameters": {"rate": 1e-5}}}')
    after = document.with_field((*MODEL, "inner"), document.value(MODEL))
    assert '"inner": {"rate": 1e-5}' in after


def test_a_name_changes_in_place() -> None:
    document = KitfileDocument(TEXT)
    assert document.with_renamed((*MODEL, "rate"), "lr") == TEXT.replace("    rate:", "    lr:")
    assert document.with_renamed((*MODEL, "nested", "lr"), "true") == TEXT.replace("{lr:", '{"true":')
    with pytest.raises(NoSuchField):
        document.with_renamed((*MODEL, "rate"), "big")
    with pytest.raises(NoSuchField):
        document.with_renamed((*MODEL, "absent"), "x")
    with pytest.raises(NoSuchField):
        document.with_renamed(("model", "path"), "x")


def test_a_name_of_several_lines_is_written_somehow() -> None:
    after = KitfileDocument(KitfileDocument(TEXT).with_renamed((*MODEL, "rate"), "a\nb"))
    assert after.value((*MODEL, "a\nb")) == 1e-5


def test_order_changes_and_nothing_else() -> None:
    document = KitfileDocument(TEXT)
    after = document.with_pair_moved((*MODEL, "rate"), 1)
    assert after == TEXT.replace(
        "    rate: 1e-5  # small\n    share: 0.10\n", "    share: 0.10\n    rate: 1e-5  # small\n"
    )
    assert document.with_pair_moved((*MODEL, "nested", "layers"), 0) == TEXT.replace(
        "{lr: 1.50, layers: [1.0, 2e+3]}", "{layers: [1.0, 2e+3], lr: 1.50}"
    )
    assert document.with_pair_moved((*MODEL, "rate"), 0) == TEXT
    with pytest.raises(NoSuchField):
        document.with_pair_moved((*MODEL, "rate"), 9)


def test_order_behind_an_alias_cannot_change() -> None:
    text = "model:\n  parameters: &p\n    a: 1\n    b: 2\ndatasets:\n  - path: d\n    parameters: *p\n"
    with pytest.raises(KitfileSyntaxError):
        KitfileDocument(text).with_pair_moved(("datasets", 0, "parameters", "a"), 1)


def test_null_is_a_value() -> None:
    document = KitfileDocument(TEXT)
    assert document.with_null((*MODEL, "rate")) == TEXT.replace("rate: 1e-5", "rate: null")
    assert document.with_null((*MODEL, "none")) == TEXT + "    none: null\n"
