"""The sheet for a registry: added or edited here, and tested step by step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from kitops_desktop import errors
from kitops_desktop.credentials.credential import CredentialSource
from kitops_desktop.errors import InvalidArgument
from kitops_desktop.jobs.background import Background
from kitops_desktop.registry.connection_test import Step
from kitops_desktop.registry.host import HostOptions
from kitops_desktop.registry.host_label import HostLabel
from kitops_desktop.registry.well_known import Ability, WellKnown
from kitops_desktop.ui.browser.ability_table import AbilityTable
from kitops_desktop.ui.browser.certificate_sheet import CertificateSheet
from kitops_desktop.ui.browser.connection_outcome import Outcome, obstacle, outcome
from kitops_desktop.ui.browser.connection_steps import ConnectionSteps, ConnectionTester
from kitops_desktop.ui.browser.entered_address import Address, read_address
from kitops_desktop.ui.browser.host_form import HostForm
from kitops_desktop.ui.browser.label_form import LabelForm
from kitops_desktop.ui.browser.problem_panel import ProblemPanel
from kitops_desktop.ui.browser.registry_kind import KindChoice, KindFacts, blank_text, kind_of
from kitops_desktop.ui.browser.remedies import Remedy, changed_options
from kitops_desktop.ui.library.buttons import click_button
from kitops_desktop.ui.widgets.parts import label as text_label
from kitops_desktop.ui.widgets.parts import line, restyle
from kitops_desktop.ui.widgets.sheet import Sheet


class RegistrySheet(Sheet):
    """``saved`` carries the address, its options, the outcome of the test (None when there was none), and
    what the registry is called and is for.

    What was entered last is tested before it is saved; when that fails, the user may save all the same. While
    it is tested, *Test* begins anew, and the other button saves when the test has gone well.
    """

    saved = Signal(object, object, object, object)  # Address, HostOptions, Outcome | None, HostLabel

    def __init__(
        self,
        background: Background,
        credentials: CredentialSource,
        host: QWidget,
        *,
        registry: str = "",
        options: HostOptions | None = None,
        label: HostLabel | None = None,
    ) -> None:
        super().__init__(f"Edit {registry}" if registry else "Add a registry", host, width=540)
        self._host_widget = host
        self._edits = bool(registry)
        self._address: Address | None = None
        self._steps: list[Step] = []
        self._tested: tuple[str, HostOptions] | None = None
        self._saves = False
        self._before = options
        self.labels = LabelForm()
        self.kind, self.facts = KindChoice(), KindFacts(sign_in_only=self._edits)
        self.abilities = AbilityTable()
        self.abilities.hide()
        self.tester = ConnectionTester(background, credentials, self)
        self.address = QLineEdit(registry)
        self.form, self.steps, self.problem = HostForm(), ConnectionSteps(), ProblemPanel()
        self._says = text_label("", "muted", wrap=True)
        self._more = click_button("More options", self._toggle_options, "chevron-down", "link")
        self._lay_out()
        self._make_buttons()
        self._connect()
        if options is not None:
            self.form.show_options(options)
        if label is not None:
            self.labels.show_label(label)
        self._on_address()
        self.form.setVisible(self._edits)
        self._show_more()
        self.first = self.labels.name if self._edits else self.address

    @property
    def options(self) -> HostOptions:
        return self.form.options

    def begin_with(self, text: str) -> None:
        """Fill the address in, as if it had been typed."""
        self.address.setText(text)

    def show_abilities(self, documented: Sequence[Ability], measured: Sequence[Ability]) -> None:
        """What the registry that is edited can do."""
        self.abilities.show_abilities(documented, measured)
        self.abilities.show()

    def test(self) -> None:
        """Test what is entered."""
        if self._address is None:
            return
        self._steps = []
        self._tested = None
        self.problem.clear()
        self.steps.begin()
        self.steps.show()
        self._line.show()
        self.tester.start(self._address.host, self.options)
        self._show_state()

    def _lay_out(self) -> None:
        name = text_label("&Registry", "strong")
        name.setBuddy(self.address)
        self.address.setAccessibleName("Registry")
        self.address.setPlaceholderText("ghcr.io, localhost:5000, or a pasted address or reference")
        self.address.setReadOnly(self._edits)
        kind = text_label("&Kind", "strong")
        kind.setBuddy(self.kind)
        for chooser in (kind, self.kind):
            self.body.addWidget(chooser)  # before it is shown, or it would be a window for a moment
            chooser.setVisible(not self._edits)
        for widget in (name, self.address, self._says, self.facts):
            self.body.addWidget(widget)
        self.body.addWidget(self.labels)
        row = QHBoxLayout()
        row.addWidget(self._more)
        row.addStretch(1)
        self.body.addLayout(row)
        self.body.addWidget(self.form)
        self._line = line()
        self._line.hide()
        self.body.addWidget(self._line)
        self.body.addWidget(self.steps)
        self.steps.hide()
        self.body.addWidget(self.problem)
        self.body.addWidget(self.abilities)
        self.body.addStretch(1)

    def _make_buttons(self) -> None:
        self.add_button("Cancel").clicked.connect(self.close_sheet)
        self._test = self.add_button("Test", icon_name="verify")
        self._test.setAccessibleName("Test the connection")
        self._test.clicked.connect(self._on_test)
        self._save = self.add_button("Save" if self._edits else "Add", "primary")
        self._save.clicked.connect(self._on_save)

    def _connect(self) -> None:
        self.address.textChanged.connect(lambda _: self._on_address())
        self.kind.picked.connect(self._on_picked)
        self.form.changed.connect(self._on_options)
        self.tester.stepped.connect(self._on_step)
        self.tester.ended.connect(self._on_ended)
        self.tester.failed.connect(self._on_failed)
        self.problem.remedy_wanted.connect(self._on_remedy)
        self.problem.retry_wanted.connect(self.test)
        self.closed.connect(self.tester.stop)

    # -- what is entered

    @Slot()
    def _on_address(self) -> None:
        text = self.address.text()
        problem = ""
        try:
            self._address = _registry_in(text)
        except InvalidArgument as error:
            self._address = None
            problem = error.message if text.strip() else ""
        hint = self._show_kind(text.strip())
        if self._address is not None and self._address.plain_http and not self._edits:
            self.form.show_options(replace(self.options, plain_http=True))
        problem = "" if hint else problem  # the address was not typed, and is to be completed
        self._says.setText(hint or problem or self._reading())
        self._says.setVisible(bool(self._says.text()))
        restyle(self._says, kind="danger" if problem else "muted")
        restyle(self.address, invalid=bool(problem))
        self.address.setAccessibleDescription(self._says.text())
        self._on_options()

    def _show_kind(self, text: str) -> str:
        """Show what is known of the registry; what is still to be filled in, or ""."""
        known = kind_of(self._address.host) if self._address is not None else None
        self.kind.show_kind(known)
        self.facts.show_kind(known)
        if known is None or not known.blank or text != known.host:
            return ""
        self._address = None
        return blank_text(known)

    @Slot(object)
    def _on_picked(self, known: WellKnown | None) -> None:
        """Fill its address in, with the part selected that everybody has another of."""
        self.address.setText(known.host if known is not None else "")
        self.address.setFocus()
        if known is not None and known.blank:
            self.address.setSelection(known.host.index(known.blank), len(known.blank))

    def _reading(self) -> str:
        """How what was pasted is understood, when that is not plain to see."""
        address = self._address
        if address is None or address.place == self.address.text().strip():
            return ""
        return f"Read as {address.place}" + (", by plain http" if address.plain_http else "") + "."

    @Slot()
    def _on_options(self) -> None:
        """What was found holds for what was tested only."""
        self._saves = False
        self.tester.stop()
        self._tested = None
        self._steps = []
        self.steps.hide()
        self._line.hide()
        self.problem.clear()
        self._show_state()

    def _toggle_options(self) -> None:
        self.form.setVisible(self.form.isHidden())
        self._show_more()

    def _show_more(self) -> None:
        self._more.setText("More options" if self.form.isHidden() else "Fewer options")
        self._more.setVisible(not self._edits)

    def _show_options(self) -> None:
        self.form.show()
        self._show_more()

    # -- testing

    def _on_test(self) -> None:
        self._saves = False
        self.test()

    def _on_save(self) -> None:
        if self._address is None:
            return
        if self.tester.busy:
            self._saves = True
            return
        if self._edits and self.options == self._before and not self._steps:
            self._emit_saved(None)  # only what it is called: there is nothing to test
            return
        if self._tested == (self._address.host, self.options):
            self._emit_saved(outcome(self._steps))
            return
        self._saves = True
        self.test()

    @Slot(object)
    def _on_step(self, step: Step) -> None:
        self._steps.append(step)
        self.steps.show_step(step)

    @Slot(object)
    def _on_ended(self, steps: tuple[Step, ...]) -> None:
        assert self._address is not None
        self._steps = list(steps)
        for step in steps:
            self.steps.show_step(step)
        self._tested = (self._address.host, self.options)
        error = obstacle(steps)
        if error is not None:
            self.problem.show_error(error)
            self.reveal(self.problem)
        elif self._saves:
            self._emit_saved(outcome(steps))
            return
        self._saves = False
        self._show_state()

    @Slot(object)
    def _on_failed(self, error: Exception) -> None:
        self._saves = False
        if self._address is not None:
            self._tested = (self._address.host, self.options)
        self.problem.show_error(error)
        self.reveal(self.problem)
        self._show_state()

    def _show_state(self) -> None:
        # enabled while it is tested too: a button that is not loses the focus to what comes next
        for box in (self._test, self._save):
            box.setEnabled(self._address is not None)
        failed = self.problem.error is not None
        word = "Save" if self._edits else "Add"
        self._save.setText(f"{word} all the same" if failed else "Testing…" if self.tester.busy else word)

    def _emit_saved(self, found: Outcome | None) -> None:
        address = self._address
        self.saved.emit(address, self.options, found, self.labels.label)
        self.close_sheet()

    # -- remedies

    @Slot(object, object)
    def _on_remedy(self, remedy: Remedy, error: BaseException) -> None:
        match remedy:
            case Remedy.TRUST if isinstance(error, errors.CertificateUntrusted):
                sheet = CertificateSheet(error, self._host_widget)
                sheet.trusted.connect(lambda pin: self._test_with(replace(self.options, pinned=pin)))
                sheet.open_sheet()
            case Remedy.CA_FILE:
                self._show_options()
                self.form.ca_file.choose()
            case Remedy.CLIENT_CERTIFICATE:
                self._show_options()
                self.form.client_cert.choose()
            case Remedy.PROXY:
                self._show_options()
                self.form.proxy.setFocus()
            case Remedy.SIGN_IN:
                self._emit_saved(Outcome.SIGN_IN)
            case _:
                self._test_with(changed_options(remedy, error, self.options))

    def _test_with(self, options: HostOptions) -> None:
        self.form.show_options(options)
        self._on_options()
        self.test()


def _registry_in(text: str) -> Address:
    """Raises ``InvalidArgument``."""
    address = read_address(text)
    if address.hugging_face is not None:
        raise InvalidArgument(
            "Hugging Face is no registry of ModelKits. What is there opens by its address, without adding it."
        )
    return address
