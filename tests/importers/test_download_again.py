"""Downloads that were broken off and begun again, and folders that have some of the files already."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from kitops_desktop.classification.junk import junk_folder
from kitops_desktop.errors import FileAccessError, FilesExist, HfContentWrong, TransferInterrupted
from kitops_desktop.importers.hugging_face.survey import survey_download
from kitops_desktop.modelkit.conflicts import Conflict, OnExisting
from kitops_desktop.progress import Cancelled, CancelToken, Progress
from kitops_desktop.registry import blob_stream
from support.http_server import Rule
from support.hub_downloads import CONTENTS, EMPTY, FILES, WEIGHTS, Downloading, downloading
from support.trees import tree
from support.waiting import until

LARGE = "model.safetensors"
SOME = 200_000
"""Bytes of it."""
OTHER = b"mine, and not as on the Hub"
SAME_SIZE = FILES["config.json"].replace(b"8", b"9")


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Downloading]:
    with downloading(tmp_path) as made:
        yield made


def stopped_at(here: Downloading, offset: int) -> None:
    """A download that is cancelled when a part of the large file has come, and all of the others; of that
    part there are ``offset`` bytes, as if it had been killed while it wrote.
    """
    here.hub.storage.rules[:] = [Rule("GET", here.file(LARGE).sha256, times=None, stall=SOME)]
    token, raised = CancelToken(), []

    def run() -> None:
        try:
            here.download(token=token)
        except Cancelled as stopped:
            raised.append(stopped)

    thread = threading.Thread(target=run)
    thread.start()
    content = here.file(LARGE).content

    def has_come() -> bool:
        left = here.left()
        return len(left) == 1 and len(left[0]) > 0 and content.startswith(left[0])

    try:
        until(lambda: has_come() and len(here.content()) == len(FILES) - 1, "all but one to be whole")
    finally:
        token.cancel()
        thread.join()
    assert raised
    (partial,) = here.partials()
    partial.write_bytes(content[:offset])
    here.forget()


@pytest.mark.parametrize("offset", [1, 65_536, 123_457, len(WEIGHTS) - 1])
def test_it_goes_on_at_the_byte_where_it_stopped(here: Downloading, offset: int) -> None:
    told: list[Progress] = []
    stopped_at(here, offset)
    done = here.download(report=told.append)
    assert here.fetched() == len(WEIGHTS) - offset
    assert here.content() == FILES
    assert (done.files, done.size) == (1, len(WEIGHTS))
    assert set(done.present) == set(FILES) - {LARGE}
    assert told[-1].done == told[-1].total == sum(map(len, FILES.values()))
    assert told[-1].skipped == told[-1].done - (len(WEIGHTS) - offset)
    assert here.hidden() == []


def test_a_connection_that_breaks_is_gone_on_with(here: Downloading, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blob_stream, "_FIRST_PAUSE", 0.001)
    cuts = [Rule("GET", here.file(LARGE).sha256, truncate=offset) for offset in (1, 70_000, 200_000)]
    here.hub.storage.rules.extend(cuts)
    here.download()
    assert here.content() == FILES
    assert here.fetched() < sum(map(len, FILES.values())) + 3 * SOME


def test_one_that_breaks_for_good_leaves_what_came(
    here: Downloading, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(blob_stream, "_FIRST_PAUSE", 0.001)
    cut, dead = Rule("GET", here.file(LARGE).sha256, truncate=SOME), Rule("GET", times=None, truncate=0)
    here.hub.storage.rules.extend([Rule("GET", here.file("onnx/quantized/model.onnx").sha256), cut, dead])
    with pytest.raises(TransferInterrupted):
        here.download(parallel=1)
    kept = here.kept()
    assert kept > SOME // 2
    assert set(here.content()) == set(FILES) - {LARGE, EMPTY}
    here.forget()
    here.download()
    assert here.content() == FILES
    assert here.fetched() == len(WEIGHTS) - kept


def test_where_no_parts_can_be_had_it_goes_on_all_the_same(here: Downloading) -> None:
    stopped_at(here, 100_000)
    here.hub.storage.rules.append(Rule("GET", here.file(LARGE).sha256, times=None, ignore_range=True))
    here.download()
    assert here.content() == FILES


@pytest.mark.parametrize("damage", ["other bytes", "too long"])
def test_what_is_left_and_wrong_is_fetched_again(here: Downloading, damage: str) -> None:
    stopped_at(here, 100_000)
    (partial,) = here.partials()
    partial.write_bytes(bytes(100_000) if damage == "other bytes" else bytes(len(WEIGHTS) + 1))
    told: list[Progress] = []
    here.download(report=told.append)
    assert here.content() == FILES
    assert told[-1].done == told[-1].total


def test_a_file_that_is_whole_and_has_no_name_yet_is_not_fetched(here: Downloading) -> None:
    stopped_at(here, 100_000)
    (partial,) = here.partials()
    partial.write_bytes(WEIGHTS)
    here.download()
    assert here.content() == FILES
    assert here.fetched() == 0


@pytest.mark.parametrize(
    "damage",
    [b"", b"\xff\x00 no text", b"[" * 100_000, b'"commit"\n["a", 1]\n{}\nnull\n'],
    ids=["empty", "no text", "deep", "other values"],
)
def test_notes_that_are_damaged_cost_no_more_than_time(here: Downloading, damage: bytes) -> None:
    stopped_at(here, 100_000)
    (here.hidden()[0] / "notes").write_bytes(damage)
    here.download()
    assert here.content() == FILES
    assert here.fetched() == len(WEIGHTS) - 100_000


@pytest.mark.parametrize("name", ["../../up", "/", "", "\0", "\ud800"], ids=ascii)
def test_notes_with_names_that_are_none_say_nothing(here: Downloading, name: str) -> None:
    stopped_at(here, 100_000)
    notes = here.hidden()[0] / "notes"
    commit, *lines = map(json.loads, notes.read_text().splitlines())
    others = [[path, digest, name, *rest] for path, digest, _, *rest in lines]
    notes.write_text("\n".join(map(json.dumps, [commit, *others])))
    here.download(existing=OnExisting.BOTH)
    assert here.content() == FILES
    assert here.fetched() == len(WEIGHTS) - 100_000


def test_what_is_kept_is_no_part_of_a_project(here: Downloading) -> None:
    stopped_at(here, 100_000)
    (hidden,) = here.hidden()
    assert junk_folder(hidden.name) is not None


def test_what_is_there_already_is_not_asked_for(here: Downloading) -> None:
    here.download()
    here.forget()
    done = here.download()
    assert (done.files, done.size) == (0, 0)
    assert set(done.present) == set(FILES)
    assert here.hub.count("GET", "/resolve/") == 0
    assert here.hidden() == []


def test_a_finished_file_that_was_changed_since_is_in_the_way(here: Downloading) -> None:
    """What is remembered of it says nothing any more."""
    stopped_at(here, 100_000)
    (here.target / "config.json").write_bytes(SAME_SIZE)
    with pytest.raises(FilesExist) as caught:
        here.download()
    assert caught.value.paths == (here.target / "config.json",)
    assert here.kept() == 100_000, "what has come is kept"


def test_of_another_commit_only_what_is_still_good_is_gone_on_with(here: Downloading) -> None:
    stopped_at(here, 100_000)
    here.model.commit({"README.md": b"# Another\n"})
    done = here.download(existing=OnExisting.OVERWRITE)
    assert here.content() == {**FILES, "README.md": b"# Another\n"}
    assert here.fetched() == len(WEIGHTS) - 100_000 + len(b"# Another\n")
    assert done.files == 2
    assert here.hidden() == []


def test_what_another_commit_left_is_cleared_away(here: Downloading) -> None:
    stopped_at(here, 100_000)
    (old,) = here.partials()
    here.model.commit({LARGE: WEIGHTS[::-1]})
    stopped_at(here, 70_000)
    assert not old.exists()
    assert here.kept() == 70_000
    here.download()
    assert here.content() == {**FILES, LARGE: WEIGHTS[::-1]}


def test_a_hidden_folder_of_somebody_else_is_not_used(
    here: Downloading, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever owns it could exchange what was checked."""
    stopped_at(here, 100_000)
    monkeypatch.setattr(os, "geteuid", lambda: os.getuid() + 1)
    with pytest.raises(FileAccessError, match="somebody else"):
        here.download()
    assert here.fetched() == 0
    assert here.kept() == 100_000


