"""What can become of a call to Telegram, and what follows from it: all delivery policy is here, and pure.

`MEANINGS` knows every error text that a sender can meet, by part and in any case, since Telegram changes the wording of
the whole. `judge` turns an answer into an outcome, `settle` an outcome into what the outbox records.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum, auto
from typing import Any

from bot.delivery.post import Post
from bot.model import ChatId, Delivery, DeliveryClass, DeliveryState, MessageForm, Settlement


class Meaning(Enum):
    """What an error text says about the message or its chat."""

    UNREACHABLE = auto()
    MISSING = auto()
    SUSPENDED = auto()
    STOP = auto()
    DELIVERED = auto()
    NO_PHOTOS_HERE = auto()
    """This chat takes text, but no photos."""
    BAD_PHOTO = auto()
    BAD_CAPTION = auto()
    BAD_MARKUP = auto()
    BAD_BUTTON = auto()
    TOO_LONG = auto()
    HOPELESS = auto()
    """Nothing that could be left out would help."""


# The first row that fits counts: what is told apart from a more general text stands before it.
MEANINGS: tuple[tuple[Meaning, tuple[str, ...]], ...] = (
    (Meaning.STOP, ("frozen_method_invalid",)),
    (Meaning.DELIVERED, ("sent message was immediately deleted",)),
    (
        Meaning.NO_PHOTOS_HERE,
        ("not enough rights to send photos", "not enough rights to send media", "chat_send_photos_forbidden",
         "chat_send_media_forbidden"),
    ),
    (
        Meaning.BAD_PHOTO,
        ("wrong file identifier", "wrong remote file identifier", "can't use file of type", "invalid file_id",
         "file_reference_", "failed to get http url content", "wrong type of the web page content",
         "wrong http url specified", "invalid file http url specified", "can't upload file by url",
         "webpage_curl_failed", "webpage_media_empty", "image_process_failed", "photo_invalid",
         "photo_save_file_invalid", "photo_ext_invalid",
         "photo has unsupported extension", "is too big for a photo", "file must be non-empty",
         "file is too big", "media_invalid", "media_empty", "request entity too large"),
    ),
    (Meaning.TOO_LONG, ("message is too long", "text is too long", "message_too_long")),
    (Meaning.BAD_CAPTION, ("caption is too long", "media_caption_too_long")),
    (Meaning.BAD_MARKUP, ("can't parse entities", "can't parse", "entity_bounds_invalid", "entities_too_long")),
    (
        Meaning.BAD_BUTTON,
        ("button_", "inline keyboard", "reply markup", "reply_markup_", "text buttons are unallowed",
         "web app buttons", "invalid button", "can't use switch_inline_query"),
    ),
    (
        Meaning.UNREACHABLE,
        ("bot was blocked by the user", "user is deactivated", "can't initiate conversation",
         "can't send messages to the bot", "can't send messages to bots", "bot was kicked", "bot is not a member",
         "group chat was deleted"),
    ),
    (
        Meaning.MISSING,
        ("chat not found", "peer_id_invalid", "user_deleted", "user not found", "channel_private", "chat_id is empty"),
    ),
    (
        Meaning.SUSPENDED,
        ("need administrator rights", "have no write access", "have no rights to send", "chat_write_forbidden",
         "chat_admin_required", "chat_restricted", "chat_send_plain_forbidden", "not enough rights",
         "message thread not found", "topic_deleted", "topic_closed", "topic_id_invalid", "allow_payment_required",
         "privacy_premium_required"),
    ),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Sent:
    message_id: int | None
    """None: it was sent, but the answer could not be read."""
    form: MessageForm
    file_id: str | None = None
    """Of its photo, when that was not known before."""
    simplified: Post | None = None
    """What went out, when Telegram had refused the post itself for a reason that holds in every chat."""
    why: str = ""
    """What Telegram had refused it for."""


@dataclass(frozen=True, slots=True)
class FloodWait:
    """Not executed; nothing counts as tried."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Unreachable:
    """This chat takes nothing from us until its owner writes again."""

    why: str


@dataclass(frozen=True, slots=True)
class Missing:
    """Telegram knows no such chat: it is gone, or this token is another bot's."""

    why: str


@dataclass(frozen=True, slots=True)
class Suspended:
    """The chat takes nothing now; its administrators can change that."""

    why: str


@dataclass(frozen=True, slots=True)
class Migrated:
    """The group is a supergroup now and has another id."""

    chat_id: ChatId
    why: str = "the group became a supergroup"


@dataclass(frozen=True, slots=True)
class PhotoLost:
    """Telegram does not know the file id any more; the photo has to be brought again."""

    why: str


@dataclass(frozen=True, slots=True)
class NotSent:
    """Certainly not executed (no connection): to be tried again, however often."""

    why: str


@dataclass(frozen=True, slots=True)
class Unknown:
    """The answer was lost: it may have arrived."""

    why: str


