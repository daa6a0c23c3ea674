"""``list``: ModelKits of the local store or of a registry, as a table, as JSON, or by a template."""

from __future__ import annotations

import argparse
import re
from dataclasses import dataclass

from kitops_desktop.cli.command import Invocation, count
from kitops_desktop.cli.json_text import go_indented_json
from kitops_desktop.cli.network_flags import add_network_flags, use_network
from kitops_desktop.cli.sizes import kit_size
from kitops_desktop.cli.table import table
from kitops_desktop.errors import InvalidArgument
from kitops_desktop.oci.reference import Reference, parse_reference_with_tags, short_repository
from kitops_desktop.store.local_store import StoredKit

SUMMARY = "List ModelKits in the local store, the tags of a remote repository, or what a registry has"
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
    parser.add_argument(
        "repository",
        nargs="?",
        metavar="[REGISTRY/]REPOSITORY[:TAG] | REGISTRY",
        help="a repository of the local store; all tags, or one tag, of one in a registry; or the"
        " repositories of a registry",
    )
    parser.add_argument(
        "--local", action="store_true", help="in the local store, also when a registry is named"
    )
    parser.add_argument(
        "--format",
        default="table",
        metavar="table|json|TEMPLATE",
        help="{{.Repo}} and the like in a template",
    )
    add_network_flags(parser)


def run(invocation: Invocation) -> int:
    text: str = invocation.arguments.repository or ""
    host = "" if invocation.arguments.local else registry_alone(text)
    if host:
        return _list_registry(invocation, host)
    wanted = _repository(text)
    if wanted is None or wanted.is_local or invocation.arguments.local:
        return _list_store(invocation, wanted)
    return _list_repository(invocation, wanted)


def registry_alone(text: str) -> str:
    """The host when ``text`` is a registry alone: it has a dot, a port, or a slash at its end."""
    host = text.removesuffix("/")
    if not host or "/" in host:
        return ""
    name, colon, port = host.rpartition(":")
    if text != host or (colon and port.isdigit() and (name == "localhost" or "." in name or "]" in name)):
        return host
    return host if "." in host and not colon else ""


def _repository(text: str) -> Reference | None:
    """A reference whose tag is None when the text has none: all of the repository is meant."""
    if not text:
        return None
    reference, extra = parse_reference_with_tags(text)
    if extra:
        raise InvalidArgument("repository cannot reference multiple tags")
    has_version = any(mark in text.partition("/")[2] for mark in ":@")
    return reference if has_version else Reference(reference.registry, reference.repository)


def _list_store(invocation: Invocation, wanted: Reference | None) -> int:
    listing = invocation.workspace.store.listing()
    for damage in listing.damage:
        invocation.console.warn(str(damage))
    name = wanted.repository_name if wanted else None
    _print(invocation, [_row(kit) for kit in listing.kits if name in (None, kit.repository)])
    return 0


def _list_repository(invocation: Invocation, wanted: Reference) -> int:
    """One row for each tag that is a ModelKit; of what cannot be read it is said why."""
    from kitops_desktop.cli.remote_listing import repository_rows

    use_network(invocation, wanted.registry)
    listed = repository_rows(invocation, wanted)
    for tag, error in listed.failures:
        invocation.console.warn(f"{tag}: {error}")
    if listed.others and not listed.kits:
        invocation.console.note(f"{count(listed.others, 'tag')} of {wanted.repository}, none of a ModelKit")
    _print(
        invocation,
        [
            Row(
                wanted.repository,
                found.kit.descriptor.digest,
                (tag,) if tag else (),
                found.kit.kitfile.package.name or NONE,
                kit_size(found.kit.manifest.layers_size),
                next(iter(found.kit.kitfile.package.authors), NONE),
            )
            for tag, found in listed.kits
        ],
    )
    return 0


def _list_registry(invocation: Invocation, host: str) -> int:
    from kitops_desktop.cli.remote_listing import repository_names

    use_network(invocation, host)
    names = repository_names(invocation, host)
    wanted = invocation.arguments.format
    if wanted == "json":
        invocation.console.result(go_indented_json([{"repo": name} for name in names]))
    elif wanted == "table":
        invocation.console.result("\n".join(("REPOSITORY", *names)))
    else:
        _print(invocation, [Row(name, "", (), "", "", "") for name in names])
    return 0


def _print(invocation: Invocation, rows: list[Row]) -> None:
    text = _formatted(rows, invocation.arguments.format)
    if text:
        invocation.console.result(text)


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
