"""Many readers tapping at random while news goes out: no error, and at the end each has what a model says."""

from __future__ import annotations

import asyncio
import os
import random
from dataclasses import dataclass, field, replace

from bot.callbacks import ChooseAll, ChooseSection, SetCity, SetDigest, SetLimit, SetQuiet, SetRich, SetSound, View
from bot.cities import CITIES
from bot.model.ids import ChatId
from bot.model.language import Language
from bot.model.readers import Mode, Peace, Rhythm
from bot.sandbox.client import SandboxUser
from storage import open_storage
from tests.people import TEXTS

READERS = int(os.environ.get("TAPPING_READERS", "20"))
TAPS = int(os.environ.get("TAPS", "15"))
"""Of each of them. 100 readers with 100 taps take some minutes."""
PAUSE = max(0.1, READERS / 60)
"""Seconds between two looks at whether a tap is answered: the sandbox, the bot and all readers share one loop."""
ERRORS = {TEXTS.get(each, key) for each in Language for key in ("error.sorry", "error.later", "unknown.button")}


@dataclass
class Model:
    """What a reader has chosen."""

    everything: Mode = Mode.OFF
    modes: dict[int, Mode] = field(default_factory=dict)
    peace: Peace = field(default_factory=Peace)
    rich: bool = True

    def mode(self, section: int) -> Mode:
        return self.modes.get(section, self.everything)

    def tap(self, chance: random.Random, sections: list[int]) -> str:
        """One of the buttons that there are, and what it makes of the state; returns its wire."""
        view, mode = chance.choice(list(View)), chance.choice(list(Mode))
        match chance.randrange(9):
            case 0:
                self.everything, self.modes = mode, {}
                return ChooseAll(mode=mode, page=0, view=view).pack()
            case 1 | 2:
                section = chance.choice(sections)
                self.modes[section] = mode
                return ChooseSection(category=section, mode=mode, page=0, view=view).pack()
            case 3:
                quiet = chance.choice([(22 * 60, 7 * 60), (0, 8 * 60), (0, 0)])
                self.peace = replace(self.peace, quiet=None if quiet[0] == quiet[1] else quiet)
                return SetQuiet(begins=quiet[0], ends=quiet[1]).pack()
            case 4:
                limit = chance.choice([0, 3, 20])
                self.peace = replace(self.peace, daily_limit=limit or None)
                return SetLimit(posts=limit).pack()
            case 5:
                city = chance.choice(list(CITIES))
                self.peace = replace(self.peace, city=city, zone=CITIES[city])
                return SetCity(city=city).pack()
            case 6:
                rhythm, at = chance.choice(list(Rhythm)), chance.choice([480, 1140])
                self.peace = replace(self.peace, digest=rhythm, digest_at=at)
                return SetDigest(rhythm=rhythm, at=at).pack()
            case 7:
                self.rich = chance.random() < 0.5
                return SetRich(on=self.rich).pack()
            case _:
                silent = chance.random() < 0.5
                self.peace = replace(self.peace, silent=silent)
                return SetSound(on=not silent).pack()


async def tapping(user: SandboxUser, chance: random.Random, sections: list[int]) -> Model:
    screen = (await user.messages())[-1]
    model = Model()
    for _ in range(TAPS):
        wire = model.tap(chance, sections)
        for answer in await asyncio.gather(*(tapped(user, screen, wire) for _ in range(chance.choice([1, 1, 2])))):
            assert answer not in ERRORS, f"{wire}: {answer}"
    return model


async def tapped(user: SandboxUser, screen: dict, wire: str) -> str:
    query = await user._do("tap", data=wire, message_id=screen["message_id"], chat_id=user.id)
    path = f"/callbacks/{query['callback_query_id']}"
    async with asyncio.timeout(60):
        while not (told := await user.client.call("GET", path))["answered"]:
            await asyncio.sleep(PAUSE)
    return str(told["text"])


async def test_random_taps_of_many_end_as_the_model_says(start_bot, newspaper, chat, settings) -> None:
    for number in range(5):
        newspaper.publish(f"Старая {number}", f"Раздел {number}")
    bot = await start_bot()
    sections = list(range(1, 6))
    users = [await chat.new_user(f"Читатель {number}", "ru") for number in range(READERS)]
    for user in users:
        await user.starts()
        await user.sees("Газета", within=30)
    tapping_all = asyncio.gather(*(tapping(one, random.Random(one.id), sections) for one in users))
    while not tapping_all.done():
        newspaper.publish(f"Новая {len(newspaper.stories)}", f"Раздел {len(newspaper.stories) % 5}")
        await asyncio.wait([tapping_all], timeout=1)
    models = tapping_all.result()
    await bot.stops()
    storage = await open_storage(settings.database_url)
    try:
        for user, model in zip(users, models, strict=True):
            reader = await storage.readers.get(ChatId(user.id))
            assert reader
            assert {one: reader.mode(one) for one in sections} == {one: model.mode(one) for one in sections}
            assert (reader.peace, reader.rich) == (model.peace, model.rich)
    finally:
        await storage.close()
