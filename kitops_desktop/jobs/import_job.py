"""Importing a repository from elsewhere as a kit: its files are gathered in a folder of the store and packed,
and the folder goes.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from kitops_desktop.classification.origin import package_of
from kitops_desktop.errors import ImportRunning, InvalidArgument, KitfileNotFound
from kitops_desktop.importers.git.address import GitAddress
from kitops_desktop.importers.git.checkout import check_out
from kitops_desktop.importers.hugging_face.address import HfAddress
from kitops_desktop.importers.hugging_face.download import OnExisting, download
from kitops_desktop.importers.hugging_face.endpoint import is_hugging_face
from kitops_desktop.importers.hugging_face.first_kitfile import files_to_pack, first_kitfile, needed_files
from kitops_desktop.importers.hugging_face.sign_in import hugging_face, token_of_environment
from kitops_desktop.importers.hugging_face.values import HfFile, HfRepository
from kitops_desktop.jobs.pack_job import PackOutcome, PackWork, pack_folder, read_project_kitfile
from kitops_desktop.jobs.space import check_store_space
from kitops_desktop.jobs.tools import Tools
from kitops_desktop.kitfile.generate import Generated, generate
from kitops_desktop.kitfile.kitfile import Kitfile, Package
from kitops_desktop.kitfile.lookup import find_kitfile
from kitops_desktop.kitfile.yaml_text import to_yaml
from kitops_desktop.progress import CancelToken, Report, ignore_progress
from kitops_desktop.store.work_folders import size_of_work

if TYPE_CHECKING:
    from kitops_desktop.registry.registries import Registries

PARALLEL = 5
"""Files at a time, as `kit` has it."""
_ARCHIVE = 4096
"""Bytes of a layer for each file, beside its content, at most on average."""


@dataclass(frozen=True, slots=True)
class ImportWork:
    """Import ``source`` under ``reference``.

    The Kitfile is ``text``; without it, for git, that of the repository; else one is made. ``secret`` is a
    token that git is to use, "" for what the user has there anyway. ``allowed_secrets`` is as in
    ``PackWork``. ``parallel`` files are fetched at a time.
    """

    source: HfAddress | GitAddress
    reference: str
    text: str | None = None
    secret: str = field(default="", repr=False)
    allowed_secrets: tuple[str, ...] | None = None
    parallel: int = PARALLEL

    @property
    def name(self) -> str:
        """As people call it: ``ORGANISATION/NAME``."""
        return name_of(self.source)

    @property
    def package(self) -> Package:
        return package_of(self.name)


@dataclass(frozen=True, slots=True)
class Imported:
    """``commit`` is what was imported. ``left_out`` are the paths of files that no kit takes: links, and
    names that may not be used here.
    """

    outcome: PackOutcome
    commit: str
    left_out: tuple[str, ...] = ()


class Asking:
    """What whoever imports is told and asked meanwhile; this one says nothing and agrees to everything."""

    def pinned(self, commit: str) -> None:
        """The commit that is imported is known."""

    def kitfile(self, generated: Generated) -> str | None:
        """Another text for the Kitfile that was made; None when it is right."""
        return None

    def fetching(self, files: int, size: int) -> None:
        """So many files and bytes are fetched now; not told of git."""

    def packing(self) -> None:
        """All is here."""


def name_of(source: HfAddress | GitAddress) -> str:
    return source.path if isinstance(source, GitAddress) else source.name


def import_repository(
    work: ImportWork,
    tools: Tools,
    *,
    asking: Asking | None = None,
    token: CancelToken | None = None,
    report: Report = ignore_progress,
) -> Imported:
    """Import a repository into the local store. What was fetched before it broke off is used by the next
    attempt for the same files.

    Raises ``InvalidArgument``, ``ImportRunning``, ``LayerPathMissing``, ``DiskFull``, what reading and
    packing a Kitfile raises; of Hugging Face what ``HfClient`` and ``download`` raise, and
    ``CredentialError``s; of git what ``check_out`` raises.
    """
    run = _Import(work, tools, asking or Asking(), token or CancelToken(), report)
    if isinstance(work.source, GitAddress):
        return run.from_git(work.source)
    return run.from_hugging_face(work.source)


class _Import:
    def __init__(
        self, work: ImportWork, tools: Tools, asking: Asking, token: CancelToken, report: Report
    ) -> None:
        self._work, self._tools, self._asking = work, tools, asking
        self._token, self._report = token, report

    def from_hugging_face(self, address: HfAddress) -> Imported:
        text = self._work.text
        if text is not None:
            self._checked(text)
        client = hugging_face(self._registries())
        repository = client.repository(replace(address, path=""), self._token)
        self._asking.pinned(repository.commit)
        files = files_to_pack(client, repository, self._token)
        if text is None:
            made = first_kitfile(client, repository, files, self._work.package, self._token)
            text = self._agreed(made)
        needed = needed_files(files, self._checked(text))
        with self._folder(_key_of(repository, needed)) as folder:
            size = sum(file.size for file in needed)
            self._asking.fetching(len(needed), size)
            there = size_of_work(folder)
            check_store_space(self._tools.store, max(0, size - there) + size + _ARCHIVE * len(needed))
            done = download(
                client,
                repository,
                needed,
                folder,
                existing=OnExisting.OVERWRITE,
                parallel=self._work.parallel,
                token=self._token,
                report=self._report,
            )
            return Imported(self._packed(folder, text), repository.commit, done.left_out)

    def from_git(self, address: GitAddress) -> Imported:
        text = self._work.text
        if text is not None:
            self._checked(text)
        secret = self._secret(address)
        with self._folder(_key(address.url, address.revision)) as work:
            done = check_out(address, work, secret=secret, token=self._token, report=self._report)
            self._asking.pinned(done.commit)
            if text is None and not _has_kitfile(done.folder):
                text = self._agreed(generate(done.folder, package=self._work.package))
            return Imported(self._packed(done.folder, text), done.commit, done.links)

    def _agreed(self, made: Generated) -> str:
        changed = self._asking.kitfile(made)
        return to_yaml(made.kitfile) if changed is None else changed

    def _checked(self, text: str) -> Kitfile:
        return read_project_kitfile(PackWork(Path(), text=text))

    def _packed(self, folder: Path, text: str | None) -> PackOutcome:
        self._asking.packing()
        pack = PackWork(folder, self._work.reference, text=text, allowed_secrets=self._work.allowed_secrets)
        return pack_folder(pack, self._tools, token=self._token, report=self._report)

    @contextmanager
    def _folder(self, key: str) -> Iterator[Path]:
        with self._tools.store.work_folder(key) as folder:
            if folder is None:
                raise ImportRunning(self._work.name)
            yield folder

    def _registries(self) -> Registries:
        registries = self._tools.registries
        if registries is None:
            raise InvalidArgument("there is no network to import by")
        return registries

    def _secret(self, address: GitAddress) -> str:
        """That of the user for Hugging Face is used for git there; elsewhere git has its own helpers."""
        from kitops_desktop.registry.realms import check_password_may_go  # late: as the network's libraries

        registries, secret = self._registries(), self._work.secret
        if not secret and is_hugging_face(address.host):
            found = registries.credentials.find(address.host)
            secret = found.credential.secret if found is not None else token_of_environment()
        if secret:
            options = registries.options(address.host)
            check_password_may_go(address.host, address.origin, address.origin, options)
        return secret


def _has_kitfile(folder: Path) -> bool:
    try:
        find_kitfile(folder)
    except KitfileNotFound:
        return False
    return True


def _key_of(repository: HfRepository, files: Sequence[HfFile]) -> str:
    pinned = repository.pinned
    return _key(str(pinned), *sorted(f"{file.path} {file.sha256 or file.oid}" for file in files))


def _key(*parts: str) -> str:
    """The name of the folder: the same whenever the same is imported."""
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:32]
