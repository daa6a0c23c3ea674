"""The page of a kit in a real registry: it is looked into, pulled and unpacked."""

from __future__ import annotations

import json
import random
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QCheckBox, QComboBox, QLabel, QLineEdit, QPushButton, QRadioButton, QWidget
from pytestqt.qtbot import QtBot

from kitops_desktop.jobs.pack_job import PackWork, pack_folder
from kitops_desktop.jobs.push_job import PushWork, push_kit
from kitops_desktop.jobs.unpack_job import UnpackWork
from kitops_desktop.modelkit.conflicts import OnExisting
from kitops_desktop.modelkit.media_types import Compression
from kitops_desktop.oci.reference import Reference, parse_reference
from kitops_desktop.registry.host import HostOptions
from kitops_desktop.ui.browser.delete_sheet import DeleteSheet
from kitops_desktop.ui.browser.remote_kit_view import RemoteKitView
from kitops_desktop.ui.library.edit_sheet import EditSheet
from kitops_desktop.ui.library.library_page import LibraryPage
from kitops_desktop.ui.library.places import comparison, in_registry
from kitops_desktop.ui.library.unpack_sheet import UnpackSheet
from kitops_desktop.ui.widgets.error_panel import ErrorPanel
from kitops_desktop.workspace import Workspace, open_workspace
from support.odd_registry import OddRegistry
from support.recording_navigator import RecordingNavigator
from support.registry_server import RegistryServer, push_golden, put_blob, put_manifest

PATH = "team/all"


@pytest.fixture(scope="module")
def registry(tmp_path_factory: pytest.TempPathFactory, golden: Path) -> Iterator[RegistryServer]:
    """A registry with a kit of all sections under two tags."""
    with RegistryServer(tmp_path_factory.mktemp("registry")) as server:
        push_golden(server, golden / "01-all-sections", PATH, ("v1", "v2", "v10"))
        yield server


@pytest.fixture
def workspace(home: Path, registry: RegistryServer) -> Iterator[Workspace]:
    made = open_workspace()
    made.save_registry(registry.host, HostOptions(plain_http=True))
    yield made
    made.close()


@pytest.fixture
def view(qtbot: QtBot, workspace: Workspace, navigator: RecordingNavigator) -> Iterator[RemoteKitView]:
    made = RemoteKitView(workspace, navigator)
    qtbot.addWidget(made)
    made.resize(1100, 750)
    made.show()
    yield made
    workspace.close()


def reference(registry: RegistryServer, tag: str = "v1") -> Reference:
    return parse_reference(f"{registry.host}/{PATH}:{tag}")


def show(qtbot: QtBot, view: RemoteKitView, shown: Reference) -> None:
    with qtbot.waitSignal(view.kit.completed):
        view.show_reference(shown)


def button(parent: QWidget, text: str) -> QPushButton:
    return next(found for found in parent.findChildren(QPushButton) if found.text() == text)


def words(parent: QWidget) -> str:
    return "\n".join(one.text() for one in parent.findChildren(QLabel) if one.isVisibleTo(parent))


def choose(view: RemoteKitView, text: str) -> None:
    next(action for action in view.commands() if action.text == text).run()


def list_files(qtbot: QtBot, view: RemoteKitView) -> None:
    view.kit.tabs.setCurrentWidget(view.kit.files)
    qtbot.waitUntil(lambda: not view.kit.files.listing)


def test_it_is_the_page_of_the_library(
    qtbot: QtBot, view: RemoteKitView, registry: RegistryServer, workspace: Workspace
) -> None:
    show(qtbot, view, reference(registry))
    assert view.kit.loaded is not None
    assert f"In registry {registry.host}" in {one.accessibleName() for one in view.findChildren(QWidget)}
    assert "Not on this computer" in {one.accessibleName() for one in view.findChildren(QWidget)}
    tags = view.kit.header.findChild(QComboBox)
    assert tags is not None
    assert [tags.itemText(row) for row in range(tags.count())] == ["v10", "v2", "v1"]
    assert workspace.history.recent()[0].reference == str(reference(registry))
    assert workspace.observed_tags.get(f"{registry.host}/{PATH}")["v1"][0]
    view.kit.manifest.show_raw(True)
    assert view.kit.manifest.text.toPlainText().encode() == view.kit.loaded.kit.manifest_bytes


