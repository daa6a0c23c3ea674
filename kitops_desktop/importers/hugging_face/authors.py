"""Whoever has repositories on Hugging Face: who that is, and what it has, page by page."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from kitops_desktop.errors import InvalidArgument, NotOnHuggingFace
from kitops_desktop.importers.hugging_face.address import (
    HfAddress,
    HfAuthorAddress,
    HfKind,
    HfTarget,
    hf_address,
    is_author_name,
)
from kitops_desktop.importers.hugging_face.client import HfClient
from kitops_desktop.importers.hugging_face.values import HfRepository, count_of, moment_of, text_of
from kitops_desktop.progress import CancelToken

MOST_LISTED = 5_000
"""Of one kind, of one author; those that changed last come first."""
NOBODY = "organisation or person"
"""What is missing where nobody is called so."""
_PER_PAGE = 500
_MOST_PAGES = 100
_ASKED = ("lastModified", "likes", "private")
_ASKED_BESIDE = {
    HfKind.MODEL: ("downloads", "gated", "pipeline_tag"),
    HfKind.DATASET: ("downloads", "gated"),
    HfKind.SPACE: (),
}
"""What is known of one kind only; asking for more is refused."""


@dataclass(frozen=True, slots=True)
class HfAuthor:
    """``is_organisation`` is None where that is not known; ``full_name`` "" where there is none. ``counts``
    is how many repositories of a kind it is said to have.
    """

    name: str
    is_organisation: bool | None = None
    full_name: str = ""
    counts: tuple[tuple[HfKind, int], ...] = ()

    @property
    def noun(self) -> str:
        if self.is_organisation is None:
            return NOBODY
        return "organisation" if self.is_organisation else "person"


@dataclass(frozen=True, slots=True)
class HfListed:
    """A repository as lists have it; what nobody said is None or "". ``modified`` is in seconds since the
    epoch.
    """

    address: HfAddress
    modified: float | None = None
    likes: int | None = None
    downloads: int | None = None
    is_private: bool = False
    gated: bool = False
    pipeline: str = ""


@dataclass(frozen=True, slots=True)
class ListedPage:
    """``following`` is where the next page is, "" for the last one."""

    repositories: tuple[HfListed, ...]
    following: str = ""


@dataclass(frozen=True, slots=True)
class Position:
    """How far somebody's lists were read: ``kinds`` are those that are not done, and ``following`` is where
    the first of them goes on. Of ``cut`` there are more than are listed.
    """

    kinds: tuple[HfKind, ...] = tuple(HfKind)
    following: str = ""
    count: int = 0
    pages: int = 0
    cut: tuple[HfKind, ...] = ()

    @property
    def ended(self) -> bool:
        return not self.kinds

    def after(self, page: ListedPage) -> Position:
        """Behind a page of the first kind."""
        count, pages = self.count + len(page.repositories), self.pages + 1
        is_enough = count >= MOST_LISTED or pages >= _MOST_PAGES
        if page.following and not is_enough:
            return replace(self, following=page.following, count=count, pages=pages)
        cut = (*self.cut, self.kinds[0]) if page.following else self.cut
        return Position(self.kinds[1:], cut=cut)


def found_at(client: HfClient, address: HfAddress, token: CancelToken) -> HfRepository | HfAuthor:
    """What is at ``address``: a repository, or whoever has the name where no repository has it alone.

    Raises what ``HfClient.repository`` raises, for what is neither.
    """
    try:
        return client.repository(address, token)
    except NotOnHuggingFace:
        author = author_instead(client, address, token)
        if author is None:
            raise
        return author


def target_at(client: HfClient, target: HfTarget, token: CancelToken) -> HfRepository | HfAuthor:
    """As ``found_at``, for addresses that are about somebody, too."""
    if isinstance(target, HfAddress):
        return found_at(client, target, token)
    return author_at(client, target, token)


def author_at(client: HfClient, address: HfAuthorAddress, token: CancelToken) -> HfAuthor:
    """Raises ``NotOnHuggingFace`` where there is nobody of that name."""
    author = find_author(client, address.name, token)
    if author is None:
        raise NotOnHuggingFace(str(address), NOBODY, address.name, signed_in=client.is_signed_in)
    return author


def author_instead(client: HfClient, address: HfAddress, token: CancelToken) -> HfAuthor | None:
    """Who may be meant by the address of a repository that is not there; None where nobody can be."""
    if "/" in address.name or address.revision or address.path:
        return None
    return find_author(client, address.name, token)


def find_author(client: HfClient, name: str, token: CancelToken) -> HfAuthor | None:
    """An organisation or a person; None where there is nobody of that name.

    A mirror may know of repositories only: whoever has some is there then.
    """
    about = HfAddress(name)
    for place in ("organizations", "users"):
        try:
            value = client.json(f"/api/{place}/{name}/overview", about, token)
        except NotOnHuggingFace:
            continue
        if isinstance(value, dict):
            return _author_of(value, name, is_organisation=place == "organizations")
    if any(listed_page(client, name, kind, token).repositories for kind in HfKind):
        return HfAuthor(name)
    return None


def listed_page(
    client: HfClient, name: str, kind: HfKind, token: CancelToken, following: str = ""
) -> ListedPage:
    """The first page of what an author has, or the one that an earlier page led to."""
    items, further = client.page(following or _first(name, kind), HfAddress(name, kind), token)
    found = (_listed(item, name, kind) for item in items[:MOST_LISTED])
    return ListedPage(tuple(one for one in found if one is not None), further or "")


def read_on(
    client: HfClient, name: str, position: Position, token: CancelToken
) -> tuple[tuple[HfListed, ...], Position]:
    """The next page of an author's lists, and where they go on; not for a position that has ended."""
    page = listed_page(client, name, position.kinds[0], token, position.following)
    return page.repositories, position.after(page)


def _first(name: str, kind: HfKind) -> str:
    asked = [("author", name), ("limit", str(_PER_PAGE)), ("sort", "lastModified"), ("direction", "-1")]
    asked += [("expand", what) for what in (*_ASKED, *_ASKED_BESIDE[kind])]
    return f"/api/{kind.value}?{urlencode(asked)}"


def _author_of(value: dict[str, Any], asked: str, *, is_organisation: bool) -> HfAuthor:
    name = text_of(value.get("name") if is_organisation else value.get("user"))
    named = {HfKind.MODEL: "numModels", HfKind.DATASET: "numDatasets", HfKind.SPACE: "numSpaces"}
    counts = ((kind, count_of(value.get(key))) for kind, key in named.items())
    return HfAuthor(
        name if is_author_name(name) else asked,
        is_organisation or value.get("type") == "org",
        text_of(value.get("fullname")),
        tuple((kind, count) for kind, count in counts if count is not None),
    )


def _listed(item: object, author: str, kind: HfKind) -> HfListed | None:
    """None for what no address can lead to, and for what belongs to others."""
    if not isinstance(item, dict):
        return None
    try:
        address = hf_address(text_of(item.get("id")), kind)
    except InvalidArgument:
        return None
    owner, slash, _ = address.name.partition("/")
    if not slash or owner.casefold() != author.casefold():
        return None
    return HfListed(
        address,
        moment_of(item.get("lastModified")),
        count_of(item.get("likes")),
        count_of(item.get("downloads")),
        item.get("private") is True,
        item.get("gated") not in (None, False, ""),
        text_of(item.get("pipeline_tag")),
    )
