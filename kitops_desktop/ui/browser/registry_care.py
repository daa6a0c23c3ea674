"""Adding, editing and removing registries, signing in and out: what is done, and the words for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from kitops_desktop import errors
from kitops_desktop.credentials.host_keys import canonical_host
from kitops_desktop.credentials.lookup import Forgotten
from kitops_desktop.errors import KitOpsError
from kitops_desktop.importers.hugging_face.endpoint import hf_endpoint, is_hugging_face
from kitops_desktop.registry.host import HostOptions
from kitops_desktop.registry.host_label import HostLabel
from kitops_desktop.ui.background_signals import Reader
from kitops_desktop.ui.browser.certificate_sheet import CertificateSheet
from kitops_desktop.ui.browser.connection_outcome import Outcome
from kitops_desktop.ui.browser.entered_address import Address
from kitops_desktop.ui.browser.registry_memory import RegistryMemory, forget, memory_of, put_back
from kitops_desktop.ui.browser.registry_reads import what_it_can
from kitops_desktop.ui.browser.registry_sheet import RegistrySheet
from kitops_desktop.ui.browser.remedies import Remedy, changed_options
from kitops_desktop.ui.browser.remove_sheet import RemoveSheet
from kitops_desktop.ui.browser.sign_in_sheet import SignInSheet
from kitops_desktop.ui.browser.sign_in_work import SignedInNow, sign_out
from kitops_desktop.ui.hugging_face.signing_in import SigningIn
from kitops_desktop.ui.hugging_face.token_sheet import TokenSheet
from kitops_desktop.ui.navigation import Navigator
from kitops_desktop.workspace import Workspace


class RegistryCare(QObject):
    """``changed`` carries the host whose options or sign-in are others now; ``added`` an ``Address``."""

    changed = Signal(str)
    added = Signal(object)
    removed = Signal(str)

    def __init__(self, workspace: Workspace, navigator: Navigator, host: QWidget) -> None:
        super().__init__(host)
        self._workspace, self._navigator, self._host = workspace, navigator, host
        self._worker = Reader(workspace.registry_reads, self, latest_only=False)
        self.hugging_face = self._make_hugging_face()

    # -- adding and editing

    def add(self, text: str = "") -> RegistrySheet:
        """Open the sheet for another registry, with what was pasted."""
        sheet = RegistrySheet(self._workspace.registry_reads, self._workspace.credentials, self._host)
        sheet.saved.connect(self._on_added)
        if text:
            sheet.begin_with(text)
        sheet.open_sheet()
        return sheet

    def edit(self, host: str) -> RegistrySheet:
        """Open the sheet with the options of a registry."""
        options = self._workspace.host_options(host)
        workspace = self._workspace
        sheet = RegistrySheet(
            workspace.registry_reads,
            workspace.credentials,
            self._host,
            registry=host,
            options=options,
            label=workspace.host_label(host),
        )
        sheet.saved.connect(self._on_edited)
        Reader(workspace.background, sheet).read(
            lambda _: what_it_can(workspace, host),
            lambda can: sheet.show_abilities(*can),
            self._navigator.show_error,
        )
        sheet.open_sheet()
        return sheet

    def keep(self, host: str) -> None:
        """Put a registry that is being looked at on the list."""
        if self._save(host, self._workspace.host_options(host)):
            self._navigator.notify(f"{host} is on the list of registries.")

    def ask_to_remove(self, host: str) -> None:
        """Take a registry off the list; where something of it is remembered, after that was asked about."""
        workspace = self._workspace

        def known(memory: RegistryMemory) -> None:
            if not memory:
                self.remove(host)
                return
            sheet = RemoveSheet(host, workspace.host_label(host), memory, self._host)
            sheet.remove_wanted.connect(lambda keeps: self._remove_with(host, memory, keeps_opened=keeps))
            sheet.open_sheet()

        self._worker.read(lambda _: memory_of(workspace, host), known, self._navigator.show_error)

    def remove(self, host: str, memory: RegistryMemory | None = None) -> None:
        """Take it off the list. Its sign-in stays, and so does everything in it. ``memory`` is what was
        forgotten with it.
        """
        before = self._workspace.settings.registries.get(canonical_host(host), {})
        try:
            self._workspace.remove_registry(host)
        except KitOpsError as error:
            self._navigator.show_error(error)
            return
        self._workspace.registries.forget(host)
        undo = partial(self._put_back, host, before, memory)
        self._navigator.notify(f"{host} is off the list.", "Undo", undo)
        self.removed.emit(host)

    def _remove_with(self, host: str, memory: RegistryMemory, *, keeps_opened: bool) -> None:
        """Forget what was seen in it first, so that whoever looks then finds nothing of it any more."""
        workspace = self._workspace
        self._worker.read(
            lambda _: forget(workspace, host, keeps_opened=keeps_opened),
            lambda _: self.remove(host, memory),
            self._navigator.show_error,
        )

    def _put_back(self, host: str, entry: Mapping[str, Any], memory: RegistryMemory | None) -> None:
        workspace = self._workspace
        self._change(host, partial(workspace.restore_registry, host, entry))
        if memory is not None:
            remembered = memory
            self._worker.read(
                lambda _: put_back(workspace, remembered), lambda _: None, self._navigator.show_error
            )

    # -- signing in and out

    def sign_in(self, host: str) -> SignInSheet | TokenSheet:
        """Open the sheet that signs in: with a password, or to Hugging Face with an access token."""
        if is_hugging_face(host):
            return self.hugging_face.sign_in()
        return self.sign_in_to_registry(host)

    def sign_in_to_registry(self, host: str) -> SignInSheet:
        """Open the sheet that takes a password."""
        sheet = SignInSheet(self._workspace, host, self._workspace.host_options(host), self._host)
        sheet.signed_in.connect(self._on_signed_in)
        sheet.edit_wanted.connect(partial(self.edit, host))
        sheet.open_sheet()
        return sheet

    def sign_out(self, host: str) -> None:
        """Forget the sign-in, and say what stays: Docker's own is not ours to delete."""
        if is_hugging_face(host):
            self.hugging_face.sign_out()
            return

        def done(forgotten: Forgotten) -> None:
            self._navigator.notify(signed_out_text(host, forgotten))
            self.changed.emit(host)

        workspace = self._workspace
        self._worker.read(lambda _: sign_out(workspace, host), done, self._navigator.show_error)

    # -- what helps against an error

    def apply(self, host: str, remedy: Remedy, error: BaseException) -> None:
        """Do what a panel with an error offered."""
        match remedy:
            case Remedy.CLEAR_PASSWORD if is_hugging_face(host):  # there is a token, or one is being entered
                options = changed_options(remedy, error, self._workspace.host_options(host))
                self._save(host, replace(options, plain_http=False))  # that is for HF_ENDPOINT to say
            case Remedy.SIGN_IN | Remedy.AGREE_REALM | Remedy.CLEAR_PASSWORD:
                self.sign_in(host)
            case Remedy.TRUST if isinstance(error, errors.CertificateUntrusted):
                sheet = CertificateSheet(error, self._host)
                sheet.trusted.connect(partial(self._trust, host))
                sheet.open_sheet()
            case Remedy.PLAIN_HTTP | Remedy.HTTPS:
                self._save(host, changed_options(remedy, error, self._workspace.host_options(host)))
            case _:
                self.edit(host)

    def _trust(self, host: str, pin: str) -> None:
        self._save(host, replace(self._workspace.host_options(host), pinned=pin))

    # -- inside

    def _make_hugging_face(self) -> SigningIn:
        made = SigningIn(self._workspace, self._navigator, self._host)
        for signal in (made.signed_in, made.signed_out):
            signal.connect(lambda: self.changed.emit(hf_endpoint().host))
        made.remedy_wanted.connect(lambda *remedy: self.apply(hf_endpoint().host, *remedy))
        return made

    def _on_added(
        self, address: Address, options: HostOptions, outcome: Outcome | None, label: HostLabel
    ) -> None:
        if not self._save(address.host, options, label):
            return
        self.added.emit(address)
        if outcome is Outcome.SIGN_IN:
            self.sign_in(address.host)

    def _on_edited(
        self, address: Address, options: HostOptions, outcome: Outcome | None, label: HostLabel
    ) -> None:
        if self._save(address.host, options, label) and outcome is Outcome.SIGN_IN:
            self.sign_in(address.host)

    def _on_signed_in(self, now: SignedInNow) -> None:
        who = f" as {now.username}" if now.username else ""
        self._navigator.notify(f"Signed in to {now.host}{who}.")
        self._workspace.jobs.signed_in(now.host)
        self.changed.emit(now.host)
        if now.problem is not None:
            self._navigator.show_error(now.problem)

    def _save(self, host: str, options: HostOptions, label: HostLabel | None = None) -> bool:
        def save() -> None:
            self._workspace.save_registry(host, options)
            if label is not None:
                self._workspace.label_registry(host, label)

        return self._change(host, save)

    def _change(self, host: str, save: Callable[[], None]) -> bool:
        try:
            save()
        except KitOpsError as error:
            self._navigator.show_error(error)
            return False
        self._workspace.registries.forget(host)
        self.changed.emit(host)
        return True


def signed_out_text(host: str, forgotten: Forgotten) -> str:
    """What signing out came to."""
    text = f"Signed out of {host}." if forgotten.deleted else f"There was no sign-in of ours for {host}."
    if forgotten.remaining is not None:
        text += f" The one in {forgotten.remaining.place} stays, and is used from now on."
    return text
