"""The Bot API's methods: their parameters, their rules, their answers.

A parameter that the method does not have is refused, where Telegram would ignore it: here it is a bug to be found.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from bot.sandbox.entities import CAPTION_LIMIT, TEXT_LIMIT, formatted
from bot.sandbox.flood import Flood
from bot.sandbox.markup import inline_keyboard
from bot.sandbox.photos import Photos
from bot.sandbox.state import BOT_ID, QUERY_LIFETIME, UPDATE_LIFETIME, ApiError, Json, Person, World, bad_request

Method = Callable[["Api", Json], Awaitable[Any]]
METHODS: dict[str, tuple[frozenset[str], Method]] = {}

DELIVERY = (
    "business_connection_id chat_id message_thread_id direct_messages_topic_id disable_notification protect_content "
    "allow_paid_broadcast message_effect_id suggested_post_parameters reply_parameters reply_markup "
    "ephemeral_message_parameters"
)
TWO_DAYS = 48 * 3600
LONGEST_POLL = 50
UPDATE_TYPES = ("message", "callback_query", "my_chat_member", "edited_message")


def method(name: str, parameters: str = "") -> Callable[[Method], Method]:
    def register(function: Method) -> Method:
        METHODS[name.lower()] = (frozenset(parameters.split()), function)
        return function

    return register


class Api:
    """The state that calls work on. `uploads` of a call come in its parameters under their part's name, as bytes."""

    def __init__(self, world: World, flood: Flood, photos: Photos) -> None:
        self.world, self.flood, self.photos = world, flood, photos
        self._poll: asyncio.Event | None = None
        self.webhook = ""

    async def call(self, name: str, params: Json) -> Any:
        known = METHODS.get(name.lower())
        if known is None:
            raise ApiError(404, "Not Found: method not found")
        allowed, function = known
        uploads = {key: value for key, value in params.items() if isinstance(value, bytes)}
        if unknown := set(params) - allowed - set(uploads):
            raise bad_request(f"the sandbox knows no parameter {sorted(unknown)[0]!r} of {name}")
        return await function(self, params)

    def person(self, params: Json) -> Person:
        """The chat to send to, or why not."""
        chat_id = params.get("chat_id")
        if chat_id in (None, ""):
            raise bad_request("chat_id is empty")
        person = self.world.people.get(chat_id) if isinstance(chat_id, int) else None
        if person is None:
            raise bad_request("chat not found")
        if person.blocked:
            raise ApiError(403, "Forbidden: bot was blocked by the user")
        if not person.started:
            raise ApiError(403, "Forbidden: bot can't initiate conversation with a user")
        return person

    def message(self, person: Person, **content: Any) -> Json:
        message = {
            "message_id": self.world.next_message_id(),
            "from": self.world.bot(),
            "chat": person.chat(),
            "date": int(self.world.clock()),
            **{key: value for key, value in content.items() if value not in (None, [], "")},
        }
        self.world.keep(message)
        return message

    def own_message(self, params: Json) -> Json:
        person = self.person(params)
        message = self.world.chats[person.id].get(params.get("message_id") or 0)
        if message is None:
            raise bad_request("message to edit not found")
        if message and message["from"]["id"] != BOT_ID:
            raise bad_request("message can't be edited")
        return message

    def edited(self, message: Json, changes: Json) -> Json:
        """Put the changes in, or say that there are none."""
        if all(message.get(key) == (value or None) for key, value in changes.items()):
            raise bad_request(
                "message is not modified: specified new message content and reply markup are exactly the same as a "
                "current content and reply markup of the message"
            )
        # A change of buttons alone is no edit that a reader would see marked.
        if set(changes) != {"reply_markup"}:
            message["edit_date"] = int(self.world.clock())
        for key, value in changes.items():
            if value:
                message[key] = value
            else:
                message.pop(key, None)
        self.world.tell({"type": "edit", "chat_id": message["chat"]["id"], "message": message})
        return message

    # --- updates ---------------------------------------------------------------------------------------------------

    async def poll(self, offset: int, limit: int, timeout: float) -> list[Json]:
        """Long polling. A second poller ends the first one's wait with a conflict, as Telegram does."""
        if self._poll:
            self._poll.set()
        ended = self._poll = asyncio.Event()
        try:
            deadline = asyncio.get_running_loop().time() + timeout
            while True:
                if found := self._waiting(offset, limit):
                    return found
                left = deadline - asyncio.get_running_loop().time()
                if left <= 0:
                    return []
                self.world.new_update.clear()
                news, end = asyncio.ensure_future(self.world.new_update.wait()), asyncio.ensure_future(ended.wait())
                try:
                    await asyncio.wait((news, end), timeout=left, return_when=asyncio.FIRST_COMPLETED)
                finally:
                    news.cancel()
                    end.cancel()
                if ended.is_set():
                    raise ApiError(
                        409,
                        "Conflict: terminated by other getUpdates request; make sure that only one bot instance is "
                        "running",
                    )
        finally:
            if self._poll is ended:
                self._poll = None

    def _waiting(self, offset: int, limit: int) -> list[Json]:
        oldest = self.world.clock() - UPDATE_LIFETIME
        updates = self.world.updates
        while updates and (updates[0]["update_id"] < offset or updates[0]["_at"] < oldest):
            updates.popleft()
        found: list[Json] = []
        for update in updates:
            if len(found) == limit:
                break
            found.append({key: value for key, value in update.items() if key != "_at"})
        return found


