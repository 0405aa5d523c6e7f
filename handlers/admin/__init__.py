"""What editors can type or tap. To everybody else none of it exists: one door, and behind it no other check is needed
but who is an owner."""

from __future__ import annotations

from aiogram import Router

from handlers.admin import breaking, control, feeds, home, outcomes, publish, sections, staff, stats, status
from handlers.admin.editors import IsEditor


def router() -> Router:
    root = Router(name="editors")
    root.message.filter(IsEditor())
    root.callback_query.filter(IsEditor())
    for part in (breaking, outcomes, control, home, staff, sections, feeds, publish, stats, status):
        root.include_router(part.router())
    return root
