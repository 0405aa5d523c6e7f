"""All rows of the policy's table before the bot at once: each is a reader of a section that nobody else reads, and a
fault that answers only this reader's calls."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx

from bot.config import Settings
from bot.model.ids import ChatId
from bot.model.language import Language
from bot.model.readers import Mode
from bot.sandbox.client import Json, SandboxClient, said
from storage import open_storage
from tests.e2e.policy_rows import FORGOTTEN, Row
from tests.newspaper import Newspaper

SOON = 5.0
"""Seconds: what is due later has been put off by the policy and is not waited for."""


@dataclass(frozen=True)
class Trial:
    """A row of the table with its reader, section and feed."""

    row: Row
    section: str
    newspaper: Newspaper
    chat_id: int

    def headline(self, number: int) -> str:
        return f"{self.section}, новость {number}."


@dataclass(frozen=True)
class Seen:
    """What became of one article of a trial."""

    messages: list[Json]
    calls: list[Json]
    state: str
    put_off: float
    """Seconds from the last call to the next one."""
    error: str
    unreachable: bool
    as_published: bool
    """Whether the photo is the site's own file, byte for byte, as Telegram fetches it from its address."""


class Record:
    """The database file, looked at from outside."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def ask(self, sql: str, *parameters: object) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(self._path, timeout=10, isolation_level=None)) as connection:
            return connection.execute(sql, parameters).fetchall()

    def outcome(self, chat_id: int, headline: str) -> tuple[str, float, str]:
        """State, when it is due, error of an article's delivery."""
        found = self.ask(
            "SELECT d.state, d.due_at / 1000.0, d.error FROM deliveries d "
            "JOIN articles a ON a.id = d.article_id WHERE d.chat_id = ? AND a.title = ?",
            chat_id,
            headline,
        )
        return found[0] if found else ("none", 0.0, "")

    def unreachable(self) -> set[int]:
        return {row[0] for row in self.ask("SELECT chat_id FROM readers WHERE unreachable_at IS NOT NULL")}

    def readers(self) -> set[int]:
        return {row[0] for row in self.ask("SELECT chat_id FROM readers")}

    def quiet(self, headlines: set[str]) -> bool:
        """Whether all of these articles are read, and nothing is to happen soon."""
        known = {row[0] for row in self.ask("SELECT title FROM articles")}
        soon = int((time.time() + SOON) * 1000)
        busy = self.ask(
            "SELECT 1 FROM deliveries WHERE state = 'sending' OR (state = 'pending' AND due_at <= ?) "
            "UNION ALL SELECT 1 FROM fanouts WHERE done = 0",
            soon,
        )
        return headlines <= known and not busy

    def let_time_pass(self) -> None:
        """What was put off is due now. For a bot that does not run: one that runs keeps its pauses in memory."""
        self.ask("UPDATE deliveries SET due_at = ? WHERE state = 'pending'", int(time.time() * 1000))


async def until(true: Callable[[], bool], *, within: float) -> None:
    async with asyncio.timeout(within):
        while not true():
            await asyncio.sleep(0.1)


