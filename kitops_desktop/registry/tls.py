"""Whom we believe: the contexts for encrypted connections, and what exactly is wrong with a certificate.

Trusted are the authorities of the system, and those of the file the user gave for a host. Client certificate,
pinned fingerprint and the choice to believe any certificate hold for that host alone.
"""

from __future__ import annotations

import ssl
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from kitops_desktop.errors import ClientCertificateNeeded, FileAccessError
from kitops_desktop.registry.host import HostOptions

_PROBLEMS = {
    9: ("not-yet-valid", "it is not valid yet"),
    10: ("expired", "it has expired"),
    2: ("unknown-issuer", "none of the authorities that this computer trusts has signed it"),
    18: ("self-signed", "none of the authorities that this computer trusts has signed it"),
    19: ("unknown-issuer", "this computer does not trust the authority at the end of its chain"),
    20: ("unknown-issuer", "none of the authorities that this computer trusts has signed it"),
    21: ("unknown-issuer", "none of the authorities that this computer trusts has signed it"),
    62: ("wrong-host", "it is for another name"),
    64: ("wrong-host", "it is for another address"),
}
"""OpenSSL's codes (X509_V_ERR_…)."""
_NO_CLIENT_CERTIFICATE = frozenset({"TLSV13_ALERT_CERTIFICATE_REQUIRED", "TLSV1_ALERT_CERTIFICATE_REQUIRED"})
_CLIENT_CERTIFICATE_REFUSED = frozenset(
    {
        "SSLV3_ALERT_BAD_CERTIFICATE",
        "SSLV3_ALERT_CERTIFICATE_EXPIRED",
        "SSLV3_ALERT_CERTIFICATE_REVOKED",
        "SSLV3_ALERT_CERTIFICATE_UNKNOWN",
        "SSLV3_ALERT_UNSUPPORTED_CERTIFICATE",
        "TLSV1_ALERT_ACCESS_DENIED",
        "TLSV1_ALERT_UNKNOWN_CA",
    }
)
_NO_TLS = frozenset(
    {
        "HTTP_REQUEST",
        "HTTPS_PROXY_REQUEST",
        "PACKET_LENGTH_TOO_LONG",
        "RECORD_LAYER_FAILURE",
        "UNEXPECTED_MESSAGE",
        "UNKNOWN_PROTOCOL",
        "WRONG_VERSION_NUMBER",
    }
)
"""What OpenSSL says when the other side does not speak TLS at all."""
_SHOWN_NAMES = 5


@dataclass(frozen=True, slots=True)
class CertificateFacts:
    """What a person compares. ``sha256`` is the fingerprint in hex, as ``HostOptions.pinned`` has it; times
    are in UTC.
    """

    subject: str
    issuer: str
    not_before: datetime
    not_after: datetime
    names: tuple[str, ...]
    sha256: str

    @property
    def fingerprint(self) -> str:
        """As it is usually written: ``AB:CD:…``."""
        upper = self.sha256.upper()
        return ":".join(upper[i : i + 2] for i in range(0, len(upper), 2))


