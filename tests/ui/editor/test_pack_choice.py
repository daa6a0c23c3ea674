"""References that are proposed, and what stands in the way of packing."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from kitops_desktop.errors import InvalidReference
from kitops_desktop.jobs.pack_job import PackWork
from kitops_desktop.jobs.tools import Tools
from kitops_desktop.modelkit.media_types import Compression
from kitops_desktop.progress import CancelToken
from kitops_desktop.store.local_store import LocalStore
from kitops_desktop.ui.editor.pack_check import (
    PackAnswers,
    PackFacts,
    last_tags,
    look_at,
    moving_tags,
    obstacle,
    open_secrets,
    size_lines,
)
from kitops_desktop.ui.editor.pack_choice import parse_targets, repository_name, suggested_reference


@pytest.mark.parametrize(
    ("folder", "package", "last", "taken", "proposed"),
    [
        ("Churn Model", "", "", (), "churn-model:v1"),
        ("x", "My Kit", "", ("v1",), "my-kit:v2"),
        ("x", "y", "reg.example.com/team/churn:v3", ("v3",), "reg.example.com/team/churn:v4"),
        ("x", "", "not a reference", (), "x:v1"),
        ("ÄÖ", "", "", (), "modelkit:v1"),
        ("x", "", "churn@sha256:" + "0" * 64, (), "x:v1"),
    ],
)
def test_the_reference_that_is_proposed(
    folder: str, package: str, last: str, taken: tuple[str, ...], proposed: str
) -> None:
    assert suggested_reference(folder, package, last, taken) == proposed
    parse_targets(proposed)


@pytest.mark.parametrize("text", ["UPPER:v1", "a:b c", "x@sha256:" + "0" * 64, "x:v1,bad tag", ""])
def test_what_cannot_be_a_target(text: str) -> None:
    with pytest.raises(InvalidReference):
        PackAnswers(text).targets()
    assert "For example: myteam/churn:v1" in PackAnswers(text).reference_problem()


def test_names_that_repositories_may_have() -> None:
    assert repository_name("--A  b_c!") == "a-b-c"


def test_more_tags_and_the_command() -> None:
    answers = PackAnswers("churn:v1 ", " latest, ,stable", Compression.ZSTD, follow_links=True)
    assert answers.name == "churn:v1,latest,stable"
    assert answers.command(Path("/my folder")) == (
        "kitops-desktop pack '/my folder' --tag churn:v1,latest,stable --compression zstd --follow-links"
    )


@pytest.fixture
def facts(tmp_path: Path) -> PackFacts:
    folder = tmp_path / "churn"
    folder.mkdir()
    (folder / ".env").write_text("KEY=1")
    (folder / "a").symlink_to(".env")
    (folder / "Kitfile").write_text("code:\n- path: .\n")
    work = PackWork(folder, text="manifestVersion: 1.0.0\ncode:\n- path: .\n", ignore_text="")
    return look_at(work, Tools(LocalStore(tmp_path / "kitops")), CancelToken())


def test_what_is_known_before_packing(facts: PackFacts) -> None:
    assert facts.problem is None
    assert facts.prepared is not None
    assert facts.needed == facts.prepared.plan.size > 1024
    assert facts.links == 1
    assert [one.path for one in facts.secrets] == [".env"]
    size, room = size_lines(facts)
    assert size.startswith("1 file in 1 layer, ")
    assert room.startswith("All of it is new to the store; ")
    assert size_lines(replace(facts, needed=0))[1].startswith("The store has all of it already; ")
    assert size_lines(replace(facts, needed=1024, free=None))[1] == "1.0 KiB of it are new to the store."


def test_secrets_stand_in_the_way_until_they_are_allowed(facts: PackFacts) -> None:
    answers = PackAnswers("churn:v1")
    assert obstacle(answers, facts).startswith("1 secret would be packed. Tick it")
    allowed = PackAnswers("churn:v1", allowed=(".env",))
    assert open_secrets(allowed, facts) == ()
    assert obstacle(allowed, facts) == ""


@pytest.mark.parametrize(
    ("answers", "known", "why"),
    [
        (PackAnswers("churn:v1"), None, "Looking through the folder…"),
        (PackAnswers("NO"), PackFacts(), "The reference cannot be used."),
        (PackAnswers("churn:v1"), PackFacts(needed=4096, free=1024), "too full: 3.0 KiB more are needed"),
        (PackAnswers("churn:v1", compression=Compression.GZIP), PackFacts(needed=4096, free=1024), ""),
        (PackAnswers("churn:v1"), PackFacts(needed=4096, free=None), ""),
    ],
)
def test_what_stands_in_the_way(answers: PackAnswers, known: PackFacts | None, why: str) -> None:
    assert why in obstacle(answers, known)
    assert bool(obstacle(answers, known)) == bool(why)


def test_tags_that_would_move_are_named() -> None:
    known = PackFacts(tags={"localhost/churn": {"v1": "sha256:" + "ab" * 32, "old": "sha256:" + "0" * 64}})
    assert moving_tags(PackAnswers("churn:v2"), known) == ""
    assert "v1 (now abababababab) exists already" in moving_tags(PackAnswers("churn:v1", "next"), known)
    assert "exist already. They" in moving_tags(PackAnswers("churn:v1", "old"), known)
    assert moving_tags(PackAnswers("BAD"), known) == ""
    assert last_tags("churn:v1", known) == ("v1", "old")
    assert last_tags("BAD", known) == ()


def test_a_kitfile_that_cannot_be_packed_is_explained(tmp_path: Path) -> None:
    work = PackWork(tmp_path, text="code:\n- path: gone\n", ignore_text="")
    found = look_at(work, Tools(LocalStore(tmp_path / "kitops")), CancelToken())
    assert found.problem is not None
    assert obstacle(PackAnswers("a:b"), found) == f"{found.problem.title}."
    assert size_lines(found) == ("", "")
