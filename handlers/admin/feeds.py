"""/feeds: the newsroom's feeds; adding one shows first what the bot makes of it. OPML comes and goes as a file."""

from __future__ import annotations

import io
import re
from datetime import UTC, datetime
from html import escape

from aiogram import Bot, Router
from aiogram.filters import Command
from aiogram.types import BufferedInputFile, CallbackQuery, InlineKeyboardMarkup, LinkPreviewOptions, Message

from bot.callbacks import AddFeed, FeedAct, ManageFeed
from bot.config import Settings
from bot.delivery.render.words import cut
from bot.feeds import opml
from bot.feeds.trial import FeedTrial
from bot.model.feeds import Feed
from bot.model.ids import ChatId, FeedId
from bot.model.language import Language
from bot.model.newsroom import Editor, FeedOption, Prompt, Purpose
from bot.model.readers import Reader
from bot.texts import Texts
from handlers.admin.buttons import rows
from handlers.admin.prompts import Answers, ask
from handlers.screen import show_text
from storage.base import Storage

Act = FeedAct
MOST = 60
TITLE_LIMIT = 100
SHORTEST, LONGEST = 10, 7 * 86_400
"""Seconds between two polls that an editor may choose."""
UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86_400}
NO_PREVIEW = LinkPreviewOptions(is_disabled=True)


def router() -> Router:
    router = Router(name="feeds")
    router.message.register(open_feeds, Command("feeds"))
    router.callback_query.register(add, AddFeed.filter())
    router.callback_query.register(manage, ManageFeed.filter())
    router.message.register(check, Answers(Purpose.FEED))
    router.message.register(set_detail, Answers(Purpose.FEED_INTERVAL, Purpose.FEED_SELECTOR))
    return router


async def open_feeds(message: Message, storage: Storage, texts: Texts, reader: Reader) -> None:
    text, keyboard = await _list(storage, texts, reader.language)
    await message.answer(text, parse_mode="HTML", reply_markup=keyboard)


async def _list(storage: Storage, texts: Texts, language: Language) -> tuple[str, InlineKeyboardMarkup]:
    feeds = await storage.feeds.all()
    lines = [[(f"{_sign(one)} {one.title or one.url}", ManageFeed(act=Act.OPEN, feed=one.id))] for one in feeds[:MOST]]
    keyboard = rows(
        *lines,
        [(texts.get(language, "button.add_feed"), ManageFeed(act=Act.ADD, feed=0))],
        [(texts.get(language, "button.export_feeds"), ManageFeed(act=Act.EXPORT, feed=0))] if feeds else [],
    )
    return texts.get(language, "feeds.title" if feeds else "feeds.none"), keyboard


def _sign(feed: Feed) -> str:
    return "⏹" if feed.stopped else "⏸" if feed.paused else "⚠️" if feed.failures else "✅"


async def manage(
    query: CallbackQuery,
    callback_data: ManageFeed,
    storage: Storage,
    texts: Texts,
    settings: Settings,
    reader: Reader,
    editor: Editor,
) -> None:
    act, number, language = callback_data.act, FeedId(callback_data.feed), reader.language
    purposes = {Act.ADD: Purpose.FEED, Act.INTERVAL: Purpose.FEED_INTERVAL, Act.SELECTOR: Purpose.FEED_SELECTOR}
    await query.answer()
    if act in purposes and isinstance(query.message, Message):
        await ask(query.message, purposes[act], number, storage, texts, language)
        return
    if act is Act.EXPORT and isinstance(query.message, Message):
        listed = opml.dump(await storage.feeds.all(), settings.newsroom_name)
        await query.message.answer_document(BufferedInputFile(listed, "feeds.opml"))
        return
    await _decide(callback_data, storage, editor.user_id)
    feed = await storage.feed_desk.get(number)
    if act is Act.LIST or feed is None:
        text, keyboard = await _list(storage, texts, language)
    elif act is Act.REMOVE:
        text = texts.get(language, "feeds.surely_remove", feed=escape(feed.title or feed.url))
        keyboard = rows(
            [(texts.get(language, "button.cancel"), ManageFeed(act=Act.OPEN, feed=number))],
            [(texts.get(language, "button.remove_feed"), ManageFeed(act=Act.SURELY_REMOVE, feed=number))],
        )
    elif act is Act.LANGUAGES:
        text, keyboard = _about(feed, texts, settings, language), _languages(feed, texts, language)
    elif act is Act.SECTIONS:
        text, keyboard = _about(feed, texts, settings, language), await _sections(feed, storage, texts, language)
    else:
        text, keyboard = _about(feed, texts, settings, language), _choices(feed, texts, language)
    await show_text(query, text, keyboard)


