"""``tag``: give a kit in the local store another name."""

from __future__ import annotations

import argparse

from kitops_desktop.cli.command import Invocation
from kitops_desktop.errors import InvalidArgument, ReferenceNotFound
from kitops_desktop.oci.reference import parse_reference

SUMMARY = "Create a tag that refers to a ModelKit"


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("source", metavar="SOURCE_MODELKIT[:TAG]")
    parser.add_argument("target", metavar="TARGET_MODELKIT[:TAG]")


def run(invocation: Invocation) -> int:
    source = parse_reference(invocation.arguments.source)
    target = parse_reference(invocation.arguments.target)
    if target.tag is None:
        raise InvalidArgument("the target needs a tag, not a digest")
    try:
        invocation.workspace.store.tag(source, target)
    except ReferenceNotFound as error:
        if source.is_local or target.is_local:
            raise
        raise ReferenceNotFound(str(source), str(target)) from error
    invocation.console.info(f"Modelkit {source} tagged as {target}")
    return 0
