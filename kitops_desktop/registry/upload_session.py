"""The exchange of one upload at a registry: begin, send a piece, ask where it stands, close, give up.

What answers mean differs among registries; here they become a new offset or one of a few outcomes.
"""

from __future__ import annotations

import logging
import threading
from enum import StrEnum
from typing import NoReturn

from kitops_desktop.errors import KitOpsError, RegistryError, RegistryFailed
from kitops_desktop.oci.descriptor import Descriptor
from kitops_desktop.oci.digest import Digest
from kitops_desktop.progress import Cancelled, CancelToken
from kitops_desktop.registry import locations, ranges
from kitops_desktop.registry.answers import Refusal, error_of
from kitops_desktop.registry.endpoint import Endpoint
from kitops_desktop.registry.exchange import Body, Response
from kitops_desktop.registry.refusals import codes, refusal

log = logging.getLogger(__name__)

_MAX_MINIMUM = 1 << 30
_GOODBYE_SECONDS = 0.8
_SLOWEST_COMMIT = 50 << 20
"""Bytes per second at which a registry reads a blob again when it is closed, at worst."""
_GONE = frozenset({"BLOB_UPLOAD_UNKNOWN", "BLOB_UPLOAD_INVALID"})
_ANSWERS = frozenset({400, 401, 404, 405, 410, 413, 416, 501})
_OCTETS = "application/octet-stream"


class Outcome(StrEnum):
    """What became of a piece that was sent, or of closing."""

    TAKEN = "taken"
    WRONG_PLACE = "wrong place"
    """The registry stands somewhere else: ask where."""
    TOO_LARGE = "too large"
    NO_CHUNKS = "no chunks"
    """It takes a blob in one request only."""
    UNAUTHORISED = "unauthorised"
    """The token has ended: asking where the registry stands gets a new one."""
    WRONG_DIGEST = "wrong digest"


class SessionLost(Exception):
    """The registry knows nothing of the upload any more, or cannot say where it stands, or it is of no use.

    ``cause`` is why, when that is known. ``forgotten``: it said that it does not know it; ``mute``: it did
    not understand the question, and answered ``status``.
    """

    def __init__(
        self,
        cause: RegistryError | None = None,
        *,
        forgotten: bool = False,
        mute: bool = False,
        status: int = 0,
    ) -> None:
        super().__init__()
        self.cause, self.forgotten, self.mute, self.status = cause, forgotten, mute, status


