"""From the page of a repository of Hugging Face to its files in a folder, which is opened as a project."""

from __future__ import annotations

import shlex
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QCheckBox, QLabel, QLineEdit, QPushButton, QRadioButton, QWidget
from pytestqt.qtbot import QtBot

from kitops_desktop.importers.hugging_face.address import HfAddress
from kitops_desktop.importers.hugging_face.sign_in import hugging_face
from kitops_desktop.importers.hugging_face.survey import DownloadSurvey
from kitops_desktop.importers.hugging_face.values import HfFile, HfRepository
from kitops_desktop.jobs.job import Job, JobState
from kitops_desktop.progress import CancelToken, Progress, Report
from kitops_desktop.ui.hugging_face.download_choice import DownloadChoice, Wanted
from kitops_desktop.ui.hugging_face.download_sheet import DownloadSheet
from kitops_desktop.ui.hugging_face.downloading import Downloading
from kitops_desktop.ui.transfers.job_offers import offers_of
from kitops_desktop.ui.transfers.job_text import icon_name
from kitops_desktop.ui.widgets.sheet import Sheet
from kitops_desktop.workspace import Workspace, open_workspace
from support.http_server import Rule
from support.hub_repository import HubRepository
from support.hub_server import HubServer
from support.kit_commands import run_command
from support.recording_navigator import RecordingNavigator

CHURN, ROWS = HfAddress("team/churn"), HfAddress("lab/churn")
WEIGHTS = bytes(range(256)) * 64
FILES = {
    "README.md": b"---\nlicense: mit\n---\n# Churn\n",
    "config.json": b'{"model_type": "bert"}',
    "model.safetensors": WEIGHTS,
    "onnx/model.onnx": WEIGHTS[::-1],
}
LFS = {"model.safetensors", "onnx/model.onnx"}


@pytest.fixture(scope="module")
def hub() -> Iterator[HubServer]:
    churn = HubRepository("team/churn", files=FILES, lfs=LFS)
    other = HubRepository("lab/churn", files={**FILES, "bell\a.txt": b"no name for a file here"}, lfs=LFS)
    with HubServer(churn, other) as server:
        yield server


@pytest.fixture
def workspace(home: Path, hub: HubServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workspace]:
    monkeypatch.setenv("HF_ENDPOINT", hub.origin)
    made = open_workspace()
    yield made
    hub.rules.clear()
    hub.storage.rules.clear()
    made.close()


@pytest.fixture
def host(qtbot: QtBot) -> QWidget:
    """The page that the sheet lies over."""
    page = QWidget()
    qtbot.addWidget(page)
    page.resize(1000, 700)
    page.show()
    return page


@pytest.fixture
def downloading(workspace: Workspace, navigator: RecordingNavigator, host: QWidget) -> Iterator[Downloading]:
    yield Downloading(workspace, navigator, host, lambda: CHURN)
    workspace.close()


OpenSheet = Callable[..., DownloadSheet]


@pytest.fixture
def open_sheet(qtbot: QtBot, workspace: Workspace, downloading: Downloading, tmp_path: Path) -> OpenSheet:
    """open_sheet(globs=(), address=CHURN, target=tmp_path / "out"): the sheet, when it has looked; with
    ``target`` None the folder that it proposes stays.
    """

    def make(
        globs: tuple[str, ...] = (), address: HfAddress = CHURN, target: Path | None = tmp_path / "out"
    ) -> DownloadSheet:
        sheet = downloading.start(*looked_at(workspace, address), globs)
        if target is not None:
            field(sheet).setText(str(target))
        settled(qtbot, sheet)
        return sheet

    return make


def looked_at(workspace: Workspace, address: HfAddress) -> tuple[HfRepository, tuple[HfFile, ...]]:
    client, token = hugging_face(workspace.registries), CancelToken()
    found = client.repository(address, token)
    return found, tuple(client.files(found, token))


def settled(qtbot: QtBot, sheet: DownloadSheet) -> None:
    qtbot.waitUntil(lambda: not sheet.looking)


