"""A post as the bytes of a Bot API call, written out once for all its readers; and its simpler forms.

The call's JSON object begins with the chat (and the message that is edited); `Encoded.rest` is all that follows.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import Enum, auto
from html import unescape
from typing import Any

from aiogram.types import InlineKeyboardMarkup

from bot.delivery.errors import Meaning
from bot.delivery.outcome import Refused
from bot.delivery.post import AlbumPost, AudioPost, PhotoPost, Post, RichPost, TextPost, VideoPost, length
from bot.delivery.render.words import cut
from bot.model.deliveries import MessageForm


class Way(Enum):
    SEND = auto()
    EDIT_TEXT = auto()
    EDIT_CAPTION = auto()
    EDIT_MEDIA = auto()
    """A photo with its caption."""
    DELETE = auto()


@dataclass(frozen=True, slots=True)
class Encoded:
    method: bytes
    rest: bytes
    post: Post
    way: Way
    form: MessageForm
    """What the message is afterwards."""


METHODS: Mapping[type[Post], tuple[bytes, MessageForm]] = {
    TextPost: (b"sendMessage", MessageForm.TEXT),
    PhotoPost: (b"sendPhoto", MessageForm.PHOTO),
    VideoPost: (b"sendVideo", MessageForm.VIDEO),
    AudioPost: (b"sendAudio", MessageForm.AUDIO),
    AlbumPost: (b"sendMediaGroup", MessageForm.ALBUM),
    RichPost: (b"sendRichMessage", MessageForm.RICH),
}


def encode(post: Post, *, paid: bool = False) -> Encoded:
    """`paid`: above the free pace, for Stars (allow_paid_broadcast)."""
    more = {"allow_paid_broadcast": True} if paid else {}
    method, form = METHODS[type(post)]
    return Encoded(method, _rest({**fields(post), **more}), post, Way.SEND, form)


def encode_edit(post: Post, form: MessageForm, *, media: bool = False) -> Encoded | None:
    """What makes a delivered message of that form say what the post says. `media`: its photo may be another one, too.
    None: a message of that form can't become this."""
    if isinstance(post, AlbumPost) and form is MessageForm.ALBUM:
        # The caption of its first message is what readers see under the whole.
        return Encoded(b"editMessageCaption", _rest(_first_caption(post)), post, Way.EDIT_CAPTION, form)
    if isinstance(post, AlbumPost | RichPost):
        return None
    if form in (MessageForm.TEXT, MessageForm.BUNDLE, MessageForm.NOTICE):
        text: Post | None = post
        while text is not None and not isinstance(text, TextPost):
            text = text.fallback if isinstance(text, PhotoPost | VideoPost | AudioPost) else None
        return None if text is None else Encoded(b"editMessageText", _rest(fields(text)), text, Way.EDIT_TEXT, form)
    if form not in (MessageForm.PHOTO, MessageForm.VIDEO, MessageForm.AUDIO) or isinstance(post, TextPost):
        return None
    if media and form is MessageForm.PHOTO and isinstance(post, PhotoPost):
        return Encoded(b"editMessageMedia", _rest(_media(post, post.photo)), post, Way.EDIT_MEDIA, form)
    if media and form is MessageForm.VIDEO and isinstance(post, VideoPost) and not post.html:
        return Encoded(b"editMessageMedia", _rest(_media(post, post.video)), post, Way.EDIT_MEDIA, form)
    content = {"caption": post.caption, **_formatting(post), **_keyboard(post.keyboard)}
    return Encoded(b"editMessageCaption", _rest(content), post, Way.EDIT_CAPTION, form)


def encode_delete(notice: TextPost) -> Encoded:
    """`notice`: what the message becomes when Telegram does not delete it any more."""
    return Encoded(b"deleteMessage", b"}", notice, Way.DELETE, MessageForm.DELETED)


def encode_notice(notice: TextPost, form: MessageForm) -> Encoded:
    """The message of that form says nothing but this; a photo stays, since Telegram has no way to take it out."""
    if form in (MessageForm.TEXT, MessageForm.BUNDLE, MessageForm.RICH):
        return Encoded(b"editMessageText", _rest(fields(notice)), notice, Way.EDIT_TEXT, MessageForm.NOTICE)
    content = {"caption": notice.text, **_formatting(notice)}
    return Encoded(b"editMessageCaption", _rest(content), notice, Way.EDIT_CAPTION, MessageForm.NOTICE)


def simpler(message: Encoded, refused: Refused) -> Encoded | None:
    """The same without what was refused; None when there is nothing left to leave out."""
    post, meaning = message.post, refused.meaning
    if message.way is Way.EDIT_MEDIA and meaning is Meaning.BAD_MEDIA and isinstance(post, PhotoPost):
        return encode_edit(post, message.form)
    simpler_post = _simpler_post(post, meaning)
    if simpler_post is None:
        return None
    if message.way is Way.SEND:
        return encode(simpler_post)
    return encode_edit(simpler_post, message.form, media=message.way is Way.EDIT_MEDIA)


