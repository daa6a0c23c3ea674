"""Where a sign-in can be kept, in words."""

from __future__ import annotations

from dataclasses import dataclass

from kitops_desktop.credentials.keyring_store import KeyringState
from kitops_desktop.credentials.lookup import Keep
from kitops_desktop.errors import KeyringFailed


@dataclass(frozen=True, slots=True)
class KeepChoice:
    """One place; one that is not ``possible`` says why in ``note``."""

    keep: Keep
    text: str
    note: str = ""
    possible: bool = True


def keep_choices(state: KeyringState | None, kit_helper: str = "") -> tuple[KeepChoice, ...]:
    """The places in the order in which they are offered. ``state`` is None while it is not known;
    ``kit_helper`` is the program that keeps sign-ins for `kit`, if there is one.
    """
    return (_keyring(state), _session(state), _kit(kit_helper))


def best_choice(state: KeyringState | None) -> Keep:
    """What is chosen until the user chooses: never a place where the password can be read."""
    return Keep.KEYRING if state is None or state.available else Keep.SESSION


def _keyring(state: KeyringState | None) -> KeepChoice:
    text = "In the &keyring of this system"
    if state is None:
        return KeepChoice(Keep.KEYRING, text)
    if state.available:
        return KeepChoice(Keep.KEYRING, text, f"{state.name} keeps it encrypted." if state.name else "")
    note = "There is no keyring that programs can use here."
    if isinstance(state.problem, KeyringFailed):
        note = f"It did not answer: {state.problem.reason}."
    return KeepChoice(Keep.KEYRING, text, note, possible=False)


def _session(state: KeyringState | None) -> KeepChoice:
    alone = state is not None and not state.available
    note = "The usual choice without a keyring." if alone else ""
    return KeepChoice(Keep.SESSION, "For this &run only", note)


def _kit(helper: str) -> KeepChoice:
    if helper:
        return KeepChoice(Keep.KIT, "Where &kit keeps it", f"By {helper}.")
    note = "Not encrypted: every program that runs as you can read it."
    return KeepChoice(Keep.KIT, "In k&it's file of credentials", note)
