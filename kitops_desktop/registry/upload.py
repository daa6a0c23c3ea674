"""Uploading a blob so that it gets there whatever happens on the way.

Large blobs go in chunks. After every fault the registry is asked where it stands, and the upload goes on
from there; a registry that forgot the upload gets it from the beginning, a few times. A blob counts as
uploaded when the registry says so, be it only by having it when it is asked.

How far it is, is remembered after every chunk, so that another process goes on with it. A pause waits for
the chunk that is on its way, unless the registry is known to keep every byte of one that breaks off.
"""

from __future__ import annotations

import logging
import time
from contextlib import AbstractContextManager, nullcontext
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
from kitops_desktop.progress import Cancelled, CancelToken, Paused
from kitops_desktop.records.uploads import UploadRecord
from kitops_desktop.registry.host_habits import HostHabits
from kitops_desktop.registry.pauses import pause_after
from kitops_desktop.registry.remote_blob import RemoteBlob
from kitops_desktop.registry.source_failure import SourceFailed, while_reading, while_sending
from kitops_desktop.registry.upload_body import UploadBody, UploadSource
from kitops_desktop.registry.upload_memory import UploadPlace
from kitops_desktop.registry.upload_session import Outcome, SessionLost, UploadSession

log = logging.getLogger(__name__)

_RESTARTS = 3
_FAILURES = 8
"""So many without the upload getting any further end it."""
_FRUITLESS_RESUMES = 3
"""So many failures of the server right after it was gone on with, and it is begun anew."""
_MISPLACED = 3
_TRANSIENT = (RegistryUnreachable, RegistryFailed, RateLimited, TransferInterrupted)
_FOR_LATER = (*_TRANSIENT, SignInNeeded)
"""What may be over some time; then it goes on."""


