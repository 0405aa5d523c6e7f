"""A page that no feed has brought: shown as the bot reads it, and published when an editor confirms that.

What is confirmed is what was shown: the button carries its mark. After a restart the page is read again, and when it
says something else by then, that is shown first.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from html import escape

from aiogram.types import CallbackQuery, InlineKeyboardMarkup, LinkPreviewOptions, Message
from yarl import URL

from bot.broadcasts import Broadcasts
from bot.callbacks import PageAct, PublishPage
from bot.config import Settings
from bot.delivery.render.words import cut
from bot.feeds.identity import link_key
from bot.feeds.trial import FeedTrial, NoArticle, NoPage, Read
from bot.model.articles import ParsedArticle
from bot.model.body import text_of
from bot.model.feeds import Feed
from bot.model.ids import CategoryId
from bot.model.language import Language
from bot.model.newsroom import Editor
from bot.model.readers import Reader
from bot.texts import Texts
from handlers.admin.buttons import rows
from handlers.admin.standing import standing
from handlers.screen import show_keyboard, show_text
from storage.base import Storage

LONGEST = 1000
"""Characters of an address, which stands in the message with the rest."""
MOST_SECTIONS = 60
LEAD_LIMIT, BEGINNING, PHOTO_LIMIT, MOST_PHOTOS = 600, 400, 150, 8


@dataclass(frozen=True, slots=True)
class _Place:
    """Where the article would go."""

    category: CategoryId | None
    """None: one that is founded for it."""
    name: str


async def show(
    message: Message,
    address: str,
    storage: Storage,
    feed_trial: FeedTrial,
    texts: Texts,
    settings: Settings,
    language: Language,
) -> None:
    """What the bot finds on the page, with a button to publish it; or why it finds nothing."""
    read = await _read(address, storage, feed_trial)
    if not isinstance(read, Read):
        await message.answer(_why(read, texts, language))
        return
    known = await storage.curation.linked([link_key(read.article.link)])
    if known is not None and (article := await storage.news.article(known)):
        text, keyboard = await standing(article, storage, texts, language)
        await message.answer(text, parse_mode="HTML", reply_markup=keyboard)
        return
    place = await _place(read.article, None, storage, language)
    text = _preview(address, read.article, place, texts, settings, language)
    keyboard, preview = _buttons(read, place, texts, language), _photo(read.article)
    await message.answer(text, parse_mode="HTML", reply_markup=keyboard, link_preview_options=preview)


async def decide(
    query: CallbackQuery,
    callback_data: PublishPage,
    storage: Storage,
    feed_trial: FeedTrial,
    broadcasts: Broadcasts,
    texts: Texts,
    settings: Settings,
    reader: Reader,
    editor: Editor,
) -> None:
    """The address stands in the first line of the message with the button, which only the bot can write."""
    # The page may take half a minute; a tap is answered within seconds.
    await query.answer()
    act, language = callback_data.act, reader.language
    address = (query.message.text or "").partition("\n")[0] if isinstance(query.message, Message) else ""
    if act is PageAct.DROP:
        await show_text(query, texts.get(language, "page.dropped", link=escape(address)), None)
        return
    if act is PageAct.SECTIONS:
        await show_keyboard(query, await _sections(callback_data.mark, storage, texts, language))
        return
    read = feed_trial.known(callback_data.mark) or await _read(address, storage, feed_trial)
    if not isinstance(read, Read):
        await show_text(query, escape(f"{address}\n\n{_why(read, texts, language)}", quote=False), None)
        return
    chosen = CategoryId(callback_data.category) if callback_data.category else None
    place = await _place(read.article, chosen, storage, language)
    if act is PageAct.PUBLISH and read.mark == callback_data.mark:
        now = datetime.now(UTC)
        expires_at = now + timedelta(hours=settings.expiry)
        number = await storage.curation.bring(read.article, place.category, place.name, editor.user_id, now, expires_at)
        broadcasts.wake()
        if article := await storage.news.article(number):
            text, keyboard = await standing(article, storage, texts, language)
            await show_text(query, text, keyboard)
        return
    text = _preview(address, read.article, place, texts, settings, language)
    if act is PageAct.PUBLISH:
        text += "\n\n" + texts.get(language, "page.changed")
    await show_text(query, text, _buttons(read, place, texts, language), _photo(read.article))


async def _read(address: str, storage: Storage, feed_trial: FeedTrial) -> Read | NoPage | NoArticle:
    feed = await _feed_of(address, storage)
    return await feed_trial.read_story(address, (feed.page_selector or "") if feed else "")


def _why(read: NoPage | NoArticle, texts: Texts, language: Language) -> str:
    if isinstance(read, NoPage):
        return texts.get(language, "page.unreachable", reason=cut(read.reason, 300))
    return texts.get(language, "page.no_article")


def _host(address: str) -> str:
    try:
        return (URL(address).host or "").removeprefix("www.")
    except ValueError:
        return ""


async def _feed_of(address: str, storage: Storage) -> Feed | None:
    """The newsroom's feed of the same site."""
    host = _host(address)
    return next((feed for feed in await storage.feeds.all() if host and _host(feed.url) == host), None)


