"""Downloading from Hugging Face as a job: paused, killed, refused, and what is written down of it."""

from __future__ import annotations

import json
import signal
import stat
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kitops_desktop.credentials.credential import Credential
from kitops_desktop.credentials.lookup import Keep
from kitops_desktop.errors import HfAccessNeeded, InvalidArgument, RegistryUnreachable, SignInRefused
from kitops_desktop.importers.hugging_face.sign_in import hugging_face
from kitops_desktop.jobs import queue as queues
from kitops_desktop.jobs.download_origin import noted_origin
from kitops_desktop.jobs.every_job import interrupted
from kitops_desktop.jobs.hindrance import NoNetwork, hindrance_of
from kitops_desktop.jobs.hugging_face_job import HuggingFaceWork, survey_download
from kitops_desktop.jobs.job import Job, JobState
from kitops_desktop.jobs.kinds import restore
from kitops_desktop.jobs.lookout import LookoutTimes
from kitops_desktop.jobs.transfers import is_transfer, may_pause
from kitops_desktop.modelkit.conflicts import OnExisting
from kitops_desktop.progress import CancelToken
from kitops_desktop.registry import blob_stream
from kitops_desktop.workspace import Workspace, open_workspace
from support import download_program
from support.computers import computer
from support.http_server import Rule
from support.hub_downloads import FILES, WEIGHTS, Downloading, downloading
from support.planted import HUB_TOKEN, OTHER_HUB_TOKEN, files_with_secrets
from support.repositories import MIB, noise
from support.waiting import until

LARGE = "model.safetensors"
SOME = 200_000
"""Bytes of it."""
ONE_SECOND = 1.0


@pytest.fixture(autouse=True)
def quick_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queues, "LookoutTimes", lambda: LookoutTimes(0.05, 0.1))


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Downloading]:
    with downloading(tmp_path) as made:
        monkeypatch.setenv("HF_ENDPOINT", made.hub.origin)
        yield made


@pytest.fixture
def mine(here: Downloading, tmp_path: Path) -> Iterator[Workspace]:
    with computer(tmp_path / "mine") as opened:
        yield opened


def pinned(here: Downloading) -> str:
    return str(here.repository().pinned)


def ended(job: Job, state: JobState = JobState.DONE) -> Job:
    assert job.wait(30)
    assert job.state is state, job.diagnostics
    return job


def in_the_midst(here: Downloading, mine: Workspace) -> Job:
    """A job whose large file stops coming, while all others are there."""
    here.hub.storage.rules[:] = [Rule("GET", here.file(LARGE).sha256, times=None, stall=SOME)]
    job = mine.jobs.submit(HuggingFaceWork(pinned(here), here.target))
    until(lambda: len(here.content()) == len(FILES) - 1 and here.kept() > 0, "a part of the large file")
    return job


def test_the_folder_is_known_to_be_of_the_repository(here: Downloading, mine: Workspace) -> None:
    job = in_the_midst(here, mine)
    assert mine.origins.find(here.target) == "team/churn"
    mine.jobs.pause(job)
    until(lambda: job.state is JobState.PAUSED, "the pause")
    here.forget()
    mine.jobs.resume(job)
    ended(job)
    assert mine.origins.find(here.target) == "team/churn"


def test_a_folder_with_files_of_ones_own_is_not_of_the_repository(here: Downloading, mine: Workspace) -> None:
    here.target.mkdir()
    (here.target / "mine.py").write_text("1\n")
    ended(mine.jobs.submit(HuggingFaceWork(pinned(here), here.target)))
    assert mine.origins.find(here.target) == ""


def test_a_folder_of_two_repositories_is_of_neither(here: Downloading, mine: Workspace) -> None:
    here.target.mkdir()
    (here.target / "other.bin").write_bytes(b"0")
    mine.origins.put(here.target, "team/other")
    ended(mine.jobs.submit(HuggingFaceWork(pinned(here), here.target)))
    assert mine.origins.find(here.target) == ""


