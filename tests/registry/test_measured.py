"""What a registry turned out to be able to do is said in the words of its documentation."""

from __future__ import annotations

import pytest

from kitops_desktop.registry.abilities import (
    CHUNK,
    CHUNKING,
    PACE,
    RANGES,
    REFERRERS,
    STATUS,
    SURVIVES,
    TAG_DELETE,
)
from kitops_desktop.registry.measured import measured
from kitops_desktop.registry.well_known import REGISTRIES, ability_text


@pytest.mark.parametrize(
    ("found", "said"),
    [
        ({}, []),
        ({PACE: "1048576", "of another version": "no"}, []),
        ({SURVIVES: "yes"}, ["Going on with interrupted uploads: yes (to the last byte that had come)"]),
        (
            {SURVIVES: "border"},
            ["Going on with interrupted uploads: partly (as far as a whole chunk had come)"],
        ),
        ({SURVIVES: "no"}, ["Going on with interrupted uploads: no (what was interrupted is dropped)"]),
        (
            {SURVIVES: "border", STATUS: "no"},
            ["Going on with interrupted uploads: no (it does not say how far an upload is)"],
        ),
        (
            {SURVIVES: "yes", CHUNKING: "no"},
            ["Going on with interrupted uploads: no (a layer is sent in one piece)"],
        ),
        ({REFERRERS: "no"}, ["Signatures by the referrers API: no (they are kept under tags instead)"]),
        ({RANGES: "no"}, ["Reading parts of a layer: no (a layer is read as a whole)"]),
        ({CHUNK: str(20 << 20)}, ["Chunks of any size: no (of 20 MiB at most)"]),
        ({CHUNK: "damaged"}, []),
        (
            {TAG_DELETE: "no"},
            ["Deleting tags: partly (not by name: a version made for that is deleted with the tag)"],
        ),
    ],
)
def test_in_words(found: dict[str, str], said: list[str]) -> None:
    assert [ability_text(ability) for ability in measured(found)] == said


def test_what_is_documented_too_has_the_same_name() -> None:
    found = measured({TAG_DELETE: "no", SURVIVES: "yes", REFERRERS: "no"})
    assert {one.what for one in found} < {one.what for one in REGISTRIES[0].abilities}