async def _decide(data: ManageFeed, storage: Storage, by: ChatId) -> None:
    number, now, desk = FeedId(data.feed), datetime.now(UTC), storage.feed_desk
    match data.act:
        case Act.PAUSE | Act.RESUME:
            await desk.set_option(number, FeedOption.PAUSED, int(data.act is Act.PAUSE), by, now)
        case Act.SURELY_REMOVE:
            await desk.remove(number, by, now)
        case Act.LANGUAGE if data.value in ("", *(one.value for one in Language)):
            await desk.set_option(number, FeedOption.LANGUAGE, data.value, by, now)
        case Act.SECTION:
            sections = {str(one.id): one.label for one in await storage.sections.all()}
            await desk.set_option(number, FeedOption.LABEL, sections.get(data.value, ""), by, now)


def _about(feed: Feed, texts: Texts, settings: Settings, language: Language) -> str:
    page = feed.page_selector
    never, own = texts.get(language, "status.never"), texts.get(language, "feeds.own")
    read = texts.date(language, feed.last_success_at, settings.timezone) if feed.last_success_at else never
    every = texts.duration(language, feed.interval) if feed.interval else own
    spoken = texts.get(Language(feed.own_language), "language.name") if feed.own_language else own
    lines = [
        f"{_sign(feed)} <b>{escape(cut(feed.title or feed.url, TITLE_LIMIT))}</b>",
        escape(feed.url),
        texts.get(language, "status.counts", entries=feed.entries, photos=feed.photos),
        texts.get(language, "status.success", moment=read),
        texts.get(language, "feeds.interval", every=every),
        texts.get(language, "feeds.language", name=spoken),
        texts.get(language, "feeds.section", name=escape(feed.own_label) or own),
        texts.get(language, "feeds.selector", selector=own if page is None else escape(page) or "+"),
    ]
    if feed.last_error:
        error = escape(cut(feed.last_error, 200))
        lines.append(texts.get(language, "status.error", error=error, failures=feed.failures))
    return "\n".join(lines)


def _choices(feed: Feed, texts: Texts, language: Language) -> InlineKeyboardMarkup:
    def of(key: str, act: FeedAct) -> tuple[str, ManageFeed]:
        return texts.get(language, key), ManageFeed(act=act, feed=feed.id)

    resting = feed.paused or feed.stopped
    return rows(
        [of("button.resume", Act.RESUME) if resting else of("button.pause", Act.PAUSE)],
        [of("button.interval", Act.INTERVAL), of("button.language", Act.LANGUAGES)],
        [of("button.section", Act.SECTIONS), of("button.selector", Act.SELECTOR)],
        [of("button.remove_feed", Act.REMOVE)],
        [of("button.done", Act.LIST)],
    )


def _languages(feed: Feed, texts: Texts, language: Language) -> InlineKeyboardMarkup:
    own = (texts.get(language, "feeds.own"), ManageFeed(act=Act.LANGUAGE, feed=feed.id))
    named = [
        (texts.get(one, "language.name"), ManageFeed(act=Act.LANGUAGE, feed=feed.id, value=one.value))
        for one in Language
    ]
    return rows([own], named, [(texts.get(language, "button.done"), ManageFeed(act=Act.OPEN, feed=feed.id))])


async def _sections(feed: Feed, storage: Storage, texts: Texts, language: Language) -> InlineKeyboardMarkup:
    own = (texts.get(language, "feeds.own"), ManageFeed(act=Act.SECTION, feed=feed.id))
    named = [
        [(one.name(language), ManageFeed(act=Act.SECTION, feed=feed.id, value=str(one.id)))]
        for one in (await storage.sections.all())[:MOST]
    ]
    return rows([own], *named, [(texts.get(language, "button.done"), ManageFeed(act=Act.OPEN, feed=feed.id))])


