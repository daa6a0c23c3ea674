"""Registries that many use: what each can and cannot do, and what it wants for a sign-in.

What is said here is from the documentation of their owners and from reports of others, not measured by us; a
registry may have changed since. What one turns out to do is learnt from its answers (``registry.abilities``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from kitops_desktop.registry.vendor_listing import gitlab, harbor

Can = Literal["yes", "partly", "no", "unknown"]
NOT_MEASURED = "By its documentation and reports, not measured by this program."


@dataclass(frozen=True, slots=True)
class Ability:
    """``what`` is a noun phrase ("a list of repositories"), ``note`` says more, without a full stop."""

    what: str
    can: Can
    note: str = ""


@dataclass(frozen=True, slots=True)
class WellKnown:
    """``host`` is what stands in the field when it is chosen; ``blank`` is the part of it that everybody has
    another of ("" for none, all of it for registries that people run themselves). ``pattern`` is a regular
    expression for its hosts.

    ``sign_in`` is a sentence on what it wants as user name and password.
    """

    key: str
    name: str
    host: str
    blank: str
    pattern: str
    sign_in: str
    listing: Ability
    deleting: Ability
    resuming: Ability
    referring: Ability

    @property
    def abilities(self) -> tuple[Ability, ...]:
        return (self.listing, self.deleting, self.resuming, self.referring)

    def is_host(self, host: str) -> bool:
        """``host`` may have a port."""
        return bool(self.pattern) and re.fullmatch(self.pattern, host.partition(":")[0].lower()) is not None


LISTING, DELETING = "a list of repositories", "deleting tags"
RESUMING, REFERRING = "going on with interrupted uploads", "signatures by the referrers API"


def _list(can: Can, note: str = "") -> Ability:
    return Ability(LISTING, can, note)


def _delete(can: Can, note: str = "") -> Ability:
    return Ability(DELETING, can, note)


def _resume(can: Can, note: str = "") -> Ability:
    return Ability(RESUMING, can, note)


def _refer(can: Can, note: str = "") -> Ability:
    return Ability(REFERRING, can, note)


_BY_TAGS = "they are kept under tags instead"
_WHOLE = "a layer is sent in one piece"

REGISTRIES: tuple[WellKnown, ...] = (
    WellKnown(
        "jozu",
        "Jozu Hub",
        "jozu.ml",
        "",
        r"(.+\.)?jozu\.(ml|com|dev)",
        "The user name or e-mail address and the password of your Jozu account.",
        _list("unknown", "none is documented; open repositories by name"),
        _delete("unknown"),
        _resume("partly", "chunks are taken; whether they outlive a broken connection is not documented"),
        _refer("unknown"),
    ),
    WellKnown(
        "ghcr",
        "GitHub (ghcr.io)",
        "ghcr.io",
        "",
        r"ghcr\.io",
        "Your GitHub user name, and a personal access token (classic) with read:packages, and write:packages"
        " to push.",
        _list("no", "open repositories by name"),
        _delete("no", "only on GitHub's package page"),
        _resume("no", f"{_WHOLE}, of 10 GB at most and within 10 minutes"),
        _refer("no", _BY_TAGS),
    ),
    WellKnown(
        "docker-hub",
        "Docker Hub",
        "docker.io",
        "",
        r"(index\.|registry-1\.)?docker\.io",
        "Your Docker ID, and a personal access token or your password.",
        _list("partly", "Docker Hub's own list of your namespace and of those opened before"),
        _delete("no", "only on hub.docker.com"),
        _resume("partly", "chunks are taken; whether they outlive a broken connection is not documented"),
        _refer("unknown"),
    ),
    WellKnown(
        "quay",
        "Quay",
        "quay.io",
        "",
        r"quay\.io|quay\..+",
        "A robot account and its token, or your user name and the encrypted password from your account's"
        " page.",
        _list("partly", "only repositories that you may see"),
        _delete("yes"),
        _resume("yes", "of 20 GB at most, unless set otherwise"),
        _refer("yes"),
    ),
    WellKnown(
        "harbor",
        "Harbor",
        "harbor.example.com",
        "harbor.example.com",
        r"harbor\..+|.+\.goharbor\.io",
        "Your user name and password, the CLI secret of your profile where single sign-on is used, or a robot"
        " account (robot$name).",
        _list("yes", "Harbor's own list of projects"),
        _delete("partly", "a version; a tag alone only in Harbor itself"),
        _resume("partly", "as far as a whole chunk had come"),
        _refer("yes"),
    ),
    WellKnown(
        "gitlab",
        "GitLab",
        "registry.gitlab.com",
        "",
        r"registry\.gitlab\..+",
        "Your user name, and a personal, project or deploy token with read_registry, write_registry to push,"
        " and read_api to list.",
        _list("partly", "GitLab's own list of your projects, with a token that has read_api"),
        _delete("yes"),
        _resume("partly", "as far as a whole chunk had come; its tokens last minutes and are renewed"),
        _refer("no", _BY_TAGS),
    ),
    WellKnown(
        "ecr",
        "Amazon ECR",
        "ACCOUNT.dkr.ecr.REGION.amazonaws.com",
        "ACCOUNT.dkr.ecr.REGION",
        r".+\.dkr\.ecr(-fips)?\..+\.amazonaws\.com(\.cn)?",
        "AWS as the user name, and what “aws ecr get-login-password” prints (for 12 hours); or Docker's"
        " helper docker-credential-ecr-login.",
        _list("no", "only through AWS; open repositories by name"),
        _delete("yes"),
        _resume("no", f"{_WHOLE}; the repository must have been created before"),
        _refer("yes"),
    ),
    WellKnown(
        "google",
        "Google Artifact Registry",
        "REGION-docker.pkg.dev",
        "REGION",
        r".+\.pkg\.dev|(.+\.)?gcr\.io",
        "oauth2accesstoken as the user name, and what “gcloud auth print-access-token” prints (for an hour);"
        " or _json_key and the key file's text; or Docker's helper docker-credential-gcloud.",
        _list("partly", "repositories have the form project/repository/name"),
        _delete("yes", "as is reported"),
        _resume("no", _WHOLE),
        _refer("yes"),
    ),
    WellKnown(
        "azure",
        "Azure Container Registry",
        "NAME.azurecr.io",
        "NAME",
        r".+\.azurecr\.(io|cn|us)",
        "The ID and password of a service principal or a repository token; or, for three hours,"
        " 00000000-0000-0000-0000-000000000000 and what “az acr login --expose-token” prints.",
        _list("yes"),
        _delete("yes"),
        _resume("partly", "as far as a whole chunk had come"),
        _refer("yes"),
    ),
    WellKnown(
        "artifactory",
        "JFrog Artifactory",
        "COMPANY.jfrog.io",
        "COMPANY",
        r".+\.jfrog\.io|artifactory\..+",
        "Your user name and an identity token or password. Repositories begin with the key of the Docker"
        " repository (key/team/model).",
        _list("partly", "of one Docker repository, if it has an address of its own"),
        _delete("yes", "as is reported"),
        _resume("partly", "on some installations a layer is sent in one piece"),
        _refer("yes", "from version 7.90.1 on"),
    ),
)
_SUMMED: tuple[tuple[Can, str], ...] = (
    ("yes", "offers"),
    ("partly", "in part"),
    ("no", "does not offer"),
    ("unknown", "not known:"),
)
_BY_KEY = {one.key: one for one in REGISTRIES}
_WORDS: dict[Can, str] = {"yes": "yes", "partly": "partly", "no": "no", "unknown": "not known"}


def well_known(host: str, service: str = "") -> WellKnown | None:
    """What is known of a registry by its name; else by ``service``, what it calls itself where it has tokens
    made. None for others.
    """
    found = next((one for one in REGISTRIES if one.is_host(host)), None)
    of_service = {harbor.SERVICE: "harbor", gitlab.SERVICE: "gitlab"}.get(service, "")
    return found or _BY_KEY.get(of_service)


def ability_text(ability: Ability) -> str:
    """``A list of repositories: no (open repositories by name)``."""
    return f"{what_text(ability.what)}: {can_text(ability)}"


def what_text(what: str) -> str:
    return what[:1].upper() + what[1:]


def can_text(ability: Ability) -> str:
    """``no (open repositories by name)``."""
    return _WORDS[ability.can] + (f" ({ability.note})" if ability.note else "")


def summary(known: WellKnown) -> str:
    """What it can and cannot do, in one sentence."""
    said = "; ".join(_summed(known))
    return f"{said[0].upper()}{said[1:]}."


def _summed(known: WellKnown) -> Iterator[str]:
    for can, word in _SUMMED:
        those = [one.what for one in known.abilities if one.can == can]
        if those:
            yield f"{word} {', '.join(those)}"