def _simpler_post(post: Post, meaning: Meaning) -> Post | None:
    match meaning:
        case Meaning.BAD_MEDIA | Meaning.BAD_CAPTION | Meaning.NO_PHOTOS_HERE:
            return post.fallback if isinstance(post, PhotoPost | VideoPost | AudioPost) else None
        case Meaning.BAD_BUTTON if not isinstance(post, AlbumPost) and post.keyboard:
            return replace(post, keyboard=_without_links(post.keyboard))
        case Meaning.TOO_LONG if isinstance(post, TextPost):
            text = _plain(post.text) if post.html else post.text
            return replace(post, text=cut(text, length(text) * 3 // 4), html=False, entities=())
        case Meaning.BAD_MARKUP if isinstance(post, TextPost) and (post.html or post.entities):
            return replace(post, text=_plain(post.text) if post.html else post.text, html=False, entities=())
        case Meaning.BAD_MARKUP if isinstance(post, PhotoPost) and (post.html or post.entities):
            caption = _plain(post.caption) if post.html else post.caption
            return replace(post, caption=caption, html=False, entities=())
        case Meaning.BAD_MARKUP if isinstance(post, VideoPost | AlbumPost) and post.entities:
            return replace(post, entities=())
        case Meaning.BAD_MARKUP if isinstance(post, VideoPost | AudioPost) and post.html:
            return replace(post, caption=_plain(post.caption), html=False)
    return None


def fields(post: Post) -> dict[str, Any]:
    """The parameters of the method that sends it, but for the chat."""
    match post:
        case TextPost():
            content: dict[str, Any] = {"text": post.text, **_formatting(post)}
            if post.preview_url:
                # Telegram ignores the size of a preview unless its address is named, too.
                preview = {"url": post.preview_url, "prefer_large_media": True, "show_above_text": True}
                content["link_preview_options"] = preview
            elif post.html:
                content["link_preview_options"] = {"is_disabled": True}
        case PhotoPost():
            content = {"photo": post.photo, **_caption(post)}
        case VideoPost():
            content = {"video": post.video, **_caption(post), "supports_streaming": True}
            content |= _given(cover=post.cover, duration=post.seconds)
        case AudioPost():
            content = {"audio": post.audio, **_caption(post)}
            content |= _given(title=post.title, performer=post.performer, duration=post.seconds)
        case AlbumPost():
            return {"media": [_item(post, index) for index in range(len(post.photos))]}
        case RichPost():
            rich = {"blocks": [dict(block) for block in post.blocks], "skip_entity_detection": True}
            content = {"rich_message": {**rich, "is_rtl": True} if post.rtl else rich}
    return {**content, **_keyboard(post.keyboard)}


def _item(post: AlbumPost, index: int) -> dict[str, Any]:
    media, caption = post.photos[index]
    item = {"type": "video" if index in post.videos else "photo", "media": media}
    if caption and post.html:
        return {**item, "caption": caption, "parse_mode": "HTML"}
    return {**item, **(_first_caption(post) if index == 0 else _given(caption=caption))}


def _first_caption(post: AlbumPost) -> dict[str, Any]:
    given = {"caption": post.photos[0][1], "caption_entities": [dict(entity) for entity in post.entities]}
    return {**_given(**given), **({"parse_mode": "HTML"} if post.html else {})}


def _media(post: PhotoPost | VideoPost, file: str) -> dict[str, Any]:
    kind = "photo" if isinstance(post, PhotoPost) else "video"
    return {"media": {"type": kind, "media": file, **_caption(post)}, **_keyboard(post.keyboard)}


def _caption(post: PhotoPost | VideoPost | AudioPost) -> dict[str, Any]:
    return {"caption": post.caption, **_formatting(post)} if post.caption else {}


def _formatting(post: TextPost | PhotoPost | VideoPost | AudioPost) -> dict[str, Any]:
    formatting: dict[str, Any] = {"parse_mode": "HTML"} if post.html else {}
    if isinstance(post, TextPost) and post.entities:
        formatting["entities"] = [dict(entity) for entity in post.entities]
    elif isinstance(post, PhotoPost | VideoPost) and post.entities:
        formatting["caption_entities"] = [dict(entity) for entity in post.entities]
    return formatting


def _keyboard(keyboard: InlineKeyboardMarkup | None) -> dict[str, Any]:
    return {"reply_markup": keyboard.model_dump(mode="json", exclude_none=True)} if keyboard else {}


def _given(**content: Any) -> dict[str, Any]:
    return {name: value for name, value in content.items() if value}


def _rest(content: dict[str, Any]) -> bytes:
    return b"," + json.dumps(content, ensure_ascii=False).encode()[1:]


def _without_links(keyboard: InlineKeyboardMarkup) -> InlineKeyboardMarkup | None:
    """An address is the likeliest to be refused; when there is none left, no button stays."""
    rows = [[button for button in row if not button.url] for row in keyboard.inline_keyboard]
    rows = [row for row in rows if row]
    return InlineKeyboardMarkup(inline_keyboard=rows) if rows and rows != keyboard.inline_keyboard else None


def _plain(html: str) -> str:
    return unescape(re.sub(r"</?[a-zA-Z][^>]*>", "", html))
