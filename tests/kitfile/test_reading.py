"""Strict reading: every error at once, each with its place and what was probably meant."""

from __future__ import annotations

import pytest

from kitops_desktop.errors import KitfileSyntaxError
from kitops_desktop.kitfile.kitfile import (
    CodeEntry,
    Dataset,
    Kitfile,
    McpServer,
    Model,
    Package,
    Parameters,
    Prompt,
)
from kitops_desktop.kitfile.nodes import MAX_ALIASED_NODES, MAX_DEPTH, MAX_TEXT
from kitops_desktop.kitfile.reading import MAX_PROBLEMS, read_kitfile


def problems(text: str | bytes) -> list[tuple[int | None, str]]:
    with pytest.raises(KitfileSyntaxError) as caught:
        read_kitfile(text)
    return [(problem.line, problem.message) for problem in caught.value.problems]


def suggestion(text: str) -> str:
    with pytest.raises(KitfileSyntaxError) as caught:
        read_kitfile(text)
    return caught.value.problems[0].suggestion


def test_all_errors_are_named_in_the_order_of_their_lines() -> None:
    text = (
        "manifestVersion: 1.0.0\npackage:\n  nmae: x\nmodel: []\n"
        "code:\n  - path: [a]\n  - {pth: b}\ndocs: x\ndocs: y\n"
    )
    assert problems(text.replace("docs: x\n", "")) == [
        (3, "field nmae not found in type artifact.Package"),
        (4, "cannot unmarshal !!seq into artifact.Model"),
        (6, "cannot unmarshal !!seq into string"),
        (7, "field pth not found in type artifact.Code"),
        (8, "cannot unmarshal !!str `y` into []artifact.Docs"),
    ]
    assert problems(text) == [(9, 'mapping key "docs" already defined at line 8')]


def test_a_problem_knows_its_column_and_field() -> None:
    with pytest.raises(KitfileSyntaxError) as caught:
        read_kitfile("model:\n  parts:\n    - path: a\n      descripton: x\n")
    (problem,) = caught.value.problems
    assert (problem.line, problem.field) == (4, "model.parts[0].descripton")  # type: ignore[attr-defined]
    assert problem.column == 7  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("modle: {}\n", "Did you mean model?"),
        ("Package: {}\n", "Did you mean package?"),
        ("dataset: []\n", "Did you mean datasets?"),
        ("data: []\n", "Did you mean datasets?"),
        ("package: {licence: MIT}\n", "Did you mean license?"),
        ("package: {author: me}\n", "Did you mean authors?"),
        ("manifestversion: 1.0.0\n", "Did you mean manifestVersion?"),
        ("code: [{digest: x}]\n", "Remove it: digests are filled in when the kit is packed."),
        ("docs: [{zzz: x}]\n", "Known here: path, description."),
        ("code: x\n", "Write it as a list: each entry on its own line, after a dash."),
        ("code:\n\t- path: x\n", "Indent with blanks instead of a tab."),
    ],
)
def test_the_likely_intention_is_suggested(text: str, meant: str) -> None:
    assert suggestion(text) == meant


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("a: [\n", 1, "did not find expected node content"),
        ("package:\n  name: 'open\n\n\n", 2, "found unexpected end of stream"),
        ("model:\n  path: a: b\n", 2, "mapping values are not allowed in this context"),
        ("code: *nowhere\n", 1, "unknown anchor 'nowhere' referenced"),
        ("model: {parameters: &a [*a]}\n", 1, "anchor 'a' value contains itself"),
        ("package:\n  name: a\x07b\n", 2, "control characters are not allowed"),
        ("model: {parameters: {a: !!int x}}\n", 1, "cannot decode !!str `x` as a !!int"),
        ("model: {parameters: {a: !!binary '*'}}\n", 1, "!!binary value contains invalid base64 data"),
        ("model: {parameters: {<<: 1}}\n", 1, "map merge requires map or sequence of maps as the value"),
        ("model: {parameters: {[a]: 1}}\n", 1, "invalid map key"),
        ("model: {parameters: {a: 1, a: 2}}\n", 1, 'mapping key "a" already defined at line 1'),
        ("- a\n", 1, "cannot unmarshal !!seq into artifact.KitFile"),
        ("package: {authors: [[a]]}\n", 1, "cannot unmarshal !!seq into string"),
        ("package: thirteen chars\n", 1, "cannot unmarshal !!str `thirtee...` into artifact.Package"),
    ],
)
def test_messages(text: str, line: int, message: str) -> None:
    assert problems(text) == [(line, message)]


