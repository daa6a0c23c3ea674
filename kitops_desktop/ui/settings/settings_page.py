"""The place for choices. Each is saved when it is made."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QComboBox,
    QGridLayout,
    QLineEdit,
    QScrollArea,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from kitops_desktop.errors import KitOpsError
from kitops_desktop.jobs.job import Job
from kitops_desktop.jobs.move_store_job import MoveStoreWork
from kitops_desktop.jobs.prune_job import EmptyTrashWork, PruneWork
from kitops_desktop.jobs.verify_job import VerifyWork
from kitops_desktop.settings import MAX_PARALLEL_LAYERS, MAX_TRASH_DAYS
from kitops_desktop.ui.background_signals import Reader
from kitops_desktop.ui.desktop_files import open_in_desktop
from kitops_desktop.ui.navigation import Navigator
from kitops_desktop.ui.settings.choices import APPEARANCES, COMPRESSIONS, home_reason
from kitops_desktop.ui.settings.desktop_card import DesktopCard
from kitops_desktop.ui.settings.folder_field import FolderField
from kitops_desktop.ui.settings.store_card import StoreCard
from kitops_desktop.ui.settings.store_change import default_home, switch_store
from kitops_desktop.ui.settings.store_sheet import StoreSheet
from kitops_desktop.ui.transfers.transfer_fields import TransferFields
from kitops_desktop.ui.widgets.card import Card
from kitops_desktop.ui.widgets.elided_label import ElidedLabel
from kitops_desktop.ui.widgets.page_header import PageHeader
from kitops_desktop.ui.widgets.parts import button, label
from kitops_desktop.workspace import Workspace

_WIDTH = 760
_LABEL_WIDTH = 170


class SettingsPage(QWidget):
    """Reads the settings when it is shown, since menus and jobs change them too."""

    def __init__(self, workspace: Workspace, navigator: Navigator) -> None:
        super().__init__()
        self._workspace, self._navigator = workspace, navigator
        self._reader = Reader(workspace.background, self)
        self._store = StoreCard()
        self._appearance, self._compression = _combo(APPEARANCES), _combo(COMPRESSIONS)
        self._author = QLineEdit()
        self._author.setPlaceholderText("Put into new Kitfiles")
        self._unpack_folder = FolderField(
            "Folder for unpacking", "Choose the folder for unpacking", placeholder="Asked each time"
        )
        self._parallel = QSpinBox(maximum=MAX_PARALLEL_LAYERS)
        self._parallel.setSpecialValueText("Automatic")
        self._trash_days = QSpinBox(maximum=MAX_TRASH_DAYS)
        self._trash_days.setSuffix(" days")
        self._transfers = TransferFields(workspace, navigator, self)
        self._desktop = DesktopCard()
        for spin in (self._parallel, self._trash_days):
            spin.lineEdit().setTextMargins(8, 0, 0, 0)  # a style sheet's padding does not move its text
        self._build()
        self._connect()

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        super().showEvent(event)
        self._show_settings()
        self._read_use()

    def _build(self) -> None:
        column = QVBoxLayout()
        column.setSpacing(16)
        column.addWidget(PageHeader("Settings", "Every choice is saved at once."))
        column.addWidget(self._store)
        looks = Card("Appearance")
        looks.body.addLayout(_form({"Colour &scheme": self._appearance}))
        column.addWidget(looks)
        defaults = Card(
            "Packing and unpacking", "What is proposed for new work; every pack can choose otherwise."
        )
        defaults.body.addLayout(
            _form(
                {
                    "&Author": self._author,
                    "&Compression": self._compression,
                    "&Layers at a time": self._parallel,
                    "&Unpack to": self._unpack_folder,
                    "&Keep removed kits for": self._trash_days,
                }
            )
        )
        column.addWidget(defaults)
        transfers = Card("Transfers", "What goes over the network, all transfers together.")
        transfers.body.addLayout(
            _form(
                {
                    "Transfers at a &time": self._transfers.slots,
                    "U&pload limit": self._transfers.upload,
                    "&Download limit": self._transfers.download,
                }
            )
        )
        column.addWidget(transfers)
        column.addWidget(self._desktop)
        column.addWidget(self._files_card())
        column.addStretch(1)
        inner = QWidget()
        inner.setProperty("kind", "page")
        inner.setMaximumWidth(_WIDTH)
        inner.setLayout(column)
        column.setContentsMargins(24, 18, 24, 24)
        scroll = QScrollArea(widgetResizable=True)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(inner)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(scroll)

    def _files_card(self) -> Card:
        folders = self._workspace.folders
        card = Card("Files of this program")
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setColumnStretch(1, 1)
        places = {
            "Settings": self._workspace.settings_file.path,
            "Jobs": folders.state,
            "Projects and packed layers": folders.data,
            "Listings": folders.cache,
            "Logs": folders.logs,
        }
        for row, (text, path) in enumerate(places.items()):
            made = button("Open", "external", "quiet")
            made.setAccessibleName(f"Open the folder of {text.lower()}")
            made.clicked.connect(partial(self._open, path.parent if path.suffix == ".json" else path))
            grid.addWidget(label(text, "muted"), row, 0)
            grid.addWidget(ElidedLabel(str(path)), row, 1)
            grid.addWidget(made, row, 2)
        card.body.addLayout(grid)
        return card

    def _connect(self) -> None:
        self._navigator.job_signals.changed.connect(self._on_job_changed)
        self._appearance.activated.connect(lambda _: self._change_appearance())
        self._compression.activated.connect(lambda _: self._save(compression=self._compression.currentData()))
        self._author.editingFinished.connect(lambda: self._save(author=self._author.text().strip()))
        self._unpack_folder.edited.connect(lambda path: self._save(unpack_folder=path))
        self._parallel.valueChanged.connect(lambda value: self._save(parallel_layers=value))
        self._trash_days.valueChanged.connect(lambda value: self._save(trash_days=value))
        self._desktop.chosen.connect(lambda name, chosen: self._save(**{name: chosen}))
        self._store.change_asked.connect(self._ask_for_home)
        self._store.open_asked.connect(lambda: self._open(self._workspace.store.home))
        self._store.trash_asked.connect(lambda: self._workspace.jobs.submit(EmptyTrashWork()))
        self._store.prune_asked.connect(lambda: self._workspace.jobs.submit(PruneWork()))
        self._store.verify_asked.connect(lambda: self._workspace.jobs.submit(VerifyWork()))

    def _show_settings(self) -> None:
        settings = self._workspace.settings
        for widget, value in (
            (self._appearance, settings.appearance),
            (self._compression, settings.compression),
        ):
            widget.setCurrentIndex(widget.findData(value))
        self._author.setText(settings.author)
        self._unpack_folder.field.setText(settings.unpack_folder)
        for spin, number in (
            (self._parallel, settings.parallel_layers),
            (self._trash_days, settings.trash_days),
        ):
            spin.blockSignals(True)
            spin.setValue(number)
            spin.blockSignals(False)
        self._transfers.show_settings()
        self._desktop.show_settings(settings)
        source = self._workspace.home_source
        self._store.show_home(
            self._workspace.store.home, home_reason(source, settings.store_home), source == "settings"
        )

    def _save(self, **changes: Any) -> None:  # noqa: ANN401 - the fields of Settings
        now = self._workspace.settings
        if all(getattr(now, name) == value for name, value in changes.items()):
            return
        try:
            self._workspace.change_settings(**changes)
        except KitOpsError as error:
            self._navigator.show_error(error)

    def _change_appearance(self) -> None:
        appearance = self._appearance.currentData()
        self._navigator.theme.set_appearance(appearance)
        self._save(appearance=appearance)

    def _read_use(self) -> None:
        store = self._workspace.store
        self._reader.read(
            lambda _: store.disk_use(),
            self._store.show_use,
            lambda error: self._store.show_unknown(str(error)),
        )

    @Slot(object)
    def _on_job_changed(self, job: Job) -> None:
        if job.state.is_finished and self.isVisible():
            self._show_settings()
            self._read_use()

    def _ask_for_home(self) -> None:
        sheet = StoreSheet(self._workspace.store.home, default_home(), self)
        sheet.move_asked.connect(self._move_store)
        sheet.switch_asked.connect(self._switch_store)
        sheet.open_sheet()

    def _move_store(self, target: Path) -> None:
        self._workspace.jobs.submit(MoveStoreWork(target))
        self._navigator.notify(
            "The ModelKits are being moved", "Show", lambda: self._navigator.show_page("transfers")
        )

    def _switch_store(self, target: Path) -> None:
        default = target.absolute() == default_home().absolute()
        try:
            home = switch_store(self._workspace, None if default else target)
        except KitOpsError as error:
            self._navigator.show_error(error)
            return
        self._show_settings()
        self._read_use()
        self._navigator.notify(f"ModelKits are kept in {home} from now on")

    def _open(self, path: Path) -> None:
        try:
            open_in_desktop(path)
        except KitOpsError as error:
            self._navigator.show_error(error)


def _combo(choices: Mapping[Any, str]) -> QComboBox:
    combo = QComboBox()
    for value, text in choices.items():
        combo.addItem(text, value)
    return combo


def _form(fields: Mapping[str, QWidget]) -> QGridLayout:
    """Rows of a label, which is the field's buddy and accessible name, and the field."""
    grid = QGridLayout()
    grid.setVerticalSpacing(10)
    grid.setColumnMinimumWidth(0, _LABEL_WIDTH)
    grid.setColumnStretch(1, 1)
    for row, (text, field) in enumerate(fields.items()):
        name = label(text)
        name.setBuddy(field)
        grid.addWidget(name, row, 0)
        grow = isinstance(field, (QLineEdit, FolderField))
        grid.addWidget(field, row, 1, Qt.AlignmentFlag(0) if grow else Qt.AlignmentFlag.AlignLeft)
    return grid
