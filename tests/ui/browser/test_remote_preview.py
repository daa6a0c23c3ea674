"""Previews of files in a real registry: read by range, said so, and no more than is needed."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
import zstandard
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from kitops_desktop.oci.reference import parse_reference
from kitops_desktop.registry.host import HostOptions
from kitops_desktop.ui.browser.remote_kit_source import RemoteKitSource
from kitops_desktop.ui.library.file_tree_model import FileColumn
from kitops_desktop.ui.library.kit_page import KitPage
from kitops_desktop.ui.theme import Theme
from kitops_desktop.workspace import Workspace, open_workspace
from support.archives import END, file
from support.kit_commands import run_command
from support.made_kits import MadeLayer
from support.model_files import safetensors
from support.previews import choose_file, list_anyway, through_button
from support.registry_server import RegistryServer
from support.wholes_only import WholesOnly

ALONE = "application/vnd.kitops.modelkit.code.v1.raw+zstd"
KITFILE = """manifestVersion: 1.0.0
package:
  name: churn
model:
  path: model
docs:
  - path: notes.md
"""


@pytest.fixture(scope="module")
def registry(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RegistryServer]:
    with RegistryServer(tmp_path_factory.mktemp("registry")) as server:
        yield server


@pytest.fixture
def workspace(home: Path, registry: RegistryServer) -> Iterator[Workspace]:
    made = open_workspace()
    made.save_registry(registry.host, HostOptions(plain_http=True))
    yield made
    made.close()


def shown_kit(qtbot: QtBot, workspace: Workspace, reference: str) -> KitPage:
    page = KitPage(workspace.registry_reads, None)
    qtbot.addWidget(page)
    page.resize(1200, 700)
    page.show()
    page.tabs.setCurrentWidget(page.files)
    with qtbot.waitSignal(page.completed):
        page.show_source(RemoteKitSource(workspace, parse_reference(reference)))
    qtbot.waitUntil(lambda: not page.files.listing)
    return page


def pushed(
    registry: RegistryServer, folder: Path, weights: bytes, monkeypatch: pytest.MonkeyPatch, *flags: str
) -> str:
    """A kit that only the registry has."""
    (folder / "model").mkdir(parents=True)
    (folder / "Kitfile").write_text(KITFILE)
    (folder / "model" / "w.safetensors").write_bytes(weights)
    (folder / "notes.md").write_text("# Notes\n")
    target = f"{registry.host}/seen/{folder.name}:v1"
    with monkeypatch.context() as elsewhere:
        elsewhere.setenv("KITOPS_HOME", str(folder.parent / "elsewhere"))
        assert run_command("pack", str(folder), "-t", target, *flags).code == 0
        assert run_command("push", target, "--plain-http").code == 0
    return target


def words(page: KitPage) -> set[str]:
    return {one.text() for one in page.files.findChildren(QLabel)}


def tensors(data: bytes) -> bytes:
    entry = {"dtype": "U8", "shape": [len(data)], "data_offsets": [0, len(data)]}
    return safetensors({"w": entry}) + data


def test_only_the_header_is_fetched(
    qtbot: QtBot,
    registry: RegistryServer,
    workspace: Workspace,
    theme: Theme,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    target = pushed(registry, tmp_path / "plain", tensors(bytes(24 << 20)), monkeypatch)
    page = shown_kit(qtbot, workspace, target)
    preview = page.files.preview
    before = len(registry.exchanges)
    with qtbot.waitSignal(preview.shown):
        choose_file(page.files, "model/w.safetensors")
    assert "1 tensor " in preview.words
    assert "not verified by the digest" in preview.words
    assert "8.0 KiB of 24.0 MiB read" in preview.words
    asked = registry.exchanges[before:]
    assert [(one.method, one.status) for one in asked] == [("GET", 206)]
    assert asked[0].bytes == 8 << 10
    with qtbot.waitSignal(preview.shown):
        choose_file(page.files, "notes.md")
    assert preview.tabs.text.toPlainText() == "# Notes\n"


def test_a_large_compressed_layer_is_read_only_when_agreed(
    qtbot: QtBot,
    registry: RegistryServer,
    workspace: Workspace,
    theme: Theme,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    weights = tensors(os.urandom(9 << 20))
    target = pushed(registry, tmp_path / "packed", weights, monkeypatch, "--compression", "zstd")
    page = shown_kit(qtbot, workspace, target)
    list_anyway(qtbot, page.files, "model/w.safetensors")
    preview = page.files.preview
    before = len(registry.exchanges)
    choose_file(page.files, "model/w.safetensors")
    agree = through_button(qtbot, page.files.preview)
    assert agree.text() == "Read it through (up to 9.0 MiB)"
    assert len(registry.exchanges) == before
    with qtbot.waitSignal(preview.shown):
        agree.click()
    assert "1 tensor " in preview.words


def test_a_layer_that_is_on_this_computer_is_read_from_there(
    qtbot: QtBot,
    registry: RegistryServer,
    workspace: Workspace,
    theme: Theme,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    weights = tensors(os.urandom(9 << 20))
    target = pushed(registry, tmp_path / "near", weights, monkeypatch, "--compression", "zstd")
    assert run_command("pull", target, "--plain-http").code == 0
    page = shown_kit(qtbot, workspace, target)
    list_anyway(qtbot, page.files, "model/w.safetensors")
    with qtbot.waitSignal(page.files.preview.shown):
        choose_file(page.files, "model/w.safetensors")
    assert "Read from the library, out of its layer" in page.files.preview.words


@pytest.fixture
def wholes_only() -> Iterator[WholesOnly]:
    """A registry without ranges, with a layer of 21 MiB."""
    weights = tensors(bytes(10 << 20))
    entries = file(b"first.bin", bytes(10 << 20)) + file(b"w.safetensors", weights)
    rest = file(b"z.bin", bytes(1 << 20)) + file(b"notes.md", b"# Notes\n") + END
    with WholesOnly([MadeLayer(entries + rest)]) as server:
        yield server


def test_a_registry_without_ranges_is_read_through_when_agreed(
    qtbot: QtBot, wholes_only: WholesOnly, workspace: Workspace, theme: Theme
) -> None:
    workspace.save_registry(wholes_only.host, HostOptions(plain_http=True))
    page = shown_kit(qtbot, workspace, wholes_only.reference)
    list_anyway(qtbot, page.files, "w.safetensors")
    preview = page.files.preview
    choose_file(page.files, "w.safetensors")
    agree = through_button(qtbot, page.files.preview)
    assert agree.text() == "Read it through (up to 20.0 MiB)"
    with qtbot.waitSignal(preview.shown):
        agree.click()
    assert "1 tensor " in preview.words
    assert "Read through from the registry: not verified by the digest" in preview.words
    assert " of up to 20.0 MiB read" in preview.words
    choose_file(page.files, "notes.md")
    agree = through_button(qtbot, page.files.preview)
    assert agree.text() == "Read it through (up to 21.0 MiB)"
    with qtbot.waitSignal(preview.shown):
        agree.click()
    assert preview.tabs.text.toPlainText() == "# Notes\n"
    assert "with all of its layer, which has its digest" in preview.words


def test_single_files_that_are_stored_compressed(qtbot: QtBot, workspace: Workspace, theme: Theme) -> None:
    """Nobody has said how long they are."""
    large, small = tensors(os.urandom(9 << 20)), b"# Notes\n"
    layers = [MadeLayer(zstandard.compress(one), ALONE) for one in (large, small)]
    with WholesOnly(layers) as server:
        workspace.save_registry(server.host, HostOptions(plain_http=True))
        page = shown_kit(qtbot, workspace, server.reference)
        preview = page.files.preview
        rows = page.files.model
        assert [rows.index(row, FileColumn.SIZE).data() for row in range(rows.rowCount())] == ["unknown"] * 2
        assert "2 files, size unknown" in words(page)
        rows.setData(rows.index(0, 0), Qt.CheckState.Checked, Qt.ItemDataRole.CheckStateRole)
        assert "1 file ticked, size unknown" in words(page)
        choose_file(page.files, "c0")
        agree = through_button(qtbot, page.files.preview)
        assert agree.text() == "Read it through (up to 9.0 MiB)"
        with qtbot.waitSignal(preview.shown):
            agree.click()
        assert "Size not known  ·  1 tensor  ·  " in preview.words
        assert preview.loaded is not None
        assert preview.loaded.format == "safetensors"
        with qtbot.waitSignal(preview.shown):
            choose_file(page.files, "c1")
        assert preview.words.startswith("8 bytes")
        assert preview.tabs.text.toPlainText() == small.decode()


def test_what_is_small_is_read_through_without_a_question(
    qtbot: QtBot, workspace: Workspace, theme: Theme
) -> None:
    layer = MadeLayer(file(b"first.bin", bytes(2 << 20)) + file(b"notes.md", b"# Notes\n") + END)
    with WholesOnly([layer]) as server:
        workspace.save_registry(server.host, HostOptions(plain_http=True))
        page = shown_kit(qtbot, workspace, server.reference)
        with qtbot.waitSignal(page.files.preview.shown):
            choose_file(page.files, "notes.md")
        assert page.files.preview.tabs.text.toPlainText() == "# Notes\n"
        assert "2.0 MiB of up to 2.0 MiB read" in page.files.preview.words
