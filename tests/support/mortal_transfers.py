"""Transfers of one blob by a process that may be killed, and gone on with by another.

What such a process knows is in a folder: ``blob`` to be sent, ``store`` to be filled, and what it remembers.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from kitops_desktop.oci.copy import StorageReceiver
from kitops_desktop.oci.descriptor import Descriptor
from kitops_desktop.oci.digest import parse_digest
from kitops_desktop.progress import CancelToken, Progress, Tally
from kitops_desktop.records.abilities import Abilities
from kitops_desktop.records.journal import Journal
from kitops_desktop.records.records_file import open_records
from kitops_desktop.records.uploads import Uploads
from kitops_desktop.store.local_store import LocalStore
from support.http_server import Answer, CutOff, Exchange, Question
from support.logging_proxy import LoggingProxy
from support.repositories import Server, reaching
from support.stored_kits import LAYER_TYPE

TESTS = Path(__file__).parents[1]
CHUNK_BYTES = 256 << 10


class Killer(LoggingProxy):
    """Kills a process when so many bytes of bodies have passed, or when the ``request``-th of a method comes.
    What is on its way then does not arrive.
    """

    victim: subprocess.Popen[str] | None = None
    after: int | None = None
    request: tuple[str, int] | None = None
    _died = False

    def answer(self, question: Question) -> Answer:
        if self._died:
            self._died = False
            raise CutOff
        return super().answer(question)

    def passed(self, exchange: Exchange, count: int) -> None:
        if self.after is not None:
            self.after -= count
            if self.after <= 0:
                self._kill()
                raise CutOff

    def log(self, exchange: Exchange) -> None:
        super().log(exchange)
        if self.request is not None and self.request == (exchange.method, self.count(exchange.method)):
            self._died = True
            self._kill()

    def _kill(self) -> None:
        self.after = self.request = None
        assert self.victim is not None
        self.victim.kill()
        self.victim.wait()


class Files:
    """The blob ``folder``/blob, as a place to send it from."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "blob"

    def exists(self, descriptor: Descriptor) -> bool:
        return self._path.exists()

    def fetch(self, descriptor: Descriptor, start: int = 0, length: int | None = None) -> BinaryIO:
        file = self._path.open("rb")
        file.seek(start)
        return file


@dataclass(frozen=True)
class Memory:
    """What is remembered in ``folder``."""

    uploads: Uploads
    abilities: Abilities


@contextmanager
def memory(folder: Path) -> Iterator[Memory]:
    with (
        closing(Journal(folder / "journal.sqlite")) as journal,
        closing(open_records(folder / "records.sqlite")) as records,
    ):
        yield Memory(Uploads(journal.database), Abilities(records))


def transfer(
    command: str, folder: Path, server: Server, blob: Descriptor, path: str, chunk: int, token: CancelToken
) -> list[Progress]:
    """``push`` or ``pull`` the blob, in this process; what was reported."""
    seen: list[Progress] = []
    tally = Tally(seen.append, blob.size)

    class Advance:
        def __call__(self, count: int) -> None:
            tally.add(count)

        def skip(self, count: int) -> None:
            tally.skip(count)

    with (
        memory(folder) as known,
        reaching(
            server, path, token=token, abilities=known.abilities, uploads=known.uploads, most_chunk=chunk
        ) as repository,
    ):
        if command == "push":
            repository.receive(blob, Files(folder), advance=Advance(), token=token)
        else:
            store = StorageReceiver(LocalStore(folder / "store"))
            store.receive(blob, repository, advance=Advance(), token=token)
    return seen


def begin(
    command: str, folder: Path, server: Server, blob: Descriptor, path: str, chunk: int = CHUNK_BYTES
) -> subprocess.Popen[str]:
    """``transfer`` in a process of its own."""
    environment = {**os.environ, "PYTHONPATH": f"{TESTS.parent}{os.pathsep}{TESTS}"}
    arguments = [command, str(folder), server.host, blob.digest, str(blob.size), path, str(chunk)]
    return subprocess.Popen(
        [sys.executable, "-m", "support.mortal_transfers", *arguments],
        stdout=subprocess.PIPE,
        text=True,
        env=environment,
    )


def finish(process: subprocess.Popen[str]) -> list[Progress]:
    """Wait until it has done its work; what it reported."""
    said, _ = process.communicate(timeout=60)
    assert process.returncode == 0, said
    return [Progress(done, blob, "", skipped) for done, blob, skipped in json.loads(said)]


def die(process: subprocess.Popen[str], killer: Killer) -> None:
    """Wait until the proxy has killed it."""
    said, _ = process.communicate(timeout=60)
    assert process.returncode < 0, f"it came to an end: {said}"
    killer.victim = None


class _Host:
    def __init__(self, host: str) -> None:
        self.host = host


def main(command: str, folder: str, host: str, digest: str, size: str, path: str, chunk: str) -> None:
    blob = Descriptor(LAYER_TYPE, parse_digest(digest), int(size))
    seen = transfer(command, Path(folder), _Host(host), blob, path, int(chunk), CancelToken())
    sys.stdout.write(json.dumps([(one.done, one.total, one.skipped) for one in seen]))


if __name__ == "__main__":
    main(*sys.argv[1:])