class UploadSession:
    """``offset`` is up to where the registry has said to have the blob; ``furthest`` up to where anything was
    ever sent. Errors of the network and of the server come as ``RegistryError`` and leave the session as it
    was.
    """

    def __init__(
        self,
        endpoint: Endpoint,
        blob: Descriptor,
        token: CancelToken,
        location: str,
        *,
        offset: int = 0,
        furthest: int = 0,
        minimum: int = 0,
    ) -> None:
        self._endpoint = endpoint
        self._blob = blob
        self._token = token
        self._location = location
        self.offset, self.furthest = offset, max(offset, furthest)
        self.minimum = minimum
        self._doubted: int | None = None

    @classmethod
    def begin(cls, endpoint: Endpoint, blob: Descriptor, token: CancelToken) -> UploadSession:
        """A new one. ``minimum`` is the size of chunk that the registry asks for at least."""
        begun = cls(endpoint, blob, token, endpoint.url("blobs", "uploads", ""))
        with begun._send("POST", begun.location, body=b"", repeat=True) as response:
            if response.status != 202:
                raise begun._error(refusal(response))
            begun._location = begun._followed(response) or ""
            minimum = response.headers.get("OCI-Chunk-Min-Length", "")
        if not begun.location:
            raise RegistryFailed(endpoint.host, 202, "it did not say where to upload to")
        if minimum.isdecimal() and int(minimum) <= _MAX_MINIMUM:
            begun.minimum = int(minimum)
        return begun

    @property
    def location(self) -> str:
        """Where it goes on, as of the last answer."""
        return self._location

    def send_chunk(self, body: Body, start: int, end: int) -> Outcome:
        """Send the bytes from ``start``, which is ``offset``, to before ``end``."""
        self.furthest = max(self.furthest, end)
        headers = {"Content-Type": _OCTETS, "Content-Range": ranges.sent(start, end)}
        with self._send("PATCH", self._location, body=body, headers=headers) as response:
            if response.status in (201, 202):
                self._location = self._followed(response) or self._location
                self._doubted = None
                self.offset = _taken(response.headers.get("Range", ""), start, end)
                return Outcome.TAKEN
            if response.status in (405, 501):
                return Outcome.NO_CHUNKS
            return self._outcome(response)

    def close(self, digest: Digest, body: Body | None = None) -> Outcome:
        """Say that all is sent, and that it is ``digest``; with ``body`` that is the whole blob, in this one
        request.
        """
        if body is not None:
            self.furthest = self._blob.size
        seconds = 300 + self._blob.size / _SLOWEST_COMMIT
        url = locations.with_digest(self._location, digest)
        headers = {"Content-Type": _OCTETS}
        with self._send("PUT", url, body=body or b"", headers=headers, read_timeout=seconds) as response:
            return Outcome.TAKEN if response.status in (200, 201, 204) else self._outcome(response)

    def ask(self) -> None:
        """Learn where the registry stands. Raises ``SessionLost``.

        Quay says one byte too many here. So when it is exactly one more than we know of, that is tried
        first, and believed when it is refused.
        """
        with self._send("GET", self._location, repeat=True) as response:
            if response.status not in (200, 204):
                self._raise_lost(response)
            self._location = self._followed(response) or self._location
            stored = ranges.stored(response.headers.get("Range", ""))
        if stored is None or stored == self.offset:
            return
        if stored > self.furthest and stored != self.furthest + 1:
            self.give_up()
            raise SessionLost
        if self._doubted is None and 0 < self.offset == stored - 1:
            self._doubted = stored
        else:
            self.offset, self._doubted = min(stored, self.furthest), None

    def believe(self) -> bool:
        """Take the offset that was doubted, if there is one."""
        if self._doubted is None:
            return False
        self.offset, self._doubted = min(self._doubted, self.furthest), None
        return True

    def give_up(self) -> None:
        """Tell the registry that nothing more comes."""
        end_upload(self._endpoint, self._location, self._location)

    def _send(
        self,
        method: str,
        url: str,
        *,
        body: Body | bytes | None = None,
        headers: dict[str, str] | None = None,
        repeat: bool = False,
        read_timeout: float = 60.0,
    ) -> Response:
        return self._endpoint.send(
            method,
            url,
            self._token,
            scopes=self._endpoint.push,
            action=f"push to {self._endpoint.path}",
            headers=headers,
            body=body,
            allow=_ANSWERS if method in ("PATCH", "PUT") else _ANSWERS - {401},
            repeat=repeat,
            read_timeout=read_timeout,
        )

    def _outcome(self, response: Response) -> Outcome:
        if response.status == 401:
            return Outcome.UNAUTHORISED
        if response.status == 413:
            return Outcome.TOO_LARGE
        if response.status == 416:
            return Outcome.WRONG_PLACE
        said = refusal(response)
        if _is_gone(said):
            raise SessionLost(forgotten=True)
        if "DIGEST_INVALID" in codes(said):
            return Outcome.WRONG_DIGEST
        raise self._error(said)

    def _raise_lost(self, response: Response) -> NoReturn:
        """A 404 without a code may come from something that does not know the question."""
        said = refusal(response)
        if said.status == 410 or _GONE & codes(said):
            raise SessionLost(forgotten=True)
        if said.status in (400, 404, 405, 501):
            raise SessionLost(mute=True, status=said.status)
        raise self._error(said)

    def _error(self, said: Refusal) -> RegistryError:
        return error_of(said, self._endpoint.host, f"push to {self._endpoint.path}")

    def _followed(self, response: Response) -> str | None:
        given = response.headers.get("Location")
        if not given:
            return None
        transport = self._endpoint.transport
        return locations.location(given, response.url, transport.origin, transport.host)


def end_upload(endpoint: Endpoint, location: str, base: str) -> None:
    """Tell the registry that nothing more comes for the upload at ``location``, which was said at ``base``.

    Waits less than a second, also when the work was cancelled, and whatever happens is fine.
    """
    token = CancelToken()
    timer = threading.Timer(_GOODBYE_SECONDS, token.cancel)
    timer.daemon = True
    timer.start()
    transport = endpoint.transport
    try:
        url = locations.location(location, base, transport.origin, transport.host)
        action = f"push to {endpoint.path}"
        with endpoint.send(
            "DELETE", url, token, scopes=endpoint.push, action=action, allow=_ANSWERS, repeat=False
        ):
            pass
    except (KitOpsError, Cancelled) as error:
        log.debug("an upload could not be ended: %s", type(error).__name__)
    finally:
        timer.cancel()


def _is_gone(said: Refusal) -> bool:
    return said.status in (404, 410) or bool(_GONE & codes(said))


def _taken(header: str, start: int, end: int) -> int:
    """Up to where a registry has the blob that took the bytes from ``start`` to ``end``.

    Less than all of them is believed. A ``Range`` that stays where it was (Amazon's does) says nothing, and
    one beyond what was sent cannot be meant.
    """
    stored = ranges.stored(header)
    return stored if stored is not None and start < stored < end else end
