"""The pictures of registries and of what goes to and comes from them."""

from __future__ import annotations

import re

import screenshot_kits as kits
import screenshot_registry as remote
from screenshot_window import Session

_V2, _V3 = re.compile("^v2"), re.compile("^v3")  # how many signatures there are may follow


def registries(session: Session) -> None:
    shown = session.shown
    session.place("Registries")
    shown.find("table cell", re.compile("^Certificate problem"))
    shown.find("table cell", re.compile("^No answer"))
    shown.find("table cell", f"Signed in as {remote.USERNAME}")
    shown.find("table cell", remote.LAB).click()
    shown.find("push button", re.compile("^Trust"))
    session.picture("registries")


def adding(session: Session) -> None:
    """A registry whose certificate nobody knows is tested, its certificate looked at, and signed in to."""
    shown = session.shown
    shown.find("push button", "Add registry…").click()
    shown.find("combo box", "Kind").select(re.compile("^Amazon"))
    shown.find("label", re.compile("^Fill in your "))
    session.picture("well-known")
    shown.find("text", "Registry").type(remote.NEW)
    shown.find("push button", "Test the connection", state="sensitive").click()
    shown.find("push button", "Add all the same")
    session.picture("add-registry")
    shown.find("push button", "Trust this certificate…", nth=-1).click()
    shown.find("push button", "Trust this certificate", state="sensitive")
    session.picture("certificate")
    shown.find("push button", "Trust this certificate").click()
    shown.find("push button", "Add", state="sensitive").click()
    shown.find("text", "User name").type(remote.USERNAME)
    shown.find("password text", "Password or access token").click()
    shown.desktop.type(remote.PASSWORD)
    shown.find("push button", "Sign in", state="sensitive")
    session.picture("sign-in")
    shown.desktop.keys("Escape")
    shown.gone("text", "User name")


def browsing(session: Session) -> None:
    shown = session.shown
    session.place("Registries")
    shown.find("table cell", remote.HOST).click(times=2)
    shown.find("table cell", "acme/churn").click(times=2)
    shown.find("table cell", "Container image")
    shown.find("table cell", _V2).click()
    session.picture("registry-tags")
    shown.find("table cell", _V3).click(times=2)
    shown.find("page tab", "Overview")
    session.picture("remote-kit")


def looking_inside(session: Session) -> None:
    shown = session.shown
    shown.desktop.keys("ctrl+k")
    shown.find("text", "Find or do", state="focused")
    shown.desktop.type("Open a ref")
    shown.find("list item", re.compile("^Open a reference"))
    shown.desktop.keys("Return")
    shown.find("text", "Open a reference", state="focused")
    shown.desktop.type(remote.BIG)
    shown.desktop.keys("Return")
    shown.find("page tab", "Files").click()
    shown.find("label", re.compile(r"^[0-9.]+ \w+ of [0-9.]+ \w+ read"))
    shown.find("table cell", "data").click()
    shown.desktop.keys("space", "asterisk")
    session.picture("remote-kit-files")
    shown.find("table cell", "model").click()
    shown.desktop.keys("Right")
    shown.find("table cell", re.compile("^model-00001")).click()
    shown.find("page tab", re.compile("^Tensors")).click()
    session.picture("remote-preview")
    shown.desktop.keys("ctrl+shift+u")  # where it is known where kits go, the button does not ask
    shown.find("text", "Unpack into").type(str(session.home / "serving"))
    shown.find("radio button", "Everything").click()
    shown.find("label", re.compile("there already$"))
    shown.find("push button", "Pull & unpack", state="sensitive")
    session.picture("pull-unpack")
    shown.desktop.keys("Escape")
    shown.gone("text", "Unpack into")


def searching(session: Session) -> None:
    shown = session.shown
    session.place("Registries")
    shown.find("text", "Search all that was seen").type("speech")
    shown.find("tree", "Found")
    session.picture("search")
    shown.desktop.keys("ctrl+a", "BackSpace")
    shown.gone("tree", "Found")


def history(session: Session) -> None:
    """What `latest` stood for."""
    shown = session.shown
    session.place("Library")
    shown.find("table cell", re.compile("/churn:.*v3")).click(times=2)
    shown.find("page tab", "History").click()
    shown.find("label", re.compile("^What .* stood for"))
    session.picture("history")


def pushing(session: Session) -> None:
    shown = session.shown
    session.place("Library")
    shown.find("table cell", re.compile("/churn:.*v3")).click()
    shown.find("push button", "Push…", state="sensitive").click()
    shown.find("text", "Push to").set_text(f"{kits.REGISTRY}/churn:prod")
    shown.find("check box", re.compile("^Move"))
    session.picture("push")
    shown.desktop.keys("Escape")
    shown.gone("text", "Push to")


def packing(session: Session) -> None:
    shown = session.shown
    session.open_project(session.home / "projects" / "bearing-faults")
    shown.find("push button", "Pack…").click()
    shown.find("text", "Reference").set_text(f"{kits.REGISTRY}/bearing-faults:1.1.0")
    shown.find("label", re.compile("^1.1.0 is a new tag at"))
    session.picture("pack-push")
    shown.desktop.keys("Escape")
    shown.gone("text", "Reference")


def running(session: Session) -> None:
    """A push that takes its time, for the picture of transfers."""
    shown = session.shown
    session.place("Library")
    shown.find("table cell", f"{kits.REGISTRY}/assistant:7b-q4").click()
    shown.find("push button", "Push…", state="sensitive").click()
    shown.find("text", "Push to").type(f"{remote.OPEN}/assistant:7b-q4")
    shown.find("push button", "Push", state="sensitive").click()
