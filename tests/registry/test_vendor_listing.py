"""Where a registry lists nothing, its vendor does: by replies written from their documentation
(``tests/data/vendor_listings``).
"""

from __future__ import annotations

import base64

import pytest

from kitops_desktop.credentials.credential import Credential
from kitops_desktop.errors import (
    ForeignRealm,
    RegistryFailed,
    RegistryUnsupported,
    RemoteNotFound,
    SignInNeeded,
)
from kitops_desktop.progress import CancelToken
from kitops_desktop.registry.catalog import Listed, list_repositories
from kitops_desktop.registry.host import HostOptions
from kitops_desktop.registry.vendor_listing import vendor_api
from kitops_desktop.registry.vendor_listing.docker_hub import DockerHub
from kitops_desktop.registry.vendor_listing.gitlab import GitLab
from kitops_desktop.registry.vendor_listing.harbor import project_name
from kitops_desktop.registry.vendor_listing.vendor_api import VendorNames
from support.http_server import Rule
from support.planted import ACCESS_TOKEN, PASSWORD, USERNAME
from support.registry_clients import RIGHT, Wallet, client
from support.vendor_server import VendorServer

HARBOR = 'Bearer realm="{origin}/service/token",service="harbor-registry"'
BASIC = "Basic " + base64.b64encode(f"{USERNAME}:{PASSWORD}".encode()).decode()


def listed(server: VendorServer, who: Credential | None, *known: str) -> Listed:
    wallet = Wallet(who)
    with client(server.host, who=wallet) as asked:
        return list_repositories(asked, wallet, known)


# Harbor ----------------------------------------------------------------------------------------------------


def test_harbor_lists_what_is_in_the_projects_one_may_see() -> None:
    with VendorServer("harbor", challenge=HARBOR) as server:
        found = listed(server, RIGHT)
        assert found == Listed(("library/base", "ml/churn", "ml/vision/resnet"), "Harbor's list of projects")
        asked = server.asked("GET", "/api/")
        assert {one.headers.get("authorization") for one in asked} == {BASIC}
        assert not [one for one in asked if "/empty/" in one.path], (
            "a project with nothing in it is not asked"
        )


def test_harbor_lists_what_is_public_for_nobody() -> None:
    with VendorServer("harbor", challenge=HARBOR) as server:
        assert listed(server, None).names == ("library/base",)


def test_who_gets_nothing_as_nobody_is_asked_to_sign_in() -> None:
    empty = Rule("GET", "/api/v2.0/projects", status=200, body=b"[]", times=None)
    with VendorServer("harbor", challenge=HARBOR, rules=[empty]) as server, pytest.raises(SignInNeeded):
        listed(server, None)


def test_harbor_says_what_it_calls_a_project() -> None:
    """Its pages have the number alone."""
    with VendorServer("harbor", challenge=HARBOR) as server, client(server.host) as asked:
        token, options = CancelToken(), HostOptions(plain_http=True)
        assert project_name(asked, options, 2, RIGHT, token) == "ml"
        assert project_name(asked, options, 1, None, token) == "library"
        with pytest.raises(SignInNeeded):
            project_name(asked, options, 2, None, token)
        with pytest.raises(RemoteNotFound):
            project_name(asked, options, 99, RIGHT, token)


@pytest.mark.parametrize(
    "rule",
    [
        Rule(status=200, body=b"<html>", times=None),
        Rule(status=200, body=b'{"a": 1}', times=None),
        Rule(status=200, body=b"[" * 100_000, times=None),
        Rule(status=418, times=None),
        Rule(status=302, headers={"Location": "http://127.0.0.1:1/elsewhere"}, times=None),
    ],
    ids=["html", "no list", "deep", "status", "redirect"],
)
def test_a_vendor_that_answers_nonsense_is_as_good_as_none(rule: Rule) -> None:
    rule.path = "/api/"
    with VendorServer("harbor", challenge=HARBOR, rules=[rule]) as server:
        with pytest.raises(RegistryUnsupported) as refused:
            listed(server, RIGHT)
        assert refused.value.__cause__ is not None
        assert PASSWORD not in str(refused.value.__cause__)


def test_a_list_without_end_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vendor_api, "MOST_REQUESTS", 5)
    link = {"Link": '</api/v2.0/projects?page=1&page_size=100>; rel="next"'}
    again = Rule("GET", "/projects\\?", times=None, headers=link)
    with VendorServer("harbor", challenge=HARBOR, rules=[again]) as server:
        assert not listed(server, RIGHT).complete
        assert server.count("GET", "/api/") == 5


