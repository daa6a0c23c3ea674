"""Explanations of what goes wrong between us and a registry, and with where secrets are kept."""

from __future__ import annotations

import re
import time
from dataclasses import replace

from kitops_desktop import errors
from kitops_desktop.explanation.explanation import Explanation
from kitops_desktop.explanation.words import NOTHING_CHANGED, sentence, sign_in_command, size

TRANSFERRED_KEPT = "What was transferred completely is kept, so the next attempt goes faster."
_VERSION = re.compile(r"[:@].*")
_NOT_SENT = "No password was sent."
_HOUR = 3600
_MOST_NAMED = 12

_STEPS = {
    "name": ("There is no computer called {host}", "Check the spelling of the registry, and the network."),
    "connect": (
        "{host} does not answer",
        "See that the registry runs and that its port is right (host:port); then try again.",
    ),
    "timeout": (
        "{host} takes too long to answer",
        "The registry or the network is slow or overloaded. Try again in a while.",
    ),
    "tls": (
        "{host} broke off the encrypted connection",
        "See that its port speaks https, and whether a proxy or a client certificate is needed.",
    ),
}

_CERTIFICATES = {
    "self-signed": (
        "The certificate of {host} is signed by itself",
        "Compare its fingerprint with that of the registry's administrator, then trust this certificate; or"
        " give the file of the authority that signed it.",
    ),
    "unknown-issuer": (
        "The certificate of {host} is signed by an authority this computer does not know",
        "Give the certificate file of that authority (many companies have their own), or trust this"
        " certificate after comparing its fingerprint.",
    ),
    "expired": (
        "The certificate of {host} has expired",
        "Check the clock of this computer; if it is right, the registry's administrator must renew the"
        " certificate.",
    ),
    "not-yet-valid": (
        "The certificate of {host} is not valid yet",
        "Check the clock of this computer; if it is right, tell the registry's administrator.",
    ),
    "wrong-host": (
        "The certificate of {host} belongs to another name",
        "Use the name that is in the certificate. If that is not possible, ask whoever runs the registry.",
    ),
    "changed": (
        "{host} shows another certificate than the one you trusted",
        "It may have been renewed, or somebody is in between. Ask whoever runs the registry before you trust"
        " the new one.",
    ),
    "other": (
        "The certificate of {host} cannot be trusted",
        "Ask whoever runs the registry, or give the certificate file of its authority.",
    ),
}


def of_reading(explanation: Explanation) -> Explanation:
    """As it is said where nothing is transferred, only looked at: nothing of that is kept."""
    return replace(explanation, kept="") if explanation.kept == TRANSFERRED_KEPT else explanation


def registry(error: errors.RegistryError) -> Explanation:
    return Explanation(
        f"It did not work with {error.host}", sentence(str(error)), TRANSFERRED_KEPT, "Try again."
    )


def unreachable(error: errors.RegistryUnreachable) -> Explanation:
    title, next_step = _STEPS.get(
        error.step, ("{host} cannot be reached", "Check the network connection, then try again.")
    )
    return Explanation(title.format(host=error.host), sentence(error.reason), TRANSFERRED_KEPT, next_step)


def proxy_refused(error: errors.ProxyRefused) -> Explanation:
    return Explanation(
        f"The proxy on the way to {error.host} said no",
        sentence(f"{error.proxy}: {error.reason}"),
        NOTHING_CHANGED,
        "Check the proxy in the settings of the registry (or --proxy and HTTPS_PROXY), and its password.",
    )


def wrong_scheme(error: errors.WrongScheme) -> Explanation:
    if error.spoken == "https":
        return Explanation(
            f"{error.host} does not speak https",
            "It answered without encryption, as a registry for tests does.",
            f"{NOTHING_CHANGED} {_NOT_SENT}",
            "If that is meant so, switch on plain http for this registry (--plain-http).",
        )
    return Explanation(
        f"{error.host} wants https",
        "It was spoken to with plain http, and it expects an encrypted connection.",
        f"{NOTHING_CHANGED} {_NOT_SENT}",
        "Switch off plain http for this registry (leave out --plain-http).",
    )


def certificate(error: errors.CertificateUntrusted) -> Explanation:
    title, next_step = _CERTIFICATES.get(error.problem, _CERTIFICATES["other"])
    return Explanation(
        title.format(host=error.host), sentence(error.reason), f"{NOTHING_CHANGED} {_NOT_SENT}", next_step
    )


