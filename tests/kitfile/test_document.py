"""Editing the text of a Kitfile: exactly these lines change, and no others."""

from __future__ import annotations

import difflib
from collections.abc import Callable

import pytest

from kitops_desktop.errors import KitfileInvalid, KitfileSyntaxError
from kitops_desktop.kitfile.document import KitfileDocument
from kitops_desktop.kitfile.kitfile import Kitfile, Model, Package
from kitops_desktop.kitfile.problems import Severity
from kitops_desktop.kitfile.updates import NoSuchField

TEXT = """\
# A kit
manifestVersion: 1.0.0   # the version

package:
  # about the name
  name: "quoted"
  version: 1.10
  authors: [MLTeam, 'Data L.']  # two

model:
  path: model.bin
  description: |
    two
    lines

  # the parts
  parts: &parts
    - path: a.bin   # first
      type: weights
    # second
    - name: b
      path: b.bin
  parameters:
    lr: 0.1
    opt: {name: adam}  # the usual
code:
- path: src
- path: run.py
  description: 'runs'
# the end
"""

Edit = Callable[[KitfileDocument], str]


def changes(text: str, edit: Edit) -> list[str]:
    """The lines that an edit takes away and puts in, as a diff without context."""
    new = edit(KitfileDocument(text))
    lines = difflib.unified_diff(text.split("\n"), new.split("\n"), lineterm="", n=0)
    return [line for line in lines if not line.startswith(("---", "+++", "@@"))]


@pytest.mark.parametrize(
    ("edit", "expected"),
    [
        (
            lambda d: d.with_field(("manifestVersion",), "2.0.0"),
            ["-manifestVersion: 1.0.0   # the version", "+manifestVersion: 2.0.0   # the version"],
        ),
        (lambda d: d.with_field(("package", "name"), 'a "b"'), ['-  name: "quoted"', '+  name: "a \\"b\\""']),
        (lambda d: d.with_field(("package", "version"), "1.20"), ["-  version: 1.10", "+  version: 1.20"]),
        (lambda d: d.with_field(("package", "license"), "MIT"), ["+  license: MIT"]),
        (
            lambda d: d.with_field(("package", "description"), "a\nb"),
            ["+  description: |-", "+    a", "+    b"],
        ),
        (lambda d: d.with_field(("package", "name"), ""), ['-  name: "quoted"']),
        (lambda d: d.with_field(("model", "name"), "m: x"), ["+  name: 'm: x'"]),
        (
            lambda d: d.with_field(("model", "description"), "one"),
            ["-  description: |", "-    two", "-    lines", "+  description: one"],
        ),
        (lambda d: d.without(("model", "description")), ["-  description: |", "-    two", "-    lines"]),
        (
            lambda d: d.with_field(("package", "authors", 1), "DataLab"),
            ["-  authors: [MLTeam, 'Data L.']  # two", "+  authors: [MLTeam, 'DataLab']  # two"],
        ),
        (
            lambda d: d.with_entry(("package", "authors"), "x, y", 0),
            ["-  authors: [MLTeam, 'Data L.']  # two", "+  authors: ['x, y', MLTeam, 'Data L.']  # two"],
        ),
        (
            lambda d: d.without(("package", "authors", 0)),
            ["-  authors: [MLTeam, 'Data L.']  # two", "+  authors: ['Data L.']  # two"],
        ),
        (
            lambda d: d.with_field(("model", "parts", 0, "path"), "c d"),
            ["-    - path: a.bin   # first", "+    - path: c d   # first"],
        ),
        (
            lambda d: d.with_field(("model", "parts", 0, "name"), "c"),
            ["-    - path: a.bin   # first", "+    - name: c", "+      path: a.bin   # first"],
        ),
        (lambda d: d.with_field(("model", "parts", 1, "type"), "lora"), ["+      type: lora"]),
        (
            lambda d: d.without(("model", "parts", 1, "name")),
            ["-    - name: b", "-      path: b.bin", "+    - path: b.bin"],
        ),
        (
            lambda d: d.without(("model", "parts", 0)),
            ["-    - path: a.bin   # first", "-      type: weights"],
        ),
        (
            lambda d: d.with_entry(("model", "parts"), {"path": "c", "name": "C", "license": ""}),
            ["+    - name: C", "+      path: c"],
        ),
        (lambda d: d.with_entry(("model", "parts"), {"path": "c"}, 0), ["+    - path: c"]),
        (lambda d: d.with_entry(("code",), {"path": "c"}, 1), ["+- path: c"]),
        (lambda d: d.with_entry(("docs",), {"path": "README.md"}), ["+docs:", "+  - path: README.md"]),
        (
            lambda d: d.with_entry(("datasets",), {"path": "d", "parameters": {"b": [1], "a": "x"}}),
            ["+datasets:", "+  - path: d", "+    parameters:", "+      b:", "+        - 1", "+      a: x"],
        ),
        (lambda d: d.with_moved(("code",), 1, 0), ["-- path: src", "+- path: src"]),
        (lambda d: d.with_field(("model", "parameters", "lr"), 0.25), ["-    lr: 0.1", "+    lr: 0.25"]),
        (lambda d: d.with_field(("model", "parameters", "lr"), "0.1"), ["-    lr: 0.1", '+    lr: "0.1"']),
        (lambda d: d.with_field(("model", "parameters", "steps"), 10**7), ["+    steps: 10000000"]),
        (
            lambda d: d.with_field(("model", "parameters", "opt", "beta"), [0.9, None]),
            ["-    opt: {name: adam}  # the usual", "+    opt: {name: adam, beta: [0.9, null]}  # the usual"],
        ),
        (
            lambda d: d.without(("model", "parameters", "opt", "name")),
            ["-    opt: {name: adam}  # the usual", "+    opt: {}  # the usual"],
        ),
        (
            lambda d: d.without(("code",)),
            ["-code:", "-- path: src", "-- path: run.py", "-  description: 'runs'"],
        ),
        (lambda d: d.with_field(("package", "name"), "quoted"), []),
        (lambda d: d.without(("docs",)), []),
        (lambda d: d.with_moved(("code",), 1, 1), []),
    ],
)
def test_only_these_lines_change(edit: Edit, expected: list[str]) -> None:
    assert changes(TEXT, edit) == expected
    crlf = [line + "\r" for line in expected]
    assert changes(TEXT.replace("\n", "\r\n"), edit) == crlf


