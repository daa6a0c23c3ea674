"""Which keyring of the operating system is used, and opening it. The only module that imports ``keyring``."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from contextlib import closing
from typing import TYPE_CHECKING

from kitops_desktop.errors import CredentialError, KeyringFailed, NoKeyring

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

_NAMES = {
    "keyring.backends.SecretService": "Secret Service",
    "keyring.backends.kwallet": "KWallet",
    "keyring.backends.libsecret": "Secret Service",
    "keyring.backends.macOS": "Keychain",
    "keyring.backends.Windows": "Windows Credential Manager",
}
_SECRET_SERVICE = "keyring.backends.SecretService"
_CHAINER = "keyring.backends.chainer"
_CHOICES: dict[str, tuple[tuple[str, ...], ...]] = {
    "darwin": (("keyring.backends.macOS",),),
    "win32": (("keyring.backends.Windows",),),
}
# libsecret last: it brings GLib's main loop into the process
_UNIX_CHOICES = (
    ("keyring.backends.SecretService", "keyring.backends.kwallet"),
    ("keyring.backends.libsecret",),
)


def choose_backend() -> KeyringBackend:
    """The keyring that the user configured for ``keyring``, else the platform's best that is there now.

    ``keyring``'s own choice is not taken: it is made once for the process, needs entry points that a frozen
    program has not, and may end with a file of plain text. Raises ``NoKeyring``.
    """
    from keyring.core import load_config, load_env

    try:
        configured = load_env() or load_config()
    except Exception:  # whatever the named class raises: it cannot be used
        raise NoKeyring from None
    if configured is not None:
        if not is_of_system(configured):
            raise NoKeyring
        return configured
    for modules in _CHOICES.get(sys.platform, _UNIX_CHOICES):
        classes = [backend for module in modules for backend in _classes(module)]
        ranked = [(_priority(backend), number) for number, backend in enumerate(classes)]
        priority, number = max(ranked, default=(0.0, 0))
        if priority >= 1:
            return classes[number]()
    raise NoKeyring


def is_of_system(backend: KeyringBackend) -> bool:
    """Whether it is a keyring of the operating system, or a chain of nothing else."""
    module = type(backend).__module__
    if module == _CHAINER:
        chained = list(getattr(backend, "backends", ()))
        return bool(chained) and all(is_of_system(one) for one in chained)
    return module in _NAMES


def name_of(backend: KeyringBackend) -> str:
    """What people call it."""
    module = type(backend).__module__
    if module == _CHAINER:
        return ", ".join(dict.fromkeys(name_of(one) for one in getattr(backend, "backends", ())))
    return _NAMES.get(module, module)


def open_backend(backend: KeyringBackend) -> None:
    """Have the user unlock it where ``keyring`` would leave its connection behind when that fails.

    May block until the user has answered. Raises ``KeyringFailed``, and what the backend raises.
    """
    if type(backend).__module__ != _SECRET_SERVICE or hasattr(backend, "preferred_collection"):
        return
    import secretstorage

    with closing(secretstorage.dbus_init()) as bus:
        collection = secretstorage.get_default_collection(bus)
        if collection.is_locked() and (collection.unlock() or collection.is_locked()):
            raise KeyringFailed("it was not unlocked", locked=True)


def is_begun(backend: KeyringBackend) -> bool:
    """Whether it can hold anything yet, found out without the user being asked: a Secret Service that has no
    collection would offer to make one, to whoever only looks. Raises what the backend raises.
    """
    if type(backend).__module__ != _SECRET_SERVICE or hasattr(backend, "preferred_collection"):
        return True
    import secretstorage

    with closing(secretstorage.dbus_init()) as bus:
        try:
            secretstorage.Collection(bus)
        except secretstorage.ItemNotFoundException:
            return False
    return True


def keyring_error(error: Exception) -> CredentialError:
    """Our error for what a backend raised; of its text nothing is taken over, since it may quote secrets."""
    from keyring.errors import InitError, KeyringLocked, NoKeyringError

    if isinstance(error, CredentialError):
        return error
    if isinstance(error, NoKeyringError):
        return NoKeyring()
    if isinstance(error, (KeyringLocked, InitError)) or type(error).__name__ in _LOCKED:
        return KeyringFailed("it was not unlocked", locked=True)
    if type(error).__name__ in _AWAY:
        return NoKeyring()
    return KeyringFailed(f"it failed ({type(error).__name__})")


_LOCKED = frozenset({"LockedException", "PromptDismissedException"})  # of secretstorage
_AWAY = frozenset({"SecretServiceNotAvailableException"})


def _classes(module_name: str) -> Iterator[type[KeyringBackend]]:
    from keyring.backend import KeyringBackend

    for value in vars(importlib.import_module(module_name)).values():
        if isinstance(value, type) and issubclass(value, KeyringBackend) and value.__module__ == module_name:
            yield value


def _priority(backend: type[KeyringBackend]) -> float:
    try:
        return float(backend.priority)
    except Exception:  # its way of saying that it does not work here
        return 0
