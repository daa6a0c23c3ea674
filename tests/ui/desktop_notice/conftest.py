"""A desktop whose services are played."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from support.desktop_services import DesktopServices, desktop_services


@pytest.fixture
def services() -> Iterator[DesktopServices]:
    with desktop_services() as made:
        yield made
