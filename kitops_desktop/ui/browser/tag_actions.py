"""What can be done with the version that is chosen in a repository."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from kitops_desktop.oci.descriptor import Descriptor
from kitops_desktop.oci.reference import Reference
from kitops_desktop.ui.actions import Action
from kitops_desktop.ui.browser.copying import Copying
from kitops_desktop.ui.browser.deleting import Deleting
from kitops_desktop.ui.browser.favouring import Favouring
from kitops_desktop.ui.browser.places import RemotePlace
from kitops_desktop.ui.browser.referrers_sheet import ReferrersSheet
from kitops_desktop.ui.browser.tag_rows import TagRow
from kitops_desktop.ui.browser.tags_pane import TagsPane
from kitops_desktop.ui.library.buttons import copy_text
from kitops_desktop.ui.navigation import Navigator
from kitops_desktop.workspace import Workspace

_GROUP = "Registries"


class TagActions:
    """Of the pane with tags, for the repository that ``place`` says; sheets slide over ``host``."""

    def __init__(
        self,
        workspace: Workspace,
        navigator: Navigator,
        host: QWidget,
        tags: TagsPane,
        place: Callable[[], RemotePlace],
        copying: Copying,
        deleting: Deleting,
        favouring: Favouring,
    ) -> None:
        self._workspace, self._navigator, self._host = workspace, navigator, host
        self._tags, self._place = tags, place
        self._copying, self._deleting, self._favouring = copying, deleting, favouring

    def bar(self) -> tuple[Action, ...]:
        """Those that are buttons, the most usual last."""
        return (self._delete_action(), self._copy_to_action(), self._open_action())

    def menu(self) -> tuple[Action, ...]:
        """All of them."""
        return (
            self._open_action(),
            self._copy_to_action(),
            Action("Add tag…", self._add_tag, "Ctrl+T", "tag", _GROUP, self.is_known),
            Action("Copy reference", self._copy_reference, "Ctrl+C", "copy", _GROUP, self._has_tag),
            Action("Favourite version", self._star, "Ctrl+D", "star", _GROUP, self._has_tag),
            Action(
                "Signatures and more…", self._show_referrers, "Ctrl+G", "signature", _GROUP, self.is_known
            ),
            Action("Copy digest", self._copy_digest, "Ctrl+Shift+C", "copy", _GROUP, self.is_known),
            self._delete_action(),
            Action("Deleted before…", self._show_deleted, "", "undo", _GROUP, self._has_repository),
        )

    def is_known(self) -> bool:
        """Whether it was read what the chosen tag stands for."""
        row = self._tag()
        return row is not None and row.version is not None

    def _open_action(self) -> Action:
        return Action("Open", self._open, "", "external", _GROUP, self._has_tag)

    def _copy_to_action(self) -> Action:
        return Action("Copy to…", self._copy_to, "Ctrl+P", "forward", _GROUP, self._has_tag)

    def _delete_action(self) -> Action:
        return Action("Delete…", self._delete, "Del", "trash", _GROUP, self.is_known)

    def _tag(self) -> TagRow | None:
        return self._tags.selected()

    def _reference(self, row: TagRow) -> Reference:
        return self._place().version(row.name)

    def _has_repository(self) -> bool:
        return bool(self._place().repository)

    def _has_tag(self) -> bool:
        return self._tag() is not None

    def _open(self) -> None:
        row = self._tag()
        if row is not None:
            self._navigator.open_remote(str(self._reference(row)))

    def _copy_to(self) -> None:
        row = self._tag()
        if row is not None:
            self._copying.ask(self._reference(row), row.version.digest if row.version else "")

    def _add_tag(self) -> None:
        row = self._tag()
        if row is not None and row.version is not None:
            self._copying.ask_tag(self._reference(row), row.version.digest)

    def _star(self) -> None:
        row = self._tag()
        if row is not None:
            self._favouring.toggle(str(self._reference(row)))

    def _show_deleted(self) -> None:
        place = self._place()
        self._deleting.show_deleted(f"{place.host}/{place.repository}")

    def _copy_reference(self) -> None:
        row = self._tag()
        if row is not None:
            self._copy(str(self._reference(row)), "Reference")

    def _copy_digest(self) -> None:
        row = self._tag()
        if row is not None and row.version is not None:
            self._copy(row.version.digest, "Digest")

    def _copy(self, text: str, what: str) -> None:
        copy_text(text)
        self._navigator.notify(f"{what} copied.")

    def _show_referrers(self) -> None:
        row = self._tag()
        if row is not None and row.version is not None:
            version = row.version
            described = Descriptor(version.media_type, version.digest, version.size)
            ReferrersSheet(self._workspace, self._reference(row), described, self._host).open_sheet()

    def _delete(self) -> None:
        row = self._tag()
        if row is not None and row.version is not None:
            digest = row.version.digest
            belonging = self._tags.model.known.belonging_to(digest)
            self._deleting.ask(self._reference(row), digest, tuple(row.name for row in belonging))
