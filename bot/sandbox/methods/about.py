"""What the bot says of itself: commands, name, descriptions; and its files."""

from __future__ import annotations

import re
from typing import Any

from bot.sandbox.access import known
from bot.sandbox.answers import Json, bad_request
from bot.sandbox.chats import Chat
from bot.sandbox.media.files import FOLDERS
from bot.sandbox.methods.registry import Context, Methods
from bot.sandbox.people import Person
from bot.sandbox.world import World

methods = Methods()

MOST_COMMANDS = 100
DOWNLOAD_LIMIT = 20 * 1024 * 1024
SCOPES = ("default", "all_private_chats", "all_group_chats", "all_chat_administrators", "chat", "chat_administrators",
          "chat_member")  # fmt: skip
_ENDINGS = {"image/jpeg": "jpg", "image/png": "png", "image/gif": "gif", "image/webp": "webp", "video/mp4": "mp4",
            "audio/mpeg": "mp3", "audio/ogg": "oga", "application/pdf": "pdf", "application/zip": "zip"}  # fmt: skip


@methods("getMe")
async def get_me(context: Context, params: Json) -> Any:
    world = context.world
    return {
        **world.bot(),
        "can_join_groups": True,
        "can_read_all_group_messages": False,
        "supports_inline_queries": world.inline_mode,
        "can_connect_to_business": False,
        "has_main_web_app": False,
        "has_topics_enabled": world.private_topics,
    }


@methods("setMyCommands", "commands scope language_code")
async def set_my_commands(context: Context, params: Json) -> Any:
    commands = params.get("commands")
    if not isinstance(commands, list):
        raise bad_request("expected an Array of BotCommand")
    if len(commands) > MOST_COMMANDS:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    for command in commands:
        if not isinstance(command, dict) or not re.fullmatch(r"[a-z0-9_]{1,32}", str(command.get("command", ""))):
            raise bad_request("BOT_COMMAND_INVALID")
        if not 1 <= len(command.get("description", "")) <= 256:
            raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    context.world.commands[_scope(context.world, params)] = commands
    context.world.tell({"type": "commands", "chat_id": 0})
    return True


@methods("getMyCommands", "scope language_code")
async def get_my_commands(context: Context, params: Json) -> Any:
    return context.world.commands.get(_scope(context.world, params), [])


@methods("deleteMyCommands", "scope language_code")
async def delete_my_commands(context: Context, params: Json) -> Any:
    context.world.commands.pop(_scope(context.world, params), None)
    context.world.tell({"type": "commands", "chat_id": 0})
    return True


def _scope(world: World, params: Json) -> tuple[str, int, int, str]:
    scope = params.get("scope") or {"type": "default"}
    if not isinstance(scope, dict) or scope.get("type") not in SCOPES:
        raise bad_request("can't parse bot command scope: unsupported type specified")
    chat_id = user_id = 0
    if scope["type"] in ("chat", "chat_administrators", "chat_member"):
        chat = known(world, scope.get("chat_id"))
        person = world.person(chat.id) if chat.kind == "private" else None
        if person and not person.started:
            raise bad_request("chat not found")
        chat_id = chat.id
    if scope["type"] == "chat_member":
        user_id = scope.get("user_id") or 0
    return scope["type"], chat_id, user_id, params.get("language_code") or ""


def commands_for(world: World, person: Person, chat: Chat | None = None) -> list[Json]:
    """The menu that this person sees there: the narrowest scope that has one, in their language if there is one."""
    scopes: list[tuple[str, int, int]] = [("chat", person.id, 0), ("all_private_chats", 0, 0)]
    if chat and chat.kind != "private":
        scopes = [("chat_member", chat.id, person.id)]
        if chat.member(person.id).in_charge:
            scopes += [("chat_administrators", chat.id, 0), ("chat", chat.id, 0), ("all_chat_administrators", 0, 0)]
        else:
            scopes += [("chat", chat.id, 0)]
        scopes += [("all_group_chats", 0, 0)]
    for scope in (*scopes, ("default", 0, 0)):
        for language in (person.language_code, ""):
            if (*scope, language) in world.commands:
                return world.commands[(*scope, language)]
    return []


def _about(which: str, field: str, limit: int) -> None:
    @methods(f"setMy{which}", f"{field} language_code")
    async def set_it(context: Context, params: Json) -> Any:
        text = params.get(field) or ""
        if not isinstance(text, str) or len(text) > limit:
            raise bad_request(f"{field} is too long")
        context.world.texts[field, params.get("language_code") or ""] = text
        context.world.tell({"type": "about", "chat_id": 0, "bot": context.world.bot()})
        return True

    @methods(f"getMy{which}", "language_code")
    async def get_it(context: Context, params: Json) -> Any:
        texts = context.world.texts
        return {field: texts.get((field, params.get("language_code") or "")) or texts.get((field, ""), "")}


_about("Description", "description", 512)
_about("ShortDescription", "short_description", 120)
_about("Name", "name", 64)


@methods("getFile", "file_id")
async def get_file(context: Context, params: Json) -> Any:
    found = context.media.files.find(str(params.get("file_id")))
    if found is None:
        raise bad_request("invalid file_id")
    file, size = found
    if len(file.data) > DOWNLOAD_LIMIT:
        raise bad_request("file is too big")
    ending = _ENDINGS.get(file.mime) or file.name.rpartition(".")[2] or "bin"
    unique_id = size.unique_id if size else file.unique_id
    data = file.shrunk(size) if size else file.data
    return {
        "file_id": params["file_id"],
        "file_unique_id": unique_id,
        "file_size": len(data),
        "file_path": f"{FOLDERS[file.kind]}/{unique_id}.{'jpg' if size else ending}",
    }
