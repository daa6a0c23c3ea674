"""Whether there is a display for the window, asked before Qt is: Qt would end the process with an abort."""

from __future__ import annotations

import ctypes
import os
import sys


def no_display() -> str:
    """Why no window can open here, in a sentence; "" when one can."""
    if not sys.platform.startswith("linux") or os.environ.get("QT_QPA_PLATFORM"):
        return ""
    if os.environ.get("WAYLAND_DISPLAY"):
        return ""
    display = os.environ.get("DISPLAY")
    if not display:
        return "There is no display to open the window on: neither DISPLAY nor WAYLAND_DISPLAY is set."
    if _refused():
        return f"The display {display} does not answer, so the window cannot open."
    return ""


def _refused() -> bool:
    try:
        xcb = ctypes.CDLL("libxcb.so.1")
    except OSError:  # Qt will say what it lacks
        return False
    xcb.xcb_connect.restype = ctypes.c_void_p
    connection = ctypes.c_void_p(xcb.xcb_connect(None, None))
    refused = bool(xcb.xcb_connection_has_error(connection))
    xcb.xcb_disconnect(connection)
    return refused