def test_what_was_read_is_counted_from_the_first_moment(
    qtbot: QtBot, view: RemoteKitView, registry: RegistryServer
) -> None:
    counted: list[str] = []
    view.kit.shown.connect(lambda _: counted.append(view.kit.header.read.text()))
    show(qtbot, view, reference(registry))
    assert counted
    assert counted[0].endswith(" read")


def test_files_are_listed_when_somebody_looks_and_what_was_read_is_counted(
    qtbot: QtBot, view: RemoteKitView, registry: RegistryServer, golden: Path
) -> None:
    show(qtbot, view, reference(registry))
    assert not view.kit.files.model.tree.nodes[1:]
    qtbot.waitUntil(lambda: view.kit.header.read.text().endswith(" read"))
    list_files(qtbot, view)
    assert not view.kit.header.read.isVisible()
    expected = json.loads((golden / "01-all-sections" / "expected.json").read_text())
    names = {
        entry["name"]
        for layer in expected["modelkits"][0]["layers"]
        for entry in layer["entries_in_archive_order"]
        if entry["type"] != "dir"
    }
    nodes = view.kit.files.model.tree.nodes[1:]
    assert {node.path for node in nodes if not node.is_dir} == names
    assert view.source is not None
    assert view.source.bytes_read > 0
    assert view.kit.files.remote.text.endswith(" read")
    assert "Digests are checked when the kit is pulled" in words(view.kit.files)


def test_in_a_small_window_eight_rows_of_files_are_left_below_all_that_is_said(
    qtbot: QtBot, view: RemoteKitView, registry: RegistryServer
) -> None:
    files = view.kit.files
    tree = files.tree
    view.resize(644, 502)  # of a window of 900 by 650
    show(qtbot, view, reference(registry))
    list_files(qtbot, view)
    row = files.model.index(0, 0)
    qtbot.waitUntil(lambda: tree.viewport().height() >= 8 * 24)
    assert tree.viewport().height() // tree.visualRect(row).height() >= 8
    for part in (files.remote, files.kinds):
        assert part.isVisible(), "what was read, and of which kinds the files are, is said all the same"
    low = tree.visualRect(row).height()
    view.resize(1100, 750)
    qtbot.waitUntil(lambda: tree.visualRect(row).height() > low)
    assert tree.viewport().height() // tree.visualRect(row).height() >= 8


def test_it_opens_from_manifest_and_config_alone(
    qtbot: QtBot, workspace: Workspace, navigator: RecordingNavigator, golden: Path
) -> None:
    with OddRegistry() as registry:
        registry.add_golden(golden / "01-all-sections", PATH)
        workspace.save_registry(registry.host, HostOptions(plain_http=True))
        view = RemoteKitView(workspace, navigator)
        qtbot.addWidget(view)
        asked: list[str] = []
        view.kit.shown.connect(lambda _: asked.extend(one.path for one in registry.exchanges))
        show(qtbot, view, parse_reference(f"{registry.host}/{PATH}:v1"))
        assert view.kit.loaded is not None
        kit = view.kit.loaded.kit
        manifests = {f"/v2/{PATH}/manifests/{name}" for name in ("v1", kit.descriptor.digest)}
        assert asked[-1] == f"/v2/{PATH}/blobs/{kit.manifest.config.digest}"
        assert manifests & set(asked[:-1])
        assert set(asked[:-1]) <= {"/v2/", *manifests}
        workspace.close()


def test_what_a_tag_stood_for_is_remembered(
    qtbot: QtBot,
    view: RemoteKitView,
    workspace: Workspace,
    registry: RegistryServer,
    navigator: RecordingNavigator,
    golden: Path,
) -> None:
    push_golden(registry, golden / "01-all-sections", "team/moving")
    moving = parse_reference(f"{registry.host}/team/moving:v1")
    show(qtbot, view, moving)
    assert view.kit.loaded is not None
    first = view.kit.loaded.kit.descriptor.digest
    push_golden(registry, golden / "08-parameters-yaml", "team/moving")
    view.show_reference(moving.with_tag("v0"))
    show(qtbot, view, moving)
    tab = view.kit.history
    view.kit.tabs.setCurrentWidget(tab)
    qtbot.waitUntil(lambda: len(tab.model.rows) == 2)
    assert [row.what for row in tab.model.rows] == ["Seen in the registry"] * 2
    assert "Registries keep no history" in tab.sentence
    qtbot.keyClick(tab.table, Qt.Key.Key_Down)
    tab.open.click()
    tab.compare.click()
    old = f"{moving.repository_name}@{first}"
    assert navigator.places == [
        ("registries", old),
        ("library", comparison(in_registry(old), in_registry(str(moving)))),
    ]
    compare = LibraryPage(workspace, navigator)
    qtbot.addWidget(compare)
    compare.show_detail(navigator.places[-1][1])
    qtbot.waitUntil(lambda: compare.compare.layers.model.rowCount() > 0)