# Files in the way ----------------------------------------------------------------------------------------


@pytest.fixture
def occupied(here: Downloading) -> Downloading:
    """Three files are there: the right one, one of another size, one of the same."""
    here.target.mkdir()
    (here.target / "README.md").write_bytes(FILES["README.md"])
    (here.target / LARGE).write_bytes(OTHER)
    (here.target / LARGE).chmod(0o600)
    (here.target / "config.json").write_bytes(SAME_SIZE)
    return here


def test_files_in_the_way_stop_it_before_anything_comes(occupied: Downloading) -> None:
    before = tree(occupied.target)
    with pytest.raises(FilesExist) as caught:
        occupied.download()
    assert set(caught.value.paths) == {occupied.target / LARGE, occupied.target / "config.json"}
    assert occupied.fetched() == 0
    assert tree(occupied.target) == before


def test_files_in_the_way_are_replaced(occupied: Downloading) -> None:
    done = occupied.download(existing=OnExisting.OVERWRITE)
    assert occupied.content() == FILES
    assert done.present == ("README.md",)
    assert (occupied.target / LARGE).stat().st_mode & 0o777 == 0o600, "it keeps its permissions"


def test_files_in_the_way_are_left_alone(occupied: Downloading) -> None:
    told: list[Progress] = []
    done = occupied.download(existing=OnExisting.SKIP, report=told.append)
    assert set(done.skipped) == {LARGE, "config.json"}
    assert occupied.content() == {**FILES, LARGE: OTHER, "config.json": SAME_SIZE}
    assert occupied.hub.storage.count("GET", occupied.file(LARGE).sha256) == 0
    assert told[-1].done == told[-1].total


