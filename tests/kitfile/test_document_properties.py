"""Whatever is edited, in whatever layout: the new text says what was meant, and nothing else differently."""

from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kitops_desktop.errors import KitfileSyntaxError
from kitops_desktop.kitfile.document import KitfileDocument
from kitops_desktop.kitfile.kitfile import Kitfile, Parameters
from kitops_desktop.kitfile.reading import read_kitfile
from kitops_desktop.kitfile.yaml_text import to_yaml

BLOCK = """\
# A kit with comments everywhere
manifestVersion: 1.0.0   # the version

package:
  # about the name
  name: "quoted name"
  version: 1.10
  authors: [MLTeam, 'Data L.']  # two of them
model:
  path: model.bin
  description: |
    two
    lines

  # parts follow
  parts:
    - path: a.bin   # first
      type: weights
    # second
    - name: b
      path: b.bin
  parameters:
    lr: 0.1
    layers: [1, 2]
    opt:
      name: adam # the usual

code:
- path: src
- path: run.py
  description: >-
    folded
    text
datasets:
  - path: data
    parameters: {rows: 3, split: train}
# the end
"""
FLOW = """\
manifestVersion: 1.0.0
package: {name: flow, authors: [MLTeam]}
model: {path: m, parts: [{path: p}, {path: q, name: "n"}], parameters: {a: 1, b: {c: [1, 2]}}}
code: [{path: src}, {path: lib}]
datasets: []
docs: ~
"""
JSON = (
    '{"manifestVersion": "1.0.0", "package": {"name": "json", "authors": ["x"]},\n'
    ' "model": {"path": "m", "parts": [{"path": "p"}], "parameters": {"a": 1}},\n'
    ' "code": [{"path": "src"}]}\n'
)
ALIASES = """\
manifestVersion: 1.0.0
package: &p
  name: shared
model:
  path: m
  parts: &parts
    - &one {path: p1}
    - path: p2
  parameters: {defaults: &d {x: 1, y: 2}, run: {<<: *d, y: 3}}
datasets:
  - path: d1
    parameters: *d
  - <<: {license: MIT}
    path: d2
"""
BARE = "# nothing yet\n"
EMPTY_SECTIONS = "package: # empty\nmodel: {}\ncode:\ndocs: []\n"
NO_LAST_NEWLINE = "manifestVersion: 1.0.0\ncode:\n  - path: src"
LAYOUTS = {
    "block": BLOCK,
    "flow": FLOW,
    "json": JSON,
    "aliases": ALIASES,
    "bare": BARE,
    "empty sections": EMPTY_SECTIONS,
    "no last newline": NO_LAST_NEWLINE,
    "crlf": BLOCK.replace("\n", "\r\n"),
    "bom": "\ufeff" + BLOCK,
}

TEXTS = st.one_of(
    st.text(max_size=12),
    st.sampled_from(
        [
            "a: b",
            "# no",
            "yes",
            "1.10",
            "two\nlines\n",
            " lead",
            "- x",
            "{",
            "'",
            '"',
            "null",
            "~",
            "\n",
            "x\n\n",
        ]
    ),
    st.text(alphabet="ab \n:#-'\"[]{},é\t", max_size=10),
)
FREE = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(-(2**63), 2**64 - 1),
        st.floats(allow_nan=False, allow_infinity=False),
        TEXTS,
    ),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(TEXTS, inner, max_size=3)),
    max_leaves=6,
)
TEXT_FIELDS = st.sampled_from(
    [
        ("manifestVersion",),
        ("package", "name"),
        ("package", "version"),
        ("package", "license"),
        ("model", "name"),
        ("model", "path"),
        ("model", "license"),
        ("model", "description"),
    ]
)
LISTS = st.sampled_from(
    [
        ("code",),
        ("datasets",),
        ("docs",),
        ("prompts",),
        ("mcpServers",),
        ("model", "parts"),
        ("package", "authors"),
    ]
)


def read(text: str) -> Kitfile:
    return KitfileDocument(text).kitfile


def says(kitfile: Kitfile, path: tuple[str | int, ...]) -> object:
    return KitfileDocument(to_yaml(kitfile)).value(path)


@pytest.mark.parametrize("layout", LAYOUTS)
@settings(max_examples=60, deadline=None)
@given(path=TEXT_FIELDS, value=TEXTS)
def test_a_text_field_takes_any_text(layout: str, path: tuple[str, ...], value: str) -> None:
    before = KitfileDocument(LAYOUTS[layout])
    after = KitfileDocument(before.with_field(path, value))
    assert after.value(path) == value
    again = after.with_field(path, before.value(path))
    assert read(again) == with_model_of(before.kitfile, read(again))


