"""``info``: the Kitfile of a kit, or one field of it."""

from __future__ import annotations

import argparse
import re

import yaml

from kitops_desktop.cli.command import Invocation
from kitops_desktop.cli.json_text import go_indented_json
from kitops_desktop.cli.kits import load_named, parsed_json
from kitops_desktop.cli.network_flags import add_network_flags
from kitops_desktop.errors import InvalidArgument
from kitops_desktop.jobs.parents import Place
from kitops_desktop.kitfile.yaml_text import to_yaml
from kitops_desktop.oci.reference import parse_reference

SUMMARY = "Show the configuration for a ModelKit"


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("modelkit", metavar="MODELKIT")
    parser.add_argument("-f", "--filter", metavar="FIELD.PATH", help="only this field, e.g. package.name")
    parser.add_argument("-r", "--remote", action="store_true", help="in its registry, not in the local store")
    add_network_flags(parser)


def run(invocation: Invocation) -> int:
    place = Place.REMOTE if invocation.arguments.remote else Place.LOCAL
    kit = load_named(invocation, parse_reference(invocation.arguments.modelkit), place).kit
    if not invocation.arguments.filter:
        invocation.console.result(to_yaml(kit.kitfile), end="")
        return 0
    invocation.console.result(_field_text(parsed_json(kit.config_bytes), invocation.arguments.filter))
    return 0


def _field_text(value: object, path: str) -> str:
    """The field at a dotted path, in any case: `kit` wants Go names (dataSets)."""
    if not re.fullmatch(r"[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*", path):
        raise InvalidArgument(f"invalid filter {path!r}: names joined by dots, e.g. package.name")
    for name in path.split("."):
        if not isinstance(value, dict):
            raise InvalidArgument(f"the filter {path!r} goes below a value that has no fields")
        matching = [key for key in value if key.lower() == name.lower()]
        if not matching:
            raise InvalidArgument(f"the Kitfile has no field {path!r}")
        value = value[matching[0]]
    return _shown(value)


def _shown(value: object) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, (dict, list)):
        plain = yaml.safe_load(go_indented_json(value))
        return yaml.safe_dump(plain, sort_keys=False, allow_unicode=True, width=10**9).rstrip("\n")
    return go_indented_json(value)