def test_mixed_line_ends_stay_mixed() -> None:
    text = "manifestVersion: 1.0.0\r\npackage:\n  name: a\r\n# end\n"
    new = KitfileDocument(text).with_field(("package", "license"), "MIT")
    assert new == "manifestVersion: 1.0.0\r\npackage:\n  name: a\r\n  license: MIT\r\n# end\n"


def test_a_mark_at_the_start_stays() -> None:
    assert (
        KitfileDocument("\ufeffcode: []\n").with_field(("package", "name"), "x")
        == "\ufeffpackage:\n  name: x\ncode: []\n"
    )


@pytest.mark.parametrize(
    ("text", "edit", "expected"),
    [
        ("", lambda d: d.with_field(("manifestVersion",), "1.0.0"), "manifestVersion: 1.0.0\n"),
        ("# todo", lambda d: d.with_field(("package", "name"), "x"), "# todo\npackage:\n  name: x\n"),
        ("{}\n", lambda d: d.with_field(("package", "name"), "x"), "package:\n  name: x\n"),
        (
            "package: # soon\n",
            lambda d: d.with_field(("package", "name"), "x"),
            "package: # soon\n  name: x\n",
        ),
        (
            "package: ~ # soon\n",
            lambda d: d.with_field(("package", "name"), "x"),
            "package: # soon\n  name: x\n",
        ),
        ("docs: []\n", lambda d: d.with_entry(("docs",), {"path": "x"}), "docs:\n  - path: x\n"),
        ("docs: [null]\n", lambda d: d.with_entry(("docs",), {"path": "x"}), "docs: [null, {path: x}]\n"),
        (
            "code:\n  - path: a",
            lambda d: d.with_entry(("code",), {"path": "b"}),
            "code:\n  - path: a\n  - path: b",
        ),
        ("code:\n  - path: a", lambda d: d.without(("code", 0)), "{}"),
        ("package: {name: a}\n", lambda d: d.without(("package", "name")), "{}\n"),
        ("model: {name: a}\n", lambda d: d.without(("model", "name")), "model: {}\n"),
        ("model:\n  name: a\n", lambda d: d.without(("model", "name")), "model: {}\n"),
        ("{code: [{path: a}, {path: b}]}", lambda d: d.without(("code", 1)), "{code: [{path: a}]}"),
        (
            '{"code": [{"path": "a"}]}',
            lambda d: d.with_field(("code", 0, "path"), "é"),
            '{"code": [{"path": "é"}]}',
        ),
        ('{"code": []}', lambda d: d.with_entry(("code",), {"path": "a"}), '{"code": [{"path": "a"}]}'),
        ("a: &a x\n", lambda d: d.with_field(("package", "name"), "x"), "package:\n  name: x\na: &a x\n"),
    ],
)
def test_small_texts(text: str, edit: Edit, expected: str) -> None:
    assert edit(KitfileDocument(text)) == expected


def test_an_anchor_that_others_need_is_written_out_only_where_it_must_be() -> None:
    text = "# top\npackage: {name: x} # kept\nmodel:\n  parameters: &p {a: 1}\n"
    text += "datasets:\n- {path: d, parameters: *p}\n"
    new = KitfileDocument(text).without(("model", "parameters"))
    assert new == (
        "# top\npackage: {name: x} # kept\nmodel: {}\ndatasets:\n  - path: d\n    parameters:\n      a: 1\n"
    )