def test_another_tag_is_another_place(
    qtbot: QtBot, view: RemoteKitView, registry: RegistryServer, navigator: RecordingNavigator
) -> None:
    show(qtbot, view, reference(registry))
    tags = view.kit.header.findChild(QComboBox)
    assert tags is not None
    tags.setFocus()
    qtbot.keyClick(tags, Qt.Key.Key_Up)
    assert navigator.places[-1] == ("registries", str(reference(registry, "v2")))


def test_pulled_with_one_click_and_opened_in_the_library(
    qtbot: QtBot, view: RemoteKitView, registry: RegistryServer, navigator: RecordingNavigator
) -> None:
    show(qtbot, view, reference(registry))
    with qtbot.waitSignal(view.kit.completed):
        button(view, "Pull").click()
    qtbot.waitUntil(lambda: navigator.offers[-1][0] == "Open in library")
    assert view.kit.loaded is not None
    assert view.kit.loaded.stored == reference(registry)
    button(view, "Open in library").click()
    assert navigator.places[-1] == ("library", str(reference(registry)))


@pytest.fixture
def ask(
    qtbot: QtBot, view: RemoteKitView, registry: RegistryServer, tmp_path: Path
) -> Callable[[], UnpackSheet]:
    """ask(): the sheet for unpacking the whole kit into tmp_path / "out"."""

    def make() -> UnpackSheet:
        show(qtbot, view, reference(registry))
        button(view, "Pull && unpack…").click()
        qtbot.waitUntil(lambda: view.findChild(UnpackSheet) is not None)
        sheet = view.findChild(UnpackSheet)
        assert sheet is not None
        field = sheet.findChild(QLineEdit)
        assert field is not None
        field.setText(str(tmp_path / "out"))
        qtbot.waitUntil(lambda: not sheet.looking)
        return sheet

    return make


def test_unpacked_without_being_kept(
    qtbot: QtBot,
    ask: Callable[[], UnpackSheet],
    view: RemoteKitView,
    navigator: RecordingNavigator,
    workspace: Workspace,
    tmp_path: Path,
) -> None:
    sheet = ask()
    assert "Fetches " in words(sheet)
    button(sheet, "Pull && unpack").click()
    qtbot.waitUntil(lambda: navigator.offers[-1][0] == "Open folder")
    assert (tmp_path / "out" / "src" / "train.py").is_file()
    assert workspace.store.listing().kits == ()


def test_unpacked_and_kept(
    qtbot: QtBot,
    ask: Callable[[], UnpackSheet],
    navigator: RecordingNavigator,
    workspace: Workspace,
    tmp_path: Path,
) -> None:
    sheet = ask()
    keep = next(one for one in sheet.findChildren(QCheckBox) if one.text() == "&Keep it in the library too")
    keep.click()
    with qtbot.waitSignal(sheet.unpack_wanted) as wanted:
        button(sheet, "Pull && unpack").click()
    assert wanted.args is not None
    assert isinstance(wanted.args[0], UnpackWork)
    qtbot.waitUntil(lambda: navigator.offers[-1][0] == "Open folder")
    assert (tmp_path / "out" / "Kitfile").is_file()
    assert len(workspace.store.listing().kits) == 1


def test_files_in_the_way_are_known_before_anything_is_fetched(
    qtbot: QtBot, ask: Callable[[], UnpackSheet], tmp_path: Path
) -> None:
    (tmp_path / "out" / "src").mkdir(parents=True)
    (tmp_path / "out" / "src" / "train.py").write_text("mine")
    sheet = ask()
    assert "1 file is there already" in words(sheet)