def test_bytes_that_are_no_utf8() -> None:
    assert problems(b"package:\n  name: \xff\n") == [(2, "invalid UTF-8")]
    assert problems("package: {name: \ud800}\n") == [(None, "invalid UTF-8")]


@pytest.mark.parametrize(
    "text", [b"\xef\xbb\xbfcode: [{path: x}]\r\n", "\ufeffcode:\r\n- path: x\r\n", b'{"code":[{"path":"x"}]}']
)
def test_marks_line_ends_and_json_are_accepted(text: str | bytes) -> None:
    assert read_kitfile(text) == Kitfile(code=(CodeEntry(path="x"),))


def test_newer_sections_are_read() -> None:
    kitfile = read_kitfile(
        "prompts: [{name: n, path: p, description: d}]\nmcpServers: [{name: s, path: s.mcpb}]\n"
        "datasets: [{remotePath: s3://b/k, remoteHash: h}]\n"
    )
    assert kitfile.prompts == (Prompt("n", "p", "d"),)
    assert kitfile.mcp_servers == (McpServer("s", "s.mcpb"),)
    assert kitfile.datasets == (Dataset(remote_path="s3://b/k", remote_hash="h"),)


def test_what_is_written_nearer_wins_over_what_is_merged() -> None:
    kitfile = read_kitfile(
        "model:\n  <<: [{license: A, name: first}, {license: B, path: second}]\n  name: own\n"
        "package: &p {name: x, license: L}\ndatasets: [{<<: {name: d}, path: y}]\n"
    )
    assert kitfile.model == Model(name="own", license="A", path="second")
    assert kitfile.package == Package(name="x", license="L")
    assert kitfile.datasets == (Dataset(name="d", path="y"),)


def test_absent_parameters_differ_from_empty_ones() -> None:
    assert read_kitfile("model: {parameters: null}\n").model == Model()
    assert read_kitfile("model: {parameters: }\n").model == Model()
    assert read_kitfile("model: {parameters: {}}\n").model == Model(parameters=Parameters({}))
    assert read_kitfile('model: {parameters: ""}\n').model == Model(parameters=Parameters(""))


def test_keys_that_are_no_text_are_kept_for_validation() -> None:
    model = read_kitfile("model: {parameters: {1: a, 0.5: b, c: d}}\n").model
    assert model is not None
    assert model.parameters == Parameters({1: "a", 0.5: "b", "c": "d"})


def test_parameters_know_a_number_from_a_bool() -> None:
    assert Parameters([1]) == Parameters([1.0])
    assert Parameters([1]) != Parameters([True])
    assert Parameters({"a": None}) != Parameters({})
    assert len({Parameters({"a": 1}), Parameters({"a": 1}), Parameters(["a"])}) == 2


def test_a_bomb_of_aliases_is_refused() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 12)]
    text = "model:\n  parameters:\n" + "".join(f"    {line}\n" for line in lines)
    assert [message for _, message in problems(text)] == ["document contains excessive aliasing"]
    allowed = (
        f"model: {{parameters: [&a {list(range(100))}, {', '.join(['*a'] * (MAX_ALIASED_NODES // 101))}]}}\n"
    )
    assert read_kitfile(allowed).model is not None


def test_deep_nesting_is_refused_also_through_aliases() -> None:
    deep = "[" * (MAX_DEPTH + 1) + "]" * (MAX_DEPTH + 1)
    assert problems(f"model: {{parameters: {deep}}}\n")[0][1] == f"exceeded max depth of {MAX_DEPTH}"
    opening, closing = "[" * 120, "]" * 120
    text = f"model:\n  parameters:\n    a: &a {opening}{closing}\n    b: {opening}*a{closing}\n"
    assert problems(text)[0][1] == f"exceeded max depth of {MAX_DEPTH}"


def test_too_long_a_text_is_refused() -> None:
    assert problems("#" * (MAX_TEXT + 1)) == [(None, "the text has more than 8 MiB")]


def test_only_so_many_problems_are_listed() -> None:
    text = "".join(f"unknown{number}: x\n" for number in range(MAX_PROBLEMS + 50))
    assert len(problems(text)) == MAX_PROBLEMS
