"""``diff``: what two kits share and what differs."""

from __future__ import annotations

import argparse

from kitops_desktop.cli.command import Invocation
from kitops_desktop.cli.kits import load
from kitops_desktop.cli.network_flags import add_network_flags, use_network
from kitops_desktop.cli.sizes import kit_size
from kitops_desktop.compare.compare import compare_kits
from kitops_desktop.jobs.parents import Place
from kitops_desktop.modelkit.media_types import parse_media_type
from kitops_desktop.oci.descriptor import Descriptor
from kitops_desktop.oci.digest import Digest
from kitops_desktop.oci.reference import Reference, parse_reference

SUMMARY = "Compare two ModelKits"
LOCAL, REMOTE = "local://", "remote://"
RULE = "-" * 39
HEADINGS = "Type    | Digest             | Size"


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("first", metavar="MODELKIT1")
    parser.add_argument("second", metavar="MODELKIT2")
    add_network_flags(parser)


def run(invocation: Invocation) -> int:
    first, first_place = _reference(invocation.arguments.first)
    second, second_place = _reference(invocation.arguments.second)
    use_network(invocation, *(reference.registry for reference in (first, second) if not reference.is_local))
    a = load(invocation, first, first_place).kit
    b = load(invocation, second, second_place).kit
    say = invocation.console.result
    if a.descriptor.digest == b.descriptor.digest:
        say("ModelKits are identical")
        return 0
    result = compare_kits(a, b)
    say(f"Comparing:\n  ModelKit1: {first}\n  ModelKit2: {second}\n")
    say(f"Configurations:\n{RULE}")
    if result.same_config:
        say(f"  Configs are identical (Digest: {_short(a.manifest.config.digest)})\n")
    else:
        say("Configs differ:")
        say(f"  ModelKit1 Config Digest: {_short(a.manifest.config.digest)}")
        say(f"  ModelKit2 Config Digest: {_short(b.manifest.config.digest)}")
        for change in result.kitfile_changes:
            say(f"    {change.field}: {_value(change.a)} -> {_value(change.b)}")
        say("")
    say(f"Annotations:\n{RULE}")
    say("  Annotations are identical\n" if result.same_annotations else "  Annotations do not match\n")
    say(_layers("Shared Layers", result.shared))
    say(_layers(f"Unique Layers to ModelKit1 ({first})", result.only_a))
    say(_layers(f"Unique Layers to ModelKit2 ({second})", result.only_b))
    return 0


def _reference(text: str) -> tuple[Reference, Place]:
    """Without a prefix the kit is looked for in the local store first, then in its registry."""
    for prefix, place in ((LOCAL, Place.LOCAL), (REMOTE, Place.REMOTE)):
        if text.startswith(prefix):
            return parse_reference(text.removeprefix(prefix)), place
    return parse_reference(text), Place.AUTO


def _short(digest: Digest) -> str:
    return digest[:17]


def _value(value: object) -> str:
    return "(absent)" if value in (None, "") else str(value)


def _layers(title: str, layers: tuple[Descriptor, ...]) -> str:
    lines = [title, RULE]
    if layers:
        lines.append(HEADINGS)
        lines += [
            f"{_kind(layer):<7} | {_short(layer.digest):<18} | {kit_size(layer.size)}" for layer in layers
        ]
    else:
        lines.append("<none>")
    return "\n".join([*lines, ""])


def _kind(layer: Descriptor) -> str:
    known = parse_media_type(layer.media_type)
    return known.kind.value if known else layer.media_type