def client_certificate(error: errors.ClientCertificateNeeded) -> Explanation:
    return Explanation(
        f"{error.host} wants a certificate from you",
        sentence(error.reason),
        NOTHING_CHANGED,
        "Give certificate and key in the settings of the registry (--cert and --key).",
    )


def password_in_the_clear(error: errors.PasswordInTheClear) -> Explanation:
    return Explanation(
        f"Your password is not sent to {error.host}",
        "The connection is plain http: everybody on the way could read it.",
        f"{NOTHING_CHANGED} {_NOT_SENT}",
        "Use https; or, if you know the network, agree to it in the settings of the registry.",
    )


def foreign_realm(error: errors.ForeignRealm) -> Explanation:
    return Explanation(
        f"{error.host} asks for the password to be sent elsewhere",
        sentence(f"It names {error.realm} as the place that checks it"),
        f"{NOTHING_CHANGED} {_NOT_SENT}",
        "Sign in to the registry again, and agree to that address only if you know it.",
    )


def sign_in_needed(error: errors.SignInNeeded) -> Explanation:
    return Explanation(
        f"{error.host} wants a sign-in",
        _more_than(f"{error.host} wants a sign-in", error),
        TRANSFERRED_KEPT,
        f"Sign in to the registry{sign_in_command(error.host)}, then try again.",
    )


def _more_than(title: str, error: errors.SignInNeeded) -> str:
    text = str(error)
    return "It asks who you are before it answers." if text == title else sentence(text)


def sign_in_refused(error: errors.SignInRefused) -> Explanation:
    wrong, right = "The token is wrong, or not valid any more.", "token"
    if error.username:
        wrong, right = f"The user name {error.username} or its password is wrong.", "password"
    return Explanation(
        f"{error.host} refused the sign-in",
        f"{wrong} It was tried once, so that no account is locked.",
        TRANSFERRED_KEPT,
        f"Sign in again with the right {right}{sign_in_command(error.host)}.",
    )


def access_denied(error: errors.AccessDenied) -> Explanation:
    who = error.username or "Somebody who is not signed in"
    return Explanation(
        f"{error.host} does not allow that",
        f"{who} may not {error.action}, or it is not there.",
        TRANSFERRED_KEPT,
        "See that the repository is spelt right, ask its owner for the right, or sign in as somebody else.",
    )


def rate_limited(error: errors.RateLimited) -> Explanation:
    return Explanation(
        f"{error.host} wants a pause",
        f"It had too many requests, and {_when(error.until)}.",
        TRANSFERRED_KEPT,
        "Try again then. Signed in, registries often allow more.",
    )


def _when(until: float | None) -> str:
    if until is None:
        return "does not say for how long"
    seconds = max(0, round(until - time.time()))
    clock = time.strftime("%H:%M", time.localtime(until))
    if seconds < 120:
        return f"takes more in {seconds} seconds ({clock})"
    if seconds < 2 * _HOUR:
        return f"takes more in {seconds // 60} minutes ({clock})"
    return f"takes more at {time.strftime('%Y-%m-%d', time.localtime(until))} {clock}"


def unsupported(error: errors.RegistryUnsupported) -> Explanation:
    return Explanation(
        f"{error.host} does not offer that",
        f"It has no way to {error.action}, or it is switched off there.",
        NOTHING_CHANGED,
        "Ask whoever runs the registry; some offer it on their own web page only.",
    )


def ranges_unsupported(error: errors.RangesUnsupported) -> Explanation:
    return Explanation(
        f"{error.host} does not let us look inside",
        "It sends layers as a whole only, so that all of them would be downloaded just to be looked at.",
        "Nothing was downloaded.",
        "Pull the ModelKit: what is inside is shown once it is on this computer.",
    )


def failed(error: errors.RegistryFailed) -> Explanation:
    if not error.status:
        return Explanation(
            f"{error.host} does not answer as a registry does",
            sentence(error.reason),
            TRANSFERRED_KEPT,
            "See that its name is right and that no other service or proxy is in its place.",
        )
    return Explanation(
        f"{error.host} is in trouble",
        sentence(f"It answered {error.status}: {error.reason}"),
        TRANSFERRED_KEPT,
        "Try again in a while.",
    )


def refused(error: errors.RegistryRefused) -> Explanation:
    code = f" ({error.code})" if error.code else ""
    return Explanation(
        f"{error.host} refused it",
        sentence(f"{error.message or f'It answered {error.status}'}{code}"),
        TRANSFERRED_KEPT,
        "The reason above is the registry's own. Change what it asks for, then try again.",
    )


