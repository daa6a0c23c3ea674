"""Pages of low windows have smaller margins above and below."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout
from pytestqt.qtbot import QtBot

from kitops_desktop.ui.widgets.page_margins import fit_margins


def test_margins_give_way_in_a_low_page_only(qtbot: QtBot) -> None:
    layout = QVBoxLayout()
    fit_margins(layout, 720)
    high = layout.contentsMargins()
    fit_margins(layout, 570)
    low = layout.contentsMargins()
    assert low.top() < high.top()
    assert low.bottom() < high.bottom()
    assert (low.left(), low.right()) == (high.left(), high.right())
