"""``cat``: one file of a kit to standard output, without unpacking the kit."""

from __future__ import annotations

import argparse

from kitops_desktop.cli.command import Invocation
from kitops_desktop.cli.file_in_kit import add_file_arguments, named_file
from kitops_desktop.preview.contents import file_content

SUMMARY = "Print one file of a ModelKit"


def configure(parser: argparse.ArgumentParser) -> None:
    add_file_arguments(parser)


def run(invocation: Invocation) -> int:
    named = named_file(invocation)
    invocation.console.note(named.note)
    layer, file = named.entry.layer, named.entry.file
    for block in file_content(named.found.fetcher, layer, file, token=invocation.token):
        invocation.console.raw(block)
    return 0