def field(sheet: QWidget) -> QLineEdit:
    found = sheet.findChild(QLineEdit)
    assert found is not None
    return found


def button(sheet: QWidget, text: str) -> QPushButton:
    return next(found for found in sheet.findChildren(QPushButton) if found.text() == text)


def radio(sheet: QWidget, start: str) -> QRadioButton:
    radios = sheet.findChildren(QRadioButton)
    return next(found for found in radios if found.text().replace("&", "").startswith(start))


def opens(sheet: QWidget) -> QCheckBox:
    found = sheet.findChild(QCheckBox)
    assert found is not None
    return found


def words(sheet: QWidget) -> str:
    return "\n".join(label.text() for label in sheet.findChildren(QLabel) if label.isVisibleTo(sheet))


def downloaded(qtbot: QtBot, workspace: Workspace, sheet: DownloadSheet) -> Job:
    """The job that the sheet starts, when it has ended and that was told."""
    assert button(sheet, "Download").isEnabled(), words(sheet)
    button(sheet, "Download").click()
    job = workspace.jobs.listed()[0]
    qtbot.waitUntil(lambda: job.state.is_finished)
    return job


def copied() -> list[str]:
    """The words on the clipboard."""
    return shlex.split(QGuiApplication.clipboard().text())


def content(folder: Path) -> dict[str, bytes]:
    found = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}


def test_everything_comes_and_opens_as_a_project_for_whoever_waits(
    qtbot: QtBot, workspace: Workspace, navigator: RecordingNavigator, open_sheet: OpenSheet, tmp_path: Path
) -> None:
    sheet = open_sheet()
    assert "Everything: 4 files, 32.0 KiB. To have some files only, tick them first." in words(sheet)
    assert not any(one.isVisibleTo(sheet) for one in sheet.findChildren(QRadioButton))
    assert "\n4 files, 32.0 KiB; " in words(sheet)
    job = downloaded(qtbot, workspace, sheet)
    qtbot.waitUntil(lambda: len(navigator.notices) == 2)
    assert content(tmp_path / "out") == FILES
    assert navigator.places == [("projects", str(tmp_path / "out"))]
    assert navigator.notices[1] == "Downloaded team/churn: 4 files, 32.0 KiB."
    assert navigator.offers[1][0] == "Open folder"
    offers = offers_of(job)
    assert (offers.project, offers.folder, icon_name(job)) == (tmp_path / "out", tmp_path / "out", "download")
    assert offers.source.startswith("hf://team/churn@")
    assert (offers.reference, offers.remote) == ("", "")


def test_only_the_ticked_files_come(
    qtbot: QtBot, workspace: Workspace, open_sheet: OpenSheet, tmp_path: Path
) -> None:
    sheet = open_sheet(("onnx", "config.json"))
    assert radio(sheet, "Only").isChecked()
    assert radio(sheet, "Only").text().endswith("(2 files, 16.0 KiB)")
    assert radio(sheet, "Everything").text() == "&Everything (4 files, 32.0 KiB)"
    downloaded(qtbot, workspace, sheet)
    assert set(content(tmp_path / "out")) == {"onnx/model.onnx", "config.json"}


def test_whoever_went_elsewhere_is_told_and_taken_nowhere(
    qtbot: QtBot,
    workspace: Workspace,
    navigator: RecordingNavigator,
    open_sheet: OpenSheet,
    host: QWidget,
    tmp_path: Path,
) -> None:
    sheet = open_sheet()
    host.hide()
    downloaded(qtbot, workspace, sheet)
    qtbot.waitUntil(lambda: len(navigator.notices) == 2)
    assert navigator.places == []
    text, open_it = navigator.offers[1]
    assert text == "Open as project"
    assert open_it is not None
    open_it()
    assert navigator.places == [("projects", str(tmp_path / "out"))]


