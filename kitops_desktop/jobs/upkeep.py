"""What a store needs now and then: entries put back that other programs dropped, old trash deleted."""

from __future__ import annotations

import logging

from kitops_desktop.errors import KitOpsError
from kitops_desktop.progress import CancelToken
from kitops_desktop.store.local_store import LocalStore

log = logging.getLogger(__name__)

DAY_SECONDS = 86_400.0


def look_after(store: LocalStore, trash_days: int, token: CancelToken | None = None) -> tuple[str, ...]:
    """Put back what another program's writing dropped, and delete what was ``trash_days`` days in the trash.

    Returns the references that are there again. Fails for no reason but ``Cancelled``: a store that cannot be
    written needs no upkeep from us, and what is wrong with it shows where it is used.
    """
    put_back: tuple[str, ...] = ()
    try:
        put_back = store.heal()
        if token is not None:
            token.check()
        store.empty_trash(trash_days * DAY_SECONDS)
    except KitOpsError as error:
        log.warning("upkeep of %s: %s", store.home, error)
    if put_back:
        log.info("put back into the store: %s", ", ".join(put_back))
    return put_back
