"""Organisations and persons of Hugging Face, where commands are about a repository: what they have."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime

from kitops_desktop.cli.arguments import PROGRAM
from kitops_desktop.cli.command import Invocation
from kitops_desktop.cli.json_text import go_indented_json
from kitops_desktop.cli.table import table
from kitops_desktop.errors import InvalidArgument, NotOnHuggingFace
from kitops_desktop.explanation.words import sentence
from kitops_desktop.importers.hugging_face.address import SCHEME, HfAddress, HfAuthorAddress, HfKind, HfTarget
from kitops_desktop.importers.hugging_face.authors import (
    HfAuthor,
    HfListed,
    Position,
    author_instead,
    listed_page,
    read_on,
)
from kitops_desktop.importers.hugging_face.client import HfClient
from kitops_desktop.importers.hugging_face.sign_in import hugging_face
from kitops_desktop.progress import CancelToken

_ALL = tuple(HfKind)
_NAMED = 5


def kinds_of(address: HfTarget) -> tuple[HfKind, ...]:
    """Which repositories of somebody are meant. The page of a dataset by a name alone is about datasets."""
    if isinstance(address, HfAuthorAddress):
        return _ALL if address.kind is None else (address.kind,)
    return _ALL if address.kind is HfKind.MODEL else (address.kind,)


def list_author(invocation: Invocation, client: HfClient, author: HfAuthor, kinds: Sequence[HfKind]) -> int:
    """``files``: what somebody has, in the order of the kinds, and of each the last changed first."""
    console, arguments = invocation.console, invocation.arguments
    if arguments.tree:
        raise InvalidArgument(f"--tree is for the files of a repository: {_says(author)}")
    listed = list(_listed(invocation, client, author, kinds))
    hint = "" if client.is_signed_in else " to somebody who is not signed in"
    shown = "These are its repositories" if listed else f"There is nothing that is shown{hint}"
    console.note(sentence(f"{_says(author)}. {shown}"))
    if arguments.format == "json":
        console.result(go_indented_json([_json(one) for one in listed]))
    else:
        console.result(table([("KIND", "DOWNLOADS", "LIKES", "CHANGED", "REPOSITORY"), *map(_row, listed)]))
    return 0


def not_a_repository(
    client: HfClient, author: HfAuthor, kinds: Sequence[HfKind], token: CancelToken
) -> InvalidArgument:
    """What to say where a repository is needed: who it is, and some of what there is."""
    names: list[str] = []
    for kind in kinds:
        if len(names) < _NAMED:
            page = listed_page(client, author.name, kind, token)
            names += (f"{one.address.prefix}{one.address.name}" for one in page.repositories)
    some = f"; it has {', '.join(names[:_NAMED])}" if names else ""
    return InvalidArgument(f"{_says(author)}{some}. All there are: {PROGRAM} files {SCHEME}{author.name}")


@contextmanager
def naming_authors(invocation: Invocation, address: object) -> Iterator[None]:
    """What is no repository may be an organisation, or a person: that is said then."""
    try:
        yield
    except NotOnHuggingFace as error:
        if not isinstance(address, HfAddress):
            raise
        client = hugging_face(invocation.workspace.registries)
        author = author_instead(client, address, invocation.token)
        if author is None:
            raise
        raise not_a_repository(client, author, kinds_of(address), invocation.token) from error


def _listed(
    invocation: Invocation, client: HfClient, author: HfAuthor, kinds: Sequence[HfKind]
) -> Iterator[HfListed]:
    position = Position(tuple(kinds))
    while not position.ended:
        repositories, position = read_on(client, author.name, position, invocation.token)
        yield from repositories
    for kind in position.cut:
        invocation.console.warn(f"of its {kind.noun}s only those that changed last are listed")


def _says(author: HfAuthor) -> str:
    full_name = author.full_name if author.full_name.casefold() != author.name.casefold() else ""
    name = f"{author.name} ({full_name})" if full_name else author.name
    article = "an" if author.noun[0] in "aeiou" else "a"
    return f"on Hugging Face {name} is {article} {author.noun}, and no repository"


def _row(one: HfListed) -> tuple[str, ...]:
    changed = "-" if one.modified is None else _time(one.modified)[:10]
    return one.address.kind.noun.lower(), _count(one.downloads), _count(one.likes), changed, str(one.address)


def _count(count: int | None) -> str:
    return "-" if count is None else str(count)


def _time(moment: float) -> str:
    return datetime.fromtimestamp(moment, UTC).isoformat().replace("+00:00", "Z")


def _json(one: HfListed) -> dict[str, object]:
    return {
        "address": str(one.address),
        "type": "repository",
        "kind": one.address.kind.noun.lower(),
        "name": one.address.name,
        "downloads": one.downloads,
        "likes": one.likes,
        "modified": None if one.modified is None else _time(one.modified),
        "private": one.is_private,
        "gated": one.gated,
    }
