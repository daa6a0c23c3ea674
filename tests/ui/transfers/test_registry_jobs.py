"""What jobs of registries offer when they have ended, with real registries."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from kitops_desktop.jobs.job import Job, JobState
from kitops_desktop.jobs.pull_job import PullWork
from kitops_desktop.jobs.push_job import PushWork
from kitops_desktop.jobs.unpack_job import UnpackWork
from kitops_desktop.jobs.work import Work
from kitops_desktop.registry.host import HostOptions
from kitops_desktop.ui.browser.sign_in_sheet import SignInSheet
from kitops_desktop.ui.transfers.job_offers import offers_of
from kitops_desktop.ui.transfers.job_text import icon_name, line_text, state_text
from kitops_desktop.ui.transfers.transfers_page import TransfersPage
from kitops_desktop.ui.widgets.error_panel import ErrorPanel
from kitops_desktop.workspace import Workspace, open_workspace
from support.planted import PASSWORD, USERNAME
from support.recording_navigator import RecordingNavigator
from support.registry_server import RegistryServer, push_golden

LOCAL = "reg.example.com/team/all:v1"


@pytest.fixture(scope="module")
def registry(tmp_path_factory: pytest.TempPathFactory, golden: Path) -> Iterator[RegistryServer]:
    with RegistryServer(tmp_path_factory.mktemp("registry")) as server:
        push_golden(server, golden / "04-names", "team/names")
        yield server


@pytest.fixture
def workspace(home: Path, golden: Path, registry: RegistryServer) -> Iterator[Workspace]:
    """Its store has a kit, and it knows the registry."""
    shutil.copytree(golden / "01-all-sections" / "storage", home / "kitops" / "storage")
    made = open_workspace()
    made.save_registry(registry.host, HostOptions(plain_http=True))
    yield made
    made.close()


@pytest.fixture
def page(qtbot: QtBot, workspace: Workspace, navigator: RecordingNavigator) -> Iterator[TransfersPage]:
    made = TransfersPage(workspace, navigator)
    qtbot.addWidget(made)
    made.show()
    yield made
    workspace.close()


def ended(qtbot: QtBot, workspace: Workspace, page: TransfersPage, work: Work) -> Job:
    """The job, done or failed, and chosen on the page."""
    job = workspace.jobs.submit(work)
    qtbot.waitUntil(lambda: job.state.is_finished and page.job is job)
    return job


def press(qtbot: QtBot, page: TransfersPage, text: str) -> None:
    def found() -> list[QPushButton]:
        return [one for one in page.findChildren(QPushButton) if one.text() == text and one.isVisible()]

    qtbot.waitUntil(lambda: bool(found()))
    found()[-1].click()


def test_a_push_leads_to_the_registry_and_to_the_library(
    qtbot: QtBot,
    workspace: Workspace,
    page: TransfersPage,
    registry: RegistryServer,
    navigator: RecordingNavigator,
) -> None:
    target = f"{registry.host}/team/pushed:v1"
    job = ended(qtbot, workspace, page, PushWork(LOCAL, target))
    assert job.state is JobState.DONE
    assert icon_name(job) == "upload"
    assert offers_of(job).copied == target
    press(qtbot, page, "Open in registry")
    press(qtbot, page, "Open in library")
    assert navigator.places == [("registries", target), ("library", LOCAL)]


def test_a_pull_leads_to_the_library(
    qtbot: QtBot,
    workspace: Workspace,
    page: TransfersPage,
    registry: RegistryServer,
    navigator: RecordingNavigator,
) -> None:
    reference = f"{registry.host}/team/names:v1"
    job = ended(qtbot, workspace, page, PullWork(reference))
    assert icon_name(job) == "download"
    press(qtbot, page, "Open in library")
    assert navigator.places == [("library", reference)]


def test_what_was_unpacked_from_a_registry_is_in_a_folder_only(
    qtbot: QtBot, workspace: Workspace, page: TransfersPage, registry: RegistryServer, tmp_path: Path
) -> None:
    reference = f"{registry.host}/team/names:v1"
    job = ended(qtbot, workspace, page, UnpackWork(reference, tmp_path / "out", source="remote"))
    offers = offers_of(job)
    assert icon_name(job) == "download"
    assert (offers.reference, offers.remote, offers.folder) == ("", reference, tmp_path / "out")


def test_a_job_that_needs_a_sign_in_goes_on_after_it(
    qtbot: QtBot, workspace: Workspace, page: TransfersPage, tmp_path: Path
) -> None:
    with RegistryServer(tmp_path / "private", passwords={USERNAME: PASSWORD}) as private:
        workspace.save_registry(private.host, HostOptions(plain_http=True))
        job = workspace.jobs.submit(PushWork(LOCAL, f"{private.host}/team/all:v1"))
        qtbot.waitUntil(lambda: job.hindrance is not None and page.job is job)
        assert state_text(job) == "Needs a sign-in"
        assert line_text(job).endswith("goes on when you have signed in")
        qtbot.waitUntil(lambda: page.findChild(ErrorPanel) is not None)
        assert "Sign in to the registry, then" in page.findChild(ErrorPanel).accessibleDescription()
        press(qtbot, page, "Sign in…")
        sheet = page.findChild(SignInSheet)
        sheet.username.setText(USERNAME)
        sheet.secret.setText(PASSWORD)
        press(qtbot, page, "Sign in")
        qtbot.waitUntil(lambda: job.state.is_finished)
        assert job.state is JobState.DONE
        assert f"{private.host}/team/all:v1" in offers_of(job).copied


def test_a_registry_that_is_to_be_set_up_is_offered_too(
    qtbot: QtBot,
    workspace: Workspace,
    page: TransfersPage,
    registry: RegistryServer,
    navigator: RecordingNavigator,
) -> None:
    workspace.save_registry(registry.host, HostOptions())  # https is spoken to what speaks http
    ended(qtbot, workspace, page, PullWork(f"{registry.host}/team/names:v1"))
    press(qtbot, page, "Set up registry…")
    assert navigator.places == [("registries", registry.host)]
