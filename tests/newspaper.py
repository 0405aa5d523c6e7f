"""A small newspaper under the tests' control: a feed and photos, served over loopback."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from html import escape

from aiohttp import web
from aiohttp.test_utils import TestServer
from PIL import Image

BEGINNING = datetime(2026, 11, 1, 6, 0, tzinfo=UTC)


@dataclass
class Story:
    number: int
    title: str
    category: str
    lead: str
    photo: str
    caption: str
    credit: str
    published: datetime
    body: str = ""
    """HTML, with {host} where the newspaper's own address stands."""

    def as_item(self, host: str) -> str:
        photo = (
            f'<media:content url="{host}{self.photo}" medium="image" type="image/jpeg" width="640" height="360">'
            f"<media:description>{escape(self.caption)}</media:description>"
            f"<media:credit>{escape(self.credit)}</media:credit></media:content>"
            if self.photo
            else ""
        )
        return (
            f"<item><guid isPermaLink='false'>story-{self.number}</guid><title>{escape(self.title)}</title>"
            f"<link>{host}/story/{self.number}</link><category>{escape(self.category)}</category>"
            f"<description>{escape(self.lead)}</description>{photo}{self._content(host)}"
            f"<pubDate>{format_datetime(self.published)}</pubDate></item>"
        )

    def _content(self, host: str) -> str:
        html = self.body.replace("{host}", host)
        return f"<content:encoded><![CDATA[{html}]]></content:encoded>" if html else ""


@dataclass
class Newspaper:
    """`publish()` puts a story into the feed at `feed_url`; `serve` may be replaced to misbehave."""

    stories: list[Story] = field(default_factory=list)
    body: bytes | None = None
    """Served instead of the feed when set."""
    status: int = 200
    polls: int = 0
    photo_requests: int = 0
    page_requests: int = 0
    language: str = "ru"
    pages: dict[str, str] = field(default_factory=dict)
    """By the number in their address: HTML instead of the usual page; {host} as in a story's body."""

    async def open(self) -> None:
        app = web.Application()
        app.router.add_get("/feed.xml", self._feed)
        app.router.add_get("/photo/{name}", self._photo)
        app.router.add_get("/story/{number}", self._page)
        self._server = TestServer(app)
        await self._server.start_server()

    async def close(self) -> None:
        await self._server.close()

    @property
    def host(self) -> str:
        return f"http://127.0.0.1:{self._server.port}"

    @property
    def feed_url(self) -> str:
        return self.host + "/feed.xml"

    def publish(
        self,
        title: str,
        category: str = "Политика",
        *,
        lead: str = "Короткое изложение новости.",
        photo: bool | str = True,
        caption: str = "",
        credit: str = "",
        body: str = "",
        published: datetime | None = None,
    ) -> Story:
        number = len(self.stories) + 1
        path = photo if isinstance(photo, str) else f"/photo/{number}.jpg" if photo else ""
        moment = published or BEGINNING + timedelta(minutes=number)
        story = Story(number, title, category, lead, path, caption, credit, moment, body)
        self.stories.append(story)
        return story

    async def _feed(self, request: web.Request) -> web.Response:
        self.polls += 1
        if self.body is not None or self.status != 200:
            return web.Response(status=self.status, body=self.body or b"")
        items = "".join(story.as_item(self.host) for story in reversed(self.stories))
        return web.Response(
            content_type="application/rss+xml",
            charset="utf-8",
            text=f"<?xml version='1.0' encoding='utf-8'?><rss version='2.0' "
            f"xmlns:media='http://search.yahoo.com/mrss/' "
            f"xmlns:content='http://purl.org/rss/1.0/modules/content/'><channel><title>Газета</title>"
            f"<link>{self.host}/</link><language>{self.language}</language>{items}</channel></rss>",
        )

    async def _page(self, request: web.Request) -> web.Response:
        self.page_requests += 1
        if html := self.pages.get(request.match_info["number"]):
            return web.Response(text=html.replace("{host}", self.host), content_type="text/html")
        photo = '<figure><img src="/photo/page.jpg"><figcaption>Снимок со страницы. Фото: Акимат</figcaption></figure>'
        html = f"<html><body><nav>Меню</nav><div class='article'>{photo}<p>Текст со страницы.</p></div></body></html>"
        return web.Response(text=html, content_type="text/html")

    async def _photo(self, request: web.Request) -> web.Response:
        self.photo_requests += 1
        shade = sum(request.match_info["name"].encode()) % 200
        picture = io.BytesIO()
        Image.new("RGB", (640, 360), (shade, 120, 200 - shade)).save(picture, "JPEG")
        return web.Response(body=picture.getvalue(), content_type="image/jpeg")