@pytest.mark.parametrize("why", ["not wished", "another repository", "a sheet is open"])
def test_nothing_is_opened_by_itself_where_that_would_disturb(
    qtbot: QtBot,
    workspace: Workspace,
    navigator: RecordingNavigator,
    open_sheet: OpenSheet,
    host: QWidget,
    why: str,
) -> None:
    sheet = open_sheet(("config.json",), ROWS if why == "another repository" else CHURN)
    opens(sheet).setChecked(why != "not wished")
    if why == "a sheet is open":
        Sheet("Something else", host).open_sheet()
    downloaded(qtbot, workspace, sheet)
    qtbot.waitUntil(lambda: len(navigator.notices) == 2)
    assert (navigator.places, navigator.offers[1][0]) == ([], "Open as project")


@pytest.mark.parametrize(
    ("rule", "text", "there"),
    [
        ("Keep what", "1 file is kept.", {"config.json": b"mine"}),
        ("Replace", "1 file is replaced.", {"config.json": FILES["config.json"]}),
        (
            "Keep both",
            "1 file is kept, with the new one beside it.",
            {"config.json": b"mine", "config (2).json": FILES["config.json"]},
        ),
    ],
)
def test_a_file_in_the_way_is_kept_replaced_or_both_are_kept(
    qtbot: QtBot,
    workspace: Workspace,
    open_sheet: OpenSheet,
    tmp_path: Path,
    rule: str,
    text: str,
    there: dict[str, bytes],
) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "config.json").write_bytes(b"mine")
    (tmp_path / "out" / "README.md").write_bytes(FILES["README.md"])
    sheet = open_sheet(("config.json", "README.md"))
    assert [conflict.path for conflict in sheet.conflicts.rows] == ["config.json"]
    assert "1 file is there already, with other content" in words(sheet)
    assert "1 file is there already, unchanged" in words(sheet)
    radio(sheet, rule).setChecked(True)
    assert text in words(sheet)
    job = downloaded(qtbot, workspace, sheet)
    assert job.state is JobState.DONE
    assert content(tmp_path / "out") == {"README.md": FILES["README.md"], **there}


def test_a_folder_where_a_file_belongs_wants_another_folder(
    qtbot: QtBot, open_sheet: OpenSheet, tmp_path: Path
) -> None:
    (tmp_path / "out" / "config.json").mkdir(parents=True)
    sheet = open_sheet()
    assert "Choose another folder" in words(sheet)
    assert not button(sheet, "Download").isEnabled()
    field(sheet).setText(str(tmp_path / "free"))
    settled(qtbot, sheet)
    assert button(sheet, "Download").isEnabled()
    field(sheet).setText(" ")
    settled(qtbot, sheet)
    assert "Choose a folder" in words(sheet)
    assert not button(sheet, "Download").isEnabled()


def test_what_has_no_name_here_is_named_before_and_the_rest_comes(
    qtbot: QtBot, workspace: Workspace, open_sheet: OpenSheet, tmp_path: Path
) -> None:
    sheet = open_sheet(address=ROWS)
    assert "1 file is left out, as it cannot be written here:\nbell" in words(sheet)
    job = downloaded(qtbot, workspace, sheet)
    assert job.state is JobState.DONE
    assert content(tmp_path / "out") == FILES


def test_the_command_does_the_same(workspace: Workspace, open_sheet: OpenSheet, tmp_path: Path) -> None:
    sheet = open_sheet(("onnx/model.onnx",), target=tmp_path / "a folder")
    button(sheet, "Copy as command").click()
    assert copied() == [
        *("kitops-desktop", "import", "hf://team/churn", "--into", str(tmp_path / "a folder")),
        *("--ref", looked_at(workspace, CHURN)[0].commit, "--path", "onnx/model.onnx"),
    ]


