"""What people do: write, edit, tap, ask in inline mode; in the chat with the bot, in groups and in channels."""

from __future__ import annotations

import base64
import binascii
import itertools
from dataclasses import dataclass, field
from typing import Any

from bot.sandbox.answers import Json, bad_request
from bot.sandbox.chats import Chat
from bot.sandbox.demo import DEMO_PHOTO
from bot.sandbox.inline import InlineQuery
from bot.sandbox.media.files import File
from bot.sandbox.media.media import Media, MediaFailed, Upload
from bot.sandbox.membership import set_blocked
from bot.sandbox.methods.copying import copied, origin_of
from bot.sandbox.methods.posting import set_keyboard, without_reply
from bot.sandbox.methods.sending import media_fields
from bot.sandbox.people import Person
from bot.sandbox.text.entities import checked, trimmed
from bot.sandbox.text.recognised import with_recognised
from bot.sandbox.world import BOT_ID, USERNAME, Query, World

MEDIA = ("photo", "video", "animation", "audio", "voice", "document")
PLAIN = ("location", "contact")
NAMES = {"video": "video.mp4", "audio": "audio.mp3", "voice": "voice.ogg", "document": "document.bin"}


@dataclass(slots=True)
class Acts:
    """Raises ApiError for what a person can't do."""

    world: World
    media: Media
    _query_ids: itertools.count[int] = field(default_factory=lambda: itertools.count(10**17 + 1))

    def send(self, person: Person, given: Json) -> list[Json]:
        """One message; of an album, several. `chat_id`: a group or channel instead of the chat with the bot."""
        chat = self.place(person, given)
        album = given.get("album")
        if album is not None:
            if not isinstance(album, list) or not 2 <= len(album) <= 10:
                raise bad_request("an album has 2 to 10 photos or videos")
            group = str(2 * 10**15 + next(self.world.numbers))
            return [self._send_one(person, chat, {**given, **item}, {"media_group_id": group}) for item in album]
        return [self._send_one(person, chat, given, {})]

    def place(self, person: Person, given: Json) -> Chat:
        chat_id = given.get("chat_id") or person.id
        chat = self.world.chat(chat_id)
        if chat is None or chat.gone or chat.migrated_to:
            raise bad_request("no such chat")
        if chat.kind == "private" and chat.id != person.id:
            raise bad_request("that is somebody else's chat with the bot")
        member = chat.member(person.id)
        if chat.kind == "channel" and not member.in_charge:
            raise bad_request(f"{person.first_name} is no administrator of this channel")
        if chat.kind in ("group", "supergroup") and not member.present:
            raise bad_request(f"{person.first_name} is not in this chat")
        return chat

    def _send_one(self, person: Person, chat: Chat, given: Json, more: Json) -> Json:
        message = {**self._heading(person, chat, given), **more, **self._content(given)}
        if reply := chat.find(given.get("reply_to_message_id") or 0):
            message["reply_to_message"] = without_reply(reply)
        message |= self._forwarded(given)
        raw = given.get("raw")
        if isinstance(raw, dict):
            message |= raw
        elif not message.keys() - self._heading_keys - more.keys():
            raise bad_request("message text is empty")
        if chat.kind == "private":
            self._arrive(person)
            if chat.keyboard and (chat.keyboard.get("one_time_keyboard") or "keyboard" not in chat.keyboard):
                set_keyboard(self.world, chat, {})
        self.world.keep(chat, message)
        if self.reaches_bot(chat, message, person):
            kind = "channel_post" if chat.kind == "channel" else "message"
            self.world.updates.add(kind, message, chat.id)
        return message

    _heading_keys = frozenset(
        ("message_id", "from", "sender_chat", "author_signature", "chat", "date", "message_thread_id",
         "is_topic_message", "via_bot")
    )  # fmt: skip

    def _arrive(self, person: Person) -> None:
        """Who writes to the bot has started it, and blocks it no more."""
        set_blocked(self.world, person.id, False)
        if not person.started:
            person.started = True
            self.world.tell({"type": "user", "chat_id": person.id, "user": person.described()})

    def _heading(self, person: Person, chat: Chat, given: Json) -> Json:
        message: Json = {"message_id": next(chat.numbers)}
        if chat.kind == "channel":
            message |= {"sender_chat": chat.described(), "author_signature": person.first_name}
        else:
            message["from"] = person.user()
        message |= {"chat": chat.described(), "date": int(self.world.clock())}
        if thread := given.get("message_thread_id"):
            if thread not in chat.topics:
                raise bad_request("message thread not found")
            message |= {"message_thread_id": thread, "is_topic_message": True}
        if given.get("via_bot"):
            message["via_bot"] = self.world.bot()
        return message

    def _content(self, given: Json) -> Json:
        kind = next((kind for kind in MEDIA if given.get(kind)), None)
        text_key, entities_key = ("caption", "caption_entities") if kind else ("text", "entities")
        content: Json = {name: given[name] for name in PLAIN if given.get(name)}
        if kind:
            file = self._file(kind, given[kind], str(given.get("file_name") or NAMES.get(kind, "")))
            content |= media_fields(kind, file.described(), given)
        text = str(given.get(text_key) or "")
        entities = checked(given.get("entities") or [], text)
        text, entities = trimmed(text, entities)
        if text:
            content[text_key] = text
        if entities := with_recognised(text, entities):
            content[entities_key] = entities
        return content

    def _file(self, kind: str, given: Any, name: str) -> File:
        try:
            data = DEMO_PHOTO if given == "demo" else base64.b64decode(str(given), validate=True)
            return self.media.made(kind, Upload(name, "", data))
        except binascii.Error:
            raise bad_request(f'a {kind} is "demo" or base64') from None
        except MediaFailed as failed:
            raise bad_request(str(failed)) from None

    def _forwarded(self, given: Json) -> Json:
        """`forward`: {"chat_id", "message_id"} of a message to pass on; `forward_origin`: as it is given."""
        told = {"forward_origin": given["forward_origin"]} if given.get("forward_origin") else {}
        wanted = given.get("forward")
        if not isinstance(wanted, dict):
            return told
        source = self.world.chat(wanted.get("chat_id"))
        original = source.find(wanted.get("message_id") or 0) if source else None
        if source is None or original is None:
            raise bad_request("message to forward not found")
        return {**copied(original), "forward_origin": original.get("forward_origin") or origin_of(source, original)}

    def reaches_bot(self, chat: Chat, message: Json, person: Person) -> bool:
        """In groups a bot in privacy mode hears commands, replies to it and mentions; administrators hear all."""
        if chat.kind == "private":
            return True
        member = chat.member(BOT_ID)
        if not member.present:
            return False
        if chat.kind == "channel" or member.in_charge:
            return True
        if message.get("reply_to_message", {}).get("from", {}).get("id") == BOT_ID or "via_bot" in message:
            return True
        text = str(message.get("text") or message.get("caption") or "")
        name = f"@{USERNAME}".lower()
        for entity in message.get("entities") or message.get("caption_entities") or []:
            words = text.encode("utf-16-le")[entity["offset"] * 2 : (entity["offset"] + entity["length"]) * 2]
            word = words.decode("utf-16-le").lower()
            if entity["type"] == "bot_command" and ("@" not in word or word.endswith(name)):
                return True
            if entity["type"] == "mention" and word == name:
                return True
        return False

    def edit(self, person: Person, given: Json) -> Json:
        """A person changes the words of a message of theirs."""
        chat = self.place(person, given)
        message = chat.find(given.get("message_id") or 0)
        if message is None or message.get("from", {}).get("id", person.id) != person.id:
            raise bad_request("no such message of theirs")
        content = self._content({key: given[key] for key in ("text", "caption", "entities") if key in given})
        if "caption" in given:
            content = {"caption": given["caption"]}
        changed = {**message, **content, "edit_date": int(self.world.clock())}
        chat.keep(changed)
        self.world.tell({"type": "edit", "chat_id": chat.id, "message": changed})
        if self.reaches_bot(chat, changed, person):
            kind = "edited_channel_post" if chat.kind == "channel" else "edited_message"
            self.world.updates.add(kind, changed, chat.id)
        return changed

    def tap(self, person: Person, given: Json) -> Query:
        """A tap on a callback button, by its `data` or by its `row` and `column`."""
        chat = self.world.chat(given.get("chat_id") or person.id)
        message = chat.find(given.get("message_id") or 0) if chat else None
        if chat is None or not message:
            raise bad_request("no such message in this chat")
        if chat.kind in ("group", "supergroup") and not chat.member(person.id).present:
            raise bad_request(f"{person.first_name} is not in this chat")
        data = given.get("data")
        if data is None:
            try:
                data = message["reply_markup"]["inline_keyboard"][given["row"]][given["column"]]["callback_data"]
            except (KeyError, IndexError):
                raise bad_request("there is no such callback button") from None
        query = Query(str(next(self._query_ids)), person.id, chat.id, self.world.clock())
        self.world.queries[query.id] = query
        update: Json = {"id": query.id, "from": person.user(), "chat_instance": str(chat.id), "data": str(data)}
        place = (chat.id, message["message_id"])
        inline_id = next((key for key, known in self.world.inline_places.items() if known == place), None)
        update |= {"inline_message_id": inline_id} if inline_id else {"message": message}
        self.world.updates.add("callback_query", update, person.id)
        return query

    def ask_inline(self, person: Person, given: Json) -> InlineQuery:
        """Typing the bot's name and some words, in any chat."""
        if not self.world.inline_mode:
            raise bad_request("inline mode is switched off")
        chat = self.world.chat(given.get("chat_id") or person.id)
        if chat is None:
            raise bad_request("no such chat")
        kind = ("sender" if chat.id == person.id else "private") if chat.kind == "private" else chat.kind
        text, offset = str(given.get("query") or ""), str(given.get("offset") or "")
        query, to_ask = self.world.inline.ask(person.id, text, offset, chat.id, kind)
        if to_ask:
            update = {"id": query.id, "from": person.user(), "query": query.text, "offset": offset, "chat_type": kind}
            self.world.updates.add("inline_query", update, person.id)
        return query

    async def choose(self, person: Person, query: InlineQuery, result_id: str) -> Json:
        """One of the results goes into the chat, as a message of the person by way of the bot."""
        results = query.answer.results if query.answer else []
        result = next((result for result in results if result["id"] == result_id), None)
        chat = self.world.chat(query.chat)
        if result is None or chat is None:
            raise bad_request("there is no such result")
        content = {key: value for key, value in result["message"].items() if value not in (None, [], "", False)}
        if url := content.pop("_photo_url", None):
            content["photo"] = (await self.media.resolve("photo", url, {})).described()
        message = {**self._heading(person, chat, {"via_bot": True}), **content}
        self.world.keep(chat, message)
        if self.reaches_bot(chat, message, person):
            self.world.updates.add("message", message, chat.id)
        chosen: Json = {"result_id": result_id, "from": person.user(), "query": query.text}
        if "reply_markup" in content:
            inline_id = f"AAInline{chat.id}_{message['message_id']}"
            self.world.inline_places[inline_id] = (chat.id, message["message_id"])
            chosen["inline_message_id"] = inline_id
        self.world.updates.add("chosen_inline_result", chosen, person.id)
        return message
