"""The jobs there are, and the order of those that have not ended."""

from __future__ import annotations

from collections.abc import Iterable

from kitops_desktop.jobs.job import Job


class JobList:
    """For one thread at a time: whoever has it sees to that."""

    def __init__(self, earlier: Iterable[Job]) -> None:
        """With the jobs of earlier runs of the program, the oldest first."""
        self._jobs = {job.id: job for job in earlier}
        left = (job for job in self._jobs.values() if not job.state.is_finished)
        self._order = sorted(left, key=lambda job: job.position)
        self.next_position = max((job.position for job in self._jobs.values()), default=0) + 1

    def all(self) -> tuple[Job, ...]:
        """The oldest first."""
        return tuple(self._jobs.values())

    def order(self) -> tuple[Job, ...]:
        """Those that have not ended, in the order in which their turn is or was."""
        return tuple(self._order)

    def listed(self) -> tuple[Job, ...]:
        """All as people want to see them: those of ``order``, then what has ended, the newest first."""
        ended = [job for job in reversed(self._jobs.values()) if job.state.is_finished]
        return (*self._order, *ended)

    def add(self, job: Job) -> None:
        """A new job, which took ``next_position`` for its own."""
        self.next_position += 1
        self._jobs[job.id] = job
        self._order.append(job)

    def line_up(self, job: Job) -> None:
        """It has not ended after all; its turn is last unless it has one."""
        if job not in self._order:
            self._order.append(job)

    def take_off(self, job: Job) -> None:
        """It has ended."""
        if job in self._order:
            self._order.remove(job)

    def forget(self, job: Job) -> bool:
        """Whether it was there."""
        return self._jobs.pop(job.id, None) is not None

    def move(self, job: Job, before: Job | None) -> bool:
        """Have a job's turn come right before that of another, or last of all (None). Whether that can be."""
        if job not in self._order or job is before:
            return False
        self._order.remove(job)
        place = len(self._order) if before not in self._order else self._order.index(before)
        self._order.insert(place, job)
        for position, waiting in enumerate(self._order):
            waiting.position = position
        self.next_position = len(self._order)
        return True
