"""What can be done at once about an error of a registry, right where it is shown."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from urllib.parse import urlsplit

from kitops_desktop import errors
from kitops_desktop.registry.host import HostOptions


class Remedy(StrEnum):
    TRUST = "trust"
    PLAIN_HTTP = "plain-http"
    HTTPS = "https"
    CA_FILE = "ca-file"
    CLIENT_CERTIFICATE = "client-certificate"
    PROXY = "proxy"
    SIGN_IN = "sign-in"
    AGREE_REALM = "agree-realm"
    CLEAR_PASSWORD = "clear-password"


@dataclass(frozen=True, slots=True)
class Offer:
    """A remedy with its words and picture."""

    remedy: Remedy
    text: str
    icon: str


_TEXTS = {
    Remedy.TRUST: ("Trust this certificate…", "certificate"),
    Remedy.PLAIN_HTTP: ("Use plain http", "link"),
    Remedy.HTTPS: ("Use https", "lock"),
    Remedy.CA_FILE: ("Choose CA file…", "folder-open"),
    Remedy.CLIENT_CERTIFICATE: ("Client certificate…", "certificate"),
    Remedy.PROXY: ("Change proxy…", "settings"),
    Remedy.SIGN_IN: ("Sign in…", "sign-in"),
    Remedy.AGREE_REALM: ("Agree and sign in", "sign-in"),
    Remedy.CLEAR_PASSWORD: ("Send it all the same", "sign-in"),
}
_OF_AUTHORITY = ("self-signed", "unknown-issuer", "other")


def offers(error: BaseException) -> tuple[Offer, ...]:
    """What helps against ``error``, the best first; nothing for errors that only time or people mend."""
    return tuple(Offer(one, *_TEXTS[one]) for one in _remedies(error))


def changed_options(remedy: Remedy, error: BaseException, options: HostOptions) -> HostOptions:
    """The options with the remedy applied, for those that need nothing more than a click.

    Raises ``ValueError`` for a remedy that asks for something first.
    """
    if remedy is Remedy.PLAIN_HTTP:
        return replace(options, plain_http=True)
    if remedy is Remedy.HTTPS:
        return replace(options, plain_http=False)
    if remedy is Remedy.CLEAR_PASSWORD:
        return replace(options, clear_password=True)
    if remedy is Remedy.AGREE_REALM and isinstance(error, errors.ForeignRealm):
        parts = urlsplit(error.realm)
        return replace(options, realm=f"{parts.scheme}://{parts.netloc}")
    raise ValueError(f"{remedy} asks for something first")


def is_of_host(error: BaseException) -> bool:
    """Whether the error will meet every other request to the registry too."""
    return isinstance(
        error,
        (
            errors.RegistryUnreachable,
            errors.WrongScheme,
            errors.CertificateUntrusted,
            errors.ClientCertificateNeeded,
            errors.PasswordInTheClear,
            errors.ForeignRealm,
            errors.SignInNeeded,
            errors.RateLimited,
            errors.CredentialError,
        ),
    )


def _remedies(error: BaseException) -> tuple[Remedy, ...]:
    match error:
        case errors.CertificateUntrusted():
            trust = (Remedy.TRUST,) if error.certificate else ()
            return (*trust, Remedy.CA_FILE) if error.problem in _OF_AUTHORITY else trust
        case errors.WrongScheme():
            return (Remedy.PLAIN_HTTP,) if error.spoken == "https" else (Remedy.HTTPS,)
        case errors.ClientCertificateNeeded():
            return (Remedy.CLIENT_CERTIFICATE,)
        case errors.ProxyRefused():
            return (Remedy.PROXY,)
        case errors.ForeignRealm():
            return (Remedy.AGREE_REALM,)
        case errors.PasswordInTheClear():
            return (Remedy.CLEAR_PASSWORD,)
        case errors.SignInNeeded() | errors.AccessDenied():
            return (Remedy.SIGN_IN,)
        case _:
            return ()
