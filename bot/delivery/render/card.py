"""An article as its readers get it. Pure: the same input gives the same post."""

from __future__ import annotations

from datetime import datetime, tzinfo

from aiogram.types import InlineKeyboardMarkup

from bot.delivery.links import opens
from bot.delivery.post import CAPTION_LIMIT, TEXT_LIMIT, AudioPost, PhotoPost, TextPost, VideoPost
from bot.delivery.render.classic import Piece, joined, moment_piece, piece
from bot.delivery.render.edition import Edition, shows_date
from bot.delivery.render.media import best_photo, linked, media_of, played
from bot.delivery.render.words import LONGEST_TAG, cut, hashtag, runs_right_to_left, says
from bot.model.articles import Article, Attachment, AttachmentKind, Photo
from bot.model.language import Language
from bot.texts import Texts

TITLE_LIMIT = 300
"""A headline longer than this is cut: the lead and the photo need room too."""
CAPTION_LINE, CREDIT_LIMIT = 200, 150
SHORTEST_LEAD = 40
"""Fewer characters than this of a lead say nothing: better none."""
MOST_TAGS = 3


def card(
    article: Article,
    language: Language,
    texts: Texts,
    keyboard: InlineKeyboardMarkup | None,
    *,
    now: datetime,
    zone: tzinfo,
) -> PhotoPost | VideoPost | AudioPost | TextPost:
    """Its photo (or video, or audio when there is nothing to see), bold headline, lead, the photo's caption and
    credit, sections as hashtags; the date when it is no longer fresh, and when it was last edited.

    Cut at words, never inside a tag; within 1,024 characters under media and 4,096 without."""
    edition = Edition(language, texts, now, zone)
    plain = _still(article, edition, keyboard)
    shown = played(article)
    if shown is None:
        return plain
    caption = _html(article, _cover(article, shown), edition, CAPTION_LIMIT)
    media = shown.file_id or shown.url
    if shown.kind is AttachmentKind.AUDIO:
        title, performer = shown.title or article.title, shown.performer or article.author
        return AudioPost(media, caption, title, performer, shown.seconds, keyboard=keyboard, fallback=plain)
    cover = _cover(article, shown)
    address = media_of(cover) if cover else "" if _refused(article, shown.cover) else shown.cover
    return VideoPost(media, caption, address, shown.seconds, keyboard=keyboard, fallback=plain)


def _still(article: Article, edition: Edition, keyboard: InlineKeyboardMarkup | None) -> PhotoPost | TextPost:
    """With its photo or, without one, the large preview of the site's page or of the page that plays its video."""
    player = next((one for one in linked(article) if one.kind is AttachmentKind.PLAYER), None)
    photo = best_photo(article)
    page = player.url if player and photo is None else article.link
    body = _html(article, None, edition, TEXT_LIMIT)
    text = TextPost(body, keyboard=keyboard, preview_url=page if opens(page) else None)
    if photo is None:
        return text
    caption = _html(article, photo, edition, CAPTION_LIMIT)
    return PhotoPost(media_of(photo), caption, keyboard=keyboard, fallback=text, replaceable=True)


def _cover(article: Article, video: Attachment) -> Photo | None:
    """The photo of the article that is also the video's still picture."""
    return next((photo for photo in article.photos if photo.url == video.cover and not photo.refused), None)


def _refused(article: Article, url: str) -> bool:
    return any(photo.url == url and photo.refused for photo in article.photos)


def _html(article: Article, photo: Photo | None, edition: Edition, limit: int) -> str:
    rtl = runs_right_to_left(article.title + article.lead)
    headline = piece(article.title, "b", limit=TITLE_LIMIT, rtl=rtl)
    below = [*photo_lines(article, photo, edition, rtl=rtl), *_foot(article, edition, rtl=rtl)]
    rest = limit - sum(one.units + len(one.gap) for one in (headline, *below))
    lead = piece(article.lead, limit=rest, rtl=rtl) if rest >= SHORTEST_LEAD else piece("")
    return joined([one for one in (headline, lead, *below) if one.units])


def photo_lines(article: Article, photo: Photo | None, edition: Edition, tag: str = "", *, rtl: bool) -> list[Piece]:
    """What the photo shows, unless headline or lead say it, and whose it is."""
    about = []
    if photo and photo.caption and not says(f"{article.title} {article.lead}", photo.caption):
        about.append(cut(photo.caption, CAPTION_LINE))
    if photo and photo.credit:
        about.append(edition.get("card.credit", credit=cut(photo.credit, CREDIT_LIMIT)))
    return [piece("\n".join(about), tag, rtl=rtl)] if about else []


def _foot(article: Article, edition: Edition, *, rtl: bool) -> list[Piece]:
    """Sections and date in one line, the last edit in another."""
    tags = dict.fromkeys(_tag(category.name(edition.language)) for category in article.categories[:MOST_TAGS])
    line = " ".join(tag for tag in tags if tag)
    foot = [piece(line, rtl=rtl)] if line else []
    if shows_date(article, edition.now):
        said = edition.moment(article.published_at)
        gap = " · " if line else "\n\n"
        foot.append(moment_piece(article.published_at, said, rtl=rtl and not line, gap=gap))
    if article.updated_at:
        foot.append(updated_line(article.updated_at, edition, rtl=rtl, gap="\n" if foot else "\n\n"))
    return foot


def updated_line(moment: datetime, edition: Edition, *, rtl: bool, gap: str) -> Piece:
    around = edition.around("card.updated", "date")
    return moment_piece(moment, edition.moment(moment), around, rtl=rtl, gap=gap)


def _tag(name: str) -> str:
    """A name that can be no hashtag stands as it is."""
    return hashtag(name) or (cut(name, LONGEST_TAG) if any(letter.isalpha() for letter in name) else "")
