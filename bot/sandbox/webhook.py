"""Updates brought to the bot's own address, as Telegram brings them: those of one chat one at a time, again and again
with growing pauses until they are taken or too old."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from contextlib import suppress
from ipaddress import ip_address
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import aiohttp

from bot.sandbox.answers import ApiError, Json, bad_request
from bot.sandbox.updates import Update
from bot.sandbox.world import World

PORTS = (443, 80, 88, 8443)
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 (its name only)
LONGEST_PAUSE = 60.0
LONGEST_ASKED = 3600.0
"""Seconds that a Retry-After may ask for."""
ANSWER_SECONDS = 60.0
GONE_FOR = 23 * 3600.0
"""Seconds of answers 410 after which the webhook is removed."""
NOT_FROM_WEBHOOKS = ("get", "setwebhook", "deletewebhook", "close", "logout")

Execute = Callable[[str, Json], Awaitable[Any]]


class Webhook:
    """`relaxed`: http and any port are taken for loopback addresses, so that a bot can be tried on one machine.
    `first_pause`: seconds before the second attempt; each further pause is twice as long."""

    def __init__(self, world: World, execute: Execute) -> None:
        self._world, self._execute = world, execute
        self.url = ""
        self.relaxed = True
        self.first_pause = 1.0
        self._secret, self._connections = "", 40
        self._last_error: tuple[int, str] | None = None
        self._gone_since: float | None = None
        self._task: asyncio.Task[None] | None = None

    def check(self, url: str) -> None:
        """Raises ApiError for an address that Telegram would not bring updates to."""
        parts = urlsplit(url)
        host = parts.hostname or ""
        if self.relaxed and parts.scheme in ("http", "https") and _is_loopback(host):
            return
        if parts.scheme != "https":
            raise bad_request("bad webhook: HTTPS URL must be provided for webhook")
        if (parts.port or 443) not in PORTS:
            raise bad_request("bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443")
        if _is_loopback(host):
            raise bad_request(f"bad webhook: IP address {host} is reserved")
        if "." not in host:
            raise bad_request("bad webhook: Failed to resolve host: Name or service not known")

    async def start(self, url: str, secret: str, connections: int) -> None:
        await self.stop()
        self.url, self._secret, self._connections = url, secret, connections
        self._last_error = self._gone_since = None
        self._task = asyncio.create_task(self._deliver())

    async def stop(self) -> None:
        self.url = ""
        task, self._task = self._task, None
        # The webhook may be removed by the very task that delivers, through a call in an answer.
        if task and task is not asyncio.current_task():
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    def info(self) -> Json:
        info: Json = {
            "url": self.url,
            "has_custom_certificate": False,
            "pending_update_count": self._world.updates.pending(),
        }
        if self.url:
            info["max_connections"] = self._connections
            info["ip_address"] = urlsplit(self.url).hostname or ""
            if self._last_error:
                info["last_error_date"], info["last_error_message"] = self._last_error
            info["allowed_updates"] = sorted(self._world.updates.allowed)
        return info

    async def _deliver(self) -> None:
        """Starts a carrier for each chat that has something waiting, and waits for more."""
        updates = self._world.updates
        carriers: dict[int, asyncio.Task[None]] = {}
        room = asyncio.Semaphore(self._connections)
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=ANSWER_SECONDS)) as session:
            try:
                while self.url:
                    updates.arrived.clear()
                    carriers = {chat: task for chat, task in carriers.items() if not task.done()}
                    for chat in {update.of for update in updates.waiting} - carriers.keys():
                        carriers[chat] = asyncio.create_task(self._carry(session, chat, room))
                    arrival = asyncio.create_task(updates.arrived.wait())
                    try:
                        await asyncio.wait([arrival, *carriers.values()], return_when=asyncio.FIRST_COMPLETED)
                    finally:
                        arrival.cancel()
            finally:
                for task in carriers.values():
                    if task is not asyncio.current_task():
                        task.cancel()

    async def _carry(self, session: aiohttp.ClientSession, chat: int, room: asyncio.Semaphore) -> None:
        """The updates of one chat, strictly one after the other."""
        updates = self._world.updates
        while update := next((one for one in updates.waiting if one.of == chat), None):
            pause = self.first_pause
            while True:
                async with room:
                    asked = await self._bring(session, update)
                if asked is None or update.expires_at <= self._world.clock() or not self.url:
                    break
                await asyncio.sleep(asked or pause)
                pause = min(pause * 2, LONGEST_PAUSE)
            if not self.url:
                return
            updates.drop(update)

    async def _bring(self, session: aiohttp.ClientSession, update: Update) -> float | None:
        """None when it was taken, else the seconds to wait that the answer asks for, 0 for none."""
        headers = {"Content-Type": "application/json"}
        if self._secret:
            headers[SECRET_HEADER] = self._secret
        try:
            async with session.post(
                self.url, data=json.dumps(update.as_json()), headers=headers, allow_redirects=False
            ) as answer:
                body = await answer.text(errors="replace")
                status, asked = answer.status, answer.headers.get("Retry-After", "")
                kind = answer.content_type
        except (aiohttp.ClientError, OSError) as error:
            self._failed("Connection refused" if "refused" in str(error).lower() else str(error) or "Connection closed")
            return 0.0
        except TimeoutError:
            self._failed("Read timeout expired")
            return 0.0
        if 200 <= status < 300:
            self._gone_since = None
            await self._call_in_answer(body, kind)
            return None
        self._failed(f"Wrong response from the webhook: {status} {answer.reason or ''}".rstrip())
        if status == 410:
            await self._note_gone()
        return min(float(asked), LONGEST_ASKED) if asked.isdigit() else 0.0

    async def _call_in_answer(self, body: str, kind: str) -> None:
        """A method in the answer is called; nobody learns of its result."""
        try:
            params = dict(parse_qsl(body)) if kind == "application/x-www-form-urlencoded" else json.loads(body or "{}")
        except ValueError:
            return
        if not isinstance(params, dict) or not isinstance(params.get("method"), str):
            return
        name = params.pop("method")
        if not name.lower().startswith(NOT_FROM_WEBHOOKS):
            with suppress(ApiError):
                await self._execute(name, params)

    def _failed(self, why: str) -> None:
        self._last_error = (int(self._world.clock()), why)

    async def _note_gone(self) -> None:
        now = self._world.clock()
        self._gone_since = self._gone_since or now
        if now - self._gone_since > GONE_FOR:
            self.url = ""


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
