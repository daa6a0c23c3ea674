"""What a new user sees first: try the sample, open a folder, or drop one."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QEvent, Qt, Signal, Slot
from PySide6.QtWidgets import QFileDialog, QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from kitops_desktop.jobs.job import Job, JobState
from kitops_desktop.jobs.sample_job import SampleWork
from kitops_desktop.ui.colours import colours_of
from kitops_desktop.ui.icons import application_icon, pixmap
from kitops_desktop.ui.navigation import LIBRARY, Navigator
from kitops_desktop.ui.widgets.card import Card
from kitops_desktop.ui.widgets.parts import button, label
from kitops_desktop.workspace import Workspace

_PICTURE = 32
_CARD_WIDTHS = (190, 250)


class _Way(Card):
    """One way to begin."""

    chosen = Signal()

    def __init__(self, icon_name: str, title: str, text: str, action: str, kind: str = "") -> None:
        super().__init__()
        self.setMinimumWidth(_CARD_WIDTHS[0])
        self.setMaximumWidth(_CARD_WIDTHS[1])
        self.setAccessibleName(title)
        self._icon_name = icon_name
        self._picture = QLabel()
        self.body.setContentsMargins(22, 22, 22, 22)
        self.body.addWidget(self._picture)
        self.body.addWidget(label(title, "heading"))
        words = label(text, "muted", wrap=True)
        words.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.body.addWidget(words, 1)
        if action:
            made = button(action, kind=kind)
            made.clicked.connect(self.chosen)
            self.body.addWidget(made)
        self._draw()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        super().changeEvent(event)
        if event.type() is QEvent.Type.PaletteChange:
            self._draw()

    def _draw(self) -> None:
        colour = colours_of(self.palette()).accent
        self._picture.setPixmap(pixmap(self._icon_name, _PICTURE, colour, self.devicePixelRatioF()))


class WelcomePage(QWidget):
    """Shown until a folder or the sample was opened, and from the menu."""

    def __init__(self, workspace: Workspace, navigator: Navigator) -> None:
        super().__init__()
        self._workspace, self._navigator = workspace, navigator
        self._sample_job: Job | None = None
        sample = _Way(
            "sparkle",
            "Try the sample",
            "A small trained model with its data, code and documents. See what a ModelKit is made of, change "
            "its Kitfile, pack it, and unpack it elsewhere.",
            "Choose a place for it…",
            "primary",
        )
        folder = _Way(
            "folder-open",
            "Open a folder",
            "A folder with a model and what belongs to it. If it has no Kitfile yet, one is proposed, with a "
            "reason for every line.",
            "Open a folder…",
        )
        drop = _Way(
            "drop",
            "Drop a folder here",
            "From your file manager to anywhere in this window, now or at any other time.",
            "",
        )
        sample.chosen.connect(self._choose_place)
        folder.chosen.connect(self._choose_folder)
        self._build((sample, folder, drop))
        navigator.job_signals.changed.connect(self._on_job_changed)

    def _build(self, ways: tuple[QFrame, ...]) -> None:
        picture = QLabel()
        picture.setPixmap(application_icon().pixmap(72, 72))
        picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        title = label("Welcome to KitOps Desktop", "title")
        text = label("Assemble ModelKits, keep and share them, look inside and unpack them.", "muted")
        skip = button("Go to the library", kind="link")
        skip.clicked.connect(lambda: self._navigator.show_page(LIBRARY))
        cards = QHBoxLayout()
        cards.setSpacing(16)
        cards.addStretch(1)
        for way in ways:
            cards.addWidget(way, 20)
        cards.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 24, 24, 24)
        layout.addStretch(2)
        layout.addWidget(picture)
        layout.addSpacing(6)
        for words in (title, text):
            layout.addWidget(words, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addSpacing(24)
        layout.addLayout(cards)
        layout.addSpacing(14)
        layout.addWidget(skip, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addStretch(3)

    def copy_sample_to(self, folder: Path) -> None:
        """Copy the sample there, and open it as a project when it is."""
        self._sample_job = self._workspace.jobs.submit(SampleWork(folder))
        self._navigator.notify("The sample is being copied")

    def _choose_place(self) -> None:
        dialog = self._dialog("Choose a folder for the sample")
        dialog.fileSelected.connect(lambda path: self.copy_sample_to(Path(path)))
        dialog.open()

    def _choose_folder(self) -> None:
        dialog = self._dialog("Open a folder as a project")
        dialog.fileSelected.connect(lambda path: self._navigator.open_project(Path(path)))
        dialog.open()

    def _dialog(self, question: str) -> QFileDialog:
        dialog = QFileDialog(self, question, str(Path.home()))
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        return dialog

    @Slot(object)
    def _on_job_changed(self, job: Job) -> None:
        if job is not self._sample_job or not job.state.is_finished:
            return
        self._sample_job = None
        if job.state is JobState.DONE and job.result is not None:
            self._navigator.open_project(Path(job.result.details["folder"]))
        elif job.explanation is not None:
            self._navigator.show_error(job.error or job.explanation)
