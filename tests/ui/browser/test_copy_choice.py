"""Where a kit of a registry may be copied to, and what that would do."""

from __future__ import annotations

import pytest

from kitops_desktop.oci.descriptor import Descriptor
from kitops_desktop.oci.digest import digest_of
from kitops_desktop.oci.manifest import MANIFEST_TYPE
from kitops_desktop.oci.reference import Reference, parse_reference
from kitops_desktop.ui.browser.copy_choice import (
    CopySource,
    advise_copy,
    copy_candidates,
    read_copy_target,
    referrers_text,
)
from kitops_desktop.ui.library.command_text import copy_command
from kitops_desktop.ui.library.push_check import Parts, TargetFacts
from kitops_desktop.ui.library.push_choice import Line

MIB = 1 << 20
DIGEST, OTHER = digest_of(b"kit"), digest_of(b"another")
PARTS = Parts(Descriptor(MANIFEST_TYPE, DIGEST, 500), ())
DEV = parse_reference("dev.example.com/team/churn:v7")
SOURCE = CopySource(DEV, PARTS)
WITHIN = parse_reference("dev.example.com/prod/churn:v7")
BETWEEN = parse_reference("prod.example.com/team/churn:v7")


def said(target: Reference, facts: TargetFacts | None, *, recursive: bool = False) -> list[str]:
    return [line.text for line in advise_copy(SOURCE, target, facts, recursive=recursive).lines]


def test_a_target_takes_the_tag_of_the_source() -> None:
    assert read_copy_target(SOURCE, " prod.example.com/team/churn ") == BETWEEN
    assert read_copy_target(SOURCE, "localhost:5000/churn") == Reference("localhost:5000", "churn", "v7")
    named = read_copy_target(SOURCE, "prod.example.com/team/churn:stable")
    assert named == BETWEEN.with_tag("stable")
    nameless = CopySource(DEV.with_digest(DIGEST), PARTS)
    assert read_copy_target(nameless, "prod.example.com/churn") == Reference(
        "prod.example.com", "churn", "latest"
    )
    assert isinstance(read_copy_target(SOURCE, "churn:v1"), Line)


def test_the_likeliest_target_comes_first() -> None:
    used = ("prod.example.com/live/churn:v6", str(DEV), "dev.example.com/team/other:v1")
    assert copy_candidates(SOURCE, ("dev.example.com", "stage.example.com"), used) == (
        "prod.example.com/live/churn:v7",
        "stage.example.com/team/churn:v7",
        "prod.example.com/team/churn:v7",
        "dev.example.com/team/other:v7",
    )
    assert copy_candidates(SOURCE, ("dev.example.com",), ()) == (str(DEV),)


@pytest.mark.parametrize(
    ("target", "facts", "text"),
    [
        (DEV, None, "This is where it is. Change the registry, the repository or the tag."),
        (BETWEEN, None, "Asking prod.example.com…"),
        (BETWEEN, TargetFacts(layers=3, missing=9 * MIB), "3 layers, 9.0 MiB to send."),
        (
            BETWEEN,
            TargetFacts(tags=("v1",), layers=3, present=2, missing=MIB),
            "2 of 3 layers are already there, 1.0 MiB to send.",
        ),
        (
            WITHIN,
            TargetFacts(layers=3, missing=9 * MIB),
            "3 layers mounted from team/churn, nothing to send.",
        ),
        (
            WITHIN,
            TargetFacts(tags=("v1",), layers=3, present=2, missing=MIB),
            "2 of 3 layers already there, 1 layer mounted from team/churn, nothing to send.",
        ),
        (
            DEV.with_tag("stable"),
            TargetFacts(tags=("v7",), layers=3, present=3),
            "All 3 layers are already there, next to nothing to send.",
        ),
    ],
)
def test_what_it_comes_to(target: Reference, facts: TargetFacts | None, text: str) -> None:
    assert text in said(target, facts)


def test_a_tag_of_another_version_is_to_be_agreed_to() -> None:
    facts = TargetFacts(tags=("v7",), tag_digest=OTHER, layers=3, missing=MIB)
    advice = advise_copy(SOURCE, BETWEEN, facts, recursive=False)
    assert (advice.ready, advice.moves, advice.expected) == (True, OTHER, OTHER)
    new = advise_copy(SOURCE, BETWEEN, TargetFacts(layers=3, missing=MIB), recursive=False)
    assert (new.ready, new.moves, new.expected) == (True, "", "")


def test_what_is_there_already_may_lack_its_signatures() -> None:
    facts = TargetFacts(tags=("v7",), tag_digest=DIGEST, layers=3, present=3)
    assert not advise_copy(SOURCE, BETWEEN, facts, recursive=False).ready
    advice = advise_copy(SOURCE, BETWEEN, facts, recursive=True)
    assert advice.ready
    assert "Signatures and the like are looked for." in advice.lines[0].text


def test_what_comes_along() -> None:
    assert referrers_text(CopySource(DEV, PARTS, 0)) == ""
    assert referrers_text(CopySource(DEV, PARTS, 2)).endswith("(2)")
    assert referrers_text(CopySource(DEV, PARTS, None)) == "Take signatures and the like along"


def test_the_command_that_does_the_same() -> None:
    assert copy_command("a.example/x:1", "b.example/x:1", "") == (
        "kitops-desktop copy a.example/x:1 b.example/x:1 --no-overwrite"
    )
    assert copy_command("a.example/x:1", "b.example/x:1", DIGEST, recursive=True, verify=True) == (
        f"kitops-desktop copy a.example/x:1 b.example/x:1 --recursive --if-target {DIGEST} --verify"
    )