def test_a_folder_that_nothing_came_into_is_of_no_repository(here: Downloading, mine: Workspace) -> None:
    with noted_origin(mine.origins, here.target, "team/churn"):
        assert mine.origins.find(here.target) == "team/churn"
    assert mine.origins.find(here.target) == ""


def test_a_repository_becomes_a_folder(here: Downloading, mine: Workspace) -> None:
    address = pinned(here)
    job = ended(mine.jobs.submit(HuggingFaceWork(address, here.target)))
    assert job.title == "Download team/churn from Hugging Face"
    assert here.content() == FILES
    assert job.result is not None
    assert job.result.summary == "Downloaded 5 files of team/churn"
    assert job.result.details == {
        "address": address,
        "name": "team/churn",
        "folder": str(here.target),
        "files": len(FILES),
        "size": sum(map(len, FILES.values())),
        "skipped": 0,
        "present": 0,
        "left_out": [],
        "beside": [],
    }
    again = ended(mine.jobs.submit(HuggingFaceWork(address, here.target)))
    assert again.result is not None
    assert again.result.summary == "Nothing of team/churn was fetched; 5 were there already"


def test_the_commit_counts_and_not_what_came_after_it(here: Downloading, mine: Workspace) -> None:
    address = pinned(here)
    here.model.commit({"README.md": b"# Another\n", "new.txt": b"new"})
    ended(mine.jobs.submit(HuggingFaceWork(address, here.target)))
    assert here.content() == FILES


def test_only_what_is_chosen_comes(here: Downloading, mine: Workspace) -> None:
    ended(mine.jobs.submit(HuggingFaceWork(pinned(here), here.target, ("*.json", "onnx/**"))))
    assert set(here.content()) == {"config.json", "onnx/quantized/model.onnx"}
    nothing = mine.jobs.submit(HuggingFaceWork(pinned(here), here.target, ("*.gguf",)))
    assert isinstance(ended(nothing, JobState.FAILED).error, InvalidArgument)
    folder = mine.jobs.submit(HuggingFaceWork(f"{pinned(here)}/tokenizer", here.target))
    ended(folder)
    assert set(here.content()) == {"config.json", "onnx/quantized/model.onnx", "tokenizer/added tokens.json"}


def test_files_in_the_way_are_decided_beforehand(here: Downloading, mine: Workspace) -> None:
    here.target.mkdir()
    for name in ("README.md", "config.json"):
        (here.target / name).write_bytes(b"mine")
    work = HuggingFaceWork(
        pinned(here), here.target, (), OnExisting.OVERWRITE, {"config.json": OnExisting.SKIP}
    )
    job = ended(mine.jobs.submit(work))
    assert here.content() == {**FILES, "config.json": b"mine"}
    assert job.result is not None
    assert job.result.summary == "Downloaded 4 files of team/churn; 1 was left alone"


def test_what_is_left_out_is_named_as_it_can_be_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mine: Workspace
) -> None:
    with downloading(tmp_path, {"../up.txt": b"up", "a\nb": b"b", "c": b"c"}) as here:
        monkeypatch.setenv("HF_ENDPOINT", here.hub.origin)
        job = ended(mine.jobs.submit(HuggingFaceWork("hf://team/churn", here.target)))
    assert job.result is not None
    assert job.result.details["left_out"] == ["a\N{REPLACEMENT CHARACTER}b", "../up.txt"]
    assert job.result.summary == "Downloaded 1 file of team/churn; 2 were left out"


def test_a_pause_keeps_what_came(here: Downloading, mine: Workspace) -> None:
    job = in_the_midst(here, mine)
    mine.jobs.pause(job)
    until(lambda: job.state is JobState.PAUSED, "the pause", timeout=5, explain=lambda: str(job.state))
    kept = here.kept()
    here.forget()
    mine.jobs.resume(job)
    ended(job)
    assert here.content() == FILES
    assert here.fetched() == len(WEIGHTS) - kept < len(WEIGHTS)
    assert here.hidden() == []


