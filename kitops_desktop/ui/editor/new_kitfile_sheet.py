"""The sheet "New Kitfile": where, from what, and what would come of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QSize, Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QPlainTextEdit,
    QWidget,
)

from kitops_desktop.explanation import explain
from kitops_desktop.jobs.background import Background
from kitops_desktop.kitfile.kitfile import Kitfile
from kitops_desktop.progress import CancelToken
from kitops_desktop.ui.background_signals import Reader
from kitops_desktop.ui.editor.new_kitfile import BEGINNINGS, KIT, Beginning, NewKitfile, new_kitfile
from kitops_desktop.ui.editor.path_text import name_text
from kitops_desktop.ui.icons import icon
from kitops_desktop.ui.settings.folder_field import FolderField
from kitops_desktop.ui.theme import fixed_font
from kitops_desktop.ui.widgets.parts import button, label, restyle
from kitops_desktop.ui.widgets.reference_field import ReferenceField
from kitops_desktop.ui.widgets.sheet import Sheet

_PAUSE = 250  # milliseconds of quiet before the folder is looked at
_ROW = 28  # pixels
_ICONS = {
    "folder": "folder",
    "blank": "file",
    "kit": "kit",
    "dataset": "dataset",
    "prompts": "prompt",
}
_MOST_MISSING = 6


class NewKitfileSheet(Sheet):
    """``wanted`` carries the ``NewKitfile`` that was agreed to.

    In a worker thread, ``pattern`` gives the Kitfile that a reference or path stands for, and ``origin`` the
    repository that a folder was downloaded from, "" for others.
    """

    wanted = Signal(object)

    def __init__(
        self,
        folder: Path | None,
        author: str,
        pattern: Callable[[str], Kitfile],
        background: Background,
        host: QWidget,
        origin: Callable[[Path], str] = lambda folder: "",
    ) -> None:
        super().__init__("New Kitfile", host, width=620)
        self._author, self._pattern, self._origin = author, pattern, origin
        self._reader = Reader(background, self)
        self._made: NewKitfile | None = None
        self._pause = QTimer(self, singleShot=True, interval=_PAUSE)
        self._pause.timeout.connect(self._look)
        self.folder = FolderField("Folder", "Choose the folder of the project", str(folder or ""))
        self.folder.field.textChanged.connect(self._on_changed)
        self.beginnings = self._make_beginnings()
        self.kit = ReferenceField()
        self.kit.setAccessibleName("Kit or Kitfile")
        self.kit.setPlaceholderText("a kit of the library, or the path of a Kitfile")
        self.kit.textChanged.connect(self._on_changed)
        self._kit_row = self._make_kit_row()
        self._says = label("", "muted", wrap=True)
        self.preview = QPlainTextEdit()
        self._make_preview()
        self._missing = label("", "warning", wrap=True)
        for widget in (
            label("Folder of the project", "strong"),
            self.folder,
            label("Begin with", "strong"),
            self.beginnings,
            self._kit_row,
            self._says,
            self._missing,
        ):
            self.body.addWidget(widget)
        self.body.addWidget(self.preview, 1)
        self.add_button("Cancel").clicked.connect(self.close_sheet)
        self._create = self.add_button("Create", "primary", "check")
        self._create.clicked.connect(self._on_create)
        self.first = self.folder.field if folder is None else self.beginnings
        self._show_kit_row()
        self._look()

    @property
    def looking(self) -> bool:
        """Whether what would come of it is still being found out."""
        return self._pause.isActive() or self._reader.busy

    def set_kits(self, references: tuple[str, ...]) -> None:
        """Kits to complete with."""
        self.kit.set_candidates(references)

    def choose(self, beginning: Beginning) -> None:
        self.beginnings.setCurrentRow(BEGINNINGS.index(beginning))

    # -- widgets

    def _make_beginnings(self) -> QListWidget:
        made = QListWidget()
        made.setAccessibleName("Begin with")
        for beginning in BEGINNINGS:
            about = f"{beginning.about[0].lower()}{beginning.about[1:]}"
            item = QListWidgetItem(
                icon(_ICONS.get(beginning.name, "model")), f"{beginning.title}: {about}", made
            )
            item.setSizeHint(QSize(0, _ROW))
        made.setCurrentRow(0)
        made.setFixedHeight(len(BEGINNINGS) * _ROW + 6)
        made.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        made.currentRowChanged.connect(self._on_chosen)
        return made

    def _make_kit_row(self) -> QWidget:
        made = QWidget()
        choose = button("Choose a Kitfile…", "file")
        choose.clicked.connect(self._ask_file)
        row = QHBoxLayout(made)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.kit, 1)
        row.addWidget(choose)
        return made

    def _make_preview(self) -> None:
        self.preview.setReadOnly(True)
        self.preview.setAccessibleName("The new Kitfile")
        self.preview.setFont(fixed_font())
        self.preview.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.preview.setTabChangesFocus(True)
        self.preview.setMinimumHeight(160)

    def _ask_file(self) -> None:
        dialog = QFileDialog(self, "Choose a Kitfile", self.folder.path)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(self.kit.setText)
        dialog.open()

    # -- looking at what would come of it

    @property
    def _beginning(self) -> Beginning:
        return BEGINNINGS[max(0, self.beginnings.currentRow())]

    @Slot()
    def _on_chosen(self) -> None:
        self._show_kit_row()
        self._forget()
        self._look()

    def _show_kit_row(self) -> None:
        self._kit_row.setVisible(self._beginning is KIT)

    @Slot()
    def _on_changed(self) -> None:
        self._forget()
        self._pause.start()

    def _forget(self) -> None:
        self._reader.cancel()
        self._made = None
        self._create.setEnabled(False)

    @Slot()
    def _look(self) -> None:
        self._pause.stop()
        self._forget()
        if not self.folder.path:
            self._say("Choose a folder; one that is not there yet is made.")
            return
        path, text = self.folder.path, self.kit.text().strip()
        beginning, author, pattern, origin = self._beginning, self._author, self._pattern, self._origin

        def make(token: CancelToken) -> NewKitfile:
            folder = Path(path).expanduser().absolute()
            return new_kitfile(folder, beginning, lambda: pattern(text), author, token, origin(folder))

        self._say("Looking at the folder…")
        self._reader.read(make, self._on_made, self._on_failed)

    def _on_made(self, made: NewKitfile) -> None:
        self._made = made
        self.preview.setPlainText(made.text)
        rest = len(made.missing) - _MOST_MISSING
        more = (f"and {rest:,} more",) if rest > 0 else ()
        self._missing.setText("\n".join((*made.missing[:_MOST_MISSING], *more)))
        self._missing.setVisible(bool(made.missing))
        self._say(_consequence(made))
        self._create.setEnabled(True)

    def _on_failed(self, error: Exception) -> None:
        self.preview.clear()
        self._missing.hide()
        self._say(explain(error).what_and_why, "danger")

    def _say(self, text: str, kind: str = "muted") -> None:
        self._says.setText(text)
        restyle(self._says, kind=kind)

    @Slot()
    def _on_create(self) -> None:
        if self._made is not None:
            self.wanted.emit(self._made)
            self.close_sheet()


def _consequence(made: NewKitfile) -> str:
    name = name_text(made.folder.name)
    if not made.exists:
        return f"The folder {name} is made, and opened as a project."
    if made.has_kitfile:
        return (
            f"{name} has a Kitfile. It is replaced in the editor, as one step that can be undone; "
            "the file changes when you save."
        )
    return f"{name} is opened as a project; the file is written when you save."
