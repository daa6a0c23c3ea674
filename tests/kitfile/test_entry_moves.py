"""Entries that go to another section, with their comments, and what is left behind."""

from __future__ import annotations

import pytest

from kitops_desktop.kitfile.document import KitfileDocument
from kitops_desktop.kitfile.entry_moves import LISTS, MovedEntry, move_entry
from kitops_desktop.kitfile.free_data import FieldPath
from kitops_desktop.kitfile.updates import NoSuchField

TEXT = """# mine
manifestVersion: 1.0.0
model:
  path: m.gguf
  framework: llama.cpp
datasets:
  # the first
  - name: train  # kept
    # so is this
    path: 'train.csv'
    license: MIT
    parameters:
      rate: 1e-5
  - path: test.csv
code:
- path: src  # narrow
"""


def moved(entry: FieldPath, section: FieldPath, index: int | None = None, text: str = TEXT) -> MovedEntry:
    return move_entry(KitfileDocument(text), entry, section, index)


def test_an_entry_takes_its_comments_along() -> None:
    result = moved(("datasets", 0), ("code",))
    assert result.dropped == ("name", "parameters")
    assert result.entry == ("code", 1)
    assert result.text.endswith(
        "  - path: test.csv\ncode:\n- path: src  # narrow\n- path: 'train.csv'\n  license: MIT\n"
    )
    assert "  # the first\n" in result.text
    assert "    # so is this\n" in result.text, "the comment of a key that is left out stays where it was"


def test_it_goes_to_the_place_that_was_meant_and_into_a_section_that_was_not_there() -> None:
    first = moved(("code", 0), ("datasets",), 0)
    assert "datasets:\n  # the first\n  - path: src  # narrow\n  - name: train  # kept\n" in first.text
    new = moved(("datasets", 0), ("model", "parts"))
    assert new.dropped == ("parameters",)
    assert (
        "  framework: llama.cpp\n  parts:\n    - name: train  # kept\n      # so is this\n"
        "      path: 'train.csv'\n      license: MIT\n"
    ) in new.text


@pytest.mark.parametrize(
    ("source", "before", "paths", "at"),
    [
        (0, 2, ["test.csv", "train.csv"], 1),
        (0, None, ["test.csv", "train.csv"], 1),
        (1, 0, ["test.csv", "train.csv"], 0),
        (0, 0, ["train.csv", "test.csv"], 0),
        (0, 1, ["train.csv", "test.csv"], 0),
    ],
)
def test_places_in_the_same_section(source: int, before: int | None, paths: list[str], at: int) -> None:
    result = moved(("datasets", source), ("datasets",), before)
    document = KitfileDocument(result.text)
    assert [one.path for one in document.kitfile.datasets] == paths
    assert result.entry == ("datasets", at)
    assert "rate: 1e-5" in result.text


def test_a_new_model_makes_a_part_of_the_old_one() -> None:
    result = moved(("datasets", 0), ("model",))
    model = KitfileDocument(result.text).kitfile.model
    assert model is not None
    assert (model.path, model.framework, [part.path for part in model.parts]) == (
        "train.csv",
        "llama.cpp",
        ["m.gguf"],
    )
    assert set(result.dropped) == {"name", "license", "parameters"}


def test_an_entry_becomes_the_model_where_there_is_none() -> None:
    text = "datasets:\n  - {name: a, path: a.bin, license: MIT}\n"
    result = moved(("datasets", 0), ("model",), text=text)
    model = KitfileDocument(result.text).kitfile.model
    assert model is not None
    assert (model.name, model.path, model.license) == ("a", "a.bin", "MIT")
    assert result.dropped == ()


def test_the_model_becomes_an_entry() -> None:
    result = moved(("model",), ("datasets",))
    document = KitfileDocument(result.text)
    assert document.kitfile.model is None
    assert [one.path for one in document.kitfile.datasets] == ["train.csv", "test.csv", "m.gguf"]
    assert result.dropped == ("framework",)
    assert result.entry == ("datasets", 2)


def test_a_model_with_parts_only_gives_its_file_away() -> None:
    text = TEXT.replace("  framework: llama.cpp\n", "  framework: llama.cpp\n  parts:\n    - path: t.json\n")
    result = moved(("model",), ("code",), text=text)
    model = KitfileDocument(result.text).kitfile.model
    assert model is not None
    assert (model.path, model.framework, len(model.parts)) == ("", "llama.cpp", 1)
    assert KitfileDocument(result.text).kitfile.code[-1].path == "m.gguf"


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("target", LISTS, ids=str)
@pytest.mark.parametrize("source", [("datasets", 0), ("datasets", 1), ("code", 0), ("model",)], ids=str)
def test_what_comes_out_reads_as_meant(source: FieldPath, target: FieldPath, newline: str) -> None:
    text = TEXT.replace("\n", newline)
    result = moved(source, target, text=text)
    document = KitfileDocument(result.text)
    assert document.is_readable
    assert document.text.replace("\r\n", "\n").count("\n") == document.text.count(newline)
    path = KitfileDocument(text).value((*source, "path"))
    assert document.value((*result.entry, "path")) == path
    assert document.text.startswith("# mine")


def test_flow_style_and_anchors_are_moved_too() -> None:
    text = "datasets: [{path: d, license: MIT}]\ndocs:\n  - &b\n    path: doc\ncode:\n  - *b\n"
    result = moved(("docs", 0), ("datasets",), 0, text)
    document = KitfileDocument(result.text)
    assert [one.path for one in document.kitfile.datasets] == ["doc", "d"]
    assert [one.path for one in document.kitfile.code] == ["doc"]


@pytest.mark.parametrize(
    ("entry", "section"),
    [
        (("datasets", 7), ("code",)),
        (("package",), ("code",)),
        (("code", 0), ("package",)),
        (("datasets", 9), ("datasets",)),
    ],
)
def test_what_cannot_be_moved(entry: FieldPath, section: FieldPath) -> None:
    with pytest.raises(NoSuchField):
        moved(entry, section)


def test_the_model_that_is_not_there_cannot_be_moved() -> None:
    with pytest.raises(NoSuchField):
        moved(("model",), ("code",), text="code:\n  - path: .\n")
