"""The photos of an article, a few at a time: as an album, or as a slideshow. Pure."""

from __future__ import annotations

from dataclasses import replace

from aiogram.types import InlineKeyboardMarkup

from bot.delivery.post import CAPTION_LIMIT, RICH_MEDIA, AlbumPost, PhotoPost, RichPost, TextPost
from bot.delivery.render.classic import joined, piece
from bot.delivery.render.media import album_size, media_of, usable_photos
from bot.delivery.render.plain import packed, pictures
from bot.delivery.render.rich import paragraph, photo_blocks
from bot.delivery.render.words import cut, readable, runs_right_to_left
from bot.model.articles import Article, Photo
from bot.model.language import Language
from bot.texts import Texts

TITLE_LIMIT, CREDIT_LIMIT = 300, 200


def slideshow(
    article: Article, offset: int, language: Language, texts: Texts, keyboard: InlineKeyboardMarkup | None
) -> RichPost | None:
    """Up to twenty photos from that one on under the headline; the next ones begin at offset + len(media). None: there
    are no more."""
    photos = usable_photos(article)[max(0, offset) :][:RICH_MEDIA]
    if not photos:
        return None
    rtl = runs_right_to_left(article.title)
    title = cut(article.title, TITLE_LIMIT)
    blocks = (paragraph({"type": "bold", "text": readable(title)}), photo_blocks(photos, language, texts))
    lines = [piece(title, "b", rtl=rtl), *pictures(photos, language, texts, rtl=rtl)]
    plain = [TextPost(joined(pieces)) for pieces in packed(lines, (), piece("…"))]
    plain[-1] = replace(plain[-1], keyboard=keyboard)
    return RichPost(blocks, tuple(photo.url for photo in photos), keyboard, rtl, tuple(plain))


def gallery(article: Article, offset: int, language: Language, texts: Texts) -> AlbumPost | PhotoPost | None:
    """Up to ten photos from that one on, each with its caption and credit; one alone is no album. The next ones
    begin at offset + len(photos). None: there are no more."""
    photos = usable_photos(article)[max(0, offset) :]
    shown = [(media_of(photo), _caption(photo, language, texts)) for photo in photos[: album_size(len(photos))]]
    if len(shown) == 1:
        return PhotoPost(*shown[0], replaceable=True)
    return AlbumPost(tuple(shown)) if shown else None


def _caption(photo: Photo, language: Language, texts: Texts) -> str:
    rtl = runs_right_to_left(photo.caption + photo.credit)
    credit = texts.get(language, "card.credit", credit=cut(photo.credit, CREDIT_LIMIT)) if photo.credit else ""
    below = piece(credit, rtl=rtl, gap="\n")
    caption = piece(photo.caption, limit=CAPTION_LIMIT - below.units - 1, rtl=rtl)
    return joined([one for one in (caption, below) if one.units])
