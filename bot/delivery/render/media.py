"""Which photos, video or audio of an article are shown, and where. Pure."""

from __future__ import annotations

from bot.delivery.links import opens
from bot.delivery.post import ALBUM_LEAST, ALBUM_MOST, FILE_BY_URL
from bot.model.articles import Article, Attachment, AttachmentKind, Photo

PLAYABLE_AUDIO = ("audio/mpeg", "audio/mp3", "audio/mp4", "audio/m4a", "audio/x-m4a")
PLAYABLE_NAMES = (".mp3", ".m4a")
"""What sendAudio plays; anything else would come as a file to download (Bot API, sendAudio)."""


def usable_photos(article: Article) -> list[Photo]:
    return [photo for photo in article.photos if not photo.refused]


def best_photo(article: Article) -> Photo | None:
    return next((photo for photo in article.photos if not photo.refused), None)


def media_of(photo: Photo) -> str:
    """How Telegram is told of it: by the id it knows, else by its address."""
    return photo.file_id or photo.url


def played(article: Article) -> Attachment | None:
    """The video or audio that the card carries in place of a photo, None when it has a photo or text.

    A video that has no picture beside its cover, or an audio without any, whose size is known and fits."""
    pictures = {photo.url for photo in usable_photos(article)}
    fitting = [one for one in article.attachments if _fits(one)]
    videos = (one for one in fitting if one.kind is AttachmentKind.VIDEO and pictures <= {one.cover})
    audios = (one for one in fitting if one.kind is AttachmentKind.AUDIO and not pictures and _plays(one))
    return next(videos, None) or next(audios, None)


def _fits(attachment: Attachment) -> bool:
    known = attachment.file_id is not None or (
        attachment.size is not None and 0 < attachment.size <= FILE_BY_URL and opens(attachment.url)
    )
    return known and not attachment.refused


def _plays(audio: Attachment) -> bool:
    if audio.mime:
        return audio.mime.partition(";")[0].strip().lower() in PLAYABLE_AUDIO
    return audio.url.partition("?")[0].lower().endswith(PLAYABLE_NAMES)


def linked(article: Article) -> list[Attachment]:
    """The first video and the first audio that the card does not carry: its buttons open them."""
    shown = played(article)
    others = [one for one in article.attachments if one != shown and opens(one.url)]
    watched = (one for one in others if one.kind is not AttachmentKind.AUDIO)
    heard = (one for one in others if one.kind is AttachmentKind.AUDIO)
    return [one for one in (next(watched, None), next(heard, None)) if one]


def album_size(left: int) -> int:
    """How many of so many photos the next album takes; never so many that a single one would be left."""
    size = min(left, ALBUM_MOST)
    return size - 1 if left - size == 1 and size > ALBUM_LEAST else size
