"""The bar of parts: what it says, and what is under the pointer."""

from __future__ import annotations

from PySide6.QtCore import QPointF
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from kitops_desktop.preview.file_kinds import KindShare
from kitops_desktop.ui.colours import DARK, LIGHT, palette_for
from kitops_desktop.ui.library.kind_parts import kind_parts
from kitops_desktop.ui.widgets.share_bar import MOST_PARTS, ShareBar

PARTS = kind_parts((KindShare("safetensors", 4, 900 << 20), KindShare("Code", 12, 1 << 20)))


def test_it_says_to_everybody_what_it_shows(qtbot: QtBot) -> None:
    bar = ShareBar("Bytes by kind of file")
    qtbot.addWidget(bar)
    assert bar.isHidden()
    bar.resize(600, bar.sizeHint().height())
    bar.show_parts(PARTS)
    assert not bar.isHidden()
    assert bar.accessibleDescription() == "safetensors 900 MiB (100 %); Code 1.0 MiB (< 1 %)"
    assert bar.part_at(QPointF(5, 5)) == PARTS[0]
    assert bar.part_at(QPointF(599, 5)) == PARTS[1]
    assert bar.part_at(QPointF(20, bar.height() - 4)) == PARTS[0]
    assert bar.part_at(QPointF(590, bar.height() - 4)) is None
    bar.show_parts(())
    assert bar.isHidden()


def test_parts_differ_in_light_and_dark(qtbot: QtBot, qapp: QApplication) -> None:
    bar = ShareBar("Bytes by kind of file")
    qtbot.addWidget(bar)
    bar.resize(400, bar.sizeHint().height())
    bar.show_parts(kind_parts((KindShare("safetensors", 1, 500), KindShare("Code", 1, 500))))
    seen: set[str] = set()
    for colours in (LIGHT, DARK):
        bar.setPalette(palette_for(colours))
        picture = bar.grab().toImage()
        seen |= {picture.pixelColor(100, 5).name(), picture.pixelColor(300, 5).name()}
    assert len(seen) == 4


def test_many_kinds_are_few_parts() -> None:
    shares = tuple(KindShare(f"kind {number}", 1, 100 - number) for number in range(30))
    parts = kind_parts(shares)
    assert len(parts) == MOST_PARTS
    assert parts[-1].name == "Other"
    assert sum(part.amount for part in parts) == sum(share.size for share in shares)


def test_what_is_not_listed_is_a_part_of_the_whole() -> None:
    parts = kind_parts((KindShare("Images", 3, 3 << 20), KindShare("Code", 1, 1 << 20)), unlisted=96 << 20)
    assert [(part.name, part.text) for part in parts] == [
        ("Images", "3.0 MiB (3 %)"),
        ("Code", "1.0 MiB (1 %)"),
        ("Not listed", "96.0 MiB (96 %)"),
    ]
    many = kind_parts([KindShare(f"kind {number}", 1, 100) for number in range(30)], unlisted=7)
    assert len(many) == MOST_PARTS
    assert [part.name for part in many[-2:]] == ["Other", "Not listed"]


def test_what_is_not_listed_is_told_apart_and_said_where_there_is_little_room(
    qtbot: QtBot, qapp: QApplication
) -> None:
    bar = ShareBar("Bytes by kind of file")
    qtbot.addWidget(bar)
    bar.resize(200, bar.sizeHint().height())
    bar.show_parts(kind_parts((KindShare("safetensors", 1, 500),), unlisted=500))
    assert bar.accessibleDescription() == "safetensors 500 bytes (50 %); Not listed 500 bytes (50 %)"
    unlisted = bar.parts[-1]
    assert bar.part_at(QPointF(20, bar.height() - 4)) == unlisted
    for colours in (LIGHT, DARK):
        bar.setPalette(palette_for(colours))
        picture = bar.grab().toImage()
        assert picture.pixelColor(150, 5).name() == colours.strong_border
        assert picture.pixelColor(50, 5).name() != colours.strong_border