def test_cancelled_within_a_second(here: Downloading, mine: Workspace) -> None:
    job = in_the_midst(here, mine)
    begun = time.monotonic()
    mine.jobs.cancel(job)
    assert job.wait(5)
    assert time.monotonic() - begun < ONE_SECOND
    assert job.state is JobState.CANCELLED
    assert here.kept() > 0, "who begins again does not begin anew"


def test_the_next_run_of_the_program_goes_on(here: Downloading, tmp_path: Path) -> None:
    with computer(tmp_path / "mine") as mine:
        job = in_the_midst(here, mine)
    kept = here.kept()
    here.forget()
    with computer(tmp_path / "mine") as mine:
        again = next(one for one in mine.jobs.jobs() if one.id == job.id)
        assert again.state is JobState.INTERRUPTED
        mine.jobs.resume(again)
        ended(again)
    assert here.content() == FILES
    assert here.fetched() == len(WEIGHTS) - kept


@pytest.mark.parametrize("offset", [100_001, 300_700])
def test_a_program_that_is_killed_while_it_writes(here: Downloading, offset: int) -> None:
    """What is on the disk is not fetched again, and what has its name is right."""
    command = download_program.command(pinned(here), here.target, offset)
    killed = subprocess.run(command, env=download_program.environment(), capture_output=True, check=False)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    for path, content in here.content().items():
        assert content == FILES[path]
    missing = sum(len(FILES[path]) for path in FILES.keys() - here.content().keys()) - here.kept()
    here.forget()
    workspace = open_workspace()
    try:
        (job,) = interrupted(workspace.jobs)
        workspace.jobs.resume(job)
        ended(job)
    finally:
        workspace.close()
    assert here.content() == FILES
    assert here.fetched() == missing
    assert here.hidden() == []


def test_a_folder_that_may_not_be_written(
    here: Downloading, run_unprivileged: Callable[..., subprocess.CompletedProcess[str]]
) -> None:
    here.target.mkdir(mode=0o500)
    command = download_program.command(pinned(here), here.target)
    done = run_unprivileged(command, env=download_program.environment())
    assert done.stdout.startswith("FileAccessError"), done.stderr
    assert str(here.target) in done.stdout
    assert here.fetched() == 0
    assert list(here.target.iterdir()) == []
    assert stat.S_IMODE(here.target.stat().st_mode) == 0o500


def test_a_full_disk_is_waited_for(
    small_disk: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    disk = small_disk(4 * MIB)
    ballast = disk / "ballast"
    ballast.write_bytes(bytes(2 * MIB))
    files = {"model.bin": noise(3 * MIB)}
    with downloading(disk, files, lfs=["model.bin"]) as here, computer(tmp_path / "mine") as mine:
        monkeypatch.setenv("HF_ENDPOINT", here.hub.origin)
        job = mine.jobs.submit(HuggingFaceWork("hf://team/churn", here.target))
        until(lambda: job.hindrance is not None, "it to wait", explain=lambda: str(job.explanation))
        assert job.hindrance is not None
        assert job.hindrance.what == "room on the disk"
        assert here.fetched() == 0
        ballast.unlink()
        ended(job)
        assert here.content() == files


def test_the_token_reaches_hugging_face_only_and_is_nowhere_written_down(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mine: Workspace
) -> None:
    monkeypatch.setenv("HF_TOKEN", HUB_TOKEN)
    with downloading(tmp_path, private=True) as here:
        monkeypatch.setenv("HF_ENDPOINT", here.hub.origin)
        job = ended(mine.jobs.submit(HuggingFaceWork("hf://team/churn", here.target)))
        assert here.content() == FILES
        assert set(here.hub.authorizations()) == {f"Bearer {HUB_TOKEN}"}
        assert here.hub.storage.authorizations() == []
    assert job.log_path is not None
    assert job.log_path.exists()
    assert files_with_secrets(tmp_path) == []


def test_a_token_that_is_refused_is_waited_for_and_not_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mine: Workspace
) -> None:
    with downloading(tmp_path, private=True) as here:
        monkeypatch.setenv("HF_ENDPOINT", here.hub.origin)
        mine.credentials.save(here.hub.host, Credential("", OTHER_HUB_TOKEN), Keep.SESSION)
        job = mine.jobs.submit(HuggingFaceWork("hf://team/churn", here.target))
        until(lambda: job.hindrance is not None, "it to wait", explain=lambda: str(job.explanation))
        assert isinstance(job.error, SignInRefused)
        until(lambda: job.next_look_at is not None, "it to be looked at again")
        asked = len(here.hub.exchanges)
        look = job.next_look_at
        until(lambda: job.next_look_at != look, "another look")
        assert len(here.hub.exchanges) == asked, "the same token is not sent again"
        mine.credentials.save(here.hub.host, Credential("", HUB_TOKEN), Keep.SESSION)
        mine.jobs.signed_in(here.hub.host)
        ended(job)
        assert here.content() == FILES


