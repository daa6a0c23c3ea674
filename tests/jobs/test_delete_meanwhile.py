"""Deleting at a registry while others change it, or while answers are lost: nothing goes that nobody agreed
to, and what may be gone can be put back.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from kitops_desktop import errors
from kitops_desktop.jobs.delete_remote_job import DeleteRemoteWork, delete_remote
from kitops_desktop.jobs.restore_remote_job import RestoreRemoteWork, restore_remote
from kitops_desktop.workspace import Workspace
from support.computers import computer
from support.http_server import Answer, Question, Rule
from support.odd_registry import OddRegistry

PATH = "team/churn"
CASE = "01-all-sections"


@pytest.fixture
def odd(golden: Path) -> Iterator[OddRegistry]:
    with OddRegistry() as registry:
        for tag in ("v1", "v2"):
            registry.add_golden(golden / CASE, PATH, tag)
        yield registry


@pytest.fixture
def mine(tmp_path: Path, odd: OddRegistry) -> Iterator[Workspace]:
    with computer(tmp_path / "mine", odd.host) as opened:
        yield opened


@pytest.fixture
def name(odd: OddRegistry) -> str:
    return f"{odd.host}/{PATH}"


def digest_of(odd: OddRegistry, tag: str = "v1") -> str:
    return odd.tags[f"{PATH}:{tag}"]


def test_a_tag_that_means_something_else_by_now_stays(
    mine: Workspace, odd: OddRegistry, name: str, golden: Path
) -> None:
    agreed = digest_of(odd)
    other = odd.add_golden(golden / "09-empty", PATH, "v1")
    with pytest.raises(errors.DeletionChanged) as caught:
        delete_remote(DeleteRemoteWork(f"{name}:v1", digest=agreed), mine.tools)
    assert (caught.value.expected, caught.value.actual) == (agreed, other)
    assert digest_of(odd) == other
    assert mine.deleted_versions.recent() == ()


def test_a_version_that_has_got_another_tag_stays(mine: Workspace, odd: OddRegistry, name: str) -> None:
    """It may be the one that production runs."""
    agreed = digest_of(odd)
    odd.tags[f"{PATH}:prod"] = agreed
    work = DeleteRemoteWork(f"{name}@{agreed}", "version", ("v1", "v2"), agreed)
    with pytest.raises(errors.DeletionChanged) as caught:
        delete_remote(work, mine.tools)
    assert caught.value.tags == ("prod",)
    assert set(odd.tags) == {f"{PATH}:{tag}" for tag in ("v1", "v2", "prod")}


def test_a_tag_that_left_the_version_meanwhile_does_not_matter(
    mine: Workspace, odd: OddRegistry, name: str, golden: Path
) -> None:
    agreed = digest_of(odd)
    odd.add_golden(golden / "09-empty", PATH, "v2")
    work = DeleteRemoteWork(f"{name}@{agreed}", "version", ("v1", "v2"), agreed)
    assert delete_remote(work, mine.tools).tags == ("v1",)
    assert set(odd.tags) == {f"{PATH}:v2"}


def test_of_a_version_with_many_tags_all_come_back(mine: Workspace, odd: OddRegistry, name: str) -> None:
    digest = digest_of(odd)
    odd.tags |= {f"{PATH}:build-{number}": digest for number in range(250)}
    before = dict(odd.tags)
    deleted = delete_remote(DeleteRemoteWork(f"{name}@{digest}", "version"), mine.tools)
    assert odd.tags == {}
    restore_remote(RestoreRemoteWork(deleted.undo, name), mine.tools)
    assert odd.tags == before


@pytest.mark.parametrize("what", ["tag", "version"])
def test_an_answer_that_was_lost_is_no_failure(
    what: str, mine: Workspace, odd: OddRegistry, name: str
) -> None:
    digest = digest_of(odd)
    odd.rules.append(Rule("DELETE", lose_answer=True))
    work = DeleteRemoteWork.from_parameters({"reference": f"{name}:v1", "what": what, "digest": ""})
    deleted = delete_remote(work, mine.tools)
    assert odd.count("DELETE") == 2, "it was asked again, and found nothing"
    assert f"{PATH}:v1" not in odd.tags
    restore_remote(RestoreRemoteWork(deleted.undo, name), mine.tools)
    assert digest_of(odd) == digest


def test_what_may_be_gone_can_be_put_back(mine: Workspace, odd: OddRegistry, name: str) -> None:
    """The registry deleted it, and then could not be asked any more."""
    odd.rules.append(Rule("DELETE", lose_answer=True))
    odd.rules.append(Rule("DELETE", status=429, headers={"Retry-After": "900"}, times=None))
    with pytest.raises(errors.RateLimited):
        delete_remote(DeleteRemoteWork(f"{name}:v1", "version"), mine.tools)
    assert odd.tags == {}
    odd.rules.clear()
    (kept,) = mine.deleted_versions.recent(name)
    assert set(restore_remote(RestoreRemoteWork(kept.id, kept.text), mine.tools).tags) == {"v1", "v2"}
    assert set(odd.tags) == {f"{PATH}:v1", f"{PATH}:v2"}


@pytest.mark.parametrize(("what", "tags"), [("tag", ("v1",)), ("version", ("v1", "v2"))])
def test_an_attempt_that_is_made_again_says_that_it_is_done(
    what: str, tags: tuple[str, ...], mine: Workspace, odd: OddRegistry, name: str
) -> None:
    """The first one deleted it, and the connection was gone before it heard so."""
    reference = f"{name}:v1" if what == "tag" else f"{name}@{digest_of(odd)}"
    work = DeleteRemoteWork.from_parameters(
        {"reference": reference, "what": what, "tags": ["v1", "v2"], "digest": digest_of(odd)}
    )
    odd.rules.append(Rule("DELETE", lose_answer=True))
    odd.rules.append(Rule("DELETE", status=429, headers={"Retry-After": "900"}, times=None))
    with pytest.raises(errors.RateLimited):
        delete_remote(work, mine.tools)
    odd.rules.clear()
    (kept,) = mine.deleted_versions.recent(name)
    again = delete_remote(work, mine.tools)
    assert (again.undo, set(again.tags)) == (kept.id, set(tags))
    with pytest.raises(errors.RemoteNotFound):
        delete_remote(DeleteRemoteWork(f"{name}:v1"), mine.tools)


@pytest.mark.parametrize("status", [403, 405])
def test_what_was_refused_leaves_nothing_to_put_back(
    status: int, mine: Workspace, odd: OddRegistry, name: str
) -> None:
    odd.rules.append(Rule("DELETE", status=status, times=None))
    with pytest.raises((errors.AccessDenied, errors.RegistryUnsupported)):
        delete_remote(DeleteRemoteWork(f"{name}:v1"), mine.tools)
    assert set(odd.tags) == {f"{PATH}:v1", f"{PATH}:v2"}
    assert mine.deleted_versions.recent() == ()


def test_what_is_gone_is_offered_nowhere(mine: Workspace, odd: OddRegistry, name: str) -> None:
    digest = digest_of(odd)
    for tag in ("v1", "v2"):
        mine.history.add(f"{name}:{tag}", "open")
    delete_remote(DeleteRemoteWork(f"{name}@{digest}", "version"), mine.tools)
    assert mine.history.recent() == ()


def test_a_tag_that_was_left_half_deleted_comes_back(mine: Workspace, odd: OddRegistry, name: str) -> None:
    """A registry that deletes by digest only, and where the tag cannot be put back when that fails."""
    digest = digest_of(odd)
    odd.rules.append(Rule("DELETE", "/manifests/v1", status=405))
    odd.rules.append(Rule("DELETE", "/manifests/sha256", skip=1, times=None, status=403))
    odd.rules.append(Rule("PUT", "/manifests/v1", skip=1, times=None, status=403))
    with pytest.raises(errors.AccessDenied):
        delete_remote(DeleteRemoteWork(f"{name}:v1"), mine.tools)
    assert digest_of(odd) != digest
    odd.rules.clear()
    (kept,) = mine.deleted_versions.recent(name)
    assert restore_remote(RestoreRemoteWork(kept.id, kept.text), mine.tools).tags == ("v1",)
    assert digest_of(odd) == digest


def test_a_registry_that_misses_a_part_when_it_is_put_back_says_so(
    mine: Workspace, odd: OddRegistry, name: str
) -> None:
    """As of an image for several machines, whose parts are manifests."""
    deleted = delete_remote(DeleteRemoteWork(f"{name}:v1", "version"), mine.tools)
    body = b'{"errors": [{"code": "MANIFEST_BLOB_UNKNOWN", "message": "blob unknown to registry"}]}'
    odd.rules.append(Rule("PUT", "/manifests/", status=400, body=body, times=None))
    with pytest.raises(errors.VersionCollected):
        restore_remote(RestoreRemoteWork(deleted.undo, name), mine.tools)


def test_a_tag_that_is_moved_in_the_last_moment_stays(tmp_path: Path, golden: Path) -> None:
    """By digest only, it is first put on something that is deleted with it: others must not lose theirs."""

    class Moving(OddRegistry):
        """Somebody moves the tag once it is tried whether versions can be deleted."""

        def answer(self, question: Question) -> Answer:
            if question.method == "DELETE" and "/manifests/sha256" in question.path:
                self.add_golden(golden / "09-empty", PATH, "v1")
            return super().answer(question)

    with Moving([Rule("DELETE", "/manifests/v1", status=405)]) as odd:
        before = odd.add_golden(golden / CASE, PATH, "v1")
        with computer(tmp_path / "mine", odd.host) as mine:
            with pytest.raises(errors.DeletionChanged) as caught:
                delete_remote(DeleteRemoteWork(f"{odd.host}/{PATH}:v1"), mine.tools)
            assert mine.deleted_versions.recent() == ()
        assert (caught.value.expected, caught.value.actual) == (before, digest_of(odd))
        assert digest_of(odd) != before
        assert odd.count("PUT", "/manifests/") == 0
