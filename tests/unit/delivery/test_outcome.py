"""Every error text of Telegram → what becomes of the delivery. The table is the policy."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.delivery.answers import read
from bot.delivery.errors import Meaning
from bot.delivery.outcome import (
    FloodWait,
    MediaLost,
    Migrated,
    Missing,
    NotSent,
    Outcome,
    Refused,
    Sent,
    StopAll,
    Suspended,
    Unknown,
    Unreachable,
    judge,
    settle,
)
from bot.delivery.pool import Answer
from bot.model.deliveries import Delivery, DeliveryClass, DeliveryState, MessageForm
from bot.model.ids import ArticleId, ChatId, DeliveryId
from bot.model.language import Language

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("code", "text", "outcome"),
    [
        (403, "Forbidden: bot was blocked by the user", Unreachable),
        (403, "Forbidden: user is deactivated", Unreachable),
        (403, "Forbidden: bot can't initiate conversation with a user", Unreachable),
        (403, "Forbidden: the bot can't send messages to the bot", Unreachable),
        (403, "Forbidden: bot can't send messages to bots", Unreachable),
        (403, "Forbidden: bot was kicked from the supergroup chat", Unreachable),
        (403, "Forbidden: bot is not a member of the channel chat", Unreachable),
        (403, "Forbidden: the group chat was deleted", Unreachable),
        (403, "Forbidden: something new", Unreachable),
        (400, "Bad Request: chat not found", Missing),
        (400, "Bad Request: private chat not found", Missing),
        (400, "Bad Request: PEER_ID_INVALID", Missing),
        (400, "Bad Request: USER_DELETED", Missing),
        (400, "Bad Request: CHANNEL_PRIVATE", Missing),
        (400, "Bad Request: chat_id is empty", Missing),
        (400, "Bad Request: need administrator rights in the channel chat", Suspended),
        (400, "Bad Request: have no write access to the chat", Suspended),
        (400, "Bad Request: have no rights to send a message", Suspended),
        (403, "Forbidden: CHAT_WRITE_FORBIDDEN", Suspended),
        (400, "Bad Request: CHAT_ADMIN_REQUIRED", Suspended),
        (400, "Bad Request: CHAT_RESTRICTED", Suspended),
        (400, "Bad Request: CHAT_SEND_PLAIN_FORBIDDEN", Suspended),
        (400, "Bad Request: not enough rights to send text messages to the chat", Suspended),
        (400, "Bad Request: message thread not found", Suspended),
        (400, "Bad Request: TOPIC_CLOSED", Suspended),
        (400, "Bad Request: ALLOW_PAYMENT_REQUIRED_5", Suspended),
        (400, "Bad Request: not enough rights to send photos to the chat", Meaning.NO_PHOTOS_HERE),
        (400, "Bad Request: CHAT_SEND_PHOTOS_FORBIDDEN", Meaning.NO_PHOTOS_HERE),
        (400, "Bad Request: can't parse entities: Unexpected end tag at byte offset 3", Meaning.BAD_MARKUP),
        (400, "Bad Request: message caption is too long", Meaning.BAD_CAPTION),
        (400, "Bad Request: MEDIA_CAPTION_TOO_LONG", Meaning.BAD_CAPTION),
        (400, "Bad Request: wrong file identifier/HTTP URL specified", Meaning.BAD_MEDIA),
        (400, "Bad Request: failed to get HTTP URL content", Meaning.BAD_MEDIA),
        (400, "Bad Request: wrong type of the web page content", Meaning.BAD_MEDIA),
        (400, "Bad Request: WEBPAGE_CURL_FAILED", Meaning.BAD_MEDIA),
        (400, "Bad Request: IMAGE_PROCESS_FAILED", Meaning.BAD_MEDIA),
        (400, "Bad Request: PHOTO_INVALID_DIMENSIONS", Meaning.BAD_MEDIA),
        (400, "Bad Request: photo has unsupported extension. Use one of .jpg", Meaning.BAD_MEDIA),
        (400, "Bad Request: file of size 1 bytes is too big for a photo; the maximum size is 2", Meaning.BAD_MEDIA),
        (400, "Bad Request: wrong remote file identifier specified: Wrong padding", Meaning.BAD_MEDIA),
        (400, "Bad Request: can't use file of type Document as Photo", Meaning.BAD_MEDIA),
        (413, "Request Entity Too Large", Meaning.BAD_MEDIA),
        (400, "Bad Request: BUTTON_URL_INVALID", Meaning.BAD_BUTTON),
        (400, "Bad Request: inline keyboard button URL 'x' is invalid: Wrong HTTP URL", Meaning.BAD_BUTTON),
        (400, "Bad Request: reply markup is too long", Meaning.BAD_BUTTON),
        (400, "Bad Request: Web App buttons can be used in private chats only", Meaning.BAD_BUTTON),
        (400, "Bad Request: message is too long", Meaning.TOO_LONG),
        (400, "Bad Request: MESSAGE_TOO_LONG", Meaning.TOO_LONG),
        (400, "Bad Request: can't use switch_inline_query button in a channel chat", Meaning.BAD_BUTTON),
        (400, "Bad Request: message text is empty", Meaning.HOPELESS),
        (401, "Unauthorized", StopAll),
        (404, "Not Found", StopAll),
        (400, "Bad Request: FROZEN_METHOD_INVALID", StopAll),
        (500, "Internal Server Error", Unknown),
        (500, "Internal Server Error: restart", Unknown),
        (502, "Bad Gateway", Unknown),
        (500, "Internal Server Error: sent message was immediately deleted and can't be returned", Sent),
    ],
)
def test_what_an_error_means(code: int, text: str, outcome: type | Meaning) -> None:
    for description in (text, text.upper(), text.lower()):
        found = judge(code, description, {}, MessageForm.TEXT)
        if isinstance(outcome, Meaning):
            assert isinstance(found, Refused)
            assert found.meaning is outcome
        else:
            assert type(found) is outcome


@pytest.mark.parametrize(
    ("text", "parameters", "seconds"),
    [
        ("Too Many Requests: retry after 35", {"retry_after": 35}, 35),
        ("Too Many Requests: retry after 7", {}, 7),
        ("Too Many Requests", {}, 5),
    ],
)
def test_flood_waits(text: str, parameters: dict[str, Any], seconds: float) -> None:
    assert judge(429, text, parameters, MessageForm.TEXT) == FloodWait(seconds)


def test_a_group_that_moved() -> None:
    text = "Bad Request: group chat was upgraded to a supergroup chat"
    assert judge(400, text, {"migrate_to_chat_id": -1001}, MessageForm.TEXT) == Migrated(ChatId(-1001))


@pytest.mark.parametrize(
    ("status", "body", "outcome"),
    [
        (200, '{"ok":true,"result":{"message_id":5,"date":1}}', Sent(5, MessageForm.PHOTO)),
        (200, '{"ok": true, "result": {"date": 1, "message_id": 5}}', Sent(5, MessageForm.PHOTO)),
        (200, '{"ok":true,"result":{"message_id":5,"rich_message":' + "[" * 3000, Sent(5, MessageForm.PHOTO)),
        (200, '{"ok":true,"result":' + "[" * 3000, Sent(None, MessageForm.PHOTO)),
        (200, '{"ok":true,"result":', Sent(None, MessageForm.PHOTO)),
        (502, "<html>502 Bad Gateway</html>", Unknown),
        (200, "<html>Wi-Fi login</html>", Unknown),
        (403, "<html>the proxy says no</html>", NotSent),
        (413, "<html>413</html>", Refused),
        (429, "<html>slow down</html>", FloodWait(9.0)),
        (200, "[]", Unknown),
    ],
)
def test_what_stands_in_an_answer(status: int, body: str, outcome: Outcome | type) -> None:
    found = read(Answer(status, b"HTTP/1.1 429\r\nRetry-After: 9\r\n", body.encode()), MessageForm.PHOTO)
    assert found == outcome if not isinstance(outcome, type) else type(found) is outcome


def test_the_largest_size_of_a_photo_is_learned() -> None:
    message = {"message_id": 5, "photo": [{"file_id": "small"}, {"file_id": "large"}]}
    answer = Answer(200, b"", json.dumps({"ok": True, "result": message}).encode())
    assert read(answer, MessageForm.PHOTO, learn=True) == Sent(5, MessageForm.PHOTO, file_ids=("large",))
    assert read(answer, MessageForm.PHOTO) == Sent(5, MessageForm.PHOTO), "not even looked at"


def delivery(kind: DeliveryClass = DeliveryClass.ROUTINE, attempt: int = 0) -> Delivery:
    return Delivery(DeliveryId(1), kind, ChatId(5), Language.RU, ArticleId(1), None, attempt, NOW)


@pytest.mark.parametrize(
    ("outcome", "kind", "attempt", "state", "counts"),
    [
        (Sent(7, MessageForm.TEXT), DeliveryClass.ROUTINE, 0, DeliveryState.SENT, True),
        (Unknown("timeout"), DeliveryClass.ROUTINE, 0, DeliveryState.UNKNOWN, True),
        (Unknown("timeout"), DeliveryClass.BREAKING, 0, DeliveryState.PENDING, True),
        (Unknown("timeout"), DeliveryClass.BREAKING, 1, DeliveryState.UNKNOWN, True),
        (NotSent("refused"), DeliveryClass.ROUTINE, 99, DeliveryState.PENDING, False),
        (FloodWait(3600), DeliveryClass.ROUTINE, 99, DeliveryState.PENDING, False),
        (MediaLost("wrong file identifier"), DeliveryClass.ROUTINE, 0, DeliveryState.PENDING, False),
        (Migrated(ChatId(-1)), DeliveryClass.ROUTINE, 0, DeliveryState.PENDING, True),
        (Migrated(ChatId(-1)), DeliveryClass.ROUTINE, 2, DeliveryState.DEAD, True),
        (Missing("chat not found"), DeliveryClass.ROUTINE, 0, DeliveryState.PENDING, True),
        (Missing("chat not found"), DeliveryClass.ROUTINE, 2, DeliveryState.DEAD, True),
        (Suspended("no rights"), DeliveryClass.ROUTINE, 0, DeliveryState.PENDING, True),
        (Suspended("no rights"), DeliveryClass.ROUTINE, 3, DeliveryState.DEAD, True),
        (Refused("too long"), DeliveryClass.BREAKING, 0, DeliveryState.DEAD, True),
        (Unreachable("blocked"), DeliveryClass.BREAKING, 0, DeliveryState.DEAD, True),
        (StopAll("revoked"), DeliveryClass.ROUTINE, 0, DeliveryState.PENDING, False),
    ],
)
def test_what_follows(outcome: Outcome, kind: DeliveryClass, attempt: int, state: DeliveryState, counts: bool) -> None:
    settlement = settle(delivery(kind, attempt), outcome, NOW)
    assert settlement.state is state
    assert settlement.counts == counts
    gone = isinstance(outcome, Unreachable) or (isinstance(outcome, Missing) and state is DeliveryState.DEAD)
    assert settlement.reader_unreachable == gone, "a suspended chat keeps its subscription"
    assert (settlement.moved_to is not None) == (isinstance(outcome, Migrated) and state is DeliveryState.PENDING)


def test_a_missing_chat_is_kept_while_nobody_else_is_reached_either() -> None:
    settlement = settle(delivery(attempt=2), Missing("chat not found"), NOW, doubtful=True)
    assert (settlement.state, settlement.counts) == (DeliveryState.PENDING, False)
    assert settlement.due_at
    assert settlement.due_at > NOW


def test_a_flood_wait_is_obeyed_in_full() -> None:
    assert settle(delivery(), FloodWait(35), NOW).due_at == NOW + timedelta(seconds=35)
