"""The sheet that signs in to Hugging Face with an access token: one attempt at a time."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QUrl, Signal, Slot
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QWidget

from kitops_desktop import errors
from kitops_desktop.explanation import explain
from kitops_desktop.importers.hugging_face.endpoint import HUGGING_FACE, hf_endpoint
from kitops_desktop.progress import CancelToken
from kitops_desktop.ui.background_signals import Reader
from kitops_desktop.ui.browser.keep_chooser import KeepChooser
from kitops_desktop.ui.browser.problem_panel import ProblemPanel
from kitops_desktop.ui.browser.remedies import Remedy
from kitops_desktop.ui.browser.sign_in_attempt import SignInAttempt
from kitops_desktop.ui.browser.sign_in_work import SignedInNow
from kitops_desktop.ui.hugging_face.token_words import explained
from kitops_desktop.ui.hugging_face.token_work import TokenAnswers, TokenState, sign_in, token_state
from kitops_desktop.ui.library.buttons import click_button
from kitops_desktop.ui.widgets.parts import label
from kitops_desktop.ui.widgets.secret_field import SecretField
from kitops_desktop.ui.widgets.sheet import Sheet
from kitops_desktop.workspace import Workspace

_ABOUT = (
    "Private repositories, and those that are given only to whoever asked, need an access token of yours."
    " One that may only read is enough."
)
_HERE = (Remedy.SIGN_IN, Remedy.AGREE_REALM)
"""Remedies that this sheet is itself, or that a token has not."""


class TokenSheet(Sheet):
    """``signed_in`` carries a ``SignedInNow``; ``remedy_wanted`` what helps where it cannot be reached."""

    signed_in = Signal(object)
    sign_out_wanted = Signal()
    remedy_wanted = Signal(object, object)  # Remedy, error

    def __init__(self, workspace: Workspace, host: QWidget) -> None:
        super().__init__(f"Sign in to {_where()}", host)
        self._workspace = workspace
        self._refused = ""
        self._asker = Reader(workspace.registry_reads, self, latest_only=False)
        self.secret = SecretField("token")
        self.known = label("", "muted", wrap=True)
        self.problem = ProblemPanel()
        self.places = KeepChooser()
        self._lay_out()
        self._out = self.add_button("Sign out", icon_name="sign-out")
        self._out.hide()
        self._out.clicked.connect(self._on_out)
        self.add_button("Cancel").clicked.connect(self.close_sheet)
        self._attempt = SignInAttempt(self, workspace.registry_reads, self.secret, self.problem)
        self._attempt.button.clicked.connect(self._on_go)
        self._attempt.signed_in.connect(self.signed_in)
        self._attempt.failed.connect(self._on_failed)
        self.secret.textChanged.connect(lambda _: self._show_state())
        self.problem.retry_wanted.connect(self._on_go)
        self.problem.remedy_wanted.connect(self._on_remedy)
        self.first = self.secret
        self._show_state()
        self._asker.read(
            lambda _: token_state(workspace),
            self._on_state,
            lambda error: self.problem.show_error(error, retry=False),
        )

    @property
    def answers(self) -> TokenAnswers:
        return TokenAnswers(self.secret.text().strip(), self.places.keep)

    # -- building

    def _lay_out(self) -> None:
        self.body.addWidget(label(_ABOUT, wrap=True))
        link = QHBoxLayout()
        link.addWidget(click_button("Get a token", _open_tokens, "external", "link", tokens_page()))
        link.addStretch(1)
        self.body.addLayout(link)
        name = label("&Access token", "strong")
        name.setBuddy(self.secret)
        self.secret.setAccessibleName("Access token")
        self.secret.setPlaceholderText("hf_…")
        self.body.addWidget(name)
        self.body.addLayout(self.secret.row(click_button("Paste", self._paste)))
        self.known.hide()
        self.body.addWidget(self.known)
        self.body.addWidget(self.problem)
        self.body.addSpacing(4)
        self.body.addWidget(label("Keep the token", "strong"))
        self.body.addWidget(self.places)
        self.body.addStretch(1)

    def _paste(self) -> None:
        self.secret.setText(QGuiApplication.clipboard().text().strip())
        self.secret.setFocus()

    # -- what there is

    def _on_state(self, state: TokenState) -> None:
        self.places.show_places(state.keyring, state.helper)
        self.known.setText(known_text(state))
        self.known.setVisible(bool(self.known.text()))
        self._out.setVisible(state.can_be_forgotten)

    # -- signing in and out

    @Slot()
    def _on_go(self) -> None:
        answers, workspace = self.answers, self._workspace
        if not self._attempt.button.isEnabled():
            return

        def work(token: CancelToken) -> SignedInNow:
            return sign_in(workspace, answers, token)

        self._attempt.begin(work)
        self._show_state()

    @Slot(object)
    def _on_failed(self, error: Exception) -> None:
        said = explained(error) or explain(error)
        refused = isinstance(error, errors.SignInRefused)
        self._refused = self.answers.secret if refused else ""
        if refused:
            said = replace(
                said,
                title=f"{_where()} does not know this access token",
                reason="It is mistyped or incomplete, or it has expired or been revoked.",
                kept="Nothing was changed.",
                next_step="Copy it once more, or get another one.",
            )
        self._show_state()
        self._attempt.say(error, said, retry=not refused, without=_HERE)

    @Slot()
    def _on_out(self) -> None:
        self.sign_out_wanted.emit()
        self.close_sheet()

    @Slot(object, object)
    def _on_remedy(self, remedy: Remedy, error: BaseException) -> None:
        self.remedy_wanted.emit(remedy, error)
        if remedy is Remedy.CLEAR_PASSWORD:  # which is agreed to by now
            self._on_go()
        else:
            self.close_sheet()

    def _show_state(self) -> None:
        secret = self.answers.secret
        self._attempt.allow(bool(secret) and secret != self._refused)


def tokens_page() -> str:
    """Where Hugging Face gives access tokens."""
    return f"{hf_endpoint().origin}/settings/tokens"


def known_text(state: TokenState) -> str:
    """Who we are without another token."""
    if state.place:
        return f"There is a token already ({state.place}). Another one takes its place."
    return (
        "HF_TOKEN has a token. One that is kept here is used instead of it." if state.in_environment else ""
    )


def _where() -> str:
    host = hf_endpoint().host
    return "Hugging Face" if host == HUGGING_FACE else f"Hugging Face at {host}"


def _open_tokens() -> None:
    QDesktopServices.openUrl(QUrl(tokens_page()))
