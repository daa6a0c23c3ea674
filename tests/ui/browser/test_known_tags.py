"""What is known of tags, without a table: what stays when they are listed again, and what is asked anew."""

from __future__ import annotations

from kitops_desktop.oci.digest import Digest
from kitops_desktop.ui.browser.artifact_kinds import Artifact, ArtifactKind
from kitops_desktop.ui.browser.known_tags import KnownTags
from kitops_desktop.ui.browser.tag_rows import TagRow, Version, folded

ONE, OTHER = Digest("sha256:" + "ab" * 32), Digest("sha256:" + "cd" * 32)
SIGNATURE, INDEX = f"sha256-{'ab' * 32}.sig", f"sha256-{'ab' * 32}"


def version(digest: Digest) -> Version:
    return Version(digest, "application/json", 7, Artifact(ArtifactKind.MODEL_KIT))


def test_what_stays_is_shown_and_asked_for_once_more() -> None:
    known = KnownTags()
    known.keep(folded(["v1", "v2"]))
    assert known.put_version("v1", version(ONE))
    assert not known.put_version("v1", version(ONE)), "that is no news"
    assert not known.wants_look("v1")
    assert known.wants_look("v2")
    known.keep(folded(["v1", "v3"]))
    assert known.row("v1").version == version(ONE)
    assert known.wants_look("v1")
    known.put_version("v1", version(ONE))
    assert not known.wants_look("v1")
    known.put_problem("v3", "No answer")
    known.keep(folded(["v1"]))
    assert known.row("v3") == TagRow("v3")
    known.forget()
    assert known.rows == ()


def test_what_is_here_is_said_of_what_becomes_known_later_too() -> None:
    known = KnownTags()
    known.keep(folded(["v1", "v2", "v3"]))
    known.put_version("v1", version(ONE))
    assert known.row("v1").is_here is None
    assert [row.is_here for row in known.put_here({ONE})] == [True]
    assert list(known.put_here({ONE})) == [], "that is no news"
    known.put_version("v2", version(OTHER))
    known.put_version("v3", version(ONE))
    assert [row.is_here for row in known.rows] == [True, False, True]
    assert known.tags_of(ONE) == ("v1", "v3")
    assert known.digests() == {ONE, OTHER}


def test_an_index_of_referrers_gives_way_to_what_is_in_it() -> None:
    known = KnownTags()
    known.keep(folded(["v1", SIGNATURE, INDEX]))
    assert known.has_index_of(ONE)
    assert not known.has_index_of(OTHER)
    assert {row.name for row in known.belonging_to(ONE)} == {SIGNATURE, INDEX}
    assert known.wants_referrers("v1") == "", "it is not known yet what it stands for"
    known.put_version("v1", version(ONE))
    assert known.wants_referrers("v1") == ONE
    assert known.wants_referrers(SIGNATURE) == ""
    assert known.put_referrers(ONE, [TagRow("", version(OTHER))])
    assert not known.put_referrers(ONE, [TagRow("", version(OTHER))]), "that is no news"
    assert [row.name for row in known.belonging_to(ONE)] == [SIGNATURE, OTHER]
    assert known.wants_referrers("v1") == ""
    known.keep(known.all)
    assert known.wants_referrers("v1") == ONE