def test_what_one_must_ask_for_waits_for_a_sign_in_and_then_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mine: Workspace
) -> None:
    with downloading(tmp_path, gated="manual") as here:
        monkeypatch.setenv("HF_ENDPOINT", here.hub.origin)
        job = mine.jobs.submit(HuggingFaceWork("hf://team/churn", here.target))
        until(lambda: job.hindrance is not None, "it to wait", explain=lambda: str(job.explanation))
        here.hub.tokens[OTHER_HUB_TOKEN] = "others"
        mine.credentials.save(here.hub.host, Credential("", OTHER_HUB_TOKEN), Keep.SESSION)
        mine.jobs.signed_in(here.hub.host)
        assert isinstance(ended(job, JobState.FAILED).error, HfAccessNeeded)
        assert not here.target.exists()


def test_a_connection_that_breaks_for_good_is_waited_for(
    here: Downloading, mine: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(blob_stream, "_FIRST_PAUSE", 0.001)
    broken = Rule("GET", here.file(LARGE).sha256, truncate=SOME)
    here.hub.storage.rules[:] = [broken, Rule("GET", here.file(LARGE).sha256, times=None, truncate=0)]
    job = mine.jobs.submit(HuggingFaceWork(pinned(here), here.target))
    until(lambda: job.hindrance is not None, "it to wait", explain=lambda: str(job.explanation))
    here.hub.storage.rules.clear()
    ended(job)
    assert here.content() == FILES


def test_no_network_is_waited_for_though_nothing_was_reached(here: Downloading, mine: Workspace) -> None:
    """Nobody has typed the name of Hugging Face, so it is not misspelt."""
    error = RegistryUnreachable(here.hub.host, "connect", "refused")
    assert isinstance(hindrance_of(error, mine.tools, reached=False), NoNetwork)
    other = RegistryUnreachable("localhost:1", "connect", "refused")
    assert hindrance_of(other, mine.tools, reached=False) is None


def test_a_survey_is_made_as_the_job_would(here: Downloading, mine: Workspace) -> None:
    client, token = hugging_face(mine.registries), CancelToken()
    repository = here.repository()
    files = tuple(client.files(repository, token))
    found = survey_download(client, repository, files, ("*.json",), here.target, token)
    job = ended(mine.jobs.submit(HuggingFaceWork(str(repository.pinned), here.target, ("*.json",))))
    assert job.result is not None
    assert (found.files, found.size) == (job.result.details["files"], job.result.details["size"])


def test_the_work_is_made_again_from_its_parameters(tmp_path: Path) -> None:
    decisions = {"a": OnExisting.OVERWRITE}
    work = HuggingFaceWork("hf://team/churn@v1", tmp_path, ("*.py",), OnExisting.BOTH, decisions)
    assert restore("hugging-face", json.loads(json.dumps(work.parameters()))) == work
    assert is_transfer(work)
    assert may_pause(work)
    with pytest.raises(ValueError, match="no address"):
        restore("hugging-face", {**work.parameters(), "address": "registry.example/a:v1"})