def with_model_of(kitfile: Kitfile, other: Kitfile) -> Kitfile:
    """A model that was made for a field stays as an empty one when the field goes."""
    return dataclasses.replace(kitfile, model=kitfile.model or other.model)


@pytest.mark.parametrize("layout", LAYOUTS)
@settings(max_examples=60, deadline=None)
@given(key=TEXTS, value=FREE, deeper=st.booleans())
def test_parameters_take_any_data(layout: str, key: str, value: object, deeper: bool) -> None:
    before = KitfileDocument(LAYOUTS[layout])
    path = ("model", "parameters", "made", key) if deeper else ("model", "parameters", key)
    after = KitfileDocument(before.with_field(path, value))
    if value is None:
        assert after.kitfile.model is None or key not in parameters(after)
    else:
        assert Parameters(after.value(path)) == Parameters(value)
    assert after.kitfile.datasets == before.kitfile.datasets


def parameters(document: KitfileDocument) -> dict[str, object]:
    model = document.kitfile.model
    return dict(model.parameters.value) if model is not None and model.parameters is not None else {}


@pytest.mark.parametrize("layout", LAYOUTS)
@settings(max_examples=60, deadline=None)
@given(path=LISTS, text=TEXTS.filter(bool), data=st.data())
def test_lists_grow_move_and_shrink(
    layout: str, path: tuple[str, ...], text: str, data: st.DataObject
) -> None:
    before = KitfileDocument(LAYOUTS[layout])
    items = list(before.value(path) or ())
    index = data.draw(st.integers(0, len(items)))
    entry: str | dict[str, object] = text if path[-1] == "authors" else {"path": text, "description": "d"}
    if path[-1] == "parts":
        entry = {"path": text, "license": "MIT"}
    grown = KitfileDocument(before.with_entry(path, entry, index))
    assert len(grown.value(path)) == len(items) + 1
    assert [*grown.value(path)[:index], *grown.value(path)[index + 1 :]] == items
    target = data.draw(st.integers(0, len(items)))
    moved = KitfileDocument(grown.with_moved(path, index, target))
    assert moved.value(path)[target] == grown.value(path)[index]
    shrunk = read(moved.without((*path, target)))
    assert shrunk == with_model_of(before.kitfile, shrunk)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_field_can_be_taken_away_and_put_back(layout: str) -> None:
    before = KitfileDocument(LAYOUTS[layout])
    for path in existing_texts(before.kitfile):
        value = before.value(path)
        without = KitfileDocument(before.without(path))
        assert without.value(path) == ""
        assert read(without.with_field(path, value)) == before.kitfile, path


def existing_texts(kitfile: Kitfile) -> list[tuple[str | int, ...]]:
    """The paths of text fields that are set, in the sections the layouts have."""
    found: list[tuple[str | int, ...]] = []
    for owner, path in ((kitfile.package, ("package",)), (kitfile.model, ("model",))):
        found += texts_of(owner, path)
    for section, entries in (("code", kitfile.code), ("datasets", kitfile.datasets)):
        for index, entry in enumerate(entries):
            found += texts_of(entry, (section, index))
    for index, part in enumerate(kitfile.model.parts if kitfile.model else ()):
        found += texts_of(part, ("model", "parts", index))
    return found


def texts_of(entry: object, path: tuple[str | int, ...]) -> list[tuple[str | int, ...]]:
    if entry is None:
        return []
    names = ("name", "path", "version", "license", "description", "type")
    return [(*path, name) for name in names if getattr(entry, name, "")]


@given(value=FREE)
@settings(max_examples=150, deadline=None)
def test_written_yaml_reads_back(value: object) -> None:
    text = to_yaml(KitfileDocument("model: {}\n").kitfile)
    written = KitfileDocument(text).with_field(("model", "parameters"), {"v": value})
    model = read_kitfile(written).model
    assert model is not None
    assert model.parameters == Parameters({"v": value})


@settings(max_examples=400, deadline=None)
@given(layout=st.sampled_from(sorted(LAYOUTS)), data=st.data())
def test_no_damage_to_the_text_surprises_the_reader(layout: str, data: st.DataObject) -> None:
    text = LAYOUTS[layout]
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, min(len(text), start + 12)))
    piece = data.draw(
        st.text(max_size=4)
        | st.sampled_from(["\n", "  ", "- ", ": ", "{", "]", "&a ", "*p", "!!int ", "|", "<<: "])
    )
    document = KitfileDocument(text[:start] + piece + text[end:])
    assert document.problems or document.kitfile == read_kitfile(document.text)
    if document.is_editable:
        try:
            edited = document.with_field(("package", "license"), "MIT")
        except KitfileSyntaxError:
            assert document.problems
        else:
            assert KitfileDocument(edited).value(("package", "license")) == "MIT"
