"""Kitfile texts against what the real `kit` did with them: its messages, its config JSON, its YAML."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from kitops_desktop.errors import KitfileInvalid, KitfileSyntaxError
from kitops_desktop.kitfile.config_json import from_config_json, to_config_json
from kitops_desktop.kitfile.reading import kit_message, read_kitfile
from kitops_desktop.kitfile.validation import check_valid
from kitops_desktop.kitfile.yaml_text import to_yaml

GOLDEN = Path(__file__).parents[1] / "data" / "golden"
VECTORS: list[dict[str, Any]] = json.loads((GOLDEN / "vectors" / "kitfile-parse.json").read_text("utf-8"))[
    "vectors"
]

PREFIX = "[ERROR] Failed to pack model kit: "
DIFFERENT = {
    "manifestVersion: 1.0.0\nprompts: [{path: f}]\n": "prompts are read as newer kit reads them",
    "manifestVersion: 1.0.0\ncode: *x\n": "the line of an unknown anchor is named",
    "\0": "the line of a control character is named",
    "manifestVersion: 1.0.0\nmodel: {path: f, parameters: {1: a}}\n": "validation finds it, with its field",
    "manifestVersion: 1.0.0\nmodel: {path: f, parameters: {a: .nan}}\n": "validation finds it",
    "manifestVersion: 1.0.0\nmodel: {path: nope}\n": "whether a path exists is seen when packing is planned",
    'manifestVersion: 1.0.0\nmodel: {path: "org/x:1"}\n': "references are resolved when packing is planned",
}
"""Vectors whose message is not exactly `kit`'s here, and why."""


def message(text: str) -> str:
    """What is said about a Kitfile, `""` when it is fine."""
    try:
        check_valid(read_kitfile(text))
    except KitfileSyntaxError as error:
        return f"{PREFIX}{kit_message(error.problems)}\n"  # type: ignore[arg-type]
    except KitfileInvalid as error:
        return f"{PREFIX}{error}\n"
    return ""


@pytest.mark.parametrize(
    "vector", [v for v in VECTORS if v["kitfile"] not in DIFFERENT], ids=lambda v: repr(v["kitfile"])
)
def test_says_what_kit_says(vector: dict[str, Any]) -> None:
    assert message(vector["kitfile"]) == vector["stderr"]


def test_every_difference_is_one_and_is_known() -> None:
    known = {vector["kitfile"]: vector["stderr"] for vector in VECTORS}
    assert set(DIFFERENT) <= set(known)
    assert all(message(text) != known[text] for text in DIFFERENT)


@pytest.mark.parametrize("text", ["manifestVersion: 1.0.0\ncode: *x\n", "\0"])
def test_only_the_line_is_added(text: str) -> None:
    stderr = next(vector["stderr"] for vector in VECTORS if vector["kitfile"] == text)
    assert re.sub(r"line \d+: ", "", message(text)) == stderr


PACKED = [v for v in VECTORS if v["exit"] == 0]


@pytest.mark.parametrize("vector", PACKED, ids=lambda v: repr(v["kitfile"]))
def test_config_json_to_the_byte(vector: dict[str, Any]) -> None:
    packed = from_config_json(vector["config_json"].encode())
    assert to_config_json(packed) == vector["config_json"].encode()
    without_digests = re.sub(r',"(digest|diffId)":"sha256:[0-9a-f]+"', "", vector["config_json"])
    assert to_config_json(read_kitfile(vector["kitfile"])).decode() == without_digests


@pytest.mark.parametrize("vector", PACKED, ids=lambda v: repr(v["kitfile"]))
def test_yaml_to_the_byte(vector: dict[str, Any]) -> None:
    packed = from_config_json(vector["config_json"].encode())
    assert to_yaml(packed, exact_integers=False) == vector["info_yaml"]
    assert to_yaml(packed) == vector["info_yaml"]


def golden_configs() -> list[Any]:
    found = []
    for folder in sorted(GOLDEN.glob("0*")):
        kits = json.loads((folder / "expected.json").read_text("utf-8"))["modelkits"]
        for index, kit in enumerate(kits):
            found.append(pytest.param(kit["config_bytes_utf8"], id=f"{folder.name}-{index}"))
    return found


@pytest.mark.parametrize("config", golden_configs())
def test_golden_config_blobs_survive_to_the_byte(config: str) -> None:
    assert to_config_json(from_config_json(config.encode())) == config.encode()


CASE_8 = GOLDEN / "08-parameters-yaml"
DIFFERENT_LINES = {
    "      - 1e+06": "      - 1000000",
    "      - 1.234567e+06": "      - 1234567",
    "      - 2.147483648e+09": "      - 2147483648",
    "      - 9.007199254740992e+15": "      - 9007199254740993",
    "      - 9.223372036854776e+18": "      - 9223372036854775807",
    "      - 1.8446744073709552e+19": "      - 18446744073709551615",
    "      - 'ls\u2028        x'": '      - "ls\\Lx"',
    "      - |2+": '      - "\\n"',
}
"""Lines of the golden YAML in which `kit` loses something, and what we write by default."""


def test_parameters_become_the_golden_json() -> None:
    kit = json.loads((CASE_8 / "expected.json").read_text("utf-8"))["modelkits"][0]
    kitfile = read_kitfile((CASE_8 / "input" / "Kitfile").read_bytes())
    without_digests = re.sub(r',"(digest|diffId)":"sha256:[0-9a-f]+"', "", kit["config_bytes_utf8"])
    assert to_config_json(kitfile).decode() == without_digests


def test_parameters_become_the_golden_yaml() -> None:
    kit = json.loads((CASE_8 / "expected.json").read_text("utf-8"))["modelkits"][0]
    packed = from_config_json(kit["config_bytes_utf8"].encode())
    assert to_yaml(packed, exact_integers=False) == (CASE_8 / "info.yaml").read_text("utf-8")


def test_where_kit_loses_something_we_do_not() -> None:
    kit = json.loads((CASE_8 / "expected.json").read_text("utf-8"))["modelkits"][0]
    packed = from_config_json(kit["config_bytes_utf8"].encode())
    theirs = (CASE_8 / "info.yaml").read_text("utf-8").split("\n")
    ours = to_yaml(packed).split("\n")
    changed = {one: other for one, other in zip(theirs, ours, strict=True) if one != other}
    assert changed == DIFFERENT_LINES
    assert read_kitfile(to_yaml(packed)) == read_kitfile((CASE_8 / "input" / "Kitfile").read_bytes())
