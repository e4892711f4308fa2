"""Reading the demo's data files, which lie beside this module."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent


@cache
def table(name: str) -> dict[str, Any]:
    """Return the content of one TOML file. Callers must not change it."""
    return tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))


def legal_text(kind: str) -> str:
    """Return the Markdown of one legal text."""
    return (FOLDER / "legal" / f"{kind}.md").read_text(encoding="utf-8")
