"""Where a sign-in is to be kept: the places, one of which is chosen."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QLabel, QRadioButton, QVBoxLayout, QWidget

from kitops_desktop.credentials.keyring_store import KeyringState
from kitops_desktop.credentials.lookup import Credentials, Keep
from kitops_desktop.errors import CredentialError
from kitops_desktop.ui.browser.keep_choice import KeepChoice, best_choice, keep_choices
from kitops_desktop.ui.widgets.parts import label


class KeepChooser(QWidget):
    """The keyring, until ``show_places`` has said what there is. ``changed`` carries the ``Keep``."""

    changed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._wanted: Keep | None = None
        self._places: dict[Keep, tuple[QRadioButton, QLabel]] = {}
        self._group = QButtonGroup(self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        for choice in keep_choices(None):
            box, note = QRadioButton(choice.text), label("", "caption", wrap=True)
            note.setContentsMargins(26, 0, 0, 4)
            self._places[choice.keep] = (box, note)
            self._group.addButton(box)
            box.clicked.connect(partial(self._on_clicked, choice.keep))
            column.addWidget(box)
            column.addWidget(note)
        self._show(keep_choices(None))
        self._choose(Keep.KEYRING)

    @property
    def keep(self) -> Keep:
        """What is chosen."""
        return next((keep for keep, (box, _) in self._places.items() if box.isChecked()), Keep.SESSION)

    def show_places(self, state: KeyringState, helper: str) -> None:
        """Say what there is; what the user has chosen stays, where that is possible."""
        self._show(keep_choices(state, helper))
        if self._wanted is None or (self._wanted is Keep.KEYRING and not state.available):
            self._choose(best_choice(state))

    def _show(self, choices: tuple[KeepChoice, ...]) -> None:
        for choice in choices:
            box, note = self._places[choice.keep]
            box.setText(choice.text)
            box.setEnabled(choice.possible)
            box.setAccessibleDescription(choice.note)
            note.setText(choice.note)
            note.setVisible(bool(choice.note))

    def _on_clicked(self, keep: Keep) -> None:
        self._wanted = keep
        self._choose(keep)

    def _choose(self, keep: Keep) -> None:
        self._places[keep][0].setChecked(True)
        self.changed.emit(keep)


def places_to_keep(credentials: Credentials, host: str) -> tuple[KeyringState, str]:
    """The keyring, and the program that keeps sign-ins for `kit` ("": none). For worker threads."""
    try:
        helper = credentials.kit_helper(host)
    except CredentialError:
        helper = ""  # said when something is to be kept there
    return credentials.keyring_state(), helper
