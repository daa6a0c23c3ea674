"""The pictures of a repository of Hugging Face, of what is asked before it is downloaded, and of a list."""

from __future__ import annotations

import re

import screenshot_hub as hub
from screenshot_window import Session

_TICKED = (
    "config.json",
    *hub.SHARDS,
    "model.safetensors.index.json",
    "tokenizer.json",
    "tokenizer_config.json",
)
_TOKEN = "hf_not-for-others-but-for-this-picture"


def looking(session: Session) -> None:
    """An address is pasted: what it is, its files, and a look into one of gigabytes."""
    shown = session.shown
    session.place("Registries")
    shown.find("text", "Open a reference").type(f"https://{hub.HOST}/{hub.NAME}")
    shown.desktop.keys("Return")
    shown.find("page tab", "Overview")
    shown.find("label", re.compile(r"^Files: .* in \d+ files$"))
    session.picture("hugging-face")
    shown.find("page tab", "Files").click()
    shown.find("label", re.compile(r"^\d+ files, "))
    for name in _TICKED:
        shown.find("table cell", name).click_tick()
    shown.find("table cell", hub.SHARDS[0]).click()
    shown.find("page tab", re.compile("^Tensors")).click()
    session.picture("hugging-face-files")


def downloading(session: Session) -> None:
    shown = session.shown
    shown.find("push button", re.compile("^Download ticked")).click()
    shown.find("text", "Download into").set_text(str(session.home / "projects" / "manuals-assistant"))
    shown.find("push button", "Download", state="sensitive")
    session.picture("hugging-face-download")
    shown.desktop.keys("Escape")
    shown.gone("text", "Download into")


def signing_in(session: Session) -> None:
    shown = session.shown
    shown.desktop.keys("ctrl+i")
    shown.find("password text", "Access token").click()
    shown.desktop.type(_TOKEN)
    shown.find("push button", "Sign in", state="sensitive")
    session.picture("hugging-face-token")
    shown.desktop.keys("Escape")
    shown.gone("password text", "Access token")


def listing(session: Session) -> None:
    """The address of an organisation: what it has."""
    shown = session.shown
    session.place("Registries")
    shown.find("text", "Open a reference").type(f"https://{hub.HOST}/acme")
    shown.desktop.keys("Return")
    shown.find("table cell", re.compile("^ask-the-manual"))
    session.picture("hugging-face-organisation")
