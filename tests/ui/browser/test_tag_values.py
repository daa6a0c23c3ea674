"""Tags and repositories as values: order, what lies behind a tag, what goes when something is deleted."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from kitops_desktop.oci.reference import Reference
from kitops_desktop.ui.browser.artifact_kinds import ArtifactKind, artifact_of, signed_digest
from kitops_desktop.ui.browser.delete_choice import Deletion, signature_text, tag_text, version_text
from kitops_desktop.ui.browser.places import parse_place, place_title
from kitops_desktop.ui.browser.repository_names import in_order, matching
from kitops_desktop.ui.browser.tag_rows import folded, tags_text
from kitops_desktop.ui.browser.version_order import newest_first

DIGEST = "sha256:" + "ab" * 32


def test_the_newest_version_comes_first() -> None:
    tags = ["v1", "v10", "v2", "dev", "latest", "v10-rc1", "1.0.1", "1.0", "prod", "v2.1"]
    assert newest_first(tags) == [
        "latest", "v10", "v10-rc1", "v2.1", "v2", "1.0.1", "1.0", "v1", "dev", "prod",
    ]  # fmt: skip


def test_what_no_tag_or_repository_can_be_called_is_left_out() -> None:
    assert folded(["v1", "v\n2", "x" * 200, "\u202ev3", "", "v" + "9" * 5000]).tags == ("v1",)
    assert in_order(["a/b", "a\u202eb", "a\x1b[31m", "/".join("x" * 300)]) == ("a/b",)
    assert newest_first(["1." + "9" * 120, "1.10", "1.9"]) == ["1." + "9" * 120, "1.10", "1.9"]


def test_what_belongs_to_versions_is_called_a_signature_only_where_it_is_one() -> None:
    signature, listed = f"sha256-{'ab' * 32}.sig", f"sha256-{'cd' * 32}"
    assert tags_text(only := folded(["v1", signature]), only) == "1 tag, 1 signature"
    assert tags_text(only := folded(["v1", listed]), only) == "1 tag, 1 signature or the like"
    assert tags_text(both := folded(["v1", signature, listed]), both) == "1 tag, 2 signatures and the like"


def test_signatures_are_apart() -> None:
    signature = f"sha256-{'ab' * 32}.sig"
    tags = folded(["v1", signature, f"sha256-{'cd' * 32}", "sha256-short.sig"])
    assert tags.tags == ("v1", "sha256-short.sig")
    assert tags.signatures == (signature, f"sha256-{'cd' * 32}")
    assert signed_digest(signature) == DIGEST


def manifest(**fields: object) -> bytes:
    return json.dumps({"schemaVersion": 2, **fields}).encode()


def config(media_type: str) -> dict[str, object]:
    return {"mediaType": media_type, "digest": DIGEST, "size": 7}


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (manifest(config=config("application/vnd.kitops.modelkit.config.v1+json")), "ModelKit"),
        (manifest(config=config("application/vnd.cncf.model.config.v1+json")), "ModelPack"),
        (manifest(config=config("application/vnd.oci.image.config.v1+json"), layers=[]), "Container image"),
        (manifest(config=config("application/vnd.docker.container.image.v1+json")), "Container image"),
        (manifest(manifests=[]), "Image index"),
        (manifest(config=config("application/vnd.cncf.helm.config.v1+json")), "Helm chart"),
        (
            manifest(
                config=config("application/vnd.oci.image.config.v1+json"),
                layers=[config("application/vnd.dev.cosign.simplesigning.v1+json")],
            ),
            "Signature",
        ),
        (
            manifest(config=config("application/vnd.oci.empty.v1+json"), artifactType="application/x.test"),
            "application/x.test",
        ),
        (b"[]", "Other artifact"),
        (b"\xff", "Other artifact"),
        (b"[" * 100_000, "Other artifact"),
        (manifest(config=7, layers=[7, {"size": -1}, {"size": True}, {"mediaType": 7}]), "Other artifact"),
    ],
)
def test_what_lies_behind_a_tag_is_told_apart(content: bytes, text: str) -> None:
    assert artifact_of(content).text == text


def test_golden_kits_are_modelkits(golden: Path) -> None:
    expected = json.loads((golden / "01-all-sections" / "expected.json").read_text(encoding="utf-8"))
    digest = str(expected["modelkits"][0]["manifest_digest"])
    blob = golden / "01-all-sections" / "storage" / "blobs" / Path(*digest.split(":"))
    artifact = artifact_of(blob.read_bytes())
    assert artifact.kind is ArtifactKind.MODEL_KIT
    assert artifact.size is not None
    assert artifact.size > 0


@pytest.mark.parametrize("text", ["2026-11-20T10:00:00Z", "nonsense", 7, "9999999-01-01T00:00:00Z"])
def test_a_time_that_makes_no_sense_is_none(text: object) -> None:
    content = manifest(manifests=[], annotations={"org.opencontainers.image.created": text})
    assert (artifact_of(content).created is not None) == (text == "2026-11-20T10:00:00Z")


def test_a_repository_comes_before_what_lies_in_its_folder() -> None:
    assert in_order(["b", "a-x", "a/b", "a", "a/b/c", ""]) == ("a", "a/b", "a/b/c", "a-x", "b")
    assert matching(("ml/churn", "ml/speech"), "ML chu") == ("ml/churn",)


def test_places() -> None:
    assert parse_place("") == parse_place("")
    assert parse_place("localhost:5000").repository == ""
    assert parse_place("localhost:5000/team/churn").repository == "team/churn"
    kit = parse_place(f"localhost:5000/team/churn@{DIGEST}").kit
    assert kit is not None
    assert kit.digest == DIGEST
    assert place_title(f"h.example/a@{DIGEST}") == "h.example/a@abababababab"


def test_deleting_says_what_goes_and_what_stays() -> None:
    reference = Reference("registry.example", "team/churn", tag="v1")
    looking = Deletion(reference, DIGEST)
    assert "Looking" in tag_text(looking)
    alone = Deletion(reference, DIGEST, ("v1",), (f"sha256-{'ab' * 32}.sig",))
    assert "without a name" in tag_text(alone)
    assert "1 tag goes with it: v1" in version_text(alone)
    assert "stays behind, or goes with it" in signature_text(alone)
    shared = Deletion(reference, DIGEST, ("v1", "latest"))
    assert tag_text(shared) == "The version stays, as latest."
    assert "2 tags go with it: v1, latest" in version_text(shared)
