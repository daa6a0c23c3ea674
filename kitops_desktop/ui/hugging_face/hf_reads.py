"""What the pages of repositories and authors ask Hugging Face; all of it is for worker threads."""

from __future__ import annotations

from dataclasses import dataclass, replace

from kitops_desktop.errors import InvalidArgument
from kitops_desktop.formats.front_matter import without_front_matter
from kitops_desktop.importers.hugging_face.address import (
    SCHEME,
    HfAddress,
    HfAuthorAddress,
    hf_address,
)
from kitops_desktop.importers.hugging_face.authors import (
    HfAuthor,
    HfListed,
    Position,
    author_at,
    found_at,
    read_on,
)
from kitops_desktop.importers.hugging_face.client import HfClient
from kitops_desktop.importers.hugging_face.looking import HfLooking
from kitops_desktop.importers.hugging_face.sign_in import hugging_face
from kitops_desktop.importers.hugging_face.values import HfFile, HfRepository, HfRevision
from kitops_desktop.preview.readme import MAX_README, readme_text
from kitops_desktop.progress import CancelToken
from kitops_desktop.workspace import Workspace

CARD = "README.md"
MOST_REVISIONS = 1000
"""So many are offered; who looks for another enters its address."""


@dataclass(frozen=True, slots=True)
class HfLook:
    """A repository as it was found. ``asked`` is the name it was asked for by, when it has another now."""

    looking: HfLooking
    asked: str = ""

    @property
    def client(self) -> HfClient:
        return self.looking.client

    @property
    def repository(self) -> HfRepository:
        return self.looking.repository


@dataclass(frozen=True, slots=True)
class HfAuthorLook:
    """An organisation or a person as it was found."""

    client: HfClient
    author: HfAuthor


def look(workspace: Workspace, address: HfAddress, token: CancelToken) -> HfLook | HfAuthorLook:
    """Ask what is at ``address``, or who that is, and remember that it was opened."""
    client = hugging_face(workspace.registries)
    at = found_at(client, address, token)
    if isinstance(at, HfAuthor):
        workspace.history.add(f"{SCHEME}{address.prefix}{at.name}", "open")
        return HfAuthorLook(client, at)
    repository = _named(at, address)
    found = repository.address
    workspace.history.add(str(replace(found, path="")), "open")
    is_same = found.name.casefold() == address.name.casefold()
    return HfLook(HfLooking(client, repository), "" if is_same else address.name)


def author(workspace: Workspace, address: HfAuthorAddress, token: CancelToken) -> HfAuthorLook:
    """Ask who that is, and remember that it was opened."""
    client = hugging_face(workspace.registries)
    found = author_at(client, address, token)
    workspace.history.add(str(replace(address, name=found.name)), "open")
    return HfAuthorLook(client, found)


def listed(
    look: HfAuthorLook, position: Position, token: CancelToken
) -> tuple[tuple[HfListed, ...], Position]:
    """The next page of what there is."""
    return read_on(look.client, look.author.name, position, token)


def revisions(look: HfLook, token: CancelToken) -> tuple[HfRevision, ...]:
    """Branches and tags that an address can name."""
    address = look.repository.address
    found = look.client.revisions(address, token)
    return tuple(one for one in found if _is_named(address, one.name))[:MOST_REVISIONS]


def card(look: HfLook, file: HfFile, token: CancelToken) -> str | None:
    """What the model card says, at most ``MAX_README`` bytes of it; None when it is no text."""
    content = look.looking.open(file, token).read(0, min(file.size, MAX_README))
    text = readme_text(content)
    return None if text is None else without_front_matter(text)


def _named(repository: HfRepository, asked: HfAddress) -> HfRepository:
    """A name that no address can have is not believed."""
    try:
        hf_address(repository.address.name)
    except InvalidArgument:
        return replace(repository, address=asked)
    return repository


def _is_named(address: HfAddress, revision: str) -> bool:
    try:
        hf_address(address.name, address.kind, revision)
    except InvalidArgument:
        return False
    return True
