"""The way of the Tab key through widgets that were made at different times.

Qt goes by the order in which widgets were made; what is added to a form later would come after all the rest
of the window.
"""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLayout, QWidget


def follow_layout(first: QWidget, content: QWidget) -> QWidget:
    """Tab goes from ``first`` through all of ``content`` in the order in which it is laid out; gives the
    last stop.
    """
    before = first
    for widget in _stops(content):
        QWidget.setTabOrder(before, widget)
        before = widget
    return before


def _stops(widget: QWidget) -> Iterator[QWidget]:
    if widget.focusPolicy() & Qt.FocusPolicy.TabFocus:
        yield widget
    layout = widget.layout()
    if layout is not None:
        yield from _stops_in(layout)


def _stops_in(layout: QLayout) -> Iterator[QWidget]:
    for place in range(layout.count()):
        item = layout.itemAt(place)
        widget = None if item is None else item.widget()
        inner = None if item is None else item.layout()
        if widget is not None:
            yield from _stops(widget)
        elif inner is not None:
            yield from _stops_in(inner)
