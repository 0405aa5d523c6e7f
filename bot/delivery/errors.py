"""Every error text of Telegram's that a sender can meet: known by part and in any case, since Telegram changes the
wording of the whole."""

from __future__ import annotations

from enum import Enum, auto


class Meaning(Enum):
    """What an error text says about the message or its chat."""

    UNREACHABLE = auto()
    MISSING = auto()
    SUSPENDED = auto()
    STOP = auto()
    DELIVERED = auto()
    NO_PHOTOS_HERE = auto()
    """This chat takes text, but no photos."""
    NO_TOPIC = auto()
    """The topic is closed or gone, or the forum's General is closed."""
    BAD_MEDIA = auto()
    """A photo, video or audio that can't be had or used."""
    BAD_ALBUM = auto()
    BAD_RICH = auto()
    BAD_CAPTION = auto()
    BAD_MARKUP = auto()
    BAD_BUTTON = auto()
    TOO_LONG = auto()
    UNCHANGED = auto()
    """The message is already what an edit would make it."""
    GONE = auto()
    """The message is not in the chat any more."""
    FIXED = auto()
    """The message can't be edited, or not like this."""
    UNDELETABLE = auto()
    HOPELESS = auto()
    """Nothing that could be left out would help."""


# The first row that fits counts: what is told apart from a more general text stands before it.
MEANINGS: tuple[tuple[Meaning, tuple[str, ...]], ...] = (
    (Meaning.STOP, ("frozen_method_invalid",)),
    (Meaning.DELIVERED, ("sent message was immediately deleted",)),
    (Meaning.UNCHANGED, ("message is not modified",)),
    (Meaning.GONE, ("message to edit not found", "message to delete not found", "message_id_invalid")),
    (Meaning.UNDELETABLE, ("message can't be deleted",)),
    (Meaning.NO_TOPIC, ("message thread not found", "topic_deleted", "topic_closed", "topic_id_invalid")),
    (
        Meaning.FIXED,
        ("message can't be edited", "message media can't be edited", "there is no text in the message",
         "there is no caption in the message", "can't change media type", "message_edit_time_expired"),
    ),
    (
        Meaning.BAD_RICH,
        ("rich_", "rich message", "method not found", "inputrichmessage", "block must be", "block is not allowed",
         "unallowed media specified", "invalid section heading", "list must be", "invalid list item", "table cell",
         "invalid map properties", "rich text must be"),
    ),
    (
        Meaning.BAD_ALBUM,
        ("failed to send message #", "group send failed", "in the album", "can't be mixed with other media",
         "too many messages to send as an album", "must be the same for all messages"),
    ),
    (
        Meaning.NO_PHOTOS_HERE,
        ("not enough rights to send photos", "not enough rights to send media", "not enough rights to send videos",
         "not enough rights to send music", "chat_send_photos_forbidden", "chat_send_media_forbidden",
         "chat_send_videos_forbidden", "chat_send_audios_forbidden"),
    ),
    (
        Meaning.BAD_MEDIA,
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
         "allow_payment_required", "privacy_premium_required"),
    ),
)  # fmt: skip


def meaning(description: str) -> Meaning:
    lowered = description.lower()
    return next((found for found, parts in MEANINGS if any(part in lowered for part in parts)), Meaning.HOPELESS)
