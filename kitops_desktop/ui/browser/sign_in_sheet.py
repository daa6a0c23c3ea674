"""The sheet that signs in to a registry: one attempt at a time, and what goes wrong is said here."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QCheckBox, QLineEdit, QVBoxLayout, QWidget

from kitops_desktop import errors
from kitops_desktop.credentials.keyring_store import KeyringState
from kitops_desktop.credentials.lookup import Keep
from kitops_desktop.explanation import explain
from kitops_desktop.progress import CancelToken
from kitops_desktop.registry.host import HostOptions
from kitops_desktop.registry.well_known import well_known
from kitops_desktop.ui.background_signals import Reader
from kitops_desktop.ui.browser.certificate_sheet import CertificateSheet
from kitops_desktop.ui.browser.keep_chooser import KeepChooser, places_to_keep
from kitops_desktop.ui.browser.problem_panel import ProblemPanel
from kitops_desktop.ui.browser.remedies import Remedy, changed_options
from kitops_desktop.ui.browser.sign_in_attempt import SignInAttempt
from kitops_desktop.ui.browser.sign_in_work import (
    SignedInNow,
    SignInAnswers,
    sends_in_the_clear,
    sign_in,
)
from kitops_desktop.ui.widgets.parts import frame, label
from kitops_desktop.ui.widgets.secret_field import SecretField
from kitops_desktop.ui.widgets.sheet import Sheet
from kitops_desktop.workspace import Workspace


class SignInSheet(Sheet):
    """``signed_in`` carries a ``SignedInNow``; ``edit_wanted`` when the options of the registry are wrong."""

    signed_in = Signal(object)
    edit_wanted = Signal()

    def __init__(self, workspace: Workspace, registry: str, options: HostOptions, host: QWidget) -> None:
        super().__init__(f"Sign in to {registry}", host)
        self._workspace, self._registry, self._host_widget = workspace, registry, host
        self.options = options
        self._refused: SignInAnswers | None = None
        self._asker = Reader(workspace.registry_reads, self, latest_only=False)
        self.username, self.secret = QLineEdit(options.username), SecretField("password")
        self.places = KeepChooser()
        self.also_for_kit = QCheckBox("&Also for kit, so that its commands are signed in too")
        self._kit_note = label("", "caption", wrap=True)
        self.in_the_clear = QCheckBox(f"&Send the password to {registry} without encryption")
        self.problem = ProblemPanel()
        self._lay_out()
        self.add_button("Cancel").clicked.connect(self.close_sheet)
        self._attempt = SignInAttempt(self, workspace.registry_reads, self.secret, self.problem)
        self._connect()
        self._on_keep(self.places.keep)
        self.first = self.secret if options.username else self.username
        self._asker.read(
            lambda _: places_to_keep(workspace.credentials, registry), self._on_places, self._on_no_places
        )

    @property
    def answers(self) -> SignInAnswers:
        keep = self.places.keep
        also = self.also_for_kit.isChecked() and keep is not Keep.KIT
        return SignInAnswers(self.username.text().strip(), self.secret.text(), keep, also)

    # -- building

    def _lay_out(self) -> None:
        self._add_field("&User name", self.username, "Leave empty for an identity token")
        self._add_field("&Password or access token", self.secret, "")
        known = well_known(self._registry)
        if known is not None:
            self.body.addWidget(label(f"{known.name} takes: {known.sign_in}", "caption", wrap=True))
        self.body.addWidget(self._clear_panel())
        self.body.addWidget(self.problem)
        self.body.addSpacing(4)
        self.body.addWidget(label("Keep the sign-in", "strong"))
        self.body.addWidget(self.places)
        self.body.addWidget(self.also_for_kit)
        self._kit_note.setContentsMargins(26, 0, 0, 0)
        self._kit_note.hide()
        self.body.addWidget(self._kit_note)
        self.body.addStretch(1)

    def _add_field(self, text: str, field: QLineEdit, placeholder: str) -> None:
        name = label(text, "strong")
        name.setBuddy(field)
        field.setPlaceholderText(placeholder)
        field.setAccessibleName(text.replace("&", ""))
        self.body.addWidget(name)
        if isinstance(field, SecretField):
            self.body.addLayout(field.row())
        else:
            self.body.addWidget(field)

    def _clear_panel(self) -> QWidget:
        column = QVBoxLayout()
        column.setContentsMargins(14, 10, 14, 10)
        why = f"{self._registry} is spoken to with plain http: everybody on the way can read the password."
        column.addWidget(label(why, "warning", wrap=True))
        column.addWidget(self.in_the_clear)
        panel = frame("warning-panel", column)
        panel.setVisible(sends_in_the_clear(self._registry, self.options))
        self.in_the_clear.setChecked(self.options.clear_password)
        return panel

    def _connect(self) -> None:
        for field in (self.username, self.secret):
            field.textChanged.connect(lambda _: self._show_state())
        self.places.changed.connect(self._on_keep)
        self.in_the_clear.toggled.connect(lambda _: self._show_state())
        self.also_for_kit.toggled.connect(lambda ticked: self._kit_note.setVisible(ticked))
        self.problem.remedy_wanted.connect(self._on_remedy)
        self.problem.retry_wanted.connect(self._on_go)
        self._attempt.button.clicked.connect(self._on_go)
        self._attempt.signed_in.connect(self.signed_in)
        self._attempt.failed.connect(self._on_failed)

    # -- where it is kept

    def _on_places(self, found: tuple[KeyringState, str]) -> None:
        state, helper = found
        self.places.show_places(state, helper)
        self._kit_note.setText(
            f"By {helper}." if helper else "kit keeps it in a file that every program of yours can read."
        )

    def _on_no_places(self, error: Exception) -> None:
        self.problem.show_error(error, retry=False)

    @Slot(object)
    def _on_keep(self, keep: Keep) -> None:
        self.also_for_kit.setEnabled(keep is not Keep.KIT)
        self._show_state()

    # -- signing in

    @Slot()
    def _on_go(self) -> None:
        answers, registry = self.answers, self._registry
        if not self._attempt.button.isEnabled():
            return
        if self.in_the_clear.isChecked():
            self.options = replace(self.options, clear_password=True)
        options, workspace = self.options, self._workspace

        def work(token: CancelToken) -> SignedInNow:
            return sign_in(workspace, registry, options, answers, token)

        self._attempt.begin(work)
        self._show_state()

    @Slot(object)
    def _on_failed(self, error: Exception) -> None:
        refused = isinstance(error, errors.SignInRefused)
        self._refused = self.answers if refused else None
        retry = not isinstance(error, (errors.SignInNeeded, errors.ForeignRealm, errors.PasswordInTheClear))
        said = explain(error)
        if refused:
            said = replace(said, kept="Nothing was changed.", next_step="Correct it, then sign in again.")
        self._show_state()
        self._attempt.say(error, said, retry=retry, without=(Remedy.SIGN_IN,))

    def _show_state(self) -> None:
        agreed = self.in_the_clear.isChecked() or not sends_in_the_clear(self._registry, self.options)
        answers = self.answers
        # a password that was refused has to be typed anew: some registries lock accounts
        refused = self._refused is not None and self._refused.credential == answers.credential
        self._attempt.allow(answers.is_complete and agreed and not refused)

    @Slot(object, object)
    def _on_remedy(self, remedy: Remedy, error: BaseException) -> None:
        match remedy:
            case Remedy.TRUST if isinstance(error, errors.CertificateUntrusted):
                sheet = CertificateSheet(error, self._host_widget)
                sheet.trusted.connect(lambda pin: self._go_with(replace(self.options, pinned=pin)))
                sheet.open_sheet()
            case Remedy.CA_FILE | Remedy.CLIENT_CERTIFICATE | Remedy.PROXY:
                self.edit_wanted.emit()
                self.close_sheet()
            case _:
                self._go_with(changed_options(remedy, error, self.options))

    def _go_with(self, options: HostOptions) -> None:
        self.options = options
        self._on_go()
