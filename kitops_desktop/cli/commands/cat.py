"""``cat``: one file of a kit to standard output, without unpacking the kit."""

from __future__ import annotations

import argparse

from kitops_desktop.cli.command import Invocation
from kitops_desktop.cli.file_in_kit import add_file_arguments, named_file
from kitops_desktop.cli.hugging_face_files import given_address, print_file
from kitops_desktop.preview.indexed_file import matches_text

SUMMARY = "Print one file of a ModelKit"


def configure(parser: argparse.ArgumentParser) -> None:
    add_file_arguments(parser)


def run(invocation: Invocation) -> int:
    console = invocation.console
    address = given_address(invocation)
    if address is not None:
        return print_file(invocation, address)
    with named_file(invocation) as named:
        for block in named.blocks():
            console.raw(block)
        console.note(named.note)
        if named.index is not None and named.is_indexed:
            console.note(matches_text(named.index.digest))
    return 0
