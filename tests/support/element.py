"""An element that an application shows, and what a person does with it: click, type, press, choose, drag."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from support.accessibility import Appearance, appearance
from support.waiting import DEADLINE, until

if TYPE_CHECKING:
    from support.application import Application

Name = str | re.Pattern[str]
# A drop target answers every move of the mouse; a hand that is faster drops before it has said yes.
_DRAG_STEPS, _DRAG_STEP_SECONDS, _DRAG_REST_SECONDS = 20, 0.03, 0.3
_TICK_INSET = 18  # pixels from the edge of a cell to the middle of its box


class Element:
    """An element of an application. `appearance` is how it looked when found; look() asks again."""

    def __init__(self, application: Application, appearance: Appearance) -> None:
        self.application = application
        self.appearance = appearance

    def __repr__(self) -> str:
        return str(self.appearance)

    def look(self) -> Appearance:
        self.appearance = appearance(
            self.application.desktop.agent.ask("look", number=self.appearance.number)
        )
        return self.appearance

    @property
    def text(self) -> str:
        """Its text now, or its value, or its name."""
        now = self.look()
        if now.text is not None:
            return now.text
        return f"{now.value[1]:g}" if now.value else now.name

    def wait_text(self, wanted: Name, timeout: float = DEADLINE) -> str:
        """Wait until its text is `wanted`, or holds it when it is a pattern."""

        def fits() -> bool:
            text = self.text
            return bool(wanted.search(text)) if isinstance(wanted, re.Pattern) else text == wanted

        until(fits, f"{self!r} to read {wanted!r}", timeout, self.application.explain)
        return self.text

    def wait_state(self, state: str, held: bool = True, timeout: float = DEADLINE) -> Element:
        what = f"{self!r} to be {'' if held else 'no longer '}{state}"
        until(lambda: (state in self.look().states) == held, what, timeout, self.application.explain)
        return self

    def click(self, button: int = 1, times: int = 1) -> Element:
        """Click its middle with the real mouse."""
        x, y = self._place()
        self._run("xdotool", "mousemove", x, y, "click", "--repeat", times, "--delay", 60, button)
        return self

    def click_tick(self) -> Element:
        """Click the box at the beginning of a cell, which is no element of its own."""
        x, y = self._place()
        left = x + (_TICK_INSET - self.appearance.extents[2] / 2) * self.application.scale
        self._run("xdotool", "mousemove", round(left), y, "click", 1)
        return self

    def press(self) -> Element:
        """Do what it is for through accessibility alone, without mouse or keyboard; returns at once."""
        assert self.application.desktop.agent.ask("press", number=self.appearance.number), f"{self!r} refused"
        return self

    def type(self, text: str) -> Element:
        """Click into it, select all it holds, and type `text` over it on the real keyboard.

        Returns when it has the text: what else is on view may have changed by that.
        """
        self.click()
        self.wait_state("focused")
        self.application.desktop.keys("ctrl+a")
        self.application.desktop.type(text)
        if self.appearance.role == "text":
            self.wait_text(text)
        return self

    def set_text(self, text: str) -> Element:
        """Replace its text through accessibility alone."""
        agent = self.application.desktop.agent
        assert agent.ask("set_text", number=self.appearance.number, text=text), f"{self!r} takes no text"
        return self

    def select(self, item: Name) -> Element:
        """Click the item of that name in this list, table, tree, tab bar or combo box, and give it."""
        if self.appearance.role == "combo box":  # its list is a window of its own
            self.click()
            return self.application.find("list item", item).click()
        return self.application.find("*", item, within=self).click()

    def drag_to(self, target: Element) -> None:
        """Drag it with the real mouse onto another element, maybe of another application."""
        x, y = self._place()
        to_x, to_y = target._place()
        moves: list[str | int | float] = ["mousemove", x, y, "mousedown", 1]
        for step in range(1, _DRAG_STEPS + 1):
            there = (x + (to_x - x) * step // _DRAG_STEPS, y + (to_y - y) * step // _DRAG_STEPS)
            moves += ["mousemove", *there, "sleep", _DRAG_STEP_SECONDS]
        self._run("xdotool", *moves, "sleep", _DRAG_REST_SECONDS, "mouseup", 1)

    def _place(self) -> tuple[int, int]:
        """Where its middle is, in pixels of the screen, once it no longer moves."""
        centre = self.look().centre

        def still() -> bool:  # a window that is just being placed reports where it was
            nonlocal centre
            before, centre = centre, self.look().centre
            return before == centre and centre != (0, 0)

        until(still, f"{self!r} to stand still", explain=self.application.explain)
        scale = self.application.scale
        return round(centre[0] * scale), round(centre[1] * scale)

    def _run(self, *command: str | int | float) -> None:
        self.application.desktop.run(*command)
