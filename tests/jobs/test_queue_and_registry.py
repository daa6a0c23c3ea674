"""The queue over a registry: pausing, quitting, a network that goes and comes, limits."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from kitops_desktop.credentials.credential import Credential
from kitops_desktop.credentials.lookup import Keep
from kitops_desktop.errors import SignInRefused
from kitops_desktop.jobs import queue as queues
from kitops_desktop.jobs.every_job import interrupted
from kitops_desktop.jobs.hindrance import NoSignIn, TooManyRequests
from kitops_desktop.jobs.job import Job, JobState
from kitops_desktop.jobs.lookout import LookoutTimes
from kitops_desktop.jobs.pack_job import PackWork, pack_folder
from kitops_desktop.jobs.pull_job import PullWork
from kitops_desktop.jobs.push_job import PushWork
from kitops_desktop.workspace import Workspace
from support.computers import computer, write_project
from support.http_server import Rule
from support.logging_proxy import LoggingProxy
from support.odd_registry import OddRegistry
from support.planted import OTHER_PASSWORD, PASSWORD, USERNAME
from support.registry_clients import QUICK
from support.registry_server import RegistryServer
from support.repositories import noise
from support.token_server import TokenServer
from support.waiting import until

MODEL = noise(2 << 20)
CHUNK = 512 << 10
SILENT = 600.0


@pytest.fixture(autouse=True)
def quick_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queues, "LookoutTimes", lambda: LookoutTimes(0.05, 0.1))


@pytest.fixture
def silence() -> Rule:
    """No answer to the chunks of the model, the only layer that has several, after its first."""
    return Rule("PATCH", r"/blobs/uploads/.+", times=None, delay=SILENT, range="^[1-9]")


@pytest.fixture
def odd(silence: Rule) -> Iterator[OddRegistry]:
    with OddRegistry([silence]) as registry:
        yield registry


@pytest.fixture
def mine(odd: OddRegistry, tmp_path: Path) -> Iterator[Workspace]:
    """A computer with the kit ``churn:v1``."""
    with computer(tmp_path / "mine", odd.host) as opened:
        opened.change_settings(most_chunk=CHUNK)
        pack_folder(PackWork(write_project(tmp_path / "churn", model=MODEL), "churn:v1"), opened.tools)
        yield opened


def paused(job: Job, mine: Workspace, silence: Rule) -> Job:
    """Paused in the middle of an upload, at once: when the chunk is on its way that gets no answer."""
    until(lambda: silence.met, "the upload to begin")
    mine.jobs.pause(job)
    mine.jobs.pause(job)
    until(lambda: job.state is JobState.PAUSED, "it to be paused", explain=lambda: job.state)
    return job


def test_a_paused_push_goes_on(odd: OddRegistry, mine: Workspace, silence: Rule) -> None:
    job = mine.jobs.submit(PushWork("churn:v1", f"{odd.host}/team/churn:v1"))
    paused(job, mine, silence)
    kept = mine.uploads.of(f"http://{odd.host}", "team/churn")  # another layer may have begun beside it
    assert max(upload.offset for upload in kept) == CHUNK
    odd.rules.clear()
    mine.jobs.resume(job)
    assert job.wait(30)
    assert job.state is JobState.DONE, job.diagnostics
    assert "team/churn:v1" in odd.tags
    sent = sum(one.received for one in odd.asked("PATCH", "/blobs/uploads/"))
    assert len(MODEL) <= sent <= len(MODEL) + 2 * CHUNK, "all but the chunk that broke off was sent once"


def test_a_paused_push_that_is_cancelled_is_cleared_away(
    odd: OddRegistry, mine: Workspace, silence: Rule
) -> None:
    job = mine.jobs.submit(PushWork("churn:v1", f"{odd.host}/team/churn:v1"))
    paused(job, mine, silence)
    odd.rules.clear()
    mine.jobs.cancel(job)
    assert job.wait(0)
    until(mine.jobs.is_idle, "the uploads to be ended")
    assert odd.count("DELETE", "/blobs/uploads/") >= 1
    assert mine.uploads.of(f"http://{odd.host}", "team/churn") == ()


def test_a_push_that_is_cancelled_before_it_comes_to_what_was_paused(
    odd: OddRegistry, mine: Workspace, silence: Rule
) -> None:
    job = mine.jobs.submit(PushWork("churn:v1", f"{odd.host}/team/churn:v1"))
    paused(job, mine, silence)
    question = Rule("HEAD", r"/blobs/", times=None, delay=SILENT)
    odd.rules[:] = [question]
    mine.jobs.resume(job)
    until(lambda: question.met, "the first question")
    mine.jobs.cancel(job)
    assert job.wait(5)
    until(mine.jobs.is_idle, "the uploads to be ended")
    assert odd.count("DELETE", "/blobs/uploads/") >= 1
    assert mine.uploads.of(f"http://{odd.host}", "team/churn") == ()


def test_what_an_interrupted_push_has_sent_is_cleared_away_with_it(
    odd: OddRegistry, mine: Workspace, silence: Rule, tmp_path: Path
) -> None:
    job = mine.jobs.submit(PushWork("churn:v1", f"{odd.host}/team/churn:v1"))
    until(lambda: silence.met, "the upload to begin")
    mine.close()
    odd.rules.clear()
    with computer(tmp_path / "mine", odd.host) as again:
        (found,) = interrupted(again.jobs)
        assert found.id == job.id
        assert again.uploads.of(f"http://{odd.host}", "team/churn") != ()
        again.jobs.forget(found)
        until(again.jobs.is_idle, "the uploads to be ended")
        assert again.uploads.of(f"http://{odd.host}", "team/churn") == ()
    assert odd.count("DELETE", "/blobs/uploads/") >= 1


def test_trying_again_goes_on_with_what_was_sent(odd: OddRegistry, mine: Workspace, silence: Rule) -> None:
    job = mine.jobs.submit(PushWork("churn:v1", f"{odd.host}/team/churn:v1"))
    paused(job, mine, silence)
    odd.rules[:] = [Rule("PATCH", r"/blobs/uploads/.+", times=None, status=401)]
    mine.jobs.asks_for_sign_ins = False
    mine.jobs.resume(job)
    assert job.wait(30)
    assert job.state is JobState.FAILED
    odd.rules.clear()
    before = mine.uploads.of(f"http://{odd.host}", "team/churn")
    again = mine.jobs.retry(job)
    assert again.wait(30)
    assert again.state is JobState.DONE, again.diagnostics
    assert before != ()
    assert odd.count("DELETE", "/blobs/uploads/") == 0


def test_what_another_job_goes_on_with_is_not_cleared_away(
    odd: OddRegistry, mine: Workspace, silence: Rule
) -> None:
    jobs = [mine.jobs.submit(PushWork("churn:v1", f"{odd.host}/team/churn:{tag}")) for tag in ("a", "b")]
    for job in jobs:
        paused(job, mine, silence)
    until(mine.jobs.is_idle, "both to be written down")
    before = mine.uploads.of(f"http://{odd.host}", "team/churn")
    odd.rules.clear()
    mine.jobs.cancel(jobs[0])
    assert mine.jobs.is_idle()
    assert mine.uploads.of(f"http://{odd.host}", "team/churn") == before != ()


def test_a_registry_that_goes_and_comes_back_is_waited_for(tmp_path: Path) -> None:
    folder = tmp_path / "registry"
    folder.mkdir()
    with RegistryServer(folder) as registry, computer(tmp_path / "mine", registry.host) as mine:
        host, port = registry.host, registry.port
        mine.registries.patience = QUICK
        pack_folder(PackWork(write_project(tmp_path / "churn"), "churn:v1"), mine.tools)
        first = mine.jobs.submit(PushWork("churn:v1", f"{host}/team/churn:v1"))
        assert first.wait(30)
        assert first.state is JobState.DONE, first.diagnostics
        registry.close()
        job = mine.jobs.submit(PullWork(f"{host}/team/churn:v1"))
        until(lambda: job.hindrance is not None, "it to wait for the network", explain=lambda: job.state)
        assert job.state is JobState.WAITING
        with RegistryServer(folder, port=port):
            assert job.wait(30)
        assert job.state is JobState.DONE, job.diagnostics


def test_a_limit_slows_a_push_and_is_lifted_while_it_runs(odd: OddRegistry, mine: Workspace) -> None:
    odd.rules.clear()
    mine.change_settings(upload_limit=64 << 10)  # half a minute for the model
    begin = time.monotonic()
    job = mine.jobs.submit(PushWork("churn:v1", f"{odd.host}/team/churn:v1"))
    until(lambda: any(one.received > 0 for one in odd.asked("PATCH", "/blobs/uploads/")), "the first bytes")
    mine.change_settings(upload_limit=0)
    assert job.wait(20)
    assert job.state is JobState.DONE, job.diagnostics
    assert time.monotonic() - begin < 20


class PasswordChanges(LoggingProxy):
    """Whatever breaks by a rule: at that moment the account gets another password."""

    def __init__(self, port: int, tokens: TokenServer, rule: Rule) -> None:
        self._tokens = tokens
        super().__init__(port, [rule])

    def rule_for(self, *request: str) -> Rule | None:
        rule = super().rule_for(*request)
        if rule is not None:
            self._tokens.passwords[USERNAME] = OTHER_PASSWORD
        return rule


@pytest.fixture
def tokens() -> Iterator[TokenServer]:
    with TokenServer() as made:
        yield made


@pytest.fixture
def changing(tokens: TokenServer, tmp_path: Path) -> Iterator[PasswordChanges]:
    """A registry that wants to be signed in to once more in the middle of an upload."""
    challenge = f'Bearer realm="{tokens.realm}",service="{tokens.service}"'
    rule = Rule("PATCH", "/blobs/", skip=1, status=401, headers={"WWW-Authenticate": challenge})
    (tmp_path / "registry").mkdir()
    with (
        RegistryServer(tmp_path / "registry", token=tokens) as server,
        PasswordChanges(server.port, tokens, rule) as proxy,
    ):
        yield proxy


@pytest.fixture
def signed_in(changing: PasswordChanges, tmp_path: Path) -> Iterator[Workspace]:
    """A computer with a kit, and with a sign-in that does not hold for long."""
    with computer(tmp_path / "mine", changing.host) as opened:
        opened.change_settings(most_chunk=CHUNK)
        opened.credentials.save(changing.host, Credential(USERNAME, PASSWORD), Keep.SESSION)
        pack_folder(PackWork(write_project(tmp_path / "churn", model=MODEL), "churn:v1"), opened.tools)
        yield opened


def test_a_push_whose_password_changed_waits_for_a_sign_in_and_goes_on_where_it_was(
    changing: PasswordChanges, tokens: TokenServer, signed_in: Workspace
) -> None:
    jobs, host = signed_in.jobs, changing.host
    job = jobs.submit(PushWork("churn:v1", f"{host}/team/churn:v1"))
    until(lambda: isinstance(job.hindrance, NoSignIn), "it to wait", explain=lambda: job.diagnostics)
    assert job.state is JobState.WAITING
    assert isinstance(job.error, SignInRefused)
    looked = job.next_look_at
    until(lambda: job.next_look_at != looked, "a look for another sign-in")
    assert isinstance(job.hindrance, NoSignIn)
    signed_in.credentials.save(host, Credential(USERNAME, OTHER_PASSWORD), Keep.SESSION)
    assert job.wait(30)
    assert job.state is JobState.DONE, job.diagnostics
    assert tokens.refused == 1, "no account is locked by what is tried again and again"
    sent = sum(one.received for one in changing.asked("PATCH", "/blobs/"))
    assert len(MODEL) <= sent <= len(MODEL) + 2 * CHUNK, "all but the chunk that was refused was sent once"


def test_a_refused_sign_in_is_no_reason_to_wait_where_nobody_would_sign_in(
    changing: PasswordChanges, signed_in: Workspace
) -> None:
    signed_in.jobs.asks_for_sign_ins = False
    job = signed_in.jobs.submit(PushWork("churn:v1", f"{changing.host}/team/churn:v1"))
    assert job.wait(30)
    assert isinstance(job.error, SignInRefused)


def test_a_registry_that_names_its_pause_gets_it(odd: OddRegistry, mine: Workspace) -> None:
    odd.rules[:] = [Rule("PATCH", "/blobs/", skip=1, status=429, headers={"Retry-After": "3600"})]
    job = mine.jobs.submit(PushWork("churn:v1", f"{odd.host}/team/churn:v1"))
    until(lambda: job.hindrance is not None, "it to wait", explain=lambda: job.state)
    assert isinstance(job.hindrance, TooManyRequests)
    assert job.next_look_at == pytest.approx(time.time() + 3600, abs=30)
    assert mine.uploads.of(f"http://{odd.host}", "team/churn"), "what was sent is kept there"
    mine.registries.forget(odd.host)
    mine.jobs.try_now(job)
    assert job.wait(30)
    assert job.state is JobState.DONE, job.diagnostics
