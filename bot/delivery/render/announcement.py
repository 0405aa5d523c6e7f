"""Breaking news exactly as the editor wrote it. Pure."""

from __future__ import annotations

from bot.delivery.post import PhotoPost, Post, TextPost
from bot.model import Announcement


def announcement(written: Announcement) -> Post:
    text = TextPost(written.text, html=False, entities=written.entities)
    if not written.photo_file_id:
        return text
    fallback = text if written.text else None
    return PhotoPost(written.photo_file_id, written.text, html=False, entities=written.entities, fallback=fallback)
