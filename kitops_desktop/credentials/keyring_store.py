"""Sign-ins in the keyring of the operating system."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from kitops_desktop.credentials import keyring_backend
from kitops_desktop.credentials.credential import Credential, Found, Origin
from kitops_desktop.credentials.host_keys import canonical_host
from kitops_desktop.credentials.keyring_record import (
    MAX_PARTS,
    from_record,
    part_count,
    to_record,
)
from kitops_desktop.credentials.patient import PatientThread
from kitops_desktop.errors import CredentialError, KeyringFailed, NoKeyring

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

SERVICE = "kitops-desktop/registry/"
NO_USER = "<token>"
"""The account of an identity token without a user name: keyrings want one."""

_TIMEOUT = 30.0
_MAX_ACCOUNTS = 8
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class KeyringState:
    """Whether there is a keyring, what people call it, and what keeps us from using it. It does not say
    whether it is locked: to know that, the user would have to be asked.
    """

    available: bool
    name: str
    problem: CredentialError | None = None


class KeyringStore:
    """The entries ``kitops-desktop/registry/HOST``, one account for each host; may be used from any thread.

    Each call is made in a thread of its own and has ``timeout`` seconds, since the system may ask the user to
    unlock the keyring. Methods raise ``NoKeyring`` where there is none that a system made for secrets, and
    ``KeyringFailed``. ``account_of`` says who signed in at a host, for keyrings that must be told (macOS).
    """

    def __init__(self, *, timeout: float = _TIMEOUT, account_of: Callable[[str], str] = lambda _: "") -> None:
        self._account_of = account_of
        self._thread = PatientThread(timeout, keyring_backend.keyring_error)
        self._was_there = False

    def state(self) -> KeyringState:
        """Ask nothing of the user, and raise nothing."""
        try:
            name = self._thread.call(lambda: keyring_backend.name_of(keyring_backend.choose_backend()))
        except CredentialError as error:
            return KeyringState(False, "", error)
        return KeyringState(True, name)

    def find(self, host: str) -> Found | None:
        def read(keyring: _Entries) -> Found | None:
            account = keyring.account(self._account_of(canonical_host(host)))
            if account is None:
                return None
            credential = keyring.read(account)
            return Found(credential, Origin.KEYRING, keyring_backend.name_of(keyring.backend))

        return self._looking(host, read, None)

    def save(self, host: str, credential: Credential) -> None:
        """Keep ``credential`` as the only one for ``host``; raises also ``InvalidArgument`` for a secret that
        cannot be kept.
        """
        record = to_record(credential)  # before anything is asked
        account = credential.username or NO_USER

        def write(keyring: _Entries) -> None:
            before = keyring.account(self._account_of(canonical_host(host)))
            keyring.write(account, record.head, record.parts)
            if before not in (None, account):
                keyring.delete(str(before))

        self._with_entries(host, write)

    def delete(self, host: str) -> bool:
        """Delete what is kept for ``host``, and say whether there was anything."""

        def delete(keyring: _Entries) -> bool:
            accounts = keyring.accounts(self._account_of(canonical_host(host)))
            return sum(keyring.delete(account) for account in accounts) > 0

        return self._looking(host, delete, False)

    def _looking(self, host: str, work: Callable[[_Entries], T], nothing: T) -> T:
        """As ``_with_entries``; where nothing was ever kept, it gives ``nothing`` and asks nobody."""

        def begun() -> bool:
            return keyring_backend.is_begun(keyring_backend.choose_backend())

        return self._with_entries(host, work) if self._asked(begun) else nothing

    def _with_entries(self, host: str, work: Callable[[_Entries], T]) -> T:
        service = SERVICE + canonical_host(host)

        def opened() -> T:
            backend = keyring_backend.choose_backend()
            keyring_backend.open_backend(backend)
            return work(_Entries(backend, service))

        return self._asked(opened)

    def _asked(self, work: Callable[[], T]) -> T:
        """A keyring that was there does not go away without a word: it is asked once more, and has failed if
        it is still away. Whoever took that for none would go on as nobody.
        """
        try:
            value = self._thread.call(work)
        except NoKeyring:
            if not self._was_there:
                raise
            value = self._once_more(work)
        self._was_there = True
        return value

    def _once_more(self, work: Callable[[], T]) -> T:
        try:
            return self._thread.call(work)
        except NoKeyring:
            raise KeyringFailed("it was there before, and does not answer any more") from None


@dataclass(frozen=True, slots=True)
class _Entries:
    """The entries of one host: ``service`` for the head, ``service#0``, ``service#1``... for parts.

    Parts have services of their own and not users of their own: Windows' keyring moves entries about when a
    service has two users.
    """

    backend: KeyringBackend
    service: str

    def account(self, hint: str) -> str | None:
        found = self.backend.get_credential(self.service, None)
        if found is not None and found.username:
            return found.username
        for account in filter(None, (hint, NO_USER)):
            if self.backend.get_password(self.service, account) is not None:
                return account
        return None

    def accounts(self, hint: str) -> Iterator[str]:
        """One after another; the caller deletes each before the next, or gets the same again."""
        seen: set[str] = set()
        while len(seen) < _MAX_ACCOUNTS:
            account = self.account(hint)
            if account is None or account in seen:
                return
            seen.add(account)
            yield account

    def read(self, account: str) -> Credential:
        head = self.backend.get_password(self.service, account)
        if head is None:
            raise KeyringFailed("what it has was deleted meanwhile")
        numbers = range(part_count(head))
        parts = [self.backend.get_password(self._part(number), account) for number in numbers]
        user = "" if account == NO_USER else account
        return from_record(user, head, tuple(part or "" for part in parts))

    def write(self, account: str, head: str, parts: tuple[str, ...]) -> None:
        """The parts first, so that a head never speaks of what is not there yet."""
        for number, part in enumerate(parts):
            self.backend.set_password(self._part(number), account, part)
        self.backend.set_password(self.service, account, head)
        self._delete_parts(account, len(parts))
        if self.backend.get_password(self.service, account) != head:
            raise KeyringFailed("it did not keep what it was given")

    def delete(self, account: str) -> bool:
        from keyring.errors import PasswordDeleteError

        had = self.backend.get_password(self.service, account) is not None
        if had:
            with suppress(PasswordDeleteError):  # somebody else did
                self.backend.delete_password(self.service, account)
        self._delete_parts(account, 0)
        return had

    def _delete_parts(self, account: str, start: int) -> None:
        from keyring.errors import PasswordDeleteError

        for number in range(start, MAX_PARTS):
            if self.backend.get_password(self._part(number), account) is None:
                return
            with suppress(PasswordDeleteError):
                self.backend.delete_password(self._part(number), account)

    def _part(self, number: int) -> str:
        return f"{self.service}#{number}"