@method("getMe")
async def get_me(api: Api, params: Json) -> Any:
    return {
        **api.world.bot(),
        "can_join_groups": True,
        "can_read_all_group_messages": False,
        "supports_inline_queries": False,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }


@method("getUpdates", "offset limit timeout allowed_updates")
async def get_updates(api: Api, params: Json) -> Any:
    if api.webhook:
        raise ApiError(
            409,
            "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook "
            "first",
        )
    limit = min(100, max(1, params.get("limit") or 100))
    return await api.poll(params.get("offset") or 0, limit, min(LONGEST_POLL, params.get("timeout") or 0))


@method("setWebhook", "url certificate ip_address max_connections allowed_updates drop_pending_updates secret_token")
async def set_webhook(api: Api, params: Json) -> Any:
    if params.get("url"):
        raise bad_request("the sandbox delivers no webhooks; ask for updates with getUpdates")
    return True


@method("deleteWebhook", "drop_pending_updates")
async def delete_webhook(api: Api, params: Json) -> Any:
    if params.get("drop_pending_updates"):
        api.world.updates.clear()
    return True


@method("getWebhookInfo")
async def get_webhook_info(api: Api, params: Json) -> Any:
    return {"url": "", "has_custom_certificate": False, "pending_update_count": len(api.world.updates)}


# --- sending -------------------------------------------------------------------------------------------------------


@method("sendMessage", f"{DELIVERY} text parse_mode entities link_preview_options")
async def send_message(api: Api, params: Json) -> Any:
    person = api.person(params)
    text, entities = formatted(params, "text", "entities", TEXT_LIMIT, required=True)
    keyboard = inline_keyboard(params.get("reply_markup"))
    api.flood.check(person.id)
    return api.message(
        person,
        text=text,
        entities=entities,
        reply_markup=keyboard,
        link_preview_options=params.get("link_preview_options"),
        **_reply(api, person, params),
    )


@method("sendPhoto", f"{DELIVERY} photo caption parse_mode caption_entities show_caption_above_media has_spoiler")
async def send_photo(api: Api, params: Json) -> Any:
    person = api.person(params)
    caption, entities = formatted(params, "caption", "caption_entities", CAPTION_LIMIT, required=False)
    keyboard = inline_keyboard(params.get("reply_markup"))
    api.flood.check(person.id)
    uploads = {key: value for key, value in params.items() if isinstance(value, bytes)}
    photo = await api.photos.resolve(params.get("photo"), uploads)
    return api.message(
        person,
        photo=photo.sizes(),
        caption=caption,
        caption_entities=entities,
        reply_markup=keyboard,
        show_caption_above_media=params.get("show_caption_above_media"),
        **_reply(api, person, params),
    )


@method("sendMediaGroup", f"{DELIVERY} media")
async def send_media_group(api: Api, params: Json) -> Any:
    person = api.person(params)
    media = params.get("media")
    if params.get("reply_markup"):
        raise bad_request("an album can't have a reply markup")
    if not isinstance(media, list) or not 2 <= len(media) <= 10:
        count = len(media) if isinstance(media, list) else 0
        raise bad_request(
            "too many messages to send as an album" if count > 10 else "there must be 2-10 media in an album"
        )
    if any(not isinstance(item, dict) or item.get("type") != "photo" for item in media):
        raise bad_request("can't use the media of the specified type in the album")
    api.flood.check(person.id, len(media))
    uploads = {key: value for key, value in params.items() if isinstance(value, bytes)}
    prepared = []
    for number, item in enumerate(media, start=1):
        caption, entities = formatted(item, "caption", "caption_entities", CAPTION_LIMIT, required=False)
        try:
            photo = await api.photos.resolve(item.get("media"), uploads)
        except ApiError as error:
            why = error.description.removeprefix("Bad Request: ")
            raise bad_request(f'failed to send message #{number} with the error message "{why}"') from None
        prepared.append((photo, caption, entities))
    group = str(10**15 + api.world.counts["albums"])
    api.world.counts["albums"] += 1
    return [
        api.message(person, media_group_id=group, photo=photo.sizes(), caption=caption, caption_entities=entities)
        for photo, caption, entities in prepared
    ]


