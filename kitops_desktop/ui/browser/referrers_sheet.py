"""The sheet with what refers to a version: signatures and the like."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QStackedWidget, QTableView, QWidget

from kitops_desktop.oci.descriptor import Descriptor
from kitops_desktop.oci.reference import Reference
from kitops_desktop.progress import CancelToken
from kitops_desktop.registry.referrers import Referrer
from kitops_desktop.ui.background_signals import Reader
from kitops_desktop.ui.browser.problem_panel import ProblemPanel
from kitops_desktop.ui.browser.referrers_model import SIGNATURE, UNKNOWN, ReferrersModel, kind_text
from kitops_desktop.ui.browser.registry_reads import repository_of
from kitops_desktop.ui.library.buttons import copy_text
from kitops_desktop.ui.units import count_text
from kitops_desktop.ui.widgets.elided_label import ElidedLabel
from kitops_desktop.ui.widgets.parts import frame, label
from kitops_desktop.ui.widgets.row_table import row_table
from kitops_desktop.ui.widgets.sheet import Sheet
from kitops_desktop.workspace import Workspace


def title_text(reference: Reference, rows: Sequence[Referrer] = ()) -> str:
    """What is listed, where a word or two say that."""
    version = reference.tag or "a version"
    kinds = [kind_text(row) for row in rows]
    if len(kinds) == 1 and kinds[0] != UNKNOWN and "/" not in kinds[0]:
        return f"{kinds[0]} of {version}"
    if kinds and set(kinds) == {SIGNATURE}:
        return f"Signatures of {version}"
    return f"What refers to {version}"


class ReferrersSheet(Sheet):
    """Asks the registry when it is made. Nothing is verified here: that it refers is all that is said."""

    def __init__(
        self, workspace: Workspace, reference: Reference, version: Descriptor, host: QWidget
    ) -> None:
        super().__init__(title_text(reference), host, width=600)
        self._workspace, self._reference, self._version = workspace, reference, version
        self._reader = Reader(workspace.registry_reads, self)
        self.model = ReferrersModel(self)
        self.table = row_table(self.model, "What refers to the version")
        self.table.setSelectionMode(QTableView.SelectionMode.SingleSelection)
        self.problem = ProblemPanel()
        self.problem.retry_wanted.connect(self._read)
        self._says = label("", "muted", wrap=True)
        self.body.addWidget(ElidedLabel(reference.short, "strong"))
        self.body.addWidget(ElidedLabel(version.digest, "caption"))
        self.body.addWidget(self._says)
        self.body.addWidget(self.problem)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.table)
        self._stack.addWidget(frame("page"))
        self.body.addWidget(self._stack, 1)
        self._copy = self.add_button("Copy digest", icon_name="copy")
        self._copy.clicked.connect(self._on_copy)
        close = self.add_button("Close", "primary")
        close.clicked.connect(self.close_sheet)
        self.first = close
        self.closed.connect(self._reader.cancel)
        self._read()

    @property
    def sentence(self) -> str:
        """What the sheet says of what it found."""
        return self._says.text()

    def _read(self) -> None:
        self.problem.clear()
        self._says.setText("Looking…")
        self._stack.setCurrentIndex(1)
        self._copy.setEnabled(False)
        workspace, reference, version = self._workspace, self._reference, self._version

        def read(token: CancelToken) -> tuple[Referrer, ...]:
            repository = repository_of(workspace, reference.registry, reference.repository, token)
            return repository.referrers(version)

        self._reader.read(read, self._on_read, self._on_failed)

    def _on_read(self, rows: tuple[Referrer, ...]) -> None:
        self.model.show_rows(rows)
        self._stack.setCurrentIndex(0 if rows else 1)
        found = count_text(len(rows), "artifact refers", "artifacts refer")
        check = " Whether a signature is good is for cosign or the like to check."
        text = f"{found} to this version." + (check if SIGNATURE in map(kind_text, rows) else "")
        self._says.setText(text if rows else "Nothing refers to this version: it is not signed here.")
        self.set_title(title_text(self._reference, rows))
        self._copy.setEnabled(bool(rows))
        if rows:
            self.table.selectRow(0)

    def _on_failed(self, error: Exception) -> None:
        self._says.setText("")
        self.problem.show_error(error)

    def _on_copy(self) -> None:
        row = self.table.currentIndex().row()
        if 0 <= row < len(self.model.rows):
            copy_text(self.model.rows[row].descriptor.digest)
