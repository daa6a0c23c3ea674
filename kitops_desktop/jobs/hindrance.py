"""What a transfer can wait for instead of failing: that the network is back, that there is room again, that
somebody signs in, that a registry takes more requests.
"""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from kitops_desktop.errors import (
    CredentialError,
    DiskFull,
    HfAccessNeeded,
    InvalidArgument,
    ProxyRefused,
    RateLimited,
    RegistryError,
    RegistryUnreachable,
    SignInNeeded,
    SignInRefused,
    TransferInterrupted,
    UnpackFailed,
)
from kitops_desktop.free_space import free_space
from kitops_desktop.importers.hugging_face.sign_in import is_hugging_face
from kitops_desktop.progress import Cancelled, CancelToken
from kitops_desktop.registry.hosts import is_here

if TYPE_CHECKING:
    from kitops_desktop.credentials.credential import Credential
    from kitops_desktop.jobs.job import Job
    from kitops_desktop.jobs.tools import Tools

FRUITLESS_TRIES = 5
"""So often a transfer begins again without getting any further, unless the network is to blame."""
_SOME_ROOM = 64 << 20
"""What must have become free when nobody knows how much is needed."""
_NOWHERE = ((socket.AF_INET, "192.0.2.1"), (socket.AF_INET6, "2001:db8::1"))


class Hindrance(Protocol):
    """``key`` is the same for jobs that wait for the same. ``patient``: it may last however long it likes."""

    @property
    def key(self) -> tuple[str, ...]: ...
    @property
    def what(self) -> str:
        """What is waited for: "the network"."""
        ...

    @property
    def patient(self) -> bool: ...
    @property
    def grows(self) -> bool:
        """Whether it is looked for less and less often."""
        ...

    @property
    def due_at(self) -> float | None:
        """When it is gone, in seconds since the epoch, where that is known: there is no sense in looking
        before.
        """
        ...

    def is_gone(self, token: CancelToken) -> bool:
        """Look whether it is still in the way, which may take its time. Raises ``Cancelled``."""
        ...


@dataclass(frozen=True, slots=True)
class NoNetwork:
    """``host`` cannot be reached."""

    host: str
    tools: Tools
    patient: bool = True
    what: str = "the network"
    grows: bool = True
    due_at: float | None = None

    @property
    def key(self) -> tuple[str, ...]:
        return ("network", self.host)

    def is_gone(self, token: CancelToken) -> bool:
        """Whether the registry answers, whatever it says: that is the job's business again."""
        registries = self.tools.registries
        if registries is None:
            return True
        try:
            registries.client(self.host).first_answer(token)
        except RegistryUnreachable as error:
            return isinstance(error, ProxyRefused)
        except Cancelled:
            raise
        except Exception:  # the job meets it again, and says what it is
            return True
        return True


@dataclass(frozen=True, slots=True)
class NoRoom:
    """``needed`` bytes (None: not known) are not free where ``path`` is; there were ``free``."""

    path: Path
    needed: int | None
    free: int
    patient: bool = True
    what: str = "room on the disk"
    grows: bool = False
    due_at: float | None = None

    @property
    def key(self) -> tuple[str, ...]:
        return ("room", str(self.path), str(self.needed))

    @property
    def missing(self) -> int | None:
        """Bytes that were too many; None when it is not known."""
        return None if self.needed is None else max(0, self.needed - self.free)

    def is_gone(self, token: CancelToken) -> bool:
        free = free_space(self.path)
        return free is None or free >= (self.free + _SOME_ROOM if self.needed is None else self.needed)


@dataclass(frozen=True, slots=True)
class NoSignIn:
    """``host`` does not know us, or not any more. ``before`` is who we were to it when it did not refuse that
    (None: nobody, or it was refused): the same again would not help.
    """

    host: str
    tools: Tools
    before: Credential | None = field(default=None, repr=False)
    patient: bool = True
    what: str = "a sign-in"
    grows: bool = True
    due_at: float | None = None

    @property
    def key(self) -> tuple[str, ...]:
        return ("sign-in", self.host)

    def is_gone(self, token: CancelToken) -> bool:
        """Whether there is a sign-in that the registry has not refused yet. It is asked nothing for that."""
        registries = self.tools.registries
        if registries is None:
            return True
        try:
            found = registries.credentials.find(self.host)
            refuses = registries.client(self.host).auth.refuses
        except (CredentialError, InvalidArgument):
            return False
        return found is not None and found.credential != self.before and not refuses(found.credential)


