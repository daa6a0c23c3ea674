"""How a registry is to be spoken to: plain http, certificates, proxy."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from kitops_desktop.registry.host import HostOptions
from kitops_desktop.ui.browser.file_field import FileField
from kitops_desktop.ui.widgets.elided_label import ElidedLabel
from kitops_desktop.ui.widgets.parts import button, label


class HostForm(QWidget):
    """``options`` are what is entered, ``changed`` tells of every change by the user."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._kept = HostOptions()
        self.plain_http = QCheckBox("&Plain http (no encryption)")
        self.plain_http.setToolTip("For registries for tests and in closed networks")
        self.no_check = QCheckBox("Believe &any certificate")
        self.no_check.setToolTip("Only for tests: anybody in between can read and change everything")
        self.ca_file = FileField("CA certificate file", "PEM file of the authority that signed it")
        self.client_cert = FileField("Client certificate file", "PEM, when the registry asks for one")
        self.client_key = FileField("Client key file", "PEM, when it is not in the same file")
        self.proxy = QLineEdit()
        self.proxy.setAccessibleName("Proxy")
        self.proxy.setPlaceholderText("As the system says")
        self.proxy.setToolTip("host:port. One that wants a password belongs into HTTPS_PROXY")
        self._pinned = QWidget()
        self._fingerprint = ElidedLabel(kind="muted")
        self._lay_out()
        for box in (self.plain_http, self.no_check):
            box.toggled.connect(lambda _: self.changed.emit())
        for field in (self.ca_file, self.client_cert, self.client_key):
            field.edited.connect(lambda _: self.changed.emit())
        self.proxy.textChanged.connect(lambda _: self.changed.emit())
        self.show_options(self._kept)

    @property
    def options(self) -> HostOptions:
        return replace(
            self._kept,
            plain_http=self.plain_http.isChecked(),
            tls_verify=not self.no_check.isChecked(),
            ca_file=self.ca_file.path,
            client_cert=self.client_cert.path,
            client_key=self.client_key.path,
            proxy=self.proxy.text().strip(),
        )

    def show_options(self, options: HostOptions) -> None:
        self._kept = options
        self.blockSignals(True)
        self.plain_http.setChecked(options.plain_http)
        self.no_check.setChecked(not options.tls_verify)
        self.no_check.setVisible(not options.tls_verify)
        self.ca_file.set_path(options.ca_file)
        self.client_cert.set_path(options.client_cert)
        self.client_key.set_path(options.client_key)
        self.proxy.setText(options.proxy)
        self._pinned.setVisible(bool(options.pinned))
        self._fingerprint.setText(f"Certificate trusted by you: {options.pinned}")
        self.blockSignals(False)

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(5)
        layout.addWidget(self.plain_http)
        layout.addWidget(self.no_check)
        layout.addSpacing(6)
        for text, field in (
            ("&CA certificate", self.ca_file),
            ("C&lient certificate", self.client_cert),
            ("Client &key", self.client_key),
            ("Pro&xy", self.proxy),
        ):
            name = label(text, "strong")
            name.setBuddy(field)
            layout.addWidget(name)
            layout.addWidget(field)
            layout.addSpacing(6)
        forget = button("Trust it no longer", kind="link")
        forget.clicked.connect(self._forget_pinned)
        row = QHBoxLayout(self._pinned)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self._fingerprint, 1)
        row.addWidget(forget)
        layout.addWidget(self._pinned)

    def _forget_pinned(self) -> None:
        self.show_options(replace(self.options, pinned=""))
        self.changed.emit()
