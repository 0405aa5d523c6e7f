"""The same story in two feeds of the newsroom is one article, sent once."""

from __future__ import annotations

import pytest

from bot.model.deliveries import DeliveryState
from tests.contract.world import World, article

LEAD = "Мост через реку Илек открыли в пятницу после ремонта, который длился два года и стоил 12 млрд тенге."


async def published(world: World, other_title: str, other_lead: str, *, minutes: float = 5) -> int:
    """How many messages reader 5 gets of both."""
    await world.reader(5)
    sport = await world.other_feed()
    world.later()
    await world.publish(article("Аким открыл новый мост в Актобе", lead=LEAD))
    await world.fill()
    before = await world.begin_all()
    for one in before:
        await world.settle(one, DeliveryState.SENT)
    world.later(minutes)
    changed = article("twin", "Регион", title=other_title, lead=other_lead, link="https://example.kz/other")
    await world.publish(changed, feed=sport, title="Спорт")
    await world.fill()
    return len(before) + len(await world.claim())


@pytest.mark.parametrize(
    "title", ["Аким открыл новый мост в Актобе", "АКИМ ОТКРЫЛ НОВЫЙ МОСТ В АКТОБЕ!", "В Актобе аким открыл новый мост"]
)
async def test_same_words_same_lead_is_the_same_story(world: World, title: str) -> None:
    assert await published(world, title, LEAD) == 1


@pytest.mark.parametrize(
    ("title", "lead"),
    [
        ("Аким открыл новую школу в Актобе", LEAD),
        ("Аким открыл новый мост в Актобе", "Совсем другой рассказ о другом мосте и других людях в городе."),
        ("Аким открыл новый мост в Актобе", LEAD.replace("12", "15")),
        ("Аким открыл новый мост в Актобе", ""),
    ],
)
async def test_what_differs_is_another_story(world: World, title: str, lead: str) -> None:
    assert await published(world, title, lead) == 2


async def test_after_two_days_it_is_another_story(world: World) -> None:
    assert await published(world, "Аким открыл новый мост в Актобе", LEAD, minutes=49 * 60) == 2
