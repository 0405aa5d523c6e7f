"""What the doctor asks Telegram: is the token right, can the editors and the groups be written to."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import Any

from bot.config import Settings
from bot.doctor.calls import Answer, Calls
from bot.doctor.findings import Finding, good, note, wrong
from bot.model.ids import ChatId

MOST_GROUPS = 50
"""Telegram is asked twice for each."""
NEEDED = {
    "can_send_messages": "send messages",
    "can_send_photos": "send photos",
}


def look_at_token(me: Answer, settings: Settings) -> Iterator[Finding]:
    if me.done:
        yield good("token", f"Telegram knows the bot as @{me.result.get('username')}")
        if not me.result.get("supports_inline_queries", False):
            what = "inline mode is off: articles can't be shared by typing the bot's name in other chats"
            yield note("token", what, "@BotFather, /setinline")
        if not me.result.get("can_join_groups", False):
            yield note("token", "the bot can't be added to groups", "if it should: @BotFather, /setjoingroups, Enable")
    elif me.code in (401, 404):
        what = f"Telegram refuses it ({me.error})"
        yield wrong("token", what, "@BotFather shows the right one: /mybots, the bot, API Token; put it into BOT_TOKEN")
    else:
        what = f"{settings.bot_api_url} can't be asked: {me.error}"
        yield wrong("token", what, "is this machine on the network, and may it reach that address (firewall, proxy)?")


async def look_at_admins(calls: Calls, settings: Settings) -> AsyncIterator[Finding]:
    if not settings.admin_ids:
        what = "there are none: nobody can send breaking news, nobody hears of a feed in trouble"
        yield wrong("admins", what, "put your user id into ADMIN_IDS; @userinfobot tells it")
    for admin in sorted(settings.admin_ids):
        # "typing…" is the least that can be sent; getChat works for people who have blocked the bot, too.
        answer = await calls("sendChatAction", chat_id=admin, action="typing")
        if answer.done:
            yield good("admins", f"{admin} can be written to")
        elif "blocked" in answer.error:
            yield wrong("admins", f"{admin} has blocked the bot", "unblock it in Telegram and press START")
        elif answer.code in (400, 403):
            what = f"{admin} can't be written to ({answer.error})"
            yield wrong("admins", what, "open the bot with that account and press START; or the id is wrong")
        else:
            yield note("admins", f"{admin} could not be looked at ({answer.error})", "try again in a minute")


async def look_at_groups(calls: Calls, groups: tuple[ChatId, ...], bot_id: int) -> AsyncIterator[Finding]:
    fine = 0
    for chat_id in groups[:MOST_GROUPS]:
        finding = await _look_at_group(calls, chat_id, bot_id)
        if finding:
            yield finding
        else:
            fine += 1
    if fine:
        yield good("groups", f"the bot may post in {fine} of {len(groups)} groups and channels")
    if len(groups) > MOST_GROUPS:
        yield note("groups", f"only {MOST_GROUPS} of {len(groups)} were looked at", "nothing")


async def _look_at_group(calls: Calls, chat_id: ChatId, bot_id: int) -> Finding | None:
    chat = await calls("getChat", chat_id=chat_id)
    member = await calls("getChatMember", chat_id=chat_id, user_id=bot_id) if chat.done else chat
    name = f"“{chat.result.get('title', chat_id)}”" if chat.done else str(chat_id)
    if not member.done:
        if member.code in (400, 403):
            return wrong("groups", f"{name}: {member.error}", "add the bot to it again, or leave it: it gets no news")
        return note("groups", f"{name} could not be looked at ({member.error})", "try again in a minute")
    status = member.result.get("status")
    if status in ("left", "kicked"):
        return wrong("groups", f"{name}: the bot is not in it any more", "add it again, or leave it: it gets no news")
    if chat.result.get("type") == "channel":
        return None if member.result.get("can_post_messages") else _not_allowed(name, ["post messages"], channel=True)
    lacking = [words for right, words in NEEDED.items() if not _may(right, status, chat.result, member.result)]
    return _not_allowed(name, lacking, channel=False) if lacking else None


def _may(right: str, status: Any, chat: dict[str, Any], member: dict[str, Any]) -> bool:
    if status in ("creator", "administrator"):
        return True
    own = member.get(right, False) if status == "restricted" else True
    return bool(own and chat.get("permissions", {}).get(right, True))


def _not_allowed(name: str, what: list[str], *, channel: bool) -> Finding:
    where = "the channel's administrators" if channel else "the group's settings, or by making the bot administrator"
    return wrong("groups", f"{name}: the bot may not {' or '.join(what)}", f"allow it in {where}")