async def check(
    message: Message,
    bot: Bot,
    storage: Storage,
    feed_trial: FeedTrial,
    texts: Texts,
    reader: Reader,
    editor: Editor,
    prompt: Prompt,
) -> None:
    """An address is tried; a list of feeds is taken at once, those that are new."""
    language = reader.language
    if message.document:
        await _take_list(message, bot, storage, texts, reader, editor)
        return
    words = (message.text or "").split()
    if len(words) != 1 or not words[0].startswith(("http://", "https://")):
        await message.answer(texts.get(language, "feeds.no_address"))
        return
    await storage.editors.asks_no_more(editor.user_id)
    parsed = await feed_trial.read(words[0])
    if not parsed.is_feed:
        reason = parsed.problems[0] if parsed.problems else ""
        await message.answer(texts.get(language, "feeds.unreadable", reason=cut(reason, 300)))
        return
    photos = sum(bool(one.photos) for one in parsed.articles)
    lines = [
        words[0],
        parsed.title,
        texts.get(language, "status.counts", entries=len(parsed.articles), photos=photos),
        *[f"• {cut(one.title, TITLE_LIMIT)}" for one in parsed.articles[:5]],
        *[f"⚠️ {cut(one, TITLE_LIMIT)}" for one in parsed.problems[:3]],
    ]
    keyboard = rows([(texts.get(language, "button.add_this_feed"), AddFeed())])
    text = "\n".join(line for line in lines if line)
    await message.answer(text, reply_markup=keyboard, link_preview_options=NO_PREVIEW)


async def _take_list(
    message: Message, bot: Bot, storage: Storage, texts: Texts, reader: Reader, editor: Editor
) -> None:
    document = message.document
    assert document
    received = io.BytesIO()
    if (document.file_size or 0) <= opml.LARGEST:
        await bot.download(document, received)
    urls = opml.load(received.getvalue())
    if not urls:
        await message.answer(texts.get(reader.language, "feeds.no_list"))
        return
    await storage.editors.asks_no_more(editor.user_id)
    added = [url for url in urls if await storage.feed_desk.add(url, editor.user_id, datetime.now(UTC))]
    told = texts.get(reader.language, "feeds.imported", added=len(added), known=len(urls) - len(added))
    await message.answer(told)


async def add(query: CallbackQuery, storage: Storage, texts: Texts, reader: Reader, editor: Editor) -> None:
    """The address stands in the first line of the message with the button, which only the bot can write."""
    url = (query.message.text or "").partition("\n")[0] if isinstance(query.message, Message) else ""
    feed = await storage.feed_desk.add(url, editor.user_id, datetime.now(UTC)) if url else None
    await query.answer(texts.get(reader.language, "feeds.added" if feed else "feeds.known"))
    text, keyboard = await _list(storage, texts, reader.language)
    await show_text(query, text, keyboard)


async def set_detail(
    message: Message,
    storage: Storage,
    texts: Texts,
    settings: Settings,
    reader: Reader,
    editor: Editor,
    prompt: Prompt,
) -> None:
    words, number, now = (message.text or "").strip(), FeedId(prompt.subject), datetime.now(UTC)
    own = words in ("-", "–", "—")
    if prompt.purpose is Purpose.FEED_INTERVAL:
        seconds = None if own else parse_interval(words)
        if seconds is None and not own:
            await message.answer(texts.get(reader.language, "feeds.no_interval"))
            return
        feed = await storage.feed_desk.set_option(number, FeedOption.INTERVAL, seconds, editor.user_id, now)
    else:
        selector = None if own else "" if words == "+" else words[:200]
        feed = await storage.feed_desk.set_option(number, FeedOption.SELECTOR, selector, editor.user_id, now)
    await storage.editors.asks_no_more(editor.user_id)
    if feed:
        text, keyboard = _about(feed, texts, settings, reader.language), _choices(feed, texts, reader.language)
        await message.answer(text, parse_mode="HTML", reply_markup=keyboard, link_preview_options=NO_PREVIEW)


def parse_interval(text: str) -> int | None:
    """`90s`, `5m`, `2h`, `1d`, or a number of minutes → seconds; None: it is none, or too short or long."""
    found = re.fullmatch(r"(\d{1,6})\s*([smhd]?)", text.strip().lower())
    if found is None:
        return None
    seconds = int(found[1]) * UNITS[found[2] or "m"]
    return seconds if SHORTEST <= seconds <= LONGEST else None
