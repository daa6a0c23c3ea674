"""A panel that slides over a page and asks for what is needed, without stopping the window."""

from __future__ import annotations

from PySide6.QtCore import (
    QAbstractAnimation,
    QEasingCurve,
    QEvent,
    QObject,
    QPoint,
    QPropertyAnimation,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from kitops_desktop.ui.widgets.parts import button, icon_button, label, line

_SLIDE = 140  # milliseconds
_SHADE = QColor(0, 0, 0, 90)
_MARGIN = 12  # around what is scrolled to


class Sheet(QWidget):
    """Covers its ``host`` (a page) with a shade and a panel at the right.

    Fill ``body``, which scrolls, add buttons, then ``open_sheet()``. What ``add_foot`` is given stays in view
    above the buttons. Esc, the cross and a click on the shade close it. Tab stays inside; when it closes, the
    focus goes back to where it was, and it deletes itself unless ``keep``.
    Its accessible name is its title.
    """

    closed = Signal()

    def __init__(self, title: str, host: QWidget, *, width: int = 480, keep: bool = False) -> None:
        super().__init__(host)
        self._host, self._width, self._keep = host, width, keep
        self._focus_before: QWidget | None = None
        self.first: QWidget | None = None
        """What has the focus at first; else the first field of the body."""
        self.setAccessibleName(title)
        self._title = label(title, "heading")
        self._panel = QFrame(self)
        self._panel.setProperty("kind", "sheet")
        self.body = QVBoxLayout()
        self.body.setContentsMargins(22, 6, 22, 18)
        self.body.setSpacing(12)
        self._foot = QVBoxLayout()
        self._foot.setSpacing(4)
        self._buttons = QHBoxLayout()
        self._buttons.setContentsMargins(22, 12, 22, 14)
        self._buttons.setSpacing(8)
        self._buttons.addStretch(1)
        self._build()
        self._slide = QPropertyAnimation(self._panel, b"pos", self)
        self._slide.setDuration(_SLIDE)
        self._slide.setEasingCurve(QEasingCurve.Type.OutCubic)
        host.installEventFilter(self)
        self.hide()

    def add_button(self, text: str, kind: str = "", icon_name: str = "") -> QPushButton:
        """A button in the last row, from left to right; the primary one comes last and answers to Return."""
        made = button(text, icon_name, kind)
        self._buttons.addWidget(made)
        return made

    def add_foot(self, widget: QWidget) -> None:
        """Put what the buttons would do, in a line or two, where no scrolling hides it."""
        self._foot.setContentsMargins(22, 12, 22, 0)
        self._foot.addWidget(widget)

    def set_title(self, title: str) -> None:
        self._title.setText(title)
        self.setAccessibleName(title)

    def reveal(self, widget: QWidget) -> None:
        """Scroll to a widget of the body, once it has been given its place."""
        QTimer.singleShot(0, widget, lambda: self._scroll.ensureWidgetVisible(widget, 0, _MARGIN))

    def open_sheet(self) -> None:
        self._focus_before = self._host.window().focusWidget()
        self._fit()
        self.show()
        self.raise_()
        self._start_slide()
        first = self.first or next(iter(self._stops()), None)
        if first is not None:
            first.setFocus(Qt.FocusReason.OtherFocusReason)

    def close_sheet(self) -> None:
        if self.isHidden():
            return
        self.hide()
        self._give_focus_back()
        self.closed.emit()
        if not self._keep:
            self._host.removeEventFilter(self)
            self.deleteLater()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        if event.key() == Qt.Key.Key_Escape:
            self.close_sheet()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._click_primary()
        else:
            super().keyPressEvent(event)
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        if not self._panel.geometry().contains(event.position().toPoint()):
            self.close_sheet()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        painter = QPainter(self)
        painter.fillRect(self.rect(), _SHADE)
        painter.end()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        # the type first: at the end of the program events still come when the attributes have gone
        if event.type() is QEvent.Type.Resize and watched is self._host:
            self._slide.stop()
            self._fit()
        return False

    def focusNextPrevChild(self, next: bool) -> bool:  # noqa: N802 - Qt's name
        current = QApplication.focusWidget()
        stops = self._stops(current)  # also when it can be one no longer: it was disabled or hidden
        if not stops or stops == [current]:
            return True
        step = 1 if next else -1
        place = stops.index(current) + step if current in stops else 0
        reason = Qt.FocusReason.TabFocusReason if next else Qt.FocusReason.BacktabFocusReason
        stops[place % len(stops)].setFocus(reason)
        return True

    def _build(self) -> None:
        cross = icon_button("close", "Close")
        cross.clicked.connect(self.close_sheet)
        head = QHBoxLayout()
        head.setContentsMargins(22, 16, 14, 8)
        head.addWidget(self._title, 1)
        head.addWidget(cross)
        inner = QWidget()
        inner.setProperty("kind", "page")
        inner.setLayout(self.body)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(inner)
        layout = QVBoxLayout(self._panel)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(head)
        layout.addWidget(scroll, 1)
        layout.addWidget(line())
        layout.addLayout(self._foot)
        layout.addLayout(self._buttons)
        self._cross, self._inner, self._scroll = cross, inner, scroll

    def _fit(self) -> None:
        self.setGeometry(self._host.rect())
        width = min(self._width, max(240, self.width() - 24))
        self._panel.setGeometry(self.width() - width, 0, width, self.height())

    def _start_slide(self) -> None:
        end = self._panel.pos()
        self._slide.setStartValue(end + QPoint(48, 0))
        self._slide.setEndValue(end)
        self._slide.start(QAbstractAnimation.DeletionPolicy.KeepWhenStopped)

    def _stops(self, current: QWidget | None = None) -> list[QWidget]:
        """All inside that takes the focus by Tab, and ``current``, in its order; the cross comes last."""
        found: list[QWidget] = []
        widget = self.nextInFocusChain()
        while widget is not None and widget is not self:
            if (
                self.isAncestorOf(widget)
                and widget.focusPolicy() & Qt.FocusPolicy.TabFocus
                and (widget is current or (widget.isEnabled() and widget.isVisibleTo(self)))
                and widget is not self._cross
                and widget.focusProxy() is None
            ):
                found.append(widget)
            widget = widget.nextInFocusChain()
        body = [stop for stop in found if self._inner.isAncestorOf(stop)]
        return [*body, *(stop for stop in found if stop not in body), self._cross]

    def _click_primary(self) -> None:
        for widget in self._panel.findChildren(QPushButton):
            if widget.property("kind") == "primary" and widget.isEnabled() and widget.isVisibleTo(self):
                widget.click()
                return

    def _give_focus_back(self) -> None:
        before, self._focus_before = self._focus_before, None
        try:
            if before is not None and before.isVisible() and before.isEnabled():
                before.setFocus(Qt.FocusReason.OtherFocusReason)
            else:
                self._host.setFocus(Qt.FocusReason.OtherFocusReason)
        except RuntimeError:  # what had the focus was deleted meanwhile
            self._host.setFocus(Qt.FocusReason.OtherFocusReason)
