"""The harness that drives windows, proved on a small one: what is typed, pressed and dropped arrives."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from support import drag_source, sample_window
from support.application import Application
from support.desktop import Desktop
from support.portal import FOLLOWING, Portal

pytestmark = pytest.mark.window


@pytest.fixture
def sample(desktop: Desktop) -> Application:
    return desktop.start(sys.executable, sample_window.__file__)


def test_a_field_is_typed_into_and_a_button_clicked(sample: Application) -> None:
    sample.find("text", "Name").type("MLTeam")
    sample.find("push button", "Greet").click()
    assert sample.find("label", "Hello MLTeam")


def test_a_window_is_driven_by_keys_alone(sample: Application, desktop: Desktop) -> None:
    sample.tab_to("text", "Name")
    desktop.type("DataLab")
    sample.tab_to("check box", "Agree")
    desktop.keys("space")
    sample.find("check box", "Agree", state="checked")
    sample.tab_to("push button", "Greet")
    desktop.keys("space")
    assert sample.find("label", "Hello DataLab")


def test_a_key_that_does_not_lead_there_is_told(sample: Application) -> None:
    with pytest.raises(AssertionError, match=r"(?s)does not lead to.*'Agree'"):
        sample.tab_to("push button", "Nowhere", most=4)


def test_a_scaled_window_is_hit_where_it_is(desktop: Desktop) -> None:
    sample = desktop.start(sys.executable, sample_window.__file__, QT_SCALE_FACTOR="1.5")
    sample.find("push button", "Greet").click()
    assert sample.find("label", "Hello ")


def test_a_window_is_driven_by_accessible_actions_alone(sample: Application) -> None:
    sample.find("text", "Name").set_text("Jürgen 漢字")
    sample.find("push button", "Greet").press()
    assert sample.find("label", re.compile("漢字$")).text == "Hello Jürgen 漢字"


def test_items_are_chosen_in_lists_and_combo_boxes(sample: Application) -> None:
    sample.find("combo box", "Colour").select("blue")
    sample.find("combo box", "blue")
    sample.find("list", "Items").select("item 2")
    assert sample.find("label", "item 2")
    assert len(sample.all("list item", re.compile("^item "), hidden=True)) == 100


def test_a_file_is_dropped_from_another_program(
    sample: Application, desktop: Desktop, tmp_path: Path
) -> None:
    name = "a file ü.txt"
    (tmp_path / name).touch()
    source = desktop.start(sys.executable, drag_source.__file__, tmp_path / name)
    sample.place(50, 50, 500, 600)
    source.place(700, 50, 300, 100)
    source.find("label", name).drag_to(sample.find("list", "Items"))
    assert sample.find("label", str(tmp_path / name))


def test_what_a_program_shows_and_writes_is_told_when_it_does_not_do_what_is_awaited(
    sample: Application,
) -> None:
    with pytest.raises(AssertionError, match=r"(?s)No such.*push button. 'Greet'"):
        sample.find("push button", "No such button", timeout=0.1)


def test_an_end_of_the_program_is_told_at_once(desktop: Desktop) -> None:
    with pytest.raises(AssertionError, match=r"(?s)ended with 3.*its last words"):
        desktop.start(sys.executable, "-c", "import sys; print('its last words', flush=True); sys.exit(3)")


def test_controls_without_a_name_are_found(sample: Application) -> None:
    assert sample.unnamed() == []


def test_a_program_follows_the_desktop_into_the_dark_and_back(desktop: Desktop, portal: Portal) -> None:
    portal.prefer("dark")
    sample = desktop.start(sys.executable, sample_window.__file__, **FOLLOWING)
    sample.find("label", "Dark")
    portal.prefer("light")
    sample.find("label", "Light")
    portal.prefer("dark")
    assert sample.find("label", "Dark")


def test_a_picture_is_taken(sample: Application, desktop: Desktop, tmp_path: Path) -> None:
    sample.find("push button", "Greet")
    picture = desktop.screenshot(tmp_path / "picture.png").read_bytes()
    assert picture.startswith(b"\x89PNG")
    assert len(picture) > 5000