@dataclass(frozen=True, slots=True)
class TooManyRequests:
    """``host`` takes no more until ``due_at``; None when it did not say, and is asked again now and then."""

    host: str
    due_at: float | None
    what: str = "the registry, which wants a pause"
    grows: bool = True

    @property
    def key(self) -> tuple[str, ...]:
        return ("requests", self.host, str(self.due_at))

    @property
    def patient(self) -> bool:
        return self.due_at is not None

    def is_gone(self, token: CancelToken) -> bool:
        return self.due_at is None or time.time() >= self.due_at


AnyHindrance = NoNetwork | NoRoom | NoSignIn | TooManyRequests


def worth_waiting_for(
    job: Job, error: BaseException, tools: Tools, *, asks_for_sign_ins: bool
) -> AnyHindrance | None:
    """What a job that ``error`` stopped waits for, instead of failing; None when it fails."""
    if not job.is_transfer:
        return None
    reached = job.fruitless > 0 or job.progress.done > job.progress.skipped
    hindrance = hindrance_of(error, tools, reached)
    if isinstance(hindrance, NoSignIn) and not asks_for_sign_ins:
        return None
    if hindrance is not None and not hindrance.patient and job.fruitless >= FRUITLESS_TRIES:
        return None
    return hindrance


def hindrance_of(error: BaseException, tools: Tools, reached: bool) -> AnyHindrance | None:
    """What ``error`` says is in the way of a transfer; None for what no waiting helps against.

    ``reached``: the job has been able to speak to its registry. If not, and never before, what looks like no
    network is most likely a name that is misspelt, which somebody wants to be told.
    """
    needed = next(filter(_wants_sign_in, _causes(error)), None)
    if isinstance(needed, RegistryError):  # whatever it broke off
        return _sign_in(needed, tools)
    for cause in _causes(error):
        if isinstance(cause, RateLimited):
            return TooManyRequests(cause.host, cause.until)
        if isinstance(cause, DiskFull):
            return NoRoom(cause.path, cause.needed, cause.free)
        if isinstance(cause, RegistryUnreachable) and not isinstance(cause, ProxyRefused):
            return NoNetwork(cause.host, tools) if reached or _is_known(cause, tools) else None
        if isinstance(cause, TransferInterrupted):
            lost = any(isinstance(deeper, RegistryUnreachable) for deeper in _causes(cause))
            return NoNetwork(cause.host, tools, patient=lost)
    return None


def _wants_sign_in(error: BaseException) -> bool:
    """Also whoever may have to be asked for more than that, and was not told who we are."""
    return isinstance(error, SignInNeeded) or (isinstance(error, HfAccessNeeded) and not error.signed_in)


def _sign_in(error: RegistryError, tools: Tools) -> NoSignIn | None:
    registries = tools.registries
    if registries is None:
        return None
    if isinstance(error, SignInRefused) and not is_hugging_face(error.host):
        return NoSignIn(error.host, tools)  # its client knows what was refused
    try:
        found = registries.credentials.find(error.host)
    except CredentialError:
        found = None
    return NoSignIn(error.host, tools, found.credential if found is not None else None)


def _causes(error: BaseException) -> Iterator[BaseException]:
    seen: list[BaseException] = []
    found: BaseException | None = error
    while found is not None and found not in seen:
        seen.append(found)
        yield found
        found = found.cause if isinstance(found, UnpackFailed) else found.__cause__


def _is_known(error: RegistryError, tools: Tools) -> bool:
    """Whether the registry was used before, or nothing at all can be reached now."""
    if is_hugging_face(error.host):  # nobody has typed that name
        return True
    if tools.used is not None and tools.used.history.recent(error.host, limit=1):
        return True
    return not is_here(error.host) and not has_network()


def has_network() -> bool:
    """Whether the system knows any way out. Nothing is sent."""
    for family, address in _NOWHERE:
        try:
            with socket.socket(family, socket.SOCK_DGRAM) as probe:
                probe.connect((address, 9))
                return True
        except OSError:
            continue
    return False
