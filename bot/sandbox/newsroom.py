"""An invented newsroom, so that there is something to see at once: three feeds (Russian, Kazakh, English), photos and
article pages. It publishes as you watch: what a feed holds is computed from the clock at each request.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from email.utils import formatdate
from html import escape
from pathlib import Path
from typing import Any

from aiohttp import web

DATA = Path(__file__).parent / "newsroom_data"
LANGUAGES = ("ru", "kk", "en")
NAMES = {"ru": "Дала", "kk": "Дала жаңалықтары", "en": "Dala News"}
CREDIT = {"ru": "Фото", "kk": "Сурет", "en": "Photo"}
AT_START = 4
"""Articles of each language that are there already."""
KEPT = 20
"""Articles that a feed shows."""
CALM = 4
"""When every story has been told, they come round again, so many times slower."""


@dataclass(frozen=True, slots=True)
class Issue:
    """One story as it was published once."""

    story: dict[str, Any]
    language: str
    round: int
    at: float

    @property
    def slug(self) -> str:
        slug: str = self.story["slug"]
        return f"{slug}-{self.round + 1}" if self.round else slug


class Newsroom:
    """`add_routes` mounts it under /newsroom. One article appears every `interval` seconds, the languages in turn."""

    name = NAMES["ru"]
    feed_paths = tuple(f"/newsroom/{language}.xml" for language in LANGUAGES)

    def __init__(self, *, interval: float = 8.0, clock: Callable[[], float] = time.time) -> None:
        loaded = json.loads((DATA / "stories.json").read_text("utf-8"))
        self._stories: list[dict[str, Any]] = loaded["stories"]
        self._sections: dict[str, dict[str, str]] = loaded["sections"]
        self._interval, self._clock, self._opened = interval, clock, clock()

    def add_routes(self, app: web.Application) -> None:
        app.router.add_get("/newsroom/{language:ru|kk|en}.xml", self._feed)
        app.router.add_get("/newsroom/articles/{language:ru|kk|en}/{slug}", self._article)
        app.router.add_static("/newsroom/photos", DATA / "photos")

    def published(self, language: str) -> list[Issue]:
        """Everything that this language has published by now, oldest first."""
        issues = [
            Issue(self._stories[index], language, 0, self._opened - 3600 * (AT_START - index))
            for index in range(AT_START)
        ]
        turn = LANGUAGES.index(language)
        number = AT_START
        at = self._opened + self._interval * (turn + 1)
        while at <= self._clock():
            round_, index = divmod(number, len(self._stories))
            issues.append(Issue(self._stories[index], language, round_, at))
            number += 1
            pace = CALM if number >= len(self._stories) else 1
            at += self._interval * len(LANGUAGES) * pace
        return issues

    async def _feed(self, request: web.Request) -> web.Response:
        language = request.match_info["language"]
        issues = self.published(language)[-KEPT:]
        host = f"{request.scheme}://{request.host}"
        body = self._rss(language, issues, host).encode()
        etag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
        headers = {"ETag": etag, "Last-Modified": formatdate(issues[-1].at, usegmt=True)}
        if request.headers.get("If-None-Match") == etag:
            return web.Response(status=304, headers=headers)
        return web.Response(body=body, content_type="application/rss+xml", charset="utf-8", headers=headers)

    def _rss(self, language: str, issues: list[Issue], host: str) -> str:
        items = "".join(self._item(issue, host) for issue in reversed(issues))
        return (
            '<?xml version="1.0" encoding="utf-8"?><rss version="2.0" '
            'xmlns:media="http://search.yahoo.com/mrss/" xmlns:content="http://purl.org/rss/1.0/modules/content/">'
            f"<channel><title>{NAMES[language]}</title><link>{host}/newsroom/</link><language>{language}</language>"
            f"<description>{NAMES[language]}</description>{items}</channel></rss>"
        )

    def _item(self, issue: Issue, host: str) -> str:
        text = issue.story[issue.language]
        link = f"{host}/newsroom/articles/{issue.language}/{issue.slug}"
        # Each language writes its photos another way, as publishers do.
        media = "" if issue.language == "en" else self._media(issue, host, grouped=issue.language == "kk")
        return (
            f'<item><guid isPermaLink="false">{issue.language}-{issue.slug}</guid>'
            f"<title>{escape(text['title'])}</title>"
            f"<link>{link}</link><description>{escape(text['lead'])}</description>"
            f"<category>{self._section(issue)}</category><author>{escape(text['author'])}</author>"
            f"<pubDate>{formatdate(issue.at)}</pubDate>{media}"
            f"<content:encoded><![CDATA[{self._html(issue, host, figures=issue.language == 'en')}]]></content:encoded>"
            "</item>"
        )

    def _section(self, issue: Issue) -> str:
        return self._sections[issue.story["section"]][issue.language]

    def _photos(self, issue: Issue, host: str) -> list[tuple[str, str, str]]:
        """(address, caption, credit) of each."""
        text = issue.story[issue.language]
        return [
            (f"{host}/newsroom/photos/{name}.jpg", caption, f"{CREDIT[issue.language]}: {text['credit']}")
            for name, caption in zip(issue.story["photos"], text["captions"], strict=True)
        ]

    def _media(self, issue: Issue, host: str, *, grouped: bool) -> str:
        photos = "".join(
            f'<media:content url="{url}" medium="image" type="image/jpeg" width="1280" height="720">'
            f"<media:description>{escape(caption)}</media:description><media:credit>{escape(credit)}</media:credit>"
            "</media:content>"
            for url, caption, credit in self._photos(issue, host)
        )
        return f"<media:group>{photos}</media:group>" if grouped and photos else photos

    def _html(self, issue: Issue, host: str, *, figures: bool) -> str:
        text = issue.story[issue.language]
        parts = [
            f"<blockquote><p>{escape(line[2:])}</p></blockquote>" if line.startswith("> ") else f"<p>{escape(line)}</p>"
            for line in text["text"]
        ]
        if figures:
            shown = [
                f'<figure><img src="{url}" alt="{escape(caption)}"><figcaption>{escape(caption)} '
                f"<cite>{escape(credit)}</cite></figcaption></figure>"
                for url, caption, credit in self._photos(issue, host)
            ]
            parts = [shown[0], *parts, *shown[1:]] if shown else parts
        return "".join(parts)

    def _open_graph(self, issue: Issue, host: str) -> str:
        """What a link preview shows."""
        text = issue.story[issue.language]
        told = {"site_name": NAMES[issue.language], "title": text["title"], "description": text["lead"]}
        if photos := self._photos(issue, host):
            told["image"] = photos[0][0]
        return "".join(f'<meta property="og:{name}" content="{escape(words)}">' for name, words in told.items())

    async def _article(self, request: web.Request) -> web.Response:
        language, slug = request.match_info["language"], request.match_info["slug"]
        found = next((issue for issue in self.published(language) if issue.slug == slug), None)
        if found is None:
            return web.Response(status=404, text="There is no such article (any more).")
        text = found.story[language]
        host = f"{request.scheme}://{request.host}"
        return web.Response(
            content_type="text/html",
            charset="utf-8",
            text=f'<!doctype html><html lang="{language}"><meta charset="utf-8">'
            f'<meta name="viewport" content="width=device-width"><link rel="stylesheet" href="/static/article.css">'
            f"<title>{escape(text['title'])}</title>{self._open_graph(found, host)}<main>"
            f"<p class=section>{self._section(found)}</p>"
            f"<h1>{escape(text['title'])}</h1><p class=lead>{escape(text['lead'])}</p>"
            f"{self._html(found, host, figures=True)}<p class=author>{escape(text['author'])}</p></main></html>",
        )
