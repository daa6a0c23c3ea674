"""Does what the form asks for, each as one step to undo."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtWidgets import QFileDialog, QWidget

from kitops_desktop.kitfile.updates import NoSuchField
from kitops_desktop.modelkit.left_out import LeftOutReason
from kitops_desktop.ui.editor import form_edits
from kitops_desktop.ui.editor.field_names import FieldPath
from kitops_desktop.ui.editor.folder_look import FolderLook
from kitops_desktop.ui.editor.kitfile_form import KitfileForm
from kitops_desktop.ui.editor.project_editor import ProjectEditor


class FormRequests(QObject):
    """Lives with ``host``, over which paths are chosen."""

    noticed = Signal(str)
    refused = Signal(object)  # Exception

    def __init__(self, form: KitfileForm, editor: ProjectEditor, look: FolderLook, host: QWidget) -> None:
        super().__init__(host)
        self._form, self._editor, self._look, self._host = form, editor, look, host
        self._project = editor.project
        form.field_edited.connect(lambda path, value: self._edit(form_edits.set_field(path, value)))
        form.parameter_edited.connect(lambda path, edit: self._edit(form_edits.edit_parameter(path, edit)))
        form.entry_added.connect(self._add_entry)
        form.entry_removed.connect(lambda path: self._edit(form_edits.remove_entry(path)))
        form.entry_moved.connect(lambda path, step: self._edit(form_edits.move_entry(path, step)))
        form.path_wanted.connect(self._choose_path)
        form.entry_sent.connect(self._send_entry)

    def _edit(self, edit: form_edits.NamedEdit) -> None:
        self._editor.edit(edit.change, edit.label, edit.merge_key)

    @Slot(object)
    def _add_entry(self, section: FieldPath) -> None:
        self._edit(form_edits.add_entry(section, self._project.name, self._uncovered()))
        self._form.focus_last(section)

    def _uncovered(self) -> str:
        plan = self._look.scan.plan
        left_out = () if plan is None or self._look.outdated else plan.left_out
        return form_edits.first_uncovered(
            one.path for one in left_out if one.why is LeftOutReason.NOT_COVERED
        )

    @Slot(object)
    def _choose_path(self, path: FieldPath) -> None:
        dialog = QFileDialog(self._host, "Choose a file or folder of the project", str(self._project.folder))
        dialog.setFileMode(QFileDialog.FileMode.AnyFile)
        dialog.setOption(QFileDialog.Option.DontUseNativeDialog)  # the native ones choose no folders
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda chosen: self._take_path(path, Path(chosen)))
        dialog.open()

    def _take_path(self, path: FieldPath, chosen: Path) -> None:
        inside = form_edits.path_in_folder(self._project.folder, chosen)
        if inside:
            self._edit(form_edits.set_field(path, inside))
        else:
            self.noticed.emit(f"{chosen.name} is not in the folder of the project; move it there first.")

    @Slot(object, object, object)
    def _send_entry(self, entry: FieldPath, section: FieldPath, index: int | None) -> None:
        self._editor.read_now()
        try:
            edit, move = form_edits.send_entry(self._project.document, entry, section, index)
        except NoSuchField as error:
            self.refused.emit(error)
            return
        self._edit(edit)
        self._form.focus_field((*move.target, "path"))
        if left := form_edits.dropped_text(move):
            self.noticed.emit(left)
