"""The errors that a sender meets, and what the bot makes of each: the table that tests/e2e/test_policy.py goes through.

A row is one reader with one article of their own, and an answer that their calls get.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any


def refusal(code: int, says: str, **parameters: Any) -> dict[str, Any]:
    """A fault for the sandbox: the call is not executed and gets this answer."""
    told = {"error_code": code, "description": says}
    return {"error": {**told, "parameters": parameters} if parameters else told}


class Fate(StrEnum):
    GONE = "the reader is dropped until they write again"
    MISSING = "asked again later, dropped after the third time"
    SUSPENDED = "kept, tried again later, editors are told"
    TEXT = "the article goes as text, whole, with its buttons"
    PLAIN = "sent again without formatting"
    BARE = "sent again without the buttons that open an address"
    SHORTENED = "sent again as plain text, cut"
    UPLOADED = "the photo is downloaded and uploaded by the bot"
    RENEWED = "the file id is forgotten, the photo sent by its address again"
    GIVEN_UP = "on record as refused, not repeated"
    WAITED = "repeated after the wait, once"
    UNKNOWN = "on record as unknown, not repeated"
    SENT = "counts as sent, not repeated"


@dataclass(frozen=True, slots=True)
class Row:
    code: int
    says: str
    """The description, with what Telegram puts in front of it."""
    fate: Fate
    method: str = "sendPhoto"
    """Which calls are answered so; "*": any to this reader."""
    times: int | None = None
    """How many of them; None: all."""
    photo: bool = True
    parameters: dict[str, Any] | None = None
    action: dict[str, Any] | None = None
    """Instead of an error."""

    @property
    def fault(self) -> dict[str, Any]:
        return self.action or refusal(self.code, self.says, **(self.parameters or {}))


def bad(says: str, fate: Fate, **more: Any) -> Row:
    return Row(400, f"Bad Request: {says}", fate, **more)


GONE = [
    Row(403, f"Forbidden: {says}", Fate.GONE, "*")
    for says in (
        "bot was blocked by the user",
        "user is deactivated",
        "bot can't initiate conversation with a user",
        "the bot can't send messages to the bot",
        "bot can't send messages to bots",
        "bot was kicked from the group chat",
        "bot was kicked from the supergroup chat",
        "bot is not a member of the channel chat",
        "the group chat was deleted",
        "something that nobody has seen yet",
    )
]
MISSING = [
    bad(says, Fate.MISSING, method="*")
    for says in (
        "chat not found",
        "private chat not found",
        "PEER_ID_INVALID",
        "USER_DELETED",
        "CHANNEL_PRIVATE",
        "chat_id is empty",
    )
]
SUSPENDED = [
    bad(says, Fate.SUSPENDED, method="*")
    for says in (
        "need administrator rights in the channel chat",
        "have no write access to the chat",
        "CHAT_WRITE_FORBIDDEN",
        "CHAT_ADMIN_REQUIRED",
        "CHAT_RESTRICTED",
        "CHAT_SEND_PLAIN_FORBIDDEN",
        "not enough rights to send text messages to the chat",
        "message thread not found",
        "ALLOW_PAYMENT_REQUIRED_5",
        "PRIVACY_PREMIUM_REQUIRED",
    )
]
WITHOUT_PHOTO = [
    *[
        bad(says, Fate.TEXT)
        for says in (
            "not enough rights to send photos to the chat",
            "CHAT_SEND_PHOTOS_FORBIDDEN",
            "message caption is too long",
            "MEDIA_CAPTION_TOO_LONG",
        )
    ],
    # The photo can't be had in any way: neither by its address nor as an upload.
    bad("wrong file identifier/HTTP URL specified", Fate.TEXT),
    bad("IMAGE_PROCESS_FAILED", Fate.TEXT),
    Row(413, "Request Entity Too Large", Fate.TEXT),
]
BY_ADDRESS = [
    bad(says, Fate.UPLOADED, times=1)
    for says in (
        "wrong file identifier/HTTP URL specified",
        "failed to get HTTP URL content",
        "wrong type of the web page content",
        "wrong HTTP URL specified",
        "invalid file HTTP URL specified: URL host is empty",
        "can't upload file by URL",
        "WEBPAGE_CURL_FAILED",
        "WEBPAGE_MEDIA_EMPTY",
    )
]
UNUSABLE = [
    bad(says, Fate.UPLOADED, times=1)
    for says in (
        "IMAGE_PROCESS_FAILED",
        "PHOTO_INVALID_DIMENSIONS",
        "PHOTO_SAVE_FILE_INVALID",
        "photo has unsupported extension. Use one of .jpg, .jpeg, .gif, .png, .tif or .bmp",
        "file of size 20971520 bytes is too big for a photo; the maximum size is 10485760 bytes",
        "file must be non-empty",
    )
]
FORGOTTEN = [
    bad(says, Fate.RENEWED, times=1)
    for says in (
        "wrong remote file identifier specified: wrong padding length",
        "wrong remote file identifier specified: can't unserialize it. Wrong last symbol",
        "can't use file of type Document as Photo",
        "invalid file_id",
    )
]
MARKUP = [
    bad('can\'t parse entities: Unsupported start tag "x" at byte offset 5', Fate.PLAIN, times=1),
    bad("can't parse entities: Can't find end tag corresponding to start tag \"b\"", Fate.PLAIN, times=1, photo=False,
        method="sendMessage"),
]  # fmt: skip
BUTTONS = [
    bad(says, Fate.BARE, times=1)
    for says in (
        "BUTTON_URL_INVALID",
        "inline keyboard button URL 'http://localhost/' is invalid: Wrong HTTP URL",
        "BUTTON_DATA_INVALID",
        "text buttons are unallowed in the inline keyboard",
        "invalid button style specified",
        "reply markup is too long",
        "BUTTON_USER_PRIVACY_RESTRICTED",
        "Web App buttons can be used in private chats only",
        "BUTTON_TYPE_INVALID",
        "can't use switch_inline_query button in a channel chat",
    )
]
TOO_LONG = [
    # The bot cuts at Telegram's limits before it sends, so that these mean a bug; a shorter text is better than none.
    bad(says, Fate.SHORTENED, times=1, photo=False, method="sendMessage")
    for says in ("message is too long", "text is too long", "MESSAGE_TOO_LONG")
]
HOPELESS = [
    *[
        bad(says, Fate.GIVEN_UP, photo=False, method="sendMessage")
        for says in ("message text is empty", "text must be non-empty", "strings must be encoded in UTF-8")
    ],
    bad("something that nobody has seen yet", Fate.GIVEN_UP),
]
EXECUTED = [
    Row(500, "Internal Server Error: sent message was immediately deleted and can't be returned", Fate.SENT, times=1),
    Row(500, "Internal Server Error: restart", Fate.UNKNOWN, times=1),
    Row(502, "Bad Gateway", Fate.UNKNOWN, times=1, photo=False, method="sendMessage"),
    Row(0, "(the reply was lost)", Fate.UNKNOWN, times=1, action={"drop": "after"}),
    Row(0, "(the request was lost)", Fate.UNKNOWN, times=1, action={"drop": "before"}),
]
AGAIN = [
    Row(429, "Too Many Requests: retry after 2", Fate.WAITED, times=1, parameters={"retry_after": 2}),
    Row(429, "Too Many Requests: retry after 2", Fate.WAITED, times=1),
]

PUT_OFF = (GONE, MISSING, SUSPENDED)
"""What concerns the reader and takes time to be settled."""
AT_ONCE = (WITHOUT_PHOTO, BY_ADDRESS, UNUSABLE, FORGOTTEN, MARKUP, BUTTONS, TOO_LONG, HOPELESS, EXECUTED, AGAIN)
"""What concerns the message. Each group goes through one feed, which may found a dozen categories at a time."""
