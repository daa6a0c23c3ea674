"""What can be done with the registry that is chosen on the list."""

from __future__ import annotations

from collections.abc import Callable

from kitops_desktop.ui.actions import Action
from kitops_desktop.ui.browser.registries_list import RegistriesList
from kitops_desktop.ui.browser.registry_care import RegistryCare
from kitops_desktop.ui.browser.registry_standing import RegistryStanding


def list_actions(
    shown: RegistriesList,
    care: RegistryCare,
    standing: RegistryStanding,
    open_registry: Callable[[str], None],
    group: str,
) -> tuple[Action, ...]:
    """In the order of the buttons from the right."""

    def chosen() -> bool:
        return shown.current() is not None

    def signed_in() -> bool:
        row = shown.current()
        return row is not None and row.signed_in is not None and row.signed_in.can_be_forgotten

    def on(do: Callable[[str], object]) -> None:
        row = shown.current()
        if row is not None:
            do(row.host)

    return (
        Action("Remove", lambda: on(care.ask_to_remove), "Del", "trash", group, chosen),
        Action("Edit…", lambda: on(care.edit), "Ctrl+E", "edit", group, chosen),
        Action("Test", lambda: on(standing.ask), "F5", "verify", group, chosen),
        Action("Sign out", lambda: on(care.sign_out), "", "sign-out", group, signed_in),
        Action("Sign in…", lambda: on(care.sign_in), "Ctrl+I", "sign-in", group, chosen),
        Action("Open", lambda: on(open_registry), "", "external", group, chosen),
    )
