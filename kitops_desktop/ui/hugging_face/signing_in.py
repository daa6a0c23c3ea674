"""Signing in to Hugging Face and out: the sheet, the words for it, and who goes on after it."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from kitops_desktop.credentials.lookup import Forgotten
from kitops_desktop.importers.hugging_face.sign_in import token_of_environment
from kitops_desktop.ui.background_signals import Reader
from kitops_desktop.ui.browser.sign_in_work import SignedInNow
from kitops_desktop.ui.hugging_face.token_sheet import TokenSheet
from kitops_desktop.ui.hugging_face.token_work import forget_token
from kitops_desktop.ui.navigation import Navigator
from kitops_desktop.workspace import Workspace


class SigningIn(QObject):
    """Sheets lie over ``host``. ``remedy_wanted`` carries a ``Remedy`` and its error, as with registries."""

    signed_in = Signal()
    signed_out = Signal()
    remedy_wanted = Signal(object, object)

    def __init__(self, workspace: Workspace, navigator: Navigator, host: QWidget) -> None:
        super().__init__(host)
        self._workspace, self._navigator, self._host = workspace, navigator, host
        self._worker = Reader(workspace.registry_reads, self, latest_only=False)

    def sign_in(self) -> TokenSheet:
        """Open the sheet that takes an access token."""
        sheet = TokenSheet(self._workspace, self._host)
        sheet.signed_in.connect(self._on_signed_in)
        sheet.sign_out_wanted.connect(self.sign_out)
        sheet.remedy_wanted.connect(self.remedy_wanted)
        sheet.open_sheet()
        return sheet

    def sign_out(self) -> None:
        """Forget the token, and say what stays."""
        workspace = self._workspace
        self._worker.read(lambda _: forget_token(workspace), self._on_signed_out, self._navigator.show_error)

    def _on_signed_in(self, now: SignedInNow) -> None:
        self._navigator.notify(f"Signed in to Hugging Face as {now.username}.")
        self._workspace.jobs.signed_in(now.host)
        self.signed_in.emit()
        if now.problem is not None:
            self._navigator.show_error(now.problem)

    def _on_signed_out(self, forgotten: Forgotten) -> None:
        self._navigator.notify(signed_out_text(forgotten, in_environment=bool(token_of_environment())))
        self.signed_out.emit()


def signed_out_text(forgotten: Forgotten, *, in_environment: bool) -> str:
    """What signing out came to: Docker's own is not ours to delete, and neither is HF_TOKEN."""
    text = "Signed out of Hugging Face." if forgotten.deleted else "There was no token of ours."
    if forgotten.remaining is not None:
        return f"{text} The one in {forgotten.remaining.place} stays, and is used from now on."
    return f"{text} That of HF_TOKEN is used from now on." if in_environment else text
