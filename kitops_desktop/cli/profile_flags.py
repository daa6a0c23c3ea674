"""The flags of ``unpack`` for profiles: using, listing, saving and removing them."""

from __future__ import annotations

import argparse

from kitops_desktop.cli.command import Invocation
from kitops_desktop.cli.console import printable
from kitops_desktop.cli.table import table
from kitops_desktop.modelkit.unpack_profiles import (
    BUILT_IN,
    Saved,
    UnpackProfile,
    all_profiles,
    find_profile,
    saved_with,
    saved_without,
)


def add_profile_flags(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("profiles", "Filters and paths under a name, kept in the settings.")
    built_in = "; ".join(f"{one.name!r}: {one.about}" for one in BUILT_IN)
    group.add_argument(
        "--profile", metavar="NAME", help=f"only what the profile says. {built_in}. See --list-profiles"
    )
    group.add_argument("--list-profiles", action="store_true", help="list all profiles, and unpack nothing")
    group.add_argument(
        "--save-profile", metavar="NAME", help="keep the filters and paths of this command as a profile"
    )
    group.add_argument("--forget-profile", metavar="NAME", help="remove a profile that was saved")


def only_profiles(arguments: argparse.Namespace) -> bool:
    """Whether something was asked of the profiles, for which no kit is needed."""
    return bool(arguments.list_profiles or arguments.save_profile or arguments.forget_profile)


def care_for_profiles(invocation: Invocation, filters: tuple[str, ...], globs: tuple[str, ...]) -> None:
    """Save, remove and list, in this order, as far as that is asked for.

    ``filters`` and ``globs`` are those of the command, to which those of its profile come. Raises
    ``InvalidArgument``, ``SettingsError``.
    """
    arguments = invocation.arguments
    if arguments.save_profile:
        used = chosen_profile(invocation)
        made = UnpackProfile(arguments.save_profile, (*used.filters, *filters), (*used.globs, *globs))
        _keep_profiles(invocation, saved_with(_saved(invocation), made))
    if arguments.forget_profile:
        _keep_profiles(invocation, saved_without(_saved(invocation), arguments.forget_profile))
    if arguments.list_profiles:
        rows = [("NAME", "FILTERS", "PATHS")]
        for one in all_profiles(_saved(invocation)):
            rows.append((one.name, " ".join(one.filters) or "-", printable(" ".join(one.globs)) or "-"))
        invocation.console.result(table(rows))


def _saved(invocation: Invocation) -> Saved:
    return invocation.workspace.settings.unpack_profiles


def _keep_profiles(invocation: Invocation, saved: Saved) -> None:
    invocation.workspace.change_settings(unpack_profiles=saved)


def chosen_profile(invocation: Invocation) -> UnpackProfile:
    """The profile that was asked for; an empty one when none was. Raises ``InvalidArgument``."""
    name = invocation.arguments.profile
    return UnpackProfile("") if name is None else find_profile(name, _saved(invocation))