def test_an_alias_is_replaced_where_it_stands() -> None:
    text = "package: {name: &n x}\nmodel: {name: *n}\n"
    new = KitfileDocument(text).with_field(("model", "name"), "other")
    assert new == "package: {name: &n x}\nmodel: {name: other}\n"


def test_a_merged_value_is_overridden_and_taken_out() -> None:
    document = KitfileDocument("model:\n  <<: {name: x, path: p}\n  license: L\n")
    new = document.with_field(("model", "name"), "other")
    assert new == "model:\n  name: other\n  <<: {name: x, path: p}\n  license: L\n"
    assert KitfileDocument(document.without(("model", "name"))).kitfile.model == Model(path="p", license="L")


def test_fields_can_be_edited_beside_an_unknown_key() -> None:
    document = KitfileDocument("package:\n  nmae: x\n  version: 1\n")
    new = document.with_field(("package", "version"), "2")
    assert new == "package:\n  nmae: x\n  version: 2\n"


def test_a_text_that_is_no_yaml_is_not_edited() -> None:
    document = KitfileDocument("package: [\n")
    assert not document.is_editable
    with pytest.raises(KitfileSyntaxError):
        document.with_field(("package", "name"), "x")


def test_an_edit_never_drops_what_is_not_understood() -> None:
    document = KitfileDocument("model:\n  parts: {path: x}\n")
    with pytest.raises(KitfileSyntaxError):
        document.with_entry(("model", "parts"), {"path": "y"})


@pytest.mark.parametrize(
    "edit",
    [
        lambda d: d.with_field(("nope",), "x"),
        lambda d: d.with_field(("package", "nope"), "x"),
        lambda d: d.with_field(("code", 7, "path"), "x"),
        lambda d: d.with_field(("package", "name", "x"), "x"),
        lambda d: d.with_field((), "x"),
        lambda d: d.with_entry(("package",), {"name": "x"}),
        lambda d: d.with_entry(("code",), {"nope": "x"}),
        lambda d: d.with_entry(("code",), {"path": "x"}, 9),
        lambda d: d.with_moved(("code",), 0, 9),
        lambda d: d.without(("code", 9)),
        lambda d: d.value(("nope",)),
    ],
)
def test_fields_that_do_not_exist(edit: Edit) -> None:
    with pytest.raises(NoSuchField):
        edit(KitfileDocument(TEXT))


@pytest.mark.parametrize(
    ("path", "value"), [(("package", "name"), 5), (("code",), "x"), (("model", "path"), ["x"])]
)
def test_values_of_the_wrong_kind(path: tuple[str, ...], value: object) -> None:
    with pytest.raises(KitfileInvalid):
        KitfileDocument(TEXT).with_field(path, value)


def test_values_are_told() -> None:
    document = KitfileDocument(TEXT)
    assert document.value(("package", "version")) == "1.10"
    assert document.value(("package", "authors")) == ("MLTeam", "Data L.")
    assert document.value(("model", "parameters", "opt", "name")) == "adam"
    assert document.value(("datasets",)) == ()
    assert KitfileDocument("").value(("model", "name")) == ""


def test_lines_of_fields() -> None:
    document = KitfileDocument(TEXT)
    assert document.line_of(("manifestVersion",)) == 2
    assert document.line_of(("model", "parts", 1)) == 21
    assert document.line_of(("model", "parts", 1, "path")) == 22
    assert document.line_of(("model", "parameters", "opt", "name")) == 25
    assert document.line_of(("docs",)) is None
    assert document.line_of(("code", 5)) is None
    assert KitfileDocument("").line_of(("docs",)) is None


def test_problems_have_the_lines_of_their_fields() -> None:
    document = KitfileDocument(
        "manifestVersion: 1.0.0\ncode:\n  - path: a\n  - path: a\n  - license: x\ndocs: [{}]\n"
    )
    errors = [(p.line, p.field) for p in document.problems if p.severity is Severity.ERROR]
    assert errors == [(4, "code[1].path"), (6, "docs[0].path")]


def test_problems_of_texts_that_cannot_be_read() -> None:
    assert [(p.line, p.message) for p in KitfileDocument("# x\n").problems] == [(1, "EOF")]
    assert KitfileDocument("code: [\n").problems[0].line == 1
    assert KitfileDocument("cod: []\n").problems[0].suggestion == "Did you mean code?"


def test_the_last_valid_kitfile_stays() -> None:
    document = KitfileDocument("package: {name: x}\n")
    broken = document.changed("package: {name: \n")
    assert broken.kitfile == Kitfile(package=Package(name="x"))
    assert broken.changed("package: {name: y}\n").kitfile == Kitfile(package=Package(name="y"))
    assert document.changed(document.text) is document