def test_our_command_line_understands_the_command(open_sheet: OpenSheet, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    for name in ("config.json", "README.md"):
        (tmp_path / "out" / name).write_bytes(b"mine")
    sheet = open_sheet(("config.json", "README.md"))
    radio(sheet, "Decide").setChecked(True)
    ticked, path = Qt.CheckState.Checked.value, sheet.conflicts.index(0, 0)
    sheet.conflicts.setData(path, ticked, Qt.ItemDataRole.CheckStateRole)
    replaced = sheet.conflicts.rows[0].path
    assert "1 file is replaced, 1 is kept." in words(sheet)
    button(sheet, "Copy as command").click()
    answer = run_command(*copied()[1:])
    assert answer.code == 0, answer.err
    there = content(tmp_path / "out")
    assert {name for name, found in there.items() if found == FILES[name]} == {replaced}
    assert set(there) == {"config.json", "README.md"}


def test_the_answers_are_proposed_again_and_others_go_beside(
    qtbot: QtBot, workspace: Workspace, open_sheet: OpenSheet, tmp_path: Path
) -> None:
    sheet = open_sheet(("config.json",), target=tmp_path / "models" / "mine")
    opens(sheet).setChecked(False)
    downloaded(qtbot, workspace, sheet)
    again = open_sheet(target=None)
    assert (field(again).text(), opens(again).isChecked()) == (str(tmp_path / "models" / "mine"), False)
    other = open_sheet(address=ROWS, target=None)
    assert (field(other).text(), opens(other).isChecked()) == (str(tmp_path / "models" / "churn"), True)


def test_at_first_a_place_beside_the_last_project_is_proposed(
    workspace: Workspace, open_sheet: OpenSheet, home: Path, tmp_path: Path
) -> None:
    assert field(open_sheet(target=None)).text() == str(Path.home() / "Models" / "churn")
    workspace.change_settings(unpack_folder=str(tmp_path / "kits"))
    assert field(open_sheet(target=None)).text() == str(tmp_path / "kits" / "churn")
    workspace.projects.add(tmp_path / "work" / "fraud")
    assert field(open_sheet(target=None)).text() == str(tmp_path / "work" / "churn")


def test_what_fails_is_told_with_the_way_to_it(
    qtbot: QtBot, workspace: Workspace, navigator: RecordingNavigator, hub: HubServer, open_sheet: OpenSheet
) -> None:
    sheet = open_sheet()
    hub.rules.append(Rule("GET", "/resolve/", status=403, headers={"X-Error-Message": "Blocked."}))
    job = downloaded(qtbot, workspace, sheet)
    qtbot.waitUntil(lambda: len(navigator.notices) == 2)
    assert job.state is JobState.FAILED
    assert navigator.notices[1].startswith("Download team/churn from Hugging Face: ")
    assert navigator.offers[1][0] == "Show"
    assert navigator.places == []
    navigator.job_signals.changed.emit(job)
    assert len(navigator.notices) == 2, "it is told once"


def test_two_downloads_never_go_into_one_folder(
    workspace: Workspace,
    navigator: RecordingNavigator,
    hub: HubServer,
    open_sheet: OpenSheet,
    tmp_path: Path,
) -> None:
    hub.storage.rules.append(Rule("GET", times=None, stall=1))
    for _ in range(2):
        button(open_sheet(), "Download").click()
    assert navigator.notices[1] == f"Something is being downloaded into {tmp_path / 'out'} already."
    assert len(workspace.jobs.listed()) == 1


def test_while_large_files_are_compared_it_is_told_how_far_that_is(
    qtbot: QtBot, workspace: Workspace, host: QWidget
) -> None:
    compared = threading.Event()

    def look(choice: DownloadChoice, token: CancelToken, report: Report) -> DownloadSurvey:
        report(Progress(3 << 30, None, "model.safetensors"))
        token.on_cancel(compared.set)
        compared.wait()
        return DownloadSurvey(0, 0, None, (), 4, ())

    wanted = Wanted(*looked_at(workspace, CHURN))
    sheet = DownloadSheet(wanted, DownloadChoice("/data/churn"), look, workspace.background, host)
    qtbot.waitUntil(lambda: "Comparing what is there already: 3.0 GiB, model.safetensors" in words(sheet))
    assert not button(sheet, "Download").isEnabled()
    compared.set()
    settled(qtbot, sheet)
    assert "4 files are there already, unchanged" in words(sheet)
    assert button(sheet, "Download").isEnabled()
