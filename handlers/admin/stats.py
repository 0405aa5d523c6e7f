"""/stats: the newsroom's numbers as a picture, and the same as text."""

from __future__ import annotations

from datetime import UTC, datetime
from html import escape

from aiogram import Router
from aiogram.filters import Command
from aiogram.types import BufferedInputFile, LinkPreviewOptions, Message

from bot.charts.drawing import png
from bot.charts.picture import draw
from bot.config import Settings
from bot.delivery.render.words import cut
from bot.model.language import Language
from bot.model.numbers import Numbers, Period
from bot.model.readers import Reader
from bot.texts import Texts
from storage.base import Storage

TITLE_LIMIT = 90


def router() -> Router:
    router = Router(name="stats")
    router.message.register(show_stats, Command("stats"))
    return router


async def show_stats(message: Message, storage: Storage, texts: Texts, settings: Settings, reader: Reader) -> None:
    numbers = await storage.statistics.numbers(datetime.now(UTC), settings.timezone)
    picture = await png(draw(numbers, settings.newsroom_name, reader.language, texts))
    await message.answer_photo(BufferedInputFile(picture, "stats.png"))
    await message.answer(
        _text(numbers, reader.language, texts),
        parse_mode="HTML",
        link_preview_options=LinkPreviewOptions(is_disabled=True),
    )


def _text(numbers: Numbers, language: Language, texts: Texts) -> str:
    def number(n: int) -> str:
        return texts.number(language, n)

    joined, left = sum(day.joined for day in numbers.days), sum(day.left for day in numbers.days)
    now = numbers.days[-1].readers
    lines = [
        f"<b>{texts.count(language, 'stats.readers', now)}</b>",
        texts.get(language, "stats.month", joined=number(joined), left=number(left)),
        " · ".join(f"{texts.get(one, 'language.name')} {number(n)}" for one, n in numbers.languages.items()),
        texts.get(language, "stats.everything", n=number(numbers.everything)),
        *[f"{escape(names.get(language) or next(iter(names.values())))}: {number(n)}" for names, n in numbers.sections],
    ]
    parts = ["\n".join(line for line in lines if line)]
    if numbers.campaigns:
        parts.append(_campaigns(numbers, language, texts))
    parts += [
        _period(title, period, language, texts)
        for title, period in (("stats.day", numbers.day), ("stats.week", numbers.week))
    ]
    return "\n\n".join(parts)


def _campaigns(numbers: Numbers, language: Language, texts: Texts) -> str:
    def number(n: int) -> str:
        return texts.number(language, n)

    lines = [texts.get(language, "stats.campaigns", starts=number(numbers.starts), fresh=number(numbers.fresh))]
    lines += [
        f"{escape(tag)}: {texts.get(language, 'chart.campaign', starts=number(starts), fresh=number(fresh))}"
        for tag, starts, fresh in numbers.campaigns
    ]
    return "\n".join(lines)


def _period(title: str, period: Period, language: Language, texts: Texts) -> str:
    def number(n: int) -> str:
        return texts.number(language, n)

    told = {
        "articles": number(period.articles),
        "delivered": number(period.delivered),
        "opened": number(period.opened),
        "saves": number(period.saves),
    }
    lines = [f"<b>{texts.get(language, title)}</b>", texts.get(language, "stats.period", **told)]
    if period.half is not None and period.most is not None:
        half, most = texts.duration(language, period.half), texts.duration(language, period.most)
        lines.append(texts.get(language, "stats.times", half=half, most=most))
    for place, one in enumerate(period.top, start=1):
        title = escape(cut(one.title, TITLE_LIMIT))
        linked = f'<a href="{escape(one.link)}">{title}</a>' if one.link else title
        told = {"opened": number(one.opened), "saves": number(one.saves), "delivered": number(one.delivered)}
        counted = texts.get(language, "stats.top", **told)
        lines.append(f"{place}. {linked} — {counted}")
    return "\n".join(lines)
