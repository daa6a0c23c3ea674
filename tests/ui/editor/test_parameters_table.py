"""Parameters as a typed table: what stands in its cells, and what it asks for."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QComboBox, QLineEdit, QTableWidget
from pytestqt.qtbot import QtBot

from kitops_desktop.kitfile.document import KitfileDocument
from kitops_desktop.kitfile.kitfile import FreeData
from kitops_desktop.ui.editor.form_edits import edit_parameter
from kitops_desktop.ui.editor.parameter_edits import ParameterEdit
from kitops_desktop.ui.editor.parameter_text import (
    ParameterError,
    ParameterType,
    converted,
    parse_value,
    read_value,
    type_of,
    value_text,
)
from kitops_desktop.ui.editor.parameters_table import MOST_ROWS, NAME, TYPE, VALUE, ParametersTable
from kitops_desktop.ui.theme import Theme

TEXT = """model:
  path: m
  parameters:
    rate: 1e-5  # small
    share: 0.10
    big: 12345678901234567890
    inner: {lr: 1.50, on: true}
    version: "1.10"
"""


class Sample:
    """A table over the text of a Kitfile; every edit is made at once."""

    def __init__(self, text: str) -> None:
        self.document = KitfileDocument(text)
        self.steps: list[str] = []
        self.table = ParametersTable("Parameters of model")
        self.table.edited.connect(self._edit)
        self.view = self.table.findChild(QTableWidget)
        self._show()

    def _edit(self, edit: ParameterEdit) -> None:
        named = edit_parameter(("model",), edit)
        self.steps.append(named.label)
        self.document = self.document.changed(named.change(self.document))
        self._show()

    def _show(self) -> None:
        assert self.document.kitfile.model is not None
        self.table.show_parameters(self.document.kitfile.model.parameters)

    def texts(self, column: int) -> list[str]:
        return [self.view.item(row, column).text() for row in range(self.view.rowCount())]

    def type(self, row: int, column: int, text: str) -> None:
        self.view.item(row, column).setText(text)

    def press(self, name: str) -> None:
        (found,) = [one for one in self.table.findChildren(QAbstractButton) if one.accessibleName() == name]
        found.click()


@pytest.fixture
def sample(theme: Theme, qtbot: QtBot) -> Sample:
    made = Sample(TEXT)
    qtbot.addWidget(made.table)
    made.table.resize(500, 400)
    made.table.show()
    with qtbot.waitActive(made.table):
        made.table.activateWindow()
    return made


def test_values_are_shown_as_they_were_typed_with_their_types(sample: Sample) -> None:
    assert sample.texts(NAME) == ["rate", "share", "big", "inner", "version"]
    assert sample.texts(VALUE) == ["1e-5", "0.10", "12345678901234567890", '{lr: 1.50, "on": true}', "1.10"]
    assert sample.texts(TYPE) == ["Number", "Number", "Whole number", "Map", "Text"]


def test_one_edit_leaves_all_other_numbers_as_typed(sample: Sample) -> None:
    sample.type(1, VALUE, "0.250")
    assert sample.document.text == TEXT.replace("0.10", "0.250")
    assert sample.steps == ["edit of share of model"]


def test_a_text_that_looks_like_a_number_stays_a_text(sample: Sample) -> None:
    sample.type(4, VALUE, "1.20")
    assert sample.document.text == TEXT.replace("1.10", "1.20")
    assert sample.texts(TYPE)[4] == "Text"


def test_what_is_broken_stays_in_its_cell_with_the_reason(sample: Sample) -> None:
    sample.type(3, VALUE, "{lr: 2")
    assert sample.document.text == TEXT
    assert sample.texts(VALUE)[3] == "{lr: 2"
    assert sample.view.item(3, VALUE).toolTip()
    sample.type(0, VALUE, "2e-5")  # another edit does not lose it
    assert sample.texts(VALUE)[3] == "{lr: 2"
    sample.type(3, VALUE, "{lr: 2.0}")
    assert "inner: {lr: 2.0}" in sample.document.text.replace("\n      lr", " {lr").replace("2.0\n", "2.0}\n")
    assert not sample.view.item(3, VALUE).toolTip()


def test_types_are_chosen(sample: Sample, qtbot: QtBot) -> None:
    sample.type(0, TYPE, "Text")
    assert 'rate: "1e-5"  # small' in sample.document.text
    sample.type(0, TYPE, "Number")
    assert sample.document.text == TEXT
    sample.type(0, TYPE, "Nothing")
    assert "rate: null  # small" in sample.document.text
    sample.type(4, TYPE, "Yes or no")
    assert sample.texts(TYPE)[4] == "Text"
    assert "true or false" in sample.view.item(4, VALUE).toolTip()
    sample.view.setCurrentCell(2, TYPE)
    sample.view.setFocus()
    qtbot.keyClick(sample.view, Qt.Key.Key_F2)
    box = sample.view.findChild(QComboBox)
    assert box.currentText() == "Whole number"
    box.setCurrentText("Text")
    box.activated.emit(0)
    assert 'big: "12345678901234567890"' in sample.document.text


def test_parameters_are_added_named_moved_and_removed_by_keys(sample: Sample, qtbot: QtBot) -> None:
    sample.press("Add to parameters of model")
    editor = sample.view.findChild(QLineEdit)
    assert editor is not None
    assert editor.hasFocus(), "its name can be typed at once"
    editor.setText("layers")
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: sample.texts(NAME)[-1] == "layers")
    sample.type(5, VALUE, "[1, 2]")
    assert sample.document.value(("model", "parameters", "layers")) == [1, 2]
    sample.view.setCurrentCell(5, NAME)
    qtbot.keyClick(sample.view, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    assert sample.texts(NAME)[-2:] == ["layers", "version"]
    sample.view.setCurrentCell(0, NAME)
    sample.press("Move down in parameters of model")
    assert sample.texts(NAME)[:2] == ["share", "rate"]
    qtbot.keyClick(sample.view, Qt.Key.Key_Delete)
    assert "rate" not in sample.document.text
    assert "share: 0.10" in sample.document.text


def test_the_last_one_takes_the_section_with_it(theme: Theme, qtbot: QtBot) -> None:
    sample = Sample("model:\n  path: m\n  parameters:\n    a: 1\n")
    qtbot.addWidget(sample.table)
    sample.view.setCurrentCell(0, NAME)
    sample.press("Remove from parameters of model")
    assert sample.document.text == "model:\n  path: m\n"


def test_thousands_come_some_at_a_time(theme: Theme, qtbot: QtBot) -> None:
    lines = "".join(f"    p{number}: {number}\n" for number in range(3000))
    sample = Sample(f"model:\n  path: m\n  parameters:\n{lines}")
    qtbot.addWidget(sample.table)
    assert sample.view.rowCount() == MOST_ROWS
    more = [
        one for one in sample.table.findChildren(QAbstractButton) if one.text() == "Show 200 more of 2,800"
    ]
    more[0].click()
    assert sample.texts(NAME)[-1] == "p399"
    sample.type(399, VALUE, "0.5")
    assert sample.document.value(("model", "parameters", "p399")) == 0.5
    assert sample.view.rowCount() == 2 * MOST_ROWS


def test_names_are_unique(sample: Sample) -> None:
    sample.type(0, NAME, "share")
    assert sample.texts(NAME)[0] == "rate"
    sample.type(0, NAME, "lr")
    assert sample.document.text == TEXT.replace("rate:", "lr:")
    assert sample.steps == ["renaming of rate to lr of model"]


def test_what_is_no_map_is_left_to_the_text(theme: Theme, qtbot: QtBot) -> None:
    sample = Sample("model:\n  path: m\n  parameters: [1, 2]\n")
    qtbot.addWidget(sample.table)
    assert sample.view.rowCount() == 0
    assert not sample.table.isVisible()


@pytest.mark.parametrize(
    "value",
    [
        *(0, -7, 2**63, 1.5, 1e-5, True, None, [], {}, [1, "40", None], {"a": {"b": [1.0]}}),
        *("", "plain", "40", "true", "a: b", " blank", "two\nlines", "{", "'q'", "é", "# none", "a, b", "@x"),
    ],
    ids=repr,
)
def test_what_is_shown_reads_back_the_same(value: FreeData) -> None:
    shown = value_text(value)
    assert read_value(shown, value) == value
    assert type(read_value(shown, value)) is type(value) or isinstance(value, (int, float))


@pytest.mark.parametrize(
    ("value", "wanted", "after"),
    [
        ("1e-5", ParameterType.NUMBER, 1e-5),
        (3, ParameterType.NUMBER, 3.0),
        (3.0, ParameterType.WHOLE, 3),
        (True, ParameterType.WHOLE, 1),
        ("", ParameterType.WHOLE, 0),
        ("Yes", ParameterType.TRUTH, True),
        (0, ParameterType.TRUTH, False),
        (1.5, ParameterType.TEXT, "1.5"),
        ("a", ParameterType.LIST, ["a"]),
        ("[1, 2]", ParameterType.LIST, [1, 2]),
        (None, ParameterType.LIST, []),
        ({"a": 1}, ParameterType.LIST, [1]),
        ("{a: 1}", ParameterType.MAP, {"a": 1}),
        ("", ParameterType.MAP, {}),
        ("x", ParameterType.NOTHING, None),
    ],
)
def test_conversions(value: FreeData, wanted: ParameterType, after: FreeData) -> None:
    result = converted(value, wanted)
    assert result == after
    assert type_of(result) is wanted


@pytest.mark.parametrize(
    ("value", "wanted"),
    [
        ("abc", ParameterType.NUMBER),
        (1.5, ParameterType.WHOLE),
        ("99999999999999999999999", ParameterType.WHOLE),
        ("maybe", ParameterType.TRUTH),
        ("x", ParameterType.MAP),
    ],
)
def test_what_cannot_be_converted_says_why(value: FreeData, wanted: ParameterType) -> None:
    with pytest.raises(ParameterError, match=r"\w+ .*"):
        converted(value, wanted)


def test_text_that_is_no_yaml_is_itself() -> None:
    assert parse_value("a: b: c") == "a: b: c"
    assert parse_value("1, 2") == "1, 2"
