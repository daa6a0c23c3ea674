"""What is proposed while one types: licences, words, paths of the folder."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester
from pytestqt.qtbot import QtBot

from kitops_desktop.jobs.background import Background
from kitops_desktop.ui.editor.field_edit import FieldEdit
from kitops_desktop.ui.editor.form_fields import FRAMEWORKS
from kitops_desktop.ui.editor.path_suggestions import PathSuggestions
from kitops_desktop.ui.editor.suggestions import (
    MOST,
    Suggestion,
    SuggestionsModel,
    suggest_licences,
    suggest_words,
)
from kitops_desktop.ui.theme import Theme


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("apache", "Apache-2.0"),
        ("gnu affero 3", "AGPL-3.0-only"),
        ("cc by", "CC-BY-4.0"),
        ("mit", "MIT"),
        ("open data commons public", "PDDL-1.0"),
        ("", "Apache-2.0"),
    ],
)
def test_licences_are_found_by_identifier_and_title(typed: str, first: str) -> None:
    assert suggest_licences(typed)[0].text == first


def test_not_more_are_proposed_than_one_can_read() -> None:
    assert len(suggest_licences("license")) == MOST
    assert suggest_licences("no such licence") == []


def test_words_that_begin_like_it_come_first() -> None:
    assert [one.text for one in suggest_words(FRAMEWORKS)("t")][:2] == ["tensorflow", "transformers"]
    assert "pytorch" in [one.text for one in suggest_words(FRAMEWORKS)("torch")]


def test_the_model_keeps_the_rules(qapp: object) -> None:
    model = SuggestionsModel()
    QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    model.show_suggestions(suggest_licences("gpl"))
    assert model.index(0).data(Qt.ItemDataRole.EditRole) == "GPL-3.0-only"
    assert model.index(0).data() == "GPL-3.0-only  (GNU General Public License v3.0 only)"
    model.show_suggestions([Suggestion("a")])
    assert model.index(0).data() == "a"
    model.show_suggestions(())
    assert model.rowCount() == 0


def test_a_title_is_typed_and_the_identifier_taken_by_keys(theme: Theme, qtbot: QtBot) -> None:
    edit = FieldEdit(suggest_licences)
    qtbot.addWidget(edit)
    edit.show()
    with qtbot.waitActive(edit):
        edit.activateWindow()
    edit.setFocus()
    qtbot.keyClicks(edit, "apache lic")
    popup = edit.completer().popup()
    qtbot.waitUntil(popup.isVisible)
    qtbot.keyClick(popup, Qt.Key.Key_Down)
    with qtbot.waitSignal(edit.chosen):
        qtbot.keyClick(popup, Qt.Key.Key_Return)
    assert edit.text() == "Apache-2.0"
    edit.clear()
    qtbot.keyClick(edit, Qt.Key.Key_Down)
    assert popup.isVisible(), "Down shows all there is"
    qtbot.keyClick(popup, Qt.Key.Key_Escape)
    assert edit.text() == ""


@pytest.fixture
def paths(qapp: object, tmp_path: Path) -> Iterator[PathSuggestions]:
    for name in ("data/train.csv", "data/test.csv", "data/raw/a.bin", "Model.onnx", "model-2.onnx"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    (tmp_path / "bad\nname").touch()
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9")).touch()
    (tmp_path / "loop").symlink_to(tmp_path)
    background = Background()
    made = PathSuggestions(tmp_path, background)
    yield made
    made.deleteLater()
    background.close()


def suggested(paths: PathSuggestions, typed: str, qtbot: QtBot) -> list[str]:
    if not (found := paths.suggest(typed)):
        with qtbot.waitSignal(paths.listed):
            pass
        found = paths.suggest(typed)
    return [one.text for one in found]


def test_paths_come_level_by_level(paths: PathSuggestions, qtbot: QtBot) -> None:
    assert suggested(paths, "", qtbot) == [".", "data", "Model.onnx", "model-2.onnx"]
    assert suggested(paths, "mod", qtbot) == ["Model.onnx", "model-2.onnx"]
    assert suggested(paths, "data/t", qtbot) == ["data/test.csv", "data/train.csv"]
    assert suggested(paths, "./data/raw/", qtbot) == ["./data/raw/a.bin"]


def test_nothing_is_proposed_from_outside_of_the_folder(paths: PathSuggestions, qtbot: QtBot) -> None:
    for typed in ("/etc/", "../", "data/../../"):
        assert paths.suggest(typed) == []


def test_what_is_no_folder_has_nothing(paths: PathSuggestions, qtbot: QtBot) -> None:
    assert suggested(paths, "Model.onnx/", qtbot) == []


def test_new_files_are_seen_when_the_field_is_entered_again(
    paths: PathSuggestions, qtbot: QtBot, tmp_path: Path
) -> None:
    assert suggested(paths, "z", qtbot) == []
    (tmp_path / "z.txt").touch()
    paths.forget()
    assert suggested(paths, "z", qtbot) == ["z.txt"]
