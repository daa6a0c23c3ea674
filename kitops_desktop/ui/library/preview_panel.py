"""A panel beside a tree of files with what the current one is."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from kitops_desktop.errors import ReadingNotAgreed
from kitops_desktop.explanation import explain
from kitops_desktop.jobs.background import Background
from kitops_desktop.progress import Wait
from kitops_desktop.ui.background_signals import Reader
from kitops_desktop.ui.editor.path_text import name_text
from kitops_desktop.ui.library.error_page import ErrorPage
from kitops_desktop.ui.library.picture import BY
from kitops_desktop.ui.library.preview_loading import LoadedPreview, load_preview
from kitops_desktop.ui.library.preview_look import PreviewLook
from kitops_desktop.ui.library.preview_request import PreviewRequest
from kitops_desktop.ui.library.preview_tabs import PreviewTabs
from kitops_desktop.ui.library.read_through import ReadThrough
from kitops_desktop.ui.units import count_text, size_text
from kitops_desktop.ui.waiting import wait_text, worth_telling
from kitops_desktop.ui.widgets.badge import Badge
from kitops_desktop.ui.widgets.elided_label import ElidedLabel
from kitops_desktop.ui.widgets.empty_state import EmptyState
from kitops_desktop.ui.widgets.parts import frame, label

_PAUSE = 140  # milliseconds that a file is to stay current before it is looked into
_TICK = 100
_WARNINGS = 6
_UNREAD = "Nothing of it was read yet"
_NO_SIZE = "Size not known"
_LEAST_STACK = 180  # pixels: where there are fewer, the whole panel is scrolled
_HEAD = 24  # pixels: as high as the row is with a badge, so that nothing moves when that comes


class _Stack(QStackedWidget):
    """Has the height that its page wants for its width, where that has something to read."""

    def hasHeightForWidth(self) -> bool:  # noqa: N802 - Qt's name
        """Qt's own wants the height of the highest page, also while the current one is nearly empty."""
        page = self.currentWidget()
        return not isinstance(page, EmptyState) and super().hasHeightForWidth()