@method(
    "copyMessage", f"{DELIVERY} from_chat_id message_id caption parse_mode caption_entities show_caption_above_media"
)
async def copy_message(api: Api, params: Json) -> Any:
    person = api.person(params)
    original = api.world.chats.get(params.get("from_chat_id") or 0, {}).get(params.get("message_id") or 0)
    if not original:
        raise bad_request("message to copy not found")
    api.flood.check(person.id)
    content = ("text", "entities", "photo", "caption", "caption_entities")
    copied = {key: original[key] for key in content if key in original}
    if "caption" in params:
        caption, entities = formatted(params, "caption", "caption_entities", CAPTION_LIMIT, required=False)
        copied |= {"caption": caption, "caption_entities": entities}
    message = api.message(person, **copied, reply_markup=inline_keyboard(params.get("reply_markup")))
    return {"message_id": message["message_id"]}


@method("sendChatAction", "business_connection_id chat_id message_thread_id action")
async def send_chat_action(api: Api, params: Json) -> Any:
    person = api.person(params)
    api.world.tell({"type": "chat_action", "chat_id": person.id, "action": params.get("action")})
    return True


def _reply(api: Api, person: Person, params: Json) -> Json:
    reply = params.get("reply_parameters") or {}
    if not reply:
        return {}
    original = api.world.chats[person.id].get(reply.get("message_id") or 0)
    if original is None:
        if reply.get("allow_sending_without_reply"):
            return {}
        raise bad_request("message to be replied not found")
    return {"reply_to_message": {key: value for key, value in original.items() if key != "reply_to_message"}}


# --- editing -------------------------------------------------------------------------------------------------------

EDITED = "business_connection_id chat_id message_id inline_message_id reply_markup"


@method("editMessageText", f"{EDITED} text parse_mode entities link_preview_options")
async def edit_message_text(api: Api, params: Json) -> Any:
    message = api.own_message(params)
    if message and "text" not in message:
        raise bad_request("there is no text in the message to edit")
    text, entities = formatted(params, "text", "entities", TEXT_LIMIT, required=True)
    keyboard = inline_keyboard(params.get("reply_markup"))
    return api.edited(message, {"text": text, "entities": entities, "reply_markup": keyboard}) if message else True


@method("editMessageCaption", f"{EDITED} caption parse_mode caption_entities show_caption_above_media")
async def edit_message_caption(api: Api, params: Json) -> Any:
    message = api.own_message(params)
    if message and "photo" not in message:
        raise bad_request("there is no caption in the message to edit")
    caption, entities = formatted(params, "caption", "caption_entities", CAPTION_LIMIT, required=False)
    keyboard = inline_keyboard(params.get("reply_markup"))
    changes = {"caption": caption, "caption_entities": entities, "reply_markup": keyboard}
    return api.edited(message, changes) if message else True


@method("editMessageReplyMarkup", EDITED)
async def edit_message_reply_markup(api: Api, params: Json) -> Any:
    message = api.own_message(params)
    keyboard = inline_keyboard(params.get("reply_markup"))
    return api.edited(message, {"reply_markup": keyboard}) if message else True


@method("editMessageMedia", f"{EDITED} media")
async def edit_message_media(api: Api, params: Json) -> Any:
    message = api.own_message(params)
    media = params.get("media")
    if not isinstance(media, dict) or media.get("type") != "photo":
        raise bad_request("the sandbox edits photos only")
    caption, entities = formatted(media, "caption", "caption_entities", CAPTION_LIMIT, required=False)
    uploads = {key: value for key, value in params.items() if isinstance(value, bytes)}
    photo = await api.photos.resolve(media.get("media"), uploads)
    changes = {
        "photo": photo.sizes(),
        "caption": caption,
        "caption_entities": entities,
        "reply_markup": inline_keyboard(params.get("reply_markup")),
        "text": None,
        "entities": None,
    }
    return api.edited(message, changes) if message else True


