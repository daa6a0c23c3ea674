"""Kits made to do harm on their page: what is wrong is shown, and all the rest of the page works."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QLabel, QTextBrowser, QWidget
from pytestqt.qtbot import QtBot

from kitops_desktop.oci.reference import parse_reference
from kitops_desktop.registry.host import HostOptions
from kitops_desktop.ui.browser.remote_kit_view import RemoteKitView
from kitops_desktop.ui.library.file_tree import FileNode
from kitops_desktop.ui.theme import Theme
from kitops_desktop.workspace import Workspace
from support.hostile_files import FILES
from support.hostile_kits import (
    LAYERS,
    MANIFESTS,
    serve_file,
    serve_layer,
    serve_manifest,
)
from support.odd_registry import OddRegistry
from support.recording_navigator import RecordingNavigator

LAYER_NAMES = {
    *("size of exabytes", "pax headers without end", "absolute name", "name with a zero byte", "no archive"),
    *("links in a circle", "cut in a file", "empty", "gzip that is none", "longer than it says"),
}
FILE_NAMES = {
    *("safetensors: header of gigabytes", "GGUF: tensors beyond counting", "zip: bomb as a pickle"),
    *("notebook: HTML, scripts and escapes", "CSV: escapes", "JSON: nested", "pickle: runs a program"),
}
MANIFEST_NAMES = {"no JSON", "layers by the million", "config nested", "index of itself"}
SOME_LAYERS = [hostile for hostile in LAYERS if hostile.name in LAYER_NAMES]
SOME_FILES = [hostile for hostile in FILES if hostile.name in FILE_NAMES]
SOME_MANIFESTS = [hostile for hostile in MANIFESTS if hostile.name in MANIFEST_NAMES]


@pytest.fixture(scope="module")
def registry() -> Iterator[OddRegistry]:
    with OddRegistry() as made:
        yield made


@pytest.fixture
def view(qtbot: QtBot, workspace: Workspace, theme: Theme, registry: OddRegistry) -> Iterator[RemoteKitView]:
    workspace.save_registry(registry.host, HostOptions(plain_http=True))
    navigator = RecordingNavigator(workspace, theme)
    made = RemoteKitView(workspace, navigator)
    qtbot.addWidget(made)
    made.resize(1100, 750)
    made.show()
    yield made
    workspace.close()
    navigator.job_signals.stop()


def words(parent: QWidget) -> str:
    return "\n".join(one.text() for one in parent.findChildren(QLabel) if one.isVisibleTo(parent))


def show(qtbot: QtBot, view: RemoteKitView, registry: OddRegistry, path: str) -> None:
    with qtbot.waitSignal(view.kit.completed):
        view.show_reference(parse_reference(f"{registry.host}/{path}:v1"))


def list_files(qtbot: QtBot, view: RemoteKitView) -> list[FileNode]:
    view.kit.tabs.setCurrentWidget(view.kit.files)
    qtbot.waitUntil(lambda: not view.kit.files.busy)
    return [node for node in view.kit.files.model.tree.nodes[1:] if not node.is_dir]


def test_a_hostile_layer_hides_nothing_else(qtbot: QtBot, view: RemoteKitView, registry: OddRegistry) -> None:
    """One after the other on the same page, which none of them spoils for the next."""
    for number, hostile in enumerate(SOME_LAYERS):
        serve_layer(registry, f"team/layer{number}", hostile)
        show(qtbot, view, registry, f"team/layer{number}")
        readme = view.kit.overview.findChild(QTextBrowser)
        assert readme is not None
        qtbot.waitUntil(lambda readme=readme: readme.toPlainText() == "Fine")
        nodes = list_files(qtbot, view)
        assert "README.md" in {node.path for node in nodes}, hostile
        if hostile.listed:
            assert view.kit.files.status_kind == "danger", hostile
            assert hostile.kind[0] in words(view.kit.files)
            assert hostile.listed.casefold() in words(view.kit.files).casefold()
        else:
            assert any(hostile.refused in node.unsafe for node in nodes), hostile
        view.kit.manifest.show_raw(True)
        assert view.kit.loaded is not None
        assert view.kit.manifest.text.toPlainText().encode() == view.kit.loaded.kit.manifest_bytes


def test_a_hostile_file_is_previewed_as_damaged_or_harmless(
    qtbot: QtBot, view: RemoteKitView, registry: OddRegistry
) -> None:
    files = view.kit.files
    for number, hostile in enumerate(SOME_FILES):
        serve_file(registry, f"team/file{number}", hostile.path, hostile.content)
        show(qtbot, view, registry, f"team/file{number}")
        node = next(node for node in list_files(qtbot, view) if node.path == hostile.path)
        files.preview.show()
        with qtbot.waitSignal(files.preview.shown):
            files.tree.setCurrentIndex(files.model.index_of(node))
        assert files.preview.loaded is not None
        damage = files.preview.loaded.preview.damage
        assert (damage is None) == bool(hostile.shows), hostile
        if damage is not None:
            assert "The file is no" in files.preview.words
            assert hostile.damage in files.preview.words.casefold()


def test_a_hostile_manifest_is_explained(qtbot: QtBot, view: RemoteKitView, registry: OddRegistry) -> None:
    serve_layer(registry, "team/next", SOME_LAYERS[0])
    for number, hostile in enumerate(SOME_MANIFESTS):
        serve_manifest(registry, f"team/manifest{number}", hostile)
        view.show_reference(parse_reference(f"{registry.host}/team/manifest{number}:v1"))
        qtbot.waitUntil(lambda title=hostile.kind[0]: title in words(view))
        assert hostile.kind[1] in words(view), hostile
        show(qtbot, view, registry, "team/next")
        assert view.kit.loaded is not None
