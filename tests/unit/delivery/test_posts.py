"""What leaves is rendered once for all its readers, and anew when something was learned or hours have passed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.delivery.encoding import Encoded, encode
from bot.delivery.outcome import MediaLost, Sent
from bot.delivery.post import PhotoPost, Post, VideoPost
from bot.delivery.posts import Posts
from bot.model.articles import Article, MediaResult
from bot.model.deliveries import MessageForm
from bot.model.ids import ArticleId, DeliveryId
from bot.model.language import Language
from bot.texts import Texts
from tests.articles import ARTICLES, BRIDGE, NOW
from tests.shelf import Shelf, delivery

TEXTS = Texts.load(Language.RU)
RACE = ARTICLES["race"]


class Room:
    """Posts of one article, with what was written out and a clock to be set."""

    def __init__(self, article: Article) -> None:
        self.shelf, self.now, self.seconds = Shelf(article), NOW, 0.0
        self.encoded: list[Post] = []
        now: Callable[[], datetime] = lambda: self.now  # noqa: E731
        self.posts = Posts(
            self.shelf,  # type: ignore[arg-type]
            TEXTS,
            self._encode,
            zone=ZoneInfo("Asia/Almaty"),
            now=now,
            monotonic=lambda: self.seconds,
        )

    def _encode(self, post: Post) -> Encoded:
        self.encoded.append(post)
        return encode(post)

    def pass_time(self, span: timedelta) -> None:
        self.now += span
        self.seconds += span.total_seconds()

    async def message(self, number: int = 1, language: Language = Language.RU) -> Encoded:
        message = await self.posts.message(delivery(number, language))
        assert message
        return message


async def test_a_card_is_rendered_once_per_language() -> None:
    room = Room(BRIDGE)
    messages = {id(await room.message(number, list(Language)[number % 3])) for number in range(300)}
    assert len(messages) == len(room.encoded) == 3
    assert room.shelf.loaded == 1


async def test_a_bundle_is_rendered_once_per_language() -> None:
    room = Room(BRIDGE)
    for number in range(0, 300, 2):
        bundled = ((DeliveryId(number), ArticleId(1)), (DeliveryId(number + 1), ArticleId(2)))
        assert await room.posts.message(delivery(number, list(Language)[number % 3], bundled=bundled))
    assert len(room.encoded) == 3


async def test_a_card_kept_for_hours_says_its_date_from_then_on() -> None:
    room = Room(BRIDGE)
    assert "tg-time" not in (await room.message()).rest.decode()
    room.pass_time(timedelta(hours=4))
    assert "24 ноября" in (await room.message(2)).rest.decode()
    await room.message(3)
    assert len(room.encoded) == 2


async def test_a_video_is_brought_to_telegram_once() -> None:
    room = Room(RACE)
    first = await room.message()
    probe = room.posts.probe(delivery(1), first)
    assert probe
    assert probe.url == RACE.attachments[0].url
    assert room.posts.waits_for_photo(delivery(2))
    learned = room.posts.learned(delivery(1), first, probe, Sent(7, MessageForm.VIDEO, file_ids=("BAAC",)))
    assert learned == MediaResult(ArticleId(1), probe.url, "BAAC")
    second = await room.message(2)
    assert isinstance(second.post, VideoPost)
    assert second.post.video == "BAAC"
    assert room.posts.probe(delivery(2), second) is None
    lost = room.posts.learned(delivery(2), second, None, MediaLost("wrong file identifier"))
    assert lost == MediaResult(ArticleId(1), probe.url, None)


async def test_a_video_that_telegram_refuses_is_a_photo_from_then_on() -> None:
    room = Room(replace(RACE, photos=(replace(RACE.photos[0], file_id="AgAC"),)))
    first = await room.message()
    probe = room.posts.probe(delivery(1), first)
    assert probe
    assert isinstance(first.post, VideoPost)
    fallback = first.post.fallback
    outcome = Sent(7, MessageForm.PHOTO, file_ids=("AgAC",), simplified=fallback, why="wrong type of the web page")
    learned = room.posts.learned(delivery(1), first, probe, outcome)
    assert learned == MediaResult(ArticleId(1), probe.url, None, refused=True)
    second = await room.message(2)
    assert isinstance(second.post, PhotoPost)
    assert second.post.photo == "AgAC"
