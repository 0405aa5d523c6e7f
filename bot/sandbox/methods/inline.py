"""Answers to inline queries."""

from __future__ import annotations

from typing import Any

from bot.sandbox.answers import Json, bad_request, field
from bot.sandbox.inline import Answer, InlineQuery
from bot.sandbox.markup import inline_keyboard
from bot.sandbox.media.media import Media
from bot.sandbox.methods.registry import Context, Methods
from bot.sandbox.rich.message import rich_message
from bot.sandbox.text.formatted import caption_of, formatted
from bot.sandbox.text.links import NoLink, checked

methods = Methods()

MOST_RESULTS = 50
ID_LIMIT = OFFSET_LIMIT = 64
"""Bytes."""
DEFAULT_CACHE_TIME = 300
COMMON = frozenset(("type", "id", "reply_markup", "input_message_content"))
CAPTION = COMMON | {"caption", "parse_mode", "caption_entities"}
SHOWN = CAPTION | {"title", "show_caption_above_media"}
FIELDS = {
    "article": COMMON | {"title", "url", "description", "thumbnail_url", "thumbnail_width", "thumbnail_height"},
    "photo": SHOWN | {"description", "photo_url", "thumbnail_url", "photo_width", "photo_height", "photo_file_id"},
    "document": CAPTION | {"title", "description", "document_file_id"},
    "video": SHOWN | {"description", "video_file_id"},
    "gif": SHOWN | {"gif_file_id"},
    "audio": CAPTION | {"audio_file_id"},
}
"""Articles, photos by address, and everything that was uploaded before; the sandbox takes no other results."""
CACHED = {"photo": "photo", "document": "document", "video": "video", "gif": "animation", "audio": "audio"}


@methods("answerInlineQuery", "inline_query_id results cache_time is_personal next_offset button")
async def answer_inline_query(context: Context, params: Json) -> Any:
    inline = context.world.inline
    query = inline.queries.get(str(params.get("inline_query_id")))
    if query is None or inline.too_old(query):
        raise bad_request("query is too old and response timeout expired or query ID is invalid")
    results = params.get("results")
    if not isinstance(results, list):
        raise bad_request("expected an Array of InlineQueryResult")
    if len(results) > MOST_RESULTS:
        raise bad_request("too many inline query results specified")
    if len(str(params.get("next_offset") or "").encode()) > OFFSET_LIMIT:
        raise bad_request("NEXT_OFFSET_INVALID")
    read = [await _result(context.media, query, result) for result in results]
    if len({result["id"] for result in read}) != len(read):
        raise bad_request("RESULT_ID_DUPLICATE")
    cache_time = params.get("cache_time")
    answer = Answer(
        results=read,
        next_offset=str(params.get("next_offset") or ""),
        cache_time=DEFAULT_CACHE_TIME if cache_time is None else int(cache_time),
        is_personal=bool(params.get("is_personal")),
        button=_button(params.get("button")),
    )
    inline.answer(query, answer)
    context.world.tell({"type": "inline_answer", "chat_id": query.chat, "user_id": query.person, "query_id": query.id})
    return True


async def _result(media: Media, query: InlineQuery, given: Any) -> Json:
    if not isinstance(given, dict):
        raise bad_request("can't parse inline query result: expected an Object")
    kind = given.get("type")
    if kind not in FIELDS:
        raise bad_request(f'can\'t parse inline query result: the sandbox knows no result of type "{kind}"')
    if unknown := {key for key in given if given[key] is not None} - FIELDS[kind]:
        raise bad_request(f"the sandbox knows no field {sorted(unknown)[0]!r} of an inline result of type {kind}")
    if not 1 <= len(field(given, "id", str, "the inline query result").encode()) <= ID_LIMIT:
        raise bad_request("RESULT_ID_INVALID")
    message = await _message(media, given, kind)
    keyboard = inline_keyboard(given.get("reply_markup"), private=query.chat_type in ("sender", "private"))
    shown = {key: given[key] for key in ("type", "id", "title", "description", "url", "thumbnail_url") if key in given}
    return {**shown, "message": message | ({"reply_markup": keyboard} if keyboard else {})}


async def _message(media: Media, given: Json, kind: str) -> Json:
    """What will stand in the chat when this result is chosen."""
    content = given.get("input_message_content")
    file: Json = {}
    if kind == "article":
        field(given, "title", str, "the inline query result")
        if content is None:
            raise bad_request("can't parse inline query result: input message content is not specified")
    elif kind == "photo" and given.get("photo_url"):
        for name in ("photo_url", "thumbnail_url"):
            _check_address(field(given, name, str, "the inline query result"))
        file = {"_photo_url": given["photo_url"]}
    else:
        name = f"{kind}_file_id"
        stored = media.files.named(field(given, name, str, "the inline query result"), CACHED[kind])
        file = {CACHED[kind]: stored.described()}
    if content is None:
        return {**file, **caption_of(given)}
    return await _content(media, content)


async def _content(media: Media, content: Any) -> Json:
    if not isinstance(content, dict):
        raise bad_request("can't parse input message content: expected an Object")
    if "rich_message" in content:
        rich = await rich_message(media, content, stored_only=True)
        return {"rich_message": rich.shown}
    if "message_text" not in content:
        raise bad_request("the sandbox takes only texts and rich messages as input message content")
    allowed = {"message_text", "parse_mode", "entities", "link_preview_options"}
    if unknown := {key for key in content if content[key] is not None} - allowed:
        raise bad_request(f"the sandbox knows no field {sorted(unknown)[0]!r} of an input text message content")
    text, entities = formatted(content, "message_text", "entities", 4096, required=True)
    return {"text": text, "entities": entities, "link_preview_options": content.get("link_preview_options")}


def _check_address(url: str) -> None:
    try:
        checked(url)
    except NoLink:
        raise bad_request("WEBDOCUMENT_URL_INVALID") from None


def _button(given: Any) -> Json | None:
    if not given:
        return None
    if not isinstance(given, dict) or not given.get("text"):
        raise bad_request("can't parse InlineQueryResultsButton: can't find field \"text\"")
    start = given.get("start_parameter")
    if start is None and not given.get("web_app"):
        raise bad_request("can't parse InlineQueryResultsButton: it must have start_parameter or web_app")
    if start is not None and not (1 <= len(start) <= 64 and start.replace("_", "a").replace("-", "a").isalnum()):
        raise bad_request("START_PARAM_INVALID")
    return dict(given)
