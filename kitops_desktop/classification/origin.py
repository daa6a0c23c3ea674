"""What the repository that files are from says about the package they make."""

from __future__ import annotations

from kitops_desktop.kitfile.kitfile import Package


def package_of(repository: str) -> Package:
    """Of ``ORGANISATION/NAME``, or of a name alone: the name, and the organisation as author."""
    *above, name = repository.split("/")
    return Package(name=name, authors=tuple(above[-1:]))
