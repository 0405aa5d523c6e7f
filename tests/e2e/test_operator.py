"""What an operator can do wrong or meet, and what the program says."""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from aiohttp import ClientSession
from aiohttp.test_utils import unused_port
from pydantic import SecretStr

from bot import app
from bot.receiving.polling import ESTABLISHED

ROOT = Path(__file__).parent.parent.parent


def newsbot(*arguments: str, cwd: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG")}
    return subprocess.run(
        [sys.executable, "-m", "bot", *arguments],
        cwd=cwd,
        env={**environment, "PYTHONPATH": str(ROOT), **variables},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_a_wrong_setting_is_one_line_and_code_2(tmp_path: Path) -> None:
    done = newsbot("run", cwd=tmp_path, POLL_INTERVAL="often")
    assert done.returncode == 2
    assert done.stderr.startswith("newsbot: POLL_INTERVAL: ")
    assert done.stderr.count("\n") == 1


async def test_a_token_that_telegram_refuses(start_bot, capfd: pytest.CaptureFixture[str]) -> None:
    bot = await start_bot(wait=False, bot_token=SecretStr("123456789:" + "A" * 35))
    assert await bot.task == 2
    assert "BOT_TOKEN: Telegram refuses this token" in capfd.readouterr().err


@pytest.mark.parametrize("content", [b"this is not a database, only some text in a file" * 50, b"\x00" * 4096])
async def test_a_file_that_is_no_database(start_bot, tmp_path: Path, capfd, content: bytes) -> None:
    path = tmp_path / "wrong.db"
    path.write_bytes(content)
    bot = await start_bot(wait=False, database_url=f"sqlite:///{path}")
    code = await bot.task
    printed = capfd.readouterr().err
    assert code == 1, printed
    assert str(path) in printed
    assert "Traceback" not in printed
    assert path.read_bytes() == content


async def test_a_database_of_a_newer_version(start_bot, tmp_path: Path, capfd) -> None:
    bot = await start_bot()
    await bot.stops()
    path = tmp_path / "newsbot.db"
    with sqlite3.connect(path) as connection:
        for (table,) in connection.execute("SELECT name FROM sqlite_master WHERE name = 'schema_version'").fetchall():
            connection.execute(f"UPDATE {table} SET version = 9999")  # noqa: S608
        connection.execute("PRAGMA user_version = 9999")
    connection.close()
    bot = await start_bot(wait=False)
    assert await bot.task == 1
    printed = capfd.readouterr().err
    assert "newer version" in printed
    assert "Traceback" not in printed


async def test_a_second_copy_on_the_same_database(start_bot, capfd) -> None:
    first = await start_bot()
    second = await start_bot(wait=False)
    assert await second.task == 1
    assert "another newsbot" in capfd.readouterr().err.lower()
    assert not first.task.done()


async def test_a_second_copy_with_the_same_token(start_bot, tmp_path: Path, capfd, chat) -> None:
    first = await start_bot()
    await asyncio.sleep(ESTABLISHED + 0.5)
    second = await start_bot(wait=False, database_url=f"sqlite:///{tmp_path}/other.db")
    await second.task
    assert second.task.result() == 1
    assert "another copy of this bot is running" in capfd.readouterr().err
    assert not first.task.done(), "the one that was there first goes on"
    ivan = await chat.user("Иван")
    await ivan.sends("/start")
    await ivan.sees("Газета")


async def test_without_network_it_waits_and_then_works(start_bot, sandbox, newspaper, chat) -> None:
    newspaper.publish("Новость")
    await chat.fault("*", {"drop": "before"}, times=3)
    await start_bot()
    ivan = await chat.user("Иван")
    await ivan.sends("/start")
    await ivan.sees("Газета", within=10)


async def test_a_feed_that_is_a_web_page(start_bot, newspaper, chat, capfd) -> None:
    newspaper.body = b"<!doctype html><html><head><title>Site</title></head><body><p>Hello</p></body></html>"
    await start_bot()
    ivan = await chat.user("Иван")
    await ivan.sends("/start")
    await ivan.sees("Газета")
    printed = "".join(capfd.readouterr())
    assert "web page" in printed
    assert "Traceback" not in printed


def test_sigterm_ends_it_cleanly(tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    for name in ("BOT_TOKEN", "FEED_URLS", "DATABASE_URL"):
        environment.pop(name, None)
    bot = subprocess.Popen(
        [sys.executable, "-m", "bot", "run", "--port", "0"],
        cwd=tmp_path,
        env=environment,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert bot.stderr
    for line in bot.stderr:
        if "connected to Telegram" in line:
            break
    bot.send_signal(signal.SIGTERM)
    rest = bot.stderr.read()
    assert bot.wait(20) == 0, rest
    assert "Traceback" not in rest
    bot.stderr.close()
    assert list(tmp_path.iterdir()) == [], "a trial leaves nothing behind"


async def test_the_figures_of_deliveries_in_metrics_and_status(start_bot, newspaper, chat) -> None:
    newspaper.publish("Старая новость")
    port = unused_port()
    await start_bot(http_port=port)
    readers = [await chat.user(name) for name in ("Иван", "Айгүл", "Дана")]
    for reader in readers:
        await reader.sends("/start")
        await reader.taps("Все новости|Барлық жаңалық")
    newspaper.publish("Мост открыт")
    for reader in readers:
        await reader.sees("Мост открыт")
    await chat.fault("sendPhoto", {"drop": "after"}, chat_id=readers[0].id)
    newspaper.publish("Мост закрыт")
    for reader in readers[1:]:
        await reader.sees("Мост закрыт")
    await asyncio.sleep(0.5)
    dana = readers[2]
    await dana.sends("/status")
    status = (await dana.sees("Очередь пуста"))["text"]
    assert "Мост открыт\nДоставлено: 3 из 3; не принято: 0, неизвестно: 0\nПервый: " in status
    assert "Мост закрыт\nДоставлено: 2 из 3; не принято: 0, неизвестно: 1\nПервый: " in status
    async with ClientSession() as session:
        async with session.get(f"http://127.0.0.1:{port}/healthz") as response:
            assert response.status == 200
        async with session.get(f"http://127.0.0.1:{port}/metrics") as response:
            figures = dict(line.rsplit(" ", 1) for line in (await response.text()).splitlines() if line[0] != "#")
    assert figures['newsbot_posts_total{class="routine",outcome="sent"}'] == "5.0"
    assert figures['newsbot_posts_total{class="routine",outcome="unknown"}'] == "1.0"
    assert figures['newsbot_delivery_seconds_count{class="routine"}'] == "5.0"
    assert figures['newsbot_queue_posts{class="breaking"}'] == "0.0"
    assert float(figures['newsbot_polls_total{outcome="read"}']) >= 3
    assert figures['newsbot_entries_total{kind="new"}'] == "3.0"
    assert figures['newsbot_feeds{state="good"}'] == "1.0"
    assert float(figures["newsbot_feed_silence_seconds"]) < 30
    assert figures['newsbot_update_seconds_count{kind="message"}'] == "4.0"
    assert figures['newsbot_update_seconds_count{kind="callback_query"}'] == "3.0"
    for part in ("polls", "sender", "updates"):
        assert float(figures[f'newsbot_heartbeat_seconds{{part="{part}"}}']) < 30
    assert not [name for name in figures if str(dana.id) in name]


async def test_a_port_that_is_taken_is_one_line(start_bot, sandbox, capfd) -> None:
    bot = await start_bot(wait=False, http_port=int(sandbox.url.rsplit(":", 1)[1]))
    assert await bot.task == 2
    printed = capfd.readouterr().err
    assert "HTTP_PORT: 127.0.0.1:" in printed
    assert "Traceback" not in printed


async def ask(port: int, path: str) -> tuple[int, dict]:
    async with ClientSession() as session, session.get(f"http://127.0.0.1:{port}{path}") as response:
        return response.status, await response.json()


async def test_it_is_ready_when_telegram_answers_and_says_what_is_missing_before(start_bot, chat) -> None:
    port = unused_port()
    fault = await chat.fault("getUpdates", {"drop": "before"}, times=None)
    await start_bot(http_port=port)
    async with asyncio.timeout(10):
        while (answer := await ask(port, "/readyz"))[1]["wrong"].keys() != {"updates"}:
            await asyncio.sleep(0.1)
    assert answer[0] == 503
    assert answer[1]["wrong"] == {"updates": "it has not begun"}
    assert (answer[1]["ready"], answer[1]["waiting"], answer[1]["last_sent"]) == (False, 0, None)
    await chat.call("DELETE", f"/faults/{fault}")
    async with asyncio.timeout(20):
        while (answer := await ask(port, "/readyz"))[0] != 200:
            await asyncio.sleep(0.1)
    assert answer[1]["wrong"] == {}
    assert set(answer[1]["seconds_ago"]) == {"polls", "sender", "updates"}


async def test_the_images_healthcheck(start_bot, tmp_path: Path) -> None:
    (command,) = re.findall(r"^HEALTHCHECK .*\\\n +CMD (.*)$", (ROOT / "Dockerfile").read_text(), re.MULTILINE)
    _, *arguments = json.loads(command)
    port = unused_port()

    def code() -> int:
        checking = [sys.executable, *arguments]
        return subprocess.run(checking, env={"HTTP_PORT": str(port)}, capture_output=True, check=False).returncode

    assert await asyncio.to_thread(code) == 1
    await start_bot(http_port=port)
    async with asyncio.timeout(20):
        while await asyncio.to_thread(code) != 0:
            await asyncio.sleep(0.1)


async def test_an_article_can_be_followed_from_feed_to_reader_in_the_log(
    start_bot, newspaper, chat, capfd, monkeypatch
) -> None:
    monkeypatch.setattr(app, "DELIVERED", 0.3)
    newspaper.publish("Старая новость")
    await start_bot()
    ivan = await chat.user("Иван")
    await ivan.sends("/start")
    await ivan.taps("Все новости|Барлық жаңалық")
    newspaper.publish("Мост открыт")
    await ivan.sees("Мост открыт")
    printed = ""
    async with asyncio.timeout(10):
        while "article delivered" not in printed:
            printed += "".join(capfd.readouterr())
            await asyncio.sleep(0.05)
    assert re.search(r"feed read .*articles=\(2,\) .*feed=1 ", printed)
    assert re.search(r"post ended .*article=2 .*delivery=1 .*state=sent", printed)
    assert re.search(r"article delivered .*article=2 feed=1 .*readers=1 sent=1 title='Мост открыт'", printed)


async def test_parts_of_it_need_a_database_that_several_share(settings, capfd) -> None:
    assert await app.run(settings, asyncio.Event(), only="web") == 2
    assert "--only needs PostgreSQL" in capfd.readouterr().err
