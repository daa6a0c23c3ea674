"""The files of a kit in a registry that has a file index: shown from it, and from the layers when wanted."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from kitops_desktop.jobs.pack_job import PackWork, pack_folder
from kitops_desktop.jobs.push_job import PushWork, push_kit
from kitops_desktop.modelkit.media_types import Compression
from kitops_desktop.oci.manifest import INDEX_TYPE
from kitops_desktop.oci.reference import parse_reference
from kitops_desktop.preview.index_artifact import INDEX_ARTIFACT
from kitops_desktop.registry.host import HostOptions
from kitops_desktop.ui.browser.remote_kit_view import RemoteKitView
from kitops_desktop.ui.library.files_tab import FilesTab
from kitops_desktop.ui.library.referrer_cards import referrer_section
from kitops_desktop.ui.theme import Theme
from kitops_desktop.workspace import Workspace, open_workspace
from support.computers import computer, write_project
from support.http_server import Rule
from support.previews import choose_file
from support.recording_navigator import RecordingNavigator
from support.referrers import ReferringRegistry
from support.registry_server import RegistryServer, push_golden

PATH = "team/indexed"
LISTS = {"Content-Type": INDEX_TYPE}
README = "# Churn\n\nWho leaves next month.\n"


@pytest.fixture
def registry(tmp_path: Path) -> Iterator[RegistryServer]:
    with RegistryServer(tmp_path / "registry") as server:
        yield server


def push_with_index(tmp_path: Path, host: str) -> str:
    """Have a colleague pack a kit with compression, and push it; gives the digest of its index."""
    project = write_project(tmp_path / "project", model=bytes(range(256)) * 4000)
    (project / "README.md").write_text(README)
    with (project / "Kitfile").open("a") as kitfile:
        kitfile.write("docs:\n  - path: README.md\n")
    with computer(tmp_path / "colleague", host) as colleague:
        pack_folder(PackWork(project, "churn:v1", compression=Compression.GZIP), colleague.tools)
        pushed = push_kit(PushWork("churn:v1", f"{host}/{PATH}:v1", index=True), colleague.tools)
    assert pushed.attached is not None
    assert pushed.attached.digest is not None
    return pushed.attached.digest


@pytest.fixture
def index(tmp_path: Path, registry: RegistryServer) -> str:
    return push_with_index(tmp_path, registry.host)


@pytest.fixture
def workspace(home: Path, registry: RegistryServer) -> Iterator[Workspace]:
    made = open_workspace()
    made.save_registry(registry.host, HostOptions(plain_http=True))
    yield made
    made.close()


@pytest.fixture
def view(qtbot: QtBot, workspace: Workspace, navigator: RecordingNavigator) -> RemoteKitView:
    made = RemoteKitView(workspace, navigator)
    qtbot.addWidget(made)
    made.resize(1100, 750)
    made.show()
    return made


def wait_for_files(qtbot: QtBot, files: FilesTab) -> None:
    """All are listed, and stand in their order."""
    qtbot.waitUntil(lambda: not files.listing and not files.busy and files.model.tree.root.files == 3)


def open_files(qtbot: QtBot, view: RemoteKitView, host: str) -> FilesTab:
    """The files of the kit that has an index."""
    with qtbot.waitSignal(view.kit.completed):
        view.show_reference(parse_reference(f"{host}/{PATH}:v1"))
    view.kit.tabs.setCurrentWidget(view.kit.files)
    wait_for_files(qtbot, view.kit.files)
    return view.kit.files


def words(parent: QWidget) -> str:
    return "\n".join(one.text() for one in parent.findChildren(QLabel) if one.isVisibleTo(parent))


def test_files_are_listed_from_the_index_and_from_the_layers_when_that_is_wanted(
    qtbot: QtBot, view: RemoteKitView, registry: RegistryServer, index: str
) -> None:
    with qtbot.waitSignal(view.kit.completed):
        view.show_reference(parse_reference(f"{registry.host}/{PATH}:v1"))
    files, source = view.kit.files, view.source
    assert source is not None
    before = source.bytes_read  # for the README
    view.kit.tabs.setCurrentWidget(files)
    wait_for_files(qtbot, files)
    assert f"From the file index {index[:19]}, made by KitOps Desktop as it says" in words(files)
    assert source.bytes_read == before
    button = next(one for one in files.findChildren(QPushButton) if one.text() == "Read the layers instead")
    button.click()
    wait_for_files(qtbot, files)
    assert f"Read from the layers, not from the file index {index[:19]}." in words(files)


def test_from_the_layers_one_comes_back_to_the_index_with_what_was_ticked(
    qtbot: QtBot, view: RemoteKitView, registry: RegistryServer, index: str
) -> None:
    files = open_files(qtbot, view, registry.host)
    choose_file(files, "README.md")
    files.model.setData(files.tree.currentIndex(), Qt.CheckState.Checked, Qt.ItemDataRole.CheckStateRole)
    ticked = files.ticked_globs()
    assert ticked
    button = next(one for one in files.findChildren(QPushButton) if one.text() == "Read the layers instead")
    button.click()
    wait_for_files(qtbot, files)
    assert files.ticked_globs() == ticked
    assert button.text() == "Use the index instead"
    assert view.kit.files.preview.request is not None
    assert view.kit.files.preview.request.claim is None
    before = len(registry.exchanges)
    button.click()
    wait_for_files(qtbot, files)
    assert f"From the file index {index[:19]}" in words(files)
    assert button.text() == "Read the layers instead"
    assert files.ticked_globs() == ticked
    assert not [one for one in registry.exchanges[before:] if "/blobs/" in one.path], "it was read already"
    assert view.kit.files.preview.request.claim is not None


def test_in_a_small_window_the_files_keep_most_of_the_room(
    qtbot: QtBot, theme: Theme, view: RemoteKitView, registry: RegistryServer, index: str
) -> None:
    """As large as a window of 900 by 650 leaves it, with a preview beside the files."""
    view.resize(644, 522)
    files = open_files(qtbot, view, registry.host)
    choose_file(files, "README.md")
    qtbot.waitUntil(lambda: files.preview.loaded is not None)

    def rows() -> int:
        row = files.tree.visualRect(files.model.index(0, 0)).height()
        return int(files.tree.viewport().height() // row) if row else 0

    qtbot.waitUntil(lambda: rows() >= 9)
    button = next(one for one in files.findChildren(QPushButton) if one.text() == "Read the layers instead")
    assert button.isVisible()
    said = [one for one in files.remote.findChildren(QLabel) if one.isVisible()]
    assert any(one.text().startswith(f"From the file index {index[:19]}") for one in said)
    assert files.remote.height() < 40
    view.resize(1100, 750)
    qtbot.waitUntil(lambda: files.remote.height() > 40)
    assert "Digests are checked when the kit is pulled" in words(files)
    assert f"From the file index {index[:19]}" in words(files)


def test_another_kit_is_listed_by_its_index_again(
    qtbot: QtBot, view: RemoteKitView, registry: RegistryServer, index: str, golden: Path
) -> None:
    push_golden(registry, golden / "01-all-sections", PATH, ("plain",))
    files = open_files(qtbot, view, registry.host)
    button = next(one for one in files.findChildren(QPushButton) if one.text() == "Read the layers instead")
    button.click()
    wait_for_files(qtbot, files)
    with qtbot.waitSignal(view.kit.completed):
        view.show_reference(parse_reference(f"{registry.host}/{PATH}:plain"))
    qtbot.waitUntil(lambda: not files.listing and not files.busy)
    assert not button.isVisible()
    with qtbot.waitSignal(view.kit.completed):
        view.show_reference(parse_reference(f"{registry.host}/{PATH}:v1"))
    wait_for_files(qtbot, files)
    assert f"From the file index {index[:19]}" in words(files)


def test_the_page_asks_for_one_thing_more_than_it_does_without_an_index(
    qtbot: QtBot, view: RemoteKitView, registry: RegistryServer, index: str
) -> None:
    before = len(registry.exchanges)
    with qtbot.waitSignal(view.kit.completed):
        view.show_reference(parse_reference(f"{registry.host}/{PATH}:v1"))
    assert view.kit.loaded is not None
    kit = view.kit.loaded.kit
    assert view.kit.loaded.readme == README
    asked = [(one.method, one.path) for one in registry.exchanges[before:] if one.path != "/v2/"]
    layers = {layer.descriptor.digest: layer.label for layer in kit.layers}
    blobs = [layers.get(path.rpartition("/")[2]) for _, path in asked if "/blobs/" in path]
    assert blobs == [None, None, "README.md"], "the Kitfile, the index, and no other layer for the README"
    assert not [path for _, path in asked if index in path]
    before = len(registry.exchanges)
    view.kit.tabs.setCurrentWidget(view.kit.files)
    wait_for_files(qtbot, view.kit.files)
    assert registry.exchanges[before:] == []


class PatientRegistry(ReferringRegistry):
    """Leaves some requests without an answer before ``go_on`` is set."""

    def __init__(self) -> None:
        self.go_on = threading.Event()
        super().__init__()

    def index_reads(self) -> int:
        """How often the content of the index was fetched."""
        manifests = [json.loads(self.blobs[digest]) for digest in self.media_types]
        (found,) = (one["layers"][0] for one in manifests if one.get("artifactType") == INDEX_ARTIFACT)
        return self.count("GET", found["digest"])


@pytest.fixture
def slow(tmp_path: Path, workspace: Workspace) -> Iterator[Callable[[str], PatientRegistry]]:
    """slow(held): such a registry, with a kit that has an index."""
    with ExitStack() as stack:

        def make(held: str) -> PatientRegistry:
            server = stack.enter_context(PatientRegistry())
            workspace.save_registry(server.host, HostOptions(plain_http=True))
            push_with_index(tmp_path, server.host)
            server.rules.append(Rule("*", held, times=None, held=server.go_on))
            server.exchanges.clear()
            return server

        yield make


def test_files_that_are_wanted_first_ask_what_refers_to_the_kit_for_the_page_too(
    qtbot: QtBot, view: RemoteKitView, slow: Callable[[str], PatientRegistry]
) -> None:
    server = slow("/tags/list")  # which the page wants before
    view.kit.tabs.setCurrentWidget(view.kit.files)
    view.show_reference(parse_reference(f"{server.host}/{PATH}:v1"))
    wait_for_files(qtbot, view.kit.files)
    assert "From the file index " in words(view.kit.files)
    with qtbot.waitSignal(view.kit.completed):
        server.go_on.set()
    assert server.count("GET", "/referrers/") == 1
    assert server.index_reads() == 1, "for the files and the README"
    assert view.kit.loaded is not None
    assert len(view.kit.loaded.referrers or ()) == 1
    with qtbot.waitSignal(view.kit.completed):
        view.reload()
    assert server.count("GET", "/referrers/") == 2, "what is read again is asked again"


def test_that_there_is_no_index_is_asked_once_for_the_files_and_the_page(
    qtbot: QtBot, view: RemoteKitView, slow: Callable[[str], PatientRegistry]
) -> None:
    server = slow("/tags/list")
    without = Rule("GET", "/referrers/", times=None, status=200, headers=LISTS, body=b'{"schemaVersion":2}')
    server.rules.append(without)
    view.kit.tabs.setCurrentWidget(view.kit.files)
    view.show_reference(parse_reference(f"{server.host}/{PATH}:v1"))
    wait_for_files(qtbot, view.kit.files)
    assert "file index" not in words(view.kit.files)
    with qtbot.waitSignal(view.kit.completed):
        server.go_on.set()
    assert server.count("GET", "/referrers/") == 1


def test_files_that_are_wanted_meanwhile_wait_for_what_refers_to_the_kit(
    qtbot: QtBot, view: RemoteKitView, slow: Callable[[str], PatientRegistry]
) -> None:
    server = slow("/referrers/")
    view.show_reference(parse_reference(f"{server.host}/{PATH}:v1"))
    qtbot.waitUntil(lambda: server.count("GET", "/referrers/") == 1)
    view.kit.tabs.setCurrentWidget(view.kit.files)
    qtbot.waitUntil(lambda: view.kit.files.listing)
    with qtbot.waitSignal(view.kit.completed):
        server.go_on.set()
    wait_for_files(qtbot, view.kit.files)
    assert "From the file index " in words(view.kit.files)
    assert server.count("GET", "/referrers/") == 1
    assert server.index_reads() == 1


def test_a_previewed_file_is_held_against_the_index(
    qtbot: QtBot, view: RemoteKitView, registry: RegistryServer, index: str
) -> None:
    view.resize(1280, 800)
    files = open_files(qtbot, view, registry.host)
    with qtbot.waitSignal(files.preview.shown):
        choose_file(files, "README.md")
    assert f"It matches the index of {index[:19]}" in files.preview.words
    next(one for one in files.findChildren(QPushButton) if one.text() == "Read the layers instead").click()
    assert "index" not in files.preview.words
    with qtbot.waitSignal(files.preview.shown):  # as it was chosen before
        wait_for_files(qtbot, files)
    assert files.preview.tabs.text.toPlainText() == README
    assert "index" not in files.preview.words


def test_who_made_it_is_said_among_what_refers_to_the_kit(
    qtbot: QtBot, view: RemoteKitView, registry: RegistryServer, index: str
) -> None:
    with qtbot.waitSignal(view.kit.completed):
        view.show_reference(parse_reference(f"{registry.host}/{PATH}:v1"))
    assert view.kit.loaded is not None
    (card,) = referrer_section(view.kit.loaded.referrers or ()).cards
    assert ("Digest", index) in card.fields
    assert ("Made by, as it says", "KitOps Desktop") in card.fields
    shown = words(view.kit.overview)
    assert "Made by, as it says" in shown
    assert "KitOps Desktop" in shown


@pytest.fixture
def bare(qtbot: QtBot, view: RemoteKitView, registry: RegistryServer, golden: Path) -> RemoteKitView:
    """The page of a kit without an index, and with all there is to see of it."""
    push_golden(registry, golden / "05-compression", "team/bare", ("v1",))
    with qtbot.waitSignal(view.kit.completed):
        view.show_reference(parse_reference(f"{registry.host}/team/bare:v1"))
    return view


def attach_index(view: RemoteKitView) -> None:
    next(one for one in view.commands() if one.text == "Attach a file index").run()


def test_an_index_is_attached_to_what_is_there(
    qtbot: QtBot, bare: RemoteKitView, workspace: Workspace
) -> None:
    attach_index(bare)
    qtbot.waitUntil(lambda: any(job.state.is_finished for job in workspace.jobs.jobs()))
    bare.kit.tabs.setCurrentWidget(bare.kit.files)
    qtbot.waitUntil(lambda: "From the file index " in words(bare.kit.files))


def test_what_is_shown_of_a_kit_follows_when_an_index_was_attached(qtbot: QtBot, bare: RemoteKitView) -> None:
    files = bare.kit.files
    bare.kit.tabs.setCurrentWidget(files)
    qtbot.waitUntil(lambda: not files.listing and not files.busy)
    first, *_, last = (node for node in files.model.tree.nodes if not node.is_dir)
    choose_file(files, first.path)
    files.model.setData(files.model.index_of(last), Qt.CheckState.Checked, Qt.ItemDataRole.CheckStateRole)
    files.search.setText(first.name)
    qtbot.waitUntil(lambda: files.model.rows.query.is_given)
    ticked = files.ticked_globs()
    with qtbot.waitSignal(bare.kit.completed):
        attach_index(bare)
    qtbot.waitUntil(lambda: "From the file index " in words(files) and not files.listing and not files.busy)
    assert files.ticked_globs() == ticked
    assert files.search.text() == first.name
    assert files.preview.request is not None
    assert files.preview.request.name == first.path
    assert files.preview.request.claim is not None
    bare.kit.tabs.setCurrentWidget(bare.kit.overview)
    assert "Made by, as it says" in words(bare.kit.overview)


def test_a_page_that_is_hidden_when_an_index_was_attached_follows_when_it_is_shown(
    qtbot: QtBot, bare: RemoteKitView, navigator: RecordingNavigator
) -> None:
    attach_index(bare)
    bare.hide()
    qtbot.waitUntil(lambda: any(said.startswith("Attached a file index to ") for said in navigator.notices))
    with qtbot.waitSignal(bare.kit.completed):
        bare.show()
    assert "Made by, as it says" in words(bare.kit.overview)
