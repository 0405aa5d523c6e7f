"""Albums: two to ten photos and videos, or pieces of music, or documents."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from bot.sandbox.answers import ApiError, Json, bad_request
from bot.sandbox.markup import Markup
from bot.sandbox.media.inputs import checked_media
from bot.sandbox.media.media import MediaFailed
from bot.sandbox.methods.posting import place, post
from bot.sandbox.methods.registry import Context, Methods
from bot.sandbox.methods.sending import media_fields
from bot.sandbox.text.formatted import caption_of

methods = Methods()

KINDS = ("photo", "video", "audio", "document")
ALONE = {"audio": "audio", "document": "document"}
"""These stand only with their own kind."""
MOST = 10


@methods(
    "sendMediaGroup",
    "business_connection_id chat_id message_thread_id direct_messages_topic_id disable_notification protect_content "
    "allow_paid_broadcast message_effect_id reply_parameters media",
)
async def send_media_group(context: Context, params: Json) -> Any:
    media = params.get("media")
    if not isinstance(media, list):
        raise bad_request("expected an Array of InputMedia")
    if not 2 <= len(media) <= MOST:
        why = "too many messages to send as an album" if len(media) > MOST else "there must be 2-10 media in an album"
        raise bad_request(why)
    kinds = [_kind(item) for item in media]
    _check_mixture(kinds)
    captions = [caption_of(item) for item in media]
    if len({bool(item.get("show_caption_above_media")) for item in media}) > 1:
        raise bad_request("parameter show_caption_above_media must be the same for all messages")
    where = place(context, params, *dict.fromkeys(kinds), messages=len(media))
    files = []
    for number, (kind, item) in enumerate(zip(kinds, media, strict=True), start=1):
        try:
            files.append(await context.media.resolve_raw(kind, item.get("media"), params, item))
        except MediaFailed as failed:
            raise _item_failed(number, str(failed)) from None
        except ApiError as error:
            raise _item_failed(number, error.description.removeprefix("Bad Request: ")) from None
    group = str(10**15 + next(context.world.numbers))
    return [
        post(
            context.world,
            replace(where, markup=Markup()),
            {"media_group_id": group, **media_fields(kind, file.described(), item), **caption},
        )
        for kind, item, file, caption in zip(kinds, media, files, captions, strict=True)
    ]


def _item_failed(number: int, why: str) -> ApiError:
    return bad_request(f'failed to send message #{number} with the error message "{why}"')


def _kind(item: Any) -> str:
    checked_media(item)
    if item["type"] not in KINDS:
        raise bad_request("can't use the media of the specified type in the album")
    return str(item["type"])


def _check_mixture(kinds: list[str]) -> None:
    for kind, word in ALONE.items():
        if kind in kinds and set(kinds) != {kind}:
            raise bad_request(f"{word} can't be mixed with other media types")
