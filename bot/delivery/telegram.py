"""A post → the Bot API call → what became of it.

A post is written out once (`encode`) and serves every reader: only the chat is put in front of it. Of an answer no more
is read than the outbox keeps; in particular no rich message in it can cost anything or make a sent message look lost.
"""

from __future__ import annotations

import asyncio
import json
import re
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from html import unescape
from typing import Any

import structlog
from aiogram.types import InlineKeyboardMarkup

from bot.delivery.outcome import (
    FloodWait,
    Meaning,
    NotSent,
    Outcome,
    PhotoLost,
    Refused,
    Sent,
    Unknown,
    judge,
)
from bot.delivery.pool import Answer, NoAnswer, NotConnected, Pool, Reply
from bot.delivery.post import PhotoPost, Post, TextPost, length
from bot.delivery.render.words import cut
from bot.model import ChatId, MessageForm

log = structlog.get_logger()

UPLOAD_SECONDS = 90.0
"""For an answer to a photo of some megabytes on a slow line."""
MOST_FALLBACKS = 5
"""Each of them leaves something out or changes how the photo comes, so that no answer can keep us sending."""

_MESSAGE_ID = re.compile(rb'\{\s*"ok":\s*true,\s*"result":\s*\{\s*"message_id":\s*(\d+)')
_OK = re.compile(rb'\{\s*"ok":\s*true')
_RETRY_AFTER = re.compile(rb"\r\nretry-after:\s*(\d+)", re.IGNORECASE)

Copy = Callable[[str], Awaitable[bytes | None]]
"""A photo's address → the picture as JPEG, downloaded by ourselves; None when it can't be had."""


@dataclass(frozen=True, slots=True)
class Encoded:
    """A post as bytes: the Bot API method's name, and its JSON object from behind `{"chat_id":N`."""

    post: Post
    method: bytes
    rest: bytes


def encode(post: Post, *, paid: bool = False) -> Encoded:
    """`paid`: above the free pace, for Stars (allow_paid_broadcast)."""
    fields = _fields(post)
    if paid:
        fields["allow_paid_broadcast"] = True
    method = b"sendPhoto" if isinstance(post, PhotoPost) else b"sendMessage"
    return Encoded(post, method, b"," + json.dumps(fields, ensure_ascii=False).encode()[1:])


def _fields(post: Post) -> dict[str, Any]:
    formatting: dict[str, Any] = {}
    if post.html:
        formatting["parse_mode"] = "HTML"
    fields: dict[str, Any]
    if isinstance(post, PhotoPost):
        if post.entities:
            formatting["caption_entities"] = [dict(entity) for entity in post.entities]
        fields = {"photo": post.photo, **({"caption": post.caption, **formatting} if post.caption else {})}
    else:
        if post.entities:
            formatting["entities"] = [dict(entity) for entity in post.entities]
        fields = {"text": post.text, **formatting}
        if post.preview_url:
            # Telegram ignores the size of a preview unless its address is named, too.
            preview = {"url": post.preview_url, "prefer_large_media": True, "show_above_text": True}
            fields["link_preview_options"] = preview
        elif post.html:
            fields["link_preview_options"] = {"is_disabled": True}
    if post.keyboard:
        fields["reply_markup"] = post.keyboard.model_dump(mode="json", exclude_none=True)
    return fields


