"""The text that a call brings along, as Telegram keeps it, or the error that it answers."""

from __future__ import annotations

from functools import lru_cache

from bot.sandbox.answers import ApiError, Json, bad_request
from bot.sandbox.text.entities import checked, cleaned, tidied, trimmed
from bot.sandbox.text.html import parse_html
from bot.sandbox.text.recognised import with_recognised

TEXT_LIMIT = 4096
CAPTION_LIMIT = 1024
"""Both in letters (code points), after parsing."""
SOURCE_LIMIT = 32_768
"""Bytes, before parsing."""
MOST_ENTITIES = 100
"""More than these are dropped silently, by what users of the real one report."""


def text_of(params: Json) -> Json:
    """The fields text and entities of a message."""
    text, entities = formatted(params, "text", "entities", TEXT_LIMIT, required=True)
    return {"text": text, "entities": entities}


def caption_of(params: Json) -> Json:
    """The fields caption and caption_entities, and where the caption stands."""
    caption, entities = formatted(params, "caption", "caption_entities", CAPTION_LIMIT, required=False)
    above = bool(params.get("show_caption_above_media")) or None
    return {"caption": caption, "caption_entities": entities, "show_caption_above_media": above}


def formatted(params: Json, text_key: str, entities_key: str, limit: int, *, required: bool) -> tuple[str, list[Json]]:
    source = params.get(text_key) or ""
    if not isinstance(source, str):
        raise bad_request(f'field "{text_key}" must be of type String')
    if not source:
        if required:
            raise bad_request("message text is empty")
        return "", []
    mode = (params.get("parse_mode") or "").lower()
    if mode not in ("", "html"):
        raise bad_request(f"unsupported parse_mode (the sandbox reads HTML and entities, not {params['parse_mode']})")
    given = params.get(entities_key) or []
    if mode or not given:
        # Thousands of readers get the same text: it is read once.
        result = _read(source, html=bool(mode))
        if isinstance(result, ApiError):
            raise bad_request(result.description.removeprefix("Bad Request: "))
        text, entities = result
    else:
        _check_source(source)
        text, entities = _kept(source, checked(given, source))
    if not text and required:
        raise bad_request("text must be non-empty")
    if len(text) > limit:
        raise bad_request("message is too long" if limit == TEXT_LIMIT else "message caption is too long")
    return text, [dict(entity) for entity in entities]


@lru_cache(maxsize=512)
def _read(source: str, *, html: bool) -> tuple[str, list[Json]] | ApiError:
    try:
        _check_source(source)
        text, entities = parse_html(source) if html else (source, [])
    except ApiError as error:
        return error
    return _kept(text, entities)


def _check_source(source: str) -> None:
    try:
        size = len(source.encode())
    except UnicodeEncodeError:
        raise bad_request("strings must be encoded in UTF-8") from None
    if size > SOURCE_LIMIT:
        raise bad_request("text is too long")


def _kept(text: str, entities: list[Json]) -> tuple[str, list[Json]]:
    text, entities = trimmed(*cleaned(text, entities))
    return text, tidied(with_recognised(text, entities))[:MOST_ENTITIES]
