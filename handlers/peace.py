"""Being left in peace: quiet hours in the reader's own zone, how many posts a day, sound, breaking news, the digest."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from aiogram import Router
from aiogram.filters.callback_data import CallbackData
from aiogram.types import CallbackQuery, InlineKeyboardButton

from bot.callbacks import (
    OpenCities,
    OpenDigest,
    OpenPeace,
    OpenSettings,
    SetCity,
    SetDigest,
    SetLimit,
    SetQuiet,
    SetSound,
    SetWakes,
)
from bot.cities import CITIES
from bot.config import Settings
from bot.model.language import Language
from bot.model.readers import Peace, Reader, Rhythm
from bot.texts import Texts
from handlers.screen import Screen, button, keyboard
from storage.base import Storage

HOUR, DAY = 60, 24 * 60
NIGHTS = ((22, 7), (23, 7), (23, 8), (0, 8))
"""Hours that are offered; others are reached step by step."""
LIMITS = (0, 3, 5, 10, 20)
HOURS_IN_ROW = 4
"""So many times of day stand side by side on a phone without being cut off."""
DIGEST_HOURS = (7, 8, 9, 12, 13, 18, 19, 20, 21, 22)
CITIES_PER_PAGE = 14


def router() -> Router:
    router = Router(name="peace")
    router.callback_query.register(open_peace, OpenPeace.filter())
    router.callback_query.register(set_quiet, SetQuiet.filter())
    router.callback_query.register(set_wakes, SetWakes.filter())
    router.callback_query.register(set_sound, SetSound.filter())
    router.callback_query.register(set_limit, SetLimit.filter())
    router.callback_query.register(open_digest, OpenDigest.filter())
    router.callback_query.register(set_digest, SetDigest.filter())
    router.callback_query.register(open_cities, OpenCities.filter())
    router.callback_query.register(set_city, SetCity.filter())
    return router


async def open_peace(query: CallbackQuery, texts: Texts, settings: Settings, reader: Reader) -> None:
    await query.answer()
    await _peace(reader, texts).replace(query)


async def set_quiet(
    query: CallbackQuery, callback_data: SetQuiet, storage: Storage, texts: Texts, settings: Settings, reader: Reader
) -> None:
    begins, ends = callback_data.begins % DAY, callback_data.ends % DAY
    quiet = None if begins == ends else (begins, ends)
    changed = await storage.readers.change_peace(
        reader.chat_id, lambda peace: replace(peace, quiet=quiet), datetime.now(UTC), settings.timezone
    )
    await query.answer(_quiet(changed.peace, reader.language, texts))
    await _peace(changed, texts).replace(query)


async def set_wakes(
    query: CallbackQuery, callback_data: SetWakes, storage: Storage, texts: Texts, settings: Settings, reader: Reader
) -> None:
    on = callback_data.on
    changed = await storage.readers.change_peace(
        reader.chat_id, lambda peace: replace(peace, breaking_wakes=on), datetime.now(UTC), settings.timezone
    )
    await query.answer(texts.get(reader.language, "peace.wakes" if on else "peace.sleeps"))
    await _peace(changed, texts).replace(query)


async def set_sound(
    query: CallbackQuery, callback_data: SetSound, storage: Storage, texts: Texts, settings: Settings, reader: Reader
) -> None:
    silent = not callback_data.on
    changed = await storage.readers.change_peace(
        reader.chat_id, lambda peace: replace(peace, silent=silent), datetime.now(UTC), settings.timezone
    )
    await query.answer(texts.get(reader.language, "peace.silent" if silent else "peace.sound"))
    await _peace(changed, texts).replace(query)


async def set_limit(
    query: CallbackQuery, callback_data: SetLimit, storage: Storage, texts: Texts, settings: Settings, reader: Reader
) -> None:
    limit = min(max(callback_data.posts, 0), 1000) or None
    changed = await storage.readers.change_peace(
        reader.chat_id, lambda peace: replace(peace, daily_limit=limit), datetime.now(UTC), settings.timezone
    )
    await query.answer(_limit(changed.peace, reader.language, texts)[:200])
    await _peace(changed, texts).replace(query)


async def open_digest(query: CallbackQuery, texts: Texts, reader: Reader) -> None:
    await query.answer()
    await _digest(reader, texts).replace(query)


async def set_digest(
    query: CallbackQuery, callback_data: SetDigest, storage: Storage, texts: Texts, settings: Settings, reader: Reader
) -> None:
    rhythm, at = callback_data.rhythm, callback_data.at % DAY
    changed = await storage.readers.change_peace(
        reader.chat_id, lambda peace: replace(peace, digest=rhythm, digest_at=at), datetime.now(UTC), settings.timezone
    )
    when = digest_rhythm(changed.peace, reader.language, texts)
    await query.answer(texts.get(reader.language, "peace.digest", when=when))
    await _digest(changed, texts).replace(query)


async def open_cities(query: CallbackQuery, callback_data: OpenCities, texts: Texts, reader: Reader) -> None:
    await query.answer()
    await _cities(reader, texts, callback_data.page).replace(query)


async def set_city(
    query: CallbackQuery, callback_data: SetCity, storage: Storage, texts: Texts, settings: Settings, reader: Reader
) -> None:
    city = callback_data.city
    if city not in CITIES:
        await query.answer(texts.get(reader.language, "unknown.button"))
        return
    changed = await storage.readers.change_peace(
        reader.chat_id, lambda peace: replace(peace, city=city, zone=CITIES[city]), datetime.now(UTC), settings.timezone
    )
    await query.answer(_city(changed.peace, reader.language, texts))
    await _peace(changed, texts).replace(query)


def described(peace: Peace, language: Language, texts: Texts) -> list[str]:
    """A line for each wish."""
    lines = [_quiet(peace, language, texts), _city(peace, language, texts)]
    if peace.quiet:
        lines.append(texts.get(language, "peace.wakes" if peace.breaking_wakes else "peace.sleeps"))
    lines.append(_limit(peace, language, texts))
    lines.append(texts.get(language, "peace.silent" if peace.silent else "peace.sound"))
    lines.append(texts.get(language, "peace.digest", when=digest_rhythm(peace, language, texts)))
    return lines


def digest_rhythm(peace: Peace, language: Language, texts: Texts) -> str:
    """When the digest comes, as part of a sentence."""
    match peace.digest:
        case Rhythm.HOURLY:
            return texts.get(language, "digest.hourly")
        case Rhythm.TWICE:
            first, second = sorted((peace.digest_at, (peace.digest_at + DAY // 2) % DAY))
            return texts.get(language, "digest.twice", first=clock(first), second=clock(second))
        case Rhythm.DAILY:
            return texts.get(language, "digest.daily", time=clock(peace.digest_at))
        case Rhythm.WEEKLY:
            return texts.get(language, "digest.weekly", time=clock(peace.digest_at))


def clock(minutes: int) -> str:
    return f"{minutes // HOUR:02}:{minutes % HOUR:02}"


def _quiet(peace: Peace, language: Language, texts: Texts) -> str:
    if peace.quiet is None:
        return texts.get(language, "peace.no_quiet")
    return texts.get(language, "peace.quiet", begins=clock(peace.quiet[0]), ends=clock(peace.quiet[1]))


def _city(peace: Peace, language: Language, texts: Texts) -> str:
    if peace.city not in CITIES:
        return texts.get(language, "peace.no_city")
    return texts.get(language, "peace.city", city=texts.get(language, f"city.{peace.city}"))


def _limit(peace: Peace, language: Language, texts: Texts) -> str:
    if peace.daily_limit is None:
        return texts.get(language, "peace.no_limit")
    return texts.count(language, "peace.limit", peace.daily_limit)


def _peace(reader: Reader, texts: Texts) -> Screen:
    peace, language = reader.peace, reader.language
    rows = [_nights(peace, language, texts)]
    off = texts.get(language, "button.quiet_off")
    rows.append([_choice(off, peace.quiet is None, SetQuiet(begins=0, ends=0), language, texts)])
    if peace.quiet:
        wakes = "button.wakes_on" if peace.breaking_wakes else "button.wakes"
        rows[-1].append(button(texts.get(language, wakes), SetWakes(on=not peace.breaking_wakes)))
        begins, ends = peace.quiet
        rows.append(
            [
                button(texts.get(language, key, time=clock(at % DAY)), SetQuiet(begins=start % DAY, ends=end % DAY))
                for key, at, start, end in (
                    ("button.quiet_from", begins - HOUR, begins - HOUR, ends),
                    ("button.quiet_from", begins + HOUR, begins + HOUR, ends),
                    ("button.quiet_to", ends - HOUR, begins, ends - HOUR),
                    ("button.quiet_to", ends + HOUR, begins, ends + HOUR),
                )
                if start % DAY != end % DAY
            ]
        )
    rows.append([_limit_button(number, peace, language, texts) for number in LIMITS])
    sound = "button.sound" if peace.silent else "button.sound_on"
    city = button(texts.get(language, "button.city"), OpenCities(page=0))
    rows.append([button(texts.get(language, sound), SetSound(on=peace.silent)), city])
    rows.append(_back(language, texts))
    lines = [texts.get(language, "peace.title"), *described(peace, language, texts)]
    return Screen("\n".join(lines), keyboard(rows))


def _nights(peace: Peace, language: Language, texts: Texts) -> list[InlineKeyboardButton]:
    found = []
    for begins, ends in NIGHTS:
        chosen = peace.quiet == (begins * HOUR, ends * HOUR)
        label = texts.get(language, "peace.span", begins=begins, ends=ends)
        found.append(_choice(label, chosen, SetQuiet(begins=begins * HOUR, ends=ends * HOUR), language, texts))
    return found


def _limit_button(number: int, peace: Peace, language: Language, texts: Texts) -> InlineKeyboardButton:
    label = texts.get(language, "peace.at_most", n=number) if number else texts.get(language, "peace.unlimited")
    return _choice(label, (peace.daily_limit or 0) == number, SetLimit(posts=number), language, texts)


def _digest(reader: Reader, texts: Texts) -> Screen:
    peace, language = reader.peace, reader.language
    names = {
        Rhythm.HOURLY: "digest.each_hour",
        Rhythm.TWICE: "digest.twice_a_day",
        Rhythm.DAILY: "digest.once_a_day",
        Rhythm.WEEKLY: "digest.once_a_week",
    }
    rhythms = [
        _choice(
            texts.get(language, key),
            peace.digest is rhythm,
            SetDigest(rhythm=rhythm, at=peace.digest_at),
            language,
            texts,
        )
        for rhythm, key in names.items()
    ]
    rows = [rhythms[:2], rhythms[2:]]
    if peace.digest is not Rhythm.HOURLY:
        hours = [
            _choice(
                clock(hour * HOUR),
                peace.digest_at == hour * HOUR,
                SetDigest(rhythm=peace.digest, at=hour * HOUR),
                language,
                texts,
            )
            for hour in DIGEST_HOURS
        ]
        rows += [hours[index : index + HOURS_IN_ROW] for index in range(0, len(hours), HOURS_IN_ROW)]
    rows.append(_back(language, texts))
    when = texts.get(language, "peace.digest", when=digest_rhythm(peace, language, texts))
    return Screen(f"{texts.get(language, 'digest.choose')}\n\n{when}", keyboard(rows))


def _cities(reader: Reader, texts: Texts, page: int) -> Screen:
    language = reader.language
    pages = -(-len(CITIES) // CITIES_PER_PAGE)
    page = min(max(page, 0), pages - 1)
    shown = list(CITIES)[page * CITIES_PER_PAGE : (page + 1) * CITIES_PER_PAGE]
    cities = [
        _choice(texts.get(language, f"city.{city}"), reader.peace.city == city, SetCity(city=city), language, texts)
        for city in shown
    ]
    rows = [cities[index : index + 2] for index in range(0, len(cities), 2)]
    turns = []
    if page > 0:
        turns.append(button(texts.get(language, "button.previous"), OpenCities(page=page - 1)))
    if page < pages - 1:
        turns.append(button(texts.get(language, "button.next"), OpenCities(page=page + 1)))
    rows += [turns, [button(texts.get(language, "button.back"), OpenPeace())]]
    return Screen(texts.get(language, "peace.choose_city"), keyboard(rows))


def _choice(label: str, chosen: bool, data: CallbackData, language: Language, texts: Texts) -> InlineKeyboardButton:
    return button(texts.get(language, "button.category_on", name=label) if chosen else label, data)


def _back(language: Language, texts: Texts) -> list[InlineKeyboardButton]:
    return [button(texts.get(language, "button.back"), OpenSettings())]
