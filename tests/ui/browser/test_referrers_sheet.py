"""The title of the sheet with what refers to a version names what is listed."""

from __future__ import annotations

import pytest

from kitops_desktop.oci.reference import parse_reference
from kitops_desktop.preview.index_artifact import INDEX_ARTIFACT
from kitops_desktop.registry.referrers import Referrer
from kitops_desktop.ui.browser.referrers_model import ReferrersModel
from kitops_desktop.ui.browser.referrers_sheet import title_text
from support.referrers import describe

COSIGN = "application/vnd.dev.cosign.artifact.sig.v1+json"


def referrer(artifact_type: str) -> Referrer:
    return Referrer(describe(artifact_type.encode(), artifact_type), artifact_type, "api")


@pytest.mark.parametrize(
    ("types", "title"),
    [
        ((), "What refers to v1"),
        ((COSIGN,), "Signature of v1"),
        ((COSIGN, COSIGN), "Signatures of v1"),
        ((INDEX_ARTIFACT,), "File index of v1"),
        ((INDEX_ARTIFACT, COSIGN), "What refers to v1"),
        (("application/vnd.example.thing",), "What refers to v1"),
        (("",), "What refers to v1"),
    ],
)
def test_the_title_says_what_is_listed(types: tuple[str, ...], title: str) -> None:
    assert title_text(parse_reference("r.example/team/churn:v1"), [referrer(one) for one in types]) == title


def test_the_kind_of_each_is_named() -> None:
    model = ReferrersModel()
    model.show_rows([referrer(INDEX_ARTIFACT), referrer(COSIGN), referrer("")])
    assert [model.index(row, 0).data() for row in range(3)] == ["File index", "Signature", "Unknown"]