class Court:
    """Groups of rows, each with a feed of its own."""

    def __init__(self, groups: Sequence[list[Row]], chat: SandboxClient, record: Record, start_bot: Any) -> None:
        self._groups, self._chat, self._record, self._start_bot = groups, chat, record, start_bot
        self._newspapers = [Newspaper() for _ in groups]
        self.trials: list[Trial] = []
        self._published = 0

    async def open(self, settings: Settings) -> None:
        """Everybody subscribed to their own section, and every fault in its place."""
        for newspaper in self._newspapers:
            await newspaper.open()
        self._api = settings.bot_api_url
        self._settings = {"feed_urls": (*settings.feed_urls, *(each.feed_url for each in self._newspapers))}
        rows = [(row, feed) for group, feed in zip(self._groups, self._newspapers, strict=True) for row in group]
        # Twice as many readers: in front of each comes one whose calls all succeed, where that matters.
        first = await self._chat.crowd(2 * len(rows), silent=False)
        self.trials = [
            Trial(row, f"Раздел {number}", feed, first + 2 * number + 1) for number, (row, feed) in enumerate(rows)
        ]
        for trial in self.trials:
            trial.newspaper.publish("До начала", trial.section, photo=False)
        bot = await self._start_bot(**self._settings)
        await until(lambda: not self._record.ask("SELECT 1 FROM feeds WHERE baseline_at IS NULL"), within=20)
        await bot.stops()
        await self._subscribe(settings.database_url)
        await self.answer([trial.row for trial in self.trials])
        self.editor = await self._chat.user("Дана")
        await self.editor.sends("/start")

    async def close(self) -> None:
        for newspaper in self._newspapers:
            await newspaper.close()

    async def answer(self, rows: list[Row]) -> None:
        """From now on only the readers of these rows meet their faults."""
        await self._chat.call("DELETE", "/faults")
        for trial in self.of(rows):
            await self._chat.fault(trial.row.method, trial.row.fault, times=trial.row.times, chat_id=trial.chat_id)

    def of(self, rows: list[Row]) -> list[Trial]:
        return [trial for trial in self.trials if trial.row in rows]

    async def _subscribe(self, database_url: str) -> None:
        storage = await open_storage(database_url)
        now = datetime.now(UTC)
        sections = {category.name("ru"): category.id for category in await storage.news.categories(now)}
        for trial in self.trials:
            for reader in (trial.chat_id - 1, trial.chat_id) if trial.row in FORGOTTEN else (trial.chat_id,):
                await storage.readers.arrive(ChatId(reader), Language.RU, now)
                await storage.readers.set_category(ChatId(reader), sections[trial.section], Mode.NOW, now)
        await storage.close()

    async def publish(self) -> int:
        """One more article for everybody; its number."""
        self._published += 1
        for trial in self.trials:
            trial.newspaper.publish(trial.headline(self._published), trial.section, photo=trial.row.photo)
        return self._published

    async def run(self, *, told: list[Row] | None = None) -> None:
        """Let a bot run until it has nothing to do soon, and the editor has been told of the chats of these rows."""
        bot = await self._start_bot(**self._settings)
        headlines = {trial.headline(number) for trial in self.trials for number in range(1, self._published + 1)}
        await until(lambda: self._record.quiet(headlines), within=60)
        for trial in self.of(told or []):
            await self.editor.sees(f"не может писать в чат {trial.chat_id}", within=20)
        await bot.stops()

    async def come_back(self, rows: list[Row]) -> None:
        for trial in self.of(rows):
            await self._chat.call("POST", f"/users/{trial.chat_id}/send", json={"text": "/start"})
        chats = {trial.chat_id for trial in self.of(rows)}
        bot = await self._start_bot(**self._settings)
        await until(lambda: not chats & self._record.unreachable(), within=20)
        await bot.stops()

    async def see(self, trial: Trial, number: int) -> Seen:
        headline = trial.headline(number)
        chat = await self._chat.call("GET", f"/users/{trial.chat_id}/messages")
        messages = [message for message in chat["messages"] if headline in said(message)]
        calls = await self._chat.journal()
        calls = [call for call in calls if call["chat_id"] == trial.chat_id and headline in call["summary"]]
        state, due_at, error = self._record.outcome(trial.chat_id, headline)
        return Seen(
            messages,
            calls,
            state,
            due_at - calls[-1]["time"] if calls else 0,
            error,
            trial.chat_id in self._record.unreachable(),
            await self._as_published(trial, headline, messages),
        )

    async def _as_published(self, trial: Trial, headline: str, messages: list[Json]) -> bool:
        if not messages or "photo" not in messages[0]:
            return False
        story = next(story for story in trial.newspaper.stories if story.title == headline)
        sent = f"{self._api}/sandbox/photos/{messages[0]['photo'][-1]['file_unique_id']}"
        async with httpx.AsyncClient() as client:
            return (await client.get(sent)).content == (await client.get(trial.newspaper.host + story.photo)).content

    async def judge(self, number: int, verdict: Callable[[Trial, Seen], str], rows: list[Row] | None = None) -> None:
        """Every row against what was seen of its article; all that differ are told together."""
        wrong = []
        for trial in self.trials:
            if rows is None or trial.row in rows:
                seen = await self.see(trial, number)
                if complaint := verdict(trial, seen):
                    wrong.append(
                        f"{trial.row.code} {trial.row.says}\n    {trial.row.fate.value}: {complaint}\n    {seen}"
                    )
        assert not wrong, f"{len(wrong)} rows:\n" + "\n".join(wrong)
