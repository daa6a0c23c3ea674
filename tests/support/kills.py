"""Commands that are killed in the midst of their work, begun again, and looked at when they are done.

Where one dies is a byte of what it sends and gets (the registry's log), or of what it writes to files: so it
is always in the work, and never before or after. The kits are small and the chunks of uploads too.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from kitops_desktop.jobs.pack_job import PackWork, pack_folder
from kitops_desktop.jobs.push_job import PushWork, push_kit
from kitops_desktop.modelkit.inspect import ModelKit, load_kit
from kitops_desktop.oci.descriptor import Descriptor
from kitops_desktop.oci.digest import digest_of
from kitops_desktop.oci.reference import parse_reference
from kitops_desktop.registry.abilities import CHUNK
from kitops_desktop.store.local_store import LocalStore
from kitops_desktop.workspace import open_workspace
from support.computers import PLAIN
from support.http_server import Exchange
from support.keeping_registry import KeepingRegistry
from support.logging_proxy import LoggingProxy
from support.registry_server import RegistryServer
from support.stored_kits import broken_rules
from support.trees import tree

TESTS = Path(__file__).parents[1]
_PATHS = f"{TESTS.parent}{os.pathsep}{TESTS}"
KIB = 1 << 10
CHUNK_BYTES = 256 * KIB
_SIZES = {"model.bin": 1500 * KIB, "data.csv": 900 * KIB, "notes.md": 40 * KIB}
_KITFILE = """manifestVersion: 1.0.0
package:
  name: mortal
  authors: [me]
model:
  name: net
  path: model.bin
datasets:
  - name: rows
    path: data.csv
docs:
  - path: notes.md
