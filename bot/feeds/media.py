"""Which photos and videos an entry has, each once, with caption and credit. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from yarl import URL

from bot.feeds.clean import Block, Image, Video, plain
from bot.feeds.rawxml import Element
from bot.model import Photo

MOST_PHOTOS = 60
IMAGE_PATH = re.compile(r"\.(jpe?g|png|webp|gif|avif|bmp|tiff?)$", re.IGNORECASE)
VIDEO_PATH = re.compile(r"\.(mp4|m4v|mov|webm|m3u8)$", re.IGNORECASE)
PLAYERS = re.compile(
    r"youtube\.com|youtu\.be|youtube-nocookie|vimeo\.com|rutube\.ru|vk\.com/video|vkvideo|dailymotion"
    r"|ok\.ru/video|/player|/embed/|video\.",
    re.IGNORECASE,
)
# Counters, icons, avatars, share buttons and the like. Measured against 115 publishers' feeds.
JUNK = re.compile(
    r"pixel|/count|counter|tracker|tracking|1x1|spacer|blank\.gif|transparent|avatar|gravatar|userpic|/emoji|smil(?:e|ies)/"
    r"|feedburner\.com/~|feeds\.wordpress|stats\.wordpress|b\.gif|scorecardresearch|doubleclick|mc\.yandex|top\.mail\.ru"
    r"|yadro\.ru|google-analytics|/ads?/|adserver|adfox|banner|share[-_]?(?:icon|button)|social[-_]|/icons?/|favicon"
    r"|[-_/]logo[-_.]|/logo/|button\.|\.svg(?:$|\?)|telegram-icon|rss\.png",
    re.IGNORECASE,
)
SMALLEST = 100
"""Pixels of width or height below which a picture that says its size is an icon, not a photo."""
SIZE = re.compile(
    r"[-_]\d{2,4}x\d{2,4}(?=\.|$)|[-_]scaled(?=\.|$)|@\dx|[-_](?:thumb|small|medium|large|big|preview|mini|orig)(?=\.|$)"
    r"|(?<=/)(?:w|h|s|r)?\d{2,4}(?:x\d{2,4})?(?=/)|(?<=/)(?:thumb(?:nail)?s?|small|medium|large|preview|resized?|crop)(?=/)",
    re.IGNORECASE,
)


@dataclass(slots=True)
class Media:
    photos: list[Photo] = field(default_factory=list)
    videos: list[str] = field(default_factory=list)


def find_media(element: Element | None, blocks: Sequence[Block], base: str, channel_image: str) -> Media:
    """Everything in the order of the article: what the feed declares (media:*, enclosures) first, then the text's."""
    found = Media()
    declared = list(_declared(element, found)) if element else []
    own_author = _photo_author(element) if element else ""
    if own_author and declared:
        declared[0] = replace(declared[0], credit=declared[0].credit or own_author)
    in_text = [_from_block(block) for block in blocks if isinstance(block, Image) and not _is_icon(block)]
    fallback = list(_thumbnails(element, channel_image)) if element and not declared and not in_text else []
    photos = [
        replace(photo, url=url)
        for photo in [*declared, *in_text, *fallback]
        if (url := absolute(photo.url, base)) and not JUNK.search(url)
    ]
    found.photos = merge(photos)[:MOST_PHOTOS]
    videos = [*found.videos, *(block.url for block in blocks if isinstance(block, Video))]
    found.videos = list(
        dict.fromkeys(url for video in videos if (url := absolute(video, base)) and not JUNK.search(url))
    )
    return found


def absolute(url: str, base: str) -> str:
    """The full address, or "" when it is none that Telegram or a browser could open."""
    try:
        joined = URL(base).join(URL(url.strip())) if base else URL(url.strip())
    except ValueError:
        return ""
    return str(joined) if joined.scheme in ("http", "https") and joined.host else ""


def merge(photos: Iterable[Photo]) -> list[Photo]:
    """One photo in several sizes becomes one, the largest, with whatever any of them says about it."""
    merged: dict[str, Photo] = {}
    for photo in photos:
        key = same_photo(photo.url)
        known = merged.get(key)
        if known is None:
            merged[key] = photo
            continue
        larger = photo if _area(photo) > _area(known) else known
        merged[key] = replace(larger, caption=known.caption or photo.caption, credit=known.credit or photo.credit)
    return list(merged.values())


