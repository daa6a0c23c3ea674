"""The rules of a Kitfile: what is an error, what a warning, and in which words."""

from __future__ import annotations

import pytest

from kitops_desktop.errors import KitfileInvalid
from kitops_desktop.kitfile.problems import Severity, field_name, field_path
from kitops_desktop.kitfile.reading import read_kitfile
from kitops_desktop.kitfile.validation import check_valid, validate

V = "manifestVersion: 1.0.0\n"


def found(text: str, severity: Severity) -> list[tuple[str, str]]:
    problems = validate(read_kitfile(text))
    return [(problem.field, problem.message) for problem in problems if problem.severity is severity]


@pytest.mark.parametrize(
    ("text", "field", "message"),
    [
        (
            "model: {name: M}\ncode: [{path: .}]",
            "code[0].path",
            "model M and code layer 0 use the same path .",
        ),
        ("code: [{}, {}]", "code[1].path", "code layer 0 and code layer 1 use the same path ."),
        (
            "model: {path: f, parts: [{name: P, path: f}]}\nprompts: [{path: f}]",
            "prompts[0].path",
            "model , modelpart P and prompt 0 use the same path f",
        ),
        (
            "docs: [{path: /x}]",
            "docs[0].path",
            "absolute paths are not supported in a Kitfile (path /x in docs layer 0)",
        ),
        (
            "model: {parts: [{name: a, type: x y}]}\n",
            "model.parts[0].type",
            "modelpart a has invalid type (must be alphanumeric with dots, dashes, and underscores)",
        ),
        (
            f"model: {{parts: [{{path: p, type: {'x' * 65}}}]}}",
            "model.parts[0].type",
            "modelpart  type is too long (must be fewer than 64 characters)",
        ),
        (
            "datasets: [{path: d, parameters: [.inf]}]",
            "datasets[0].parameters",
            "json: unsupported value: +Inf",
        ),
        (
            "model: {path: m, parameters: {a: {1: x}}}",
            "model.parameters",
            "json: unsupported type: map[interface {}]interface {}",
        ),
    ],
)
def test_errors(text: str, field: str, message: str) -> None:
    assert (field, message) in found(V + text, Severity.ERROR)


def test_all_errors_are_raised_together_sorted_as_kit_sorts_them() -> None:
    text = V + "docs: [{path: /x}]\ncode: [{path: a}, {path: a}]\n"
    text += "model: {path: m, parts: [{path: p, type: '!'}]}\n"
    with pytest.raises(KitfileInvalid) as caught:
        check_valid(read_kitfile(text))
    assert str(caught.value) == (
        "errors while validating Kitfile: \n"
        "  * absolute paths are not supported in a Kitfile (path /x in docs layer 0)\n"
        "  * code layer 0 and code layer 1 use the same path a\n"
        "  * modelpart  has invalid type (must be alphanumeric with dots, dashes, and underscores)"
    )


@pytest.mark.parametrize(
    ("text", "field", "words"),
    [
        ("manifestVersion: 2\n", "manifestVersion", "expect 1.0.0 but got 2"),
        ("{}", "manifestVersion", "expect 1.0.0 but got"),
        (V + "code: [{path: f}, {path: ./f/}]", "code[1].path", "use the same path f"),
        (V + "code: [{path: http://x/y}]", "code[0].path", "HTTP urls are not supported"),
        (V + "docs: [{path: s3://x/y}]", "docs[0].path", "only local paths are permitted"),
        (V + "datasets: [{path: reg.io/x/y:1}]", "datasets[0].path", "only local paths are permitted"),
        (V + "code: [{path: a/../../b}]", "code[0].path", "outside of the folder"),
        (V + 'code: [{path: "C:\\\\x"}]', "code[0].path", "absolute on Windows"),
        (V + 'code: [{path: " x"}]', "code[0].path", "begins or ends with a blank"),
        (
            V + "datasets: [{path: d, remoteHash: h}]",
            "datasets[0].remoteHash",
            "only applicable when remotePath",
        ),
        (
            V + "datasets: [{path: d, remotePath: s3://b/k}]",
            "datasets[0].remoteHash",
            "remoteHash is required",
        ),
        (V + "datasets: [{path: d, remotePath: http://b/k}]", "datasets[0].remotePath", "only S3 URLs"),
        (V + "mcpServers: [{path: a.mcpb}]", "mcpServers[0].name", "has no name"),
        (
            V + "mcpServers: [{name: a, path: a.mcpb}, {name: a, path: b.mcpb}]",
            "mcpServers[1].name",
            "used twice",
        ),
        (V + "mcpServers: [{name: a, path: a.zip}]", "mcpServers[0].path", "no MCP bundle"),
    ],
)
def test_warnings_leave_it_packable(text: str, field: str, words: str) -> None:
    kitfile = read_kitfile(text)
    check_valid(kitfile)
    assert [place for place, message in found(text, Severity.WARNING) if words in message] == [field]


@pytest.mark.parametrize(
    "text",
    [
        "model: {path: reg.io/x/y:1}",
        "model: {path: m, parts: [{path: p, type: lora-v1.0}]}",
        f"model: {{path: m, parts: [{{path: p, type: {'x' * 64}}}]}}",
        "code: [{path: a}, {path: ab}, {path: foo..bar}]",
        "datasets: [{path: d, remotePath: s3://b/k, remoteHash: h}]",
        "datasets: [{path: d, parameters: {a: [1, null, true, 2.5]}}]",
    ],
)
def test_nothing_to_say(text: str) -> None:
    assert validate(read_kitfile(V + text)) == ()


def test_every_problem_but_a_type_says_what_to_do() -> None:
    text = "code: [{path: /x}, {path: /x}]\ndatasets: [{parameters: .nan, remoteHash: x}]\nmcpServers: [{}]\n"
    assert all(problem.suggestion for problem in validate(read_kitfile(text)))


def test_field_names_and_paths() -> None:
    path = ("model", "parts", 0, "path")
    assert field_name(path) == "model.parts[0].path"
    assert field_path("model.parts[0].path") == path
    assert field_path("") == ()
