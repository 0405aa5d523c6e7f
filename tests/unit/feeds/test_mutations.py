"""Whatever is done to a feed, reading it ends with a value, and soon. More of it: `python -m tests.bench.fuzz`."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from bot.feeds.parse import MOST_ENTRIES, parse
from bot.model.body import text_of
from tests.mutations import mutated

ATOM = """<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><title>Т</title><entry><id>1</id>
<title type="html">&lt;b&gt;А&lt;/b&gt;</title><link href="https://e.kz/1"/><updated>2026-11-20T10:00:00Z</updated>
<content type="html">&lt;figure&gt;&lt;img src="https://e.kz/1.jpg"&gt;
&lt;figcaption&gt;Мост. Фото: Акимат&lt;/figcaption&gt;&lt;/figure&gt;&lt;p&gt;Текст&lt;/p&gt;</content>
</entry></feed>""".encode()
RSS = """<rss version="2.0" xmlns:media="http://search.yahoo.com/mrss/"><channel><title>Г</title><item><title>А</title>
<guid>1</guid><media:content url="https://e.kz/2.jpg" medium="image"><media:credit>Я</media:credit></media:content>
<description><![CDATA[<p>Лид <b>статьи</b></p><script>x</script>]]></description><pubDate>Вчера 10:11</pubDate></item>
<item><title>Б</title><link>https://e.kz/б</link></item></channel></rss>""".encode("cp1251")
JSON = '{"version": "1", "items": [{"id": "1", "title": "А", "content_html": "<p>x"}]}'.encode()


def test_a_thousand_broken_feeds() -> None:
    now = datetime(2026, 11, 23, tzinfo=UTC)
    slowest = 0.0
    for body in mutated((ATOM, RSS, JSON), 1000):
        started = time.process_time()
        parsed = parse(body, "", "https://e.kz/rss", ZoneInfo("Asia/Almaty"), now)
        slowest = max(slowest, time.process_time() - started)
        assert len(parsed.articles) <= MOST_ENTRIES
        for article in parsed.articles:
            assert article.title
            (article.title + article.lead + text_of(article.body)).encode()
    assert slowest < 5, "seconds of CPU for a few kilobytes"


def test_spaces_in_a_namespace() -> None:
    text = RSS.decode("cp1251").replace("http://search", "http://\u00a0s\u00a0earch")
    body = text.replace("<item>", "<media:item/><item>", 1)
    parsed = parse(body.encode(), "", "https://e.kz/rss", ZoneInfo("Asia/Almaty"), datetime(2026, 11, 23, tzinfo=UTC))
    assert [article.title for article in parsed.articles] == ["А", "Б"]
