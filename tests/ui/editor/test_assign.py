"""Moving files to sections: what becomes of both texts, and what the step is called."""

from __future__ import annotations

import pytest

from kitops_desktop.errors import KitfileInvalid
from kitops_desktop.kitfile.document import KitfileDocument
from kitops_desktop.kitfile.ignore import IgnoreRules
from kitops_desktop.modelkit.destination import Destinations
from kitops_desktop.ui.editor.assign import NamedStep, assign
from kitops_desktop.ui.editor.sections import IGNORE, TARGETS, FieldPath

KITFILE = """\
# the kit of the team
manifestVersion: 1.0.0
model:
  name: churn  # keep
  path: model.safetensors
datasets:
  - name: train
    path: data/train.csv  # the good one
code:
  - path: src
"""
MODEL, PARTS = ("model",), ("model", "parts")
DATASETS, CODE, DOCS, PROMPTS = ("datasets",), ("code",), ("docs",), ("prompts",)


def done(section: FieldPath, *paths: str, kitfile: str = KITFILE, ignored: str = "") -> NamedStep:
    return assign(KitfileDocument(kitfile), ignored, paths, section)


def fields(step: NamedStep, path: str) -> list[str]:
    """The entries that take a path after the step."""
    document = KitfileDocument(step.kitfile)
    assert document.is_readable, step.kitfile
    rules = IgnoreRules.parse(step.ignore)
    return [entry.field for entry in Destinations.of_kitfile(document.kitfile, rules).of(path).entries]


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.title)
@pytest.mark.parametrize("path", ["new.bin", "data/train.csv", "model.safetensors", "src"])
def test_a_path_is_taken_by_its_new_section_only(target: object, path: str) -> None:
    section = target.section  # type: ignore[attr-defined]
    step = done(section, path)
    taken = fields(step, path)
    if section == IGNORE:
        assert not taken
        assert path not in step.kitfile
    else:
        assert len(taken) == 1
        assert taken[0].startswith(".".join(section))
    assert step.kitfile.startswith("# the kit of the team\n")


def test_a_new_entry_has_what_its_name_tells() -> None:
    assert "  - name: test\n    path: data/test.csv\n" in done(DATASETS, "data/test.csv").kitfile
    assert "type: tokenizer" in done(PARTS, "tokenizer.json").kitfile
    assert "type: config" in done(PARTS, "config.json").kitfile
    assert "name: SKILL\n" in done(PROMPTS, "SKILL.md").kitfile
    step = done(MODEL, "weights/m.gguf", kitfile="manifestVersion: 1.0.0\n")
    assert KitfileDocument(step.kitfile).kitfile.model is not None
    assert "name: m\n" in step.kitfile
    assert "format: gguf" in step.kitfile


def test_moving_takes_along_what_the_new_section_knows() -> None:
    step = done(CODE, "data/train.csv")
    assert "datasets" not in step.kitfile
    assert "  - path: src\n" in step.kitfile
    assert step.label == "move train.csv to Code"
    assert "name" in step.notice


def test_what_was_the_model_becomes_a_part() -> None:
    step = done(MODEL, "better.safetensors")
    model = KitfileDocument(step.kitfile).kitfile.model
    assert model is not None
    assert (model.path, [part.path for part in model.parts]) == ("better.safetensors", ["model.safetensors"])
    assert step.notice == "model.safetensors is a part of the model now."
    assert "name: churn  # keep" in step.kitfile


def test_of_several_paths_the_first_is_the_model() -> None:
    step = done(MODEL, "a.bin", "b.bin", kitfile="manifestVersion: 1.0.0\n")
    model = KitfileDocument(step.kitfile).kitfile.model
    assert model is not None
    assert (model.path, [part.path for part in model.parts]) == ("a.bin", ["b.bin"])
    assert step.label == "move 2 files to Model"


def test_a_part_can_become_the_model_and_the_model_a_part() -> None:
    step = done(MODEL, "b.bin", kitfile="model:\n  path: a.bin\n  parts:\n    - path: b.bin\n")
    model = KitfileDocument(step.kitfile).kitfile.model
    assert model is not None
    assert (model.path, [part.path for part in model.parts]) == ("b.bin", ["a.bin"])


def test_a_path_named_twice_is_named_once_afterwards() -> None:
    kitfile = "datasets:\n  - path: a.csv\ncode:\n  - path: ./a.csv\ndocs:\n  - path: a.csv\n"
    step = done(DOCS, "a.csv", kitfile=kitfile)
    assert fields(step, "a.csv") == ["docs[0]"]
    assert step.kitfile.count("a.csv") == 1


def test_moving_where_it_is_changes_nothing() -> None:
    assert done(CODE, "src").kitfile == KITFILE


def test_what_ignored_it_gives_way() -> None:
    assert done(DATASETS, "data/x.csv", ignored="*.tmp\ndata/x.csv\n").ignore == "*.tmp\n"
    step = done(DATASETS, "run.log", ignored="**/*.log\n")
    assert step.ignore == "**/*.log\n!run.log\n"
    assert fields(step, "run.log") == ["datasets[1]"]


def test_ignoring_takes_entries_away_and_adds_one_pattern() -> None:
    step = done(IGNORE, "data/train.csv", "notes [old].md", "a.log", ignored="**/*.log\n!data/train.csv\n")
    assert "train.csv" not in step.kitfile
    assert step.ignore == "**/*.log\ndata/train.csv\nnotes \\[old\\].md\n"
    assert step.label == "ignoring of 3 files"
    assert done(IGNORE, "model.safetensors").kitfile.count("name: churn  # keep") == 1


@pytest.mark.parametrize("path", ["caf\udce9.csv", "two\nlines.csv"])
def test_names_that_no_line_can_hold_are_ignored_by_a_pattern_that_fits(path: str) -> None:
    rules = IgnoreRules.parse(done(IGNORE, path).ignore)
    assert rules.ignores(path)
    assert not rules.ignores("cafe.txt")


def test_what_a_kitfile_cannot_name_is_refused() -> None:
    with pytest.raises(KitfileInvalid, match=r"caf\\xe9.csv. is not UTF-8"):
        done(DATASETS, "caf\udce9.csv")
    with pytest.raises(KitfileInvalid, match="describes the kit"):
        done(CODE, "Kitfile")
    step = done(DATASETS, "two\nlines.csv")
    assert fields(step, "two\nlines.csv") == ["datasets[1]"]
