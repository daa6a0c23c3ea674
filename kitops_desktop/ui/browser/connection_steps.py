"""A connection test as it goes on: a line for each step, the failing one named."""

from __future__ import annotations

from PySide6.QtCore import QObject, QSize, Qt, Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from kitops_desktop.credentials.credential import CredentialSource
from kitops_desktop.jobs.background import Background
from kitops_desktop.progress import CancelToken
from kitops_desktop.registry.connection_test import Step, test_connection
from kitops_desktop.registry.host import HostOptions
from kitops_desktop.ui.background_signals import Reader
from kitops_desktop.ui.browser.connection_outcome import STEP_NAMES, Mark, mark, step_text
from kitops_desktop.ui.crossing import crossing
from kitops_desktop.ui.icons import icon
from kitops_desktop.ui.widgets.elided_label import ElidedLabel
from kitops_desktop.ui.widgets.parts import label, restyle

_ICONS = {
    Mark.WAITING: ("minus", "muted"),
    Mark.RUNNING: ("clock", "accent"),
    Mark.OK: ("check", "success"),
    Mark.LESS: ("info", "warning"),
    Mark.FAILED: ("error", "danger"),
    Mark.SKIPPED: ("minus", "muted"),
}
_KINDS = {Mark.FAILED: "danger", Mark.LESS: "warning"}
_ICON = QSize(16, 16)


class ConnectionTester(QObject):
    """Runs a test in a worker thread. ``stepped`` comes with each step, ``ended`` with all of them."""

    stepped = Signal(object)  # Step
    ended = Signal(object)  # tuple[Step, ...]
    failed = Signal(object)  # Exception

    def __init__(
        self, background: Background, credentials: CredentialSource, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._credentials = credentials
        self._reader = Reader(background, self)
        self._run = 0
        self._crossing = crossing()

    def start(self, host: str, options: HostOptions) -> None:
        """Test anew; what an earlier test finds is not wanted any more."""
        self._run += 1
        run = self._run

        def test(token: CancelToken) -> tuple[Step, ...]:
            steps = []
            for step in test_connection(host, options, self._credentials, token):
                token.check()
                steps.append(step)
                self._crossing.call(self, self._pass, run, step)
            return tuple(steps)

        self._reader.read(test, self.ended.emit, self.failed.emit)

    def stop(self) -> None:
        self._run += 1
        self._reader.cancel()

    @property
    def busy(self) -> bool:
        return self._reader.busy

    def _pass(self, run: int, step: Step) -> None:
        if run == self._run:
            self.stepped.emit(step)


class ConnectionSteps(QWidget):
    """The lines. ``begin`` empties them, ``show_step`` fills one and marks the next as running."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Connection test")
        self._lines: dict[str, tuple[QLabel, ElidedLabel]] = {}
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(7)
        grid.setColumnStretch(2, 1)
        for row, (name, text) in enumerate(STEP_NAMES.items()):
            picture, says = QLabel(), ElidedLabel(kind="muted", mode=Qt.TextElideMode.ElideRight)
            picture.setFixedSize(_ICON)
            grid.addWidget(picture, row, 0)
            grid.addWidget(label(text, "strong"), row, 1)
            grid.addWidget(says, row, 2)
            self._lines[name] = (picture, says)

    def begin(self) -> None:
        """A test begins."""
        for number, name in enumerate(STEP_NAMES):
            self._show(name, Mark.RUNNING if number == 0 else Mark.WAITING, "…" if number == 0 else "")

    def show_step(self, step: Step) -> None:
        self._show(step.name, mark(step), step_text(step))
        names = list(STEP_NAMES)
        after = names.index(step.name) + 1
        if step.state == "ok" and after < len(names):
            self._show(names[after], Mark.RUNNING, "…")

    def text_of(self, name: str) -> str:
        """What a line says, with its name."""
        return self._lines[name][1].accessibleName()

    def _show(self, name: str, shown: Mark, text: str) -> None:
        picture, says = self._lines[name]
        picture.setPixmap(icon(*_ICONS[shown]).pixmap(_ICON))
        says.setText(text)
        says.setAccessibleName(f"{STEP_NAMES[name]}: {text or shown.value}")
        restyle(says, kind=_KINDS.get(shown, "muted"))