@method("deleteMessage", "chat_id message_id")
async def delete_message(api: Api, params: Json) -> Any:
    person = api.person(params)
    message = api.world.chats[person.id].get(params.get("message_id") or 0)
    if message is None:
        raise bad_request("message to delete not found")
    if message and api.world.clock() - message["date"] > TWO_DAYS:
        raise bad_request("message can't be deleted for everyone")
    del api.world.chats[person.id][params["message_id"]]
    api.world.tell({"type": "delete", "chat_id": person.id, "message_id": params["message_id"]})
    return True


@method("deleteMessages", "chat_id message_ids")
async def delete_messages(api: Api, params: Json) -> Any:
    ids = params.get("message_ids")
    if not isinstance(ids, list) or not 1 <= len(ids) <= 100:
        raise bad_request("there must be 1-100 message identifiers")
    known = [one for one in ids if one in api.world.chats[api.person(params).id]]
    for one in known:
        await delete_message(api, {**params, "message_id": one})
    return True


# --- taps ----------------------------------------------------------------------------------------------------------


@method("answerCallbackQuery", "callback_query_id text show_alert url cache_time")
async def answer_callback_query(api: Api, params: Json) -> Any:
    query = api.world.queries.get(str(params.get("callback_query_id")))
    if query is None or query.answered or api.world.clock() - query.asked_at > QUERY_LIFETIME:
        raise bad_request("query is too old and response timeout expired or query ID is invalid")
    text = params.get("text") or ""
    if len(text) > 200:
        raise bad_request("MESSAGE_TOO_LONG")
    query.answered, query.text, query.show_alert = True, text, bool(params.get("show_alert"))
    answer = {"callback_query_id": query.id, "text": query.text, "show_alert": query.show_alert}
    api.world.tell({"type": "callback_answer", "chat_id": query.person, **answer})
    return True


# --- what the bot says of itself -----------------------------------------------------------------------------------


@method("setMyCommands", "commands scope language_code")
async def set_my_commands(api: Api, params: Json) -> Any:
    commands = params.get("commands") or []
    if len(commands) > 100:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    for command in commands:
        if not 1 <= len(command.get("command", "")) <= 32 or not 1 <= len(command.get("description", "")) <= 256:
            raise bad_request("BOT_COMMAND_INVALID")
    api.world.commands[_scope(api, params)] = commands
    api.world.tell({"type": "commands", "chat_id": 0})
    return True


@method("getMyCommands", "scope language_code")
async def get_my_commands(api: Api, params: Json) -> Any:
    return api.world.commands.get(_scope(api, params), [])


@method("deleteMyCommands", "scope language_code")
async def delete_my_commands(api: Api, params: Json) -> Any:
    api.world.commands.pop(_scope(api, params), None)
    return True


def _scope(api: Api, params: Json) -> tuple[str, int, str]:
    scope = params.get("scope") or {"type": "default"}
    chat_id = scope.get("chat_id", 0)
    if scope["type"] == "chat" and (chat_id not in api.world.people or not api.world.people[chat_id].started):
        raise bad_request("chat not found")
    return scope["type"], chat_id, params.get("language_code") or ""


def commands_for(world: World, person: Person) -> list[Json]:
    """The menu that this person sees: the narrowest scope that has one, there in their language if there is one."""
    for scope, chat_id in (("chat", person.id), ("all_private_chats", 0), ("default", 0)):
        for language in (person.language_code, ""):
            if (scope, chat_id, language) in world.commands:
                return world.commands[scope, chat_id, language]
    return []


def _about(name: str, field: str, limit: int) -> None:
    async def set_it(api: Api, params: Json) -> Any:
        text = params.get(field) or ""
        if len(text) > limit:
            raise bad_request(f"{field} is too long")
        api.world.texts[field, params.get("language_code") or ""] = text
        return True

    METHODS[name.lower()] = (frozenset((field, "language_code")), set_it)


_about("setMyDescription", "description", 512)
_about("setMyShortDescription", "short_description", 120)
_about("setMyName", "name", 64)


@method("setChatMenuButton", "chat_id menu_button")
async def set_chat_menu_button(api: Api, params: Json) -> Any:
    return True


@method("getChat", "chat_id")
async def get_chat(api: Api, params: Json) -> Any:
    return {**api.person(params).chat(), "accent_color_id": 0, "max_reaction_count": 11, "accepted_gift_types": {}}


@method("getFile", "file_id")
async def get_file(api: Api, params: Json) -> Any:
    file = next((one for one in api.world.files.values() if one.file_id == params.get("file_id")), None)
    if file is None:
        raise bad_request("invalid file_id")
    return {
        "file_id": file.file_id,
        "file_unique_id": file.unique_id,
        "file_size": len(file.data),
        "file_path": f"photos/{file.unique_id}.jpg",
    }
