"""A window to take pictures of: how it is drawn, opened, gone through, and photographed."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import screenshot_kits as kits

sys.path.insert(0, str(kits.ROOT / "tests"))

from support.application import Application
from support.desktop import Desktop
from support.waiting import until

WIDTH, HEIGHT = 1280, 800
COLOURS = 192


@dataclass(frozen=True, slots=True)
class Variant:
    """How the window is drawn; ``scale`` is Qt's."""

    name: str
    appearance: str
    scale: float = 1

    @property
    def size(self) -> tuple[int, int]:
        return round(WIDTH * self.scale), round(HEIGHT * self.scale)


VARIANTS = (Variant("light", "light"), Variant("dark", "dark"), Variant("150", "light", 1.5))


@dataclass(frozen=True, slots=True)
class Session:
    """What the pictures of a variant are taken of. ``target`` is the folder they go to."""

    shown: Application
    variant: Variant
    home: Path
    target: Path

    def picture(self, name: str, *, moving: bool = False) -> None:
        """Write NAME-VARIANT.png, once the window no longer changes unless something is always ``moving``."""
        run = self.shown.desktop.run
        run("xdotool", "mousemove", 5, 5)
        search = ("search", "--all", "--onlyvisible", "--pid", self.shown.process.pid, "--name", ".")
        number = run("xdotool", *search).split()[0]
        now, before = self.target / ".now.png", ""

        def still() -> bool:
            nonlocal before
            run("import", "-window", number, now)
            last, before = before, run("identify", "-format", "%#", now)
            return last == before

        try:
            if moving:
                still()
            else:
                until(still, f"{name} to stand still", explain=self.shown.explain)
            made = self.target / f"{name}-{self.variant.name}.png"
            lean = ("-strip", "+dither", "-colors", COLOURS, "-define", "png:compression-level=9")
            run("convert", now, *lean, made)
        finally:
            now.unlink(missing_ok=True)
        print(made.name, flush=True)

    def place(self, name: str) -> None:
        """Go to a place of the rail."""
        entry = re.compile(f"^{name}")  # a count may follow
        self.shown.find("radio button", entry).click()
        self.shown.find("radio button", entry, state="checked")

    def open_project(self, folder: Path) -> None:
        self.shown.desktop.keys("ctrl+o")
        self.shown.find("text", "Directory:", state="focused")
        self.shown.desktop.type(str(folder))
        self.shown.tab_to("push button", "Choose")
        self.shown.desktop.keys("space")
        self.shown.find("label", folder.name)
        self.shown.find("push button", "Pack…")


@contextmanager
def window(
    desktop: Desktop, variant: Variant, home: Path, target: Path, variables: Mapping[str, str]
) -> Iterator[Session]:
    """The program for that home; the window has the size of the pictures."""
    scale = {"QT_SCALE_FACTOR": str(variant.scale)} if variant.scale != 1 else {}
    with desktop.start_kitops(**kits.environment(home), **scale, **variables) as shown:
        shown.place(20, 30, *variant.size)
        yield Session(shown, variant, home, target)
