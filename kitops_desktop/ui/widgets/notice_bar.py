"""What was just done, said in passing, with one thing to do about it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QTimer
from PySide6.QtGui import QAccessible, QAccessibleEvent, QEnterEvent
from PySide6.QtWidgets import QApplication, QFrame, QHBoxLayout, QVBoxLayout, QWidget

from kitops_desktop.ui.widgets.parts import button, icon_button, label

SHOWN_MILLISECONDS = 6000
WITH_ACTION_MILLISECONDS = 12000


class NoticeBar(QWidget):
    """One notice at a time, at the foot of the page. It goes by itself, but not while the mouse is over it or
    the focus in it; the action is offered once.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._callback: Callable[[], None] | None = None
        self._text = label(wrap=True)
        self._action = button("", kind="link")
        self._action.clicked.connect(self._act)
        dismiss = icon_button("close", "Dismiss")
        dismiss.clicked.connect(self.dismiss)
        panel = QFrame()
        panel.setProperty("kind", "notice")
        row = QHBoxLayout(panel)
        row.setContentsMargins(16, 7, 8, 7)
        row.addWidget(self._text, 1)
        row.addWidget(self._action)
        row.addWidget(dismiss)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(24, 0, 24, 14)
        outer.addWidget(panel)
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self.dismiss)
        QApplication.instance().focusChanged.connect(self._on_focus_changed)  # type: ignore[union-attr]
        self.hide()

    @property
    def text(self) -> str:
        """The notice that is shown; "" when there is none."""
        return "" if self.isHidden() else self._text.text()

    def show_notice(
        self, text: str, action_text: str | None = None, callback: Callable[[], None] | None = None
    ) -> None:
        """Show a notice in place of the one before. With ``action_text``, ``callback`` is what it does."""
        self._callback = callback
        self._text.setText(text)
        self._action.setText(action_text or "")
        self._action.setVisible(bool(action_text and callback))
        self.setAccessibleName(text)
        self._timer.setInterval(WITH_ACTION_MILLISECONDS if action_text else SHOWN_MILLISECONDS)
        self.show()
        self._resume()
        QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.Alert))

    def dismiss(self) -> None:
        self._timer.stop()
        self._callback = None
        self.hide()

    def enterEvent(self, event: QEnterEvent) -> None:  # noqa: N802 - Qt's name
        self._timer.stop()

    def leaveEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        self._resume()

    def _act(self) -> None:
        callback = self._callback
        self.dismiss()
        if callback is not None:
            callback()

    def _on_focus_changed(self, _: QWidget | None, now: QWidget | None) -> None:
        if now is not None and self.isAncestorOf(now):
            self._timer.stop()
        elif self.isVisible() and not self._timer.isActive():
            self._resume()

    def _resume(self) -> None:
        focus = QApplication.focusWidget()
        if not self.underMouse() and not (focus is not None and self.isAncestorOf(focus)):
            self._timer.start()
