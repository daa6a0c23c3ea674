"""The page of a repository of Hugging Face: it is opened, looked into, and says what is in the way."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, Qt, QUrl, Slot
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QComboBox, QLabel, QLineEdit, QPushButton, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from kitops_desktop import errors
from kitops_desktop.errors import KitOpsError
from kitops_desktop.importers.hugging_face.address import HfAddress
from kitops_desktop.registry.host import HostOptions
from kitops_desktop.ui.browser.browser_page import BrowserPage
from kitops_desktop.ui.browser.certificate_sheet import CertificateSheet
from kitops_desktop.ui.browser.copying import copied_to
from kitops_desktop.ui.browser.places import parse_place, place_title
from kitops_desktop.ui.hugging_face.download_sheet import DownloadSheet
from kitops_desktop.ui.hugging_face.hf_problem import HfProblem
from kitops_desktop.ui.hugging_face.hf_view import HfView
from kitops_desktop.ui.hugging_face.token_sheet import TokenSheet
from kitops_desktop.ui.library.pushing import used_references
from kitops_desktop.ui.theme import Theme
from kitops_desktop.workspace import Workspace
from support.certificates import self_signed, server_context
from support.connect_proxy import ConnectProxy
from support.http_server import Rule
from support.hub_repository import HubRepository
from support.hub_server import HubServer, rate_limited
from support.planted import HUB_TOKEN, OTHER_HUB_TOKEN
from support.recording_navigator import RecordingNavigator
from support.secret_service import SecretService

CHURN = "hf://team/churn"
INFO = r"^/api/models/team/churn$"
TREE = "/tree/"
MIRROR = "hub.example.com"


def words(parent: QWidget) -> str:
    return "\n".join(one.text() for one in parent.findChildren(QLabel) if one.isVisibleTo(parent))


def button(parent: QWidget, text: str) -> QPushButton:
    return next(
        one for one in parent.findChildren(QPushButton) if one.text() == text and one.isVisibleTo(parent)
    )


def press(qtbot: QtBot, parent: QWidget, text: str) -> None:
    """Press a button, once it is there."""
    qtbot.waitUntil(lambda: text in buttons(parent))
    button(parent, text).click()


def buttons(parent: QWidget) -> set[str]:
    return {one.text() for one in parent.findChildren(QPushButton) if one.isVisibleTo(parent)}


def is_settled(view: HfView) -> bool:
    """All that is asked for a repository is there."""
    listed = view.files.complete and not view.files.pane.busy and view.header.revisions.count() > 1
    has_card = view.overview.card.isVisibleTo(view) or "It has no README." in words(view)
    return view.look is not None and listed and has_card


def show(qtbot: QtBot, page: BrowserPage, place: str = CHURN) -> HfView:
    page.show_detail(place)
    view = page.hugging_face.view
    in_files = "/" in place.removeprefix(CHURN)
    qtbot.waitUntil(lambda: view.files.complete if in_files else is_settled(view))
    return view


def names(view: HfView) -> list[str]:
    model = view.files.pane.model
    return [str(model.index(row, 0).data()) for row in range(model.rowCount())]


@contextmanager
def browser() -> Iterator[list[str]]:
    """What is opened in a web browser meanwhile."""
    taken: list[str] = []

    class Taking(QObject):
        @Slot(QUrl)
        def take(self, url: QUrl) -> None:
            taken.append(url.toString())

    taking = Taking()
    QDesktopServices.setUrlHandler("http", taking, "take")  # as that of HF_ENDPOINT is here
    yield taken
    QDesktopServices.unsetUrlHandler("http")


def test_a_pasted_address_opens_the_page_with_what_it_is(
    qtbot: QtBot,
    page: BrowserPage,
    navigator: RecordingNavigator,
    workspace: Workspace,
    churn: HubRepository,
) -> None:
    field = page.list.open_field.field
    field.setText("https://huggingface.co/team/churn")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert navigator.places[-1] == ("registries", CHURN)
    view = page.hugging_face.view
    qtbot.waitUntil(lambda: is_settled(view))
    said = words(view)
    for fact in ("text generation", "transformers", "apache-2.0", "1,234 in the last 30 days", "56"):
        assert fact in said
    assert churn.refs["refs/heads/main"] in said
    assert "in 5 files" in said
    assert "This is no ModelKit" in said
    assert workspace.history.recent()[0].reference == CHURN
    assert page.place.hugging_face == HfAddress("team/churn")
    with qtbot.waitSignal(page.hugging_face.top.back_wanted):
        button(page, "All registries").click()
    assert navigator.places[-1] == ("registries", "")


def test_what_was_opened_is_offered_where_an_address_is_entered_and_nowhere_to_push_to(
    qtbot: QtBot, page: BrowserPage, workspace: Workspace
) -> None:
    show(qtbot, page)
    page.show_detail("")
    completer = page.list.open_field.field.completer()
    qtbot.waitUntil(lambda: completer.model().rowCount() == 1)
    assert completer.model().index(0, 0).data() == CHURN
    assert copied_to(workspace) == used_references(workspace) == ()


def test_the_model_card_is_text_without_its_head_html_and_pictures(
    qtbot: QtBot, page: BrowserPage, hub: HubServer
) -> None:
    view = show(qtbot, page)
    text = view.overview.card.view.toPlainText()
    assert text.startswith("Churn")
    assert "pipeline_tag" not in text
    assert "<script>alert(1)</script>" in text
    assert all(exchange.path.startswith(("/api/", "/team/churn/resolve/")) for exchange in hub.asked())
    assert not hub.storage.asked()


def test_a_base_model_leads_to_its_page_and_what_is_no_name_does_not(
    qtbot: QtBot, page: BrowserPage, navigator: RecordingNavigator
) -> None:
    view = show(qtbot, page)
    assert "<b>no name</b>" in words(view)
    assert "<b>no name</b>" not in buttons(view)
    button(view, "team/base").click()
    assert navigator.places[-1] == ("registries", "hf://team/base")


def test_a_preview_reads_what_it_shows_and_no_more(qtbot: QtBot, page: BrowserPage, hub: HubServer) -> None:
    view = show(qtbot, page, f"{CHURN}/model.safetensors")
    preview = view.files.pane.preview
    qtbot.waitUntil(lambda: preview.loaded is not None)
    assert "2 tensors" in preview.words
    assert "Read by range from Hugging Face: not verified" in preview.words
    assert view.files.pane.tree.currentIndex().data() == "model.safetensors"
    assert 0 < hub.storage.bytes_sent < 20_000
    assert all("range" in exchange.headers for exchange in hub.storage.asked())
    qtbot.waitUntil(lambda: "read, nothing downloaded" in words(view.files))


def test_files_say_where_they_are_kept_and_unfold(qtbot: QtBot, page: BrowserPage) -> None:
    view = show(qtbot, page, f"{CHURN}/data/deep")
    model, tree = view.files.pane.model, view.files.pane.tree
    assert names(view) == ["data", "config.json", "model.safetensors", "README.md"]
    assert [model.index(row, 2).data() for row in range(4)] == ["", "Git", "Git LFS", "Git"]
    assert tree.currentIndex().data() == "deep"
    assert tree.isExpanded(model.index(0, 0))


def test_a_path_that_is_not_there_is_told(qtbot: QtBot, page: BrowserPage) -> None:
    view = show(qtbot, page, f"{CHURN}/data/test.csv")
    qtbot.waitUntil(lambda: view.files.pane.status == "There is no “data/test.csv” in this revision.")
    view.files.pane.search.setText("config")
    qtbot.waitUntil(lambda: names(view) == ["config.json"])
    page.show_detail(f"{CHURN}/data/train.csv")
    qtbot.waitUntil(lambda: view.files.pane.tree.currentIndex().data() == "train.csv")
    assert len(names(view)) == 4


def test_all_or_what_is_ticked_is_asked_to_be_downloaded(
    qtbot: QtBot, view: HfView, page: BrowserPage
) -> None:
    view.download_wanted.disconnect()
    show(qtbot, page)
    with qtbot.waitSignal(view.download_wanted) as asked:
        button(view, "Download…").click()
    repository, files, globs = asked.args
    assert repository.address == HfAddress("team/churn")
    assert {file.path for file in files} == {
        "README.md", "config.json", "data/train.csv", "data/deep/notes.txt", "model.safetensors"
    }  # fmt: skip
    assert globs == ()
    view.tabs.setCurrentWidget(view.files)
    model = view.files.pane.model
    model.setData(model.index(0, 0), Qt.CheckState.Checked, Qt.ItemDataRole.CheckStateRole)
    qtbot.waitUntil(lambda: button(view, "Download ticked…").isEnabled())
    with qtbot.waitSignal(view.download_wanted) as asked:
        button(view, "Download ticked…").click()
    assert asked.args[2] == ("data",)


def test_a_download_is_asked_about_in_its_sheet(qtbot: QtBot, page: BrowserPage) -> None:
    view = show(qtbot, page)
    button(view, "Download…").click()
    sheet = page.findChild(DownloadSheet)
    assert sheet is not None
    qtbot.waitUntil(lambda: "5 files" in words(sheet))


def test_what_is_still_being_listed_is_downloaded_once_it_is_known(
    qtbot: QtBot, view: HfView, page: BrowserPage, hub: HubServer, navigator: RecordingNavigator
) -> None:
    view.download_wanted.disconnect()
    hub.page_size = 4
    hub.rules.append(Rule("GET", "cursor=", delay=0.4))
    page.show_detail(CHURN)
    qtbot.waitUntil(lambda: view.files.count > 0)
    assert "so far" in words(view)
    with qtbot.waitSignal(view.download_wanted) as asked:
        button(view, "Download…").click()
        assert navigator.notices[-1] == "First its files are listed."
    assert len(asked.args[1]) == 5


def test_another_revision_is_chosen(
    qtbot: QtBot, page: BrowserPage, navigator: RecordingNavigator, churn: HubRepository
) -> None:
    view = show(qtbot, page)
    box = view.header.revisions
    assert [box.itemData(row) for row in range(box.count())] == ["main", "wide", None, "v1.0"]
    box.setFocus()
    box.setCurrentIndex(3)
    box.activated.emit(3)
    assert navigator.places[-1] == ("registries", f"{CHURN}@v1.0")
    qtbot.waitUntil(lambda: is_settled(view))
    assert churn.refs["refs/tags/v1.0"] in words(view)
    assert box.currentText() == "v1.0"


def test_a_commit_is_a_revision_too(qtbot: QtBot, page: BrowserPage, churn: HubRepository) -> None:
    commit = churn.refs["refs/tags/v1.0"]
    view = show(qtbot, page, f"{CHURN}@{commit}")
    box = view.header.revisions
    assert (box.currentText(), box.currentData()) == (commit[:8], commit)
    assert place_title(f"{CHURN}@{commit}/data") == f"Hugging Face / team/churn@{commit[:8]}"


def test_the_page_in_a_browser_is_opened_and_copied(
    qtbot: QtBot, page: BrowserPage, hub: HubServer, navigator: RecordingNavigator
) -> None:
    view = show(qtbot, page, f"{CHURN}@v1.0")
    address = f"{hub.origin}/team/churn/tree/v1.0"
    with browser() as opened:
        button(view, "Open in browser").click()
    assert opened == [address]
    assert button(view, "Open in browser").toolTip() == address
    button(view, "Copy address").click()
    assert QGuiApplication.clipboard().text() == address
    assert navigator.notices[-1] == "Address copied."


def test_the_star_makes_a_favourite_of_it(
    qtbot: QtBot, page: BrowserPage, navigator: RecordingNavigator
) -> None:
    view = show(qtbot, page)
    page.activateWindow()
    view.tabs.tabBar().setFocus()
    qtbot.keyClick(view.tabs.tabBar(), Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier)
    star = page.hugging_face.top.findChild(QToolButton)
    assert star is not None
    qtbot.waitUntil(star.isChecked)
    page.show_detail("")
    favourites = page.list.favourites.list
    qtbot.waitUntil(lambda: favourites.count() == 1)
    favourites.setCurrentRow(0)
    qtbot.keyClick(favourites, Qt.Key.Key_Return)
    assert navigator.places[-1] == ("registries", CHURN)


# -- what is in the way


def test_what_is_missing_may_be_private(qtbot: QtBot, page: BrowserPage, view: HfView) -> None:
    page.show_detail("hf://team/nothing")
    qtbot.waitUntil(view.problem.isVisible)
    assert "Hugging Face shows no such model" in words(view.problem)
    assert "sign in to Hugging Face with an access token." in words(view.problem)  # and no command
    press(qtbot, view.problem, "Sign in…")
    sheet = page.findChild(TokenSheet)
    assert sheet is not None
    assert sheet.isVisible()
    assert not button(view, "Download…").isEnabled()


def test_who_is_signed_in_is_shown_what_is_private(
    qtbot: QtBot, page: BrowserPage, hub: HubServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    hub.add(HubRepository("team/secret", files={"README.md": b"# Ours\n"}, private=True))
    hub.tokens["mine"] = "team"
    monkeypatch.setenv("HF_TOKEN", "mine")
    page.show_detail("hf://team/secret")
    view = page.hugging_face.view
    qtbot.waitUntil(lambda: view.overview.card.view.toPlainText() == "Ours")
    assert "Private" in {one.accessibleName() for one in view.header.findChildren(QWidget)}


def test_a_refused_token_is_replaced(
    qtbot: QtBot, page: BrowserPage, view: HfView, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_TOKEN", OTHER_HUB_TOKEN)
    page.show_detail(CHURN)
    qtbot.waitUntil(view.problem.isVisible)
    with qtbot.waitSignal(view.sign_in_wanted):
        press(qtbot, view.problem, "Sign in…")
    monkeypatch.delenv("HF_TOKEN")
    view.reload()
    qtbot.waitUntil(lambda: is_settled(view))


def test_what_a_locked_keyring_may_have_is_told_and_signed_in_with_otherwise(
    qtbot: QtBot, keyring: SecretService, page: BrowserPage, view: HfView, hub: HubServer
) -> None:
    hub.add(HubRepository("team/secret", files={"README.md": b"# Ours\n"}, private=True))
    keyring.lock()
    page.show_detail("hf://team/secret")
    qtbot.waitUntil(view.problem.isVisible)
    assert "A sign-in could not be looked for: the keyring of the system" in words(view.problem)
    qtbot.waitUntil(lambda: "Sign in…" in buttons(view.problem))


@pytest.fixture
def mirror(hub: HubServer, workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Hugging Face by plain http, and not on this computer."""
    with ConnectProxy({MIRROR: hub.port}) as proxy:
        workspace.save_registry(MIRROR, HostOptions(proxy=proxy.url))
        hub.tokens[HUB_TOKEN] = "team"
        monkeypatch.setenv("HF_ENDPOINT", f"http://{MIRROR}")
        yield MIRROR