@dataclass(frozen=True, slots=True)
class Refused:
    """Telegram will not take this message."""

    why: str
    meaning: Meaning = Meaning.HOPELESS


@dataclass(frozen=True, slots=True)
class StopAll:
    """No message of this bot can go out: the token was revoked or the bot frozen."""

    why: str


Outcome = (
    Sent | FloodWait | Unreachable | Missing | Suspended | Migrated | PhotoLost | NotSent | Unknown | Refused | StopAll
)

FIRST_RETRY = timedelta(seconds=2)
MOST_MOVES = 3
"""A chat that is said to have moved so often in a row is given up."""
MISSING_RETRIES = (timedelta(seconds=20), timedelta(minutes=1))
"""A chat that is missing three times, while others are reached, is gone."""
SUSPENDED_RETRIES = (timedelta(minutes=1), timedelta(minutes=10), timedelta(hours=1))
UNTOLD_FLOOD = 5.0
"""Seconds to wait when Telegram says "too many requests" without saying for how long."""
LONGEST_FLOOD = 7 * 86_400.0
"""Seconds of a flood wait that are believed; half a day has been seen."""


def meaning(description: str) -> Meaning:
    lowered = description.lower()
    return next((found for found, parts in MEANINGS if any(part in lowered for part in parts)), Meaning.HOPELESS)


def judge(code: int, description: str, parameters: Mapping[str, Any], form: MessageForm) -> Outcome:
    """An answer with `ok: false` → what became of the message. Everything but a 5xx was certainly not executed."""
    found = meaning(description)
    migrated = parameters.get("migrate_to_chat_id")
    if isinstance(migrated, int):
        return Migrated(ChatId(migrated))
    if code == 429 or "too many requests" in description.lower():
        return FloodWait(_flood_seconds(description, parameters))
    if code in (401, 404) or found is Meaning.STOP:
        return StopAll(description)
    if found is Meaning.DELIVERED:
        return Sent(None, form)
    if code >= 500:
        # Including "restart": nobody says whether the message went out before the server failed.
        return Unknown(description)
    match found:
        case Meaning.UNREACHABLE:
            return Unreachable(description)
        case Meaning.MISSING:
            return Missing(description)
        case Meaning.SUSPENDED:
            return Suspended(description)
        case Meaning.HOPELESS if code == 403:
            return Unreachable(description)
        case _:
            return Refused(description, found)


def _flood_seconds(description: str, parameters: Mapping[str, Any]) -> float:
    told = parameters.get("retry_after")
    named = re.search(r"retry after (\d+)", description, re.IGNORECASE)
    seconds = told if isinstance(told, int | float) else float(named[1]) if named else UNTOLD_FLOOD
    return max(0.0, min(LONGEST_FLOOD, float(seconds)))


def settle(delivery: Delivery, outcome: Outcome, now: datetime, *, doubtful: bool = False) -> Settlement:
    """What to record for a delivery whose call ended so. `delivery.attempt` counts the calls before this one.
    `doubtful`: a chat that is missing may be there all the same, since nobody else is reached either."""
    if isinstance(outcome, Sent):
        return Settlement(delivery.id, DeliveryState.SENT, outcome.message_id, outcome.form)
    done = Settlement(delivery.id, DeliveryState.DEAD)
    match outcome:
        case FloodWait(seconds):
            return _again(done, now + timedelta(seconds=seconds), f"flood wait {seconds:g} s", counts=False)
        case Unreachable(why):
            return replace(done, error=why, reader_unreachable=True)
        case Missing(why):
            if delivery.attempt < len(MISSING_RETRIES):
                return _again(done, now + MISSING_RETRIES[delivery.attempt], why)
            if doubtful:
                return _again(done, now + MISSING_RETRIES[-1], why, counts=False)
            return replace(done, error=why, reader_unreachable=True)
        case Suspended(why):
            if delivery.attempt < len(SUSPENDED_RETRIES):
                return _again(done, now + SUSPENDED_RETRIES[delivery.attempt], why)
            return replace(done, error=why)
        case Migrated(chat_id, why):
            if delivery.attempt + 1 >= MOST_MOVES:
                return replace(done, error=why)
            return replace(_again(done, now, why), moved_to=chat_id)
        case PhotoLost(why):
            return _again(done, now, why, counts=False)
        case Refused(why):
            return replace(done, error=why)
        case StopAll(why):
            return _again(done, now, why, counts=False)
        case NotSent(why):
            return _again(done, now + FIRST_RETRY, why, counts=False)
        case Unknown(why):
            if delivery.kind is DeliveryClass.BREAKING and delivery.attempt == 0:
                return _again(done, now + FIRST_RETRY, why)
            return replace(done, state=DeliveryState.UNKNOWN, error=why)


def _again(settlement: Settlement, due_at: datetime, why: str, *, counts: bool = True) -> Settlement:
    return replace(settlement, state=DeliveryState.PENDING, due_at=due_at, error=why, counts=counts)
