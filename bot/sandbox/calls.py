"""One call of the Bot API from its parameters to the bytes of its answer, with faults and a line in the journal."""

from __future__ import annotations

import asyncio
import json
import logging
from dataclasses import dataclass
from typing import Any

from bot.sandbox.answers import ApiError, Json
from bot.sandbox.api import Api
from bot.sandbox.faults import GARBAGE, Faults, Trouble, as_error
from bot.sandbox.flood import Flood
from bot.sandbox.rich.tally import plain
from bot.sandbox.world import World

JSON_HEADERS = b"Content-Type: application/json\r\n"
_log = logging.getLogger(__name__)
_encode = json.JSONEncoder(separators=(",", ":")).encode


@dataclass(frozen=True, slots=True)
class Answer:
    """`sent`: bytes of the body after which the connection ends, None when the whole answer goes out."""

    status: int
    body: bytes
    headers: bytes = JSON_HEADERS
    sent: int | None = None


class Cut(Exception):
    """The connection ends without an answer."""


class Calls:
    def __init__(self, world: World, api: Api, faults: Faults, flood: Flood) -> None:
        self._world, self._api, self._faults, self._flood = world, api, faults, flood

    async def answer(self, method: str, params: Json) -> Answer:
        """Raises Cut."""
        chat_id = params.get("chat_id")
        trouble = self._faults.next_for(method, chat_id, lambda: words_of(params))
        if trouble.delay:
            await asyncio.sleep(trouble.delay)
        answer = (
            await self._troubled(method, params, trouble) if trouble.action else await self._execute(method, params)
        )
        if trouble.hang:
            await asyncio.sleep(trouble.hang)
        return answer

    async def _troubled(self, method: str, params: Json, trouble: Trouble) -> Answer:
        action = trouble.action
        if action.get("drop") == "before":
            raise Cut
        if action.get("garbage") == "before":
            return _garbage(action)
        if "ban" in action:
            scope = params.get("chat_id") if action.get("scope") == "chat" else 0
            self._flood.ban(int(action["ban"]), scope if isinstance(scope, int) else 0)
        answer = await self._execute(method, params, as_error(action))
        if action.get("drop") == "after":
            raise Cut
        if action.get("garbage") == "after":
            return _garbage(action)
        if "body" in action:
            return Answer(200, str(action["body"]).encode())
        if "partial" in action:
            share = min(max(float(action["partial"]), 0.0), 0.99)
            return Answer(answer.status, answer.body, answer.headers, int(len(answer.body) * share))
        return answer

    async def _execute(self, method: str, params: Json, error: ApiError | None = None) -> Answer:
        result: Any = None
        try:
            if error:
                raise error
            result = await self._api.call(method, params)
        except ApiError as refused:
            error = refused
        except Exception:
            _log.exception("the sandbox has a bug in %s", method)
            error = ApiError(500, "Internal Server Error: the sandbox has a bug, its log has more")
        self._world.journal.note(method, params.get("chat_id"), error, result, words_of(params))
        if error:
            return refusal(error)
        return Answer(200, _encode({"ok": True, "result": result}).encode())

    async def from_webhook(self, method: str, params: Json) -> Any:
        """A method that stands in a webhook's answer: no answer to it, no faults."""
        await self._execute(method, params)


def words_of(params: Json) -> str:
    """The words of the message that a call sends."""
    words = params.get("text") or params.get("caption")
    if not words and (rich := params.get("rich_message")):
        words = plain(rich.get("html") or rich.get("markdown") or rich.get("blocks")) if isinstance(rich, dict) else ""
    if not words and isinstance(media := params.get("media"), list | dict):
        items = media if isinstance(media, list) else [media]
        words = next((item["caption"] for item in items if isinstance(item, dict) and item.get("caption")), "")
    return words if isinstance(words, str) else ""


def refusal(error: ApiError) -> Answer:
    content: Json = {"ok": False, "error_code": error.code, "description": error.description}
    headers = JSON_HEADERS
    if error.parameters:
        content["parameters"] = error.parameters
        if "retry_after" in error.parameters:
            headers += b"Retry-After: %d\r\n" % error.parameters["retry_after"]
    return Answer(error.code, _encode(content).encode(), headers)


def _garbage(action: Json) -> Answer:
    return Answer(int(action.get("status", 502)), GARBAGE, b"Content-Type: text/html\r\n")
