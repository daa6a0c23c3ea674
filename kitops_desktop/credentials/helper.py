"""Credential helpers: programs called ``docker-credential-NAME`` that keep secrets for Docker and `kit`."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from kitops_desktop.credentials.credential import Credential
from kitops_desktop.credentials.environment import SECRET_VARIABLES
from kitops_desktop.errors import CredentialHelperFailed

PREFIX = "docker-credential-"
TOKEN_USER = "<token>"
"""The user name with which a helper says that the secret is an identity token."""

_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")
_NOT_FOUND = b"credentials not found"
_MAX_OUTPUT = 1 << 20
_TIMEOUT = 20.0
_NO_WINDOW: int = getattr(subprocess, "CREATE_NO_WINDOW", 0)


@dataclass(frozen=True, slots=True)
class Helper:
    """The helper ``docker-credential-{name}``; ``timeout`` is in seconds.

    Its methods raise ``CredentialHelperFailed``, whose reason is in our own words: what a helper writes may
    hold secrets and goes nowhere.
    """

    name: str
    timeout: float = _TIMEOUT

    @property
    def program(self) -> str:
        return PREFIX + self.name

    def get(self, address: str) -> Credential | None:
        """What it has for ``address`` (as ``host_keys.server_address`` makes it)."""
        code, output = self._run("get", address.encode())
        if code != 0:
            if _says_not_found(output):
                return None
            raise CredentialHelperFailed(self.program, f"it ended with code {code}")
        return self._credential(output)

    def store(self, address: str, credential: Credential) -> None:
        user = TOKEN_USER if credential.is_identity_token else credential.username
        entry = {"ServerURL": address, "Username": user, "Secret": credential.secret}
        self._succeed("store", json.dumps(entry).encode())

    def erase(self, address: str) -> None:
        """Forget ``address``, also when it is not known."""
        code, output = self._run("erase", address.encode())
        if code != 0 and not _says_not_found(output):
            raise CredentialHelperFailed(self.program, f"it ended with code {code}")

    def _succeed(self, action: str, given: bytes) -> None:
        code, _ = self._run(action, given)
        if code != 0:
            raise CredentialHelperFailed(self.program, f"it ended with code {code}")

    def _credential(self, output: bytes) -> Credential | None:
        entry = _entry(output)
        if entry is None:
            raise CredentialHelperFailed(self.program, "its answer makes no sense")
        user, secret = entry
        if not secret:
            return None
        is_token = user == TOKEN_USER
        return Credential("" if is_token else user, secret, is_identity_token=is_token)

    def _run(self, action: str, given: bytes) -> tuple[int, bytes]:
        """Its exit code and what it wrote to standard output."""
        try:
            process = subprocess.Popen(
                [str(self._path()), action],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env={name: value for name, value in os.environ.items() if name not in SECRET_VARIABLES},
                creationflags=_NO_WINDOW,
            )
        except OSError as error:
            reason = error.strerror or type(error).__name__
            raise CredentialHelperFailed(self.program, f"it cannot be started: {reason}") from error
        output = _communicate(process, given, self.timeout)
        if output is None:
            raise CredentialHelperFailed(self.program, f"it did not answer within {self.timeout:g} s")
        if len(output) > _MAX_OUTPUT:
            raise CredentialHelperFailed(self.program, "its answer is too long")
        return process.returncode, output

    def _path(self) -> Path:
        if not _NAME.fullmatch(self.name):
            raise CredentialHelperFailed(PREFIX + "…", "its name is none that a helper may have")
        path = program_path(self.program)
        if path is None:
            raise CredentialHelperFailed(self.program, "it is not installed")
        return path


def program_path(program: str) -> Path | None:
    """The absolute path of ``program`` in a folder of PATH; the current folder is none, even on Windows."""
    found = shutil.which(program)
    if found is None or not Path(found).is_absolute():
        return None
    folders = [entry for entry in os.environ.get("PATH", "").split(os.pathsep) if entry]
    return Path(found) if _plain(Path(found).parent) in {_plain(Path(entry)) for entry in folders} else None


def _plain(folder: Path) -> str:
    return os.path.normcase(os.path.normpath(folder))


def _communicate(process: subprocess.Popen[bytes], given: bytes, timeout: float) -> bytes | None:
    """What it wrote until it ended; None when it did not end in time, and was killed.

    Its pipes are closed by hand: ``with process`` would wait for the children of a killed program.
    """
    try:
        return process.communicate(given, timeout)[0]
    except subprocess.TimeoutExpired:  # has the output so far, so it must not be the context of our error
        process.kill()
        process.wait()
        return None
    finally:
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                with suppress(OSError):
                    pipe.close()


def _entry(output: bytes) -> tuple[str, str] | None:
    """User and secret; None when it makes no sense. No exception leaves: they quote what they choke on."""
    try:
        entry = json.loads(output)
    except (ValueError, RecursionError):
        return None
    if not isinstance(entry, dict):
        return None
    user, secret = entry.get("Username", ""), entry.get("Secret", "")
    return (user, secret) if isinstance(user, str) and isinstance(secret, str) else None


def _says_not_found(output: bytes) -> bool:
    return output.strip().lower().startswith(_NOT_FOUND)