def transfer_interrupted(error: errors.TransferInterrupted) -> Explanation:
    return Explanation(
        f"The connection to {error.host} broke off",
        sentence(f"{size(error.offset)} of {error.digest} had arrived: {error.reason}"),
        TRANSFERRED_KEPT,
        "Check the network, then start it again: it goes on from there.",
    )


def tag_moved(error: errors.TagMoved) -> Explanation:
    if error.was_put:
        return Explanation(
            "Somebody else moved the tag at the same time",
            f"{error.reference} was put to {error.expected}, and is {error.actual or 'gone'} now.",
            f"All of {error.expected} is there, under its digest.",
            "Look at what is there now, and decide again.",
        )
    if error.expected:
        return Explanation(
            "The tag means something else by now",
            f"{error.reference} was to be {error.expected}, and is {error.actual or 'gone'}.",
            "The tag was not moved. " + TRANSFERRED_KEPT,
            "Look at what is there now, and decide again.",
        )
    return Explanation(
        "There is a kit of that name already",
        f"{error.reference} is {error.actual}.",
        "The tag was not moved. " + TRANSFERRED_KEPT,
        "Choose another tag, or agree that this one is moved.",
    )


def remote_not_found(error: errors.RemoteNotFound) -> Explanation:
    host, _, path = error.reference.partition("/")
    repository = _VERSION.sub("", path)
    if repository == path:
        what, where, place = "repository", "registry's repositories", f"{host}/"
    else:
        what, where, place = "ModelKit", "repository's tags", f"{host}/{repository}"
    return Explanation(
        f"The registry has no such {what}",
        f"There is nothing called {error.reference}, or it is not shown to you.",
        NOTHING_CHANGED,
        f"Look at the {where} (kitops-desktop list {place}), and sign in if it is private.",
    )


def deletion_changed(error: errors.DeletionChanged) -> Explanation:
    if error.actual:
        title = "The tag means something else by now"
        reason = f"{error.reference} was {error.expected} when you looked, and is {error.actual}."
    else:
        title = "Another tag stands for the version by now"
        more = "" if len(error.tags) <= _MOST_NAMED else f" and {len(error.tags) - _MOST_NAMED:,} more"
        reason = f"With {error.reference} there would go: {', '.join(error.tags[:_MOST_NAMED])}{more}."
    next_step = "Look at what is there now, and decide again."
    return Explanation(title, reason, "Nothing was deleted.", next_step)


def version_collected(error: errors.VersionCollected) -> Explanation:
    parts = "A part" if error.missing == 1 else f"{error.missing:,} parts"
    return Explanation(
        "What was deleted cannot be put back any more",
        f"{parts} of {error.reference} {'is' if error.missing == 1 else 'are'} gone from {error.host}, which"
        " has collected its garbage, and not on this computer either.",
        NOTHING_CHANGED,
        "Push it again from a computer that has it.",
    )


def remote_blob_not_found(error: errors.RemoteBlobNotFound) -> Explanation:
    return Explanation(
        "The registry has lost a part of the kit",
        f"The blob {error.digest} is not in {error.repository}.",
        TRANSFERRED_KEPT,
        "Ask whoever made the kit to push it again.",
    )


def credential(error: errors.CredentialError) -> Explanation:
    return Explanation(
        "A sign-in could not be read or kept",
        sentence(str(error)),
        NOTHING_CHANGED,
        "Sign in again, and choose where the password is kept.",
    )


def no_keyring(error: errors.NoKeyring) -> Explanation:
    return Explanation(
        "There is no keyring on this system",
        "No service that keeps secrets for programs is running (GNOME Keyring, KWallet or the like).",
        "The sign-in holds until the program is closed.",
        "Start such a service, or agree to have it kept in kit's file, where programs of yours can read it.",
    )


def keyring_failed(error: errors.KeyringFailed) -> Explanation:
    title = "The keyring is locked" if error.locked else "The keyring does not answer"
    return Explanation(
        title,
        sentence(error.reason),
        "The sign-in holds until the program is closed.",
        "Unlock the keyring of your system, then try again.",
    )


def helper_failed(error: errors.CredentialHelperFailed) -> Explanation:
    return Explanation(
        f"{error.program} did not give the password",
        sentence(error.reason),
        NOTHING_CHANGED,
        "See that the program works on the command line, or sign in here.",
    )


def credential_file(error: errors.CredentialFileDamaged) -> Explanation:
    return Explanation(
        "A file of passwords cannot be used",
        sentence(f"{error.path}: {error.reason}"),
        "The file was not changed.",
        "Correct the file or move it away, then try again.",
    )
