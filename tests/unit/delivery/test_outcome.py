"""Every error text of Telegram → what becomes of the delivery. The table is the policy."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from aiogram.exceptions import (
    AiogramError,
    ClientDecodeError,
    TelegramBadRequest,
    TelegramForbiddenError,
    TelegramMigrateToChat,
    TelegramNetworkError,
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramServerError,
    TelegramUnauthorizedError,
)
from aiogram.methods import SendMessage
from aiohttp import ClientConnectorError
from aiohttp.client_reqrep import ConnectionKey

from bot.delivery.outcome import FloodWait, NotSent, Outcome, Refused, Sent, StopAll, Unknown, Unreachable, settle
from bot.delivery.telegram import _outcome
from bot.model import ArticleId, ChatId, Delivery, DeliveryClass, DeliveryId, DeliveryState, Language, MessageForm

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
CALL = SendMessage(chat_id=1, text="x")


def bad(text: str) -> AiogramError:
    return TelegramBadRequest(CALL, f"Bad Request: {text}")


def forbidden(text: str) -> AiogramError:
    return TelegramForbiddenError(CALL, f"Forbidden: {text}")


def unconnected() -> AiogramError:
    error = TelegramNetworkError(CALL, "HTTP Client says - ClientConnectorError")
    key = ConnectionKey("api.telegram.org", 443, True, True, None, None, None)
    error.__cause__ = ClientConnectorError(key, OSError("refused"))
    return error


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (TelegramRetryAfter(CALL, "Flood control exceeded", 35), FloodWait),
        (forbidden("bot was blocked by the user"), Unreachable),
        (forbidden("user is deactivated"), Unreachable),
        (forbidden("bot can't initiate conversation with a user"), Unreachable),
        (forbidden("bot was kicked from the supergroup chat"), Unreachable),
        (forbidden("something new"), Unreachable),
        (bad("chat not found"), Unreachable),
        (bad("PEER_ID_INVALID"), Unreachable),
        (bad("have no rights to send a message"), Refused),
        (bad("message is too long"), Refused),
        (bad("can't parse entities: Unexpected end tag at byte offset 3"), Refused),
        (bad("wrong file identifier/HTTP URL specified"), Refused),
        (TelegramMigrateToChat(CALL, "group chat was upgraded", -100123), Refused),
        (TelegramUnauthorizedError(CALL, "Unauthorized"), StopAll),
        (TelegramNotFound(CALL, "Not Found"), StopAll),
        (bad("FROZEN_METHOD_INVALID"), StopAll),
        (TelegramServerError(CALL, "Internal Server Error"), Unknown),
        (TelegramServerError(CALL, "Bad Gateway"), Unknown),
        (TelegramNetworkError(CALL, "Request timeout error"), Unknown),
        (unconnected(), NotSent),
        (ClientDecodeError("unreadable", ValueError(), {"ok": True, "result": {"message_id": 5}}), Sent),
        (ClientDecodeError("unreadable", ValueError(), "<html>502"), Unknown),
    ],
    ids=lambda value: str(value)[:60] if isinstance(value, Exception) else value.__name__,
)
def test_what_an_error_means(error: AiogramError, outcome: type) -> None:
    assert type(_outcome(error, MessageForm.TEXT)) is outcome


def delivery(kind: DeliveryClass = DeliveryClass.ROUTINE, attempt: int = 0) -> Delivery:
    return Delivery(DeliveryId(1), kind, ChatId(5), Language.RU, ArticleId(1), None, attempt)


@pytest.mark.parametrize(
    ("outcome", "kind", "attempt", "state"),
    [
        (Sent(7, MessageForm.TEXT), DeliveryClass.ROUTINE, 0, DeliveryState.SENT),
        (Unknown("timeout"), DeliveryClass.ROUTINE, 0, DeliveryState.UNKNOWN),
        (Unknown("timeout"), DeliveryClass.BREAKING, 0, DeliveryState.PENDING),
        (Unknown("timeout"), DeliveryClass.BREAKING, 1, DeliveryState.UNKNOWN),
        (NotSent("refused"), DeliveryClass.ROUTINE, 0, DeliveryState.PENDING),
        (NotSent("refused"), DeliveryClass.ROUTINE, 11, DeliveryState.DEAD),
        (FloodWait(3600), DeliveryClass.ROUTINE, 99, DeliveryState.PENDING),
        (Refused("too long"), DeliveryClass.BREAKING, 0, DeliveryState.DEAD),
        (Unreachable("blocked"), DeliveryClass.BREAKING, 0, DeliveryState.DEAD),
        (StopAll("revoked"), DeliveryClass.ROUTINE, 0, DeliveryState.PENDING),
    ],
)
def test_what_follows(outcome: Outcome, kind: DeliveryClass, attempt: int, state: DeliveryState) -> None:
    settlement = settle(delivery(kind, attempt), outcome, NOW)
    assert settlement.state is state
    assert settlement.reader_unreachable == isinstance(outcome, Unreachable)


def test_a_flood_wait_is_no_attempt_and_waits_in_full() -> None:
    settlement = settle(delivery(), FloodWait(35), NOW)
    assert not settlement.counts
    assert settlement.due_at == NOW + timedelta(seconds=35)


def test_pauses_grow_to_a_bound() -> None:
    pauses = [settle(delivery(attempt=n), NotSent("refused"), NOW).due_at - NOW for n in range(10)]  # type: ignore[operator]
    assert pauses[:3] == [timedelta(seconds=2), timedelta(seconds=4), timedelta(seconds=8)]
    assert max(pauses) == timedelta(minutes=5)
