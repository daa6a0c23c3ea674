"""Where a kit may be pushed to, and what that would do."""

from __future__ import annotations

import pytest

from kitops_desktop.oci.reference import Reference, parse_reference
from kitops_desktop.ui.library.command_text import push_command
from kitops_desktop.ui.library.push_check import TargetFacts
from kitops_desktop.ui.library.push_choice import (
    Line,
    PushKit,
    advise,
    candidates,
    free_tag,
    moving_note,
    read_target,
    transfer_text,
)

DIGEST, OTHER = "sha256:" + "ab" * 32, "sha256:" + "cd" * 32
TARGET = parse_reference("registry.example.com/team/churn:v7")
KIT = PushKit(parse_reference("churn:v7"), DIGEST)
MIB = 1 << 20


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "Where to?"),
        ("churn:v1", "Begin with a registry"),
        ("registry.example.com/Churn:v1", "lowercase"),
        ("registry.example.com/churn@" + DIGEST, "give a tag"),
        ("registry.example.com/churn:v 1", "tag"),
    ],
)
def test_what_cannot_be_pushed_to(text: str, problem: str) -> None:
    found = read_target(text)
    assert isinstance(found, Line)
    assert problem in found.text


def test_a_target_without_a_tag_is_the_latest() -> None:
    assert read_target(" registry.example.com/churn ") == Reference("registry.example.com", "churn", "latest")


def test_the_likeliest_target_comes_first() -> None:
    used = ("registry.example.com/old/churn:v6", "ghcr.io/team/speech:v1", "not a reference", "local:v1")
    found = candidates(KIT, ("ghcr.io", "localhost:5000", "nowhere"), used)
    assert found == (
        "registry.example.com/old/churn:v7",
        "ghcr.io/churn:v7",
        "localhost:5000/churn:v7",
        "registry.example.com/churn:v7",
        "ghcr.io/team/speech:v7",
    )
    assert candidates(PushKit(TARGET, DIGEST), (), ())[0] == str(TARGET)


def test_a_kit_without_a_name_has_no_place_of_its_own() -> None:
    assert candidates(PushKit(parse_reference(DIGEST), DIGEST), ("ghcr.io",), ()) == ()


def test_while_nothing_is_known_nothing_is_pushed() -> None:
    assert not advise(KIT, TARGET, None).ready


def test_a_new_tag_must_still_be_new_when_it_is_put() -> None:
    advice = advise(KIT, TARGET, TargetFacts(tags=("v6",), layers=2, missing=3 * MIB))
    assert advice.ready
    assert advice.expected == ""
    assert advice.moves == ""
    assert [line.text for line in advice.lines] == ["v7 is a new tag.", "2 layers, 3.0 MiB to send."]


def test_a_tag_of_another_kit_is_moved_only_from_that() -> None:
    facts = TargetFacts(tags=("v7", "v9"), tag_digest=OTHER, layers=1, present=1)
    advice = advise(KIT, TARGET, facts)
    assert advice.moves == advice.expected == OTHER
    assert "the other stays under its digest cdcdcdcdcdcd" in moving_note(TARGET, OTHER)
    assert free_tag(TARGET, facts) == "v10"
    assert free_tag(TARGET.with_tag("latest"), facts) == ""


def test_the_very_same_kit_has_nothing_to_do() -> None:
    advice = advise(KIT, TARGET, TargetFacts(tags=("v7",), tag_digest=DIGEST))
    assert not advice.ready
    assert "nothing to do" in advice.lines[0].text


def test_a_registry_that_shows_nothing_may_be_pushed_to_all_the_same() -> None:
    advice = advise(KIT, TARGET, TargetFacts(shown=False))
    assert advice.ready
    assert advice.expected is None


@pytest.mark.parametrize(
    ("facts", "text"),
    [
        (TargetFacts(layers=5, present=3, missing=MIB), "3 of 5 layers are already there, 1.0 MiB to send."),
        (TargetFacts(layers=5, present=1, missing=MIB), "1 of 5 layers is already there, 1.0 MiB to send."),
        (TargetFacts(layers=5, missing=MIB), "5 layers, 1.0 MiB to send."),
        (TargetFacts(layers=1, missing=10), "1 layer, 10 bytes to send."),
        (TargetFacts(layers=5, present=5), "All 5 layers are already there, next to nothing to send."),
        (TargetFacts(layers=1, present=1), "The layer is already there, next to nothing to send."),
        (TargetFacts(), "It has no layers; only its Kitfile is sent."),
    ],
)
def test_what_has_to_be_sent(facts: TargetFacts, text: str) -> None:
    assert transfer_text(facts) == text


@pytest.mark.parametrize(
    ("expected", "flags"), [(None, ""), ("", " --no-overwrite"), (OTHER, f" --if-target {OTHER}")]
)
def test_the_command(expected: str | None, flags: str) -> None:
    assert push_command("churn:v7", str(TARGET), expected) == f"kitops-desktop push churn:v7 {TARGET}{flags}"
    assert push_command(str(TARGET), str(TARGET)) == f"kitops-desktop push {TARGET}"
