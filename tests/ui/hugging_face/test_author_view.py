"""The page of an organisation or a person: opened, filtered, left for a repository; and what is wrong."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QItemSelectionModel, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from kitops_desktop.credentials.lookup import Keep
from kitops_desktop.importers.hugging_face import authors
from kitops_desktop.importers.hugging_face.address import HfAddress, HfAuthorAddress, HfKind
from kitops_desktop.ui import waiting
from kitops_desktop.ui.browser.browser_page import BrowserPage
from kitops_desktop.ui.browser.entered_address import read_address
from kitops_desktop.ui.browser.places import parse_place, place_title
from kitops_desktop.ui.hugging_face.author_model import AuthorColumn
from kitops_desktop.ui.hugging_face.author_view import AuthorView
from kitops_desktop.ui.hugging_face.token_sheet import TokenSheet
from kitops_desktop.ui.widgets.badge import Badge
from kitops_desktop.workspace import Workspace
from support.http_server import Rule
from support.hub_repository import HubRepository
from support.hub_server import HubServer, rate_limited
from support.planted import HUB_TOKEN
from support.recording_navigator import RecordingNavigator

FILES = {"README.md": b"# Churn\n"}
FOR_TEXT = {"README.md": b"---\npipeline_tag: text-generation\n---\n# Churn\n"}
ACME = "hf://acme"
MODELS = r"^/api/models\?"


@pytest.fixture(autouse=True)
def acme(hub: HubServer) -> None:
    """An organisation with five models, two of another kind, and a private one."""
    for number in range(5):
        made = HubRepository(f"acme/model-{number}", files=FILES if number else FOR_TEXT)
        made.downloads, made.likes = 10 ** (number % 3 + 1), 5 - number
        for _ in range(number):
            made.commit({"README.md": b"# %d\n" % made.likes})
        hub.add(made)
    hub.add(HubRepository("acme/rows", kind="dataset", files=FILES, gated="auto"))
    hub.add(HubRepository("acme/show", kind="space", files=FILES))
    hub.add(HubRepository("acme/secret", files=FILES, private=True))
    hub.tokens[HUB_TOKEN] = "acme"
    hub.full_names |= {"acme": "Acme, Inc.", "empty": "empty"}
    hub.page_size = 2


def words(parent: QWidget) -> str:
    QApplication.sendPostedEvents()  # what was laid out in a panel on view is shown by one
    said = [one.text() for one in parent.findChildren(QLabel) if one.isVisibleTo(parent)]
    return "\n".join([*said, *(one.accessibleName() for one in parent.findChildren(Badge))])


def shown_buttons(parent: QWidget) -> list[QPushButton]:
    QApplication.sendPostedEvents()  # as with words
    return [one for one in parent.findChildren(QPushButton) if one.isVisibleTo(parent)]


def button(parent: QWidget, text: str) -> QPushButton:
    return next(one for one in shown_buttons(parent) if one.text() == text)


def show(qtbot: QtBot, page: BrowserPage, place: str = ACME) -> AuthorView:
    page.show_detail(place)
    view = page.hugging_face.author
    qtbot.waitUntil(lambda: view.ended and view.isVisible())
    return view


def names(view: AuthorView, column: AuthorColumn = AuthorColumn.NAME) -> list[str]:
    model = view.table.model
    return [str(model.index(row, column).data()) for row in range(model.rowCount())]


def is_waiting(hub: HubServer) -> bool:
    """Whether the second page of models was asked for, too."""
    return len([one for one in hub.exchanges if one.path.startswith("/api/models?")]) == 2


def show_first_page(qtbot: QtBot, page: BrowserPage, hub: HubServer) -> AuthorView:
    """Of two; the next one does not come."""
    hub.rules.append(Rule("GET", MODELS, skip=1, times=1, stall=0))
    page.show_detail(ACME)
    view = page.hugging_face.author
    qtbot.waitUntil(lambda: len(names(view)) == 2 and is_waiting(hub))
    return view


def choose(view: AuthorView, name: str) -> None:
    index = view.table.model.index(names(view).index(name), 0)
    view.table.table.selectionModel().setCurrentIndex(
        index, QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
    )


def test_a_pasted_address_opens_the_page_of_an_organisation(
    qtbot: QtBot, page: BrowserPage, navigator: RecordingNavigator, workspace: Workspace
) -> None:
    field = page.list.open_field.field
    field.setText("https://huggingface.co/acme")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert navigator.places[-1] == ("registries", ACME)
    view = page.hugging_face.author
    qtbot.waitUntil(lambda: view.ended)
    said = words(view)
    for fact in ("acme", "Organisation on Hugging Face", "Acme, Inc.", "5 models", "1 dataset", "1 Space"):
        assert fact in said
    assert names(view) == ["model-4", "model-3", "model-2", "model-1", "model-0", "rows", "show"]
    assert names(view, AuthorColumn.KIND)[4:] == ["Model", "Dataset, gated", "Space"]
    assert names(view, AuthorColumn.PURPOSE)[4:] == ["text generation", "", ""]
    assert names(view, AuthorColumn.DOWNLOADS)[4:] == ["10", "0", ""]
    assert names(view, AuthorColumn.LIKES)[:2] == ["1", "2"]
    assert names(view, AuthorColumn.CHANGED)[0]
    assert workspace.history.recent()[0].reference == ACME


def test_what_models_are_for_is_shown_where_there_is_room(qtbot: QtBot, page: BrowserPage) -> None:
    shown = show(qtbot, page).table.table
    for width, hidden in ((1100, False), (700, True)):
        page.resize(width, 700)
        qtbot.waitUntil(lambda wanted=hidden: shown.isColumnHidden(AuthorColumn.PURPOSE) is wanted)


def test_a_repository_opens_from_it_and_back_leads_back_at_once(
    qtbot: QtBot, page: BrowserPage, navigator: RecordingNavigator, hub: HubServer
) -> None:
    view = show(qtbot, page)
    choose(view, "model-2")
    qtbot.keyClick(view.table.table, Qt.Key.Key_Return)
    assert navigator.places[-1] == ("registries", "hf://acme/model-2")
    repository = page.hugging_face.view
    qtbot.waitUntil(lambda: repository.look is not None and repository.files.complete)
    assert repository.isVisible()
    assert not view.isVisible()
    before = len(hub.exchanges)
    page.show_detail(ACME)
    assert view.isVisible()
    assert len(names(view)) == 7
    assert view.table.current() == HfAddress("acme/model-2"), "where one was"
    choose(view, "rows")
    table = view.table.table
    place = table.visualRect(table.currentIndex()).center()
    qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    qtbot.mouseDClick(table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert navigator.places[-1] == ("registries", "hf://datasets/acme/rows")
    assert not [one for one in hub.exchanges[before:] if "author=" in one.path], "nothing is listed again"


def test_it_is_filtered_by_words_and_by_kind(qtbot: QtBot, page: BrowserPage) -> None:
    view = show(qtbot, page)
    table = view.table
    table.search.setText("MODEL 3")
    qtbot.waitUntil(lambda: names(view) == ["model-3"])
    assert "1 of 7" in words(view)
    table.search.setText("nothing of that")
    qtbot.waitUntil(lambda: names(view) == [])
    assert "No repository matches the filter." in words(view)
    qtbot.keyClick(table.search, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: len(names(view)) == 7)
    table.kinds.setCurrentIndex(table.kinds.findData(HfKind.DATASET))
    assert names(view) == ["rows"]
    assert "No repository matches" not in words(view)


def test_it_is_sorted_by_a_heading(qtbot: QtBot, page: BrowserPage) -> None:
    view = show(qtbot, page)
    choose(view, "model-1")
    table = view.table.table
    table.sortByColumn(AuthorColumn.DOWNLOADS, Qt.SortOrder.DescendingOrder)
    assert names(view, AuthorColumn.DOWNLOADS)[:3] == ["1,000", "100", "100"]
    assert names(view)[-1] == "show", "what nobody counts comes last"
    table.sortByColumn(AuthorColumn.NAME, Qt.SortOrder.AscendingOrder)
    assert names(view)[:2] == ["model-0", "model-1"]
    assert view.table.current() == HfAddress("acme/model-1"), "what was chosen stays so"


@pytest.mark.parametrize(
    ("text", "place", "title", "shown"),
    [
        ("https://huggingface.co/acme/models", "hf://organizations/acme/models", "acme / models", 5),
        ("https://huggingface.co/organizations/acme", "hf://organizations/acme", "acme", 7),
        ("hf.co/datasets?author=acme", "hf://organizations/acme/datasets", "acme / datasets", 1),
        ("hf://datasets/acme", "hf://datasets/acme", "datasets/acme", 1),
    ],
)
def test_an_address_may_be_about_some_of_them(
    qtbot: QtBot, page: BrowserPage, text: str, place: str, title: str, shown: int
) -> None:
    assert read_address(text).place == place
    assert place_title(place) == f"Hugging Face / {title}"
    view = show(qtbot, page, place)
    assert len(names(view)) == shown
    assert view.table.kinds.isVisibleTo(view) is (shown == 7)
    page.show_detail("")
    page.show_detail(place)
    assert view.isVisible()


def test_a_place_is_read_as_it_is_written() -> None:
    for author in (HfAuthorAddress("acme"), HfAuthorAddress("acme", HfKind.SPACE)):
        assert parse_place(str(author)).hugging_face == author


def test_a_person_is_called_one_and_a_repository_of_that_name_goes_before(
    qtbot: QtBot, page: BrowserPage, hub: HubServer
) -> None:
    hub.add(HubRepository("lone/thing", files=FILES))
    hub.people = frozenset({"lone"})
    view = show(qtbot, page, "hf://lone")
    assert "Person on Hugging Face" in words(view)
    hub.add(HubRepository("gpt2", files=FILES))
    page.show_detail("hf://gpt2")
    qtbot.waitUntil(lambda: page.hugging_face.view.look is not None)
    assert not view.isVisible()


def test_what_arrives_is_shown_and_can_be_stopped_and_gone_on_with(
    qtbot: QtBot, page: BrowserPage, hub: HubServer
) -> None:
    view = show_first_page(qtbot, page, hub)
    assert "2 repositories so far" in words(view)
    button(view, "Stop").click()
    assert not view.running
    button(view, "Go on").click()
    qtbot.waitUntil(lambda: view.ended)
    assert len(names(view)) == 7
    assert "7 repositories" in words(view)
    assert not {"Stop", "Go on"} & {one.text() for one in shown_buttons(view)}


def test_who_leaves_asks_for_nothing_and_goes_on_when_back(
    qtbot: QtBot, page: BrowserPage, hub: HubServer
) -> None:
    view = show_first_page(qtbot, page, hub)
    page.show_detail("")
    assert not view.running
    show(qtbot, page)
    assert len(names(view)) == 7


def test_a_list_that_breaks_off_keeps_what_came_and_goes_on(
    qtbot: QtBot, page: BrowserPage, hub: HubServer
) -> None:
    hub.rules.append(rate_limited(r"^/api/datasets\?", times=None, seconds=3600))
    page.show_detail(ACME)
    view = page.hugging_face.author
    qtbot.waitUntil(view.problem.isVisible)
    assert len(names(view)) == 5
    assert "in 60 minutes" in words(view.problem)
    hub.rules.clear()
    button(view.problem, "Try again").click()
    qtbot.waitUntil(lambda: view.ended)
    assert not view.problem.isVisible()
    assert len(names(view)) == 7


def test_nobody_is_said_to_be_nobody(qtbot: QtBot, page: BrowserPage) -> None:
    page.show_detail("hf://nobody")
    place = page.hugging_face
    qtbot.waitUntil(place.view.problem.isVisible)
    assert "no model, organisation or person called nobody" in words(place.view.problem)
    page.show_detail("hf://organizations/nobody")
    qtbot.waitUntil(place.author.problem.isVisible)
    assert "no such organisation or person" in words(place.author.problem)
    assert {one.text() for one in shown_buttons(place.author.problem)} >= {"Try again", "Sign in…"}


def test_what_cannot_be_reached_can_be_tried_again(qtbot: QtBot, page: BrowserPage, hub: HubServer) -> None:
    hub.rules.append(Rule("GET", "/overview", times=None, status=403))
    page.show_detail("hf://organizations/acme")
    view = page.hugging_face.author
    qtbot.waitUntil(view.problem.isVisible)
    assert not view.table.isVisible()
    hub.rules.clear()
    button(view.problem, "Try again").click()
    qtbot.waitUntil(lambda: view.ended)
    assert len(names(view)) == 7


def test_who_has_nothing_is_said_to_and_a_sign_in_is_offered(
    qtbot: QtBot, page: BrowserPage, hub: HubServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    view = show(qtbot, page, "hf://empty")
    assert "empty has no repositories that are shown to you" in words(view)
    button(view, "Sign in…").click()
    assert page.findChild(TokenSheet) is not None
    monkeypatch.setenv("HF_TOKEN", HUB_TOKEN)
    view = show(qtbot, page, "hf://organizations/empty/models")
    assert "empty has no models that are shown to you" in words(view)
    assert "Sign in…" not in {one.text() for one in shown_buttons(view)}


def test_another_sign_in_lists_anew(
    qtbot: QtBot, page: BrowserPage, hub: HubServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    view = show(qtbot, page)
    assert "secret" not in names(view)
    monkeypatch.setenv("HF_TOKEN", HUB_TOKEN)
    view.table.search.setText("e")
    qtbot.waitUntil(lambda: view.table.model.is_filtered)
    page.care.changed.emit(hub.host)
    qtbot.waitUntil(lambda: "secret" in names(view) and view.ended)
    assert "Model, private" in names(view, AuthorColumn.KIND)
    assert "rows" not in names(view), "what was filtered stays so"


def test_a_list_that_is_cut_says_so(qtbot: QtBot, page: BrowserPage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(authors, "MOST_LISTED", 2)
    view = show(qtbot, page)
    assert "There are more models than are listed" in words(view)
    assert names(view) == ["model-4", "model-3", "rows", "show"]


def test_addresses_are_copied_and_all_has_a_name(
    qtbot: QtBot, page: BrowserPage, hub: HubServer, navigator: RecordingNavigator
) -> None:
    view = show(qtbot, page)
    button(view, "Copy address").click()
    assert QGuiApplication.clipboard().text() == f"{hub.origin}/acme"
    choose(view, "rows")
    qtbot.keyClick(view.table.table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == "hf://datasets/acme/rows"
    assert navigator.notices[-1] == "Address copied."
    assert view.table.table.accessibleName() == "Repositories"
    assert view.table.kinds.accessibleName() == "Kind"
    first = view.table.model.index(5, 0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert first == "rows, Dataset, gated"
    assert {"Read again", "Open in browser", "Favourite"} <= {one.text for one in page.commands()}


def test_the_focus_is_in_the_table_once_it_is_there(qtbot: QtBot, page: BrowserPage) -> None:
    page.activateWindow()
    page.list.open_field.field.setFocus()
    view = show(qtbot, page)
    qtbot.waitUntil(lambda: view.table.table.hasFocus())


@pytest.mark.parametrize("place", [ACME, "hf://team/churn"])
def test_after_a_sign_in_the_focus_is_on_the_page_again(
    qtbot: QtBot, page: BrowserPage, hub: HubServer, place: str
) -> None:
    page.activateWindow()
    page.show_detail(place)
    here = page.hugging_face
    shown = here.author if place == ACME else here.view
    first = here.author.table.table if place == ACME else here.view.files.pane.tree
    if place != ACME:
        qtbot.waitUntil(lambda: here.view.files.complete)
        here.view.tabs.setCurrentWidget(here.view.files)
    qtbot.waitUntil(first.isVisible)
    first.setFocus()
    page.care.sign_in(hub.host)
    sheet = page.findChild(TokenSheet)
    assert sheet is not None
    qtbot.waitUntil(lambda: sheet.places.keep is Keep.SESSION)
    sheet.secret.setText(HUB_TOKEN)
    button(sheet, "Sign in").click()
    read_again = "author=acme" if place == ACME else "/tree/"
    qtbot.waitUntil(
        lambda: any(read_again in one.path for one in hub.exchanges if one.headers.get("authorization"))
    )
    qtbot.waitUntil(lambda: shown.isAncestorOf(page.window().focusWidget()))


@pytest.mark.parametrize("place", ["hf://nobody", "hf://organizations/nobody"])
def test_where_nothing_is_shown_the_keys_of_the_page_count_all_the_same(
    qtbot: QtBot, page: BrowserPage, place: str
) -> None:
    page.activateWindow()
    page.list.open_field.field.setFocus()
    page.show_detail(place)
    here = page.hugging_face
    problem = here.author.problem if "organizations" in place else here.view.problem
    qtbot.waitUntil(problem.isVisible)
    focused = page.window().focusWidget()
    assert problem.isAncestorOf(focused)
    qtbot.keyClick(focused, Qt.Key.Key_I, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: page.findChild(TokenSheet) is not None)


def test_the_focus_is_where_it_was_once_all_was_read_again(
    qtbot: QtBot, page: BrowserPage, hub: HubServer
) -> None:
    page.activateWindow()
    view = show(qtbot, page)
    view.table.table.setFocus()
    asked = len(hub.exchanges)
    qtbot.keyClick(view.table.table, Qt.Key.Key_F5)
    qtbot.waitUntil(lambda: view.ended and len(hub.exchanges) > asked)
    qtbot.waitUntil(view.table.table.hasFocus)
    hub.rules.append(rate_limited(r"^/api/datasets\?", times=None, seconds=3600))
    qtbot.keyClick(view.table.table, Qt.Key.Key_F5)
    qtbot.waitUntil(view.problem.isVisible)
    again = button(view.problem, "Try again")
    again.setFocus()
    hub.rules.clear()
    qtbot.keyClick(again, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: view.ended and view.table.table.hasFocus())


def test_after_a_page_that_failed_the_focus_is_on_the_next(qtbot: QtBot, page: BrowserPage) -> None:
    page.activateWindow()
    page.show_detail("hf://organizations/nobody")
    view = page.hugging_face.author
    qtbot.waitUntil(view.problem.isVisible)
    button(view.problem, "Try again").setFocus()
    page.show_detail("")
    page.list.open_field.field.setFocus()
    show(qtbot, page, "hf://organizations/acme")
    qtbot.waitUntil(view.table.table.hasFocus)


@pytest.mark.parametrize("place", [ACME, "hf://organizations/acme"])
def test_what_is_waited_for_is_said_meanwhile(
    qtbot: QtBot, page: BrowserPage, hub: HubServer, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    monkeypatch.setattr(waiting, "LEAST_PAUSE", 0.4)
    busy = {"Retry-After": "2"}
    where = r"^/api/models/acme$" if place == ACME else "/overview"
    hub.rules.append(Rule("GET", where, times=1, status=503, headers=busy))
    page.show_detail(place)
    here = page.hugging_face
    said = f"Reading… {hub.host} is busy, asks to wait 2 s"
    qtbot.waitUntil(lambda: said in words(here))
    hub.rules.append(Rule("GET", MODELS, skip=1, times=1, status=503, headers=busy))
    qtbot.waitUntil(lambda: len(names(here.author)) == 2 and f"{hub.host} is busy, asks" in words(here))
    qtbot.waitUntil(lambda: here.author.ended and "is busy" not in words(here))


def test_the_page_of_a_repository_leads_to_whose_it_is(
    qtbot: QtBot, page: BrowserPage, navigator: RecordingNavigator
) -> None:
    page.show_detail("hf://acme/model-1")
    here = page.hugging_face
    qtbot.waitUntil(lambda: here.view.look is not None)
    button(here.view, "acme").click()
    assert navigator.places[-1] == ("registries", "hf://organizations/acme")
    qtbot.waitUntil(lambda: here.author.ended)
    assert len(names(here.author)) == 7
