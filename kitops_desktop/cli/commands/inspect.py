"""``inspect``: digest, Kitfile and manifest of a kit as JSON."""

from __future__ import annotations

import argparse

from kitops_desktop.cli.command import Invocation
from kitops_desktop.cli.json_text import go_indented_json
from kitops_desktop.cli.kits import load_named, parsed_json
from kitops_desktop.cli.network_flags import add_network_flags
from kitops_desktop.jobs.parents import Place
from kitops_desktop.modelkit.media_types import CLI_VERSION_ANNOTATION
from kitops_desktop.oci.reference import parse_reference

SUMMARY = "Inspect a ModelKit's manifest"


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("modelkit", metavar="MODELKIT")
    parser.add_argument("-r", "--remote", action="store_true", help="in its registry, not in the local store")
    add_network_flags(parser)


def run(invocation: Invocation) -> int:
    place = Place.REMOTE if invocation.arguments.remote else Place.LOCAL
    kit = load_named(invocation, parse_reference(invocation.arguments.modelkit), place).kit
    document = {
        "digest": kit.descriptor.digest,
        "cliVersion": kit.manifest.annotation(CLI_VERSION_ANNOTATION) or "unknown",
        "kitfile": parsed_json(kit.config_bytes),
        "manifest": parsed_json(kit.manifest_bytes),
    }
    invocation.console.result(go_indented_json(document))
    return 0
