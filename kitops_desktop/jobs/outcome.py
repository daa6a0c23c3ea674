"""What comes of a piece of work that is run: a result, or what stopped it."""

from __future__ import annotations

import logging
import traceback

from kitops_desktop.explanation import diagnostics
from kitops_desktop.jobs.work import Result, Work, WorkContext
from kitops_desktop.progress import Cancelled

log = logging.getLogger(__name__)


def outcome_of(work: Work, context: WorkContext) -> tuple[Result | None, Exception | None]:
    """Run the work in this thread. Whatever it raises is given back, with ``Cancelled`` for all that breaks
    because it was asked to stop.
    """
    try:
        return work.run(context), None
    except Cancelled as stopped:
        return None, stopped
    except Exception as error:
        log.warning("%s", diagnostics(error))
        traceback.clear_frames(error.__traceback__)  # its frames would keep buffers and files alive
        # what was shut down under it broke: that is how cancelling looks from inside
        return None, Cancelled() if context.token.cancelled else error
