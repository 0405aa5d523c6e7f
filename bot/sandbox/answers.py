"""How a call of the Bot API ends badly, and the JSON that all of the sandbox speaks in."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]


class ApiError(Exception):
    """An answer with ok=false. `parameters` may hold retry_after or migrate_to_chat_id."""

    def __init__(self, code: int, description: str, parameters: Json | None = None) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters = parameters


def bad_request(why: str) -> ApiError:
    return ApiError(400, f"Bad Request: {why}")


def forbidden(why: str) -> ApiError:
    return ApiError(403, f"Forbidden: {why}")


def field(given: Json, name: str, kind: type, what: str = "") -> Any:
    """A field that an object must have, of the JSON type that it must be of; the errors are Telegram's."""
    value = given.get(name)
    if value is None:
        raise bad_request(f'can\'t find field "{name}"' + (f" of {what}" if what else ""))
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        words = {str: "String", int: "Number", list: "Array", dict: "Object", bool: "Boolean"}
        raise bad_request(f'field "{name}" must be of type {words[kind]}')
    return value