@pytest.mark.parametrize(
    ("error", "offered"),
    [
        (errors.KeyringFailed("it was not unlocked", locked=True), {"Sign in…"}),
        (errors.CredentialFileDamaged(Path("config.json"), "no JSON"), {"Sign in…"}),
        (errors.PasswordInTheClear("hub.example.com"), {"Send it all the same"}),
        (errors.RegistryRefused("hub.example.com", 451, "", "It is switched off."), set()),
    ],
)
def test_what_helps_is_offered_beside_the_error(
    qtbot: QtBot, theme: Theme, error: KitOpsError, offered: set[str]
) -> None:
    problem = HfProblem()
    qtbot.addWidget(problem)
    problem.show_failure(error)
    qtbot.waitUntil(lambda: buttons(problem) >= {"Try again", *offered})
    assert not buttons(problem) & ({"Sign in…", "Send it all the same"} - offered)


def test_a_token_travels_in_the_clear_only_when_that_was_agreed_to(
    qtbot: QtBot,
    page: BrowserPage,
    hub: HubServer,
    mirror: str,
    workspace: Workspace,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("HF_TOKEN", HUB_TOKEN)
    page.show_detail(CHURN)
    view = page.hugging_face.view
    qtbot.waitUntil(view.problem.isVisible)
    assert f"Your access token is not sent to {mirror}" in words(view.problem)
    assert hub.exchanges == []
    press(qtbot, view.problem, "Send it all the same")
    qtbot.waitUntil(lambda: view.look is not None)
    assert view.look is not None
    assert view.look.repository.address.name == "team/churn"
    options = workspace.host_options(mirror)
    assert options.clear_password
    monkeypatch.setenv("HF_ENDPOINT", f"https://{mirror}")
    assert not workspace.host_options(mirror).plain_http, "nothing but the password was agreed to"


def test_a_token_that_is_entered_is_sent_in_the_clear_when_that_was_agreed_to(
    qtbot: QtBot, page: BrowserPage, navigator: RecordingNavigator, hub: HubServer, mirror: str
) -> None:
    sheet = page.care.sign_in(mirror)
    assert isinstance(sheet, TokenSheet)
    sheet.secret.setText(HUB_TOKEN)
    press(qtbot, sheet, "Sign in")
    press(qtbot, sheet, "Send it all the same")
    qtbot.waitUntil(lambda: "Signed in to Hugging Face as team." in navigator.notices)
    qtbot.waitUntil(lambda: page.findChild(TokenSheet) is None)


def test_of_a_gated_one_all_is_shown_but_what_is_in_files(
    qtbot: QtBot, page: BrowserPage, hub: HubServer
) -> None:
    hub.add(HubRepository("lab/gated", files={"README.md": b"# Closed\n", "a.bin": b"x"}, gated="manual"))
    page.show_detail("hf://lab/gated")
    view = page.hugging_face.view
    offered = {"Sign in…", "Open its page", "Try again"}
    qtbot.waitUntil(lambda: offered <= buttons(view.overview.problem))
    assert view.files.count == 2
    with browser() as opened:
        press(qtbot, view.overview.problem, "Open its page")
    assert opened == [f"{hub.origin}/lab/gated"]


def test_a_pause_that_is_wanted_says_until_when(qtbot: QtBot, page: BrowserPage, hub: HubServer) -> None:
    hub.rules.append(rate_limited("/api/", times=20, seconds=600))
    page.show_detail(CHURN)
    view = page.hugging_face.view
    qtbot.waitUntil(view.problem.isVisible)
    assert "in 10 minutes" in words(view.problem)
    hub.rules.clear()
    press(qtbot, view.problem, "Try again")
    qtbot.waitUntil(lambda: is_settled(view))


def test_the_certificate_of_an_installation_of_ones_own_is_trusted_where_it_is_met(
    qtbot: QtBot,
    page: BrowserPage,
    view: HfView,
    churn: HubRepository,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with HubServer(churn, context=server_context(self_signed(), tmp_path)) as own:
        monkeypatch.setenv("HF_ENDPOINT", own.origin)
        page.show_detail(CHURN)
        press(qtbot, view.problem, "Trust this certificate…")
        sheet = page.findChild(CertificateSheet)
        assert sheet is not None
        press(qtbot, sheet, "Trust this certificate")
        qtbot.waitUntil(lambda: is_settled(view))
    page.show_detail("")
    assert page.list.model.rowCount() == 0  # it is no registry


def test_a_revision_that_is_gone_leads_to_the_main_branch(
    qtbot: QtBot, page: BrowserPage, view: HfView, navigator: RecordingNavigator
) -> None:
    page.show_detail(f"{CHURN}@gone")
    qtbot.waitUntil(view.problem.isVisible)
    assert "team/churn has no such revision" in words(view.problem)
    press(qtbot, view.problem, "Show the main branch")
    assert navigator.places[-1] == ("registries", CHURN)
    qtbot.waitUntil(lambda: is_settled(view))


def test_a_list_that_breaks_off_says_so_and_is_asked_for_again(
    qtbot: QtBot, page: BrowserPage, hub: HubServer
) -> None:
    hub.page_size = 4
    hub.rules.append(Rule("GET", "cursor=", status=403))
    page.show_detail(CHURN)
    view = page.hugging_face.view
    view.tabs.setCurrentWidget(view.files)
    qtbot.waitUntil(lambda: view.files.pane.status_kind == "danger")
    assert view.files.pane.status.startswith("Not all files were listed. ")
    button(view.files, "List again").click()
    qtbot.waitUntil(lambda: view.files.complete)
    assert view.files.count == 5
    assert "List again" not in buttons(view.files)


def test_listing_is_stopped(qtbot: QtBot, page: BrowserPage, view: HfView, hub: HubServer) -> None:
    hub.page_size = 4
    hub.rules.append(Rule("GET", "cursor=", delay=30))
    page.show_detail(CHURN)
    view.tabs.setCurrentWidget(view.files)
    qtbot.waitUntil(lambda: view.files.count > 0)
    button(view.files, "Stop").click()
    assert view.files.pane.status.startswith("Stopped. ")
    assert not view.files.running


def test_who_leaves_and_comes_back_finds_all_of_it(
    qtbot: QtBot, page: BrowserPage, view: HfView, hub: HubServer
) -> None:
    hub.page_size = 4
    hub.rules.append(Rule("GET", "cursor=", delay=30))
    page.show_detail(CHURN)
    qtbot.waitUntil(lambda: hub.count("GET", "cursor=") == 1)
    page.show_detail("")
    assert not view.files.running
    page.show_detail(CHURN)
    qtbot.waitUntil(lambda: is_settled(view))
    assert view.files.count == 5
    asked = hub.count()
    page.show_detail("")
    page.show_detail(CHURN)
    assert view.files.count == 5
    assert hub.count() == asked


def test_another_name_is_told(qtbot: QtBot, page: BrowserPage, hub: HubServer, churn: HubRepository) -> None:
    hub.rename(churn, "lab/customer-churn")
    view = show(qtbot, page)
    assert "It was asked for as team/churn, and is called lab/customer-churn now." in words(view)


def test_an_empty_one_says_so(qtbot: QtBot, page: BrowserPage, hub: HubServer) -> None:
    hub.add(HubRepository("team/rows", kind="dataset", files={}))
    page.show_detail("hf://datasets/team/rows")
    view = page.hugging_face.view
    qtbot.waitUntil(lambda: "It has no files yet." in words(view))
    assert not button(view, "Download…").isEnabled()
    assert "Dataset on Hugging Face" in {one.accessibleName() for one in view.findChildren(QWidget)}


# -- answers that nobody should believe


HOSTILE: tuple[dict[str, object], ...] = (
    {"cardData": {"license": ["<b>mit</b>"] * 1000, "base_model": {"a": 1}}, "tags": "x" * 10_000},
    {"downloads": -5, "likes": "many", "lastModified": "soon", "private": "yes", "library_name": 7},
    {"id": "<img src=x>/" + "y" * 5000, "pipeline_tag": "<h1>" * 4000},
    {"id": ["team/churn"], "cardData": None, "gated": {"a": []}},
)


def test_a_hostile_description_is_shown_as_far_as_it_makes_sense(
    qtbot: QtBot, page: BrowserPage, view: HfView, hub: HubServer, churn: HubRepository
) -> None:
    about = {"sha": churn.refs["refs/heads/main"], "id": "team/churn"}
    page.show_detail(CHURN)
    for changes in HOSTILE:
        body = json.dumps({**about, **changes}).encode()
        hub.rules[:] = [Rule("GET", INFO, times=None, status=200, body=body)]
        view.reload()
        qtbot.waitUntil(lambda: is_settled(view))
        assert view.look is not None
        assert view.look.repository.address == HfAddress("team/churn")
        assert view.files.count == 5
        assert view.minimumSizeHint().width() < page.width()


def test_hostile_names_of_files_and_revisions_do_no_harm(
    qtbot: QtBot, page: BrowserPage, hub: HubServer
) -> None:
    odd = ["<b>bold.txt", "../../outside", "a//b", "line\nbreak", "deep/" * 60 + "x", "C:\\x"]
    entries = [{"type": "file", "path": path, "size": 3, "oid": "a" * 40} for path in odd]
    entries += [{"type": "file", "path": 5}, {"type": "file", "path": "huge", "size": 10**30}, None, "x"]
    entries += [{"type": "file", "path": "x" * 1_000_000, "size": 3, "oid": "a" * 40}]
    branches = [{"name": name, "targetCommit": "a" * 40} for name in ("../x", "<b>", "main")]
    refs = {"branches": branches, "tags": 7}
    hub.rules.append(Rule("GET", TREE, status=200, body=json.dumps(entries).encode()))
    hub.rules.append(Rule("GET", "/refs$", status=200, body=json.dumps(refs).encode()))
    page.show_detail(CHURN)
    view = page.hugging_face.view
    view.tabs.setCurrentWidget(view.files)
    qtbot.waitUntil(lambda: view.files.complete and not view.files.pane.busy)
    assert view.files.count == len(odd)
    model, tree = view.files.pane.model, view.files.pane.tree
    assert "<b>bold.txt" in names(view)
    for row in range(model.rowCount()):
        tree.setCurrentIndex(model.index(row, 0))
    qtbot.waitUntil(lambda: not view.files.pane.preview.busy)
    box = view.header.revisions
    qtbot.waitUntil(lambda: box.count() == 2)
    assert [box.itemText(row) for row in range(2)] == ["<b>", "main"]
    assert box.currentData() == "main"


def test_what_is_no_description_is_an_error_on_the_page(
    qtbot: QtBot, page: BrowserPage, view: HfView, hub: HubServer
) -> None:
    page.show_detail(CHURN)
    answers = {b"[]": "makes no sense", b"{": "is not JSON", b'{"sha": 3}': "makes no sense"}
    for body, said in answers.items():
        hub.rules[:] = [Rule("GET", INFO, times=None, status=200, body=body)]
        view.reload()
        assert not view.problem.isVisible()
        qtbot.waitUntil(view.problem.isVisible)
        assert said in words(view.problem)


def test_many_files_arrive_while_the_page_stays_alive(
    qtbot: QtBot, page: BrowserPage, hub: HubServer
) -> None:
    entries = [
        {"type": "file", "path": f"part-{number // 500}/{number}.json", "size": 3, "oid": "a" * 40}
        for number in range(20_000)
    ]
    hub.rules.append(Rule("GET", TREE, status=200, body=json.dumps(entries).encode()))
    page.show_detail(CHURN)
    view = page.hugging_face.view
    qtbot.waitUntil(lambda: view.files.complete and not view.files.pane.busy)
    assert view.files.count == 20_000
    assert view.files.pane.model.rowCount() == 40


def test_more_files_than_are_listed_are_told(
    qtbot: QtBot, page: BrowserPage, view: HfView, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (
        "kitops_desktop.importers.hugging_face.client",
        "kitops_desktop.ui.hugging_face.hf_stream",
    ):
        monkeypatch.setattr(f"{module}.MOST_FILES", 3)
    page.show_detail(CHURN)
    qtbot.waitUntil(lambda: view.files.complete and not view.files.pane.busy)
    assert view.files.count == 3
    assert view.files.pane.status == "The first 3 files; there are more than are listed."
    assert view.files.pane.status_kind == "warning"


# -- as it is reached


def test_everything_has_a_name_and_is_reached_by_keys(qtbot: QtBot, page: BrowserPage) -> None:
    view = show(qtbot, page)
    for kind in (QPushButton, QToolButton, QComboBox, QLineEdit):
        for control in view.findChildren(kind):
            if control.isVisibleTo(view) and control.focusPolicy() & Qt.FocusPolicy.TabFocus:
                text = control.text() if isinstance(control, (QPushButton, QToolButton)) else ""
                assert text or control.accessibleName() or _is_named_by_label(view, control)


def test_keys_lead_from_the_way_back_to_the_model_card(qtbot: QtBot, page: BrowserPage) -> None:
    view = show(qtbot, page)
    page.activateWindow()
    here = page.hugging_face
    assert here.isAncestorOf(page.focusWidget())
    steps: list[QWidget] = []
    one = here.nextInFocusChain()
    while one is not here:
        if here.isAncestorOf(one) and one.isVisible() and one.focusPolicy() & Qt.FocusPolicy.TabFocus:
            steps.append(one)
        one = one.nextInFocusChain()
    order = [button(here, "All registries"), view.header.revisions, button(view, "Download…")]
    order += [view.tabs.tabBar(), button(view, "team/base"), view.overview.card.view]
    assert [step for step in steps if step in order] == order


def _is_named_by_label(view: QWidget, control: QWidget) -> bool:
    return any(one.buddy() is control for one in view.findChildren(QLabel))


def test_commands_are_those_that_can_be_done_now(qtbot: QtBot, page: BrowserPage, view: HfView) -> None:
    page.show_detail("hf://team/nothing")
    qtbot.waitUntil(view.problem.isVisible)
    assert "Download…" not in {action.text for action in page.commands()}
    show(qtbot, page)
    offered = {action.text: action for action in page.commands()}
    assert {"Download…", "Open in browser", "Copy commit", "Read again", "Favourite"} <= set(offered)
    assert "Download ticked…" not in offered
    offered["Copy hf:// address"].run()
    assert QGuiApplication.clipboard().text() == CHURN


def test_places_are_read_and_named() -> None:
    place = parse_place("hf://datasets/team/rows@v2/a/b.csv")
    assert place.hugging_face is not None
    assert (place.host, place.kit, place.hugging_face.path) == ("", None, "a/b.csv")
    assert place_title("hf://datasets/team/rows@v2/a/b.csv") == "Hugging Face / datasets/team/rows@v2"
    assert place_title(CHURN) == "Hugging Face / team/churn"
    assert place_title("hf://") == "Hugging Face"
