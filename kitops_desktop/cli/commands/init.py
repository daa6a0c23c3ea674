"""``init``: write a Kitfile for the contents of a folder, by `kit init`'s rules unless asked otherwise."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from kitops_desktop.classification.templates import TEMPLATES, fill_template, find_template
from kitops_desktop.cli.arguments import is_interactive
from kitops_desktop.cli.command import Invocation
from kitops_desktop.cli.smart_init import smart_init
from kitops_desktop.errors import FileAccessError, KitfileExists
from kitops_desktop.kitfile.generate import Generated, generate
from kitops_desktop.kitfile.yaml_text import to_yaml

SUMMARY = "Generate a Kitfile for the contents of a directory"


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("path", metavar="PATH")
    parser.add_argument("--name", default="", help="name for the ModelKit")
    parser.add_argument("--desc", default="", help="description for the ModelKit")
    parser.add_argument("--author", default="", help="author for the ModelKit")
    rules = parser.add_mutually_exclusive_group()
    rules.add_argument(
        "--smart", action="store_true", help="look into the files, not only at their names, and say why"
    )
    rules.add_argument(
        "--template",
        choices=[template.name for template in TEMPLATES],
        help="fill a template with the files that fit, instead of naming all files",
    )
    parser.add_argument(
        "--kitignore", action="store_true", help="with --smart: write the proposed lines to .kitignore"
    )
    parser.add_argument(
        "--format", choices=("text", "json"), default="text", help="with --smart: how the reasons are printed"
    )
    parser.add_argument("-f", "--force", action="store_true", help="overwrite an existing Kitfile")


def run(invocation: Invocation) -> int:
    folder = Path(invocation.arguments.path)
    kitfile = folder / "Kitfile"
    if kitfile.exists() and not invocation.arguments.force:
        raise KitfileExists(kitfile)
    if invocation.arguments.smart:
        return smart_init(invocation, folder, kitfile)
    generated = _generate(invocation, folder)
    text = to_yaml(generated.kitfile)
    try:
        kitfile.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise FileAccessError(kitfile, "write", error.strerror or str(error)) from error
    for reason in generated.reasons:
        invocation.console.debug(f"{reason.path}: {reason.choice} ({reason.why})")
    for warning in generated.warnings:
        invocation.console.warn(warning)
    invocation.console.info(f"Generated Kitfile:\n\n{text}")
    invocation.console.info(f"Saved to path '{kitfile}'")
    return 0


def _generate(invocation: Invocation, folder: Path) -> Generated:
    arguments = invocation.arguments
    answers = [
        arguments.name or _ask("Enter a name for the ModelKit: "),
        arguments.desc or _ask("Enter a short description for the ModelKit: "),
        arguments.author or _ask("Enter an author for the ModelKit: "),
    ]
    name, description, author = answers
    template = find_template(arguments.template or "")
    if template is not None:
        filled = fill_template(template, folder, name=name, description=description, author=author)
        return Generated(filled.kitfile, (), filled.missing)
    return generate(folder, name=name, description=description, author=author)


def _ask(question: str) -> str:
    """An answer from the terminal; empty where nobody can be asked."""
    if not is_interactive():
        return ""
    sys.stderr.write(question)
    sys.stderr.flush()
    return sys.stdin.readline().strip()
