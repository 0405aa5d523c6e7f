"""What an editor wrote → a post, exactly as it was written. Pure."""

from __future__ import annotations

from bot.delivery.encoding import Encoded, Way, encode_edit
from bot.delivery.post import CAPTION_LIMIT, TEXT_LIMIT, AlbumPost, PhotoPost, Post, TextPost, VideoPost
from bot.model.broadcasts import Announcement, MediaKind
from bot.model.deliveries import MessageForm


def post(written: Announcement) -> Post:
    """Of a written one; the card of an article is made like any other."""
    text = TextPost(written.text, html=False, entities=written.entities)
    if not written.media:
        return text
    if len(written.media) > 1:
        videos = frozenset(index for index, one in enumerate(written.media) if one.kind is MediaKind.VIDEO)
        items = tuple((one.file_id, written.text if index == 0 else "") for index, one in enumerate(written.media))
        return AlbumPost(items, videos, html=False, entities=written.entities)
    fallback = text if written.text else None
    (media,) = written.media
    if media.kind is MediaKind.VIDEO:
        return VideoPost(media.file_id, written.text, html=False, entities=written.entities, fallback=fallback)
    return PhotoPost(media.file_id, written.text, html=False, entities=written.entities, fallback=fallback)


def encode_correction(written: Announcement, form: MessageForm) -> Encoded | None:
    """What makes a delivered copy say this instead; None: a message of that form can't."""
    made = post(written)
    if isinstance(made, TextPost) and form in (MessageForm.PHOTO, MessageForm.VIDEO):
        # Telegram has no way to take the photo out: it stays, with the new words under it.
        shown = PhotoPost("", made.text, html=False, entities=made.entities)
        found = encode_edit(shown, form)
        return found if found and found.way is Way.EDIT_CAPTION else None
    return encode_edit(made, form, media=True)


def limit(written: Announcement) -> int:
    """UTF-16 units that its text may have."""
    return CAPTION_LIMIT if written.media else TEXT_LIMIT


def fits_copies(corrected: Announcement, delivered: Announcement) -> bool:
    """Whether copies of what was delivered can become this: their kind of media stays, an album's items do, too."""
    if delivered.card is not None:
        return not corrected.media
    if len(delivered.media) > 1:
        return corrected.media == delivered.media
    return [one.kind for one in corrected.media] == [one.kind for one in delivered.media]
