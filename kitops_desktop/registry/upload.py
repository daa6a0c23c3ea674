"""Uploading a blob so that it gets there whatever happens on the way.

Large blobs go in chunks. After every fault the registry is asked where it stands, and the upload goes on
from there; a registry that forgot the upload gets it from the beginning, a few times. A blob counts as
uploaded when the registry says so, be it only by having it when it is asked.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from kitops_desktop.errors import (
    RateLimited,
    RegistryError,
    RegistryFailed,
    RegistryRefused,
    RegistryUnreachable,
    SignInNeeded,
    TransferInterrupted,
)
from kitops_desktop.oci.digest import Digest
from kitops_desktop.progress import CancelToken
from kitops_desktop.registry.abilities import CHUNK
from kitops_desktop.registry.pauses import pause_after
from kitops_desktop.registry.remote_blob import RemoteBlob
from kitops_desktop.registry.upload_body import UploadBody, UploadSource
from kitops_desktop.registry.upload_session import Outcome, SessionLost, UploadSession

log = logging.getLogger(__name__)

CHUNK_BYTES = 80 << 20
"""Below the 100 MB that some proxies take, and a multiple of 10 MiB, into which distribution cuts parts for
S3: a rest under 5 MiB makes it copy everything again.
"""
_SMALLER_CHUNKS = (40 << 20, 10 << 20, 4 << 20)
_RESTARTS = 3
_FAILURES = 8
"""So many without the upload getting any further end it."""
_MISPLACED = 3
_IN_ONE_PIECE = ("ghcr.io", "pkg.dev", "gcr.io", "amazonaws.com", "amazonaws.com.cn")
"""Registries that take no chunks, or only small ones."""
_TRANSIENT = (RegistryUnreachable, RegistryFailed, RateLimited, TransferInterrupted)


class Upload:
    """One blob on its way; to be run once. ``chunk`` is in bytes."""

    def __init__(
        self, blob: RemoteBlob, source: UploadSource, token: CancelToken, *, chunk: int = CHUNK_BYTES
    ) -> None:
        self._blob = blob
        self._source = source
        self._token = token
        self._host = blob.endpoint.host
        self._action = f"push to {blob.endpoint.path}"
        self._whole_only = _takes_wholes_only(self._host)
        known = blob.abilities.get(self._host, CHUNK) or ""
        self._chunk = int(known) if known.isdecimal() and 0 < int(known) < chunk else chunk
        self._too_large = False
        self._wrong_digests = 0
        self._forget_failures()
        self._best = 0

    def run(self) -> None:
        """Returns when the registry has the blob.

        Raises ``DigestMismatch`` when the source is not what its descriptor says, ``SourceUnreadable``,
        ``RegistryError``s and ``Cancelled``.
        """
        try:
            for restart in range(_RESTARTS + 1):
                if self._run_session(restart):
                    break
            self._source.report(self._blob.size)
        finally:
            self._source.close()

    @property
    def digest(self) -> Digest:
        """Of the blob; one that had no name has it when the upload is done."""
        return self._source.descriptor.digest

    def _run_session(self, restart: int) -> bool:
        """Whether the blob is there now; False when all must be sent again."""
        session = UploadSession(self._blob.endpoint, self._blob.descriptor, self._token)
        self._chunk = max(self._chunk, session.minimum)
        self._best = 0
        try:
            while not self._step(session):
                self._token.check()
            return True
        except SessionLost as lost:
            error = lost.cause or self._interrupted("the registry dropped it")
        except _SourceFailed as failed:
            session.give_up()
            raise failed.error from None
        except BaseException:
            session.give_up()
            raise
        if self._is_there():
            return True
        if restart == _RESTARTS:
            raise error
        log.info("an upload starts again: %s", type(error).__name__)
        self._source.restart()
        pause_after(error, restart, self._token)
        return False

    def _step(self, session: UploadSession) -> bool:
        """Send what comes next; True when the registry has the blob."""
        in_one = session.offset == 0 and self._goes_in_one()
        closing = in_one or session.offset == self._blob.size
        try:
            outcome = self._close(session, in_one) if closing else self._send_chunk(session)
        except _TRANSIENT as error:
            if closing and self._is_there():
                return True
            self._failed(session, error)
            return False
        if outcome is Outcome.TAKEN:
            self._got_on(session)
            return closing
        self._mend(session, outcome)
        return False

    def _goes_in_one(self) -> bool:
        """In one request the digest comes first: who does not know it would have to read everything twice."""
        fits = self._blob.size <= self._chunk and self._source.is_named
        return self._whole_only or fits or not self._blob.size

    def _send_chunk(self, session: UploadSession) -> Outcome:
        start = session.offset
        end = min(start + self._chunk, self._blob.size)
        body = self._source.body(start, end)
        with _telling(body):
            return session.send_chunk(body, start, end)

    def _close(self, session: UploadSession, in_one: bool) -> Outcome:
        if in_one and self._blob.size:
            self._name()
            body = self._source.body(0, self._blob.size)
            with _telling(body):
                return session.close(self.digest, body)
        self._source.check()
        return session.close(self.digest)

    def _name(self) -> None:
        if not self._source.is_named:
            try:
                self._source.name()
            except BaseException as error:
                raise _SourceFailed(error) from error

    def _is_there(self) -> bool:
        """What has no name yet was not sent as a whole."""
        if not self._source.is_named:
            return False
        return replace(self._blob, descriptor=self._source.descriptor).exists(self._token)

    def _got_on(self, session: UploadSession) -> None:
        if session.offset > self._best:
            self._best = session.offset
            self._forget_failures()
        if self._too_large:
            self._too_large = False
            self._blob.abilities.put(self._host, CHUNK, str(self._chunk))

    def _failed(self, session: UploadSession, error: RegistryError) -> None:
        """The network or the server failed, and nobody knows how much has arrived."""
        self._failures += 1
        if self._failures > _FAILURES:
            raise self._interrupted(str(error)) from error
        pause_after(error, self._failures - 1, self._token)
        self._ask(session, error)

    def _mend(self, session: UploadSession, outcome: Outcome) -> None:
        if outcome is Outcome.WRONG_DIGEST:
            self._wrong_digest(session)
        elif outcome is Outcome.TOO_LARGE:
            self._send_less(session)
            self._ask(session)
        elif outcome is Outcome.UNAUTHORISED:
            self._unauthorised += 1
            if self._unauthorised > 1:
                raise SignInNeeded(self._host)
            self._ask(session)
        elif not session.believe():
            self._misplaced += 1
            if self._misplaced >= _MISPLACED:
                session.give_up()
                raise SessionLost(self._interrupted("the registry does not say where it stands"))
            self._ask(session)

    def _ask(self, session: UploadSession, error: RegistryError | None = None) -> None:
        if self._whole_only:
            session.give_up()
            raise SessionLost(error)
        session.ask()
        if session.offset > self._best:  # broken off again, but further on
            self._best = session.offset
            self._failures = 0

    def _wrong_digest(self, session: UploadSession) -> None:
        """What was sent was right, so it was damaged on the way."""
        session.give_up()
        self._wrong_digests += 1
        error = RegistryRefused(self._host, 400, "DIGEST_INVALID", "what arrived was not what was sent")
        if self._wrong_digests > 1:
            raise error
        raise SessionLost(error)

    def _send_less(self, session: UploadSession) -> None:
        tried = min(self._chunk, self._blob.size - session.offset)
        smaller = next((size for size in _SMALLER_CHUNKS if size < tried), 0)
        if self._whole_only or smaller <= session.minimum:
            raise RegistryRefused(
                self._host, 413, "", f"{tried} bytes are too many at once for it or a proxy"
            )
        self._chunk = smaller
        self._too_large = True

    def _forget_failures(self) -> None:
        self._failures = self._misplaced = self._unauthorised = 0

    def _interrupted(self, reason: str) -> TransferInterrupted:
        what = self.digest or "a layer that has no digest yet"
        return TransferInterrupted(self._host, what, self._best, reason)


class _SourceFailed(Exception):
    """Not the registry's fault: what is to be sent cannot be read, or the user stopped."""

    def __init__(self, error: BaseException) -> None:
        super().__init__()
        self.error = error


@contextmanager
def _telling(body: UploadBody) -> Iterator[None]:
    try:
        yield
    except BaseException as error:
        if body.failure is not None:
            raise _SourceFailed(body.failure) from error
        raise


def _takes_wholes_only(host: str) -> bool:
    name = host.partition(":")[0].lower()
    return any(name == end or name.endswith((f".{end}", f"-{end}")) for end in _IN_ONE_PIECE)
