"""What the form asks for, as edits of the text."""

from __future__ import annotations

from pathlib import Path

import pytest

from kitops_desktop.kitfile.document import KitfileDocument
from kitops_desktop.ui.editor import form_edits
from kitops_desktop.ui.editor.field_names import FieldPath, field_title
from kitops_desktop.ui.editor.parameter_edits import SetParameter

TEXT = """# mine
manifestVersion: 1.0.0
package:
  name: x  # name
  authors: [a, b]
datasets:
  - path: one
  - path: two  # second
"""


@pytest.mark.parametrize(
    ("path", "title"),
    [
        (("package", "name"), "package name"),
        (("model", "parts", 0, "path"), "part 1 path"),
        (("datasets", 1, "path"), "dataset 2 path"),
        (("datasets", 1), "dataset 2"),
        (("datasets",), "dataset"),
        (("model", "parameters"), "model parameters"),
        (("manifestVersion",), "manifestVersion"),
    ],
)
def test_fields_have_names_for_people(path: FieldPath, title: str) -> None:
    assert field_title(path) == title


@pytest.mark.parametrize(
    ("edit", "label", "before", "after"),
    [
        (
            form_edits.set_field(("package", "name"), "kit"),
            "edit of package name",
            "name: x  #",
            "name: kit  #",
        ),
        (form_edits.set_field(("package", "name"), ""), "edit of package name", "  name: x  # name\n", ""),
        (
            form_edits.set_field(("package", "authors"), ("a", "c", "d")),
            "edit of package authors",
            "[a, b]",
            "[a, c, d]",
        ),
        (form_edits.set_field(("package", "authors"), ("a",)), "edit of package authors", "[a, b]", "[a]"),
        (form_edits.remove_entry(("datasets", 0)), "removal of dataset 1", "  - path: one\n", ""),
        (
            form_edits.add_entry(("datasets",), "x", "three"),
            "adding of dataset",
            "# second\n",
            "# second\n  - path: three\n",
        ),
        (
            form_edits.add_entry(("datasets",), "x", ""),
            "adding of dataset",
            "# second\n",
            "# second\n  - {}\n",
        ),
        (
            form_edits.edit_parameter(("datasets", 0), SetParameter("top", 1)),
            "edit of top of dataset 1",
            "- path: one\n",
            "- path: one\n    parameters:\n      top: 1\n",
        ),
    ],
)
def test_an_edit_changes_its_lines_only(
    edit: form_edits.NamedEdit, label: str, before: str, after: str
) -> None:
    assert edit.label == label
    assert edit.change(KitfileDocument(TEXT)) == TEXT.replace(before, after)


def test_moving_an_entry() -> None:
    edit = form_edits.move_entry(("datasets", 1), -1)
    assert edit.label == "reorder Datasets"
    document = KitfileDocument(edit.change(KitfileDocument(TEXT)))
    assert [entry.path for entry in document.kitfile.datasets] == ["two", "one"]
    assert "# second" in document.text


@pytest.mark.parametrize(("file", "line"), [("m.onnx", "path: m.onnx"), ("", "name: churn")])
def test_a_model_is_added_with_what_is_known(file: str, line: str) -> None:
    edit = form_edits.add_entry(("model",), "churn", file)
    assert f"model:\n  {line}\n" in edit.change(KitfileDocument(TEXT))


@pytest.mark.parametrize(
    ("chosen", "path"),
    [("/a/b/c/d.csv", "c/d.csv"), ("/a/b", "."), ("/a/x", ""), ("/a/bc", "")],
)
def test_paths_are_named_from_the_folder(chosen: str, path: str) -> None:
    assert form_edits.path_in_folder(Path("/a/b"), Path(chosen)) == path


def test_a_path_that_no_kitfile_can_name_is_not_proposed() -> None:
    assert form_edits.first_uncovered(["caf\udce9", "a\nb", "good", "later"]) == "good"
    assert form_edits.first_uncovered([]) == ""
