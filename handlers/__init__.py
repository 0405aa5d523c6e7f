"""What a person can type or tap. `build_router` is the whole list, in the order in which handlers are asked."""

from __future__ import annotations

from aiogram import Router

from handlers import admin, article, bookmarks, categories, chats, fallback, help, latest, middleware, settings, start


def build_router() -> Router:
    """A new router each time, since aiogram attaches one only once. Fallback is last: it takes what nobody took."""
    root = Router(name="newsbot")
    middleware.attach(root)
    for part in (chats, admin, start, categories, latest, bookmarks, settings, help, article, fallback):
        root.include_router(part.router())
    return root