async def _place(article: ParsedArticle, chosen: CategoryId | None, storage: Storage, language: Language) -> _Place:
    """What an editor chose; else the section that the page names, when the newsroom has it; else the category of the
    site's feed; else one called as the host. Never a hidden one: nobody would find the article again."""
    feed = await _feed_of(article.link, storage)
    otherwise = (feed and (feed.own_label or feed.title)) or _host(article.link)
    labels = [*(label.label for label in article.labels), otherwise]
    names = {section.id: section.name(language) for section in await storage.sections.all() if not section.hidden}
    category = chosen or await storage.curation.category(labels)
    return _Place(category, names[category]) if category in names else _Place(None, otherwise)


def _preview(
    address: str, article: ParsedArticle, place: _Place, texts: Texts, settings: Settings, language: Language
) -> str:
    text = text_of(article.body)
    told = texts.get(language, "page.section" if place.category else "page.new_section", name=cut(place.name, 100))
    date = texts.date(language, article.published_at, settings.timezone) if article.published_at else ""
    photos = [
        f"{number}. {cut(' · '.join(filter(None, (photo.caption, photo.credit))) or '–', PHOTO_LIMIT)}"
        for number, photo in enumerate(article.photos[:MOST_PHOTOS], start=1)
    ]
    more = len(article.photos) - len(photos)
    parts = [
        f"<b>{escape(article.title)}</b>",
        escape(cut(article.lead, LEAD_LIMIT)),
        escape("\n".join(filter(None, (told, date, article.author)))),
        texts.count(language, "page.text", len(text)) if text else texts.get(language, "page.no_text"),
        f"<blockquote>{escape(cut(text, BEGINNING))}</blockquote>" if text else "",
        texts.count(language, "page.photos", len(article.photos)) if photos else texts.get(language, "page.no_photos"),
        escape("\n".join([*photos, f"… +{more}"] if more else photos)),
    ]
    return escape(address) + "\n\n" + "\n\n".join(part for part in parts if part)


def _photo(article: ParsedArticle) -> LinkPreviewOptions:
    """The first photo stands above the text."""
    if not article.photos:
        return LinkPreviewOptions(is_disabled=True)
    return LinkPreviewOptions(url=article.photos[0].url, prefer_large_media=True, show_above_text=True)


def _buttons(read: Read, place: _Place, texts: Texts, language: Language) -> InlineKeyboardMarkup:
    def of(key: str, act: PageAct) -> tuple[str, PublishPage]:
        return texts.get(language, key), PublishPage(act=act, mark=read.mark, category=place.category or 0)

    return rows(
        [of("button.publish", PageAct.PUBLISH)],
        [of("button.section", PageAct.SECTIONS)],
        [of("button.cancel", PageAct.DROP)],
    )


async def _sections(mark: str, storage: Storage, texts: Texts, language: Language) -> InlineKeyboardMarkup:
    named = [
        [(one.name(language), PublishPage(act=PageAct.SHOW, mark=mark, category=one.id))]
        for one in [section for section in await storage.sections.all() if not section.hidden][:MOST_SECTIONS]
    ]
    return rows(*named, [(texts.get(language, "button.cancel"), PublishPage(act=PageAct.SHOW, mark=mark, category=0))])
