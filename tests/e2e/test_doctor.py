"""What the doctor finds, against the sandbox: each trouble in words that say what to do."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Awaitable, Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer, unused_port
from pydantic import SecretStr

from bot.config import Settings
from bot.doctor import machine
from bot.doctor.examination import examine, report
from bot.doctor.findings import Finding, Level
from bot.model.ids import ChatId
from bot.model.language import Language
from bot.sandbox.client import SandboxClient
from storage import open_storage
from storage.backup import name_at
from tests.e2e.test_operator import newsbot

Examined = dict[str, list[Finding]]
Doctor = Callable[..., Awaitable[Examined]]


@pytest.fixture
def doctor(settings: Settings, newspaper, tmp_path: Path) -> Doctor:
    newspaper.publish("Мост открыт", published=datetime.now(UTC))

    async def look(*, now: Callable[[], datetime] = lambda: datetime.now(UTC), **changes: Any) -> Examined:
        found: Examined = {}
        async for one in examine(settings.model_copy(update=changes), now=now):
            assert (one.level is Level.GOOD) == (not one.advice), "whatever is not good comes with what to do"
            found.setdefault(one.part, []).append(one)
        return found

    return look


def bad(found: Examined) -> set[str]:
    return {part for part, findings in found.items() if any(one.level is Level.WRONG for one in findings)}


def only(findings: list[Finding]) -> tuple[Level, str, str]:
    (one,) = findings
    return one.level, one.what, one.advice


async def editors_start(chat: SandboxClient, settings: Settings) -> None:
    for editor in settings.admin_ids:
        await (await chat.user(editor)).sends("/start")


async def test_all_is_well_with_a_running_bot(doctor: Doctor, start_bot, chat, settings, tmp_path: Path) -> None:
    port, copies = unused_port(), str(tmp_path / "copies")
    await chat.settings(inline_mode=True)
    await start_bot(http_port=port, backup_dir=copies)
    await editors_start(chat, settings)
    found = await doctor(http_port=port)
    assert bad(found) == set(), found
    assert "undamaged" in found["database"][0].what
    assert only(found["bot"])[1] == "it is running and ready"
    assert only(found["clock"])[0] is Level.GOOD
    assert "1 articles, 1 with photos" in only(found["feeds"])[1]
    assert only(found["webhook"])[1] == "none: the bot asks Telegram for updates"


async def test_nothing_is_there_yet(doctor: Doctor) -> None:
    found = await doctor(bot_token=None, feed_urls=(), admin_ids=frozenset())
    assert bad(found) == {"token", "feeds"}
    assert "will be made" in only(found["database"])[1]
    assert "/newbot" in only(found["token"])[2]


async def test_a_token_that_is_refused_is_not_told(doctor: Doctor) -> None:
    found = await doctor(bot_token=SecretStr("123456789:" + "A" * 35))
    assert bad(found) == {"token"}
    assert "AAAA" not in str(found)
    assert "admins" not in found


@pytest.mark.parametrize("url", ["http://127.0.0.1:1", "http://no-such-host.invalid"])
async def test_telegram_can_not_be_reached(doctor: Doctor, url: str) -> None:
    found = await doctor(bot_api_url=url)
    level, what, _ = only(found["token"])
    assert level is Level.WRONG
    assert "refused" in what or "name" in what
    assert "bot123" not in str(found)


async def test_what_answers_is_no_bot_api(doctor: Doctor, newspaper) -> None:
    assert "no Bot API (HTTP 404)" in only((await doctor(bot_api_url=newspaper.host))["token"])[1]


async def test_editors_who_can_not_be_told_anything(doctor: Doctor, chat: SandboxClient) -> None:
    here, blocked = await chat.new_user("Ася"), await chat.new_user("Ерлан")
    for editor in (here, blocked):
        await editor.sends("/start")
    await blocked.blocks()
    silent = await chat.new_user("Марат")
    admins = (await doctor(admin_ids=frozenset({here.id, blocked.id, silent.id, 999_999_999})))["admins"]
    assert [(one.level, one.what) for one in sorted(admins, key=lambda one: one.what)] == sorted(
        [
            (Level.GOOD, f"{here.id} can be written to"),
            (Level.WRONG, f"{blocked.id} has blocked the bot"),
            (Level.WRONG, "999999999 can't be written to (Bad Request: chat not found)"),
            (
                Level.WRONG,
                f"{silent.id} can't be written to (Forbidden: bot can't initiate conversation with a user)",
            ),
        ],
        key=lambda one: one[1],
    )


async def test_groups_in_which_the_bot_may_not_post(doctor: Doctor, chat: SandboxClient, settings: Settings) -> None:
    fine = await chat.group("Хорошая", bot="member")
    silent = await chat.group("Тихая", bot="member")
    await silent.permits(can_send_photos=False, can_send_messages=True)
    helped = await chat.group("С правами", bot="administrator")
    await helped.permits(can_send_photos=False)
    bound = await chat.group("Ограничили", bot="member")
    await bound.sets("bot", "restricted", rights={"can_send_photos": True})
    gone = await chat.group("Выгнали", bot="member")
    await gone.sets("bot", "kicked")
    channel = await chat.group("Канал", "channel", bot="administrator", rights={"can_post_messages": True})
    mute = await chat.group("Немой канал", "channel", bot="administrator", rights={"can_edit_messages": True})
    storage = await open_storage(settings.database_url)
    for group in (fine, silent, helped, bound, gone, channel, mute):
        await storage.readers.arrive(ChatId(group.id), Language.RU, datetime.now(UTC))
    await storage.close()
    groups = (await doctor())["groups"]
    told = {one.what for one in groups if one.level is Level.WRONG}
    assert told == {
        "“Тихая”: the bot may not send photos",
        "“Ограничили”: the bot may not send messages",
        f"{gone.id}: Forbidden: bot was kicked from the supergroup chat",
        "“Немой канал”: the bot may not post messages",
    }
    assert [one.what for one in groups if one.level is Level.GOOD] == [
        "the bot may post in 3 of 7 groups and channels",
    ]


@pytest.mark.parametrize(
    ("off", "level"), [(1, Level.GOOD), (20, Level.NOTE), (-20, Level.NOTE), (600, Level.WRONG), (-600, Level.WRONG)]
)
async def test_a_clock_that_is_off(doctor: Doctor, off: int, level: Level) -> None:
    found = await doctor(now=lambda: datetime.now(UTC) + timedelta(seconds=off))
    assert only(found["clock"])[0] is level


async def test_a_database_that_is_damaged_too_new_or_of_an_earlier_version(doctor: Doctor, settings, tmp_path) -> None:
    path = tmp_path / "newsbot.db"
    await (await open_storage(settings.database_url)).close()
    whole = path.read_bytes()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA user_version = 2")
    found = (await doctor())["database"]
    assert [one.level for one in found] == [Level.GOOD, Level.NOTE]
    assert "schema 2 of an earlier version" in found[1].what
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA user_version = 9999")
    assert "newer version" in only((await doctor())["database"])[1]
    path.write_bytes(whole[:8192] + b"\xff" * 8192 + whole[16384:])
    level, _, advice = only((await doctor())["database"])
    assert level is Level.WRONG
    assert "newsbot restore" in advice


@pytest.mark.skipif(os.getuid() == 0, reason="root may write everywhere")
async def test_a_folder_that_can_not_be_written(doctor: Doctor, tmp_path: Path) -> None:
    folder = tmp_path / "closed"
    folder.mkdir(mode=0o500)
    found = await doctor(database_url=f"sqlite:///{folder}/newsbot.db")
    assert "chown" in only(found["database"])[2]


async def test_a_disk_that_is_nearly_full(doctor: Doctor, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(machine, "SPARE", shutil.disk_usage(tmp_path).total * 2)
    level, what, _ = only((await doctor())["disk"])
    assert level is Level.WRONG
    assert "free at" in what


async def test_backups_that_have_stopped(doctor: Doctor, settings, tmp_path: Path) -> None:
    await (await open_storage(settings.database_url)).close()
    folder = tmp_path / "copies"
    folder.mkdir()
    levels = [one.level for one in (await doctor(backup_dir=str(folder)))["backup"]]
    assert levels == [Level.NOTE, Level.NOTE], "none yet; on the database's disk"
    (folder / name_at(datetime.now(UTC) - timedelta(hours=47))).touch()
    assert (await doctor(backup_dir=str(folder)))["backup"][0].level is Level.GOOD
    assert (await doctor(backup_dir=str(folder), backup_hours=12))["backup"][0].level is Level.WRONG
    assert "BACKUP_DIR" in only((await doctor())["backup"])[2]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"status": 500}, "500"),
        ({"body": b"<!doctype html><html><head><title>Site</title></head><body>Hello</body></html>"}, "web page"),
    ],
)
async def test_a_feed_that_gives_nothing(doctor: Doctor, newspaper, change: dict[str, Any], said: str) -> None:
    for name, value in change.items():
        setattr(newspaper, name, value)
    level, what, _ = only((await doctor())["feeds"])
    assert level is Level.WRONG
    assert said in what


async def test_a_feed_that_has_fallen_asleep(doctor: Doctor) -> None:
    level, what, advice = only((await doctor(now=lambda: datetime.now(UTC) + timedelta(days=30)))["feeds"])
    assert (level, advice) == (Level.NOTE, "is this still the right feed?")
    assert "the newest 30 days old" in what


@pytest.fixture
def hook() -> dict[str, Any]:
    port = unused_port()
    return {"webhook_url": f"http://127.0.0.1:{port}/telegram", "http_port": port}


async def test_a_webhook_that_works(doctor: Doctor, start_bot, hook: dict[str, Any]) -> None:
    await start_bot(**hook)
    found = await doctor(**hook)
    assert [one.what for one in found["webhook"]] == [
        f"Telegram brings updates to {hook['webhook_url']}",
        "requests reach the bot",
    ]
    found = await doctor()
    assert only(found["webhook"])[:2] == (Level.WRONG, f"one is set, {hook['webhook_url']}, and WEBHOOK_URL is empty")


async def test_a_webhook_without_a_bot_behind_it(doctor: Doctor, hook: dict[str, Any]) -> None:
    found = await doctor(**hook)
    assert [one.level for one in found["webhook"]] == [Level.NOTE, Level.WRONG]
    assert "the connection is refused" in found["webhook"][1].what
    assert "firewall" in found["webhook"][1].advice
    assert found["bot"][0].level is Level.NOTE


@pytest.mark.parametrize("status", [200, 403, 404, 502])
async def test_a_webhook_that_ends_at_the_proxy(doctor: Doctor, hook: dict[str, Any], status: int) -> None:
    async def answer(request: web.Request) -> web.Response:
        return web.Response(status=status, text="not the bot")

    app = web.Application()
    app.router.add_route("*", "/{anything:.*}", answer)
    server = TestServer(app, port=hook["http_port"])
    await server.start_server()
    found = await doctor(**hook)
    await server.close()
    assert found["webhook"][-1].level is Level.WRONG
    assert f"HTTP {status}" in found["webhook"][-1].what
    assert "another program" in only(found["bot"])[1]


async def test_what_telegram_could_not_bring_is_told(doctor: Doctor, start_bot, chat, hook: dict[str, Any]) -> None:
    bot = await start_bot(**hook)
    await bot.stops()
    ivan = await chat.user("Иван")
    await ivan.sends("/start")
    found: Examined = {}
    for _ in range(50):
        found = await doctor(**hook)
        if "could not bring" in found["webhook"][0].what:
            break
    assert found["webhook"][0].level is Level.WRONG
    assert found["webhook"][0].what.startswith("Telegram could not bring an update: ")


async def test_the_report_and_its_exit_code(settings: Settings, newspaper, capsys) -> None:
    newspaper.publish("Мост открыт", published=datetime.now(UTC))
    assert await report(settings, ["BOT_TOKNE in .env is not a setting; did you mean BOT_TOKEN?"]) == 1
    printed = capsys.readouterr()
    assert printed.err == "", "a pipe has no bar"
    assert printed.out.startswith("✗ settings     BOT_TOKNE in .env is not a setting")
    assert printed.out.splitlines()[1] == f"{'':14} → correct the name in .env"
    assert printed.out.splitlines()[-1].startswith(f"{1 + len(settings.admin_ids)} to mend")


def test_the_command(tmp_path: Path) -> None:
    token = "123456789:" + "A" * 35
    done = newsbot("doctor", cwd=tmp_path, BOT_TOKEN=token, BOT_API_URL="http://127.0.0.1:1", LOG_LEVEL="DEBUG")
    assert done.returncode == 1
    assert "the connection is refused" in done.stdout
    assert "A" * 35 not in done.stdout + done.stderr
