"""One job, with all there is to know and to do about it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QSize, Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import (
    QApplication,
    QFormLayout,
    QFrame,
    QGridLayout,
    QLayout,
    QProgressBar,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from kitops_desktop.explanation import Explanation
from kitops_desktop.jobs.hindrance import NoSignIn, TooManyRequests
from kitops_desktop.jobs.job import Job, JobState
from kitops_desktop.ui.registry_remedy import explained_beside
from kitops_desktop.ui.transfers.job_offers import NOTHING_OFFERED, Offers, offers_of
from kitops_desktop.ui.transfers.job_text import (
    bytes_text,
    fraction,
    line_text,
    range_text,
    state_text,
    state_tone,
    took_text,
    tries_text,
)
from kitops_desktop.ui.units import time_text
from kitops_desktop.ui.widgets.badge import Badge
from kitops_desktop.ui.widgets.elided_label import ElidedLabel
from kitops_desktop.ui.widgets.error_panel import ErrorPanel
from kitops_desktop.ui.widgets.parts import button, label

_PARTS = 1000
_BY_ITSELF = "It goes on by itself then. Signed in, registries often allow more."
_TWO_COLUMNS = 340
"""So wide two buttons stand side by side."""


class JobPanel(QFrame):
    """``show_job`` shows another job or state, ``tick`` how far it is. Signals say what was asked for.

    ``note`` is what else there is to say of a job.
    """

    cancel_asked = Signal(object)  # Job
    pause_asked = Signal(object)  # Job
    resume_asked = Signal(object)  # Job
    try_asked = Signal(object)  # Job
    retry_asked = Signal(object)  # Job
    clear_asked = Signal(object)  # Job
    kit_asked = Signal(str)
    remote_asked = Signal(str)  # a kit of a registry, or a registry itself
    folder_asked = Signal(object)  # Path
    project_asked = Signal(object)  # Path
    log_asked = Signal(object)  # Path
    sign_in_asked = Signal(str)  # a registry
    said = Signal(str)

    def __init__(self, note: Callable[[Job], str] = lambda job: "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._noted = note
        self.setProperty("kind", "card")
        self.setAccessibleName("Job")
        self._job: Job | None = None
        self._offered = NOTHING_OFFERED
        self._title = label(kind="heading", wrap=True, selectable=True)
        self._state = Badge()
        self._bar = QProgressBar(textVisible=False)
        self._bar.setAccessibleName("Progress")
        self._bar.setRange(0, _PARTS)
        self._line = label(kind="muted", wrap=True)
        self._note = label(kind="warning", wrap=True)
        self._changing = QVBoxLayout()
        self._changing.setSpacing(14)
        inner = QWidget()
        inner.setProperty("kind", "page")
        body = QVBoxLayout(inner)
        body.setContentsMargins(18, 16, 18, 16)
        body.setSpacing(10)
        for widget in (self._title, self._state, self._bar, self._line, self._note):
            body.addWidget(widget)
        body.addLayout(self._changing)
        body.addStretch(1)
        scroll = QScrollArea(widgetResizable=True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(inner)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(1, 1, 1, 1)
        outer.addWidget(scroll)

    @property
    def job(self) -> Job | None:
        return self._job

    def show_job(self, job: Job | None) -> None:
        focus = QApplication.focusWidget()
        had_focus = focus is not None and self.isAncestorOf(focus)
        self._job = job
        _empty(self._changing)
        self.setVisible(job is not None)
        if job is None:
            return
        self._title.setText(job.title)
        self._state.show_text(state_text(job), state_tone(job))
        self._offered = offers_of(job)
        needed = job.explanation if job.state.is_finished else _explained(job)
        if needed is not None:
            said = explained_beside(needed, self._offered.remedy)
            self._changing.addWidget(ErrorPanel(said, job.diagnostics))
        elif job.explanation is not None:  # no error: it waits until that has passed
            self._changing.addWidget(label(job.explanation.reason, "muted", wrap=True))
        self._changing.addLayout(self._facts(job))
        buttons = self._buttons(job, self._offered)
        self._changing.addLayout(buttons)
        item = buttons.itemAt(0)
        first = item.widget() if item is not None else None
        if had_focus and first is not None:  # the button that had it is gone
            first.show()
            first.setFocus(Qt.FocusReason.OtherFocusReason)
        self.tick()

    def tick(self) -> None:
        """Show how far it is."""
        job = self._job
        if job is None:
            return
        if offers_of(job).try_now != self._offered.try_now:  # it has stalled, or moves again
            self.show_job(job)
            return
        part = fraction(job)
        waits = job.state in (JobState.WAITING, JobState.PAUSED) and part is None
        self._bar.setVisible(not job.state.is_finished and not waits)
        self._bar.setUpdatesEnabled(False)  # it would be drawn at once, by itself, for each of the next two
        self._bar.setRange(0, 0 if part is None and not job.state.is_finished else _PARTS)
        self._bar.setValue(int((part or 0) * _PARTS))
        self._bar.setUpdatesEnabled(True)
        self._line.setText(line_text(job))
        self._line.setVisible(job.explanation is None or not job.state.is_finished)
        self._note.setText(self._noted(job))
        self._note.setVisible(bool(self._note.text()))

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        return QSize(380, 400)

    def _facts(self, job: Job) -> QFormLayout:
        facts = QFormLayout()
        facts.setHorizontalSpacing(16)
        facts.setVerticalSpacing(6)
        facts.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        offers = offers_of(job)
        texts = {
            "Reference": offers.reference,
            "In registry": offers.remote if offers.remote != offers.reference else "",
            "Digest": str(job.result.details.get("digest", "")) if job.result is not None else "",
            "From": offers.source_text,
            "Folder": str(offers.folder or offers.target or ""),
            "By range": range_text(job),
            "Began": time_text(job.started_at) if job.started_at else "",
            "Took": took_text(job),
            "Bytes": bytes_text(job) if job.state.is_finished else "",
            "Tries": tries_text(job) if job.state.is_finished else "",
        }
        for name, text in texts.items():
            if text:
                facts.addRow(label(name, "muted"), ElidedLabel(text))
        return facts

    def _buttons(self, job: Job, offers: Offers) -> QGridLayout:
        """What is offered, two in a row where there is room."""
        offered: list[QPushButton] = []

        def offer(text: str, icon_name: str, act: Callable[[], object], kind: str = "") -> None:
            made = button(text, icon_name, kind)
            made.clicked.connect(lambda: act())
            offered.append(made)

        if offers.resume:
            offer(offers.resume, "play", lambda: self.resume_asked.emit(job), "primary")
        if job.hindrance is not None:  # what it waits for
            self._offer_remedy(offers, offer, "primary")
        if offers.try_now:
            offer(
                offers.try_now, "retry", lambda: self.try_asked.emit(job), "" if offers.remedy else "primary"
            )
        if offers.pause:
            offer(offers.pause, "pause", lambda: self.pause_asked.emit(job))
        if offers.cancel:
            offer("Cancel", "stop", lambda: self.cancel_asked.emit(job))
        if offers.retry:
            offer("Try again", "retry", lambda: self.retry_asked.emit(job), "primary")
        if job.hindrance is None:
            self._offer_remedy(offers, offer, "")
        if offers.web_page:
            offer("Ask for access", "external", lambda: QDesktopServices.openUrl(QUrl(offers.web_page)))
        if offers.remote:
            offer("Open in registry", "registries", lambda: self.remote_asked.emit(offers.remote))
        if offers.reference:
            text = "Open in library" if offers.remote else "Open kit"
            offer(text, "kit", lambda: self.kit_asked.emit(offers.reference))
        if offers.copied:
            offer("Copy reference", "copy", lambda: self._copy(offers.copied))
        if offers.project is not None:
            offer(offers.project_text, "projects", lambda: self.project_asked.emit(offers.project))
        if offers.folder is not None:
            offer("Open folder", "folder-open", lambda: self.folder_asked.emit(offers.folder))
            offer("Copy path", "copy", lambda: self._copy(str(offers.folder)))
        if offers.source:
            offer("Open its page", "registries", lambda: self.remote_asked.emit(offers.source))
        if offers.command:
            offer("Copy as command", "terminal", lambda: self._copy(offers.command))
        if offers.log is not None:
            offer("Open log", "logs", lambda: self.log_asked.emit(offers.log))
        if offers.clear:
            offer("Clear", "close", lambda: self.clear_asked.emit(job))
        columns = 2 if self.maximumWidth() >= _TWO_COLUMNS else 1
        grid = QGridLayout()
        grid.setSpacing(8)
        for place, made in enumerate(offered):
            grid.addWidget(made, place // columns, place % columns)
        for column in range(columns):
            grid.setColumnStretch(column, 1)
        return grid

    def _offer_remedy(self, offers: Offers, offer: Callable[..., None], kind: str) -> None:
        remedy = offers.remedy
        if remedy is not None:
            asked = self.sign_in_asked if remedy.is_sign_in else self.remote_asked
            offer(remedy.text, remedy.icon, lambda: asked.emit(remedy.host), kind)

    def _copy(self, text: str) -> None:
        QGuiApplication.clipboard().setText(text)
        self.said.emit(f"Copied {text}")


def _explained(job: Job) -> Explanation | None:
    """What somebody should know of a job that waits for more than the network or a disk."""
    if job.explanation is None or not isinstance(job.hindrance, NoSignIn | TooManyRequests):
        return None
    if isinstance(job.hindrance, NoSignIn):
        return job.explanation
    return replace(job.explanation, next_step=_BY_ITSELF)


def _empty(layout: QLayout) -> None:
    while layout.count() and (item := layout.takeAt(0)) is not None:
        if (widget := item.widget()) is not None:
            widget.hide()
            widget.deleteLater()
        if (inner := item.layout()) is not None:
            _empty(inner)
            inner.deleteLater()
