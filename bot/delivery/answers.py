"""What stands in an answer of the Bot API, or of whatever stands between. No more of it is read than the outbox keeps;
in particular no rich message in it can cost anything or make a sent message look lost."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from bot.delivery.errors import Meaning
from bot.delivery.outcome import FloodWait, NotSent, Outcome, Refused, Sent, Unknown, judge
from bot.delivery.pool import Answer, NoAnswer, NotConnected, Reply
from bot.model.deliveries import MessageForm

_MESSAGE_ID = re.compile(rb'\{\s*"ok":\s*true,\s*"result":\s*\{\s*"message_id":\s*(\d+)')
_OK = re.compile(rb'\{\s*"ok":\s*true')
_RETRY_AFTER = re.compile(rb"\r\nretry-after:\s*(\d+)", re.IGNORECASE)
DEEPEST = 40
"""Levels of an answer that are looked through for media; rich messages have 16."""


def outcome_of(reply: Reply, form: MessageForm, *, learn: bool = False) -> Outcome:
    """`learn`: the file ids of its media are wanted."""
    match reply:
        case NotConnected(why):
            return NotSent(why)
        case NoAnswer(why):
            return Unknown(why)
    return read(reply, form, learn=learn)


def read(answer: Answer, form: MessageForm, *, learn: bool = False) -> Outcome:
    if answer.status == 200 and not learn and (found := _MESSAGE_ID.match(answer.body)):
        return Sent(int(found[1]), form)
    try:
        told = json.loads(answer.body)
    except (ValueError, RecursionError):
        return _unreadable(answer, form)
    if not isinstance(told, dict):
        return _unreadable(answer, form)
    if told.get("ok") is True:
        return _sent(told.get("result"), form)
    code = told.get("error_code")
    parameters = told.get("parameters")
    return judge(
        code if isinstance(code, int) else answer.status,
        str(told.get("description", "")),
        parameters if isinstance(parameters, dict) else {},
        form,
    )


def _sent(result: Any, form: MessageForm) -> Sent:
    """A message, several of an album, or just `true`."""
    messages = [one for one in (result if isinstance(result, list) else [result]) if isinstance(one, dict)]
    ids = [number for one in messages if isinstance(number := one.get("message_id"), int)]
    file_ids = tuple(file_id for one in messages for file_id in _file_ids(one))
    return Sent(ids[0] if ids else None, form, tuple(ids[1:]), file_ids)


def _file_ids(value: Any, depth: int = 0) -> Iterator[str]:
    """Of each photo the largest size, of a video or audio its own; in the order in which they stand."""
    if depth > DEEPEST:
        return
    if isinstance(value, list):
        for one in value:
            yield from _file_ids(one, depth + 1)
    elif isinstance(value, dict):
        for name, inner in value.items():
            if name == "photo" and isinstance(inner, list):
                yield from _own_id(inner[-1] if inner else None)
            elif name in ("video", "audio") and isinstance(inner, dict) and "file_id" in inner:
                yield from _own_id(inner)
            elif name not in ("from", "chat", "sender_chat", "reply_to_message", "reply_markup"):
                yield from _file_ids(inner, depth + 1)


def _own_id(file: Any) -> Iterator[str]:
    if isinstance(file, dict) and isinstance(file_id := file.get("file_id"), str):
        yield file_id


def _unreadable(answer: Answer, form: MessageForm) -> Outcome:
    """No JSON. `ok` at its beginning still means that it was done; a proxy's 4xx that it never got there; a proxy's
    5xx tells nothing."""
    if answer.status == 200 and _OK.match(answer.body):
        found = _MESSAGE_ID.match(answer.body)
        return Sent(int(found[1]) if found else None, form)
    if answer.status == 429:
        told = _RETRY_AFTER.search(answer.head)
        return FloodWait(float(told[1]) if told else 5.0)
    if answer.status == 413:
        return Refused("Request Entity Too Large", Meaning.BAD_MEDIA)
    why = f"an answer that is no JSON ({answer.status}): {answer.body[:80].decode('utf-8', 'replace')}"
    return NotSent(why) if 400 <= answer.status < 500 else Unknown(why)