def test_what_is_copied_can_be_pasted(qtbot: QtBot, view: RemoteKitView, registry: RegistryServer) -> None:
    show(qtbot, view, reference(registry))
    assert view.kit.loaded is not None
    for text, copied in (
        ("Copy reference", str(reference(registry))),
        ("Copy digest", view.kit.loaded.kit.descriptor.digest),
        ("Copy pull command", f"kitops-desktop pull {reference(registry)}"),
    ):
        choose(view, text)
        assert QGuiApplication.clipboard().text() == copied


def test_signatures_are_shown_with_type_digest_and_size(
    qtbot: QtBot, view: RemoteKitView, registry: RegistryServer, golden: Path
) -> None:
    with registry.session("team/signed") as session:
        digest = push_golden(registry, golden / "01-all-sections", "team/signed")
        empty = b"{}"
        blob = "sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"
        put_blob(session, registry.origin, "team/signed", blob, empty)
        layer = {"mediaType": "application/vnd.dev.cosign.simplesigning.v1+json", "digest": blob, "size": 2}
        config = {"mediaType": "application/vnd.oci.image.config.v1+json", "digest": blob, "size": 2}
        media_type = "application/vnd.oci.image.manifest.v1+json"
        manifest = {"schemaVersion": 2, "mediaType": media_type, "config": config, "layers": [layer]}
        tag = f"{digest.replace(':', '-')}.sig"
        content = json.dumps(manifest).encode()
        signature = put_manifest(session, registry.origin, "team/signed", tag, media_type, content)
    show(qtbot, view, parse_reference(f"{registry.host}/team/signed:v1"))
    qtbot.waitUntil(lambda: signature in words(view.kit.overview))  # shown a moment after it is put in
    assert "Signatures and more" in words(view.kit.overview)
    tags = view.kit.header.findChild(QComboBox)
    assert tags is not None
    assert [tags.itemText(row) for row in range(tags.count())] == ["v1"]


def test_a_kit_that_is_not_there_says_so(qtbot: QtBot, view: RemoteKitView, registry: RegistryServer) -> None:
    view.show_reference(reference(registry, "v99"))
    qtbot.waitUntil(lambda: view.findChild(ErrorPanel) is not None)
    qtbot.waitUntil(lambda: "The registry has no such ModelKit" in words(view))
    assert "Look at the repository's tags, and sign in if it is private." in words(view)
    assert not button(view, "Pull && unpack…").isEnabled()


def test_a_registry_that_wants_a_sign_in_leads_there(
    qtbot: QtBot,
    view: RemoteKitView,
    workspace: Workspace,
    navigator: RecordingNavigator,
    tmp_path: Path,
) -> None:
    with RegistryServer(tmp_path / "private", passwords={"team": "example-password"}) as private:
        workspace.save_registry(private.host, HostOptions(plain_http=True))
        view.show_reference(parse_reference(f"{private.host}/{PATH}:v1"))
        qtbot.waitUntil(lambda: view.findChild(ErrorPanel) is not None)
        assert "Sign in to the registry, then" in view.findChild(ErrorPanel).accessibleDescription()
        button(view, "Sign in…").click()
        assert navigator.places[-1] == ("registries", private.host)


def test_layers_that_are_here_are_not_fetched_again(
    qtbot: QtBot, view: RemoteKitView, registry: RegistryServer, golden: Path, home: Path
) -> None:
    shutil.copytree(golden / "01-all-sections" / "storage", home / "kitops" / "storage")
    show(qtbot, view, reference(registry))
    list_files(qtbot, view)
    assert view.source is not None
    assert view.source.bytes_read == 0
    assert view.kit.loaded is not None
    assert view.kit.loaded.stored is not None


@pytest.fixture
def large(workspace: Workspace, registry: RegistryServer, tmp_path: Path) -> Reference:
    """A kit whose only layer is compressed, and too large to be read only to see what is in it."""
    folder = tmp_path / "large"
    folder.mkdir()
    (folder / "Kitfile").write_text("manifestVersion: 1.0.0\nmodel:\n  path: weights.bin\n")
    (folder / "weights.bin").write_bytes(random.Random(1).randbytes(9 << 20))
    made = parse_reference(f"{registry.host}/team/large:v1")
    work = PackWork(folder, str(made), compression=Compression.GZIP_FASTEST)
    pack_folder(work, workspace.tools)
    push_kit(PushWork(str(made)), workspace.tools)
    shutil.rmtree(workspace.store.home / "storage")
    return made


