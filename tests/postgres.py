"""A real PostgreSQL server for tests, in a temporary folder: started when the first test asks for one."""

from __future__ import annotations

import asyncio
import itertools
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

MISSING = "PostgreSQL's server is not installed (Debian: apt-get install postgresql)"
SETTINGS = {"fsync": "off", "full_page_writes": "off", "listen_addresses": "", "max_connections": "200"}
"""No power cut is tested here."""


def programs() -> Path | None:
    """The folder with initdb and pg_ctl of the newest version there is."""
    if found := shutil.which("initdb"):
        return Path(found).resolve().parent
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    return debian[-1].parent if debian else None


class Server:
    """Its databases are reached by a socket in its folder, so that no port can be taken."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._numbers = itertools.count(1)

    def url(self, name: str) -> str:
        return f"postgresql://postgres@/{name}?host={self._folder}"

    def database(self, *, template: str | None = None) -> str:
        """The address of a new one: empty, or as the one of that name."""
        name = f"{'like' if template else 'empty'}_{next(self._numbers)}"
        asyncio.run(self._make(name, template or "template0"))
        return self.url(name)

    async def _make(self, name: str, template: str) -> None:
        import asyncpg

        connection = await asyncpg.connect(self.url("postgres"))
        await connection.execute(f"CREATE DATABASE {name} TEMPLATE {template} ENCODING 'UTF8'")
        await connection.close()


@contextmanager
def server(**settings: str) -> Iterator[Server]:
    """Raises FileNotFoundError when it is not installed."""
    folder = programs()
    if folder is None:
        raise FileNotFoundError(MISSING)
    home = Path(tempfile.mkdtemp(prefix="newsbot-pg-"))
    # The server refuses to run as root.
    user = "postgres" if os.geteuid() == 0 else None
    if user:
        shutil.chown(home, user, user)
    chosen = " ".join(f"-c {name}={value}" for name, value in (SETTINGS | settings).items())
    chosen += f" -c unix_socket_directories={home}"

    def call(program: str, *arguments: str) -> None:
        done = subprocess.run(
            [folder / program, "-D", home / "data", *arguments],
            user=user,
            cwd=home,
            env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            check=False,
        )
        assert done.returncode == 0, done.stderr.decode()

    try:
        call("initdb", "--no-sync", "--auth=trust", "--username=postgres", "--encoding=UTF8", "--locale=C.UTF-8")
        call("pg_ctl", "start", "--wait", "-l", str(home / "log"), "-o", chosen)
        try:
            yield Server(home)
        finally:
            call("pg_ctl", "stop", "-m", "immediate")
    finally:
        shutil.rmtree(home, ignore_errors=True)


def skipped_unless_installed() -> None:
    """Without a server: the test is skipped, except in CI, where it fails."""
    if programs() is None:
        assert not os.environ.get("CI"), MISSING
        pytest.skip(MISSING)
