"""Every entry of every real feed: card, rich and plain, within all limits and as Telegram's parser takes it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot import keyboards
from bot.delivery.post import PhotoPost
from bot.delivery.render.bundle import DIGEST, bundle
from bot.delivery.render.card import card
from bot.delivery.render.reading import reading
from bot.feeds.parse import parse
from bot.model.articles import Article
from bot.model.language import Language
from bot.texts import Texts
from tests.published import published
from tests.real_feeds import FOLDER, needs_real_feeds
from tests.unit.delivery.judging import judge, read_html

TEXTS = Texts.load(Language.RU)
ZONE = ZoneInfo("Asia/Almaty")
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
WHEN: dict[str, Any] = {"now": NOW, "zone": ZONE}
FILES = sorted(path for path in FOLDER.rglob("*") if path.suffix in (".xml", ".json"))
MOST_BUNDLED = 20


def articles(body: bytes) -> list[Article]:
    parsed = parse(body, "", "https://example.kz/feed", ZONE, NOW).articles
    return [published(one, number, NOW) for number, one in enumerate(parsed, start=1)]


@needs_real_feeds
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_entry(path: Path) -> None:
    """Readers' languages take turns: nothing but their catalogue differs."""
    found = articles(path.read_bytes())
    for article in found:
        language = list(Language)[article.id % 3]
        judge(card(article, language, TEXTS, keyboards.card(article, language, TEXTS), **WHEN))
        judge(reading(article, language, TEXTS, keyboards.reading(article, language, TEXTS), **WHEN))
    for at in range(0, len(found), MOST_BUNDLED):
        judge(bundle(found[at : at + MOST_BUNDLED], Language.KK, TEXTS, None, **WHEN, title_key=DIGEST))


def test_a_lead_with_nested_markup() -> None:
    link = "<a href='https://e.kz/?a=1&amp;b=2'>мост <u>через</u> Ишим</b></a>"
    lead = f"<p><b>Аким <i>открыл {link}</i> &lt;вчера&gt; & <br>рано</p>"
    feed = (
        "<rss version='2.0'><channel><title>Г</title><item><title>Мост &amp;amp; река</title><guid>1</guid>"
        f"<description><![CDATA[{lead}]]></description></item></channel></rss>"
    )
    [article] = articles(feed.encode())
    post = card(article, Language.RU, TEXTS, None, **WHEN)
    judge(post)
    assert not isinstance(post, PhotoPost)
    text, entities = read_html(post.text)
    assert text == "Мост & река\n\nАким открыл мост через Ишим <вчера> &\nрано"
    assert [one["type"] for one in entities] == ["bold"]