# GitLab ----------------------------------------------------------------------------------------------------


def test_gitlab_is_asked_where_its_tokens_come_from() -> None:
    with VendorServer("gitlab") as gitlab:
        challenge = f'Bearer realm="{gitlab.origin}/jwt/auth",service="container_registry"'
        with VendorServer("gitlab", challenge=challenge) as registry:
            found = listed(registry, RIGHT, "open/base/sub", "open/base")
            assert found.names == ("acme/churn", "acme/churn/releases", "open/base")
            assert found.source == "GitLab's list of your projects"
            assert {one.headers.get("authorization") for one in gitlab.asked("GET", "/api/")} == {
                f"Bearer {PASSWORD}"
            }
            assert not registry.asked("GET", "/api/")
            assert f"Bearer {PASSWORD}" not in registry.authorizations(), "the registry takes no access token"
            assert listed(registry, None, "open/base").names == ("open/base",)


def test_gitlab_says_what_is_behind_a_number_on_its_pages() -> None:
    with VendorServer("gitlab") as gitlab, client(gitlab.host) as asked:
        vendor = GitLab(asked, gitlab.origin)
        assert vendor.path_of(2, RIGHT, CancelToken()) == "acme/churn/releases"
        assert vendor.path_of(2, None, CancelToken()) == ""
        assert vendor.path_of(99, RIGHT, CancelToken()) == ""


def test_a_gitlab_elsewhere_gets_no_password_that_nobody_agreed_to() -> None:
    with VendorServer("gitlab") as gitlab:
        origin = gitlab.origin.replace("localhost", "127.0.0.1")
        challenge = f'Bearer realm="{origin}/jwt/auth",service="container_registry"'
        with VendorServer("gitlab", challenge=challenge) as registry:
            wallet = Wallet(RIGHT)
            with client(registry.host, who=wallet) as asked, pytest.raises(ForeignRealm):
                list_repositories(asked, wallet)
        assert gitlab.authorizations() == []


# Docker Hub ------------------------------------------------------------------------------------------------


def hub(server: VendorServer, who: Credential | None, *namespaces: str) -> VendorNames:
    with client("docker.io") as transport:
        return DockerHub(transport, namespaces, server.origin).names(who, CancelToken())


def test_docker_hub_lists_the_namespace_of_the_account_and_those_that_are_known() -> None:
    with VendorServer("docker_hub") as server:
        found = hub(server, RIGHT, "acme", "nobody", "no/namespace")
        assert found.names == ("robot/churn", "robot/base", "acme/resnet")
        assert found.source == "Docker Hub's list of robot, acme, nobody"
        (question,) = server.asked("POST")
        assert "authorization" not in question.headers
        assert set(server.authorizations()) == {f"Bearer {ACCESS_TOKEN}"}
        assert hub(server, None, "robot").names == ("robot/base",)


def test_docker_hub_with_a_password_it_does_not_take_lists_what_is_public() -> None:
    with VendorServer("docker_hub", rules=[Rule("POST", "/v2/auth/token", status=401)]) as server:
        assert hub(server, RIGHT).names == ("robot/base",)


def test_docker_hub_without_any_namespace_lists_nothing() -> None:
    with VendorServer("docker_hub") as server:
        with pytest.raises(RegistryUnsupported):
            hub(server, None)
        assert server.count() == 0


def test_a_password_goes_to_docker_alone() -> None:
    with VendorServer("docker_hub") as server, client("docker.io") as transport:
        elsewhere = DockerHub(transport, ("acme",), "https://hub.example.com:1")
        assert elsewhere._authorization(RIGHT, CancelToken()) == ""
        assert server.count() == 0


# others ----------------------------------------------------------------------------------------------------


def test_a_vendor_that_is_not_known_has_no_list() -> None:
    challenge = 'Bearer realm="{origin}/service/token",service="something-else"'
    with VendorServer("harbor", challenge=challenge) as server:
        with pytest.raises(RegistryUnsupported):
            listed(server, RIGHT)
        assert not server.asked("GET", "/api/")


def test_what_is_no_json_is_said() -> None:
    with pytest.raises(RegistryFailed, match="not JSON"):
        vendor_api.read_json("a.example", b"{")
