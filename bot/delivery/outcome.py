"""What can become of a call to Telegram, and what follows from it: all delivery policy is here, and pure.

Error texts are matched case-insensitively by part, never whole: Telegram changes their case and wording.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.model import Delivery, DeliveryClass, DeliveryState, MessageForm, Settlement


@dataclass(frozen=True, slots=True)
class Sent:
    message_id: int | None
    """None: it was sent, but the answer could not be read."""
    form: MessageForm
    file_id: str | None = None
    photo_refused: bool = False
    """It went out as text, since Telegram can't use the photo."""


@dataclass(frozen=True, slots=True)
class FloodWait:
    """Not executed; nothing counts as tried."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Unreachable:
    """This chat takes nothing from us until its owner writes again."""

    why: str


@dataclass(frozen=True, slots=True)
class NotSent:
    """Certainly not executed (no connection): to be tried again."""

    why: str


@dataclass(frozen=True, slots=True)
class Unknown:
    """The answer was lost: it may have arrived."""

    why: str


@dataclass(frozen=True, slots=True)
class Refused:
    """Telegram will not take this message for this chat."""

    why: str


@dataclass(frozen=True, slots=True)
class StopAll:
    """No message of this bot can go out: the token was revoked or the bot frozen."""

    why: str


Outcome = Sent | FloodWait | Unreachable | NotSent | Unknown | Refused | StopAll

UNREACHABLE = (
    "bot was blocked by the user",
    "user is deactivated",
    "can't initiate conversation",
    "can't send messages to the bot",
    "can't send messages to bots",
    "bot was kicked",
    "bot is not a member",
    "group chat was deleted",
    "chat not found",
    "peer_id_invalid",
    "user_deleted",
    "user not found",
    "channel_private",
    "chat_id is empty",
)
BAD_PHOTO = (
    "wrong file identifier",
    "failed to get http url content",
    "wrong type of the web page content",
    "wrong http url specified",
    "invalid file http url specified",
    "can't upload file by url",
    "webpage_curl_failed",
    "webpage_media_empty",
    "image_process_failed",
    "photo_invalid_dimensions",
    "photo_save_file_invalid",
    "photo has unsupported extension",
    "is too big for a photo",
    "file must be non-empty",
    "file is too big",
    "wrong remote file identifier",
    "can't use file of type",
    "invalid file_id",
    "not enough rights to send photos",
    "chat_send_photos_forbidden",
)
BAD_CAPTION = ("caption is too long", "media_caption_too_long")
BAD_MARKUP = ("can't parse entities", "can't parse")
BAD_BUTTON = ("button_", "inline keyboard", "reply markup is too long", "text buttons are unallowed")
FROZEN = ("frozen_method_invalid",)
DELIVERED_ANYWAY = ("sent message was immediately deleted",)

FIRST_RETRY = timedelta(seconds=2)
LONGEST_RETRY = timedelta(minutes=5)
MOST_ATTEMPTS = 12
"""A message that Telegram's servers keep failing on for this long is given up (about half an hour)."""


def says(description: str, known: tuple[str, ...]) -> bool:
    lowered = description.lower()
    return any(part in lowered for part in known)


def settle(delivery: Delivery, outcome: Outcome, now: datetime) -> Settlement:
    """What to record for a delivery whose call ended so. `delivery.attempt` counts the calls before this one."""
    done = Settlement(delivery.id, DeliveryState.DEAD)
    match outcome:
        case Sent(message_id, form):
            return replace(done, state=DeliveryState.SENT, message_id=message_id, form=form)
        case FloodWait(seconds):
            return _again(done, now + timedelta(seconds=seconds), f"flood wait {seconds:g} s", counts=False)
        case Unreachable(why):
            return replace(done, error=why, reader_unreachable=True)
        case Refused(why):
            return replace(done, error=why)
        case StopAll(why):
            return _again(done, now, why, counts=False)
        case NotSent(why):
            if delivery.attempt + 1 >= MOST_ATTEMPTS:
                return replace(done, error=why)
            return _again(done, now + _pause(delivery.attempt), why)
        case Unknown(why):
            if delivery.kind is DeliveryClass.BREAKING and delivery.attempt == 0:
                return _again(done, now + FIRST_RETRY, why)
            return replace(done, state=DeliveryState.UNKNOWN, error=why)


def _again(settlement: Settlement, due_at: datetime, why: str, *, counts: bool = True) -> Settlement:
    return replace(settlement, state=DeliveryState.PENDING, due_at=due_at, error=why, counts=counts)


def _pause(attempt: int) -> timedelta:
    return min(LONGEST_RETRY, FIRST_RETRY * (1 << attempt))
