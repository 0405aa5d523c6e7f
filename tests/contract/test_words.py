"""Words that readers follow and mute, and what they make of an article."""

from __future__ import annotations

import pytest

from bot.model.ids import ChatId
from bot.model.readers import Mode, Noted, Phrase
from tests.contract.world import World, article


async def noted(world: World, chat: ChatId, text: str, *, follows: bool) -> Noted:
    return await world.storage.wordlists.add(chat, Phrase(text, follows), world.later())


async def sent(world: World) -> set[str]:
    """The headlines that leave for reader 5."""
    await world.fill()
    found = set()
    for one in await world.begin_all():
        for _, number in one.bundled or ((one.id, one.article_id),):
            assert number
            known = await world.storage.news.article(number)
            assert known
            found.add(known.title)
    return found


@pytest.mark.parametrize(
    ("phrase", "title"),
    [
        ("мост", "Аким осмотрел мосты области"),
        ("Сборная Казахстана", "Победа сборной Казахстана"),
        ("объём", "Обьем торговли: объема хватит"),
        ("мектеп", "Жаңа мектептер ашылды"),
        ("strike", "Miners are striking again"),
    ],
)
async def test_a_followed_word_brings_the_article_of_any_section(world: World, phrase: str, title: str) -> None:
    chat = await world.reader(5, everything=False)
    assert await noted(world, chat, phrase, follows=True) is Noted.KEPT
    world.later()
    language = "kk" if phrase == "мектеп" else "ru"
    await world.publish(article(title, "Спорт", language=language), article("совсем другое", "Спорт"))
    assert await sent(world) == {title}


async def test_a_followed_word_counts_from_when_it_was_added(world: World) -> None:
    chat = await world.reader(5, everything=False)
    await world.publish(article("мост открыт"))
    await noted(world, chat, "мост", follows=True)
    assert await sent(world) == set()


async def test_a_muted_word_in_headline_or_lead_hides_and_below_it_does_not(world: World) -> None:
    chat = await world.reader(5)
    await noted(world, chat, "футбол", follows=False)
    world.later()
    await world.publish(
        article("Матч по футболу"),
        article("Выходные", lead="Посмотрим футбол вместе"),
        article("Бюджет", text="В конце упомянут футбол."),
    )
    assert await sent(world) == {"Бюджет"}


async def test_muting_is_stronger_than_following_and_a_phrase_is_whole(world: World) -> None:
    chat = await world.reader(5, everything=False)
    await noted(world, chat, "выборы", follows=True)
    await noted(world, chat, "выборы акима", follows=False)
    world.later()
    await world.publish(article("Выборы акима села"), article("Выборы в мажилис, аким голосовал"))
    assert await sent(world) == {"Выборы в мажилис, аким голосовал"}


async def test_who_left_or_has_no_words_left_gets_nothing(world: World) -> None:
    chat = await world.reader(5, everything=False)
    await noted(world, chat, "мост", follows=True)
    assert await world.storage.wordlists.remove(chat, Phrase("МОСТ", True).mark) == Phrase("мост", True)
    assert await world.storage.wordlists.remove(chat, Phrase("мост", True).mark) is None
    await noted(world, chat, "река", follows=True)
    await world.storage.readers.set_left(chat, True, world.now)
    world.later()
    await world.publish(article("мост через реку"))
    assert await sent(world) == set()


async def test_the_same_word_in_another_form_replaces_it(world: World) -> None:
    chat = await world.reader(5)
    await noted(world, chat, "мосты", follows=True)
    await noted(world, chat, "мосту", follows=False)
    assert await world.storage.wordlists.phrases(chat) == [Phrase("мосту", False)]


async def test_there_are_limits(world: World) -> None:
    chat = await world.reader(5)
    assert await noted(world, chat, "я" * 61, follows=True) is Noted.LONG
    assert await noted(world, chat, "?!", follows=True) is Noted.WORDLESS
    for number in range(30):
        assert await noted(world, chat, f"слово{number}", follows=True) is Noted.KEPT
    assert await noted(world, chat, "лишнее", follows=True) is Noted.FULL
    assert len(await world.storage.wordlists.phrases(chat)) == 30


async def test_many_followers_are_found_in_steps(world: World) -> None:
    chats = [await world.reader(number, everything=False) for number in range(10, 60)]
    for chat in chats:
        await noted(world, chat, "мост", follows=True)
    for number in range(100, 120):
        await noted(world, await world.reader(number, everything=False), "мост железный", follows=True)
    world.later()
    await world.publish(article("Мост открыт", "Спорт"))
    await world.fill(step=7)
    assert {one.chat_id for one in await world.claim()} == set(chats)


async def test_a_section_that_is_off_still_brings_a_followed_word(world: World) -> None:
    chat = await world.reader(5)
    section = (await world.storage.news.categories(world.now))[0]
    await world.storage.readers.set_category(chat, section.id, Mode.OFF, world.now)
    await noted(world, chat, "мост", follows=True)
    world.later()
    await world.publish(article("Мост"), article("Закон"))
    assert await sent(world) == {"Мост"}
