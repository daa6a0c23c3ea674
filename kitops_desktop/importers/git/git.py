"""git as a child process: told what to do, listened to, and ended at once when nobody wants it any more."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from kitops_desktop.credentials.helper import program_path
from kitops_desktop.errors import ContentTooLarge, GitFailed, ProgramMissing
from kitops_desktop.importers.git.address import GitAddress
from kitops_desktop.importers.git.environment import git_environment
from kitops_desktop.masking import mask_secrets
from kitops_desktop.progress import CancelToken, Progress, Report

_MOST_SAID = 16 << 10
_MOST_REASON = 600
_MOST_LISTED = 256 << 20
_BLOCK = 1 << 16
_NO_WINDOW: int = getattr(subprocess, "CREATE_NO_WINDOW", 0)
_LINES = re.compile(r"[\r\n]+")
_SIZE = re.compile(r"\), (\d+(?:\.\d+)?) ([KMGT]?)(i?)(?:B|bytes)")
_PROGRESS = re.compile(r"(?:remote: )?([A-Z][A-Za-z ]+): +(\d+)% \(\d+/\d+\)")
_BEGINNINGS = ("fatal: ", "error: ", "remote: ")
_NO_SIGN_IN = re.compile(
    r"could not read (?:Username|Password)|Authentication failed|terminal prompts disabled|"
    r"returned error: 40[13]|HTTP 40[13]|Authentication required|Credentials? .*not found"
)


class Git:
    """git in the folder of one repository, which is fetched from ``address``. For one thread.

    Raises ``ProgramMissing`` when there is none.
    """

    def __init__(
        self, folder: Path, address: GitAddress, secret: str, token: CancelToken, report: Report
    ) -> None:
        found = program_path("git")
        if found is None:
            raise ProgramMissing("git", "import a repository with it")
        self._program, self.folder, self.address = str(found), folder, address
        self._environment = git_environment(address.origin, secret)
        self._environment["GIT_CEILING_DIRECTORIES"] = str(folder.parent)  # the store may lie in a repository
        self._token, self._report = token, report

    def configure(self, key: str, value: str) -> None:
        """For what is run from now on."""
        count = int(self._environment["GIT_CONFIG_COUNT"])
        self._environment[f"GIT_CONFIG_KEY_{count}"] = key
        self._environment[f"GIT_CONFIG_VALUE_{count}"] = value
        self._environment["GIT_CONFIG_COUNT"] = str(count + 1)

    def has_lfs(self) -> bool:
        """Whether git knows large files here."""
        with self._started(("lfs", "version"), subprocess.DEVNULL) as process:
            _read(process, lambda _: None)
        return process.returncode == 0

    def run(self, action: str, *arguments: str) -> None:
        """``action`` is what it is for, as an infinitive phrase. Raises ``GitFailed``, ``Cancelled``."""
        said = _Said(self._report)
        with self._started(arguments, subprocess.STDOUT) as process:
            _read(process, said.add)
        if process.returncode:
            raise self._failure(action, process.returncode, said.text())

    def listed(self, action: str, *arguments: str, end: bytes = b"\0") -> list[str]:
        """What it lists, each ended by ``end``. Raises ``GitFailed``, ``ContentTooLarge``, ``Cancelled``."""
        found = bytearray()

        def add(block: bytes) -> None:
            found.extend(block)
            if len(found) > _MOST_LISTED:
                raise ContentTooLarge("the list of files", len(found), _MOST_LISTED)

        with tempfile.TemporaryFile() as errors:
            with self._started(arguments, errors) as process:
                _read(process, add)
            if process.returncode:
                errors.seek(0)
                text = errors.read(_MOST_SAID).decode("utf-8", "replace")
                raise self._failure(action, process.returncode, text)
        return [os.fsdecode(item) for item in bytes(found).split(end) if item]

    def _failure(self, action: str, code: int, said: str) -> GitFailed:
        reason = _reason(said) or f"it ended with code {code}"
        wants_sign_in = _NO_SIGN_IN.search(said) is not None
        return GitFailed(str(self.address), action, reason, wants_sign_in=wants_sign_in)

    @contextmanager
    def _started(
        self, arguments: Sequence[str], errors: int | IO[bytes]
    ) -> Iterator[subprocess.Popen[bytes]]:
        """It has ended afterwards, by itself or because nobody wants it any more: then ``Cancelled`` is
        raised.
        """
        self._token.check()
        try:
            process = subprocess.Popen(
                [self._program, *arguments],
                cwd=self.folder,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=errors,
                start_new_session=True,  # Ctrl-C is told to us, and ends all that it has started
                creationflags=_NO_WINDOW,
            )
        except OSError as error:
            reason = error.strerror or type(error).__name__
            raise GitFailed(str(self.address), "be started", reason) from error
        detach = self._token.on_cancel(lambda: _end(process))
        try:
            yield process
        except BaseException:
            _end(process)
            raise
        finally:
            detach()
            assert process.stdout is not None
            process.stdout.close()
            process.wait()
        self._token.check()


class _Said:
    """The end of what it has said so far; how far it is goes to ``report``."""

    def __init__(self, report: Report) -> None:
        self._report = report
        self._kept = ""

    def add(self, block: bytes) -> None:
        self._kept = (self._kept + block.decode("utf-8", "replace"))[-_MOST_SAID:]
        lines = [line for line in _LINES.split(self._kept[-500:]) if _PROGRESS.match(line)]
        if lines:
            self._report(_progress(lines[-1]))

    def text(self) -> str:
        return self._kept


def _progress(line: str) -> Progress:
    told, size = _PROGRESS.match(line), _SIZE.search(line)
    assert told is not None
    done = 0
    if size is not None:
        base = 1024 if size[3] else 1000
        done = int(float(size[1]) * base ** " KMGT".index(size[2] or " "))
    return Progress(done, None, f"{told[1]} {told[2]}%")


def _read(process: subprocess.Popen[bytes], take: Callable[[bytes], None]) -> None:
    """What it writes, to the end; that comes too when it was ended."""
    assert process.stdout is not None
    while block := os.read(process.stdout.fileno(), _BLOCK):
        take(block)


def _end(process: subprocess.Popen[bytes]) -> None:
    """The program, and where that is possible all that it has started."""
    with suppress(OSError):
        if sys.platform == "win32":
            process.kill()
        elif process.returncode is None:
            os.killpg(process.pid, signal.SIGKILL)


def _reason(text: str) -> str:
    """What it said last of what went wrong, on one line."""
    lines = [line.strip() for line in _LINES.split(text) if line.strip() and not _PROGRESS.match(line)]
    told = [line for line in lines if line.startswith(_BEGINNINGS)] or lines[-3:]
    clean = " ".join("".join(c if c.isprintable() else " " for c in line) for line in told)
    for beginning in _BEGINNINGS:
        clean = clean.replace(beginning, "", 1) if clean.startswith(beginning) else clean
    return mask_secrets(clean)[-_MOST_REASON:]
