"""What a person can type or tap. `build_router` is the whole list, in the order in which handlers are asked."""

from __future__ import annotations

from aiogram import Router

from handlers import (
    article,
    bookmarks,
    categories,
    chats,
    elsewhere,
    fallback,
    groups,
    help,
    inline,
    latest,
    less,
    middleware,
    peace,
    privacy,
    search,
    settings,
    start,
    words,
)
from handlers.admin import breaking, status


def build_router() -> Router:
    """A new router each time, since aiogram attaches one only once. Fallback is last: it takes what nobody took."""
    root = Router(name="newsbot")
    root.include_router(chats.router())
    root.include_router(inline.router())
    root.include_router(elsewhere.router())
    own = Router(name="a person's own chat")
    middleware.attach(own)
    for part in (
        start,
        categories,
        latest,
        bookmarks,
        settings,
        peace,
        words,
        less,
        privacy,
        groups,
        help,
        article,
        breaking,
        status,
        # Takes every plain text that nobody expects.
        search,
        fallback,
    ):
        own.include_router(part.router())
    root.include_router(own)
    return root
