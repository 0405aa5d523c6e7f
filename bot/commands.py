"""The commands menu and the bot's own description, registered with Telegram in every language."""

from __future__ import annotations

from collections.abc import Sequence

import structlog
from aiogram import Bot
from aiogram.exceptions import AiogramError, TelegramBadRequest
from aiogram.methods import (
    DeleteMyCommands,
    SetChatMenuButton,
    SetMyCommands,
    SetMyDescription,
    SetMyShortDescription,
    TelegramMethod,
)
from aiogram.types import BotCommand, BotCommandScopeAllChatAdministrators, BotCommandScopeChat, MenuButtonCommands

from bot.config import Settings
from bot.model.language import Language
from bot.texts import Texts

log = structlog.get_logger()

READER = ("start", "categories", "latest", "bookmarks", "search", "settings", "privacy", "help")
EDITOR = ("breaking", "status", "stats", "feeds", "publish", "admin", *READER)


async def register(bot: Bot, texts: Texts, settings: Settings, editors: Sequence[int]) -> None:
    """Tell Telegram; what it refuses is logged and left, since the bot works without."""
    for code, language in _codes(texts):
        about = {"newsroom": settings.newsroom_name}
        await _try(bot, SetMyCommands(commands=_menu(READER, language, texts), language_code=code))
        there = [BotCommand(command="categories", description=texts.get(language, "commands.pick_here"))]
        scope = BotCommandScopeAllChatAdministrators()
        await _try(bot, SetMyCommands(commands=there, scope=scope, language_code=code))
        await _try(
            bot, SetMyDescription(description=texts.get(language, "about.description", **about), language_code=code)
        )
        short = texts.get(language, "about.short", **about)[:120]
        await _try(bot, SetMyShortDescription(short_description=short, language_code=code))
    await _try(bot, SetChatMenuButton(menu_button=MenuButtonCommands()))
    for editor in editors:
        await register_editor(bot, texts, editor)


async def register_editor(bot: Bot, texts: Texts, editor: int) -> None:
    """The editors' menu, which others do not see. Refused until that editor has written to the bot, hence also
    called on their /start."""
    for code, language in _codes(texts):
        scope = BotCommandScopeChat(chat_id=editor)
        await _try(bot, SetMyCommands(commands=_menu(EDITOR, language, texts), scope=scope, language_code=code))


async def forget_editor(bot: Bot, editor: int) -> None:
    """The readers' menu again."""
    for code in (None, *(language.value for language in Language)):
        await _try(bot, DeleteMyCommands(scope=BotCommandScopeChat(chat_id=editor), language_code=code))


def _codes(texts: Texts) -> list[tuple[str | None, Language]]:
    """Each language under its code, and the default for everybody else."""
    return [(None, texts.default), *((language.value, language) for language in Language)]


def _menu(names: tuple[str, ...], language: Language, texts: Texts) -> list[BotCommand]:
    return [BotCommand(command=name, description=texts.get(language, f"commands.{name}")) for name in names]


async def _try(bot: Bot, method: TelegramMethod[bool]) -> None:
    try:
        await bot(method)
    except TelegramBadRequest as error:
        # An editor who has not pressed START yet is no chat; their menu comes with /start.
        log.debug("Telegram did not register this", method=type(method).__name__, error=error.message)
    except AiogramError as error:
        log.info("Telegram did not register this", method=type(method).__name__, error=str(error))
