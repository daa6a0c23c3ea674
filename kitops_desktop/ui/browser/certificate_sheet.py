"""Shows the certificate of a registry, so that a person can decide whether to trust it."""

from __future__ import annotations

import time

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QWidget

from kitops_desktop.errors import CertificateUntrusted
from kitops_desktop.explanation import explain
from kitops_desktop.registry.tls import CertificateFacts, certificate_facts
from kitops_desktop.ui.browser.certificate_text import fingerprint_text, names_text, validity_text
from kitops_desktop.ui.library.buttons import copy_text
from kitops_desktop.ui.widgets.parts import label
from kitops_desktop.ui.widgets.sheet import Sheet


class CertificateSheet(Sheet):
    """``trusted`` carries the sha256 fingerprint in hex."""

    trusted = Signal(str)

    def __init__(self, error: CertificateUntrusted, host: QWidget) -> None:
        super().__init__(f"Certificate of {error.host}", host, width=540)
        self._fingerprint = ""
        self.body.addWidget(label(f"{explain(error).title}.", "danger-strong", wrap=True))
        try:
            facts = certificate_facts(error.certificate)
        except ValueError:
            self._show_unreadable()
            return
        self._fingerprint = facts.sha256
        self.body.addLayout(_facts_grid(facts))
        advice = (
            "Compare the fingerprint with the one that whoever runs the registry gives you on another way. "
            "Once trusted, this very certificate is believed, and any other is refused."
        )
        self.body.addWidget(label(advice, "muted", wrap=True))
        self.body.addStretch(1)
        copy = self.add_button("Copy fingerprint", icon_name="copy")
        copy.clicked.connect(lambda: copy_text(fingerprint_text(facts.sha256)))
        cancel = self.add_button("Cancel")
        cancel.clicked.connect(self.close_sheet)
        trust = self.add_button("Trust this certificate", "danger", "certificate")
        trust.clicked.connect(self._on_trust)
        self.first = cancel

    def _show_unreadable(self) -> None:
        text = "What the registry showed cannot be read as a certificate, so there is nothing to trust."
        self.body.addWidget(label(text, "muted", wrap=True))
        self.body.addStretch(1)
        self.add_button("Close").clicked.connect(self.close_sheet)

    def _on_trust(self) -> None:
        self.trusted.emit(self._fingerprint)
        self.close_sheet()


def _facts_grid(facts: CertificateFacts) -> QGridLayout:
    grid = QGridLayout()
    grid.setHorizontalSpacing(14)
    grid.setVerticalSpacing(9)
    grid.setColumnStretch(1, 1)
    validity, is_valid = validity_text(facts.not_before.timestamp(), facts.not_after.timestamp(), time.time())
    rows = (
        ("Issued to", facts.subject, ""),
        ("Issued by", facts.issuer + (" (itself)" if facts.issuer == facts.subject else ""), ""),
        ("Valid", validity, "" if is_valid else "danger"),
        ("For the names", names_text(facts.names), ""),
        ("SHA-256", fingerprint_text(facts.sha256), ""),
    )
    for row, (name, value, kind) in enumerate(rows):
        grid.addWidget(label(name, "muted"), row, 0, Qt.AlignmentFlag.AlignTop)
        shown = label(value, kind, wrap=True, selectable=True)
        shown.setAccessibleName(f"{name}: {value}")
        grid.addWidget(shown, row, 1)
    return grid
