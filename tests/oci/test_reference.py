"""References against what the real `kit` accepted, stored and said."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from kitops_desktop.errors import InvalidReference
from kitops_desktop.oci.reference import is_reference, is_tag, parse_reference, parse_reference_with_tags

VECTORS: list[dict[str, Any]] = json.loads(
    (Path(__file__).parents[1] / "data" / "golden" / "vectors" / "references.json").read_text(
        encoding="utf-8"
    )
)

DIFFERENT = {
    "": "`kit pack -t ''` means a kit without a name; here the command decides that, the parser refuses",
}
"""Vectors in which our parser answers otherwise, and why."""


def is_digest_vector(vector: dict[str, Any]) -> bool:
    """`kit` stores the digest text as a tag name there (a bug); we parse it as the digest it is."""
    return any(tag.startswith("sha256:") for tag in vector.get("tags", []))


def is_too_long_to_store(vector: dict[str, Any]) -> bool:
    return "file name too long" in vector.get("error", "")


PARSED = [v for v in VECTORS if v["ref"] not in DIFFERENT and v["pack_exit"] == 0 and not is_digest_vector(v)]
REFUSED = [v for v in VECTORS if v["pack_exit"] != 0 and not is_too_long_to_store(v)]


@pytest.mark.parametrize("vector", PARSED, ids=lambda v: v["ref"])
def test_repository_and_tags_as_kit_stores_them(vector: dict[str, Any]) -> None:
    reference, extra = parse_reference_with_tags(vector["ref"])
    assert [reference.repository_name] == vector["stored_repos"]
    assert sorted([reference.tag, *extra]) == sorted(vector["tags"])


@pytest.mark.parametrize("vector", PARSED, ids=lambda v: v["ref"])
def test_shown_as_kit_list_shows_it(vector: dict[str, Any]) -> None:
    reference, extra = parse_reference_with_tags(vector["ref"])
    shown = {reference.with_tag(tag).short for tag in (reference.tag, *extra) if tag is not None}
    rows = {f"{'' if name == '<none>' else name}:{tag}" for name, tag in vector["list_rows"]}
    assert shown == rows


@pytest.mark.parametrize("vector", REFUSED, ids=lambda v: v["ref"])
def test_refused_in_the_words_of_kit(vector: dict[str, Any]) -> None:
    with pytest.raises(InvalidReference) as caught:
        parse_reference_with_tags(vector["ref"])
    assert vector["error"].endswith(str(caught.value))


@pytest.mark.parametrize("vector", [v for v in VECTORS if is_digest_vector(v)], ids=lambda v: v["ref"][:20])
def test_digest_reference_drops_the_tag(vector: dict[str, Any]) -> None:
    reference = parse_reference(vector["ref"])
    assert reference.digest == vector["tags"][0]
    assert reference.tag is None


def test_several_tags_are_refused_where_one_is_wanted() -> None:
    with pytest.raises(InvalidReference, match="extra tags are not supported: 2, 3"):
        parse_reference("a:1,2,3")


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("models/net.bin", False),
        ("file:v1", True),
        ("FILE:x", False),
        ("a@b", False),
        ("registry.example.com/team/base:v1", True),
        ("C:\\model.bin", False),
    ],
)
def test_model_path_means_another_kit_only_when_it_parses(path: str, expected: bool) -> None:
    assert is_reference(path) is expected


@pytest.mark.parametrize(("text", "expected"), [("v1", True), ("", False), ("-x", False), ("a" * 129, False)])
def test_tags(text: str, expected: bool) -> None:
    assert is_tag(text) is expected