def test_both_are_kept(occupied: Downloading) -> None:
    (occupied.target / "config (2).json").write_bytes(b"taken")
    done = occupied.download(existing=OnExisting.BOTH)
    assert done.beside == ("config (3).json", "model (2).safetensors")
    beside = {"config (3).json": FILES["config.json"], "model (2).safetensors": WEIGHTS}
    mine = {LARGE: OTHER, "config.json": SAME_SIZE, "config (2).json": b"taken"}
    assert occupied.content() == {**FILES, **mine, **beside}


def test_what_was_put_beside_another_is_not_put_there_twice(occupied: Downloading) -> None:
    (occupied.target / LARGE).unlink()
    occupied.hub.storage.rules.append(Rule("GET", occupied.file(LARGE).sha256, times=None, flip=3))
    with pytest.raises(HfContentWrong):
        occupied.download(existing=OnExisting.BOTH, parallel=1)
    assert (occupied.target / "config (2).json").exists()
    occupied.forget()
    survey = occupied.survey()
    assert [found.path for found in survey.conflicts] == ["config.json"]
    occupied.download(existing=OnExisting.BOTH)
    assert occupied.content() == {**FILES, "config.json": SAME_SIZE, "config (2).json": FILES["config.json"]}


def test_what_was_put_beside_another_is_put_in_its_place_when_that_is_wanted_now(
    occupied: Downloading,
) -> None:
    (occupied.target / LARGE).unlink()
    occupied.hub.storage.rules.append(Rule("GET", occupied.file(LARGE).sha256, times=None, flip=3))
    with pytest.raises(HfContentWrong):
        occupied.download(existing=OnExisting.BOTH, parallel=1)
    occupied.forget()
    occupied.download(existing=OnExisting.OVERWRITE)
    assert occupied.content() == {**FILES, "config (2).json": FILES["config.json"]}


def test_single_files_are_decided_about(occupied: Downloading) -> None:
    done = occupied.download(existing=OnExisting.SKIP, decisions={LARGE: OnExisting.OVERWRITE})
    assert done.skipped == ("config.json",)
    assert occupied.content() == {**FILES, "config.json": SAME_SIZE}


def test_a_file_that_appears_meanwhile_is_not_replaced(here: Downloading) -> None:
    def put(progress: Progress) -> None:
        if progress.done and not (here.target / LARGE).exists():
            (here.target / LARGE).write_bytes(OTHER)

    with pytest.raises(FilesExist):
        here.download(report=put)
    assert (here.target / LARGE).read_bytes() == OTHER


# What would be done --------------------------------------------------------------------------------------


def test_a_survey_says_what_would_be_done_and_does_nothing(occupied: Downloading) -> None:
    before = tree(occupied.target)
    found = occupied.survey()
    assert (found.files, found.present, found.left_out, found.begun) == (len(FILES) - 1, 1, (), 0)
    assert found.size == sum(map(len, FILES.values())) - len(FILES["README.md"])
    assert found.free is not None
    assert set(found.conflicts) == {
        Conflict(LARGE, len(OTHER), len(WEIGHTS), same_kind=True),
        Conflict("config.json", len(SAME_SIZE), len(SAME_SIZE), same_kind=True),
    }
    assert tree(occupied.target) == before
    assert occupied.hub.count("GET", CONTENTS) == 0


def test_a_survey_tells_how_much_it_has_compared(occupied: Downloading) -> None:
    told: list[Progress] = []
    survey_download(
        occupied.client,
        occupied.repository(),
        occupied.files(),
        (),
        occupied.target,
        CancelToken(),
        told.append,
    )
    assert told[-1].done == len(FILES["README.md"]) + len(SAME_SIZE)
    assert {progress.detail for progress in told} == {"README.md", "config.json"}


def test_a_survey_of_some_files_into_a_folder_that_is_not_there(here: Downloading) -> None:
    found = here.survey("*.json", "onnx")
    assert (found.files, found.size) == (2, len(FILES["config.json"]) + 20_000)
    assert (found.conflicts, found.present) == ((), 0)
    assert not here.target.exists()


def test_a_survey_knows_what_an_earlier_attempt_left(here: Downloading) -> None:
    stopped_at(here, 100_000)
    found = here.survey()
    assert (found.files, found.size, found.begun) == (1, len(WEIGHTS), 100_000)
    assert (found.present, found.conflicts) == (len(FILES) - 1, ())
