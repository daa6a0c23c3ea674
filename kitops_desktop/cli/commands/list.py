"""``list``: the ModelKits in the local store, as a table, as JSON, or by a template."""

from __future__ import annotations

import argparse
import re
from dataclasses import dataclass

from kitops_desktop.cli.command import Invocation
from kitops_desktop.cli.json_text import go_indented_json
from kitops_desktop.cli.sizes import kit_size
from kitops_desktop.cli.table import table
from kitops_desktop.errors import InvalidArgument
from kitops_desktop.oci.reference import parse_reference, short_repository
from kitops_desktop.store.local_store import StoredKit

SUMMARY = "List ModelKits in the local store"
COLUMNS = ("REPOSITORY", "TAG", "MAINTAINER", "NAME", "SIZE", "DIGEST")
NONE = "<none>"
TEMPLATE_FIELDS = ("Repo", "Tags", "Digest", "ModelName", "Size", "Author")
_FIELD = re.compile(r"\{\{-?\s*(.*?)\s*-?\}\}")


@dataclass(frozen=True, slots=True)
class Row:
    """One kit as `kit list --format json` names its fields."""

    repo: str
    digest: str
    tags: tuple[str, ...]
    name: str
    size: str
    author: str

    def to_json(self) -> dict[str, object]:
        return {
            "repo": self.repo,
            "digest": self.digest,
            "tags": list(self.tags) or None,
            "modelName": self.name,
            "size": self.size,
            "author": self.author,
        }

    def field(self, name: str) -> str:
        """A field by its name in a Go template."""
        values = (self.repo, f"[{' '.join(self.tags)}]", self.digest, self.name, self.size, self.author)
        return dict(zip(TEMPLATE_FIELDS, values, strict=True))[name]


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("repository", nargs="?", help="only this repository")
    parser.add_argument(
        "--format",
        default="table",
        metavar="table|json|TEMPLATE",
        help="{{.Repo}} and the like in a template",
    )


def run(invocation: Invocation) -> int:
    arguments = invocation.arguments
    listing = invocation.workspace.store.listing()
    for damage in listing.damage:
        invocation.console.warn(str(damage))
    wanted = parse_reference(arguments.repository).repository_name if arguments.repository else None
    rows = [_row(kit) for kit in listing.kits if wanted in (None, kit.repository)]
    text = _formatted(rows, arguments.format)
    if text:
        invocation.console.result(text)
    return 0


def _row(kit: StoredKit) -> Row:
    return Row(
        repo=short_repository(kit.repository) or NONE,
        digest=kit.descriptor.digest,
        tags=kit.tags,
        name=kit.kitfile_name or NONE,
        size=kit_size(kit.size),
        author=kit.author or NONE,
    )


def _formatted(rows: list[Row], wanted: str) -> str:
    if wanted == "table":
        return _as_table(rows)
    if wanted == "json":
        return go_indented_json([row.to_json() for row in rows])
    return "\n".join(_filled(wanted, row) for row in rows)


def _as_table(rows: list[Row]) -> str:
    cells = [
        (row.repo, tag, row.author, row.name, row.size, row.digest)
        for row in rows
        for tag in row.tags or (NONE,)
    ]
    return table([COLUMNS, *cells])


def _filled(template: str, row: Row) -> str:
    """``template`` with its fields replaced; of Go's templates only plain fields are known."""

    def replacement(match: re.Match[str]) -> str:
        name = match[1].removeprefix(".")
        if not match[1].startswith(".") or name not in TEMPLATE_FIELDS:
            known = ", ".join(f"{{{{.{field}}}}}" for field in TEMPLATE_FIELDS)
            raise InvalidArgument(f"the template may use {known}, not {match[0]}")
        return row.field(name)

    return _FIELD.sub(replacement, template.replace("\\n", "\n").replace("\\t", "\t"))
