"""Where the files of ``resources/`` are: icons, fonts, styles, the sample kit."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def resource(name: str) -> Path:
    """The path of a file or folder of ``resources/``, such as ``icons/kit.svg``.

    ``name`` uses ``/``. In a wheel they are inside the package; in a checkout, also one that was installed as
    editable, beside it.
    """
    inside = _PACKAGE / "resources"
    return (inside if inside.is_dir() else _PACKAGE.parent / "resources") / name
