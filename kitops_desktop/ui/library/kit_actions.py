"""What can be done with the kit on a page. The page shows it, and does not know what it is."""

from __future__ import annotations

from dataclasses import dataclass

from kitops_desktop.ui.actions import Action


@dataclass(frozen=True, slots=True)
class KitActions:
    """``primary`` is the last button, ``quiet`` are those before it, ``more`` stand in a menu.

    ``ticked`` is what the Files tab calls doing the first of them with what is ticked only. ``with_alt`` is
    done when Alt is held while the last button is clicked.
    """

    primary: Action | None = None
    quiet: tuple[Action, ...] = ()
    more: tuple[Action, ...] = ()
    ticked: str = "Unpack ticked…"
    with_alt: Action | None = None
