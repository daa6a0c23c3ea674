"""From a registry into its view: the repositories, the tags of the one that is chosen, and what is wrong."""

from __future__ import annotations

import logging
from collections.abc import Callable

from PySide6.QtCore import QObject, Signal, Slot

from kitops_desktop.errors import RegistryUnsupported
from kitops_desktop.progress import CancelToken, Wait
from kitops_desktop.registry.catalog import Listed
from kitops_desktop.ui.background_signals import Reader
from kitops_desktop.ui.browser import registry_reads as reads
from kitops_desktop.ui.browser.places import RemotePlace
from kitops_desktop.ui.browser.registry_reads import ReadTags
from kitops_desktop.ui.browser.registry_standing import RegistryStanding
from kitops_desktop.ui.browser.registry_view import RegistryView
from kitops_desktop.ui.browser.remedies import is_of_host
from kitops_desktop.ui.browser.tag_rows import TagRow, Version
from kitops_desktop.ui.waiting import WaitWatch
from kitops_desktop.workspace import Workspace

log = logging.getLogger(__name__)


class RegistryReading(QObject):
    """Reads what ``place`` says; ``standing`` hears how the registry answered.

    ``history_read`` carries a registry and what was opened in it, which is read along with tags.
    ``is_outdated``: something was pushed since the repositories were last read.
    """

    history_read = Signal(str, object)  # tuple[str, ...]

    def __init__(
        self,
        workspace: Workspace,
        view: RegistryView,
        standing: RegistryStanding,
        place: Callable[[], RemotePlace],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.is_outdated = False
        self._workspace, self._view = workspace, view
        self._standing, self._place = standing, place
        self._names_reader = Reader(workspace.registry_reads, self)
        self._tags_reader = Reader(workspace.registry_reads, self)
        self._local_reader = Reader(workspace.background, self)
        self._tags_host = ""
        self._watch_waits()
        view.tags.resolver.resolved.connect(lambda *_: standing.answered(view.host, None))
        view.tags.resolver.stopped.connect(self._on_host_problem)

    @property
    def busy(self) -> bool:
        """Whether repositories or tags are being read."""
        return self._names_reader.busy or self._tags_reader.busy

    @Slot()
    def read_again(self) -> None:
        self.read_repositories()
        if self._place().repository:
            self.read_tags()

    def read_repositories(self) -> None:
        host, workspace = self._place().host, self._workspace
        pane = self._view.repositories
        self.is_outdated = False
        self._view.clear_problem()
        pane.show_reading()

        def done(found: Listed) -> None:
            pane.show_names(found.names, found.source, whole=found.complete)
            place = self._place()
            pane.choose(place.repository if place.host == host else "")
            if place.host == host and not place.repository:
                self._say_what_to_choose(found)
            self._standing.answered(host, None)

        def failed(error: Exception) -> None:
            is_unlisted = isinstance(error, RegistryUnsupported)
            pane.show_error(error, reads.what_is_known(workspace, host) if is_unlisted else None)
            if is_unlisted:
                self._say_unlisted()
            else:
                self._on_host_problem(error)

        self._names_reader.read(lambda token: reads.read_repositories(workspace, host, token), done, failed)

    @Slot()
    def read_tags(self) -> None:
        place, workspace = self._place(), self._workspace
        host, name = place.host, place.repository
        pane = self._view.tags
        if host != self._tags_host:
            pane.show_nothing()  # another registry may have a repository of the same name
        self._tags_host = host
        pane.show_reading(name)
        self.read_local()

        def is_shown() -> bool:
            now = self._place()
            return (now.host, now.repository) == (host, name)

        def done(found: ReadTags) -> None:
            if not is_shown():
                return

            def read(tag: str, token: CancelToken) -> Version:
                return reads.read_version(workspace, host, name, tag, found.observed.get(tag), token)

            def read_referrers(digest: str, token: CancelToken) -> tuple[TagRow, ...]:
                has_index = pane.model.known.has_index_of(digest)
                return reads.read_referrers(workspace, host, name, digest, token, has_index=has_index)

            pane.show_tags(found.tags, read, read_referrers)
            self._standing.answered(host, None)
            self.history_read.emit(host, found.history)

        def failed(error: Exception) -> None:
            if not is_shown():
                return
            if is_of_host(error):
                pane.show_nothing(name, "Its versions cannot be read.")
                self._on_host_problem(error)
            else:
                pane.show_error(error)

        self._tags_reader.read(lambda token: reads.read_tags(workspace, host, name, token), done, failed)

    def _watch_waits(self) -> None:
        """Each part says what it waits for, and the head of the registry what is most to be told of it."""
        names, tags = self._names_reader, self._tags_reader
        resolver = self._view.tags.resolver.reader
        WaitWatch((names,), self).said.connect(self._view.repositories.show_wait)
        WaitWatch((tags,), self).said.connect(self._view.tags.show_wait)
        every = WaitWatch((names, tags, resolver), self)
        every.said.connect(self._tell_wait)
        every.over.connect(lambda: self._tell_wait(None))

    @Slot(object)
    def _tell_wait(self, wait: Wait | None) -> None:
        self._standing.wait_for(self._view.host, wait)

    def read_local(self) -> None:
        """Find out which versions this computer has too."""
        workspace = self._workspace
        self._local_reader.read(
            lambda _: reads.local_digests(workspace), self._view.tags.model.set_here, _log_error
        )

    @Slot(object)
    def _on_host_problem(self, error: BaseException) -> None:
        """What meets everything that is asked of the registry that is shown."""
        self._view.show_problem(error)
        self._standing.answered(self._view.host, error)  # it may come when the list is shown again

    def _say_what_to_choose(self, found: Listed) -> None:
        if found.names:
            self._view.tags.show_nothing()
            return
        text = "What is pushed to it is shown here. Some registries show more to who is signed in."
        self._view.tags.show_nothing("No repositories yet", text)

    def _say_unlisted(self) -> None:
        place = self._place()
        if not place.repository:
            text = f"{place.host} does not list its repositories: enter the name of one at the left."
            self._view.tags.show_nothing("Open a repository by its name", text)


def _log_error(error: Exception) -> None:
    """What is remembered makes things quicker; without it all goes on."""
    log.info("versions on this computer: %s", error)
