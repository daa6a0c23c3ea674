"""``logout``: forget the sign-in to a registry."""

from __future__ import annotations

import argparse
import os
from dataclasses import replace

from kitops_desktop.cli.command import Invocation
from kitops_desktop.cli.commands.login import registry_host
from kitops_desktop.errors import SettingsError
from kitops_desktop.importers.hugging_face.endpoint import is_hugging_face

SUMMARY = "Log out from a registry, or from Hugging Face"


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("registry", metavar="REGISTRY")


def run(invocation: Invocation) -> int:
    host = registry_host(invocation.arguments.registry)
    forgotten = invocation.workspace.credentials.forget(host)
    _forget_user(invocation, host)
    if forgotten.remaining is not None:
        invocation.console.warn(
            f"{host} can still be signed in to with what is in {forgotten.remaining.place}; it is not ours to"
            " delete"
        )
    if is_hugging_face(host) and os.environ.get("HF_TOKEN"):
        invocation.console.warn("HF_TOKEN has an access token, which is used now")
    invocation.console.info(f"Successfully logged out from {host}")
    return 0


def _forget_user(invocation: Invocation, host: str) -> None:
    """The registry stays in the settings; who signed in is forgotten."""
    workspace = invocation.workspace
    if host not in workspace.settings.registries:
        return
    try:
        workspace.save_registry(host, replace(workspace.host_options(host), username=""))
    except SettingsError as error:
        invocation.console.warn(str(error))
