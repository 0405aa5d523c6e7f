"""What an entry's own elements say of its photos, videos and sound: media:*, enclosures, publishers' own. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from bot.feeds.attachments import declared, duration, kind_of, whole
from bot.feeds.credits import LONGEST_CAPTION, credit_only, credited, split_credit, without_credit
from bot.feeds.images import pixels
from bot.feeds.photos import IMAGE_PATH
from bot.feeds.rawxml import Element
from bot.feeds.words import plain
from bot.model.articles import Attachment, AttachmentKind, Photo

SMALLEST_THUMBNAIL = 50
"""Pixels of width below which a declared picture is an icon."""
FETCHED = 20 * 1024 * 1024
"""Bytes of a file that Telegram fetches by its address."""


class Declared:
    def __init__(self, element: Element) -> None:
        self.photos: list[Photo] = []
        self.thumbnails: list[Photo] = []
        self.attachments: list[Attachment] = []
        self.credits = [said for said in self._authors(element) if said]
        self._media(element)
        self._enclosures(element)
        self._own_elements(element)
        self._complete(element)

    def _media(self, element: Element) -> None:
        """media:content with its caption and credit inside it, or beside it as the next siblings."""
        last: int | None = None
        captions: list[str] = []
        for child in element.children:
            name = child.name.lower()
            if name == "media:group":
                self._group(child)
            elif name == "media:content":
                last = self._content(child)
            elif name == "media:thumbnail":
                self._thumbnail(child)
            elif name == "media:player":
                self._player(child)
            elif name in ("media:credit", "media:copyright") and child.get("role") in ("", "photographer", "author"):
                said = credit_only(child.inner)
                if last is not None and not self.photos[last].credit:
                    self.photos[last] = replace(self.photos[last], credit=said)
                elif last is None:
                    self.credits.append(said)
            elif name == "media:description":
                if last is not None and not self.photos[last].caption:
                    self.photos[last] = self._told(self.photos[last], child.inner)
                elif last is None:
                    captions.append(child.inner)
        if captions and len(self.photos) == 1 and not self.photos[0].caption:
            self.photos[0] = self._told(self.photos[0], captions[0])

    def _group(self, group: Element) -> None:
        """One thing in several forms: of its video files the one that Telegram takes best, with the group's title."""
        videos, before = _videos(group.children), len(self.attachments)
        best = max(videos, key=_fitness, default=None)
        kept = [part for part in group.content if part is best or not any(part is video for video in videos)]
        self._media(Element(group.name, group.attributes, kept))
        title = plain(group.text_of("media:title"))
        told = [replace(one, title=one.title or title) for one in self.attachments[before:]]
        self.attachments[before:] = told

    def _content(self, child: Element) -> int | None:
        """Keeps it; the index of the photo that it is, if it is one."""
        for inner in child.children:
            if inner.name == "media:thumbnail":
                self._thumbnail(inner)
            elif inner.name == "media:player":
                self._player(inner, child)
        kind = kind_of(child)
        if kind in ("video", "audio"):
            self.attachments.append(declared(child, kind))
        if kind != "image":
            return None
        photo = Photo(child.get("url"), width=pixels(child.get("width")), height=pixels(child.get("height")))
        photo = replace(photo, credit=credit_only(child.text_of("media:credit") or child.text_of("media:copyright")))
        said = (
            child.text_of("media:description") or child.text_of("media:text") or _sentence(child.text_of("media:title"))
        )
        self.photos.append(self._told(photo, said))
        return len(self.photos) - 1

    def _player(self, child: Element, around: Element | None = None) -> None:
        told = declared(around, "video") if around else Attachment(AttachmentKind.PLAYER, "")
        self.attachments.append(
            replace(told, kind=AttachmentKind.PLAYER, url=child.get("url") or child.text, mime="", size=None)
        )

    def _thumbnail(self, child: Element) -> None:
        photo = Photo(
            child.get("url") or child.get("href") or child.text,
            width=pixels(child.get("width")),
            height=pixels(child.get("height")),
        )
        if photo.width is None or photo.width >= SMALLEST_THUMBNAIL:
            self.thumbnails.append(photo)

    def _enclosures(self, element: Element) -> None:
        for child in element.children:
            if child.name == "enclosure" or (child.name in ("link", "atom:link") and child.get("rel") == "enclosure"):
                url = child.get("url") or child.get("href")
                kind = kind_of(child)
                if kind == "image":
                    said = child.get("description") or child.get("title") or child.get("caption")
                    credit = credit_only(child.get("author") or child.get("credit") or child.get("copyright"))
                    self.photos.append(self._told(Photo(url, credit=credit), said))
                elif kind:
                    self.attachments.append(replace(declared(child, kind), title=plain(child.get("title"))))
            elif child.name == "itunes:image":
                self._thumbnail(child)

    def _own_elements(self, element: Element) -> None:
        """<image>url</image>, <image><url>…, rbc_news:image and the like."""
        for child in element.children:
            prefix, _, local = child.name.lower().rpartition(":")
            if local not in ("image", "img", "photo", "picture", "thumbnail", "thumb") or prefix in ("itunes", "media"):
                continue
            inside = {inner.name.lower().rpartition(":")[2]: inner.inner for inner in child.children}
            url = inside.get("url") or inside.get("src") or child.get("url") or child.get("href") or child.get("src")
            credit = (
                inside.get("source") or inside.get("credit") or inside.get("copyright") or inside.get("author") or ""
            )
            said = inside.get("title") or inside.get("caption") or inside.get("description") or inside.get("alt") or ""
            photo = Photo((url or child.text).strip(), credit=credit_only(credit))
            if not photo.url or re.search(r"\s", photo.url):
                continue
            if local in ("thumbnail", "thumb"):
                self.thumbnails.append(photo)
            else:
                self.photos.append(self._told(photo, said))

    def _complete(self, element: Element) -> None:
        """What the entry says of its one recording stands beside the enclosure; its picture serves all."""
        cover = next((photo.url for photo in self.thumbnails), "")
        seconds = duration(element.text_of("itunes:duration")) if len(self.attachments) == 1 else None
        title, performer = plain(element.text_of("itunes:title")), plain(element.text_of("itunes:author"))
        self.attachments = [
            replace(
                one,
                cover=one.cover or cover,
                seconds=one.seconds or seconds,
                title=one.title or title,
                performer=performer if one.kind is AttachmentKind.AUDIO else "",
            )
            for one in self.attachments
        ]

    @staticmethod
    def _told(photo: Photo, said: str) -> Photo:
        """With what a field for captions says, which may hold the credit as well."""
        said = plain(said)
        if not said or IMAGE_PATH.search(said):
            return photo
        if photo.credit:
            return replace(photo, caption=without_credit(said, photo.credit)[:LONGEST_CAPTION])
        caption, credit = split_credit(said)
        return replace(photo, caption=caption, credit=credit)

    @staticmethod
    def _authors(element: Element) -> Iterator[str]:
        """Some sites name the photographer where the author stands: «Фото: Дмитрий Брушко»."""
        for child in element.children:
            if child.name.rpartition(":")[2] in ("author", "creator", "credit") and not child.name.startswith("media:"):
                said = plain(child.text_of("atom:name") or child.text_of("name") or child.text)
                if who := credited(said):
                    yield who


def _videos(children: Sequence[Element]) -> list[Element]:
    return [child for child in children if child.name == "media:content" and kind_of(child) == "video"]


def _fitness(video: Element) -> tuple[bool, bool, bool, int]:
    mp4 = "mp4" in video.get("type") or ".mp4" in video.get("url")
    size = whole(video.get("fileSize")) or 0
    return video.get("isDefault") == "true", mp4, size <= FETCHED, pixels(video.get("height")) or 0


def _sentence(title: str) -> str:
    """A media:title is mostly a file name, a person's or a list of keywords; only a sentence is a caption."""
    title = plain(title)
    return title if len(title.split()) >= 5 and re.search(r"[.!?](?:\s|$)", title) else ""
