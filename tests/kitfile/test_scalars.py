"""Plain scalars below `parameters`, each as Go's yaml.v3 takes it."""

from __future__ import annotations

import pytest

from kitops_desktop.kitfile.scalars import ScalarError, resolve

SCALARS = {
    "true": True,
    "False": False,
    "yes": "yes",
    "off": "off",
    "~": None,
    "Null": None,
    "nULL": "nULL",
    "": None,
    "0": 0,
    "-0": 0,
    "+5": 5,
    "017": 15,
    "08": 8.0,
    "0o17": 15,
    "0O17": 15,
    "0x1F": 31,
    "0Xf": 15,
    "-0x10": -16,
    "0b101": 5,
    "0b102": "0b102",
    "0x": "0x",
    "1_000": 1000,
    "0_": 0,
    "_1": "_1",
    "9223372036854775807": 2**63 - 1,
    "9223372036854775808": 2**63,
    "18446744073709551615": 2**64 - 1,
    "18446744073709551616": 2.0**64,
    "-9223372036854775808": -(2**63),
    "-9223372036854775809": -(2.0**63),
    "0x1FFFFFFFFFFFFFFFF": "0x1FFFFFFFFFFFFFFFF",
    "1.5": 1.5,
    ".5": 0.5,
    ".5_1": 0.51,
    "._5": "._5",
    "5.": 5.0,
    "1e3": 1000.0,
    "1E+3": 1000.0,
    "1.e3": 1000.0,
    "1e999": "1e999",
    "e3": "e3",
    "1.2.3": "1.2.3",
    ".": ".",
    "NaN": "NaN",
    "inf": "inf",
    "190:20:30": "190:20:30",
    "2024-01-02": "2024-01-02T00:00:00Z",
    "2024-1-2": "2024-01-02T00:00:00Z",
    "2024-02-30": "2024-02-30",
    "2023-02-29": "2023-02-29",
    "2000-02-29": "2000-02-29T00:00:00Z",
    "2024-01-02T03:04:05Z": "2024-01-02T03:04:05Z",
    "2024-01-02 03:04:05.500": "2024-01-02T03:04:05.5Z",
    "2024-01-02 03:04:05Z": "2024-01-02 03:04:05Z",
    "2024-01-02T03:04:05": "2024-01-02T03:04:05",
    "2024-01-02t3:4:5.1234567891+05:30": "2024-01-02T03:04:05.123456789+05:30",
    "2024-01-02T03:04:05-00:00": "2024-01-02T03:04:05Z",
    "2024-01-02T24:00:00Z": "2024-01-02T24:00:00Z",
    "2024-01-02 03:04": "2024-01-02 03:04",
    "<<": "<<",
    "=": "=",
}


@pytest.mark.parametrize(("text", "value"), SCALARS.items())
def test_plain(text: str, value: object) -> None:
    found = resolve(text)[1]
    assert (type(found), found) == (type(value), value)


def test_not_a_number_and_infinity() -> None:
    assert str(resolve(".nan")[1]) == "nan"
    assert [resolve(text)[1] for text in (".inf", "+.Inf", "-.INF")] == [
        float("inf"),
        float("inf"),
        -float("inf"),
    ]


@pytest.mark.parametrize(
    ("tag", "text", "value"),
    [
        ("!!str", "12", "12"),
        ("!!float", "3", 3.0),
        ("!!int", "3", 3),
        ("!custom", "3", "3"),
        ("tag:yaml.org,2002:str", "1", "1"),
    ],
)
def test_explicit_tags(tag: str, text: str, value: object) -> None:
    found = resolve(text, tag)[1]
    assert (type(found), found) == (type(value), value)


@pytest.mark.parametrize(
    ("tag", "text"),
    [("!!int", "x"), ("!!int", "1.5"), ("!!bool", "yes"), ("!!null", "x"), ("!!timestamp", "1")],
)
def test_explicit_tags_that_do_not_fit(tag: str, text: str) -> None:
    with pytest.raises(ScalarError, match=f"cannot decode !!.* `{text}` as a {tag}"):
        resolve(text, tag)