def certificate_facts(der: bytes) -> CertificateFacts:
    """What is in a certificate; raises ``ValueError`` when it is none."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes

    certificate = x509.load_der_x509_certificate(der)
    try:
        extension = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName)
        names = tuple(_printable(str(name.value)) for name in extension.value)
    except (x509.ExtensionNotFound, ValueError):
        names = ()
    return CertificateFacts(
        _printable(certificate.subject.rfc4514_string()),
        _printable(certificate.issuer.rfc4514_string()),
        certificate.not_valid_before_utc,
        certificate.not_valid_after_utc,
        names,
        certificate.fingerprint(hashes.SHA256()).hex(),
    )


def fingerprint(pinned: str) -> str:
    """A fingerprint in lower-case hex, however it was written (``AB:CD…``, ``sha256:…``)."""
    return pinned.strip().lower().removeprefix("sha256:").replace(":", "").replace(" ", "")


@dataclass
class Contexts:
    """The contexts of one session, made when first needed. Not for several threads at once: the system's way
    of verifying locks a context while the other side is waited for.

    ``origin`` is the registry's own (``https://host:port``). With ``any_will_do`` no certificate is verified:
    to look at it, not to talk.
    """

    host: str
    origin: str
    options: HostOptions
    any_will_do: bool = False
    _own: dict[str, Any] | None = field(default=None, init=False)
    _others: dict[str, Any] | None = field(default=None, init=False)

    def for_url(self, url: str) -> dict[str, Any]:
        """The arguments for the pool of connections to the host of ``url``."""
        if self.any_will_do:
            return _unverified(_plain_context())
        if _host_name(url) == _host_name(self.origin) and not self.options.tls_verify:
            return self._for_own()
        return self._for_own() if _origin(url) == _origin(self.origin) else self._for_others()

    def for_proxy(self) -> ssl.SSLContext:
        """For proxies that are spoken to with TLS."""
        return _system_context(self.options)

    def _for_own(self) -> dict[str, Any]:
        if self._own is None:
            self._own = self._made_for_own()
        return self._own

    def _made_for_own(self) -> dict[str, Any]:
        pinned, verify = fingerprint(self.options.pinned), self.options.tls_verify
        context = _system_context(self.options) if verify and not pinned else _plain_context()
        _show_client_certificate(context, self.host, self.options)
        if verify and not pinned:
            return {"ssl_context": context, "cert_reqs": "CERT_REQUIRED"}
        return _unverified(context) | ({"assert_fingerprint": pinned} if verify else {})

    def _for_others(self) -> dict[str, Any]:
        if self._others is None:
            self._others = {"ssl_context": _system_context(self.options), "cert_reqs": "CERT_REQUIRED"}
        return self._others


def certificate_problem(error: ssl.SSLCertVerificationError, der: bytes = b"") -> tuple[str, str]:
    """``CertificateUntrusted.problem`` and a reason. ``der`` helps where the system gives no code."""
    code = getattr(error, "verify_code", 0)
    if code in _PROBLEMS:
        return _PROBLEMS[code]
    return _problem_by_dates(der) or ("other", "it cannot be verified")


def certificate_reason(problem: str, reason: str, der: bytes) -> str:
    """The reason, with what the certificate itself says about it."""
    try:
        facts = certificate_facts(der)
    except ValueError:
        return reason
    match problem:
        case "expired":
            return f"it was valid until {facts.not_after:%Y-%m-%d %H:%M} UTC"
        case "not-yet-valid":
            return f"it is valid from {facts.not_before:%Y-%m-%d %H:%M} UTC on"
        case "wrong-host":
            return f"it is for {', '.join(facts.names[:_SHOWN_NAMES]) or facts.subject}"
        case "unknown-issuer":
            return f"it is signed by {facts.issuer}"
    return reason


def is_no_tls(error: ssl.SSLError) -> bool:
    """Whether the other side spoke something else than TLS."""
    return error.reason in _NO_TLS


def client_certificate_reason(error: ssl.SSLError, options: HostOptions) -> str:
    """Why the registry broke off because of our certificate, "" when that was not why."""
    if error.reason in _NO_CLIENT_CERTIFICATE:
        return "none was shown" if not options.client_cert else "ours was not accepted"
    if error.reason in _CLIENT_CERTIFICATE_REFUSED:
        return "ours was refused" if options.client_cert else "none was shown"
    if error.reason == "SSLV3_ALERT_HANDSHAKE_FAILURE" and options.client_cert:
        return "ours was refused"
    return ""


def _system_context(options: HostOptions) -> ssl.SSLContext:
    import truststore

    context: ssl.SSLContext = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    if options.ca_file:
        _trust_file(context, Path(options.ca_file).expanduser())
    return context


def _plain_context() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def _unverified(context: ssl.SSLContext) -> dict[str, Any]:
    return {"ssl_context": context, "cert_reqs": "CERT_NONE", "assert_hostname": False}


def _trust_file(context: ssl.SSLContext, path: Path) -> None:
    try:
        context.load_verify_locations(cafile=str(path))
    except ssl.SSLError as error:
        raise FileAccessError(path, "use the certificate file", "it holds no PEM certificate") from error
    except OSError as error:
        raise FileAccessError(path, "read the certificate file", error.strerror or str(error)) from error


def _show_client_certificate(context: ssl.SSLContext, host: str, options: HostOptions) -> None:
    if not options.client_cert:
        return
    certificate = Path(options.client_cert).expanduser()
    key = Path(options.client_key).expanduser() if options.client_key else None
    try:
        context.load_cert_chain(certificate, key, password=_no_password)
    except _KeyEncrypted as error:
        raise ClientCertificateNeeded(host, "the key of ours is protected by a password") from error
    except ssl.SSLError as error:
        raise ClientCertificateNeeded(host, "the files of ours are no certificate with its key") from error
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise ClientCertificateNeeded(host, f"the files of ours cannot be read ({reason})") from error


class _KeyEncrypted(Exception):
    pass


def _no_password() -> str:
    """OpenSSL would ask on the terminal."""
    raise _KeyEncrypted


def _problem_by_dates(der: bytes) -> tuple[str, str] | None:
    try:
        facts = certificate_facts(der)
    except ValueError:
        return None
    now = datetime.now(UTC)
    if now < facts.not_before:
        return _PROBLEMS[9]
    if now > facts.not_after:
        return _PROBLEMS[10]
    return _PROBLEMS[18] if facts.subject == facts.issuer else None


def _host_name(url: str) -> str | None:
    return urlsplit(url).hostname


def _origin(url: str) -> tuple[str, str | None, int]:
    parts = urlsplit(url)
    return parts.scheme, parts.hostname, parts.port or (443 if parts.scheme == "https" else 80)


def _printable(text: str) -> str:
    return "".join(c if c.isprintable() else "?" for c in text[:500])
