"""What a careful person would mind about a Kitfile, and what mends it."""

from __future__ import annotations

from pathlib import Path

import pytest

from kitops_desktop.classification.concerns import (
    Concern,
    FolderFacts,
    content_concerns,
    folder_facts,
    kitfile_concerns,
)
from kitops_desktop.classification.file_look import look_at
from kitops_desktop.classification.remedies import Fix, remedy_of
from kitops_desktop.kitfile.document import KitfileDocument
from kitops_desktop.kitfile.problems import Severity

HEAD = "manifestVersion: 1.0.0\npackage:\n  license: MIT\n"
MIT = Path(__file__).resolve().parents[2] / "LICENSE"
FACTS = FolderFacts(readme="README.md")


def concerns(text: str, facts: FolderFacts = FACTS) -> tuple[Concern, ...]:
    return tuple(kitfile_concerns(KitfileDocument(text).kitfile, facts))


def mended(text: str, concern: Concern) -> str:
    assert isinstance(concern.remedy, Fix)
    return concern.remedy.edit(KitfileDocument(text))


def test_nothing_is_said_of_a_kitfile_that_is_as_it_should_be() -> None:
    assert concerns(f"{HEAD}model:\n  path: model\ncode:\n- path: src\ndatasets:\n- path: data\n") == ()


def test_a_missing_licence_is_that_of_the_text_that_is_there(tmp_path: Path) -> None:
    (tmp_path / "LICENSE.txt").write_bytes(MIT.read_bytes())
    text = "manifestVersion: 1.0.0\ncode:\n- path: src\n"
    facts = folder_facts(tmp_path, KitfileDocument(text).kitfile)
    licence, readme = concerns(text, facts)
    assert licence.problem.field == "package.license"
    assert licence.remedy is not None
    assert licence.remedy.label == "Write Apache-2.0"
    assert KitfileDocument(mended(text, licence)).kitfile.package.license == "Apache-2.0"
    assert "README" in readme.problem.message
    (tmp_path / "LICENSE.txt").write_text("All mine.")
    (unknown, _) = concerns(text, folder_facts(tmp_path, KitfileDocument(text).kitfile))
    assert unknown.remedy is None


def test_of_two_kitfiles_it_is_said_which_counts(tmp_path: Path) -> None:
    for name in ("kitfile", "Kitfile", "README.md"):
        (tmp_path / name).write_text(HEAD)
    if len(list(tmp_path.iterdir())) == 2:
        pytest.skip("the file system takes both names for one")
    (found,) = concerns(HEAD, folder_facts(tmp_path, KitfileDocument(HEAD).kitfile))
    assert found.problem.severity is Severity.WARNING
    assert "Kitfile counts, kitfile does not" in found.problem.message


@pytest.mark.parametrize(
    ("entries", "label", "after"),
    [
        (
            "code:\n- path: train.csv\n  description: d\n",
            "Move to datasets",
            "datasets:\n- path: train.csv\n  description: d\n",
        ),
        ("docs:\n- path: a/b.parquet\n", "Move to datasets", "datasets:\n- path: a/b.parquet\n"),
        (
            "model:\n  path: m\n  parts:\n  - name: n\n    path: x.jsonl\n    type: t\n",
            "Move to datasets",
            "model:\n  path: m\ndatasets:\n- name: n\n  path: x.jsonl\n",
        ),
        (
            "model:\n  path: m\ndatasets:\n- path: n.gguf\n",
            "Move to model parts",
            "model:\n  path: m\n  parts:\n  - path: n.gguf\n",
        ),
    ],
)
def test_an_entry_in_the_wrong_section_is_moved_with_what_it_says(
    entries: str, label: str, after: str
) -> None:
    (found,) = concerns(HEAD + entries)
    assert found.remedy is not None
    assert found.remedy.label == label
    assert KitfileDocument(mended(HEAD + entries, found)).kitfile == KitfileDocument(HEAD + after).kitfile


@pytest.mark.parametrize(
    ("entries", "words"),
    [
        ("model:\n  name: m\n", "The model has no path"),
        ("model:\n  path: model\ndatasets:\n- path: model/train\n", "lies in the folder of the model"),
        ("prompts:\n- path: p.md\n", "refuse a Kitfile with prompts"),
        ("mcpServers:\n- name: s\n  path: s.mcpb\n", "refuse a Kitfile with mcpServers"),
    ],
)
def test_what_else_is_worth_another_look(entries: str, words: str) -> None:
    (found,) = concerns(HEAD + entries)
    assert found.problem.severity is Severity.ADVICE
    assert words in found.problem.message


def test_a_model_whose_path_reads_as_another_kit(tmp_path: Path) -> None:
    (tmp_path / "model:v1").write_text("x")
    (tmp_path / "README.md").write_text("x")
    text = f"{HEAD}model:\n  path: model:v1\n"
    (found,) = concerns(text, folder_facts(tmp_path, KitfileDocument(text).kitfile))
    assert found.problem.severity is Severity.WARNING
    assert concerns(text) == (), "without such a file it is the name of a kit"


def test_a_folder_that_cannot_be_listed_has_no_facts(tmp_path: Path) -> None:
    assert folder_facts(tmp_path / "gone", KitfileDocument(HEAD).kitfile) == FolderFacts()


def test_content_that_is_not_what_it_seems(tmp_path: Path) -> None:
    (tmp_path / "model.safetensors").write_text(
        "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 99\n"
    )
    looks = [look_at(tmp_path, name) for name in ("model.safetensors", "gone.py")]
    pointer, gone = content_concerns(looks)
    assert pointer.problem.severity is Severity.WARNING
    assert "git lfs pull" in pointer.problem.message
    assert (gone.problem.severity, gone.path) == (Severity.ERROR, "gone.py")


# -- what mends the rules of kit


@pytest.mark.parametrize(
    ("text", "label", "after"),
    [
        (f"{HEAD}code:\n- path: a\n- path: a\n", "Remove the entry", f"{HEAD}code:\n- path: a\n"),
        (f"{HEAD}code:\n- path: a\n- path: ./a\n", "Remove the entry", f"{HEAD}code:\n- path: a\n"),
        (f"{HEAD}code:\n- path: '  a'\n", "Remove the blank", f"{HEAD}code:\n- path: a\n"),
        (f"{HEAD}code:\n- path: /w/kit/a/b\n", "Write a/b", f"{HEAD}code:\n- path: a/b\n"),
        ("code:\n- path: a\n", "Write 1.0.0", "manifestVersion: 1.0.0\ncode:\n- path: a\n"),
    ],
)
def test_rules_that_are_broken_are_mended(text: str, label: str, after: str) -> None:
    document = KitfileDocument(text)
    fixes = [fix for fix in (remedy_of(one, Path("/w/kit")) for one in document.problems) if fix is not None]
    assert [fix.label for fix in fixes] == [label]
    assert isinstance(fixes[0], Fix)
    assert KitfileDocument(fixes[0].edit(document)).kitfile == KitfileDocument(after).kitfile


def test_a_path_elsewhere_on_the_disk_is_not_guessed_at() -> None:
    (problem,) = KitfileDocument(f"{HEAD}code:\n- path: /etc/a\n").problems
    assert remedy_of(problem, Path("/w/kit")) is None
