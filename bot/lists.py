"""Buttons of lists of articles (latest, found, bookmarks) and of the ways out of them. Pure.

Numbers stand for the articles of the page. 📰 opens one as a card, which has all that can be done with an article.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from aiogram.filters.callback_data import CallbackData
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup

from bot import callbacks
from bot.callbacks import ExportFormat, ListKind, ShowList
from bot.delivery.render.story import says_more
from bot.keyboards import NAME_LIMIT
from bot.model.articles import Article, Category
from bot.model.ids import ArticleId
from bot.model.language import Language
from bot.texts import Texts

Row = list[InlineKeyboardButton]
SECTIONS_PER_PAGE = 12
FEW = 3
"""Articles from which on the buttons stand in rows of a kind."""
BOOKMARKS = (ListKind.SAVED, ListKind.SAVED_FOUND)
SEARCHES = (ListKind.FOUND, ListKind.SAVED_FOUND)


class Buttons:
    """Makes a list's buttons in one language."""

    def __init__(self, language: Language, texts: Texts) -> None:
        self._language = language
        self._texts = texts

    def articles(self, place: ShowList, shown: Sequence[Article], saved: frozenset[ArticleId]) -> list[Row]:
        """A row that opens them as cards, one that reads them here (those of which there is more to read), and one that
        removes them from the bookmarks or saves them. Of very few each has a row of its own, which makes fewer."""
        each = [self._article(place, n, article, article.id in saved) for n, article in enumerate(shown, start=1)]
        if len(each) < FEW:
            return [[opening, *reading, keeping] for opening, reading, keeping in each]
        opening_all, reading_all, keeping_all = zip(*each, strict=True)
        return [list(opening_all), [one for reading in reading_all for one in reading], list(keeping_all)]

    def _article(
        self, place: ShowList, number: int, article: Article, saved: bool
    ) -> tuple[InlineKeyboardButton, Row, InlineKeyboardButton]:
        opening = self.of("button.open_number", callbacks.OpenArticle(article=article.id), n=number)
        reading = self.of("button.read_number", callbacks.ReadArticle(article=article.id), n=number)
        if place.kind in BOOKMARKS:
            remove = callbacks.RemoveFromList(**place.model_dump(), article=article.id)
            keeping = self.of("button.remove", remove, n=number)
        else:
            save = callbacks.SaveFromList(**place.model_dump(), article=article.id, on=not saved)
            keeping = self.of("button.saved_number" if saved else "button.save_number", save, n=number)
        return opening, [reading] if says_more(article) else [], keeping

    def pages(self, place: ShowList, pages: int) -> Row:
        return self._turning(place.page, pages, lambda page: place.model_copy(update={"page": page}))

    def undo(self, place: ShowList, removed: ArticleId) -> Row:
        return [self.of("button.undo", callbacks.RestoreToList(**place.model_dump(), article=removed))]

    def ways_on(self, place: ShowList, *, empty: bool) -> list[Row]:
        """To other lists: by section, by words, all of them; and bookmarks out of Telegram."""
        saved = place.kind in BOOKMARKS
        words = self.of("button.search", callbacks.AskForWords(kind=ListKind.SAVED_FOUND if saved else ListKind.FOUND))
        sections = self.of("button.sections", callbacks.ListSections(kind=place.kind, of=place.of, page=0))
        latest = self.of("button.latest", ShowList(kind=ListKind.LATEST, of=0, page=0))
        bookmarks = self.of("button.bookmarks", ShowList(kind=ListKind.SAVED, of=0, page=0))
        if place.kind is ListKind.SAVED and place.of == 0:
            return [[latest]] if empty else [[sections, words], [self.of("button.export", callbacks.OpenExport())]]
        home = bookmarks if saved else latest
        if place.kind is ListKind.LATEST:
            return [[sections, words], [bookmarks]]
        return [[words, home]] if empty and place.kind in SEARCHES else [[sections, words], [home]]

    def sections(self, place: ShowList, found: Sequence[Category], page: int) -> InlineKeyboardMarkup:
        """All of them, then each with its number of articles (of bookmarks), in twos; the way back to the list."""
        pages = max(1, -(-len(found) // SECTIONS_PER_PAGE))
        page = min(max(page, 0), pages - 1)
        shown = found[page * SECTIONS_PER_PAGE : (page + 1) * SECTIONS_PER_PAGE]
        buttons = [self._section(place, category) for category in shown]
        rows = [[self.of("button.all_sections", _narrowed(place, 0))]]
        rows += [buttons[index : index + 2] for index in range(0, len(buttons), 2)]
        rows.append(
            self._turning(page, pages, lambda to: callbacks.ListSections(kind=place.kind, of=place.of, page=to))
        )
        rows.append([self.of("button.to_list", place)])
        return keyboard(rows)

    def formats(self) -> InlineKeyboardMarkup:
        each = [
            self.of("button.format", callbacks.ExportBookmarks(format=one), name=one.value.upper())
            for one in ExportFormat
        ]
        return keyboard([each, [self.of("button.bookmarks", ShowList(kind=ListKind.SAVED, of=0, page=0))]])

    def _section(self, place: ShowList, category: Category) -> InlineKeyboardButton:
        name = category.name(self._language)
        name = name if len(name) <= NAME_LIMIT else name[: NAME_LIMIT - 1].rstrip() + "…"
        if place.kind is ListKind.SAVED:
            name = f"{name} · {self._texts.number(self._language, category.recent)}"
        return InlineKeyboardButton(text=name, callback_data=_narrowed(place, category.id).pack())

    def _turning(self, page: int, pages: int, to: Callable[[int], CallbackData]) -> Row:
        row = []
        if page > 0:
            row.append(self.of("button.previous", to(page - 1)))
        if page < pages - 1:
            row.append(self.of("button.next", to(page + 1)))
        return row

    def of(self, key: str, data: CallbackData, **args: object) -> InlineKeyboardButton:
        return InlineKeyboardButton(text=self._texts.get(self._language, key, **args), callback_data=data.pack())


def keyboard(rows: Sequence[Row]) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup(inline_keyboard=[row for row in rows if row])


def _narrowed(place: ShowList, category: int) -> CallbackData:
    if place.kind in SEARCHES:
        return callbacks.NarrowSearch(kind=place.kind, search=place.of, category=category)
    return ShowList(kind=place.kind, of=category, page=0)
