"""JSON that somebody else wrote is set in lines, and nothing of it is changed."""

from __future__ import annotations

import json

import pytest

from kitops_desktop.formats.json_layout import indented


@pytest.mark.parametrize(
    "value",
    [
        {},
        [],
        "text",
        7,
        {"a": [1, {"b": []}, [[]], {}], "c": {"d": None, 'e"\\': "x, {y}: [z]"}},
        [{"é": "\t\n"}, True, 1.5],
    ],
)
def test_it_looks_as_the_standard_library_sets_it(value: object) -> None:
    written = json.dumps(value, indent=2, ensure_ascii=False)
    assert indented(json.dumps(value, ensure_ascii=False)) == written
    assert indented(written) == written


@pytest.mark.parametrize(
    "text",
    ['{"a":1,"a":2}', "[1e400,1.10,0.00001,-0]", r'["\ud800","\u0041\/","\u202e"]', "[NaN]"],
)
def test_every_value_is_as_it_was_written(text: str) -> None:
    assert "".join(indented(text).split()) == text


@pytest.mark.parametrize("text", ["", "{", '{"a":}', "[1,]", "nothing", '"open'])
def test_what_is_no_json_is_none(text: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        indented(text)


def test_what_would_become_huge_is_left_as_it_is() -> None:
    assert len(indented("[" * 100 + "]" * 100)) < 20_000
    with pytest.raises(ValueError, match="too long"):
        indented("[" * 100 + "1," * 50_000 + "1" + "]" * 100)
