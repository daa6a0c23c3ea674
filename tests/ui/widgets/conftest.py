"""What widgets show."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtWidgets import QLabel, QWidget


@pytest.fixture
def get_texts() -> Callable[[QWidget], list[str]]:
    """get_texts(widget): the texts of all labels in it."""
    return lambda widget: [label.text() for label in widget.findChildren(QLabel)]
