"""How the bot asks for updates."""

from __future__ import annotations

import re
from typing import Any

from bot.sandbox.answers import ApiError, Json, bad_request
from bot.sandbox.methods.registry import Context, Methods

methods = Methods()

LONGEST_POLL = 50
"""Seconds, whatever a longer timeout says."""
MOST_UPDATES = 100
SECRET_LIMIT = 256


@methods("getUpdates", "offset limit timeout allowed_updates")
async def get_updates(context: Context, params: Json) -> Any:
    if context.webhook.url:
        raise ApiError(
            409,
            "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook "
            "first",
        )
    updates = context.world.updates
    updates.allow(params.get("allowed_updates"))
    limit = min(MOST_UPDATES, max(1, params.get("limit") or MOST_UPDATES))
    return await updates.poll(params.get("offset") or 0, limit, min(LONGEST_POLL, params.get("timeout") or 0))


@methods("setWebhook", "url certificate ip_address max_connections allowed_updates drop_pending_updates secret_token")
async def set_webhook(context: Context, params: Json) -> Any:
    url = params.get("url") or ""
    if not url:
        return await delete_webhook(context, params)
    secret = params.get("secret_token") or ""
    if len(secret) > SECRET_LIMIT:
        raise bad_request("secret token is too long")
    if not re.fullmatch(r"[A-Za-z0-9_-]*", secret):
        raise bad_request("secret token contains unallowed characters")
    connections = params.get("max_connections") or 40
    if not isinstance(connections, int) or not 1 <= connections <= 100:
        raise bad_request("max_connections must be from 1 to 100")
    context.webhook.check(url)
    _drop(context, params)
    context.world.updates.allow(params.get("allowed_updates"))
    context.world.updates.end_poll("setWebhook request")
    await context.webhook.start(url, secret, connections)
    return True


@methods("deleteWebhook", "drop_pending_updates")
async def delete_webhook(context: Context, params: Json) -> Any:
    await context.webhook.stop()
    _drop(context, params)
    return True


def _drop(context: Context, params: Json) -> None:
    if params.get("drop_pending_updates"):
        context.world.updates.waiting.clear()


@methods("getWebhookInfo")
async def get_webhook_info(context: Context, params: Json) -> Any:
    return context.webhook.info()
