"""Which photos and videos an entry has, each once, with caption and credit. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from bot.feeds.blocks import Block, Image, Video
from bot.feeds.clean import loose_credits
from bot.feeds.credits import LONGEST_CAPTION, credit_only, credited, split_credit, without_credit
from bot.feeds.images import pixels
from bot.feeds.photos import IMAGE_PATH, absolute, is_photo_address, merge, openable, split
from bot.feeds.rawxml import Element
from bot.feeds.words import plain
from bot.model import Photo

MOST_PHOTOS = 60
"""The largest real gallery has 51."""
VIDEO_PATH = re.compile(r"\.(?:mp4|m4v|mov|webm|m3u8|flv|avi)$", re.IGNORECASE)
AUDIO_PATH = re.compile(r"\.(?:mp3|m4a|ogg|oga|opus|wav|aac|flac)$", re.IGNORECASE)
PLAYER = re.compile(
    r"youtube(?:-nocookie)?\.com/(?:embed|v|watch|shorts)|youtu\.be/|player\.vimeo\.com|vimeo\.com/\d|rutube\.ru/(?:play|video)"
    r"|vk\.com/video|vkvideo\.ru|dailymotion\.com|ok\.ru/(?:video|live)|/player|/embed|video",
    re.IGNORECASE,
)
SMALLEST_THUMBNAIL = 100
"""Pixels of width below which a declared picture is an icon."""


@dataclass(slots=True)
class Media:
    photos: list[Photo] = field(default_factory=list)
    videos: list[str] = field(default_factory=list)


def find_media(element: Element | None, blocks: Sequence[Block], base: str, title: str, channel_image: str) -> Media:
    """What the feed declares (media:*, enclosures, publishers' own elements) first, then what stands in the text, in
    order. Thumbnails count only when there is nothing else."""
    declared = _Declared(element) if element else _Declared(Element("", {}))
    in_text = [
        Photo(block.url, block.caption, block.credit, block.width, block.height)
        for block in blocks
        if isinstance(block, Image) and not block.decoration
    ]
    photos = _usable([*declared.photos, *in_text], base)
    if not photos:
        photos = _usable([one for one in declared.thumbnails if one.url != channel_image], base)
    else:
        # A larger form of a photo that is there already may stand among the thumbnails.
        known = merge(photos)
        with_thumbnails = merge([*photos, *_usable(declared.thumbnails, base)])
        photos = with_thumbnails if len(with_thumbnails) == len(known) else known
    photos = _with_general_credit(merge(photos), [*declared.credits, *loose_credits(list(blocks))])
    videos = [*declared.videos, *(block.url for block in blocks if isinstance(block, Video))]
    addresses = (absolute(video, base) for video in videos)
    return Media(
        [_without_repeated_title(photo, title) for photo in photos[:MOST_PHOTOS]],
        list(dict.fromkeys(url for url in addresses if url)),
    )


def _usable(photos: Sequence[Photo], base: str) -> list[Photo]:
    found = []
    for photo in photos:
        url = openable(absolute(photo.url, base))
        if url and is_photo_address(url) and not (photo.width and photo.width < SMALLEST_THUMBNAIL // 2):
            found.append(replace(photo, url=url))
    return found


def _with_general_credit(photos: list[Photo], credits: list[str]) -> list[Photo]:
    """One credit that stands beside the photos, not with one of them, is that of all which have none."""
    different = list(dict.fromkeys(filter(None, credits)))
    if len(different) != 1 or any(photo.credit for photo in photos[1:]):
        return photos
    return [replace(photo, credit=photo.credit or different[0]) for photo in photos]


def _without_repeated_title(photo: Photo, title: str) -> Photo:
    """A caption that only repeats the headline says nothing."""
    same = photo.caption.casefold().strip(" .…") == title.casefold().strip(" .…")
    return replace(photo, caption="") if same else photo


class _Declared:
    """What the entry's own elements say."""

    def __init__(self, element: Element) -> None:
        self.photos: list[Photo] = []
        self.thumbnails: list[Photo] = []
        self.videos: list[str] = []
        self.credits = [said for said in self._authors(element) if said]
        self._media(element)
        self._enclosures(element)
        self._own_elements(element)

    def _media(self, element: Element) -> None:
        """media:content with its caption and credit inside it, or beside it as the next siblings."""
        last: int | None = None
        captions: list[str] = []
        for child in element.children:
            name = child.name.lower()
            if name == "media:group":
                self._media(child)
            elif name == "media:content":
                last = self._content(child)
            elif name == "media:thumbnail":
                self._thumbnail(child)
            elif name == "media:player":
                self.videos.append(child.get("url"))
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

    def _content(self, child: Element) -> int | None:
        """Keeps it; the index of the photo that it is, if it is one."""
        for inner in child.children:
            if inner.name == "media:thumbnail":
                self._thumbnail(inner)
            elif inner.name == "media:player":
                self.videos.append(inner.get("url"))
        kind = kind_of(child)
        if kind == "video":
            self.videos.append(child.get("url"))
        if kind != "image":
            return None
        photo = Photo(child.get("url"), width=pixels(child.get("width")), height=pixels(child.get("height")))
        photo = replace(photo, credit=credit_only(child.text_of("media:credit") or child.text_of("media:copyright")))
        said = (
            child.text_of("media:description") or child.text_of("media:text") or _sentence(child.text_of("media:title"))
        )
        self.photos.append(self._told(photo, said))
        return len(self.photos) - 1

    def _thumbnail(self, child: Element) -> None:
        photo = Photo(
            child.get("url") or child.get("href") or child.text,
            width=pixels(child.get("width")),
            height=pixels(child.get("height")),
        )
        if photo.width is None or photo.width >= SMALLEST_THUMBNAIL // 2:
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
                elif kind == "video":
                    self.videos.append(url)
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


def kind_of(element: Element) -> str:
    """image, video, audio or "": sites call player pages "video/mp4" and PNGs "image/jpeg", so the path has a say."""
    url = element.get("url") or element.get("href")
    if not url:
        return ""
    path = split(url).path
    medium = element.get("medium").lower() or element.get("type").lower().split("/")[0]
    if medium in ("image", "video", "audio"):
        return "image" if medium != "image" and IMAGE_PATH.search(path) else medium
    for kind, pattern in (("image", IMAGE_PATH), ("video", VIDEO_PATH), ("audio", AUDIO_PATH)):
        if pattern.search(path):
            return kind
    if element.name != "media:content":
        return ""
    if PLAYER.search(url) or "flash" in element.get("type"):
        return "video"
    return "" if element.get("type") or medium else "image"


def _sentence(title: str) -> str:
    """A media:title is mostly a file name, a person's or a list of keywords; only a sentence is a caption."""
    title = plain(title)
    return title if len(title.split()) >= 5 and re.search(r"[.!?](?:\s|$)", title) else ""
