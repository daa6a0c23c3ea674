"""Downloads from Hugging Face that need to know who we are wait for that, and go on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from kitops_desktop.credentials.lookup import Keep
from kitops_desktop.errors import HfAccessNeeded, SignInRefused
from kitops_desktop.importers.hugging_face.sign_in import credential_of
from kitops_desktop.jobs.hindrance import NoSignIn
from kitops_desktop.jobs.hugging_face_job import HuggingFaceWork
from kitops_desktop.jobs.job import Job, JobState
from kitops_desktop.progress import CancelToken
from kitops_desktop.workspace import Workspace
from support.computers import computer
from support.hub_repository import HubRepository
from support.hub_server import HubServer
from support.planted import HUB_TOKEN, OTHER_HUB_TOKEN, files_with_secrets
from support.waiting import until

CARD = b"# Churn\n"


@pytest.fixture
def gated() -> HubRepository:
    return HubRepository("lab/gated", gated="manual", files={"README.md": CARD}, readers={"team"})


@pytest.fixture
def hub(gated: HubRepository, monkeypatch: pytest.MonkeyPatch) -> Iterator[HubServer]:
    with HubServer(gated, tokens={HUB_TOKEN: "team"}) as server:
        monkeypatch.setenv("HF_ENDPOINT", server.origin)
        monkeypatch.delenv("HF_TOKEN", raising=False)
        yield server


@pytest.fixture
def mine(hub: HubServer, tmp_path: Path) -> Iterator[Workspace]:
    with computer(tmp_path / "mine") as opened:
        yield opened


def begun(mine: Workspace, gated: HubRepository, tmp_path: Path) -> Job:
    address = f"hf://lab/gated@{gated.find('main').sha}"  # type: ignore[union-attr]
    job = mine.jobs.submit(HuggingFaceWork(address, tmp_path / "out"))
    until(lambda: isinstance(job.hindrance, NoSignIn), "it to wait", explain=lambda: job.diagnostics)
    return job


def signs_in(mine: Workspace, hub: HubServer) -> None:
    mine.credentials.save(hub.host, credential_of(HUB_TOKEN), Keep.SESSION)
    mine.jobs.signed_in(hub.host)


def test_whoever_is_not_signed_in_can_do_so_while_a_download_waits(
    mine: Workspace, hub: HubServer, gated: HubRepository, tmp_path: Path
) -> None:
    job = begun(mine, gated, tmp_path)
    assert isinstance(job.error, HfAccessNeeded)
    signs_in(mine, hub)
    assert job.wait(30)
    assert job.state is JobState.DONE, job.diagnostics
    assert (tmp_path / "out" / "README.md").read_bytes() == CARD


def test_a_token_that_holds_no_more_is_tried_once_and_another_helps(
    mine: Workspace,
    hub: HubServer,
    gated: HubRepository,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setenv("HF_TOKEN", OTHER_HUB_TOKEN)
    job = begun(mine, gated, tmp_path)
    assert isinstance(job.error, SignInRefused)
    assert isinstance(job.hindrance, NoSignIn)
    assert not job.hindrance.is_gone(CancelToken()), "the same again would not help"
    assert len(hub.exchanges) == 1, "and is not tried"
    signs_in(mine, hub)
    assert job.wait(30)
    assert job.state is JobState.DONE, job.diagnostics
    assert "hub-t0ken" not in f"{caplog.text}{job.diagnostics}"
    mine.close()
    assert not files_with_secrets(tmp_path), "the journal and the log are there"


def test_signing_in_as_somebody_without_access_ends_it(
    mine: Workspace, hub: HubServer, gated: HubRepository, tmp_path: Path
) -> None:
    gated.readers.clear()
    job = begun(mine, gated, tmp_path)
    signs_in(mine, hub)
    assert job.wait(30)
    assert job.state is JobState.FAILED
    assert isinstance(job.error, HfAccessNeeded)
