"""A secret key for machines where nobody set one: made once, kept under var/, never in production."""

import os
import secrets
from pathlib import Path


def local_secret_key(var_dir: Path) -> str:
    """Return the key kept in `var_dir`, making it first if there is none."""
    path = var_dir / "secret_key"
    var_dir.mkdir(parents=True, exist_ok=True)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text()
    with os.fdopen(descriptor, "w") as file:
        key = secrets.token_urlsafe(50)
        file.write(key)
    return key
