"""The pictures of the places where things on this computer are."""

from __future__ import annotations

import re

import screenshot_kits as kits
from screenshot_window import Session


def projects(session: Session) -> None:
    for name in ("bearing-faults", "speech", "churn"):
        session.open_project(session.home / "projects" / name)
    session.shown.find("list item", re.compile(r"src/\.env"))
    session.picture("project")
    session.shown.find("push button", "Pack…").click()
    session.shown.find("label", re.compile("^Nothing|free on the disk"))
    session.picture("pack")
    session.shown.desktop.keys("Escape")
    session.shown.gone("text", "Reference")
    session.place("Projects")
    session.shown.find("table cell", re.compile("churn"))
    session.picture("projects")


def editing(session: Session) -> None:
    """A folder without a Kitfile, what it is taken for and why; patterns, and other beginnings."""
    session.open_project(session.home / "projects" / "support-bot")
    session.shown.find("push button", "Why like this?")
    session.shown.find("table cell", re.compile("^model-00001.* Model$"))
    session.picture("project-new")
    session.shown.find("push button", "Why like this?").click()
    session.shown.find("push button", "Close")
    session.picture("reasons")
    session.shown.desktop.keys("Escape")
    session.shown.gone("push button", "Close")
    session.shown.find("page tab", re.compile(r"^\.kitignore")).click()
    session.shown.find("text", ".kitignore text").click()
    for pattern in ("**/__pycache__", "*.log", ".env", "checkpoints"):
        session.shown.desktop.keys("Return")
        session.shown.desktop.type(pattern)
    session.shown.find("label", re.compile("KiB|MiB|bytes"))
    session.picture("kitignore")
    session.shown.desktop.keys("ctrl+n")
    session.shown.find("push button", "Create")
    session.picture("new-kitfile")
    session.shown.desktop.keys("Escape")
    session.shown.gone("push button", "Create")
    session.shown.desktop.keys("ctrl+z")


def library(session: Session) -> None:
    session.place("Library")
    session.shown.find("table cell", f"{kits.REGISTRY}/churn:v2").click()
    session.shown.find("label", re.compile("^Removing frees"))
    session.picture("library")


def kit_page(session: Session) -> None:
    session.shown.find("push button", "Open", state="sensitive").click()
    session.shown.find("page tab", "Overview")
    session.shown.find("label", "README")
    session.picture("kit-overview")
    session.shown.find("page tab", "Files").click()
    session.shown.find("label", re.compile(r"^\d+ files"))
    session.shown.find("table cell", "src").click()
    session.shown.desktop.keys("space", "asterisk")
    session.picture("kit-files")
    for tab in ("Kitfile", "Manifest"):
        session.shown.find("page tab", tab).click()
        session.shown.find("page tab", tab, state="selected")
        session.picture(f"kit-{tab.lower()}")


def unpacking(session: Session) -> None:
    session.shown.find("page tab", "Files").click()
    session.shown.find("push button", "Untick all", state="sensitive").click()
    session.shown.find("push button", "Unpack…").click()
    session.shown.find("text", "Unpack into").type(str(session.home / "serving"))
    session.shown.find("label", "3 files are there already")
    session.shown.find("radio button", "Decide for each file").click()
    session.shown.find("push button", "Unpack", state="sensitive")
    session.picture("unpack")
    session.shown.find("radio button", "Replace with what is unpacked").click()
    session.shown.find("push button", "Unpack", state="sensitive").click()
    session.shown.find("label", re.compile("^Unpacked "))
    session.shown.find("push button", "Dismiss").click()


def comparing(session: Session) -> None:
    session.place("Library")
    session.shown.find("table cell", f"{kits.REGISTRY}/churn:v1").click()
    session.shown.desktop.run("xdotool", "keydown", "ctrl")
    session.shown.find("table cell", f"{kits.REGISTRY}/churn:v2").click()
    session.shown.desktop.run("xdotool", "keyup", "ctrl")
    session.shown.find("push button", "Compare", state="sensitive").click()
    session.shown.find("label", "Compare")
    session.shown.find("label", re.compile("only here"))
    session.picture("compare")


def transfers(session: Session) -> None:
    """A job of each kind: done, failed, running."""
    session.place("Library")
    session.shown.find("table cell", f"{kits.REGISTRY}/assistant:7b-q8").click()
    session.shown.find("push button", "Unpack…", state="sensitive").click()
    session.shown.find("text", "Unpack into").type(str(session.home / "assistant"))
    session.shown.find("push button", "Unpack", state="sensitive").click()
    session.shown.find("label", re.compile("^Unpack.*: "), timeout=60)
    session.open_project(session.home / "projects" / "speech")
    session.shown.find("push button", "Pack…").click()
    session.shown.find("combo box", "Compression").select(re.compile("^gzip($|  )"))
    session.shown.find("push button", "Pack", state="sensitive").click()
    session.shown.find("push button", "Dismiss").click()
    session.place("Transfers")
    session.shown.find("list item", re.compile("(?s)Unpack.*Failed")).click()
    session.shown.find("list item", re.compile(r"Pack speech.*Running, ([4-9]|\d\d) %.*left"))
    session.picture("transfers", moving=True)
    session.shown.find("list item", re.compile("(?s)Pack.*speech")).click()
    session.shown.find("push button", "Cancel").click()
    session.shown.gone("push button", "Cancel")


def settings(session: Session) -> None:
    session.place("Settings")
    session.shown.find("label", re.compile("^Free on this disk: "))
    session.picture("settings")


def palette(session: Session) -> None:
    session.place("Library")
    session.shown.desktop.keys("ctrl+k")
    session.shown.find("text", "Find or do", state="focused")
    session.shown.desktop.type("chu")
    session.shown.find("list item", re.compile("churn"))
    session.picture("palette")
