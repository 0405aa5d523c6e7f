"""Editing what the bot has sent: text, rich message, caption, media, buttons. There is no time limit for its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bot.sandbox.access import may, writable
from bot.sandbox.answers import Json, bad_request
from bot.sandbox.chats import Chat
from bot.sandbox.markup import inline_keyboard
from bot.sandbox.media.inputs import checked_media
from bot.sandbox.methods.registry import CAPTIONED, Context, Methods
from bot.sandbox.methods.sending import media_fields, preview_of
from bot.sandbox.rich.message import rich_message
from bot.sandbox.text.formatted import caption_of, text_of
from bot.sandbox.world import BOT_ID, World

methods = Methods()

EDITED = "business_connection_id chat_id message_id inline_message_id reply_markup"
MEDIA = ("photo", "video", "animation", "audio", "document", "voice")
TEXT = ("text", "entities", "link_preview_options", "rich_message")
NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same as a current "
    "content and reply markup of the message"
)


@dataclass(frozen=True, slots=True)
class Edited:
    """A message that the bot may change. `inline`: it came through inline mode, and the answer is only True."""

    chat: Chat
    message: Json
    inline: bool


def editable(context: Context, params: Json) -> Edited:
    world = context.world
    if params.get("inline_message_id"):
        return _inline(world, str(params["inline_message_id"]))
    chat = writable(world, params.get("chat_id"))
    message_id = params.get("message_id")
    if not message_id:
        raise bad_request("message identifier is not specified")
    message = chat.find(message_id) if isinstance(message_id, int) else None
    if message is None:
        raise bad_request("message to edit not found")
    if not _is_ours(chat, message) or "forward_origin" in message or message_id in chat.fixed:
        raise bad_request("message can't be edited")
    return Edited(chat, message, False)


def _inline(world: World, inline_id: str) -> Edited:
    chat_id, message_id = world.inline_places.get(inline_id, (0, 0))
    chat = world.chats.get(chat_id)
    message = chat.find(message_id) if chat else None
    if chat is None or message is None:
        raise bad_request("MESSAGE_ID_INVALID")
    return Edited(chat, message, True)


def _is_ours(chat: Chat, message: Json) -> bool:
    if chat.kind == "channel":
        own = "author_signature" not in message
        return may(chat, "can_post_messages" if own else "can_edit_messages")
    return bool(message["from"]["id"] == BOT_ID)


def change(world: World, edited: Edited, changes: Json, *, shown: Json | None = None) -> Any:
    """Put the changes in, or say that there are none; an empty value takes the field away."""
    message = edited.message
    seen = {**changes, **(shown or {})}
    if all(message.get(key) == (value or None) for key, value in seen.items()):
        raise bad_request(NOT_MODIFIED)
    changed = dict(message)
    # A change of buttons alone is no edit that a reader would see marked.
    if set(changes) != {"reply_markup"}:
        changed["edit_date"] = int(world.clock())
    told = dict(changed)
    for target, values in ((changed, seen), (told, changes)):
        for key, value in values.items():
            if value:
                target[key] = value
            else:
                target.pop(key, None)
    edited.chat.keep(changed)
    if edited.chat.id in world.chats:
        world.tell({"type": "edit", "chat_id": edited.chat.id, "message": changed})
    return True if edited.inline else told


def keyboard_of(edited: Edited, params: Json) -> Json | None:
    return inline_keyboard(params.get("reply_markup"), private=edited.chat.kind == "private")


@methods("editMessageText", f"{EDITED} text parse_mode entities link_preview_options rich_message")
async def edit_message_text(context: Context, params: Json) -> Any:
    edited = editable(context, params)
    if not set(edited.message) & {"text", "rich_message"}:
        raise bad_request("there is no text in the message to edit")
    changes: Json = {**dict.fromkeys(TEXT), "reply_markup": keyboard_of(edited, params)}
    if params.get("rich_message") is not None:
        if params.get("text"):
            raise bad_request("the sandbox edits to a text or to a rich message, not to both")
        rich = await rich_message(context.media, params, stored_only=edited.inline)
        if rich.lost:
            context.world.warn(edited.chat.id, rich.lost)
        return change(context.world, edited, {**changes, "rich_message": rich.told}, shown={"rich_message": rich.shown})
    changes |= text_of(params)
    changes["link_preview_options"] = preview_of(params)
    return change(context.world, edited, changes)


@methods("editMessageCaption", f"{EDITED} {CAPTIONED} show_caption_above_media")
async def edit_message_caption(context: Context, params: Json) -> Any:
    edited = editable(context, params)
    if not set(edited.message) & set(MEDIA):
        raise bad_request("there is no caption in the message to edit")
    return change(context.world, edited, {**caption_of(params), "reply_markup": keyboard_of(edited, params)})


@methods("editMessageReplyMarkup", EDITED)
async def edit_message_reply_markup(context: Context, params: Json) -> Any:
    edited = editable(context, params)
    return change(context.world, edited, {"reply_markup": keyboard_of(edited, params)})


@methods("editMessageMedia", f"{EDITED} media")
async def edit_message_media(context: Context, params: Json) -> Any:
    edited = editable(context, params)
    item = checked_media(params.get("media"))
    kind = item["type"]
    old = edited.message
    if not set(old) & {*MEDIA, "text", "rich_message"} or "voice" in old:
        raise bad_request("message media can't be edited")
    if "media_group_id" in old:
        together = ("photo", "video") if set(old) & {"photo", "video"} else tuple(set(old) & {"audio", "document"})
        if kind not in together:
            raise bad_request("can't change media type in the album")
    caption = caption_of(item)
    if edited.inline and not (
        isinstance(item.get("media"), str) and "." not in item["media"] and ":" not in item["media"]
    ):
        raise bad_request("wrong file identifier/HTTP URL specified")
    file = await context.media.resolve(kind, item.get("media"), params, item)
    changes = {
        **dict.fromkeys((*MEDIA, *TEXT, "has_media_spoiler")),
        **media_fields(kind, file.described(), item),
        **caption,
        "reply_markup": keyboard_of(edited, params),
    }
    return change(context.world, edited, changes)
