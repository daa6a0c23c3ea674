"""Light and dark follow the desktop live, also where only its portal knows."""

from __future__ import annotations

import sys

import pytest

from support import scheme_window
from support.desktop import Desktop
from support.portal import FOLLOWING, Portal

pytestmark = pytest.mark.window


@pytest.mark.parametrize("variables", [{}, FOLLOWING], ids=["portal only", "Qt's theme for GNOME"])
def test_the_window_follows_the_portal(desktop: Desktop, portal: Portal, variables: dict[str, str]) -> None:
    portal.prefer("dark")
    window = desktop.start(sys.executable, scheme_window.__file__, **variables)
    window.find("push button", "dark")
    portal.prefer("light")
    window.find("push button", "light")
    portal.prefer("dark")
    window.find("push button", "dark")


def test_without_a_portal_it_is_light(desktop: Desktop) -> None:
    desktop.start(sys.executable, scheme_window.__file__).find("push button", "light")
