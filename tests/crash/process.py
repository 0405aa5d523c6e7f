"""The bot as a process that is started, frozen, killed and stopped."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
import time
from pathlib import Path

from bot.sandbox.server import Sandbox
from tests.newspaper import Newspaper

ROOT = Path(__file__).parent.parent.parent


def environment(sandbox: Sandbox, newspaper: Newspaper, folder: Path, **changes: str) -> dict[str, str]:
    """The settings of a bot that sends to the sandbox what the newspaper publishes."""
    return {
        **{name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG")},
        "PYTHONPATH": str(ROOT),
        "BOT_TOKEN": sandbox.token,
        "BOT_API_URL": sandbox.url,
        "ADMIN_IDS": ",".join(map(str, sandbox.editor_ids)),
        "FEED_URLS": newspaper.feed_url,
        "DATABASE_URL": f"sqlite:///{folder}/newsbot.db",
        "POLL_INTERVAL": "0.5",
        "UNDO_SECONDS": "0",
        "ALLOW_PRIVATE_ADDRESSES": "true",
        **changes,
    }


class WarmParent:
    """Forks bots; see tests/crash/parent.py. `async with`."""

    def __init__(self) -> None:
        self._bots: list[WarmBot] = []

    async def __aenter__(self) -> WarmParent:
        self._process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "tests.crash.parent",
            cwd=ROOT,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
        )
        return self

    async def __aexit__(self, *_: object) -> None:
        """A test that failed may leave a bot behind."""
        for bot in self._bots:
            if bot.running:
                await bot.kill()
        assert self._process.stdin
        self._process.stdin.close()
        assert await self._process.wait() == 0

    async def start(
        self, settings: dict[str, str], folder: Path, *arguments: str, patience: float | None = None
    ) -> WarmBot:
        """`patience`: seconds in which Telegram has to answer; None: as the program has it."""
        asked = {"start": settings, "folder": str(folder), "patience": patience, "arguments": arguments}
        pid = await self.ask(asked)
        bot = WarmBot(self, pid, folder)
        self._bots.append(bot)
        return bot

    async def ask(self, command: dict[str, object]) -> int:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps(command).encode() + b"\n")
        return int(await self._process.stdout.readline())


class WarmBot:
    """One run of the bot, forked."""

    def __init__(self, parent: WarmParent, pid: int, folder: Path) -> None:
        self._parent, self._pid, self._folder = parent, pid, folder
        self.running = True

    @property
    def log(self) -> str:
        return (self._folder / "bot.log").read_text()

    def freeze(self) -> None:
        """All of it stands still: what is true now is what a kill at this moment leaves."""
        os.kill(self._pid, signal.SIGSTOP)
        while not all(state in "TZX" for state in self._states()):
            time.sleep(0.0002)

    def thaw(self) -> None:
        os.kill(self._pid, signal.SIGCONT)

    def _states(self) -> list[str]:
        """Of each of its threads, as the kernel has it."""
        states = []
        for task in Path(f"/proc/{self._pid}/task").iterdir():
            try:
                states.append((task / "stat").read_text().rpartition(")")[2].split()[0])
            except FileNotFoundError:  # the thread has ended meanwhile
                continue
        return states

    async def kill(self) -> None:
        os.kill(self._pid, signal.SIGKILL)
        ended = await self._ended()
        assert ended == -signal.SIGKILL, f"it had ended by itself ({ended}):\n{self.log}"

    def terminate(self) -> None:
        os.kill(self._pid, signal.SIGTERM)

    async def ends(self, *, within: float = 30) -> int:
        """Its exit code."""
        return await asyncio.wait_for(self._ended(), within)

    async def _ended(self) -> int:
        code = await self._parent.ask({"wait": self._pid})
        self.running = False
        return code
