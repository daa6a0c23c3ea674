"""The secrets every registry test uses, and the search for them: no file of a test may hold one afterwards.

A test that needs a password, an identity token or a refresh token takes it from here and never makes up its
own: ``support.secret_watch``, which searches at the end of the session, finds only what it knows.

What may hold them by consent:

* `kit`'s ``credentials.json`` and Docker's ``config.json``: their formats hold the secret in base64, and only
  a test that consents (or lays the file itself) writes one; and ``helper-store.json``, where the credential
  helper of the tests keeps them. The search skips files of exactly these names, and nothing else.
* the keyring's own files: they are encrypted, so a search through them finds nothing, and is made.
* an argument after ``-p`` or ``--password``, which is what these flags are for.
"""

from __future__ import annotations

import base64
import os
import stat
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

_MARK = "planted-S3cret-"
USERNAME = "robot"
PASSWORD = _MARK + "pa55-9f27c1"
OTHER_PASSWORD = _MARK + "0ther-41ab6e"
"""For what needs two: a wrong one, a changed one, another account's."""
IDENTITY_TOKEN = _MARK + "1dentity-t0ken-c80d52"
REFRESH_TOKEN = _MARK + "refresh-t0ken-6b9e34"
"""What a token server of the tests answers as ``refresh_token``."""
ACCESS_TOKEN = _MARK + "access-t0ken-d15f70"
"""For token servers whose tokens need not be signed."""
HUB_TOKEN = "hf_" + _MARK + "hub-t0ken-e47a18"
"""What Hugging Face gives to an account; they begin like that."""
OTHER_HUB_TOKEN = "hf_" + _MARK + "0ther-hub-t0ken-52c9f0"
"""Another account's, or one that nobody has."""

SECRETS: tuple[str, ...] = (
    *(PASSWORD, OTHER_PASSWORD, IDENTITY_TOKEN, REFRESH_TOKEN, ACCESS_TOKEN),
    *(HUB_TOKEN, OTHER_HUB_TOKEN),
)
CONSENTED_NAMES = frozenset({"credentials.json", "config.json", "helper-store.json"})
"""Names of files that may hold secrets, because they are made for it."""

_PASSWORD_FLAGS = ("-p", "--password")
_MAX_BYTES = 64 << 20  # of one file; what is larger is a layer


def _forms() -> Iterator[bytes]:
    """What all secrets begin with: as it is, as Windows writes it, and in base64 at each of its offsets."""
    mark = _MARK.encode()
    yield mark
    yield _MARK.encode("utf-16-le")
    for before in range(3):  # bytes in front, as of a user name
        encoded = base64.b64encode(b"\0" * before + mark)
        yield encoded[(8 * before + 5) // 6 : 8 * (before + len(mark)) // 6]  # letters of the mark alone


FORMS = tuple(_forms())


def holds_secret(content: bytes | str) -> bool:
    """Whether a planted secret is in there, in any form."""
    searched = content.encode("utf-8", "surrogatepass") if isinstance(content, str) else content
    return any(form in searched for form in FORMS)


def files_with_secrets(folder: Path) -> list[Path]:
    """The files below ``folder`` that hold a planted secret and may not."""
    return [path for path in _files(folder) if path.name not in CONSENTED_NAMES and _file_holds(path)]


def command_holds_secret(command: Sequence[str | bytes | os.PathLike[str]] | str | bytes) -> bool:
    """Whether somebody who lists the processes could read a planted secret."""
    if isinstance(command, (str, bytes)):
        return holds_secret(command)
    return any(holds_secret(os.fsencode(word)) for word in _without_flags(command))


def _without_flags(
    command: Iterable[str | bytes | os.PathLike[str]],
) -> Iterator[str | bytes | os.PathLike[str]]:
    before: object = None
    for word in command:
        if before not in _PASSWORD_FLAGS and not str(word).startswith("--password="):
            yield word
        before = word


def _files(folder: Path) -> Iterator[Path]:
    for parent, _, names in os.walk(folder):
        yield from (Path(parent, name) for name in names)


def _file_holds(path: Path) -> bool:
    try:
        found = path.lstat()
        if not stat.S_ISREG(found.st_mode) or found.st_size > _MAX_BYTES:
            return False
        return holds_secret(path.read_bytes()) or holds_secret(path.name)
    except OSError:  # gone, or nobody may read it
        return False
