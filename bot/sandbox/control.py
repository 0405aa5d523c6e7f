"""The sandbox's own interface, /sandbox/…: being people, watching, and making trouble. JSON in and out; a mistake is
answered with 4xx and {"error": why}. `bot.sandbox.client` speaks it in Python. Ids are those of the Bot API.

People (a person's id is also the id of their chat with the bot)
    POST /sandbox/users             {first_name, language_code?, role?, id?, username?, started?} → the person
    POST /sandbox/crowd             {count, start_id?, blocked?, deactivated?}: silent readers who have pressed START;
                                    the last two are shares (0.02), the same readers each time → {first_id, count}
    POST /sandbox/users/ID/send     a message to the bot → the Message; see below
    POST /sandbox/users/ID/edit     {message_id, text | caption, chat_id?} → the Message
    POST /sandbox/users/ID/tap      {message_id, data | row and column, chat_id?} → {callback_query_id}
    GET  /sandbox/callbacks/QUERY   {answered, text, show_alert, url}
    POST /sandbox/users/ID/inline   {query, offset?, chat_id?} → {query_id, answered, results, next_offset, button, …}
    GET  /sandbox/inline/QUERY      the same, later; …/pictures/NUMBER: what stands beside a result, counted from 0
    POST /sandbox/users/ID/choose   {query_id, result_id}: the result goes into the chat → the Message
    POST /sandbox/users/ID/block    …/unblock …/deactivate
    GET  /sandbox/users/ID/messages ?limit&before: {messages: as this person sees them now, oldest first; more: whether
                                    there are older ones; keyboard; pinned; topics}
    GET  /sandbox/users/ID/commands ?chat_id: {commands, menu_button} that this person sees

`send` takes text, or one of photo, video, animation, audio, voice, document ("demo" or base64; file_name) with caption,
or location, contact; entities, reply_to_message_id, has_spoiler; album: [{photo | video …}, …] becomes several messages
({"messages": …}); forward: {chat_id, message_id} or forward_origin; chat_id and message_thread_id for a group or a
channel; raw: fields of a Message that are taken as they are, whatever the Bot API will think of next.

Chats
    POST /sandbox/chats             {type: group|supergroup|channel, title, username?, is_forum?, creator?,
                                    members?: ids, bot?: a status, rights?: of the bot} → the chat
    GET  /sandbox/chats             …/CHAT …/CHAT/messages ?limit&before
    POST /sandbox/chats/CHAT/members      {user_id: id or "bot", status, rights?, by?, until?, is_member?}; the bot
                                    gets its my_chat_member, chat_member and service messages
    POST /sandbox/chats/CHAT/permissions  {can_send_photos: false, …} of all members
    POST /sandbox/chats/CHAT/topics       {name, by?} → {id}; …/topics/TOPIC {closed: bool} or {deleted: true}
    POST /sandbox/chats/CHAT/migrate      {by?}: a group becomes a supergroup → the new chat
    POST /sandbox/chats/CHAT/remove       deleted by its creator

Watching
    GET /sandbox/state      bot, users, chats, crowd (how many), counts (calls, errors, sent), pending_updates,
                            warnings, last (each chat's newest message), flood_control, growing_bans,
                            messages_per_second, can_try_feeds
    GET /sandbox/events     ?user: server-sent events: message, edit, delete, callback_answer, chat_action, keyboard,
                            pinned, user, members, commands, reaction, inline_answer, faults, warning
    GET /sandbox/journal    ?since&method&errors=1&last: {calls: [{n, time, method, chat_id, ok, error_code,
                            description, message_id, summary}], next}; every call of the bot, executed or not
    GET /sandbox/copies     ?text&since&first_id&count: for each message whose first 80 letters have `text` in them, who
                            of the readers (the crowd, unless told) got it: {readers, messages: [{summary, readers,
                            copies: {"1": 1998, "2": 1}, duplicates, missing, twice: ids, without: ids (100 at most)}]}
    GET /sandbox/rates      ?seconds: messages sent in each of the last seconds
    GET /sandbox/warnings   what Telegram would do silently: media that a rich message loses, …
    GET /sandbox/photos/UNIQUE_ID, /sandbox/files/UNIQUE_ID   by file_unique_id

Trouble
    POST   /sandbox/faults  {method?: name, list or "*", chat_id?: id, list, {first, last} or {every: n}, text?: regular
                            expression for the message's words, times?: 1, null for ever, after?: calls that still go
                            well, action} → {id}
                            action: {error: {error_code, description, parameters?}} · {drop: before|after execution} ·
                            {partial: 0.5} of the body, executed · {body: text} instead of it, executed ·
                            {garbage: before|after, status?: 502} an HTML page ·
                            {delay: s, jitter?} before, {hang: s, jitter?} after execution; these two add to others ·
                            {ban: s, scope?: all|chat} 429 from now on
    GET    /sandbox/faults  {faults: with hits; spent: the last that are through}; DELETE all, or …/faults/ID
    POST   /sandbox/settings  {flood_control, messages_per_second, growing_bans (a call during a wait doubles it),
                            inline_mode, private_topics, webhook_on_loopback, webhook_first_pause}, each optional → all
    POST   /sandbox/updates {"message": {…}} or another kind: an update as it is given

Feeds
    POST   /sandbox/feed    {url} → {text, problems}, when whoever runs the sandbox has given it a way to read feeds
"""

from __future__ import annotations

from aiohttp import web

from bot.sandbox.acts import Acts
from bot.sandbox.faults import Faults
from bot.sandbox.flood import Flood
from bot.sandbox.media.media import Media
from bot.sandbox.routes.chats import ChatRoutes
from bot.sandbox.routes.feeds import FeedRoutes, TryFeed
from bot.sandbox.routes.people import PeopleRoutes
from bot.sandbox.routes.trouble import TroubleRoutes
from bot.sandbox.routes.watching import WatchRoutes
from bot.sandbox.webhook import Webhook
from bot.sandbox.world import World


class Control:
    def __init__(
        self,
        world: World,
        flood: Flood,
        faults: Faults,
        media: Media,
        webhook: Webhook,
        acts: Acts,
        try_feed: TryFeed | None,
    ) -> None:
        self._routes = (
            PeopleRoutes(world, acts),
            ChatRoutes(world),
            WatchRoutes(world, flood, media, can_try_feeds=try_feed is not None),
            TroubleRoutes(world, flood, faults, webhook),
            FeedRoutes(try_feed),
        )

    def add_routes(self, app: web.Application) -> None:
        for routes in self._routes:
            routes.add_routes(app)
