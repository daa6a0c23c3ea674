"""The config blob: what cannot be written, and how leniently it is read."""

from __future__ import annotations

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kitops_desktop.errors import ContentTooLarge, InvalidManifest, KitfileInvalid
from kitops_desktop.kitfile.config_json import MAX_CONFIG, from_config_json, to_config_json
from kitops_desktop.kitfile.go_text import json_number, json_string, yaml_number
from kitops_desktop.kitfile.kitfile import (
    CodeEntry,
    Dataset,
    DocsEntry,
    Kitfile,
    McpServer,
    Model,
    ModelPart,
    Package,
    Parameters,
    Prompt,
)

EVERYTHING = Kitfile(
    "1.0.0",
    Package("n", "1", "d", "MIT", ("a", "b")),
    Model(
        "n",
        "p",
        "l",
        "f",
        "g",
        "v",
        "d",
        (ModelPart("n", "p", "l", "t", "sha256:1", "sha256:2"),),
        Parameters({"b": 1, "a": []}),
    ),
    (CodeEntry("p", "d", "l", "sha256:3", "sha256:4"),),
    (Dataset("n", "p", "s3://x/y", "h", "d", "l", Parameters(""), "sha256:5", "sha256:6"),),
    (DocsEntry("", "d"),),
    (Prompt("n", "p", "d"),),
    (McpServer("n", "p", "d"),),
)
WRITTEN = (
    '{"manifestVersion":"1.0.0","package":{"name":"n","version":"1","description":"d","license":"MIT","authors":["a","b"]},'
    '"model":{"name":"n","path":"p","license":"l","framework":"f","format":"g","version":"v","description":"d",'
    '"parts":[{"name":"n","path":"p","license":"l","type":"t","digest":"sha256:1","diffId":"sha256:2"}],'
    '"parameters":{"a":[],"b":1}},"code":[{"path":"p","description":"d","license":"l","digest":"sha256:3","diffId":"sha256:4"}],'
    '"datasets":[{"name":"n","path":"p","remotePath":"s3://x/y","remoteHash":"h","description":"d","license":"l",'
    '"parameters":"","digest":"sha256:5","diffId":"sha256:6"}],"docs":[{"path":"","description":"d"}],'
    '"prompts":[{"name":"n","path":"p","description":"d"}],"mcpServers":[{"name":"n","path":"p","description":"d"}]}'
)


def test_every_field_in_its_place() -> None:
    assert to_config_json(EVERYTHING).decode() == WRITTEN
    assert from_config_json(WRITTEN.encode()) == EVERYTHING


def test_keys_match_in_any_case_and_unknown_ones_are_ignored() -> None:
    content = (
        b'{"MANIFESTVERSION":"1.0.0","new":{"x":1},"model":null,'
        b'"DataSets":[{"PATH":"p","DIGEST":"d","diffid":"e","x":[]}]}'
    )
    assert from_config_json(content) == Kitfile(
        "1.0.0", datasets=(Dataset(path="p", digest="d", diff_id="e"),)
    )


def test_empty_entries_keep_their_place() -> None:
    assert from_config_json(b'{"code":[null,{"path":"a"}]}').code == (CodeEntry(), CodeEntry(path="a"))
    assert from_config_json(b"null") == Kitfile()


@pytest.mark.parametrize(
    "number",
    ["0", "-0", "7", "18446744073709551615", "-9223372036854775808", "1e+21", "1e-7", "0.000001", "0.1"],
)
def test_numbers_stay_exact(number: str) -> None:
    content = f'{{"manifestVersion":"","package":{{}},"model":{{"parameters":{number}}}}}'.encode()
    assert to_config_json(from_config_json(content)) == content


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b'"x"',
        b'{"code":{}}',
        b'{"code":["x"]}',
        b'{"package":{"name":1}}',
        b'{"model":{"parameters":NaN}}',
        b'{"model":{"parameters":1e999}}',
        b'{"model":{"parameters":' + b"[" * 100_000 + b"]" * 100_000 + b"}}",
        b'{"model":{"parameters":' + b"[" * 500 + b"]" * 500 + b"}}",
    ],
)
def test_what_is_no_config_is_refused(content: bytes) -> None:
    with pytest.raises(InvalidManifest):
        from_config_json(content)


def test_too_large_a_config_is_refused() -> None:
    with pytest.raises(ContentTooLarge):
        from_config_json(b" " * (MAX_CONFIG + 1))


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (math.nan, "NaN"),
        (math.inf, "+Inf"),
        ([-math.inf], "-Inf"),
        ({1: "a"}, "map[interface {}]interface {}"),
    ],
)
def test_what_json_cannot_hold_is_refused(value: object, message: str) -> None:
    with pytest.raises(KitfileInvalid) as caught:
        to_config_json(Kitfile(model=Model(parameters=Parameters(value))))
    assert caught.value.problems[0].message.endswith(message)


def test_strings_are_escaped_as_go_does() -> None:
    text = '<&>"\\\b\f\n\r\t\x00\x1f\x7f\x85\u2028\u2029\ufeffé😀'
    escaped = '"\\u003c\\u0026\\u003e\\"\\\\\\b\\f\\n\\r\\t\\u0000\\u001f\x7f\x85\\u2028\\u2029\ufeffé😀"'
    assert json_string(text) == escaped
    assert json_string("a\udcffb") == '"a\\ufffdb"'
    half = b'{"package":{"name":"\\ud800x"}}'
    assert from_config_json(half).package.name == "\ufffdx"


@given(st.text())
def test_strings_read_back(text: str) -> None:
    assert json.loads(json_string(text)) == text


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_numbers_read_back(value: float) -> None:
    assert float(json_number(value)) == value
    assert float(yaml_number(value)) == value


@pytest.mark.parametrize(
    ("value", "in_json", "in_yaml"),
    [
        (999999.0, "999999", "999999"),
        (1e6, "1000000", "1e+06"),
        (1234567.8, "1234567.8", "1.2345678e+06"),
        (0.0001, "0.0001", "0.0001"),
        (0.00001, "0.00001", "1e-05"),
        (1e-6, "0.000001", "1e-06"),
        (1e-7, "1e-7", "1e-07"),
        (1e20, "100000000000000000000", "1e+20"),
        (1e21, "1e+21", "1e+21"),
        (1.5e300, "1.5e+300", "1.5e+300"),
        (-0.0, "-0", "-0"),
        (100000.5, "100000.5", "100000.5"),
    ],
)
def test_numbers_as_go_writes_them(value: float, in_json: str, in_yaml: str) -> None:
    assert (json_number(value), yaml_number(value)) == (in_json, in_yaml)
