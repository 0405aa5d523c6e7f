"""Chats and who is in them."""

from __future__ import annotations

from typing import Any

from bot.sandbox.access import known, writable
from bot.sandbox.answers import Json, bad_request
from bot.sandbox.chats import PERMISSIONS, Chat
from bot.sandbox.membership import set_member
from bot.sandbox.methods.registry import Context, Methods
from bot.sandbox.world import BOT_ID, World

methods = Methods()


@methods("getChat", "chat_id")
async def get_chat(context: Context, params: Json) -> Any:
    chat = known(context.world, params.get("chat_id"))
    told = {
        **chat.described(),
        "accent_color_id": 0,
        "max_reaction_count": 11,
        "accepted_gift_types": dict.fromkeys(
            ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels"), False
        ),
    }
    if chat.username:
        told["active_usernames"] = [chat.username]
    if chat.kind in ("group", "supergroup"):
        told["permissions"] = {name: chat.permissions[name] for name in PERMISSIONS}
    if chat.pinned and (message := chat.find(chat.pinned[-1])):
        told["pinned_message"] = message
    return told


@methods("getChatAdministrators", "chat_id return_bots")
async def get_chat_administrators(context: Context, params: Json) -> Any:
    chat = _with_members(context.world, params)
    if chat.kind == "channel" and not chat.member(BOT_ID).in_charge:
        raise bad_request("member list is inaccessible")
    return [
        member.described(context.world.user(user_id), chat)
        for user_id, member in chat.members.items()
        if member.in_charge and (user_id != BOT_ID or params.get("return_bots") or chat.kind == "channel")
    ]


@methods("getChatMemberCount", "chat_id")
async def get_chat_member_count(context: Context, params: Json) -> Any:
    chat = known(context.world, params.get("chat_id"))
    if chat.kind == "private":
        return 2
    return sum(member.present for member in chat.members.values())


@methods("getChatMember", "chat_id user_id")
async def get_chat_member(context: Context, params: Json) -> Any:
    chat = known(context.world, params.get("chat_id"))
    user_id = params.get("user_id")
    if not isinstance(user_id, int) or (user_id != BOT_ID and context.world.person(user_id) is None):
        raise bad_request("invalid user_id specified")
    if chat.kind == "private":
        if user_id not in (chat.id, BOT_ID):
            raise bad_request("member not found")
        return {"user": context.world.user(user_id), "status": "member"}
    if chat.kind == "channel" and user_id != BOT_ID and not chat.member(BOT_ID).in_charge:
        raise bad_request("member list is inaccessible")
    return chat.member(user_id).described(context.world.user(user_id), chat)


@methods("leaveChat", "chat_id")
async def leave_chat(context: Context, params: Json) -> Any:
    chat = _with_members(context.world, params)
    chat = writable(context.world, chat.id)
    set_member(context.world, chat, BOT_ID, "left", by=BOT_ID)
    return True


def _with_members(world: World, params: Json) -> Chat:
    chat = known(world, params.get("chat_id"))
    if chat.kind == "private":
        raise bad_request(
            "chat member status can't be changed in private chats"
            if "user_id" in params
            else "there are no administrators in the private chat"
        )
    return chat


@methods("setChatMenuButton", "chat_id menu_button")
async def set_chat_menu_button(context: Context, params: Json) -> Any:
    button = params.get("menu_button") or {"type": "default"}
    if not isinstance(button, dict) or button.get("type") not in ("default", "commands", "web_app"):
        raise bad_request("can't parse menu button: unsupported type specified")
    if button["type"] == "web_app" and not (button.get("text") and (button.get("web_app") or {}).get("url")):
        raise bad_request("can't parse menu button: can't find field \"web_app\"")
    if params.get("chat_id"):
        chat = writable(context.world, params["chat_id"])
        if chat.kind != "private":
            raise bad_request("chat not found")
        chat.menu_button = button
    else:
        context.world.menu_button = {"type": "commands"} if button["type"] == "default" else button
    context.world.tell({"type": "commands", "chat_id": params.get("chat_id") or 0})
    return True


@methods("getChatMenuButton", "chat_id")
async def get_chat_menu_button(context: Context, params: Json) -> Any:
    if not params.get("chat_id"):
        return context.world.menu_button
    chat = known(context.world, params["chat_id"])
    return chat.menu_button or {"type": "default"}
