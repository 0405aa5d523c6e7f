"""Articles as no newsroom would write them: every kind of letter, markup, address and block, for property tests."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import strategies as some
from hypothesis.strategies import SearchStrategy

from bot.model.articles import Article, Attachment, AttachmentKind, Category, Photo
from bot.model.body import Block, Code, Embed, Heading, Item, Paragraph, PhotoPlace, Quote, Row, Rule, Run, Runs, Style
from bot.model.ids import ArticleId, CategoryId

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
BITS = [
    "слово", "Қоғам", "і", " ", " ", "\n", "\u00a0", "10\u00a0000", "—", "«", "»", "№", "…", "<b>", "</a>", "&amp;",
    "&", "<", ">", '"', "'", "😀", "👩\u200d🚀", "🇰🇿", "مرحبا", "שלום", "राजनीति", "ไทย", "e\u0301", "\u200b", "\u200f",
    "\u202e", "\x00", "\x1b", "https://e.kz/a?b=1&c=2.", "a@b.kz", "#тег", "@имя", "/start", "+77010000000",
    "汉字" * 20, "ы" * 90,
]  # fmt: skip
URLS = [
    "https://e.kz/1", 'http://www.e.kz:8080/a b?c=<d>&e="f"', "https://сайт.қаз/жаңалық#x", "mailto:a@b.kz",
    "tel:+7701", "http://localhost/x", "/relative", "javascript:alert(1)", "https://", "http://e.kz:99999/",
    "https://e.kz/" + "x" * 3000, "HTTPS://E.KZ", "http://[::1]/", "http://1.2.3.4/", "https://e|.kz/",
    "https://user:word@e.kz/", "", "#x", "http://a..b/", "https://e.kz/\ud800", "https://.../", "https://e_.kz/'",
    "https://e.kz/" + "ы" * 1500,
]  # fmt: skip

bits = some.lists(some.one_of(some.sampled_from(BITS), some.text(max_size=5)), max_size=12).map("".join)
urls = some.sampled_from(URLS)


def words(most: int = 3000) -> SearchStrategy[str]:
    """Text of up to about `most` characters; long ones repeat themselves."""
    return some.builds(lambda text, times: (text * times)[:most], bits, some.sampled_from([1, 1, 1, 3, 40, 1000]))


def visible(most: int = 3000) -> SearchStrategy[str]:
    """With something to see in it."""
    return some.builds(lambda word, text: word + text, some.sampled_from(["Да", "خبر", "7 дней", "<A>"]), words(most))


styles = some.frozensets(some.sampled_from(list(Style)), max_size=3)


def runs(most: int = 300) -> SearchStrategy[Runs]:
    return some.lists(some.builds(Run, visible(most), styles, urls), min_size=1, max_size=5).map(tuple)


photos = some.builds(
    Photo,
    url=some.integers(1, 60).map("https://e.kz/{}.jpg".format),
    caption=words(1500),
    credit=words(400),
    file_id=some.sampled_from([None, None, "AgACAgIAAxk"]),
    refused=some.sampled_from([False, False, False, True]),
)
attachments = some.builds(
    Attachment,
    kind=some.sampled_from(AttachmentKind),
    url=urls,
    mime=some.sampled_from(["", "audio/mpeg", "audio/ogg", "video/mp4"]),
    size=some.sampled_from([None, 0, 1000, 20 * 1024 * 1024, 20 * 1024 * 1024 + 1]),
    cover=some.sampled_from(["", "https://e.kz/1.jpg"]),
    title=words(200),
    performer=words(100),
    refused=some.booleans(),
)
blocks: SearchStrategy[Block] = some.one_of(
    some.builds(Paragraph, runs()),
    some.builds(Paragraph, runs(8000)),
    some.builds(Heading, runs(100), some.integers(1, 6)),
    some.builds(Quote, runs(), words(100)),
    some.builds(Item, runs(100), some.integers(0, 5), some.sampled_from([None, None, 1, 2, 0, 700])),
    some.builds(
        Code,
        visible(9000),
        some.sampled_from(["", "python", "c++", '"<&']),
    ),
    some.builds(Row, some.lists(some.one_of(some.just(()), runs(20)), max_size=25).map(tuple), some.booleans()),
    some.builds(PhotoPlace, some.integers(1, 60).map("https://e.kz/{}.jpg".format)),
    some.builds(Embed, urls, words(200)),
    some.just(Rule()),
)
bodies = some.builds(
    lambda found, times: tuple(found * times), some.lists(blocks, max_size=12), some.sampled_from([1, 1, 1, 30])
)


def articles(body: SearchStrategy[tuple[Block, ...]] = bodies) -> SearchStrategy[Article]:
    names = some.dictionaries(some.sampled_from(["", "ru", "kk"]), visible(100), min_size=1, max_size=2)
    moments = some.integers(-80 * 365 * 24, 30 * 24).map(lambda hours: NOW + timedelta(hours=hours))
    return some.builds(
        Article,
        id=some.integers(1, 2**40).map(ArticleId),
        title=visible(600),
        link=urls,
        lead=words(),
        body=body,
        author=words(300),
        language=some.sampled_from(["ru", "kk", "en", "ar", ""]),
        published_at=moments,
        categories=some.lists(some.builds(Category, some.integers(1, 9).map(CategoryId), names), max_size=4).map(tuple),
        photos=some.lists(photos, max_size=30, unique_by=lambda photo: photo.url).map(tuple),
        attachments=some.lists(attachments, max_size=3).map(tuple),
        updated_at=some.one_of(some.none(), moments),
    )