class Telegram:
    """The sender's line to the Bot API. Paces nothing and repeats nothing of which it is not certain that it was not
    executed."""

    def __init__(self, api_url: str, token: str, *, timeout: float, own_copy: Copy, paid: bool = False) -> None:
        self._pool = Pool(api_url, timeout=timeout)
        self._path = f"/bot{token}/".encode()
        self._own_copy, self.paid = own_copy, paid
        self._falling_back: set[asyncio.Task[Outcome]] = set()

    def close(self) -> None:
        for task in self._falling_back:
            task.cancel()
        self._pool.close()

    def encode(self, post: Post) -> Encoded:
        return encode(post, paid=self.paid)

    def start(
        self, chat_id: ChatId, message: Encoded, done: Callable[[Outcome], None], *, learn_photo: bool = False
    ) -> None:
        """Send one post, falling back when Telegram refuses its photo, markup or buttons (a refused call was not
        executed, so no copy comes of it). `learn_photo`: its file id is wanted. `done` is called once, with the
        outcome."""

        def answered(reply: Reply) -> None:
            outcome = _outcome(reply, _form(message.post), learn_photo=learn_photo)
            if isinstance(outcome, Refused):
                task = asyncio.create_task(self._fall_back(chat_id, message.post, outcome, learn_photo))
                self._falling_back.add(task)
                task.add_done_callback(self._falling_back.discard)
                task.add_done_callback(lambda task: done(_result_of(task)))
            else:
                done(outcome)

        self._pool.start(self._path + message.method, b'{"chat_id":%d%s' % (chat_id, message.rest), answered)

    async def send(self, chat_id: ChatId, message: Encoded) -> Outcome:
        """`start`, to be waited for."""
        ended: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        self.start(chat_id, message, lambda outcome: None if ended.done() else ended.set_result(outcome))
        return await ended

    async def _fall_back(self, chat_id: ChatId, post: Post, refused: Refused, learn_photo: bool) -> Outcome:
        outcome: Outcome = refused
        lasting, first, why = True, post, refused.why
        for _ in range(MOST_FALLBACKS):
            if not isinstance(outcome, Refused):
                break
            if outcome.meaning is Meaning.BAD_PHOTO and isinstance(post, PhotoPost) and post.replaceable and post.known:
                return PhotoLost(outcome.why)
            if outcome.meaning is Meaning.BAD_PHOTO and isinstance(post, PhotoPost) and not post.known:
                copied = await self._send_copy(chat_id, post)
                if copied is not None:
                    outcome = copied
                    if not isinstance(outcome, Refused):
                        break
            simpler = _simpler(post, outcome)
            if simpler is None:
                break
            lasting = lasting and outcome.meaning is not Meaning.NO_PHOTOS_HERE
            post = simpler
            outcome = await self._call(chat_id, self.encode(post), learn_photo)
        if isinstance(outcome, Sent) and post is not first and lasting:
            return replace(outcome, simplified=post, why=why)
        return outcome

    async def _send_copy(self, chat_id: ChatId, post: PhotoPost) -> Outcome | None:
        """Telegram can't fetch the photo: bring it ourselves. None: we can't, either."""
        picture = await self._own_copy(post.photo)
        if picture is None:
            return None
        content_type, body = _multipart({"chat_id": chat_id, **_fields(post)}, picture)
        reply = await self._pool.post(
            self._path + b"sendPhoto", body, content_type=content_type, timeout=UPLOAD_SECONDS
        )
        return _outcome(reply, MessageForm.PHOTO, learn_photo=True)

    async def _call(self, chat_id: ChatId, message: Encoded, learn_photo: bool) -> Outcome:
        reply = await self._pool.post(self._path + message.method, b'{"chat_id":%d%s' % (chat_id, message.rest))
        return _outcome(reply, _form(message.post), learn_photo=learn_photo)


def _form(post: Post) -> MessageForm:
    return MessageForm.PHOTO if isinstance(post, PhotoPost) else MessageForm.TEXT


def _result_of(task: asyncio.Task[Outcome]) -> Outcome:
    if task.cancelled():
        return Unknown("the bot stopped before the answer came")
    if error := task.exception():
        log.error("falling back failed in an unexpected way", exc_info=error)
        return Unknown(f"{type(error).__name__}: {error}")
    return task.result()


def _outcome(reply: Reply, form: MessageForm, *, learn_photo: bool) -> Outcome:
    match reply:
        case NotConnected(why):
            return NotSent(why)
        case NoAnswer(why):
            return Unknown(why)
    return read(reply, form, learn_photo=learn_photo)


