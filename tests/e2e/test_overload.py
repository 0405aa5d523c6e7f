"""More posts are wanted than the pace carries: nobody misses a headline, as what waits for a reader leaves as one."""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bot.sandbox.client import SandboxClient, said
from tests.crowd import subscribe
from tests.e2e.policy_trials import Record, until
from tests.newspaper import Newspaper

READERS = 60
PACE = 20
ARTICLES = 20
"""One a second: 60 posts a second are wanted, three times what may leave."""


async def test_three_times_more_than_the_pace_carries(
    start_bot: Any,
    newspaper: Newspaper,
    chat: SandboxClient,
    tmp_path: Path,
    record_property: Callable[[str, object], None],
) -> None:
    crowd = await subscribe(chat, READERS, tmp_path)
    newspaper.publish("До начала")
    await start_bot(messages_per_second=PACE)
    headlines = [f"Новость, выпуск {number}." for number in range(1, ARTICLES + 1)]
    for headline in headlines:
        newspaper.publish(headline, photo=False)
        await asyncio.sleep(1)
    await until(lambda: Record(tmp_path / "newsbot.db").quiet(set(headlines)), within=60)

    copies: Counter[tuple[int, str]] = Counter()
    messages = 0
    for reader in crowd:
        for message in (await chat.call("GET", f"/users/{reader}/messages"))["messages"]:
            found = re.findall(r"Новость, выпуск \d+\.", said(message))
            copies.update((reader, headline) for headline in found)
            messages += bool(found)
    record_property("counts", f"{READERS * ARTICLES} headlines wanted, {copies.total()} arrived in {messages} messages")
    assert Counter(copies[reader, headline] for reader in crowd for headline in headlines) == {1: READERS * ARTICLES}
    assert messages < READERS * ARTICLES / 2
