"""What somebody chose among files, for when these are listed anew."""

from __future__ import annotations

from dataclasses import dataclass

from kitops_desktop.ui.library.file_tree_model import FileTreeModel
from kitops_desktop.ui.library.file_view import FileView


@dataclass(frozen=True, slots=True)
class FileChoices:
    """``ticked`` is as ``FileTree.ticked_paths`` has it, ``opened`` are folders, ``current`` is a file or,
    with a slash at its end, a folder, "" for none. ``scrolled`` is how far, in pixels.
    """

    ticked: tuple[str, ...]
    opened: tuple[str, ...]
    current: str
    scrolled: int


def choices_of(model: FileTreeModel, view: FileView) -> FileChoices:
    """As it is now."""
    node = model.node(view.currentIndex())
    current = node.path + ("/" if node.is_dir and node.parent is not None else "")
    return FileChoices(model.tree.ticked_paths(), view.opened(), current, view.verticalScrollBar().value())


def choose_again(choices: FileChoices, model: FileTreeModel, view: FileView) -> None:
    """Tick, open and choose the same, as far as it is there. Not while the model is busy."""
    model.tick_paths(choices.ticked)
    view.open_again(choices.opened)
    if view.currentIndex().isValid():  # somebody has chosen something else meanwhile
        return
    node = model.tree.find(choices.current) if choices.current else None
    if node is not None and (index := model.made_index(node)).isValid():
        view.setCurrentIndex(index)
    view.doItemsLayout()  # else there is nothing to scroll yet
    view.verticalScrollBar().setValue(choices.scrolled)
