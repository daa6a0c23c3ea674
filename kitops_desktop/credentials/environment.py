"""A sign-in that the environment gives, as in continuous integration."""

from __future__ import annotations

import os
from collections.abc import Mapping

from kitops_desktop.credentials.credential import Credential

USERNAME_VARIABLE = "KITOPS_DESKTOP_USERNAME"
PASSWORD_VARIABLE = "KITOPS_DESKTOP_PASSWORD"

SECRET_VARIABLES = frozenset({PASSWORD_VARIABLE, "DOCKER_AUTH_CONFIG", "HF_TOKEN", "HUGGING_FACE_HUB_TOKEN"})
"""Not handed on to the programs that we start."""


def given_from_environment(environ: Mapping[str, str] = os.environ) -> Credential | None:
    """What KITOPS_DESKTOP_USERNAME and KITOPS_DESKTOP_PASSWORD say.

    A password without a user is an identity token, as it is for `kit login`; a user without a password is
    nothing.
    """
    username, password = environ.get(USERNAME_VARIABLE, ""), environ.get(PASSWORD_VARIABLE, "")
    return Credential(username, password, is_identity_token=not username) if password else None
