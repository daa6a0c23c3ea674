"""``cat``: one file of a kit to standard output, without unpacking the kit."""

from __future__ import annotations

import argparse

from kitops_desktop.cli.command import Invocation
from kitops_desktop.cli.file_in_kit import add_file_arguments, named_file
from kitops_desktop.preview.contents import file_content
from kitops_desktop.preview.indexed_file import matches_text, matching_content

SUMMARY = "Print one file of a ModelKit"


def configure(parser: argparse.ArgumentParser) -> None:
    add_file_arguments(parser)


def run(invocation: Invocation) -> int:
    named = named_file(invocation)
    invocation.console.note(named.note)
    fetcher, token = named.found.fetcher, invocation.token
    if named.index is None or not named.is_indexed:
        for block in file_content(fetcher, named.entry.layer, named.entry.file, token=token):
            invocation.console.raw(block)
        return 0
    for block in matching_content(fetcher, named.entry, named.index.digest, token=token):
        invocation.console.raw(block)
    invocation.console.note(matches_text(named.index.digest))
    return 0
