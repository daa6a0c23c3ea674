"""The sheet before a download from Hugging Face: all that is to be known of it is asked and shown here."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QTimer, Signal, Slot
from PySide6.QtWidgets import QButtonGroup, QCheckBox, QRadioButton, QVBoxLayout, QWidget

from kitops_desktop.explanation import explain
from kitops_desktop.importers.hugging_face.survey import DownloadSurvey
from kitops_desktop.jobs.background import Background
from kitops_desktop.progress import CancelToken, Progress, Report
from kitops_desktop.ui.background_signals import Reader
from kitops_desktop.ui.hugging_face.download_choice import (
    Amount,
    DownloadChoice,
    Wanted,
    What,
    amounts,
    can_start,
    left_out_text,
    missing_answer,
    survey_text,
    trouble_text,
)
from kitops_desktop.ui.library.buttons import copy_text
from kitops_desktop.ui.library.conflict_form import ConflictForm
from kitops_desktop.ui.library.conflict_model import ConflictModel
from kitops_desktop.ui.library.file_tree_model import printable
from kitops_desktop.ui.library.target_field import TargetField
from kitops_desktop.ui.units import size_text
from kitops_desktop.ui.widgets.parts import label, line, restyle
from kitops_desktop.ui.widgets.sheet import Sheet

_PAUSE = 200  # milliseconds of quiet before the folder is looked at
_TICK = 250  # milliseconds between two words on how far that is

Look = Callable[[DownloadChoice, CancelToken, Report], DownloadSurvey]
"""What a download would do; asked in a worker thread. It reports how much was compared."""


class DownloadSheet(Sheet):
    """``download_wanted`` carries the ``HuggingFaceWork``; ``copied`` comes when the command is on the
    clipboard.
    """

    download_wanted = Signal(object)
    copied = Signal()

    def __init__(
        self, wanted: Wanted, choice: DownloadChoice, look: Look, background: Background, host: QWidget
    ) -> None:
        """``choice`` are the answers to begin with."""
        super().__init__(f"Download {wanted.address.name}", host, width=560)
        self._wanted, self._survey_of = wanted, look
        self._reader, self._counting = Reader(background, self), Reader(background, self)
        self._survey: DownloadSurvey | None = None
        self._pause = QTimer(self, singleShot=True, interval=_PAUSE)
        self._pause.timeout.connect(self._look)
        self._compared = Progress()
        self._tick = QTimer(self, interval=_TICK)
        self._tick.timeout.connect(self._show_compared)
        self.body.addWidget(label(f"{wanted.address}, {wanted.commit_text}", "muted", wrap=True))
        self._target = TargetField("Download &into", choice.target)
        self._target.changed.connect(self._on_changed)
        self.body.addWidget(self._target)
        self.body.addWidget(line())
        self.body.addLayout(self._make_what(choice.what))
        self.body.addWidget(line())
        self._opens = QCheckBox("&Open as a project when done")
        self._opens.setToolTip("There a Kitfile is proposed for it, and it can be packed as a ModelKit")
        self._opens.setChecked(choice.opens)
        self.body.addWidget(self._opens)
        self._left_out = label("", "warning", wrap=True)
        self._left_out.hide()
        self.body.addWidget(self._left_out)
        self._conflicts = ConflictForm("downloaded", "there already, with other content")
        self._conflicts.changed.connect(self._show_survey)
        self.body.addWidget(self._conflicts)
        self.body.addStretch(1)
        self._says = label("", "muted", wrap=True)
        self.add_foot(self._says)
        self._make_buttons()
        self._counting.read(lambda _: amounts(wanted), self._show_amounts, self._on_failed)
        self._look()

    @property
    def choice(self) -> DownloadChoice:
        """The answers as they are now."""
        return DownloadChoice(
            self._target.text,
            next(what for what, radio in self._radios.items() if radio.isChecked()),
            self._conflicts.rule,
            self._conflicts.model.replace,
            self._opens.isChecked(),
        )

    @property
    def looking(self) -> bool:
        """Whether what would happen is still being found out."""
        return self._pause.isActive() or self._reader.busy or self._counting.busy

    @property
    def conflicts(self) -> ConflictModel:
        """The files in the way."""
        return self._conflicts.model

    # -- widgets

    def _make_what(self, chosen: What) -> QVBoxLayout:
        """Where nothing is ticked there is no choice, but the way to one."""
        self._radios = {what: QRadioButton(text) for what, text in _WHAT.items()}
        self._all = label("", wrap=True)
        group, column = QButtonGroup(self), QVBoxLayout()
        column.setSpacing(4)
        self._radios[chosen].setChecked(True)
        column.addWidget(self._all)
        self._all.setVisible(not self._wanted.globs)
        for radio in self._radios.values():
            group.addButton(radio)
            column.addWidget(radio)
            radio.setVisible(bool(self._wanted.globs))
            radio.toggled.connect(self._on_what)
        return column

    def _make_buttons(self) -> None:
        self.add_button("Copy as command", "quiet", "terminal").clicked.connect(self._copy_command)
        self.add_button("Cancel").clicked.connect(self.close_sheet)
        self._download = self.add_button("Download", "primary", "download")
        self._download.clicked.connect(self._on_download)

    def _show_amounts(self, found: dict[What, Amount]) -> None:
        for what, amount in found.items():
            self._radios[what].setText(f"{_WHAT[what]} ({amount})")
        self._all.setText(f"Everything: {found[What.EVERYTHING]}. To have some files only, tick them first.")

    # -- looking at what would happen

    @Slot(bool)
    def _on_what(self, checked: bool) -> None:
        if checked:
            self._on_changed()

    @Slot()
    def _on_changed(self) -> None:
        self._reader.cancel()
        self._survey = None
        self._tick.stop()
        self._download.setEnabled(False)
        self._pause.start()

    @Slot()
    def _look(self) -> None:
        choice = self.choice
        self._survey = None
        self._download.setEnabled(False)
        missing = missing_answer(choice)
        if missing:
            self._say(missing)
            return
        self._say("Looking at the folder…")
        self._compared = Progress()
        self._tick.start()
        self._reader.read(
            lambda token: self._survey_of(choice, token, self._note_compared),
            self._on_survey,
            self._on_failed,
        )

    def _note_compared(self, progress: Progress) -> None:
        """Told in the worker thread."""
        self._compared = progress

    @Slot()
    def _show_compared(self) -> None:
        """Files that are there are read to compare them, which may take its time."""
        compared = self._compared
        if compared.done:
            name = printable(compared.detail)
            self._say(f"Comparing what is there already: {size_text(compared.done)}, {name}")

    def _on_survey(self, survey: DownloadSurvey) -> None:
        self._tick.stop()
        self._survey = survey
        text = left_out_text(survey.left_out)
        self._left_out.setText(text)
        self._left_out.setVisible(bool(text))
        self._conflicts.show_conflicts(survey.conflicts)
        self._show_survey()

    def _on_failed(self, error: Exception) -> None:
        self._tick.stop()
        self._conflicts.show_conflicts(())
        self._say(explain(error).what_and_why, "danger")

    @Slot()
    def _show_survey(self) -> None:
        survey, choice = self._survey, self.choice
        if survey is None:
            return
        trouble = trouble_text(choice, survey)
        self._say(trouble or survey_text(choice, survey), "danger" if trouble else "muted")
        self._download.setEnabled(can_start(choice, survey))

    def _say(self, text: str, kind: str = "muted") -> None:
        self._says.setText(text)
        restyle(self._says, kind=kind)

    # -- answers

    def _on_download(self) -> None:
        if self._survey is not None:
            self.download_wanted.emit(self.choice.work(self._wanted, self._survey))
            self.close_sheet()

    def _copy_command(self) -> None:
        copy_text(self.choice.command(self._wanted, self._survey))
        self.copied.emit()


_WHAT = {What.EVERYTHING: "&Everything", What.TICKED: "Only the &ticked files"}
