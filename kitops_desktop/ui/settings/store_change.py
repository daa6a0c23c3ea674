"""Putting the store elsewhere, without moving what is in it."""

from __future__ import annotations

from pathlib import Path

from kitops_desktop.errors import InvalidArgument
from kitops_desktop.store.location import store_home
from kitops_desktop.workspace import Workspace


def default_home() -> Path:
    """Where ``kit`` keeps its store when nothing else is said."""
    return store_home("")


def switch_store(workspace: Workspace, target: Path | None) -> Path:
    """Use the store in ``target`` from now on (None: kit's own folder); kits stay where they are.

    Gives its folder. Raises ``InvalidArgument`` where the place is not ours to change, ``SettingsError``.
    """
    place = workspace.tools.place
    if place is None:
        raise InvalidArgument("the place of the store is given from outside; change it there")
    home = default_home() if target is None else target.absolute()
    store = place.open(home)
    workspace.change_settings(store_home="" if target is None else str(home))
    workspace.tools.use_store(store)
    return home
