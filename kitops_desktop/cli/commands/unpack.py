"""``unpack``: write what is in a kit into a folder, all of it or what filters and globs choose."""

from __future__ import annotations

import argparse
from pathlib import Path

from kitops_desktop.cli.command import Invocation
from kitops_desktop.cli.console import printable
from kitops_desktop.cli.existing_flags import add_existing_flags, existing_rules
from kitops_desktop.cli.json_text import go_indented_json
from kitops_desktop.cli.network_flags import add_network_flags, concurrency, use_network
from kitops_desktop.cli.profile_flags import (
    add_profile_flags,
    care_for_profiles,
    chosen_profile,
    only_profiles,
)
from kitops_desktop.cli.unpacked_text import is_nothing, unpacked_json, unpacked_lines
from kitops_desktop.errors import InvalidArgument
from kitops_desktop.jobs.range_matching import match_by_range
from kitops_desktop.jobs.unpack_job import UnpackWork, unpack_reference
from kitops_desktop.modelkit.filters import KITFILE
from kitops_desktop.modelkit.globs import path_matcher
from kitops_desktop.modelkit.unpack_plan import KITFILE_NAME
from kitops_desktop.oci.reference import Reference, parse_reference_with_tags

SUMMARY = "Produce the components from a ModelKit on the local filesystem"
DEPRECATED = ("kitfile", "model", "code", "datasets", "docs")
"""Flags that older scripts use in place of --filter; ignored when there is one."""
_MOST_NAMED = 10


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("modelkit", metavar="[registry/]repository[:tag|@digest]", nargs="?", default="")
    parser.add_argument(
        "-d", "--dir", default="", metavar="DIR", help="target folder; created if it does not exist"
    )
    add_existing_flags(parser)
    parser.add_argument(
        "-f",
        "--filter",
        action="append",
        default=[],
        metavar="TYPE[,TYPE][:NAME[,NAME]]",
        help="only these layers",
    )
    parser.add_argument(
        "--path", action="append", default=[], metavar="GLOB", help="only files whose path matches"
    )
    parser.add_argument(
        "--keep", action="store_true", help="pull the kit into the local store too, in the same pass"
    )
    parser.add_argument(
        "--whole-layers",
        action="store_true",
        help="fetch whole layers, verified, even where --path wants little of them; otherwise single files of"
        " large layers of a registry are fetched by range, which the digest of the layer does not cover",
    )
    parser.add_argument("--format", choices=("text", "json"), default="text", help="of what was unpacked")
    add_profile_flags(parser)
    for name in DEPRECATED:
        parser.add_argument(f"--{name}", action="store_true", help=f"deprecated: use --filter={name}")
    add_network_flags(parser)


def run(invocation: Invocation) -> int:
    arguments = invocation.arguments
    care_for_profiles(invocation, _filters(arguments), tuple(arguments.path))
    if arguments.modelkit:
        return _unpack(invocation)
    if not only_profiles(arguments):
        raise InvalidArgument("a kit is required: [registry/]repository[:tag|@digest]")
    return 0


def _unpack(invocation: Invocation) -> int:
    arguments, console = invocation.arguments, invocation.console
    reference = _reference(arguments.modelkit)
    target = Path(arguments.dir).absolute()
    profile = chosen_profile(invocation)
    rules = existing_rules(arguments)
    work = UnpackWork(
        reference.short,
        target,
        (*profile.filters, *_filters(arguments)),
        (*profile.globs, *arguments.path),
        rules.existing,
        rules.decisions,
        source="auto",
        keep=arguments.keep,
        parallel=concurrency(arguments),
        whole_layers=arguments.whole_layers,
    )
    as_json = arguments.format == "json"
    use_network(invocation, reference.registry)
    say = (lambda _: None) if as_json else console.info
    say(f"Unpacking to {printable(str(target))}")
    done = unpack_reference(
        work,
        invocation.workspace.tools,
        token=invocation.token,
        report=console.progress,
        announce=lambda line: say(printable(line)),
    )
    console.end_progress()
    tools, token = invocation.workspace.tools, invocation.token
    matched = match_by_range(tools, work.reference, target, done, token)
    if matched is not None:
        for path in matched.differing:
            console.warn(f"{printable(path)} does not match the index of {matched.index}")
    for warning in done.warnings:
        console.warn(printable(warning))
    if is_nothing(done) and arguments.path and not path_matcher(work.globs)(KITFILE_NAME):
        raise InvalidArgument(
            f"nothing of {reference.short} matches {', '.join(arguments.path[:_MOST_NAMED])}"
        )
    if is_nothing(done) and not any(KITFILE in one for one in work.filters):
        console.warn("The kit has nothing of what was chosen: nothing was unpacked")
    if as_json:
        console.result(go_indented_json(unpacked_json(work, done, matched)))
    else:
        for line in unpacked_lines(done):
            say(printable(line))
        if matched is not None and matched.text:
            say(f"{matched.text[0].upper()}{matched.text[1:]}.")
    return 0


def _reference(text: str) -> Reference:
    reference, extra = parse_reference_with_tags(text)
    if extra:
        raise InvalidArgument("can not unpack multiple tags")
    return reference


def _filters(arguments: argparse.Namespace) -> tuple[str, ...]:
    if arguments.filter:
        return tuple(arguments.filter)
    return tuple(name for name in DEPRECATED if getattr(arguments, name))
