"""Manifests: the bytes of every golden kit survive reading and writing; hostile ones are refused by name."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from kitops_desktop.errors import InvalidManifest
from kitops_desktop.oci.manifest import go_json, manifest_bytes, parse_manifest

GOLDEN = Path(__file__).parents[1] / "data" / "golden"
DESCRIPTOR = {"mediaType": "x/y", "digest": "sha256:" + "a" * 64, "size": 1}


def golden_manifests() -> list[Path]:
    blobs = [path for path in GOLDEN.glob("*/storage/blobs/sha256/*") if path.stat().st_size < 100_000]
    return [path for path in blobs if path.read_bytes().startswith(b'{"schemaVersion"')]


@pytest.mark.parametrize("path", golden_manifests(), ids=lambda p: f"{p.parents[3].name}-{p.name[:8]}")
def test_golden_manifest_is_written_back_to_the_byte(path: Path) -> None:
    content = path.read_bytes()
    assert manifest_bytes(parse_manifest(content)) == content


def test_there_are_golden_manifests() -> None:
    assert len(golden_manifests()) >= 15


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "not JSON"),
        (b"[" * 100_000, "not JSON"),
        (b"[]", "not a JSON object"),
        (b'{"schemaVersion":1}', "schemaVersion"),
        (b'{"schemaVersion":2}', "descriptor is not an object"),
        (json.dumps({"schemaVersion": 2, "config": DESCRIPTOR, "layers": {}}).encode(), "layers"),
        (json.dumps({"schemaVersion": 2, "config": {**DESCRIPTOR, "size": -1}}).encode(), "valid size"),
        (json.dumps({"schemaVersion": 2, "config": {**DESCRIPTOR, "size": 2**63}}).encode(), "valid size"),
        (json.dumps({"schemaVersion": 2, "config": {**DESCRIPTOR, "size": True}}).encode(), "valid size"),
        (
            json.dumps({"schemaVersion": 2, "config": {**DESCRIPTOR, "digest": "sha256:../x"}}).encode(),
            "digest",
        ),
        (b" " * (5 * 1024 * 1024), "more than"),
        (
            json.dumps({"schemaVersion": 2, "config": DESCRIPTOR, "layers": [DESCRIPTOR] * 10_001}).encode(),
            "layers",
        ),
    ],
)
def test_hostile_manifests_are_refused(content: bytes, reason: str) -> None:
    with pytest.raises(InvalidManifest, match=reason):
        parse_manifest(content)


def test_json_is_escaped_as_go_does() -> None:
    assert (
        go_json({"a": "<&>\u2028\x7fä\U0001f600"})
        == '{"a":"\\u003c\\u0026\\u003e\\u2028\x7fä\U0001f600"}'.encode()
    )
