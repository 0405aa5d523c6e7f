"""The line to the Bot API: an encoded post → the call → what became of it."""

from __future__ import annotations

import asyncio
import json
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Any

import structlog

from bot.delivery.answers import outcome_of
from bot.delivery.encoding import Encoded, Way, encode, encode_notice, fields, simpler
from bot.delivery.errors import Meaning, meaning
from bot.delivery.outcome import MediaLost, Outcome, Refused, Sent, Suspended, Unknown
from bot.delivery.pool import Pool, Reply
from bot.delivery.post import PhotoPost, Post, TextPost
from bot.model.deliveries import MessageForm, Target
from bot.model.ids import ChatId

log = structlog.get_logger()

UPLOAD_SECONDS = 90.0
"""For an answer to a photo of some megabytes on a slow line."""
MOST_FALLBACKS = 5
"""Each of them leaves something out or changes how the photo comes, so that no answer can keep us sending."""

Copy = Callable[[str], Awaitable[bytes | None]]
"""A photo's address → the picture as JPEG, downloaded by ourselves; None when it can't be had."""


SILENT = b',"disable_notification":true'
ANSWERS = b',"reply_parameters":{"message_id":%d,"allow_sending_without_reply":true}'


@dataclass(frozen=True, slots=True)
class _Destination:
    chat_id: ChatId
    target: Target | None = None
    silent: bool = False
    thread_id: int | None = None
    reply_to: int | None = None

    def fields(self) -> dict[str, Any]:
        found: dict[str, Any] = {"chat_id": self.chat_id}
        if self.silent:
            found["disable_notification"] = True
        if self.thread_id is not None:
            found["message_thread_id"] = self.thread_id
        return found


class Telegram:
    """Paces nothing and repeats nothing of which it is not certain that it was not executed."""

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
        self,
        chat_id: ChatId,
        message: Encoded,
        done: Callable[[Outcome], None],
        *,
        target: Target | None = None,
        silent: bool = False,
        thread_id: int | None = None,
        reply_to: int | None = None,
        learn: bool = False,
    ) -> None:
        """Send one post, falling back when Telegram refuses its media, markup or buttons (a refused call was not
        executed, so no copy comes of it). `target`: the message that an edit or deletion is about. `learn`: the file
        ids of its media are wanted. `silent`: without a sound. `thread_id`: into that topic, or when it takes nothing
        any more, into the chat itself. `reply_to`: the message in this chat that it answers, if that is still there.
        `done` is called once, with the outcome."""

        to = _Destination(chat_id, target, silent, thread_id, reply_to)

        def answered(reply: Reply) -> None:
            outcome = outcome_of(reply, message.form, learn=learn)
            if isinstance(outcome, Refused) or (to.thread_id and _without_topic(outcome)):
                task = asyncio.create_task(self._settle_for_less(to, message, outcome, learn))
                self._falling_back.add(task)
                task.add_done_callback(self._falling_back.discard)
                task.add_done_callback(lambda task: done(_result_of(task)))
            else:
                done(outcome)

        self._pool.start(self._path + _method(to, message), _body(to, message), answered)

    async def send(self, chat_id: ChatId, message: Encoded, *, learn: bool = False) -> Outcome:
        """`start`, to be waited for."""
        ended: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()

        def done(outcome: Outcome) -> None:
            if not ended.done():
                ended.set_result(outcome)

        self.start(chat_id, message, done, learn=learn)
        return await ended

    async def _settle_for_less(self, to: _Destination, message: Encoded, outcome: Outcome, learn: bool) -> Outcome:
        """Without the topic, when it takes nothing; then without what else Telegram refuses."""
        lost = None
        if to.thread_id and _without_topic(outcome):
            lost, to = to.thread_id, replace(to, thread_id=None)
            outcome = await self._call(to, message, learn)
        if isinstance(outcome, Refused):
            outcome = await self._fall_back(to, message, outcome, learn)
        return replace(outcome, lost_topic=lost) if isinstance(outcome, Sent) else outcome

    async def _fall_back(self, to: _Destination, first: Encoded, refused: Refused, learn: bool) -> Outcome:
        message, outcome, lasting = first, refused, True
        found: Outcome | None = None
        for _ in range(MOST_FALLBACKS):
            post = message.post
            found = None
            if outcome.meaning is Meaning.BAD_MEDIA and isinstance(post, PhotoPost) and message.way is Way.SEND:
                if post.known and post.replaceable:
                    return MediaLost(outcome.why)
                found = None if post.known else await self._send_copy(to, post)
            if not isinstance(found, Sent):
                following = _following(message, outcome, to.target)
                if following is None:
                    return outcome
                lasting = lasting and outcome.meaning is not Meaning.NO_PHOTOS_HERE
                message = following
                found = await self._call(to, message, learn)
            if not isinstance(found, Refused):
                break
            outcome = found
        found = found or outcome
        if isinstance(found, Sent) and message is not first and lasting and message.way is Way.SEND:
            return replace(found, simplified=message.post, why=refused.why)
        return found

    async def _send_copy(self, to: _Destination, post: PhotoPost) -> Outcome | None:
        """Telegram can't fetch the photo: bring it ourselves. None: we can't, either."""
        picture = await self._own_copy(post.photo)
        if picture is None:
            return None
        content_type, body = _multipart({**to.fields(), **fields(post)}, picture)
        reply = await self._pool.post(
            self._path + b"sendPhoto", body, content_type=content_type, timeout=UPLOAD_SECONDS
        )
        return outcome_of(reply, MessageForm.PHOTO, learn=True)

    async def _call(self, to: _Destination, message: Encoded, learn: bool) -> Outcome:
        reply = await self._pool.post(self._path + message.method, _body(to, message))
        return outcome_of(reply, message.form, learn=learn)


