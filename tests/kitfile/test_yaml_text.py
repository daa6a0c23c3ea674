"""YAML as `kit` writes it; the strings not among the golden ones."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kitops_desktop.kitfile.kitfile import CodeEntry, DocsEntry, Kitfile, Model, Package, Parameters
from kitops_desktop.kitfile.natural_order import natural_key
from kitops_desktop.kitfile.reading import read_kitfile
from kitops_desktop.kitfile.yaml_text import to_yaml


def written(value: object, exact_integers: bool = True) -> str:
    text = to_yaml(Kitfile(model=Model(parameters=Parameters(value))), exact_integers)
    return text.removeprefix('manifestVersion: ""\nmodel:\n  parameters:')


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({"k" * 128: [1]}, f"\n    {'k' * 128}:\n      - 1\n"),
        ({"k" * 129: [1]}, f"\n    ? {'k' * 129}\n    : - 1\n"),
        ({"a\nb": {"c": 1}}, "\n    ? |-\n      a\n      b\n    : c: 1\n"),
        (
            [[], {}, [[1]], {"a": [{"b": None}]}],
            "\n    - []\n    - {}\n    - - - 1\n    - a:\n        - b: null\n",
        ),
        ("é😀", ' "é\\U0001F600"\n'),
        ("\ufeffab", ' "\\uFEFF\\x61\\x62"\n'),
        ("a\tb\nc", " |-\n    a\tb\n    c\n"),
        ("a \nb", ' "a \\nb"\n'),
        (10**6, " 1000000\n"),
        (1e6, " 1e+06\n"),
        (True, " true\n"),
        ("half \udc80", " half \ufffd\n"),
    ],
)
def test_values(value: object, text: str) -> None:
    assert written(value) == text


def test_integers_as_kit_writes_them() -> None:
    assert (
        written([999999, 1000000, 2**63], exact_integers=False)
        == "\n    - 999999\n    - 1e+06\n    - 9.223372036854776e+18\n"
    )


@pytest.mark.parametrize(
    ("text", "ours", "theirs"),
    [
        ("\nx", ' "\\nx"\n', " |2-\n    x\n"),
        ("\tx\ny", ' "\\tx\\ny"\n', " |-\n    \tx\n    y\n"),
        ("a\u2028b", ' "a\\Lb"\n', " 'a\u2028    b'\n"),
    ],
)
def test_texts_that_kit_would_spoil(text: str, ours: str, theirs: str) -> None:
    assert (written(text), written(text, exact_integers=False)) == (ours, theirs)


def test_empty_entries_and_fields_that_are_always_written() -> None:
    kitfile = Kitfile("1.0.0", Package(), Model(), (CodeEntry(),), docs=(DocsEntry(),))
    assert to_yaml(kitfile) == 'manifestVersion: 1.0.0\nmodel: {}\ncode:\n  - {}\ndocs:\n  - path: ""\n'


def test_a_block_keeps_its_last_newlines() -> None:
    kitfile = Kitfile("1.0.0", Package(description="a\n\n"), code=(CodeEntry("p", "b\n\n"),))
    assert read_kitfile(to_yaml(kitfile)) == kitfile


def test_the_order_of_keys() -> None:
    order = [
        "",
        "_x",
        "1",
        "2",
        "10",
        "A",
        "Z",
        "a",
        "a b",
        "a1",
        "a01",
        "a2",
        "a02",
        "a10",
        "ab",
        "x9y",
        "x10y",
        "é",
    ]
    shuffled = order[1::2] + order[::2]
    assert sorted(shuffled, key=natural_key) == order


TEXTS = st.text(max_size=10) | st.text(alphabet="a0 \n\t:#-'\"[]{},&*!|>%@`?~.\u2028\r", max_size=10)
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=300, deadline=None)
@given(VALUES.filter(lambda value: value is not None), TEXTS, st.lists(TEXTS, max_size=3))
def test_all_that_is_written_reads_back(value: object, text: str, authors: list[str]) -> None:
    kitfile = Kitfile(
        text,
        Package(name=text, description=text, authors=tuple(authors)),
        Model(description=text, parameters=Parameters(value)),
        (CodeEntry(path=text, license=text),),
    )
    assert read_kitfile(to_yaml(kitfile)) == kitfile