class Upload:
    """One blob on its way; to be run once. No chunk has more than ``most`` bytes, where that is not 0."""

    def __init__(
        self, blob: RemoteBlob, source: UploadSource, token: CancelToken, place: UploadPlace, most: int = 0
    ) -> None:
        self._blob = blob
        self._source = source
        self._token = token
        self._place = place
        self._host = blob.endpoint.host
        self._habits = HostHabits(blob.abilities, self._host)
        self._chunks = self._habits.chunks(most)
        self._too_large = False
        self._wrong_digests = 0
        self._forget_failures()
        self._best = 0
        self._took_chunks = False
        self._resumed_at: int | None = None
        self._remembered = False
        self._settled = False
        """Nothing is on its way: what the registry has is known."""
        self._on_its_way: UploadBody | None = None

    def run(self) -> None:
        """Returns when the registry has the blob.

        Raises ``DigestMismatch`` when the source is not what its descriptor says, ``SourceUnreadable``,
        ``RegistryError``s and ``Cancelled``.
        """
        try:
            with self._place.claimed():
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
        record = None if restart else self._recalled()
        session = self._begun() if record is None else self._of(record)
        try:
            if record is not None:
                self._go_on(session, record)
            while not self._step(session):
                self._token.check()
            self._place.forget()
            return True
        except SessionLost as lost:
            error = lost.cause or self._interrupted("the registry dropped it")
        except SourceFailed as failed:
            self._leave(session, failed.error)
            raise failed.error from None
        except BaseException as stopped:
            self._leave(session, stopped)
            raise
        self._place.forget()
        if self._is_there():
            return True
        if restart == _RESTARTS:
            raise error
        log.info("an upload starts again: %s", type(error).__name__)
        self._source.restart()
        pause_after(error, restart, self._token)
        return False

    # Beginning, going on, leaving

    def _recalled(self) -> UploadRecord | None:
        """What is remembered of the upload, when it can be gone on with."""
        record = self._place.recall()
        if record is None:
            return None
        if self._place.is_of_this(record) and not self._habits.whole_only:
            return record
        self._of(record).give_up()
        self._place.forget()
        return None

    def _of(self, record: UploadRecord) -> UploadSession:
        self._remembered, self._settled = True, False
        furthest = min(record.offset + record.chunk, self._blob.size)
        return UploadSession(
            self._blob.endpoint,
            self._blob.descriptor,
            self._token,
            record.location,
            offset=record.offset,
            furthest=furthest,
        )

    def _begun(self) -> UploadSession:
        self._token.check_pause()
        session = UploadSession.begin(self._blob.endpoint, self._blob.descriptor, self._token)
        self._chunks.at_least(session.minimum)
        self._best = 0
        self._resumed_at = None
        self._settled = True
        self._remember(session)
        return session

    def _go_on(self, session: UploadSession, record: UploadRecord) -> None:
        """Find out what the registry has of what an earlier process sent. One that cannot be asked is
        believed to have what it took, if the upload was left in peace.
        """
        try:
            session.ask()
        except SessionLost as lost:
            self._learn_of_asking(lost)
            if not lost.mute or record.chunk or not record.offset:
                if lost.forgotten and record.chunk:
                    self._habits.broke_off(kept=False, gained=False)
                raise
        if record.offset < session.offset < record.offset + record.chunk:
            self._habits.broke_off(kept=True, gained=True)
        with while_reading():
            self._source.go_on_at(session.offset)
        log.info("an upload goes on at %d", session.offset)
        self._best = self._resumed_at = session.offset
        self._took_chunks = True
        self._settled = True
        self._remember(session)

    def _remember(self, session: UploadSession) -> None:
        """Also how much is about to be sent."""
        coming = self._blob.size if session.offset == 0 and self._goes_in_one() else self._chunks.size
        self._remembered = self._place.note(session.location, session.offset, coming)

    def _leave(self, session: UploadSession, error: BaseException) -> None:
        """The registry keeps what it has for another time, or is told that nothing more comes."""
        if self._remembered and self._is_for_later(error):
            if self._settled:
                self._place.note(session.location, session.offset, 0)
            return
        session.give_up()
        self._place.forget()

    def _is_for_later(self, error: BaseException) -> bool:
        if isinstance(error, Cancelled):
            return isinstance(error, Paused) or self._token.keeps
        return isinstance(error, _FOR_LATER)

    # Sending

    def _step(self, session: UploadSession) -> bool:
        """Send what comes next; True when the registry has the blob."""
        in_one = session.offset == 0 and self._goes_in_one()
        closing = in_one or session.offset == self._blob.size
        try:
            with self._unbroken(in_one, closing):
                outcome = self._close(session, in_one) if closing else self._send_chunk(session)
                if outcome is Outcome.TAKEN:
                    self._got_on(session, closing)
                    return closing
        except _TRANSIENT as error:
            if closing and self._is_there():
                return True
            self._failed(session, error)
            return False
        self._mend(session, outcome)
        return False

    def _unbroken(self, in_one: bool, closing: bool) -> AbstractContextManager[None]:
        """Within this context a pause waits, where something would have to be sent again otherwise and that
        does not take as long as a whole large blob.
        """
        self._token.check_pause()
        if in_one:
            breaks = self._blob.size > self._chunks.size
        else:
            breaks = not closing and self._remembered and self._habits.keeps_halves
        return nullcontext() if breaks else self._token.finishing()

    def _goes_in_one(self) -> bool:
        """In one request the digest comes first: who does not know it would have to read everything twice."""
        fits = self._blob.size <= self._chunks.size and self._source.is_named
        return self._habits.whole_only or fits or not self._blob.size

    def _send_chunk(self, session: UploadSession) -> Outcome:
        start = session.offset
        end = min(start + self._chunks.size, self._blob.size)
        with while_reading():
            self._place.check_source()
        body = self._on_its_way = self._source.body(start, end)
        self._settled = False
        began = time.monotonic()
        with while_sending(body):
            outcome = session.send_chunk(body, start, end)
        if outcome is Outcome.TAKEN:
            self._chunks.took(session.offset - start, time.monotonic() - began)
        return outcome

    def _close(self, session: UploadSession, in_one: bool) -> Outcome:
        if in_one and self._blob.size:
            self._name()
            body = self._source.body(0, self._blob.size)
            self._settled = False
            with while_sending(body):
                return session.close(self.digest, body)
        with while_reading():
            self._source.check()
        return session.close(self.digest)

    def _name(self) -> None:
        if not self._source.is_named:
            with while_reading():
                self._source.name()

    def _is_there(self) -> bool:
        """What has no name yet was not sent as a whole."""
        if not self._source.is_named:
            return False
        return replace(self._blob, descriptor=self._source.descriptor).exists(self._token)

    def _got_on(self, session: UploadSession, closing: bool) -> None:
        self._on_its_way, self._settled = None, True
        if session.offset > self._best:
            self._best = session.offset
            self._forget_failures()
        if self._too_large:
            self._too_large = False
            self._habits.takes(self._chunks.size)
        if not closing:
            self._took_chunks = True
            self._habits.paced(self._chunks.usual)
            self._remember(session)

    # What goes wrong

    def _failed(self, session: UploadSession, error: RegistryError) -> None:
        """The network or the server failed, and nobody knows how much has arrived."""
        self._failures += 1
        if self._failures > _FAILURES:
            raise self._interrupted(str(error)) from error
        pause_after(error, self._failures - 1, self._token)
        if self._is_fruitless(session, error):
            session.give_up()
            raise SessionLost(error)
        self._find_place(session, error)

    def _is_fruitless(self, session: UploadSession, error: RegistryError) -> bool:
        """Whether what was gone on with seems to be of no use."""
        same = session.offset == self._resumed_at and isinstance(error, RegistryFailed)
        return same and self._failures >= _FRUITLESS_RESUMES

    def _find_place(self, session: UploadSession, error: RegistryError) -> None:
        """Ask where it stands, and learn from the answer what the registry keeps of a broken chunk."""
        body, before, meant = self._on_its_way, session.offset, session.furthest
        broke = body is not None and body.begun and isinstance(error, RegistryUnreachable)
        try:
            self._ask(session, error)
        except SessionLost as lost:
            self._learn_of_asking(lost)
            if broke and lost.forgotten:
                self._habits.broke_off(kept=False, gained=False)
            if body is not None:
                self._chunks.lost()
            raise
        if broke and session.offset < meant:
            self._habits.broke_off(kept=True, gained=session.offset > before)

    def _learn_of_asking(self, lost: SessionLost) -> None:
        if lost.mute and lost.status != 404:  # that may be the upload which is not there
            self._habits.says_nothing()

    def _mend(self, session: UploadSession, outcome: Outcome) -> None:
        if outcome is Outcome.WRONG_DIGEST:
            self._wrong_digest(session)
        elif outcome is Outcome.TOO_LARGE:
            self._send_less(session)
            self._ask(session)
        elif outcome is Outcome.NO_CHUNKS:
            self._send_whole(session)
        elif outcome is Outcome.UNAUTHORISED:
            self._unauthorised += 1
            if self._unauthorised > 1:
                raise SignInNeeded(self._host)
            self._ask(session)
        elif not session.believe():
            self._misplaced_again(session)

    def _misplaced_again(self, session: UploadSession) -> None:
        self._misplaced += 1
        if self._misplaced > 1 and not self._took_chunks and not self._goes_in_one():
            # nothing can be misplaced yet: some say so of chunks that are too large
            self._send_whole(session)
        if self._misplaced >= _MISPLACED:
            session.give_up()
            raise SessionLost(self._interrupted("the registry does not say where it stands"))
        self._ask(session)

    def _ask(self, session: UploadSession, error: RegistryError | None = None) -> None:
        if self._habits.whole_only:
            session.give_up()
            raise SessionLost(error)
        session.ask()
        if session.offset > self._best:  # broken off again, but further on
            self._best = session.offset
            self._forget_failures()
        self._on_its_way, self._settled = None, True
        self._source.report(session.offset)
        if self._remembered:
            self._remember(session)

    def _wrong_digest(self, session: UploadSession) -> None:
        """What was sent was right, as far as it was read now, so it was damaged on the way."""
        session.give_up()
        self._place.forget()
        with while_reading():
            self._source.check_again()
        self._wrong_digests += 1
        error = RegistryRefused(self._host, 400, "DIGEST_INVALID", "what arrived was not what was sent")
        if self._wrong_digests > 1:
            raise error
        raise SessionLost(error)

    def _send_less(self, session: UploadSession) -> None:
        tried = min(self._chunks.size, self._blob.size - session.offset)
        if self._habits.whole_only or not self._chunks.refused(tried):
            raise RegistryRefused(
                self._host, 413, "", f"{tried} bytes are too many at once for it or a proxy"
            )
        self._too_large = True

    def _send_whole(self, session: UploadSession) -> None:
        session.give_up()
        if self._habits.whole_only:
            raise RegistryRefused(self._host, 416, "", "it takes no chunks, and no whole layers either")
        self._habits.refuses_chunks()
        raise SessionLost(self._interrupted("the registry takes no chunks"))

    def _forget_failures(self) -> None:
        self._failures = self._misplaced = self._unauthorised = 0

    def _interrupted(self, reason: str) -> TransferInterrupted:
        what = self.digest or "a layer that has no digest yet"
        return TransferInterrupted(self._host, what, self._best, reason)
