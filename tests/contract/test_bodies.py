"""Bodies and attachments of articles: what is stored is what was read."""

from __future__ import annotations

from dataclasses import replace

from bot.model.articles import Article, Attachment, AttachmentKind, MediaResult
from bot.model.body import Code, Embed, Heading, Item, Paragraph, PhotoPlace, Quote, Row, Rule, Run, Style
from bot.model.ids import ArticleId
from tests.contract.world import World, article

BOLD = frozenset({Style.BOLD})
BODY = (
    Heading((Run("Раздел"),), 3),
    Paragraph((Run("Глава "), Run("города", BOLD), Run(" и ", BOLD | {Style.ITALIC}), Run("он", url="https://e.kz/1"))),
    PhotoPlace("https://example.kz/а.jpg"),
    Quote((Run("Да.\n\nНет."),), "Аким"),
    Item((Run("а"),), 0, None),
    Item((Run("б"),), 1, 3),
    Rule(),
    Row(((Run("Год"),), ()), header=True),
    Row(((Run("2025"),), (Run("7", BOLD, "https://e.kz/2"),))),
    Code("if a:\n    b()", "python"),
    Embed("https://youtu.be/abc", "Ролик"),
)
AUDIO = Attachment(AttachmentKind.AUDIO, "https://e.kz/a.mp3", "audio/mpeg", 5000, 60, "", "Выпуск", "Газета")
VIDEO = Attachment(AttachmentKind.VIDEO, "https://e.kz/v.mp4", cover="https://e.kz/p.jpg")


async def stored(world: World, article_id: ArticleId) -> Article:
    found = await world.storage.news.article(article_id)
    assert found
    return found


async def test_a_body_and_its_attachments_come_back_as_they_were(world: World) -> None:
    (article_id,) = (await world.publish(article("а", body=BODY, attachments=(AUDIO, VIDEO)))).new
    found = await stored(world, article_id)
    assert found.body == BODY
    assert found.attachments == (AUDIO, VIDEO)


async def test_new_formatting_is_kept_without_a_revision(world: World) -> None:
    (article_id,) = (await world.publish(article("а", text="Мост открыт"))).new
    bold = (Paragraph((Run("Мост", BOLD), Run(" открыт"))),)
    assert (await world.publish(article("а", body=bold))).changed == ()
    found = await stored(world, article_id)
    assert (found.body, found.revision) == (bold, 1)


async def test_another_video_is_an_edit_and_none_takes_nothing_away(world: World) -> None:
    (article_id,) = (await world.publish(article("а", attachments=(AUDIO,)))).new
    assert (await world.publish(article("а", attachments=(AUDIO, VIDEO)))).changed == (article_id,)
    await world.publish(article("а"))
    assert (await stored(world, article_id)).attachments == (AUDIO, VIDEO)


async def test_a_video_that_stays_keeps_what_is_known_of_it(world: World) -> None:
    (article_id,) = (await world.publish(article("а", attachments=(VIDEO, AUDIO)))).new
    learned = [
        MediaResult(article_id, VIDEO.url, "FILE"),
        MediaResult(article_id, AUDIO.url, None, refused=True),
    ]
    await world.storage.outbox.settle([], learned, world.now)
    await world.publish(article("а", title="Правка", attachments=(AUDIO, VIDEO)))
    assert (await stored(world, article_id)).attachments == (
        replace(AUDIO, refused=True),
        replace(VIDEO, file_id="FILE"),
    )


async def test_what_the_page_told_stays_while_the_feed_has_none(world: World) -> None:
    (article_id,) = (await world.publish(article("а", page_body=BODY, page_attachments=(VIDEO,)))).new
    await world.publish(article("а", title="Правка"))
    found = await stored(world, article_id)
    assert (found.title, found.body, found.attachments) == ("Правка", BODY, (VIDEO,))


async def test_a_pruned_article_leaves_no_attachments(world: World) -> None:
    await world.publish(article("а", attachments=(AUDIO,)))
    world.later(60 * 24 * 100)
    await world.fill()
    assert await world.storage.news.prune(world.now) == 2
    assert (await world.storage.news.latest()).articles == ()
