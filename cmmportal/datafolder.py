"""The data folder: private to its owner, and home of what the portal makes once and keeps."""

import hashlib
import os
import secrets
import tempfile
from pathlib import Path

from cmmportal.environment import refuse

# A unix socket's path may have about 107 bytes; a longer data folder gets a socket in the temporary folder.
LONGEST_SOCKET_PATH = 100


def open_data_folder(path: Path) -> Path:
    """Make the folder (mode 0700) unless it exists; refuses, naming DATA_DIR, what cannot be written."""
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as fault:
        refuse("DATA_DIR", f"cannot be made ({type(fault).__name__}): {path}")
    if not os.access(path, os.W_OK | os.X_OK):
        refuse("DATA_DIR", f"cannot be written: {path}")
    return path


def kept_secret(path: Path, length: int) -> str:
    """The secret kept in the file (mode 0600), made of `length` random bytes at the first call.

    Several processes may start at once: whoever links its finished file first wins, the others read it.
    """
    if not path.exists():
        draft = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(length), encoding="ascii")
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text(encoding="ascii").strip()


def socket_path(data_dir: Path) -> Path:
    """Where the embedded broker listens; every process of the same data folder finds the same path."""
    inside = data_dir / "valkey.sock"
    if len(os.fsencode(inside)) <= LONGEST_SOCKET_PATH:
        return inside
    name = hashlib.sha256(os.fsencode(data_dir)).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"cmmportal-{os.getuid()}-{name}" / "valkey.sock"
