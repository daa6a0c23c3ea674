"""Certificates of all kinds, made in a moment: an authority, servers good and bad, clients."""

from __future__ import annotations

import ipaddress
import ssl
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

LOOPBACK = ("localhost", "127.0.0.1")
ELSEWHERE = ("registry.example.com",)
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Identity:
    """A certificate and its key, in PEM."""

    certificate: bytes
    key: bytes = field(repr=False)

    @property
    def der(self) -> bytes:
        return ssl.PEM_cert_to_DER_cert(self.certificate.decode())

    @property
    def sha256(self) -> str:
        """The fingerprint in hex, as ``HostOptions.pinned`` has it."""
        return x509.load_pem_x509_certificate(self.certificate).fingerprint(hashes.SHA256()).hex()

    def write(self, folder: Path, name: str) -> tuple[Path, Path]:
        """Put both into files; gives the certificate's and the key's."""
        folder.mkdir(parents=True, exist_ok=True)
        certificate, key = folder / f"{name}.pem", folder / f"{name}.key"
        certificate.write_bytes(self.certificate)
        key.write_bytes(self.key)
        key.chmod(0o600)
        return certificate, key


class Authority:
    """A certificate authority that nobody knows but whom it is shown to."""

    def __init__(self, name: str = "KitOps Desktop test authority") -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())
        now = datetime.now(UTC)
        identifier = x509.SubjectKeyIdentifier.from_public_key(self._key.public_key())
        self._certificate = (
            _builder(_name(name), _name(name), self._key, now - 300 * _DAY, now + 300 * _DAY)
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(_usage(signs_certificates=True), critical=True)
            .add_extension(identifier, critical=False)
            .sign(self._key, hashes.SHA256())
        )

    @property
    def certificate(self) -> bytes:
        """PEM."""
        return self._certificate.public_bytes(serialization.Encoding.PEM)

    def write(self, path: Path) -> Path:
        """Put the certificate into a file, as ``HostOptions.ca_file`` wants it."""
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(self.certificate)
        return path

    def server(
        self, names: Sequence[str] = LOOPBACK, *, begins: timedelta = -_DAY, ends: timedelta = 90 * _DAY
    ) -> Identity:
        """For a server of these names; valid from ``begins`` to ``ends``, counted from now."""
        key = ec.generate_private_key(ec.SECP256R1())
        now = datetime.now(UTC)
        builder = _builder(_name(names[0]), self._certificate.subject, key, now + begins, now + ends)
        return self._signed(_for_server(builder, names, is_authority=False), key)

    def expired_server(self) -> Identity:
        return self.server(begins=-30 * _DAY, ends=-_DAY)

    def future_server(self) -> Identity:
        return self.server(begins=_DAY)

    def wrong_host_server(self) -> Identity:
        return self.server(ELSEWHERE)

    def client(self, name: str = "alice") -> Identity:
        """For a person who proves by it who they are."""
        key = ec.generate_private_key(ec.SECP256R1())
        now = datetime.now(UTC)
        builder = _builder(_name(name), self._certificate.subject, key, now - _DAY, now + 90 * _DAY)
        builder = builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        purpose = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH])
        return self._signed(builder.add_extension(purpose, critical=False), key)

    def _signed(self, builder: x509.CertificateBuilder, key: ec.EllipticCurvePrivateKey) -> Identity:
        issuer = x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key())
        subject = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
        builder = builder.add_extension(issuer, critical=False).add_extension(subject, critical=False)
        builder = builder.add_extension(_usage(signs_certificates=False), critical=True)
        return _identity(builder.sign(self._key, hashes.SHA256()), key)


def self_signed(names: Sequence[str] = LOOPBACK) -> Identity:
    """A server's certificate that is its own authority, as many a test registry has."""
    key = ec.generate_private_key(ec.SECP256R1())
    now = datetime.now(UTC)
    builder = _builder(_name(names[0]), _name(names[0]), key, now - _DAY, now + 90 * _DAY)
    builder = _for_server(builder, names, is_authority=True)
    return _identity(builder.sign(key, hashes.SHA256()), key)


def server_context(identity: Identity, folder: Path, *, clients: Authority | None = None) -> ssl.SSLContext:
    """For a server; with ``clients`` it demands a certificate that this authority signed.

    The files that OpenSSL wants to read are left in ``folder``.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*identity.write(folder, "server"))
    if clients is not None:
        context.verify_mode = ssl.CERT_REQUIRED
        context.load_verify_locations(cadata=clients.certificate.decode())
    return context


def _for_server(
    builder: x509.CertificateBuilder, names: Sequence[str], *, is_authority: bool
) -> x509.CertificateBuilder:
    others = x509.SubjectAlternativeName([_general_name(name) for name in names])
    purpose = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH])
    return (
        builder.add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=True)
        .add_extension(others, critical=False)
        .add_extension(purpose, critical=False)
    )


def _general_name(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey, begins: datetime, ends: datetime
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins)
        .not_valid_after(ends)
    )


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        encipher_only=False,
        decipher_only=False,
    )


def _identity(certificate: x509.Certificate, key: ec.EllipticCurvePrivateKey) -> Identity:
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return Identity(certificate.public_bytes(serialization.Encoding.PEM), private)
