"""Registries that many use are known by their names, and what is said of them fits what is done with them."""

from __future__ import annotations

import pytest

from kitops_desktop.registry.abilities import NoAbilities
from kitops_desktop.registry.host_habits import takes_wholes_only
from kitops_desktop.registry.hosts import check_host
from kitops_desktop.registry.well_known import REGISTRIES, ability_text, summary, well_known


@pytest.mark.parametrize(
    ("host", "key"),
    [
        ("jozu.ml", "jozu"),
        ("ghcr.io", "ghcr"),
        ("docker.io", "docker-hub"),
        ("registry-1.docker.io", "docker-hub"),
        ("quay.io", "quay"),
        ("harbor.acme.example:8443", "harbor"),
        ("registry.gitlab.com", "gitlab"),
        ("123456789012.dkr.ecr.eu-central-1.amazonaws.com", "ecr"),
        ("123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn", "ecr"),
        ("europe-west3-docker.pkg.dev", "google"),
        ("eu.gcr.io", "google"),
        ("acme.azurecr.io", "azure"),
        ("acme.jfrog.io", "artifactory"),
    ],
)
def test_by_name(host: str, key: str) -> None:
    found = well_known(host)
    assert found is not None
    assert found.key == key


@pytest.mark.parametrize(
    "host", ["localhost:5000", "notdocker.io", "ghcr.io.evil.example", "azurecr.io.example"]
)
def test_others_are_not_taken_for_them(host: str) -> None:
    assert well_known(host) is None


def test_what_people_run_themselves_is_known_by_how_it_asks_for_a_sign_in() -> None:
    for service, key in (("harbor-registry", "harbor"), ("container_registry", "gitlab")):
        found = well_known("models.acme.example", service)
        assert found is not None
        assert found.key == key
    assert well_known("models.acme.example", "something") is None


def test_every_entry_is_whole_and_its_host_is_its_own() -> None:
    assert len({one.key for one in REGISTRIES}) == len(REGISTRIES) == 10
    for one in REGISTRIES:
        assert check_host(one.host)
        assert one.is_host(one.host)
        assert one.blank in one.host
        assert one.sign_in.endswith(".")
        assert all(ability_text(ability) for ability in one.abilities)
        assert summary(one).endswith(".")


def test_whoever_goes_on_with_no_upload_is_sent_layers_as_a_whole() -> None:
    for one in REGISTRIES:
        assert (one.resuming.can == "no") == takes_wholes_only(NoAbilities(), one.host.lower()), one.name