def same_photo(url: str) -> str:
    """What two addresses of one photo in different sizes have in common: the path without sizes and format."""
    try:
        parsed = URL(url)
    except ValueError:
        return url
    path = SIZE.sub("", parsed.path)
    path = re.sub(r"/+", "/", re.sub(r"\.(?:jpe?g|png|webp|avif)$", "", path, flags=re.IGNORECASE))
    # An address whose path names no picture (…/image.php?id=7, a proxy) has its query for a name.
    named = IMAGE_PATH.search(parsed.path) or len(path.rsplit("/", 1)[-1]) > 12
    return path if named else f"{path}?{parsed.query_string}"


def _area(photo: Photo) -> int:
    if photo.width:
        return photo.width * (photo.height or photo.width)
    numbers = [
        int(number) for number in re.findall(r"(?<!\d)(\d{2,4})(?=x\d|px|/|_|\.|$)", photo.url) if int(number) < 5000
    ]
    # Nothing known: larger than any thumbnail, smaller than what says that it is large.
    return max(numbers, default=600) ** 2 if SIZE.search(photo.url) or "=" in photo.url else 800**2


def _declared(element: Element, found: Media) -> Iterable[Photo]:
    for child in element.all("media:content"):
        kind = _kind(child)
        if kind == "image":
            yield Photo(
                child.get("url"),
                plain(
                    child.text_of("media:description") or child.text_of("media:title") or child.text_of("media:text")
                ),
                _credit(child.text_of("media:credit") or child.text_of("media:copyright")),
                _number(child.get("width")),
                _number(child.get("height")),
            )
        elif kind == "video":
            found.videos.append(child.get("url"))
    for child in element.all("enclosure", "link"):
        if child.name == "link" and child.get("rel") != "enclosure":
            continue
        kind = _kind(child)
        if kind == "image":
            yield Photo(child.get("url") or child.get("href"), credit=_credit(child.get("author")))
        elif kind in ("video", "audio"):
            found.videos.append(child.get("url") or child.get("href"))
    for child in element.all("image", "rbc_news:image", "yandex:image"):
        url = (
            child.text_of("url") or child.text_of("rbc_news:url") or child.get("url") or child.get("href") or child.text
        )
        credit = child.text_of("rbc_news:source") or child.text_of("rbc_news:copyright") or child.text_of("source")
        title = child.text_of("rbc_news:title") or child.text_of("title") or child.text_of("description")
        yield Photo(url.strip(), plain(title), _credit(credit))


def _thumbnails(element: Element, channel_image: str) -> Iterable[Photo]:
    """Only when there is nothing better: thumbnails, and an episode's picture that isn't the whole show's."""
    for child in element.all("media:thumbnail", "itunes:image"):
        url = child.get("url") or child.get("href")
        width = _number(child.get("width"))
        if url and url != channel_image and not (width and width < SMALLEST):
            yield Photo(url, width=width, height=_number(child.get("height")))


def _kind(element: Element) -> str:
    """image, video, audio or "": sites call player pages "video/mp4" and PNGs "image/jpeg", so the path has a say."""
    url = element.get("url") or element.get("href")
    path = url.split("?")[0].split("#")[0]
    medium = element.get("medium") or element.get("type").split("/")[0]
    if not url:
        return ""
    if IMAGE_PATH.search(path) and medium != "video":
        return "image"
    if medium in ("image", "video", "audio"):
        return medium
    if VIDEO_PATH.search(path) or (element.name == "media:content" and PLAYERS.search(url)):
        return "video"
    return "image" if element.name == "media:content" and not element.get("type") and not medium else ""


def _from_block(image: Image) -> Photo:
    return Photo(image.url, image.caption or image.alt, image.credit, image.width, image.height)


def _is_icon(image: Image) -> bool:
    return any(side is not None and side < 40 for side in (image.width, image.height))


def _photo_author(element: Element) -> str:
    """Some sites name the photographer where the author stands: «Фото: Дмитрий Брушко»."""
    for name in ("atom:author", "author"):
        for author in element.all(name):
            said = plain(author.text_of("atom:name") or author.text_of("name") or author.text)
            if re.match(r"(?:фото|photo|сурет)\s*:", said, re.IGNORECASE):
                return _credit(said)
    return ""


def _credit(said: str) -> str:
    return re.sub(r"^(?:фото|photo|сурет|©)\s*[:：©]?\s*", "", plain(said), flags=re.IGNORECASE).strip(" .|")


def _number(value: str) -> int | None:
    found = re.match(r"\d{1,5}", value)
    return int(found.group()) if found else None
