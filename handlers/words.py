"""Words and phrases that the reader follows or mutes."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html import escape

from aiogram import Router
from aiogram.filters import Command, CommandObject
from aiogram.types import CallbackQuery, ForceReply, MaybeInaccessibleMessageUnion, Message

from bot.callbacks import AddWords, DropWord, OpenNewsLanguages, OpenSettings, OpenWords, SetNewsLanguage
from bot.config import Settings
from bot.model.language import Language
from bot.model.readers import Noted, Phrase, Reader
from bot.texts import Texts
from handlers.screen import Screen, button, keyboard
from storage.base import Storage

MOST_AT_ONCE = 10
SEPARATORS = re.compile(r"[,;\n]+")
ASKS = {True: "words.ask_follow", False: "words.ask_mute"}
COMMANDS = {"follow": True, "mute": False}


def router() -> Router:
    router = Router(name="words")
    waiting = Waiting()
    router.message.register(waiting.asked_by_command, Command(*COMMANDS))
    router.message.register(waiting.answered, waiting.expects)
    router.callback_query.register(waiting.asked, AddWords.filter())
    router.callback_query.register(open_words, OpenWords.filter())
    router.callback_query.register(drop, DropWord.filter())
    router.callback_query.register(open_news_languages, OpenNewsLanguages.filter())
    router.callback_query.register(set_news_language, SetNewsLanguage.filter())
    return router


class Waiting:
    """Readers whose next message is words. In memory: after a restart a reply to the question still is."""

    def __init__(self) -> None:
        self._readers: dict[int, bool] = {}

    async def expects(self, message: Message, texts: Texts) -> bool | dict[str, bool]:
        """Any command instead of the words means that the reader changed his mind."""
        follows = self._readers.pop(message.chat.id, None)
        if not message.text or message.text.startswith("/"):
            return False
        if (question := message.reply_to_message) is not None:
            for asked, key in ASKS.items():
                if question.text in {texts.get(each, key) for each in Language}:
                    follows = asked
        return False if follows is None else {"follows": follows}

    async def asked(self, query: CallbackQuery, callback_data: AddWords, texts: Texts, reader: Reader) -> None:
        await query.answer()
        if query.message:
            await self._ask(query.message, callback_data.follows, texts, reader)

    async def asked_by_command(
        self, message: Message, command: CommandObject, storage: Storage, texts: Texts, reader: Reader
    ) -> None:
        follows = COMMANDS[command.command]
        if command.args:
            await _note(message, command.args, follows, storage, texts, reader)
        else:
            await self._ask(message, follows, texts, reader)

    async def _ask(self, message: MaybeInaccessibleMessageUnion, follows: bool, texts: Texts, reader: Reader) -> None:
        self._readers[reader.chat_id] = follows
        await message.answer(texts.get(reader.language, ASKS[follows]), reply_markup=ForceReply())

    async def answered(self, message: Message, follows: bool, storage: Storage, texts: Texts, reader: Reader) -> None:
        await _note(message, message.text or "", follows, storage, texts, reader)


async def open_words(query: CallbackQuery, storage: Storage, texts: Texts, reader: Reader) -> None:
    await query.answer()
    await (await _words(storage, texts, reader)).replace(query)


async def drop(query: CallbackQuery, callback_data: DropWord, storage: Storage, texts: Texts, reader: Reader) -> None:
    phrase = await storage.wordlists.remove(reader.chat_id, callback_data.mark)
    if phrase:
        await query.answer(texts.get(reader.language, "words.dropped", phrase=phrase.text)[:200])
    else:
        await query.answer(texts.get(reader.language, "words.not_there"))
    await (await _words(storage, texts, reader)).replace(query)


async def _note(message: Message, typed: str, follows: bool, storage: Storage, texts: Texts, reader: Reader) -> None:
    """Each of the words or phrases between commas; what could not be kept is told with its reason."""
    language = reader.language
    typed_phrases = [" ".join(part.split()) for part in SEPARATORS.split(typed) if part.strip()]
    problems = []
    now = datetime.now(UTC)
    for number, text in enumerate(typed_phrases[:MOST_AT_ONCE]):
        # They are listed in the order of their moments.
        moment = now + timedelta(milliseconds=number)
        noted = await storage.wordlists.add(reader.chat_id, Phrase(text, follows), moment)
        if noted is not Noted.KEPT:
            problems.append(_problem(noted, text, language, texts))
    if len(typed_phrases) > MOST_AT_ONCE:
        problems.append(texts.count(language, "words.too_many", MOST_AT_ONCE))
    screen = await _words(storage, texts, reader)
    await replace(screen, html="\n".join([*map(escape, problems), screen.html])).answer(message)


def _problem(noted: Noted, text: str, language: Language, texts: Texts) -> str:
    short = text if len(text) <= 40 else text[:39] + "…"
    match noted:
        case Noted.LONG:
            return texts.get(language, "words.long", phrase=short)
        case Noted.FULL:
            return texts.get(language, "words.full", phrase=short)
        case _:
            return texts.get(language, "words.wordless", phrase=short)


async def _words(storage: Storage, texts: Texts, reader: Reader) -> Screen:
    language = reader.language
    phrases = await storage.wordlists.phrases(reader.chat_id)
    lines = [texts.get(language, "words.title"), ""]
    for follows, key, none in (
        (True, "words.followed", "words.follow_none"),
        (False, "words.muted", "words.mute_none"),
    ):
        ours = ", ".join(escape(one.text) for one in phrases if one.follows is follows)
        lines.append(texts.get(language, key, phrases=ours) if ours else texts.get(language, none))
    drops = [button(texts.get(language, "button.drop", name=one.text), DropWord(mark=one.mark)) for one in phrases]
    rows = [
        [
            button(texts.get(language, "button.follow"), AddWords(follows=True)),
            button(texts.get(language, "button.mute"), AddWords(follows=False)),
        ],
        *(drops[index : index + 2] for index in range(0, len(drops), 2)),
        [button(texts.get(language, "button.back"), OpenSettings())],
    ]
    return Screen("\n".join(lines), keyboard(rows))


async def open_news_languages(query: CallbackQuery, storage: Storage, texts: Texts, reader: Reader) -> None:
    await query.answer()
    await (await _news_languages(storage, texts, reader)).replace(query)


async def set_news_language(
    query: CallbackQuery,
    callback_data: SetNewsLanguage,
    storage: Storage,
    texts: Texts,
    settings: Settings,
    reader: Reader,
) -> None:
    """Without any chosen, all come: one who chooses the first wants only that one."""
    code, on = callback_data.code, callback_data.on
    known = frozenset(await storage.news.languages())
    if code not in known:
        await query.answer(texts.get(reader.language, "unknown.button"))
        return
    reader = await storage.readers.change_peace(
        reader.chat_id,
        lambda peace: replace(peace, languages=peace.languages | {code} if on else peace.languages - {code}),
        datetime.now(UTC),
        settings.timezone,
    )
    await query.answer(_chosen_languages(reader, texts)[:200])
    await (await _news_languages(storage, texts, reader)).replace(query)


async def _news_languages(storage: Storage, texts: Texts, reader: Reader) -> Screen:
    language, chosen = reader.language, reader.peace.languages
    codes = [*(await storage.news.languages()), *sorted(chosen)]
    rows = []
    for code in dict.fromkeys(codes):
        name = texts.language_name(language, code)
        label = texts.get(language, "button.category_on", name=name) if code in chosen else name
        rows.append([button(label, SetNewsLanguage(code=code, on=code not in chosen))])
    rows.append([button(texts.get(language, "button.back"), OpenSettings())])
    return Screen(f"{texts.get(language, 'tongues.title')}\n\n{_chosen_languages(reader, texts)}", keyboard(rows))


def _chosen_languages(reader: Reader, texts: Texts) -> str:
    names = ", ".join(texts.language_name(reader.language, code) for code in sorted(reader.peace.languages))
    if names:
        return texts.get(reader.language, "tongues.chosen", names=names)
    return texts.get(reader.language, "tongues.all")
