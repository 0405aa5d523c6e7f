"""Addresses of photos: which are none at all, and which are one photo in several sizes. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from urllib.parse import SplitResult, parse_qsl, quote, unquote, urljoin, urlsplit, urlunsplit

from bot.feeds.words import tidy
from bot.model.articles import Photo

IMAGE_PATH = re.compile(r"\.(?:jpe?g|jfif|png|webp|gif|avif|bmp|tiff?|heic)$", re.IGNORECASE)
# Counters, smileys, avatars, ads and share buttons. By host, by path segment or by file name, never by a bare word:
# "country", "google-pixel" and "avatar-2" are in the names of honest photos.
JUNK_HOST = re.compile(
    r"(?:^|\.)(?:gravatar\.com|feedburner\.com|feedsportal\.com|doubleclick\.net|scorecardresearch\.com|google-analytics\.com"
    r"|googlesyndication\.com|googleadservices\.com|yadro\.ru|top\.mail\.ru|tns-counter\.ru|rambler-counter\.ru|adfox\.ru"
    r"|mc\.yandex\.ru|quantserve\.com|chartbeat\.net|parsely\.com|zergnet\.com|zeit\.de/zaehler|statcounter\.com|hit\.ua"
    r"|bigmir\.net|adriver\.ru|adsrvr\.org|buysellads\.(?:com|net)|sitemeter\.com|addtoany\.com|s\.w\.org|feeds\.wordpress\.com"
    r"|stats\.wordpress\.com|emoji\.\w+\.\w+|addthis\.com|blogspot\.com\.tracker|mycdn\.counter)$"
    r"|^(?:pixel|counter|count|stats|metrics?|tracking|tracker|beacon|analytics|ads?|adserver|banners?|vg\d+\.met)\.",
    re.IGNORECASE,
)
JUNK_PATH = re.compile(
    r"/(?:avatars?|userpics?|emojis?|smil(?:e|ey|ie)s?|favicons?|icons?|counters?|pixels?|ads?|banners?|track(?:ing|er)?)/"
    r"|/(?:pixel|count(?:er)?|track(?:er|ing)?|spacer|blank|transparent|clear|1x1|1px|dot|beacon|zaehler|cpx|fdb|hit|stat"
    r"|share|like|tweet|avatar|favicon|feed-icon|rss|logo|default[-_]?avatar|no[-_]?(?:photo|image)|placeholder)"
    r"(?:\.(?:gif|png|jpe?g|php|ashx|aspx|cgi|svg|webp))?$"
    r"|(?:share|social|follow|subscribe)[-_]?(?:icons?|buttons?|btn)\b|[-_]icon[-_.\d]|[-_]1x1\.|/~[fr]{1,2}/|/smilies/"
    r"|wp-includes/images|/filetype/|/style_images/|/core/emoji/|\.svgz?$|\.ico$|/cpx\.php|/count/|/b\.gif$",
    re.IGNORECASE,
)
WORDY = (
    "thumb|thumbs|thumbnail|thumbnails|small|medium|large|big|preview|mini|orig|original|full|scaled|resized"
    "|resize|hd|crop"
)
# What differs between the sizes of one photo: "-300x200", "_w640", "@2x", "-scaled", "_4x3_384", "mediumSquareAt3X".
SUFFIX = re.compile(
    rf"(?:[-_.](?:(?:[whs]|w_|h_)?\d{{2,4}}[x×]\d{{0,4}}|[x×]\d{{2,4}}|[whs]\d{{2,4}}|\d{{1,2}}x\d{{1,2}}t?(?:[-_]\d{{2,4}})?"
    rf"|\d{{2,4}}px|{WORDY}|e\d{{10,13}})|@\dx|[-_]?(?:medium|small|large|video)?(?:square|threebytwo|sixteenbynine)\w*)+$",
    re.IGNORECASE,
)
COMMON_WIDTH = (
    r"(?:[1-9]\d0|1\d{2}0|2[0-5]\d0|1024|1366|1536|2048|2560|128|256|512|768|144|288|384|432|576|624|976|992|608)"
)
SEGMENT = re.compile(
    rf"^(?:[whsr]?_?\d{{2,4}}x\d{{0,4}}|[whs]_?\d{{2,4}}|{COMMON_WIDTH}|{WORDY}|thumb\w*|\d{{1,2}}x\d{{1,2}}\w*"
    rf"|(?:[whcfq]|g|ar|dpr|fl|e|t)_[\w.:]+(?:,(?:[whcfq]|g|ar|dpr|fl|e|t)_[\w.:]+)*)$",
    re.IGNORECASE,
)
SIZE_KEYS = frozenset(
    re.findall(
        r"\w+",
        "w h width height size resize fit crop q quality auto format fm dpr s sig signature auth token hash strip ssl "
        "itok zoom c rect smart sz "
        "imwidth impolicy downsize output interpolation ixlib ixid cs utm_source utm_medium v ver "
        "version usm blur mode scale maxwidth maxheight focal gravity position expires _nc_cat im optimize enable",
    )
)


def split(url: str) -> SplitResult:
    """Its parts; all empty when it is no address at all."""
    try:
        return urlsplit(url)
    except ValueError:
        return SplitResult("", "", "", "", "")


def is_photo_address(url: str) -> bool:
    """Whether there may be a photo behind it, as far as the address tells."""
    parts = split(url)
    host, path = parts.netloc.lower(), parts.path
    return not (JUNK_HOST.search(host) or JUNK_PATH.search(path))


def absolute(url: str, base: str) -> str:
    """The full address as the site gave it, or "" when it is none that a browser could open."""
    url = tidy(url).replace("\u00a0", "")
    try:
        joined = urljoin(base, url) if base else url
        parts = urlsplit(joined)
        host = parts.hostname or ""
        _ = parts.port
    except ValueError:
        return ""
    usable = parts.scheme.lower() in ("http", "https") and re.fullmatch(r"[^\s<>\"'\\^`{|}]+", host)
    return joined.replace(" ", "%20") if usable else ""


def openable(url: str) -> str:
    """For machines that take ASCII only: Cyrillic names percent-encoded, what is encoded already left alone."""
    if url.isascii():
        return url
    parts = urlsplit(url)
    try:
        netloc = parts.netloc if parts.netloc.isascii() else parts.netloc.encode("idna").decode()
    except UnicodeError:
        return ""
    kept = "/%:=&?~#+!$,;'@()*[]"
    return urlunsplit((parts.scheme, netloc, quote(parts.path, kept), quote(parts.query, kept), ""))


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
    """What the addresses of one photo in different sizes have in common."""
    parts = split(_inner(url))
    path = re.sub(r"/+", "/", unquote(parts.path))
    name = re.sub(IMAGE_PATH, "", path.rsplit("/", 1)[-1])
    folders = [segment for segment in path.split("/")[:-1] if segment and not SEGMENT.match(segment)]
    bare = SUFFIX.sub("", name) or name
    query = sorted((key, value) for key, value in parse_qsl(parts.query) if key.lower() not in SIZE_KEYS)
    return "/".join([*folders, bare]) + ("?" + "&".join("=".join(pair) for pair in query) if query else "")


def _inner(url: str) -> str:
    """The address that an image proxy wraps, in its path or its query."""
    plain = unquote(url)
    start = max(plain.rfind("http://"), plain.rfind("https://"))
    if start > 8:
        inner = plain[start:].split("&")[0]
        if IMAGE_PATH.search(split(inner).path):
            return inner
    return re.sub(r"^https?://i\d\.wp\.com/", "https://", url)


def _area(photo: Photo) -> int:
    """A guess, only to choose among the sizes of one photo."""
    if photo.width:
        return photo.width * (photo.height or photo.width)
    parts = split(photo.url)
    for key, value in parse_qsl(parts.query):
        if key.lower() in ("w", "width", "imwidth", "maxwidth") and value.isdecimal():
            return int(value[:5]) ** 2
    if found := re.findall(r"(?<!\d)(\d{2,4})[x×](\d{2,4})(?!\d)", parts.path):
        return max(int(width) * int(height) for width, height in found)
    small = re.search(r"thumb|small|preview|mini|[-_]s(?=\.)", parts.path, re.IGNORECASE)
    if found_widths := re.findall(rf"(?:(?<=/)[wh]?|(?<=[-_])[wh]?)({COMMON_WIDTH})(?=/|\.|px|$)", parts.path):
        return max(map(int, found_widths)) ** 2
    # Nothing known: the original, unless it calls itself small.
    return 300**2 if small else 1300**2