class PreviewPanel(QFrame):
    """``show_request`` shows a file, once it has been asked for long enough, and reads nothing while hidden.

    ``shown`` comes when there is a preview or an error; ``remedy_wanted`` carries the host of a registry
    whose page helps.
    """

    shown = Signal()
    remedy_wanted = Signal(str)

    def __init__(
        self, background: Background, look: PreviewLook | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setProperty("kind", "card")
        self.setAccessibleName("Preview")
        self._look = look or PreviewLook()
        self._reader = Reader(background, self)
        self._request: PreviewRequest | None = None
        self._waiting = False
        self._tabs: PreviewTabs | None = None
        self.loaded: LoadedPreview | None = None
        self._pause = QTimer(self, singleShot=True, interval=_PAUSE)
        self._pause.timeout.connect(self._load)
        self._tick = QTimer(self, interval=_TICK)
        self._tick.timeout.connect(self._show_read)
        self._make_widgets()
        self._lay_out()
        self.clear()

    @property
    def busy(self) -> bool:
        """Whether a preview is on its way."""
        return self._pause.isActive() or self._reader.busy

    @property
    def waits(self) -> tuple[Wait, ...]:
        """What the reading of a preview waits for."""
        return self._reader.waits

    @property
    def request(self) -> PreviewRequest | None:
        """What is shown or on its way."""
        return self._request

    @property
    def tabs(self) -> PreviewTabs:
        """Made when there is something to show first: most pages are opened for something else."""
        if self._tabs is None:
            self._tabs = PreviewTabs(self._look.settings.model_memory)
            self._tabs.memory_changed.connect(lambda memory: self._look.remember(memory=memory))
            self._stack.addWidget(self._tabs)
        return self._tabs

    @property
    def words(self) -> str:
        """All that stands above the tabs, as text."""
        labels = (self._summary, self._origin, self._damage_text, self._warning_text, self._note)
        return "\n".join(one.text() for one in labels if one.isVisibleTo(self))

    def clear(self, title: str = "No file chosen", text: str = "") -> None:
        """Show nothing of any file; what was being read is given up."""
        self._give_up()
        self._request = self.loaded = None
        self._empty.set_texts(title, text or "Choose a file to see what is in it, without unpacking it.")
        self._head.hide()
        self._show_messages(None)
        self._stack.setCurrentWidget(self._empty)

    def show_request(self, request: PreviewRequest) -> None:
        """Show another file. Its name is there at once, what was being read before is given up."""
        self._give_up()
        self._request, self.loaded = request, None
        self._name.setText(name_text(request.name.rpartition("/")[2]))
        self._name.setAccessibleName(f"Preview of {name_text(request.name)}")
        self._format.show_text("")
        self._summary.setText("" if request.size is None else size_text(request.size))
        self._origin.setText(request.origin)
        self._show_messages(None)
        self._head.show()
        if request.refusal:
            self._empty.set_texts("Nothing to show", request.refusal)
            self._stack.setCurrentWidget(self._empty)
        elif self.isVisible():
            self._pause.start()
        else:
            self._waiting = True

    def pause(self) -> None:
        """Nobody looks: what is being read is read when somebody looks again. What was agreed to goes on."""
        if self._request is not None and self.busy and not self._request.passage.is_agreed:
            self._give_up()
            self._waiting = True

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        super().showEvent(event)
        if self._tabs is not None:
            self._tabs.memory.set_memory(self._look.settings.model_memory)
        if self._waiting:
            self._waiting = False
            self._load()

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802 - Qt's name
        super().hideEvent(event)
        if not event.spontaneous():
            self.pause()

    # -- building

    def _make_widgets(self) -> None:
        self._name, self._format = ElidedLabel("", "strong"), Badge()
        self._name.setMinimumHeight(_HEAD)
        self._summary, self._origin = label("", "muted", wrap=True), label("", "caption", wrap=True)
        self._damage, self._damage_text = _message("danger-panel", "danger-strong")
        self._warning, self._warning_text = _message("warning-panel", "")
        self._note = label("", "caption", wrap=True)
        self._note.setContentsMargins(4, 0, 4, 0)
        self._empty = EmptyState("file", "", " ")
        self._reading = EmptyState("file", "Reading…", " ")
        self._problem = ErrorPage()
        self._problem.retry_wanted.connect(self._load)
        self._problem.remedy_wanted.connect(self.remedy_wanted)
        self._through = ReadThrough()
        self._through.agreed.connect(self._on_agreed)
        self._through.stopped.connect(self._on_stopped)

    def _lay_out(self) -> None:
        self._stack = _Stack()
        for page in (self._empty, self._reading, self._problem, self._through):
            self._stack.addWidget(page)
        self._head = QWidget()
        head = QVBoxLayout(self._head)
        head.setContentsMargins(4, 2, 4, 0)
        head.setSpacing(3)
        first = QHBoxLayout()
        first.setSpacing(8)
        first.addWidget(self._name, 1)
        first.addWidget(self._format)
        head.addLayout(first)
        head.addWidget(self._summary)
        head.addWidget(self._origin)
        self._stack.currentChanged.connect(self._on_page)
        # the height that is there, not the one that all of a long table would like
        self._stack.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Ignored)
        self._stack.setMinimumHeight(_LEAST_STACK)
        inner = QWidget()
        inner.setProperty("kind", "page")
        inner.setMinimumWidth(1)  # what does not fit into the width is elided, or scrolled where it is
        inside = QVBoxLayout(inner)
        inside.setContentsMargins(10, 8, 10, 8)
        inside.setSpacing(6)
        for part in (self._head, self._damage, self._warning, self._note):
            inside.addWidget(part)
        inside.addWidget(self._stack, 1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(inner)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(scroll)

    @Slot()
    def _on_page(self) -> None:
        if self._stack.currentWidget() is not self._problem:
            self._problem.clear()
        self._stack.updateGeometry()

    # -- reading

    def _give_up(self) -> None:
        self._waiting = False
        self._pause.stop()
        self._tick.stop()
        self._reader.cancel()

    @Slot()
    def _load(self) -> None:
        request = self._request
        if request is None:
            return
        if request.passage.is_agreed:
            self._through.show_running()
            self._stack.setCurrentWidget(self._through)
        elif self.loaded is None:
            self._stack.setCurrentWidget(self._reading)
        self._tick.start()
        self._reader.read(lambda token: load_preview(request, token), self._on_loaded, self._on_failed)

    def _on_agreed(self) -> None:
        if self._request is not None:
            self._request.passage.is_agreed = True
            self._load()

    def _on_stopped(self) -> None:
        """What was read is of no use without the rest."""
        if self._request is not None:
            self._request.passage.is_agreed = False
            self._give_up()
            self._through.show_question()

    def _on_loaded(self, loaded: LoadedPreview) -> None:
        self._tick.stop()
        self.loaded = loaded
        self._format.show_text(loaded.format)
        self._show_messages(loaded)
        self._show_read()
        self.tabs.show_preview(loaded)
        self._empty.set_texts("Nothing to show", "It is empty, or nothing of it can be shown.")
        self._stack.setCurrentWidget(self.tabs if self.tabs.shown else self._empty)
        self.shown.emit()

    def _on_failed(self, error: Exception) -> None:
        self._tick.stop()
        self._show_read()
        self._show_claim()
        if isinstance(error, ReadingNotAgreed):
            self._origin.setText(_UNREAD)
            self._through.ask(error)
            self._stack.setCurrentWidget(self._through)
            return
        self._problem.show_error(error)
        self._stack.setCurrentWidget(self._problem)
        self.shown.emit()

    @Slot()
    def _show_read(self) -> None:
        wait = worth_telling(self.waits)
        self._reading.set_texts("Reading…", "" if wait is None else wait_text(wait))
        request = self._request
        if request is not None:
            size = request.size if self.loaded is None else self.loaded.preview.size
            of_all = "" if size is None else f" of {size_text(size)}"
            read, most = request.bytes_read(), request.passage.most
            if most:
                of_all = f" of up to {size_text(most)}"
                self._through.show_progress(read, most)
            self._origin.setText(f"{request.known_origin} · {size_text(read)}{of_all} read")

    def _show_messages(self, loaded: LoadedPreview | None) -> None:
        damage = warning = note = ""
        if loaded is not None:
            preview, known = loaded.preview, loaded.preview.known
            if preview.damage is not None:
                explanation = explain(preview.damage)
                damage = ". ".join(filter(None, (explanation.title, explanation.reason)))
            differs, matches = _index_texts(self._request, loaded)
            warnings = known.warnings[:_WARNINGS] if known is not None else ()
            warning = "\n".join(filter(None, (differs, *warnings)))
            note = "\n".join(filter(None, (*preview.notes, loaded.picture.problem, matches)))
            self._summary.setText(_summary(loaded))
        for panel, text, words in (
            (self._damage, self._damage_text, damage),
            (self._warning, self._warning_text, warning),
            (self._note, self._note, note),
        ):
            text.setText(words)
            panel.setVisible(bool(words))

    def _show_claim(self) -> None:
        """Where the file itself is not looked into, there may be a file index that says what is in it."""
        claim = None if self._request is None else self._request.claim
        text = "" if claim is None else claim.tensors_text
        self._note.setText(text)
        self._note.setVisible(bool(text))


def _index_texts(request: PreviewRequest | None, loaded: LoadedPreview) -> tuple[str, str]:
    """That a file is not what the file index says, or that it is; "" for what is not so."""
    if request is None or request.claim is None or loaded.as_indexed is None:
        return "", ""
    return ("", request.claim.matches_text) if loaded.as_indexed else (request.claim.differs_text, "")


def _message(kind: str, text_kind: str) -> tuple[QFrame, QLabel]:
    text = label("", text_kind, wrap=True, selectable=True)
    inside = QVBoxLayout()
    inside.setContentsMargins(10, 6, 10, 6)
    inside.addWidget(text)
    return frame(kind, inside), text


def _summary(loaded: LoadedPreview) -> str:
    preview, known, size = loaded.preview, loaded.preview.known, loaded.picture.size
    words = [_NO_SIZE if preview.size is None else size_text(preview.size)]
    if known is not None and known.tensors:
        words.append(count_text(len(known.tensors), "tensor"))
    if known is not None and known.parameter_count:
        words.append(f"{_parameters(known.parameter_count)} parameters")
    if known is not None and known.precision:
        words.append(known.precision)
    if size is not None:
        words.append(f"{size.width():,}{BY}{size.height():,} pixels")
    return "  ·  ".join(words)


def _parameters(count: int) -> str:
    """7,241,732,096 as "7.24 B"."""
    if count >= 10**18:  # nonsense, perhaps larger than any number with a point
        return "impossibly many"
    for unit, letter in ((10**12, "T"), (10**9, "B"), (10**6, "M")):
        if count >= unit:
            return f"{count / unit:.3g} {letter}"
    return f"{count:,}"
