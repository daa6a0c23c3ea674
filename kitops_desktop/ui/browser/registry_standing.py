"""How the registries stand: whether each answers, who is signed in there, and what it would not do."""

from __future__ import annotations

import time
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QObject, Signal

from kitops_desktop.errors import SignInNeeded
from kitops_desktop.jobs.background import BackgroundTask
from kitops_desktop.progress import CancelToken, Wait
from kitops_desktop.ui.background_signals import Reader
from kitops_desktop.ui.browser import registry_reads as reads
from kitops_desktop.ui.browser.pause_watch import PauseWatch
from kitops_desktop.ui.browser.registry_rows import Answers, RegistryRow, answers_after
from kitops_desktop.workspace import Workspace


class RegistryStanding(QObject):
    """Asks registries when it is told to; ``changed`` carries a row of which something else is known now.

    ``pauses`` follows those that want a pause.
    """

    changed = Signal(object)  # RegistryRow

    def __init__(self, workspace: Workspace, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._rows: dict[str, RegistryRow] = {}
        self._waits: dict[str, Wait] = {}
        self.pauses = PauseWatch(lambda: self._rows, self)
        self._reader = Reader(workspace.registry_reads, self, latest_only=False)
        self._asker = Reader(workspace.registry_reads, self, latest_only=False)
        self._asked: dict[str, BackgroundTask[RegistryRow]] = {}
        self._signing: dict[str, BackgroundTask[RegistryRow]] = {}

    @property
    def busy(self) -> bool:
        """Whether anything is still being found out."""
        return self._reader.busy or self._asker.busy

    def row(self, host: str) -> RegistryRow:
        """What is known of a registry, with what the user says of it now."""
        known = self._rows.get(host) or RegistryRow(host)
        workspace = self._workspace
        options, label = workspace.host_options(host), workspace.host_label(host)
        return replace(known, options=options, label=label, wait=self._waits.get(host))

    def forget(self, host: str) -> None:
        self._give_up(host)
        self._rows.pop(host, None)

    def wait_for(self, host: str, wait: Wait | None) -> None:
        """What those who read from a registry wait for; of no other one anybody reads."""
        before = set(self._waits)
        self._waits = {} if wait is None else {host: wait}
        for changed in before.union(self._waits):
            self.changed.emit(self.row(changed))

    def ask(self, host: str) -> None:
        """Find out who is signed in at a registry, and whether it answers.

        What an earlier asking finds is not wanted any more: the options or the sign-in may be others by now.
        """
        self._give_up(host)
        row = replace(self.row(host), answers=Answers.ASKED, problem=None, asked_at=time.time())
        self._put(row)
        workspace = self._workspace

        def read(token: CancelToken) -> RegistryRow:
            return reads.ask(workspace, reads.read_row(workspace, host, row), token)

        self._asked[host] = self._asker.read(read, self._put, partial(self.answered, host))

    def ask_signed_out(self) -> None:
        """Ask those that wanted a sign-in: somebody may have signed in elsewhere meanwhile."""
        for host, row in tuple(self._rows.items()):
            if isinstance(row.problem, SignInNeeded):
                self.ask(host)

    def stop_asking(self, besides: str = "") -> None:
        """Registries that are slow to answer must not hold up the one that is looked into, ``besides``."""
        for host in tuple(self._asked):
            if host != besides:
                self._asked.pop(host).cancel()
        for row in tuple(self._rows.values()):
            if row.answers is Answers.ASKED and row.host != besides:
                self._put(replace(row, answers=Answers.UNKNOWN))

    def read_sign_in(self, host: str) -> None:
        """Find out who is signed in, without asking the registry."""
        workspace, before = self._workspace, self._signing.pop(host, None)
        if before is not None:
            before.cancel()
        self._signing[host] = self._reader.read(
            lambda _: reads.read_row(workspace, host), self._put_sign_in, partial(self.answered, host)
        )

    def answered(self, host: str, error: BaseException | None) -> None:
        """What reading showed of a registry, beside what was read."""
        row = self.row(host)
        answers = answers_after(error)
        if error is not None and answers is Answers.UNKNOWN:
            answers = row.answers if row.answers is not Answers.ASKED else Answers.UNKNOWN
        if (answers, error) != (row.answers, row.problem):
            self._put(replace(row, answers=answers, problem=error))

    def _give_up(self, host: str) -> None:
        for tasks in (self._asked, self._signing):
            task = tasks.pop(host, None)
            if task is not None:
                task.cancel()

    def _put_sign_in(self, read: RegistryRow) -> None:
        """What was found out meanwhile of how it answers stays."""
        row = replace(self.row(read.host), signed_in=read.signed_in)
        self._put(row if read.problem is None else replace(row, problem=read.problem))

    def _put(self, row: RegistryRow) -> None:
        self._rows[row.host] = row
        self.pauses.follow()
        self.changed.emit(self.row(row.host))