def read(answer: Answer, form: MessageForm, *, learn_photo: bool = False) -> Outcome:
    """An answer of the Bot API, or of whatever stands between, as an outcome."""
    if answer.status == 200 and not learn_photo and (found := _MESSAGE_ID.match(answer.body)):
        return Sent(int(found[1]), form)
    try:
        told = json.loads(answer.body)
    except (ValueError, RecursionError):
        return _unreadable(answer, form)
    if not isinstance(told, dict):
        return _unreadable(answer, form)
    if told.get("ok") is True:
        result = told.get("result")
        message = result if isinstance(result, dict) else {}
        number = message.get("message_id")
        return Sent(number if isinstance(number, int) else None, form, _file_id(message))
    code = told.get("error_code")
    parameters = told.get("parameters")
    return judge(
        code if isinstance(code, int) else answer.status,
        str(told.get("description", "")),
        parameters if isinstance(parameters, dict) else {},
        form,
    )


def _file_id(message: dict[str, Any]) -> str | None:
    """Of the largest size of its photo."""
    sizes = message.get("photo")
    largest = sizes[-1] if isinstance(sizes, list) and sizes else None
    file_id = largest.get("file_id") if isinstance(largest, dict) else None
    return file_id if isinstance(file_id, str) else None


def _unreadable(answer: Answer, form: MessageForm) -> Outcome:
    """No JSON. `ok` at its beginning still means that the message is in the chat; a proxy's 4xx that it never got
    there; a proxy's 5xx tells nothing."""
    if answer.status == 200 and _OK.match(answer.body):
        found = _MESSAGE_ID.match(answer.body)
        return Sent(int(found[1]) if found else None, form)
    if answer.status == 429:
        told = _RETRY_AFTER.search(answer.head)
        return FloodWait(float(told[1]) if told else 5.0)
    if answer.status == 413:
        return Refused("Request Entity Too Large", Meaning.BAD_PHOTO)
    why = f"an answer that is no JSON ({answer.status}): {answer.body[:80].decode('utf-8', 'replace')}"
    return NotSent(why) if 400 <= answer.status < 500 else Unknown(why)


def _simpler(post: Post, refused: Refused) -> Post | None:
    """The same message without what was refused; None when there is nothing left to leave out."""
    match refused.meaning:
        case Meaning.BAD_PHOTO | Meaning.BAD_CAPTION | Meaning.NO_PHOTOS_HERE if isinstance(post, PhotoPost):
            return post.fallback
        case Meaning.BAD_BUTTON if post.keyboard:
            return replace(post, keyboard=_without_links(post.keyboard))
        case Meaning.TOO_LONG if isinstance(post, TextPost):
            text = _plain(post.text) if post.html else post.text
            return replace(post, text=cut(text, length(text) * 3 // 4), html=False, entities=())
        case Meaning.BAD_MARKUP if post.html or post.entities:
            if isinstance(post, PhotoPost):
                caption = _plain(post.caption) if post.html else post.caption
                return replace(post, caption=caption, html=False, entities=())
            return replace(post, text=_plain(post.text) if post.html else post.text, html=False, entities=())
    return None


def _without_links(keyboard: InlineKeyboardMarkup) -> InlineKeyboardMarkup | None:
    """An address is the likeliest to be refused; when there is none left, no button stays."""
    rows = [[button for button in row if not button.url] for row in keyboard.inline_keyboard]
    rows = [row for row in rows if row]
    return InlineKeyboardMarkup(inline_keyboard=rows) if rows and rows != keyboard.inline_keyboard else None


def _plain(html: str) -> str:
    return unescape(re.sub(r"</?[a-zA-Z][^>]*>", "", html))


def _multipart(fields: dict[str, Any], picture: bytes) -> tuple[bytes, bytes]:
    """The content type and body of a call that brings its photo along."""
    boundary = secrets.token_hex(16).encode()
    parts = []
    for name, value in fields.items():
        if name != "photo":
            text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
            parts.append(b'Content-Disposition: form-data; name="%s"\r\n\r\n%s' % (name.encode(), text.encode()))
    about = b'Content-Disposition: form-data; name="photo"; filename="photo.jpg"\r\nContent-Type: image/jpeg\r\n\r\n'
    parts.append(about + picture)
    body = b"".join(b"--%s\r\n%s\r\n" % (boundary, part) for part in parts) + b"--%s--\r\n" % boundary
    return b"multipart/form-data; boundary=" + boundary, body
