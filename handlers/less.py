"""👎 under a post: less of its sections, or nothing with one of the words of its headline."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from html import escape

from aiogram import Router
from aiogram.types import CallbackQuery

from bot.callbacks import LessLike, LessNothing, LessSection, LessWord, OpenWords, SectionsPage, View
from bot.delivery.render.words import cut
from bot.model.articles import Article
from bot.model.ids import ArticleId, CategoryId
from bot.model.readers import Mode, Noted, Phrase, Reader
from bot.texts import Texts
from handlers.screen import Screen, button, keyboard
from storage.base import Storage

MOST_SECTIONS, MOST_WORDS = 3, 3
TITLE_LIMIT = 200
SHORTEST = 5
"""Letters of a word that may tell what a headline is about."""


def router() -> Router:
    router = Router(name="less")
    router.callback_query.register(ask, LessLike.filter())
    router.callback_query.register(less_section, LessSection.filter())
    router.callback_query.register(less_word, LessWord.filter())
    router.callback_query.register(less_nothing, LessNothing.filter())
    return router


async def ask(query: CallbackQuery, callback_data: LessLike, storage: Storage, texts: Texts, reader: Reader) -> None:
    article = await storage.news.article(ArticleId(callback_data.article))
    if article is None:
        await query.answer(texts.get(reader.language, "save.gone"))
        return
    await query.answer()
    await _choices(article, texts, reader).answer_below(query)


async def less_section(
    query: CallbackQuery, callback_data: LessSection, storage: Storage, texts: Texts, reader: Reader
) -> None:
    category, mode = CategoryId(callback_data.category), callback_data.mode
    now = datetime.now(UTC)
    name = next((one.name(reader.language) for one in await storage.news.categories(now) if one.id == category), None)
    if name is None:
        await query.answer(texts.get(reader.language, "unknown.button"))
        return
    await storage.readers.set_category(reader.chat_id, category, mode, now)
    key = "categories.digested" if mode is Mode.DIGEST else "categories.dropped"
    await query.answer(texts.get(reader.language, key, name=name)[:200])
    await _done(texts.get(reader.language, key, name=escape(name)), texts, reader).replace(query)


async def less_word(
    query: CallbackQuery, callback_data: LessWord, storage: Storage, texts: Texts, reader: Reader
) -> None:
    article = await storage.news.article(ArticleId(callback_data.article))
    phrases = _phrases(article.title) if article else []
    phrase = next((one for one in phrases if one.mark == callback_data.mark), None)
    if phrase is None:
        await query.answer(texts.get(reader.language, "save.gone"))
        return
    noted = await storage.wordlists.add(reader.chat_id, phrase, datetime.now(UTC))
    key = "less.muted" if noted is Noted.KEPT else "words.full"
    await query.answer(texts.get(reader.language, key, phrase=phrase.text)[:200])
    await _done(texts.get(reader.language, key, phrase=escape(phrase.text)), texts, reader).replace(query)


async def less_nothing(query: CallbackQuery, texts: Texts, reader: Reader) -> None:
    await query.answer()
    await _done(texts.get(reader.language, "less.nothing"), texts, reader).replace(query)


def _choices(article: Article, texts: Texts, reader: Reader) -> Screen:
    language = reader.language
    rows = []
    for category in article.categories[:MOST_SECTIONS]:
        name, mode = category.name(language), reader.mode(category.id)
        if mode is Mode.NOW:
            digest = LessSection(category=category.id, mode=Mode.DIGEST)
            rows.append([button(texts.get(language, "button.less_digest", name=name), digest)])
        if mode is not Mode.OFF:
            off = LessSection(category=category.id, mode=Mode.OFF)
            rows.append([button(texts.get(language, "button.less_section", name=name), off)])
    for phrase in _phrases(article.title):
        word = LessWord(article=article.id, mark=phrase.mark)
        rows.append([button(texts.get(language, "button.less_word", phrase=phrase.text), word)])
    rows.append([button(texts.get(language, "button.less_nothing"), LessNothing())])
    return Screen(texts.get(language, "less.title", title=escape(cut(article.title, TITLE_LIMIT))), keyboard(rows))


def _done(html: str, texts: Texts, reader: Reader) -> Screen:
    sections = button(texts.get(reader.language, "button.sections"), SectionsPage(page=0, view=View.LIST))
    words = button(texts.get(reader.language, "button.words"), OpenWords())
    return Screen(html, keyboard([[sections, words]]))


def _phrases(title: str) -> list[Phrase]:
    """Words of a headline that may tell what it is about: names (within it, with a capital) first, then the longest."""
    words = list(dict.fromkeys(re.findall(r"[^\W\d_]+(?:-[^\W\d_]+)*", title)))
    names = [word for word in words[1:] if word[0].isupper() and len(word) > 2]
    long = sorted((word for word in words if len(word) >= SHORTEST), key=len, reverse=True)
    return [Phrase(word, False) for word in dict.fromkeys([*names, *long])][:MOST_WORDS]
