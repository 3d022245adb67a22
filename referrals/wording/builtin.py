"""The wording that a clinic has until it writes its own."""

import tomllib
from pathlib import Path

_FILE = Path(__file__).with_name("builtin.toml")
_TEXTS: dict[str, dict[str, str]] = tomllib.loads(_FILE.read_text(encoding="utf-8"))


def builtin_text(kind: str, destination: str = "") -> str:
    """Return the built-in wording of this kind for a service, or the one for all of them."""
    texts = _TEXTS[kind]
    return texts.get(destination, texts["general"]).strip()
