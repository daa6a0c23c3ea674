"""What the pack sheet says of layers, files and compression before it packs."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester
from pytestqt.qtbot import QtBot

from kitops_desktop.modelkit.compression_estimate import CompressionEstimate
from kitops_desktop.modelkit.media_types import Compression
from kitops_desktop.ui.editor.compression_text import estimate_sentence, estimate_text
from kitops_desktop.ui.editor.pack_sheet import PackSheet
from kitops_desktop.ui.editor.packing import Packing
from kitops_desktop.ui.editor.project_page import ProjectPage
from kitops_desktop.workspace import Workspace
from support.recording_navigator import RecordingNavigator

GIB = 1 << 30


@pytest.fixture
def sheet(page: ProjectPage, workspace: Workspace, navigator: RecordingNavigator, qtbot: QtBot) -> PackSheet:
    packing = Packing(page, workspace, navigator)
    packing.ask()
    sheet = packing.sheet
    assert sheet is not None
    qtbot.waitUntil(lambda: sheet.facts is not None)
    return sheet


def estimate(size: int, compressed: int, sampled: int) -> CompressionEstimate:
    return CompressionEstimate({Compression.GZIP: compressed}, size, sampled)


@pytest.mark.parametrize(
    ("given", "text", "sentence"),
    [
        (
            estimate(4 * GIB, 3 * GIB, 24 << 20),
            "about 3.0 GiB",
            "25 % less, judged by 24.0 MiB of it.",
        ),
        (estimate(2048, 512, 2048), "512 bytes", "75 % less."),
        (
            estimate(4 * GIB, 4 * GIB + 100, 24 << 20),
            "about 4.0 GiB",
            "Hardly smaller: these files do not compress, judged by 24.0 MiB of it.",
        ),
        (estimate(0, 0, 0), "", ""),
    ],
)
def test_what_is_said_of_an_estimate(given: CompressionEstimate, text: str, sentence: str) -> None:
    assert estimate_text(given, Compression.GZIP) == text
    assert estimate_sentence(given, Compression.GZIP) == sentence


def test_each_compression_is_offered_with_what_it_would_come_to(sheet: PackSheet, qtbot: QtBot) -> None:
    choice = sheet.form.compression
    qtbot.waitUntil(lambda: "·" in choice.itemText(1))
    texts = [choice.itemText(row) for row in range(choice.count())]
    assert [text.split("  ·  ")[0] for text in texts] == ["None", "gzip", "gzip, fastest", "zstd"]
    assert all(text.endswith(("KiB", "MiB", "bytes")) for text in texts)
    choice.setCurrentIndex(1)
    assert sheet.answers.compression is Compression.GZIP
    said = sheet.form._means.text()
    assert "% less." in said or "Hardly smaller" in said


def test_layers_unfold_to_their_files(sheet: PackSheet, qtbot: QtBot) -> None:
    layers = sheet.layers
    QAbstractItemModelTester(layers.model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    assert layers.isVisible()
    assert not layers.tree.isVisible()
    layers.toggle.setFocus()
    qtbot.keyClick(layers.toggle, Qt.Key.Key_Space)
    assert layers.tree.isVisible()
    assert sheet.facts is not None
    assert sheet.facts.plan is not None
    shown = [layers.model.index(row, 0) for row in range(layers.model.rowCount())]
    assert len(shown) >= len(sheet.facts.plan.layers)
    names: set[str] = set()
    for index in shown:
        layers.tree.expand(index)
        rows = range(layers.model.rowCount(index))
        names |= {Path(layers.model.index(row, 0, index).data()).name for row in rows}
    files = (name for layer in sheet.facts.plan.layers for name, _ in layer.plan.files())
    assert names >= {Path(name.decode()).name for name in files}
