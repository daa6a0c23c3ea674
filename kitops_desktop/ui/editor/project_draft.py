"""Keeps what is typed and not saved, so that it is there again after a crash."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, QTimer, Signal, Slot
from PySide6.QtGui import QAccessible, QAccessibleEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QVBoxLayout, QWidget

from kitops_desktop.records.drafts import Draft, Drafts
from kitops_desktop.ui.editor.project import Part, Project
from kitops_desktop.ui.editor.project_page import ProjectPage
from kitops_desktop.ui.units import age_text
from kitops_desktop.ui.widgets.parts import button, frame, icon_button, label

PAUSE = 1000
"""Milliseconds after a change until the draft is written; what is typed meanwhile goes along."""


class ProjectDraft(QObject):
    """Restores what was found, as a step that can be undone; then writes drafts in the background."""

    def __init__(self, page: ProjectPage, drafts: Drafts, found: tuple[Draft, ...]) -> None:
        super().__init__(page)
        self._page, self._project = page, page.project
        self._writer = _Writer(page.project.place, drafts)
        self._ended = False
        self._restored: tuple[Part, ...] = ()
        self._pause = QTimer(self, singleShot=True, interval=PAUSE)
        self._pause.timeout.connect(self._write)
        self.notice = RestoredNotice()
        self.notice.discard_wanted.connect(self._discard_restored)
        page.add_notice(self.notice)
        self._restore(found)
        page.editor.text_changed.connect(self._on_text)
        page.state_changed.connect(self._on_state)
        page.installEventFilter(self)
        application = QApplication.instance()
        assert application is not None
        application.aboutToQuit.connect(self.flush)

    @Slot()
    def flush(self) -> None:
        """Write what has not been written, before this returns."""
        if self._pause.isActive() and not self._ended:
            self._pause.stop()
            self._writer.write(self._writer.next_number(), drafts_of(self._project))

    def discard(self) -> None:
        """The user wants none of it: nothing is kept when this returns, and nothing written any more."""
        self._ended = True
        self._pause.stop()
        self._writer.write(self._writer.next_number(), ())

    def end(self) -> None:
        """As ``discard``, in the background: the program goes on."""
        self._ended = True
        self._pause.stop()
        self._write_in_background(())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        # the type first: at the end of the program events still come when the attributes have gone
        if event.type() in (QEvent.Type.WindowDeactivate, QEvent.Type.Hide) and self._pause.isActive():
            self._write()
        return False

    @Slot(object)
    def _on_text(self, part: Part) -> None:
        if not self._pause.isActive():  # not begun anew: who types on and on is to lose a second at most
            self._pause.start()

    @Slot()
    def _on_state(self) -> None:
        if not self._project.modified:
            self.notice.hide()
            self._write()

    @Slot()
    def _write(self) -> None:
        self._pause.stop()
        if not self._ended:
            self._write_in_background(drafts_of(self._project))

    def _write_in_background(self, drafts: tuple[Draft, ...]) -> None:
        writer = self._writer
        number = writer.next_number()
        self._page.workspace.background.run(lambda _: writer.write(number, drafts))

    def _restore(self, found: tuple[Draft, ...]) -> None:
        drafts = {Part(draft.name): draft for draft in found if draft.name in _NAMES}
        new = {part: one for part, one in drafts.items() if one.text != self._project.text(part)}
        changed = [part for part, one in new.items() if one.base != (self._project.saved(part) or None)]
        if not new:
            if found:
                self._write_in_background(())
            return
        for part in changed:
            self._project.distrust(part, new[part].base or "")
        texts = {part: draft.text for part, draft in new.items()}
        self._page.editor.replace_texts(texts, "restoring of unsaved edits")
        self._restored = tuple(new)
        self.notice.show_age(max(draft.written_at for draft in new.values()), offers=not changed)

    @Slot()
    def _discard_restored(self) -> None:
        texts = {part: self._project.unedited(part) for part in self._restored}
        self._page.editor.replace_texts(texts, "discarding of unsaved edits")
        self.notice.hide()


class RestoredNotice(QWidget):
    """Says that edits are there again, with a button to be rid of them."""

    discard_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._text = label("", wrap=True)
        self._discard = button("Discard")
        self._discard.setToolTip("Go back to what is in the files; this can be undone")
        self._discard.clicked.connect(self.discard_wanted)
        dismiss = icon_button("close", "Dismiss")
        dismiss.clicked.connect(self.hide)
        row = QHBoxLayout()
        row.setContentsMargins(14, 8, 8, 8)
        row.addWidget(self._text, 1)
        row.addWidget(self._discard)
        row.addWidget(dismiss)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(frame("info-panel", row))
        self.hide()

    def show_age(self, written_at: float, *, offers: bool) -> None:
        """``written_at`` is in seconds since the epoch. Without ``offers`` another notice asks about them."""
        age = age_text(written_at)
        self._text.setText(f"Unsaved edits from {'a moment ago' if age == 'now' else age} were restored.")
        self._discard.setVisible(offers)
        self.setAccessibleName(self._text.text())
        self.show()
        QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.Alert))


def drafts_of(project: Project) -> tuple[Draft, ...]:
    """What of a project would be lost now."""
    return tuple(
        Draft(part.value, project.text(part), project.base(part) or None)
        for part in Part
        if project.is_modified(part)
    )


class _Writer:
    """Writes drafts in the order in which they were numbered, from any thread; what comes late is dropped."""

    def __init__(self, folder: Path, drafts: Drafts) -> None:
        self._folder, self._drafts = folder, drafts
        self._lock = threading.Lock()
        self._given = self._written = 0

    def next_number(self) -> int:
        """To be asked in the thread of the window."""
        self._given += 1
        return self._given

    def write(self, number: int, drafts: Iterable[Draft]) -> None:
        with self._lock:
            if number > self._written:
                self._drafts.keep(self._folder, drafts)
                self._written = number


_NAMES = frozenset(part.value for part in Part)
