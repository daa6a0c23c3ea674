"""The desktop on which integration tests open real windows."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from support.desktop import Desktop
from support.portal import Portal


@pytest.fixture(scope="session")
def shared_desktop() -> Iterator[Desktop]:
    """One X server, window manager and D-Bus session for the whole run."""
    with Desktop() as desktop:
        yield desktop


@pytest.fixture
def portal(desktop: Desktop) -> Iterator[Portal]:
    """What the desktop prefers, light or dark; start what is to follow it with the variables `FOLLOWING`."""
    with Portal(desktop.environment) as portal:
        yield portal


@pytest.fixture
def desktop(shared_desktop: Desktop) -> Iterator[Desktop]:
    """The desktop with nothing open; what the test starts on it is ended after the test."""
    yield shared_desktop
    shared_desktop.stop_applications()
