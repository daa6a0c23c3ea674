"""Hugging Face's public interface for reading: what a repository is, what is in it, and parts of its files.

By the same way as registries (TLS, proxies, repetitions, redirects, cancelling). Where it stores large files
is another host, which gets no token.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import quote

from kitops_desktop.errors import InvalidArgument, RangesUnsupported, RegistryFailed, SignInRefused
from kitops_desktop.importers.hugging_face.address import HfAddress
from kitops_desktop.importers.hugging_face.refusals import STATUSES, HfRefusal, error_of
from kitops_desktop.importers.hugging_face.values import (
    HfFile,
    HfRepository,
    HfRevision,
    file_of,
    repository_of,
    revisions_of,
)
from kitops_desktop.progress import CancelToken
from kitops_desktop.registry import locations, ranges
from kitops_desktop.registry.answers import words
from kitops_desktop.registry.exchange import Request, Response, Transport

MOST_FILES = 200_000
"""Of one repository. Hugging Face itself advises to have fewer than 100,000."""
_MOST_PAGES = 2_000
_MAX_BYTES = 32 << 20
_JSON = {"Accept": "application/json"}


class HfClient:
    """``transport`` leads to Hugging Face; ``secret`` is an access token, "" for nobody. ``unread`` is why
    one that may be kept could not be looked for. From any thread.

    All raises ``RegistryError``s and ``Cancelled``; what is asked of a repository also ``NotOnHuggingFace``
    (no such repository, revision or file, or none that is shown to us), ``HfAccessNeeded`` (it must be asked
    for) and ``SignInRefused`` (the token is wrong).
    """

    def __init__(self, transport: Transport, secret: str = "", unread: str = "") -> None:
        self._transport, self._secret, self._unread = transport, secret, unread

    @property
    def host(self) -> str:
        return self._transport.host

    @property
    def is_signed_in(self) -> bool:
        return bool(self._secret)

    def repository(self, address: HfAddress, token: CancelToken) -> HfRepository:
        """What ``address`` is about now, at the commit that its revision stands for."""
        revision = f"/revision/{quote(address.revision, safe='')}" if address.revision else ""
        value = self.json(f"{_api(address)}{revision}", address, token)
        return repository_of(value, address, self.host)

    def files(self, repository: HfRepository, token: CancelToken) -> Iterator[HfFile]:
        """All files of that commit, page by page, in the order of git; ``MOST_FILES`` at most."""
        address = repository.pinned
        url: str | None = f"{_api(address)}/tree/{address.revision}?recursive=true"
        count = pages = 0
        while url is not None:
            pages += 1
            if pages > _MOST_PAGES:
                raise RegistryFailed(self.host, 0, "its list of files does not end")
            items, url = self.page(url, address, token)
            for found in filter(None, map(file_of, items)):
                if count >= MOST_FILES:
                    return
                count += 1
                yield found

    def all_files(self, repository: HfRepository, token: CancelToken) -> list[HfFile]:
        """As ``files``, for those who need every one: raises ``InvalidArgument`` when there may be more."""
        found = list(self.files(repository, token))
        if len(found) >= MOST_FILES:
            name = repository.address.name
            raise InvalidArgument(
                f"{name} has {MOST_FILES:,} files or more: too many to be listed as a whole"
            )
        return found

    def page(self, url: str, address: HfAddress, token: CancelToken) -> tuple[list[Any], str | None]:
        """One page of a list, and where the next one is: at the same host, None for nowhere. ``address`` is
        what the list is asked for.
        """
        with self._sent("GET", url, address, token, _JSON) as answer:
            items = self._read_json(answer)
            link = answer.headers.get("Link", "")
            following = locations.next_page(link, answer.url, self._transport.origin)
        if not isinstance(items, list):
            raise RegistryFailed(self.host, 0, "its list makes no sense")
        return items, following

    def json(self, url: str, address: HfAddress, token: CancelToken) -> Any:  # noqa: ANN401 - JSON
        """What is at ``url``; ``address`` is what it is asked for."""
        with self._sent("GET", url, address, token, _JSON) as answer:
            return self._read_json(answer)

    def revisions(self, address: HfAddress, token: CancelToken) -> tuple[HfRevision, ...]:
        """Branches and tags."""
        return revisions_of(self.json(f"{_api(address)}/refs", address, token))

    def owner(self, token: CancelToken) -> str:
        """Whose the access token is. Raises ``SignInRefused``."""
        request = Request(
            "GET",
            "/api/whoami-v2",
            "sign in",
            headers=_JSON,
            allow=frozenset({401, 403}),
            authorization=self._authorization,
        )
        with self._transport.send(request, token) as answer:
            if answer.status in (401, 403):
                raise SignInRefused(self.host, "")
            value = self._read_json(answer)
        name = words(value.get("name")) if isinstance(value, dict) else ""
        if not name:
            raise RegistryFailed(self.host, 0, "it does not say whose the token is")
        return name

    def open_from(
        self, repository: HfRepository, file: HfFile, start: int, end: int, token: CancelToken
    ) -> Response:
        """The bytes of a file from ``start`` to before ``end``. With status 200 it is the whole file, from
        its beginning.
        """
        address = replace(repository.pinned, path=file.path)
        path = quote(file.path, safe="/")
        url = f"/{address.prefix}{address.name}/resolve/{repository.commit}/{path}"
        headers = {} if (start, end) == (0, file.size) else {"Range": ranges.asked(start, end)}
        answer = self._sent("GET", url, address, token, headers)
        try:
            self._check(answer, file, start, end)
        except BaseException:
            answer.close()
            raise
        return answer

    def open_part(
        self, repository: HfRepository, file: HfFile, start: int, end: int, token: CancelToken
    ) -> Response:
        """As ``open_from``, but raises ``RangesUnsupported`` where everything would be sent."""
        answer = self.open_from(repository, file, start, end, token)
        if answer.status == 206 or (start, end) == (0, file.size):
            return answer
        answer.close()
        raise RangesUnsupported(self.host)

    # -- asking

    @property
    def _authorization(self) -> str:
        return f"Bearer {self._secret}" if self._secret else ""

    def _sent(
        self, method: str, url: str, address: HfAddress, token: CancelToken, headers: dict[str, str]
    ) -> Response:
        request = Request(
            method,
            url,
            f"read {address.name}",
            headers=headers,
            allow=STATUSES,
            authorization=self._authorization,
        )
        answer = self._transport.send(request, token)
        if answer.status not in STATUSES:
            return answer
        with answer:
            code, message = answer.headers.get("X-Error-Code", ""), answer.headers.get("X-Error-Message", "")
            refusal = HfRefusal(answer.status, code, words(message))
        raise error_of(
            refusal,
            self.host,
            self._transport.origin,
            address,
            signed_in=self.is_signed_in,
            unread=self._unread,
        )

    def _read_json(self, answer: Response) -> Any:  # noqa: ANN401 - JSON
        try:
            return json.loads(answer.content(_MAX_BYTES))
        except (ValueError, RecursionError) as error:
            raise RegistryFailed(self.host, answer.status, "its answer is not JSON") from error

    def _check(self, answer: Response, file: HfFile, start: int, end: int) -> None:
        if answer.status == 206:
            if not ranges.is_answer(answer.headers.get("Content-Range", ""), start, end, file.size):
                raise RegistryFailed(self.host, 206, "it sent other bytes than those that were asked for")
            return
        length = answer.headers.get("Content-Length", "")
        if answer.status != 200 or (length.isdecimal() and int(length) != file.size):
            raise RegistryFailed(self.host, answer.status, f"it did not give the {file.size} bytes of a file")


def _api(address: HfAddress) -> str:
    return f"/api/{address.kind.value}/{quote(address.name)}"
