"""A disaster, rehearsed: a copy made beside the running bot, the database lost, the copy put back, the bot on it."""

from __future__ import annotations

import asyncio
import re
import sqlite3
import sys
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from aiohttp import ClientSession
from aiohttp.test_utils import unused_port

from bot.sandbox.client import SandboxUser
from tests.e2e.test_operator import newsbot


async def command(*arguments: str, folder: Path, **variables: str) -> tuple[int, str, str]:
    """In a process of its own, beside the bot of this one."""
    url = f"sqlite:///{folder}/newsbot.db"
    done = await asyncio.to_thread(newsbot, *arguments, cwd=folder, DATABASE_URL=url, **variables)
    return done.returncode, done.stdout, done.stderr


async def subscribed(chat, name: str) -> SandboxUser:
    reader = await chat.user(name)
    await reader.sends("/start")
    await reader.taps("Все новости|Барлық жаңалық")
    return reader


async def test_a_disaster_is_survived(start_bot, newspaper, chat, tmp_path: Path) -> None:
    newspaper.publish("До начала")
    bot = await start_bot()
    ivan = await subscribed(chat, "Иван")
    newspaper.publish("Мост открыт")
    await ivan.taps("🔖", on=await ivan.sees("Мост открыт"))
    await chat.fault(
        "sendPhoto",
        {"error": {"error_code": 429, "description": "Too Many Requests", "parameters": {"retry_after": 300}}},
        times=None,
    )
    newspaper.publish("Мост закрыт")
    async with asyncio.timeout(10):
        while not await chat.journal(method="sendPhoto") or len(await chat.journal(method="sendPhoto")) < 2:
            await asyncio.sleep(0.05)

    copy = tmp_path / "copy.db"
    code, printed, trouble = await command("backup", str(copy), folder=tmp_path)
    assert (code, trouble) == (0, "")
    assert re.fullmatch(rf"{re.escape(str(copy))}: \d+ kB, checked\n", printed)
    code, printed, trouble = await command("restore", str(copy), folder=tmp_path)
    assert (code, printed) == (1, "")
    assert trouble == f"newsbot: another newsbot is running on {tmp_path}/newsbot.db; end it first\n"

    await bot.stops()
    with (tmp_path / "newsbot.db").open("r+b") as file:
        file.write(b"a disk that went bad" * 100)
    broken = await start_bot(wait=False)
    assert await broken.task == 1

    code, printed, trouble = await command("restore", str(copy), folder=tmp_path)
    assert (code, trouble) == (0, "")
    assert "1 readers, 3 articles" in printed
    assert "1 posts that still waited in the copy will not go out" in printed
    await chat.clear_faults()
    await start_bot()
    newspaper.publish("Мост снова открыт", published=datetime.now(UTC))
    await ivan.sees("Мост снова открыт")
    await ivan.sees_nothing(of="Мост закрыт")
    await ivan.sends("/bookmarks")
    await ivan.sees("Мост открыт")


async def test_a_running_bot_makes_copies_by_itself(start_bot, newspaper, tmp_path: Path) -> None:
    newspaper.publish("До начала")
    folder, port = tmp_path / "copies", unused_port()
    old = folder / "newsbot-20200101-000000.db"
    folder.mkdir()
    old.touch()
    await start_bot(backup_dir=str(folder), backup_keep=1, http_port=port)
    async with asyncio.timeout(15):
        while (found := sorted(folder.iterdir())) == [old] or len(found) != 1 or ".partial" in found[0].name:
            await asyncio.sleep(0.05)
    with closing(sqlite3.connect(found[0])) as connection:
        assert connection.execute("SELECT count(*) FROM feeds").fetchone() == (1,)
    async with ClientSession() as session, session.get(f"http://127.0.0.1:{port}/metrics") as response:
        made = re.search(r"^newsbot_backup_timestamp_seconds (\S+)$", await response.text(), re.MULTILINE)
    assert made
    assert abs(float(made[1]) - datetime.now(UTC).timestamp()) < 60


async def test_a_folder_is_rotated_by_the_command(start_bot, newspaper, tmp_path: Path) -> None:
    await (await start_bot(wait=False)).stops()
    folder = tmp_path / "copies"
    for _ in range(3):
        code, printed, trouble = await command("backup", "--keep", "2", folder=tmp_path, BACKUP_DIR=str(folder))
        assert (code, trouble) == (0, "")
        await asyncio.sleep(1.1)  # names are made of seconds
    assert printed.endswith("checked; 2 kept\n")
    assert len(list(folder.iterdir())) == 2


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["backup"], "newsbot: name a file, or a folder with --to or BACKUP_DIR\n"),
        (["backup", "a.db", "--to", "b"], "newsbot: a FILE or --to FOLDER, not both\n"),
    ],
)
def test_what_is_meant_has_to_be_clear(tmp_path: Path, arguments: list[str], said: str) -> None:
    done = newsbot(*arguments, cwd=tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (2, "", said)


def test_a_bar_is_drawn_on_a_terminal_only(tmp_path: Path) -> None:
    """The pipe is in all the tests above: nothing stands on standard error there."""
    import os
    import pty

    path = tmp_path / "newsbot.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE much (text)")
        connection.executemany("INSERT INTO much VALUES (?)", [("x" * 1000,)] * 5000)
        connection.commit()
    terminal, side = pty.openpty()
    environment = {"DATABASE_URL": f"sqlite:///{path}", "PATH": os.environ["PATH"], "COLUMNS": "100"}
    root = str(Path(__file__).parent.parent.parent)
    script = f"import os, sys; sys.path.insert(0, {root!r}); from bot.__main__ import main; sys.exit(main())"
    pid = os.posix_spawn(
        sys.executable,
        [sys.executable, "-c", script, "backup", str(tmp_path / "copy.db")],
        environment,
        file_actions=[(os.POSIX_SPAWN_DUP2, side, 1), (os.POSIX_SPAWN_DUP2, side, 2)],
    )
    os.close(side)
    shown = b""
    while True:
        try:
            part = os.read(terminal, 4096)
        except OSError:  # Linux says so when nobody holds the other side any more
            break
        if not part:
            break
        shown += part
    os.close(terminal)
    assert os.waitpid(pid, 0)[1] == 0, shown.decode()
    text = shown.decode()
    assert re.search(r"copying +█{20} +100% +5\.\d MB of 5\.\d MB", text)
    assert "checking" in text
    assert text.rstrip().endswith("checked")
