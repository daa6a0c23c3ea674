"""The sign-in for a registry: where it is looked for, in which order, and where it is kept."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from kitops_desktop.credentials.credential import Credential, Found, Origin
from kitops_desktop.credentials.credential_file import CredentialFile
from kitops_desktop.credentials.environment import given_from_environment
from kitops_desktop.credentials.host_keys import canonical_host
from kitops_desktop.credentials.keyring_store import KeyringState, KeyringStore
from kitops_desktop.errors import CredentialError, KeyringFailed, KitOpsError, NoKeyring
from kitops_desktop.kit_home import kit_home, user_home

__all__ = ["Credentials", "Forgotten", "Keep", "default_credentials", "given_from_environment"]

KIT_FILE = "credentials.json"
_MUTED_SECONDS = 60.0


class Keep(StrEnum):
    """Where a sign-in is kept."""

    KEYRING = "keyring"
    SESSION = "session"
    """In memory, until the program ends."""
    KIT = "kit"
    """Where `kit` keeps it: its helper, or readable in its file. Only by consent."""


@dataclass(frozen=True, slots=True)
class Forgotten:
    """``deleted`` are the places where there was something; ``remaining`` is what is found now all the same
    (without its secret).
    """

    deleted: tuple[Origin, ...]
    remaining: Found | None


class Credentials:
    """Looks for the sign-in of a host: given for this run, this session's, the keyring, `kit`, Docker.

    ``given`` is for the hosts of ``give_to`` only: a password typed for one registry must not go to another
    that a kit refers to. A place that cannot be asked hides no other: looking goes on, and ``problems`` says
    what was wrong. May be used from any thread; blocks while the keyring or a helper is asked.
    """

    def __init__(
        self,
        keyring: KeyringStore,
        kit: CredentialFile,
        docker: CredentialFile,
        given: Credential | None = None,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._keyring, self._kit, self._docker = keyring, kit, docker
        self._given, self._clock = given, clock
        self._lock = threading.Lock()
        self._given_to: set[str] = set()
        self._session: dict[str, Credential] = {}
        self._problems: dict[str, tuple[CredentialError, ...]] = {}
        self._muted_until = -1.0
        self._decided = 0

    def give_to(self, *hosts: str) -> None:
        """Let ``given`` be used for these hosts, and for no others: those that the user named."""
        with self._lock:
            self._given_to.update(map(canonical_host, hosts))

    def find(self, host: str) -> Found | None:
        """The sign-in for ``host`` (``host[:port]``); None when there is none, which is anonymous."""
        host = canonical_host(host)
        found = self._in_memory(host)
        if found is not None:
            return found
        problems: list[CredentialError] = []
        for ask in (self._find_in_keyring, self._kit.find, self._docker.find):
            try:
                found = ask(host)
            except NoKeyring:
                continue  # as on every server: nothing to tell
            except CredentialError as error:
                problems.append(error)
            if found is not None:
                break
        with self._lock:
            self._problems[host] = tuple(problems)
        return found

    def found(self, host: str) -> Found | None:
        """What ``find`` finds, without its secret: to be shown."""
        found = self.find(host)
        return None if found is None else replace(found, credential=replace(found.credential, secret=""))

    def problems(self, host: str) -> tuple[CredentialError, ...]:
        """What could not be asked when the sign-in of ``host`` was last looked for."""
        with self._lock:
            return self._problems.get(canonical_host(host), ())

    def save(self, host: str, credential: Credential, keep: Keep) -> None:
        """Keep a sign-in, so that it is the one that is found.

        When the place fails, its error is raised (``NoKeyring``, ``KeyringFailed``, those of
        ``CredentialFile.save``) and the sign-in holds for this session.
        """
        host = canonical_host(host)
        with self._lock:
            self._session[host] = credential
            self._ask_keyring_again()
        if keep is Keep.SESSION:
            return
        if keep is Keep.KEYRING:
            self._keyring.save(host, credential)
        else:
            self._kit.save(host, credential)
            self._drop_from_keyring(host)
        with self._lock:
            self._session.pop(host, None)

    def also_for_kit(self, host: str, credential: Credential) -> None:
        """Keep a sign-in for `kit` as well. Raises as ``CredentialFile.save``."""
        self._kit.save(canonical_host(host), credential)

    def kit_helper(self, host: str) -> str:
        """The program that would keep a sign-in for `kit`; "" when it would be readable in its file.

        Raises ``CredentialFileDamaged``.
        """
        return self._kit.helper_for(canonical_host(host))

    def forget(self, host: str, *, kit: bool = True) -> Forgotten:
        """Sign out of ``host``: of this session, the keyring, and where `kit` looks unless ``kit`` is False.

        Docker's files are never changed. All places are tried before the error of one is raised.
        """
        host = canonical_host(host)
        deleted, failure = [], None
        with self._lock:
            self._ask_keyring_again()
            if self._session.pop(host, None) is not None:
                deleted.append(Origin.SESSION)
        places: list[tuple[Origin, Callable[[str], bool]]] = [(Origin.KEYRING, self._keyring.delete)]
        if kit:
            places.append((Origin.KIT, self._kit.delete))
        for origin, delete in places:
            try:
                if delete(host):
                    deleted.append(origin)
            except NoKeyring:
                continue
            except KitOpsError as error:
                failure = failure or error
        if failure is not None:
            raise failure
        return Forgotten(tuple(deleted), self.found(host))

    def keyring_state(self) -> KeyringState:
        """Whether there is a keyring. The user is asked nothing."""
        return self._keyring.state()

    def _in_memory(self, host: str) -> Found | None:
        with self._lock:
            if self._given is not None and host in self._given_to:
                return Found(self._given, Origin.GIVEN, "given for this run")
            kept = self._session.get(host)
        return None if kept is None else Found(kept, Origin.SESSION, "kept until the program ends")

    def _find_in_keyring(self, host: str) -> Found | None:
        """Not asked again for a while after it was not unlocked: the user has just said no, unless he has
        signed in or out meanwhile.
        """
        with self._lock:
            if self._clock() < self._muted_until:
                raise KeyringFailed("it was not unlocked", locked=True)
            decided = self._decided
        try:
            return self._keyring.find(host)
        except KeyringFailed as error:
            if error.locked:
                with self._lock:
                    if decided == self._decided:
                        self._muted_until = self._clock() + _MUTED_SECONDS
            raise

    def _ask_keyring_again(self) -> None:
        """Also when a question of before ends badly only now. To be called with the lock."""
        self._muted_until = -1.0
        self._decided += 1

    def _drop_from_keyring(self, host: str) -> None:
        """An older sign-in there would be found first. Raises ``KeyringFailed``: then the session's holds."""
        try:
            self._keyring.delete(host)
        except NoKeyring:
            return


def default_credentials(
    given: Credential | None = None,
    *,
    home: Path | None = None,
    environ: Mapping[str, str] = os.environ,
    account_of: Callable[[str], str] = lambda _: "",
) -> Credentials:
    """Everything as the environment says; ``home`` is `kit`'s folder when it is not the one of its own rules.

    Raises ``StoreUnavailable`` when the user has no home folder.
    """
    docker = environ.get("DOCKER_CONFIG", "")
    docker_folder = Path(docker) if docker else user_home(environ) / ".docker"
    return Credentials(
        KeyringStore(account_of=account_of),
        CredentialFile(
            (home or kit_home(environ)) / KIT_FILE, Origin.KIT, "kit's credentials.json", finds_helper=True
        ),
        CredentialFile(
            docker_folder / "config.json",
            Origin.DOCKER,
            "Docker's config.json",
            inline=environ.get("DOCKER_AUTH_CONFIG", ""),
        ),
        given,
    )
