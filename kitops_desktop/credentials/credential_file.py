"""`kit`'s credentials.json and Docker's config.json, and the helpers that they name."""

from __future__ import annotations

import os
import stat
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path

from kitops_desktop.credentials.credential import Credential, Found, Origin
from kitops_desktop.credentials.credential_document import (
    CredentialDocument,
    MalformedDocument,
    parse_document,
)
from kitops_desktop.credentials.helper import PREFIX, Helper, program_path
from kitops_desktop.credentials.host_keys import server_address
from kitops_desktop.errors import CredentialError, CredentialFileDamaged, FileAccessError, InvalidArgument

_MAX_BYTES = 4 << 20
_TEMPORARY = "oras_credstore_temp_"  # as kit's own are called


class CredentialFile:
    """One such file; ``name`` is for people. It need not exist, and is read anew each time.

    ``inline`` is a text of the same format that comes before the file (DOCKER_AUTH_CONFIG). With
    ``finds_helper`` a helper of the platform is used as long as the file says nothing of sign-ins, as `kit`
    does with its own. May be used from any thread.
    """

    def __init__(
        self, path: Path, origin: Origin, name: str, *, inline: str = "", finds_helper: bool = False
    ) -> None:
        self.path, self.origin, self.name = path, origin, name
        self._inline, self._finds_helper = inline, finds_helper
        self._lock = threading.Lock()

    def find(self, host: str) -> Found | None:
        """The sign-in for ``host``: by the helper for it, by the helper for all, in the file.

        Raises ``CredentialFileDamaged`` or ``CredentialHelperFailed`` when one of them cannot be asked and no
        other has it.
        """
        problem: CredentialError | None = None
        for ask in (self._find_inline, self._find_by_helper, self._find_in_file):
            try:
                found = ask(host)
            except CredentialError as error:
                problem = problem or error
            else:
                if found is not None:
                    return found
        if problem is not None:
            raise problem
        return None

    def helper_for(self, host: str) -> str:
        """The program that keeps the sign-in for ``host``; "" when it is in the file itself, readable.

        Raises ``CredentialFileDamaged``.
        """
        with self._damage_named():
            name = self._helper_name(self._read(), host)
        return PREFIX + name if name else ""

    def save(self, host: str, credential: Credential) -> None:
        """Keep a sign-in as `kit login` would, so that `kit` finds it.

        Raises ``InvalidArgument`` for a user with a colon, ``CredentialHelperFailed``,
        ``FileAccessError`` or ``CredentialFileDamaged``; then nothing was changed.
        """
        _check(credential)
        with self._lock, self._damage_named():
            document = self._read()
            helper = self._helper_name(document, host)
            if not helper:
                self._write(document.with_credential(host, credential))
                return
            Helper(helper).store(server_address(host), credential)
            if not document.is_configured:
                self._write(document.with_store(helper))

    def delete(self, host: str) -> bool:
        """Take the sign-in for ``host`` out, and say whether there was one; the same errors as ``save``."""
        with self._lock, self._damage_named():
            document = self._read()
            had = document.has(host)
            if had:
                self._write(document.without(host))
            helper = self._helper_name(document, host)
            if helper:
                address = server_address(host)
                had = Helper(helper).get(address) is not None or had
                Helper(helper).erase(address)
            return had

    def _find_inline(self, host: str) -> Found | None:
        if not self._inline:
            return None
        with _damage_named(Path("$DOCKER_AUTH_CONFIG")):
            return self._found(parse_document(self._inline).credential(host), "DOCKER_AUTH_CONFIG")

    def _find_by_helper(self, host: str) -> Found | None:
        with self._damage_named():
            name = self._helper_name(self._read(), host)
        if not name:
            return None
        return self._found(Helper(name).get(server_address(host)), f"{PREFIX}{name}, as {self.name} says")

    def _find_in_file(self, host: str) -> Found | None:
        with self._damage_named():
            return self._found(self._read().credential(host), self.name)

    def _found(self, credential: Credential | None, place: str) -> Found | None:
        return None if credential is None else Found(credential, self.origin, place)

    def _helper_name(self, document: CredentialDocument, host: str) -> str:
        name = document.helper_name(host)
        return name or (_platform_helper() if self._finds_helper and not document.is_configured else "")

    def _damage_named(self) -> AbstractContextManager[None]:
        return _damage_named(self.path)

    def _read(self) -> CredentialDocument:
        """What it says; nothing when there is no file."""
        try:
            text = self._text()
        except FileNotFoundError:
            return CredentialDocument()
        except OSError as error:
            reason = f"it may not be read ({error.strerror or type(error).__name__})"
            raise CredentialFileDamaged(self.path, reason) from error
        return parse_document(text)

    def _text(self) -> str:
        if not stat.S_ISREG(self.path.stat().st_mode):  # a pipe would let us wait for ever
            raise MalformedDocument("it is no file")
        with self.path.open("rb") as file:
            content = file.read(_MAX_BYTES + 1)
        if len(content) > _MAX_BYTES:
            raise MalformedDocument("it is too large")
        text = content.decode("utf-8-sig", "surrogateescape")
        if not _is_text(text):
            raise MalformedDocument("it is no UTF-8 text")
        return text

    def _write(self, document: CredentialDocument) -> None:
        """The whole file or nothing, with mode 0600; a link, as keepers of dot files make them, stays one."""
        target = Path(os.path.realpath(self.path))
        try:
            target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            _replace(target, document.to_text().encode())
        except OSError as error:
            reason = error.strerror or type(error).__name__
            raise FileAccessError(self.path, "write the sign-in to", reason) from error


@contextmanager
def _damage_named(path: Path) -> Iterator[None]:
    """Raise ``CredentialFileDamaged`` for a text that cannot be used."""
    try:
        yield
    except MalformedDocument as error:
        raise CredentialFileDamaged(path, str(error)) from None


def _check(credential: Credential) -> None:
    if ":" in credential.username and not credential.is_identity_token:
        raise InvalidArgument("kit cannot keep a user name with a colon")
    if not _is_text(credential.username + credential.secret):
        raise InvalidArgument("the user name or the password is no text that could be kept")


def _is_text(text: str) -> bool:
    return not any("\ud800" <= letter <= "\udfff" for letter in text)


def _platform_helper() -> str:
    """The helper that `kit` takes where nothing is configured, if it is there; "" for none."""
    if sys.platform == "darwin":
        name = "osxkeychain"
    elif sys.platform == "win32":
        name = "wincred"
    else:
        name = "pass" if program_path("pass") else "secretservice"
    return name if program_path(PREFIX + name) else ""


def _replace(target: Path, content: bytes) -> None:
    descriptor, name = tempfile.mkstemp(prefix=_TEMPORARY, dir=target.parent)  # with mode 0600
    partial = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(target)
    except BaseException:
        with suppress(OSError):
            partial.unlink()
        raise
