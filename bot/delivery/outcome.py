"""What can become of a call to Telegram, and what follows from it: all delivery policy is here, and pure.

`judge` turns an answer into an outcome (bot/delivery/errors.py knows the texts), `settle` an outcome into what the
outbox records.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from bot.delivery.errors import Meaning, meaning
from bot.delivery.post import Post
from bot.model.deliveries import Action, Delivery, DeliveryClass, DeliveryState, MessageForm, Settlement
from bot.model.ids import ChatId


@dataclass(frozen=True, slots=True)
class Sent:
    message_id: int | None
    """None: it was sent, but the answer could not be read."""
    form: MessageForm
    more: tuple[int, ...] = ()
    """Of an album, the other messages."""
    file_ids: tuple[str, ...] = ()
    """Of its media in their order, when they were asked for."""
    simplified: Post | None = None
    """What went out, when Telegram had refused the post itself for a reason that holds in every chat."""
    why: str = ""
    """What Telegram had refused it for."""
    lost_topic: int | None = None
    """The topic that would not take it: it went to the chat itself."""


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
class MediaLost:
    """Telegram does not know the file id any more; the photo or file has to be brought again."""

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
    Sent | FloodWait | Unreachable | Missing | Suspended | Migrated | MediaLost | NotSent | Unknown | Refused | StopAll
)

FIRST_RETRY = timedelta(seconds=2)
MOST_MOVES = 3
"""A chat that is said to have moved so often in a row is given up."""
MISSING_RETRIES = (timedelta(seconds=20), timedelta(minutes=1))
"""A chat that is missing three times, while others are reached, is gone."""
CHANGE_RETRIES = tuple(timedelta(seconds=seconds) for seconds in (2, 10, 60, 300))
"""Of an edit or recall without an answer: doing it twice is doing it once."""
SUSPENDED_RETRIES = (timedelta(minutes=1), timedelta(minutes=10), timedelta(hours=1))
UNTOLD_FLOOD = 5.0
"""Seconds to wait when Telegram says "too many requests" without saying for how long."""
LONGEST_FLOOD = 7 * 86_400.0
"""Seconds of a flood wait that are believed; half a day has been seen."""


def judge(code: int, description: str, parameters: Mapping[str, Any], form: MessageForm) -> Outcome:
    """An answer with `ok: false` → what became of the message. Everything but a 5xx was certainly not executed."""
    found = meaning(description)
    migrated = parameters.get("migrate_to_chat_id")
    if isinstance(migrated, int):
        return Migrated(ChatId(migrated))
    if code == 429 or "too many requests" in description.lower():
        return FloodWait(_flood_seconds(description, parameters))
    if found is Meaning.STOP or (code in (401, 404) and found is not Meaning.BAD_RICH):
        return StopAll(description)
    if found in (Meaning.DELIVERED, Meaning.UNCHANGED):
        return Sent(None, form)
    if found is Meaning.GONE and form is MessageForm.DELETED:
        return Sent(None, form)
    if code >= 500:
        # Including "restart": nobody says whether the message went out before the server failed.
        return Unknown(description)
    match found:
        case Meaning.UNREACHABLE:
            return Unreachable(description)
        case Meaning.MISSING:
            return Missing(description)
        case Meaning.SUSPENDED | Meaning.NO_TOPIC:
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
    changes = delivery.action is not Action.SEND
    if isinstance(outcome, Sent):
        sent = Settlement(delivery.id, DeliveryState.SENT, outcome.message_id, outcome.form, outcome.more)
        return replace(sent, changes=changes, lost_topic=outcome.lost_topic)
    done = Settlement(delivery.id, DeliveryState.DEAD, changes=changes)
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
        case MediaLost(why):
            return _again(done, now, why, counts=False)
        case Refused(why):
            return replace(done, error=why)
        case StopAll(why):
            return _again(done, now, why, counts=False)
        case NotSent(why):
            return _again(done, now + FIRST_RETRY, why, counts=False)
        case Unknown(why) if delivery.action is not Action.SEND:
            if delivery.attempt < len(CHANGE_RETRIES):
                return replace(_again(done, now + CHANGE_RETRIES[delivery.attempt], why), doubtful=True)
            return replace(done, state=DeliveryState.UNKNOWN, error=why)
        case Unknown(why):
            if delivery.kind is DeliveryClass.BREAKING and delivery.attempt == 0:
                return replace(_again(done, now + FIRST_RETRY, why), doubtful=True)
            return replace(done, state=DeliveryState.UNKNOWN, error=why)


def _again(settlement: Settlement, due_at: datetime, why: str, *, counts: bool = True) -> Settlement:
    return replace(settlement, state=DeliveryState.PENDING, due_at=due_at, error=why, counts=counts)