"""
_SECONDS = 120.0
_STAYS_YOUNG = 3600.0


class Registry(Protocol):
    """What both registries have."""

    @property
    def port(self) -> int: ...
    def blobs(self) -> set[str]: ...
    def blob_path(self, digest: str) -> Path: ...


class Killer(LoggingProxy):
    """Kills a process when so many bytes of bodies have passed since it was armed."""

    def __init__(self, port: int) -> None:
        self._guard = threading.Lock()
        self._left = 0
        self._victim: subprocess.Popen[str] | None = None
        self._known = threading.Event()
        super().__init__(port)

    def arm(self, count: int) -> None:
        with self._guard:
            self._left, self._victim = count, None
            self._known.clear()

    def aim(self, victim: subprocess.Popen[str]) -> None:
        self._victim = victim
        self._known.set()

    def passed(self, exchange: Exchange, count: int) -> None:
        with self._guard:
            if self._left <= 0:
                return
            self._left -= count
            if self._left > 0:
                return
        self._known.wait()
        assert self._victim is not None
        self._victim.kill()


@dataclass(frozen=True)
class Way:
    """``log`` says whose bytes are counted, ``keeps`` which registry is written to."""

    command: str
    log: str
    keeps: bool = True

    def __str__(self) -> str:
        uploads = f", uploads are {'kept' if self.keeps else 'forgotten'}" if self.uploads else ""
        return f"{self.command} (by {self.log}{uploads})"

    @property
    def uploads(self) -> bool:
        return self.command in ("push", "copy", "pack and push", "pack, push and keep")


WAYS = (
    Way("pack", "writes"),
    Way("unpack", "writes"),
    Way("pull", "writes"),
    Way("pull", "requests"),
    Way("push", "requests"),
    Way("push", "requests", keeps=False),
    Way("copy", "requests"),
    Way("copy", "requests", keeps=False),
    Way("unpack from a registry", "writes"),
    Way("unpack from a registry", "requests"),
    Way("pack and push", "requests"),
    Way("pack and push", "requests", keeps=False),
    Way("pack, push and keep", "writes"),
)


@dataclass
class Report:
    """What came of one kill. ``again`` are bytes that went over the network more than once: all of an
    upload, and of a pull those that had been written down.
    """

    way: Way
    offset: int
    parallel: int
    killed: bool
    again: int = 0
    allowed: int = 0


@dataclass
class Range:
    """The registries, each behind a proxy that kills. ``reports`` has what came of each kill."""

    folder: Path
    keeping: KeepingRegistry
    real: RegistryServer
    to_keeping: Killer
    to_real: Killer
    random: random.Random
    reports: list[Report] = field(default_factory=list)

    def kill(self, way: Way) -> Report:
        """One kill and all that is checked after it; raises ``AssertionError``."""
        number = len(self.reports)
        shot = _Shot(self, way, self.folder / f"{number:03}", self.random.randbytes(8).hex())
        self.reports.append(shot.report)
        shot.run()
        return shot.report


class _Shot:
    """One command that dies."""

    def __init__(self, where: Range, way: Way, folder: Path, name: str) -> None:
        self._range, self._way, self._folder, self._name = where, way, folder, name
        self._home, self._project, self._target = folder / "kitops", folder / "project", folder / "target"
        self._proxy, self._server = self._pair(way.keeps)
        self._other, _ = self._pair(not way.keeps)
        total = sum(_SIZES.values())
        offset = where.random.randrange(1, total)
        self.report = Report(way, offset, where.random.choice((1, 3)), killed=False)

    def run(self) -> None:
        self._write_project()
        kit = self._packed(self._home if self._way.command in ("unpack", "push") else self._folder / "else")
        self._prepare(kit)
        arguments = self._arguments()
        before = len(self._proxy.exchanges)
        self.report.killed = self._die(arguments)
        killed, kept = len(self._proxy.exchanges), _blob_bytes(self._home)
        self._finish(arguments)
        self._check(kit)
        if self._way.uploads:
            self._check_sent(kit, self._proxy.exchanges[before:])
        if self._way.command == "pull":
            self._check_fetched(kit, kept, self._proxy.exchanges[killed:])

    def _pair(self, keeps: bool) -> tuple[Killer, Registry]:
        where = self._range
        return (where.to_keeping, where.keeping) if keeps else (where.to_real, where.real)

    def _write_project(self) -> None:
        self._project.mkdir(parents=True)
        (self._project / "Kitfile").write_text(_KITFILE)
        for name, size in _SIZES.items():
            (self._project / name).write_bytes(self._range.random.randbytes(size))

    def _packed(self, home: Path) -> ModelKit:
        workspace = open_workspace(home=str(home))
        try:
            pack_folder(PackWork(self._project, "mortal:v1"), workspace.tools)
        finally:
            workspace.close()
        store = LocalStore(home)
        return load_kit(store, store.resolve(parse_reference("mortal:v1")), "mortal:v1")

    def _prepare(self, kit: ModelKit) -> None:
        """Put the kit where the command takes it from."""
        if self._way.command in ("pull", "unpack from a registry", "copy"):
            proxy = self._other if self._way.command == "copy" else self._proxy
            workspace = open_workspace(home=str(self._folder / "else"))
            try:
                push_kit(PushWork("mortal:v1", f"{proxy.host}/from/{self._name}:v1"), workspace.tools)
            finally:
                workspace.close()

    def _arguments(self) -> list[str]:
        here, there = f"{self._proxy.host}/from/{self._name}:v1", f"{self._proxy.host}/to/{self._name}:v1"
        parallel = f"--concurrency={self.report.parallel}"
        return {
            "pack": ["pack", str(self._project), "-t", "mortal:v1"],
            "unpack": ["unpack", "mortal:v1", "-o", "-d", str(self._target)],
            "unpack from a registry": ["unpack", here, parallel, "-o", "-d", str(self._target)],
            "pull": ["pull", here, parallel],
            "push": ["push", "mortal:v1", there, parallel],
            "pack and push": ["pack", str(self._project), "-t", there, "--push", parallel],
            "pack, push and keep": ["pack", str(self._project), "-t", there, "--push", "--keep", parallel],
            "copy": ["copy", f"{self._other.host}/from/{self._name}:v1", there, parallel],
        }[self._way.command]

    def _die(self, arguments: Sequence[str]) -> bool:
        """Run the command until it dies; whether it did."""
        by_writes = self._way.log == "writes"
        if not by_writes:
            self._proxy.arm(self.report.offset)
        process = self._start(self.report.offset if by_writes else 0, arguments)
        self._proxy.aim(process)
        code = _ended(process)
        self._proxy.arm(0)
        assert code in (0, -signal.SIGKILL), f"{self._way}: ended with {code}"
        return code != 0

    def _finish(self, arguments: Sequence[str]) -> None:
        code = _ended(self._start(0, arguments))
        assert code == 0, (
            f"{self._way}: ended with {code} after it was killed at byte {self.report.offset}\n"
            + (self._folder / "output.txt").read_text()
        )

    def _start(self, limit: int, arguments: Sequence[str]) -> subprocess.Popen[str]:
        environment = {**os.environ, "KITOPS_HOME": str(self._home), "PYTHONPATH": _PATHS}
        with (self._folder / "output.txt").open("a") as output:
            return subprocess.Popen(
                [sys.executable, "-m", "support.mortal_process", str(limit), *arguments],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                text=True,
                env=environment,
            )

    def _check(self, kit: ModelKit) -> None:
        where = f"{self._way}, killed at byte {self.report.offset}"
        store = LocalStore(self._home)
        assert store.verify().damage == (), where
        assert broken_rules(self._home) == [], where
        if self._way.command in ("pack", "pull"):
            reference = "mortal:v1" if self._way.command == "pack" else self._arguments()[1]
            assert store.resolve(parse_reference(reference)).digest == kit.descriptor.digest, where
        if self._way.uploads:
            self._check_registry(kit, where)
        if self._target.exists():
            assert tree(self._target) == tree(self._project), where
        assert _leftovers(store, self._folder) == [], where

    def _check_registry(self, kit: ModelKit, where: str) -> None:
        # one may have been begun whose address did not reach us before the end: nothing was sent to it
        begun = {name: size for name, size in self._range.keeping.uploads().items() if size}
        assert begun == {}, f"{where}: an upload was begun and left"
        assert self._tagged() == kit.descriptor.digest, where
        for blob in (kit.descriptor, *_blobs(kit)):
            content = self._server.blob_path(blob.digest).read_bytes()
            assert digest_of(content) == blob.digest, where

    def _tagged(self) -> str:
        """What the tag in the registry stands for."""
        workspace = open_workspace()
        try:
            reference = parse_reference(f"{self._proxy.host}/to/{self._name}:v1")
            return workspace.registries.repository(reference).resolve("v1").digest
        finally:
            workspace.close()

    def _check_sent(self, kit: ModelKit, exchanges: Sequence[Exchange]) -> None:
        """At most a chunk of each blob that was under way is sent again, or all of it."""
        sizes = sorted((blob.size for blob in _blobs(kit)), reverse=True)
        received = sum(one.received for one in exchanges if "/blobs/uploads/" in one.path)
        parallel = self.report.parallel
        allowed = parallel * CHUNK_BYTES if self._way.keeps else sum(sizes[:parallel])
        self._check_again(received - sum(sizes), allowed)

    def _check_fetched(self, kit: ModelKit, kept: int, exchanges: Sequence[Exchange]) -> None:
        """Nothing is fetched again that was on the disk when it was killed."""
        fetched = sum(one.bytes for one in exchanges if one.method == "GET" and "/blobs/" in one.path)
        missing = sum(blob.size for blob in _blobs(kit)) - kept
        self._check_again(fetched - missing, kit.manifest.config.size)

    def _check_again(self, again: int, allowed: int) -> None:
        self.report.again, self.report.allowed = max(0, again), allowed
        assert again <= allowed, (
            f"{self._way}, killed at byte {self.report.offset} with {self.report.parallel} at a time: "
            f"{again} bytes went again, {allowed} may"
        )


@contextmanager
def shooting_range(folder: Path, seed: int) -> Iterator[Range]:
    """Registries, and settings that know them; HOME and the like must be those of a test."""
    with ExitStack() as opened:
        keeping = opened.enter_context(KeepingRegistry(folder / "keeping"))
        real = opened.enter_context(RegistryServer(folder / "real"))
        to_keeping, to_real = (opened.enter_context(Killer(server.port)) for server in (keeping, real))
        workspace = open_workspace()
        try:
            for proxy in (to_keeping, to_real):
                workspace.save_registry(proxy.host, PLAIN)
                workspace.abilities.put(proxy.host, CHUNK, str(CHUNK_BYTES))
        finally:
            workspace.close()
        yield Range(folder, keeping, real, to_keeping, to_real, random.Random(seed))


def _blobs(kit: ModelKit) -> tuple[Descriptor, ...]:
    return (kit.manifest.config, *kit.manifest.layers)


def _blob_bytes(home: Path) -> int:
    """Bytes of all blobs of a store, the half-written among them."""
    folders = (home / "storage" / "blobs" / "sha256", home / "kitops-desktop" / "partial")
    return sum(path.stat().st_size for folder in folders if folder.is_dir() for path in folder.iterdir())


def _ended(process: subprocess.Popen[str]) -> int:
    try:
        return process.wait(_SECONDS)
    finally:
        process.kill()


def _leftovers(store: LocalStore, folder: Path) -> list[str]:
    """What a killed process left and nobody removes: everything half-written is taken to be an hour old."""
    partial = store.home / "kitops-desktop" / "partial"
    hour_ago = time.time() - _STAYS_YOUNG
    for path in partial.iterdir() if partial.is_dir() else ():
        os.utime(path, (hour_ago, hour_ago))
    store.prune()
    left = [*partial.glob("*"), *folder.glob("**/.kitops-desktop-*"), *folder.glob("**/*.tmp")]
    return [str(path.relative_to(folder)) for path in left]
