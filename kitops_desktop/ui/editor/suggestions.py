"""What is proposed while one types in a field: licences by identifier and title, known words."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtWidgets import QCompleter, QLineEdit, QListView

from kitops_desktop.kitfile.licence_list import licences

_LEAST_WIDTH = 380
"""Pixels of the list, so that titles can be read beside a narrow field."""
MOST = 60
"""Suggestions that are shown at a time."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """``text`` goes into the field; ``about`` says more of it."""

    text: str
    about: str = ""


Suggest = Callable[[str], Iterable[Suggestion]]
"""From what was typed to what is proposed, the best first."""


def suggest_licences(typed: str) -> list[Suggestion]:
    """Licences in whose identifier or title all words occur; those that begin like it come first."""
    words = typed.casefold().split()
    found = [
        one for one in licences() if all(word in f"{one.identifier} {one.title}".casefold() for word in words)
    ]
    start = typed.strip().casefold()
    found.sort(key=lambda one: not one.identifier.casefold().startswith(start))
    return [
        Suggestion(one.identifier, f"{one.title} (deprecated)" if one.is_deprecated else one.title)
        for one in found[:MOST]
    ]


def suggest_words(words: Iterable[str]) -> Suggest:
    """Those of ``words`` that have what was typed in them."""
    known = tuple(words)

    def suggest(typed: str) -> list[Suggestion]:
        part = typed.strip().casefold()
        found = sorted(
            (word for word in known if part in word.casefold()),
            key=lambda word: not word.casefold().startswith(part),
        )
        return [Suggestion(word) for word in found[:MOST]]

    return suggest


class SuggestionsModel(QAbstractListModel):
    """``EditRole`` is what goes into the field."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: tuple[Suggestion, ...] = ()

    def show_suggestions(self, rows: Iterable[Suggestion]) -> None:
        new = tuple(rows)
        if new != self._rows:
            self.beginResetModel()
            self._rows = new
            self.endResetModel()

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = QModelIndex()) -> int:  # noqa: N802
        return 0 if parent.isValid() else len(self._rows)

    def data(
        self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        if not index.isValid():
            return None
        row = self._rows[index.row()]
        if role == Qt.ItemDataRole.EditRole:
            return row.text
        if role == Qt.ItemDataRole.DisplayRole:
            return f"{row.text}  ({row.about})" if row.about else row.text
        return None


class FieldCompleter(QCompleter):
    """Shows what ``suggest`` proposes for the text of ``edit``; Down opens it, also in an empty field."""

    def __init__(self, edit: QLineEdit, suggest: Suggest) -> None:
        self._suggestions = SuggestionsModel()
        super().__init__(self._suggestions, edit)
        self._suggestions.setParent(self)
        self._suggest = suggest
        self._edit = edit
        self.setCompletionMode(QCompleter.CompletionMode.UnfilteredPopupCompletion)
        self.setMaxVisibleItems(10)
        self._list = QListView()
        self._list.setAccessibleName("Suggestions")
        self._list.setProperty("kind", "suggestions")
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.setMinimumWidth(_LEAST_WIDTH)
        self.setPopup(self._list)  # which owns it from now on
        # Qt completes after it has told of the edit, so that these are in time.
        edit.textEdited.connect(self.refresh)

    def refresh(self, typed: str) -> None:
        """Propose anew; what is complete already is not proposed alone."""
        found = list(self._suggest(typed))
        alone = len(found) == 1 and found[0].text == typed
        self._suggestions.show_suggestions(() if alone else found)

    def open(self) -> None:
        """Show all there is for the text as it stands."""
        self.refresh(self._edit.text())
        if self._suggestions.rowCount():
            self.complete()
        else:
            self._list.hide()
