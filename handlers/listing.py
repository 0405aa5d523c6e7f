"""Lists of articles as one message that changes in place: latest, found, bookmarks; by section, with pages.

A button says which page of which list it means, so that every list, however old, works without anything remembered
but the words of a search.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from html import escape

from aiogram.types import CallbackQuery, InlineKeyboardMarkup, LinkPreviewOptions, Message

from bot.callbacks import ListKind, ShowList
from bot.config import Settings
from bot.delivery.links import opens
from bot.delivery.render.words import cut
from bot.fragments import fragment, marked
from bot.lists import BOOKMARKS, SEARCHES, Buttons, keyboard
from bot.model.articles import Article
from bot.model.finding import Found, Hits, Search, SearchId
from bot.model.ids import ArticleId, CategoryId
from bot.model.language import Language
from bot.model.readers import Reader
from bot.texts import Texts
from handlers.screen import show_text
from storage.base import Storage

PER_PAGE = 5
TITLE_LIMIT = 200
"""Five such titles with links and fragments stay below the 4,096 characters of a message."""


@dataclass(frozen=True, slots=True)
class Screen:
    html: str
    keyboard: InlineKeyboardMarkup


@dataclass(frozen=True, slots=True)
class Listing:
    """A page of a list, loaded."""

    found: Found
    search: Search | None
    category: CategoryId | None
    category_name: str


class Lists:
    """All lists of one reader."""

    def __init__(self, storage: Storage, texts: Texts, settings: Settings, reader: Reader) -> None:
        self._storage = storage
        self._texts = texts
        self._zone = settings.timezone
        self._reader = reader
        self._language = reader.language

    async def show(self, place: ShowList, *, removed: ArticleId | None = None) -> Screen | None:
        """None: the search has expired. `removed`: what was just taken off the bookmarks, and can be put back."""
        listing = await self._load(place)
        if listing is None:
            return None
        page = listing.found.page
        if not page.articles and place.page > 0:
            last = place.model_copy(update={"page": min(place.page, last_page(page.total)) - 1})
            return await self.show(last, removed=removed)
        buttons = Buttons(self._language, self._texts)
        rows = buttons.articles(place, page.articles, page.saved)
        rows.append(buttons.pages(place, last_page(page.total)))
        if removed is not None:
            rows.append(buttons.undo(place, removed))
        rows += buttons.ways_on(place, empty=not page.articles)
        return Screen(self._text(place, listing), keyboard(rows))

    async def sections(self, place: ShowList, page: int) -> Screen:
        """Those by which the list can be narrowed: for bookmarks those that have some, the reader's language first."""
        if place.kind in BOOKMARKS:
            found = await self._storage.bookmarks.categories(self._reader.chat_id)
        else:
            found = await self._storage.news.categories(datetime.now(UTC))
            found.sort(key=lambda category: self._language.value not in category.names)
        buttons = Buttons(self._language, self._texts)
        return Screen(self._texts.get(self._language, "list.choose_section"), buttons.sections(place, found, page))

    async def _load(self, place: ShowList) -> Listing | None:
        reader, offset = self._reader.chat_id, place.page * PER_PAGE
        search = None
        category = CategoryId(place.of) if place.of else None
        if place.kind in SEARCHES:
            search = await self._storage.search.recall(SearchId(place.of), reader)
            if search is None:
                return None
            category = search.category
        match place.kind:
            case ListKind.LATEST:
                page = await self._storage.news.latest(chat_id=reader, category=category, offset=offset, limit=PER_PAGE)
                found = Found(page, Hits())
            case ListKind.SAVED:
                page = await self._storage.bookmarks.page(reader, category=category, offset=offset, limit=PER_PAGE)
                found = Found(page, Hits())
            case ListKind.FOUND:
                assert search
                found = await self._storage.search.find(
                    search.words, datetime.now(UTC), chat_id=reader, category=category, offset=offset, limit=PER_PAGE
                )
            case ListKind.SAVED_FOUND:
                assert search
                found = await self._storage.bookmarks.find(
                    reader, search.words, category=category, offset=offset, limit=PER_PAGE
                )
        return Listing(found, search, category, await self._name(category))

    async def _name(self, category: CategoryId | None) -> str:
        if category is None:
            return ""
        known = await self._storage.news.categories(datetime.now(UTC))
        return next((one.name(self._language) for one in known if one.id == category), "")

    def _text(self, place: ShowList, listing: Listing) -> str:
        page = listing.found.page
        lines = [self._title(place, listing)]
        if not page.articles:
            lines.append(self._nothing(place, listing))
        if page.articles and listing.found.respelled:
            lines.append(self._texts.get(self._language, "search.respelled"))
        for number, article in enumerate(page.articles, start=1):
            lines.append(line(number, article, listing.found.hits, self._language, self._texts, self._zone))
        if (pages := last_page(page.total)) > 1:
            lines.append(self._texts.get(self._language, "list.page", page=place.page + 1, pages=pages))
        return "\n\n".join(lines)

    def _title(self, place: ShowList, listing: Listing) -> str:
        get, total = self._texts.get, listing.found.page.total
        parts = [get(self._language, "bookmarks.title" if place.kind in BOOKMARKS else "latest.title")]
        if listing.search:
            words = get(self._language, "search.title", words=escape(listing.search.words))
            parts = [*parts, words] if place.kind in BOOKMARKS else [words]
        if listing.category_name:
            parts.append(escape(listing.category_name))
        title = " · ".join(parts)
        if place.kind is ListKind.LATEST or not total:
            return title
        key = "bookmarks.count" if place.kind is ListKind.SAVED else "search.found"
        return f"{title}\n{self._texts.count(self._language, key, total)}"

    def _nothing(self, place: ShowList, listing: Listing) -> str:
        if place.kind in SEARCHES:
            return self._texts.get(self._language, "search.nothing")
        if listing.category is not None:
            return self._texts.get(self._language, "list.nothing_here")
        return self._texts.get(self._language, "bookmarks.empty" if place.kind is ListKind.SAVED else "latest.empty")


def last_page(total: int) -> int:
    """The number of pages, at least one."""
    return max(1, -(-total // PER_PAGE))


def line(number: int, article: Article, hits: Hits, language: Language, texts: Texts, zone: tzinfo) -> str:
    """HTML: the linked headline, its section and date, and the fragment that was hit."""
    headline = cut(article.title, TITLE_LIMIT)
    shown = marked(headline, hits, article.language)
    if opens(article.link):
        shown = f'<a href="{escape(article.link, quote=True)}">{shown}</a>'
    about = [category.name(language) for category in article.categories[:1]]
    about.append(texts.date(language, article.published_at, zone))
    lines = [f"{number}. {shown}", escape(" · ".join(about))]
    if (hits.stems or hits.beginnings) and (piece := fragment(article, hits)):
        lines.append(f"<i>{piece}</i>")
    return "\n".join(lines)


async def answer_screen(message: Message, screen: Screen | None) -> None:
    assert screen, "a list that was just asked for has not expired"
    await message.answer(
        screen.html,
        parse_mode="HTML",
        reply_markup=screen.keyboard,
        link_preview_options=LinkPreviewOptions(is_disabled=True),
    )


async def show_screen(
    query: CallbackQuery, screen: Screen | None, reader: Reader, texts: Texts, notice: str | None = None
) -> None:
    """In the place of the message with the tapped button; None: the button has expired."""
    await query.answer(notice if screen else texts.get(reader.language, "unknown.button"))
    if screen:
        await show_text(query, screen.html, screen.keyboard)