def test_large_compressed_layers_are_listed_on_request_only(
    qtbot: QtBot, view: RemoteKitView, large: Reference
) -> None:
    show(qtbot, view, large)
    list_files(qtbot, view)
    assert "not listed to the end: 9.0 MiB must be read to list it" in words(view.kit.files)
    assert not view.kit.files.model.tree.nodes[1:]
    kinds = view.kit.files.kinds
    assert kinds.isVisible()
    assert kinds.accessibleName() == "Bytes by kind of file: Not listed 9.0 MiB (100 %)"
    button(view.kit.files, "List anyway").click()
    qtbot.waitUntil(lambda: not view.kit.files.listing)
    assert [node.path for node in view.kit.files.model.tree.nodes[1:]] == ["weights.bin"]
    assert "is not listed to the end" not in words(view.kit.files)
    qtbot.waitUntil(lambda: "Not listed" not in kinds.accessibleName())
    assert len(kinds.parts) == 1
    assert view.kit.files.remote.text == "9.0 MiB of 9.0 MiB read"


def test_what_may_be_in_the_way_is_asked_where_it_cannot_be_known(
    qtbot: QtBot, view: RemoteKitView, large: Reference, tmp_path: Path
) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "weights.bin").write_text("mine")
    show(qtbot, view, large)
    button(view, "Pull && unpack…").click()
    qtbot.waitUntil(lambda: view.findChild(UnpackSheet) is not None)
    sheet = view.findChild(UnpackSheet)
    assert sheet is not None
    field = sheet.findChild(QLineEdit)
    assert field is not None
    field.setText(str(tmp_path / "out"))
    qtbot.waitUntil(lambda: not sheet.looking)
    assert "Files may be there already" in words(sheet)
    assert "and all wanted of 1 compressed layer of 9.0 MiB" in words(sheet)
    assert "Fetches 9.0 MiB." in words(sheet)
    with qtbot.waitSignal(sheet.unpack_wanted) as wanted:
        button(sheet, "Pull && unpack").click()
    assert wanted.args is not None
    assert wanted.args[0].existing is OnExisting.SKIP
    qtbot.waitUntil(lambda: (tmp_path / "out" / "Kitfile").exists())
    assert (tmp_path / "out" / "weights.bin").read_text() == "mine"


def test_a_deleted_kit_leads_to_its_repository(
    qtbot: QtBot,
    view: RemoteKitView,
    registry: RegistryServer,
    golden: Path,
    navigator: RecordingNavigator,
) -> None:
    push_golden(registry, golden / "04-names", "team/gone", ("v1",))
    show(qtbot, view, parse_reference(f"{registry.host}/team/gone:v1"))
    choose(view, "Delete from registry…")
    sheet = view.findChild(DeleteSheet)
    assert sheet is not None
    qtbot.waitUntil(lambda: button(sheet, "Delete").isEnabled())
    button(sheet, "Delete").click()
    gone = ("registries", f"{registry.host}/team/gone")
    qtbot.waitUntil(lambda: navigator.places[-1:] == [gone])


def test_it_is_edited_as_a_project_with_only_what_is_wanted(
    qtbot: QtBot,
    view: RemoteKitView,
    registry: RegistryServer,
    workspace: Workspace,
    navigator: RecordingNavigator,
    home: Path,
) -> None:
    show(qtbot, view, reference(registry))
    choose(view, "Edit as a project…")
    qtbot.waitUntil(lambda: bool(view.findChildren(EditSheet)))
    (sheet,) = view.findChildren(EditSheet)
    qtbot.waitUntil(lambda: not sheet.looking)
    only = next(one for one in sheet.findChildren(QRadioButton) if one.text() == "Only the &Kitfile")
    only.setChecked(True)
    qtbot.waitUntil(lambda: not sheet.looking)
    assert "Nothing has to be fetched" in words(sheet)
    button(sheet, "Unpack && edit").click()
    qtbot.waitUntil(lambda: bool(navigator.places))
    folder = home / "ModelKits" / "all"
    assert navigator.places == [("projects", str(folder))]
    assert [path.name for path in folder.iterdir()] == ["Kitfile"]