def _following(message: Encoded, refused: Refused, target: Target | None) -> Encoded | None:
    if message.way is not Way.DELETE:
        return simpler(message, refused)
    if refused.meaning is Meaning.UNDELETABLE and target and isinstance(message.post, TextPost):
        return encode_notice(message.post, target.form)
    return None


def _without_topic(outcome: Outcome) -> bool:
    return isinstance(outcome, Suspended) and meaning(outcome.why) is Meaning.NO_TOPIC


def _method(to: _Destination, message: Encoded) -> bytes:
    whole = message.way is Way.DELETE and to.target and to.target.more
    return b"deleteMessages" if whole else message.method


def _body(to: _Destination, message: Encoded) -> bytes:
    if message.way is Way.SEND:
        return b'{"chat_id":%d%s%s%s%s' % (
            to.chat_id,
            SILENT if to.silent else b"",
            b"" if to.thread_id is None else b',"message_thread_id":%d' % to.thread_id,
            b"" if to.reply_to is None else ANSWERS % to.reply_to,
            message.rest,
        )
    assert to.target
    if message.way is Way.DELETE and to.target.more:
        ids = [to.target.message_id, *to.target.more]
        return b'{"chat_id":%d,"message_ids":%s}' % (to.chat_id, json.dumps(ids).encode())
    return b'{"chat_id":%d,"message_id":%d%s' % (to.chat_id, to.target.message_id, message.rest)


def _result_of(task: asyncio.Task[Outcome]) -> Outcome:
    if task.cancelled():
        return Unknown("the bot stopped before the answer came")
    if error := task.exception():
        log.error("falling back failed in an unexpected way", exc_info=error)
        return Unknown(f"{type(error).__name__}: {error}")
    return task.result()


def _multipart(content: dict[str, Any], picture: bytes) -> tuple[bytes, bytes]:
    """The content type and body of a call that brings its photo along."""
    boundary = secrets.token_hex(16).encode()
    parts = []
    for name, value in content.items():
        if name != "photo":
            text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
            parts.append(b'Content-Disposition: form-data; name="%s"\r\n\r\n%s' % (name.encode(), text.encode()))
    about = b'Content-Disposition: form-data; name="photo"; filename="photo.jpg"\r\nContent-Type: image/jpeg\r\n\r\n'
    parts.append(about + picture)
    body = b"".join(b"--%s\r\n%s\r\n" % (boundary, part) for part in parts) + b"--%s--\r\n" % boundary
    return b"multipart/form-data; boundary=" + boundary, body
