"""Chats: private ones, groups, supergroups with or without topics, and channels; who is in them with which rights."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field

from bot.sandbox.answers import Json

GENERAL = 1
"""The topic that every forum has; messages to it carry no thread id."""

PERMISSIONS = (
    "can_send_messages", "can_send_audios", "can_send_documents", "can_send_photos", "can_send_videos",
    "can_send_video_notes", "can_send_voice_notes", "can_send_polls", "can_send_other_messages",
    "can_add_web_page_previews", "can_change_info", "can_invite_users", "can_pin_messages", "can_manage_topics",
    "can_react_to_messages", "can_edit_tag",
)  # fmt: skip
"""What members may do; those that change the chat are for administrators at first."""
FOR_ADMINISTRATORS = ("can_change_info", "can_invite_users", "can_pin_messages", "can_manage_topics")
RIGHTS = (
    "can_manage_chat", "can_delete_messages", "can_manage_video_chats", "can_restrict_members", "can_promote_members",
    "can_change_info", "can_invite_users", "can_post_stories", "can_edit_stories", "can_delete_stories",
    "can_send_welcome_messages",
)  # fmt: skip
GROUP_RIGHTS = ("can_pin_messages", "can_manage_topics", "can_manage_tags")
CHANNEL_RIGHTS = ("can_post_messages", "can_edit_messages", "can_manage_direct_messages")
MEMBERSHIPS = ("creator", "administrator", "member", "restricted", "left", "kicked")


@dataclass(slots=True)
class Member:
    status: str
    rights: dict[str, bool] = field(default_factory=dict)
    """Of an administrator, or what a restricted member may still do."""
    until: int = 0
    is_member: bool = True
    """A restricted member may have left."""

    @property
    def present(self) -> bool:
        return self.status in ("creator", "administrator", "member") or (self.status == "restricted" and self.is_member)

    @property
    def in_charge(self) -> bool:
        return self.status in ("creator", "administrator")

    def may(self, right: str) -> bool:
        return self.status == "creator" or (self.status == "administrator" and self.rights.get(right, False))

    def described(self, user: Json, chat: Chat) -> Json:
        """A ChatMember of the Bot API."""
        told: Json = {"user": user, "status": self.status}
        match self.status:
            case "creator":
                told["is_anonymous"] = False
            case "administrator":
                told |= {"can_be_edited": False, "is_anonymous": False}
                told |= {right: self.rights.get(right, False) for right in chat.rights}
            case "restricted":
                told["is_member"] = self.is_member
                told |= {permission: self.rights.get(permission, False) for permission in PERMISSIONS}
                told["until_date"] = self.until
            case "kicked":
                told["until_date"] = self.until
        return told


@dataclass(slots=True)
class Topic:
    id: int
    name: str
    color: int
    closed: bool = False


@dataclass(slots=True)
class Chat:
    """A chat as the sandbox knows it. `messages` are Bot API Messages as its members see them now, deleted ones are
    gone; `numbers` gives the next message id: one row for all private chats and groups, own ones for the others."""

    id: int
    kind: str
    numbers: Iterator[int]
    title: str = ""
    username: str = ""
    is_forum: bool = False
    messages: dict[int, Json] = field(default_factory=dict)
    members: dict[int, Member] = field(default_factory=dict)
    permissions: dict[str, bool] = field(
        default_factory=lambda: {one: one not in FOR_ADMINISTRATORS for one in PERMISSIONS}
    )
    topics: dict[int, Topic] = field(default_factory=dict)
    pinned: list[int] = field(default_factory=list)
    """The newest last."""
    fixed: set[int] = field(default_factory=set)
    """Messages that came with a reply keyboard, which can never be edited."""
    keyboard: Json | None = None
    """The reply keyboard that a private chat shows."""
    menu_button: Json | None = None
    migrated_to: int = 0
    gone: bool = False
    """Deleted by its creator."""

    def described(self) -> Json:
        """A Chat of the Bot API."""
        if self.kind == "private":
            told: Json = {"id": self.id, "first_name": self.title}
            if self.username:
                told["username"] = self.username
            return {**told, "type": "private"}
        told = {"id": self.id, "title": self.title}
        if self.username:
            told["username"] = self.username
        told["type"] = self.kind
        if self.is_forum:
            told["is_forum"] = True
        return told

    @property
    def rights(self) -> tuple[str, ...]:
        """Those that its administrators can have."""
        return (*RIGHTS, *(CHANNEL_RIGHTS if self.kind == "channel" else GROUP_RIGHTS))

    @property
    def ages(self) -> bool:
        """Whether its messages can't be deleted after two days, not even by an administrator."""
        return self.kind in ("private", "group")

    def member(self, user_id: int) -> Member:
        return self.members.get(user_id) or Member("left")

    def find(self, message_id: int) -> Json | None:
        return self.messages.get(message_id)

    def keep(self, message: Json) -> None:
        """A new message, or a changed one in place of the old."""
        self.messages[message["message_id"]] = message

    def remove(self, message_id: int) -> None:
        self.messages.pop(message_id, None)
        self.fixed.discard(message_id)
        if message_id in self.pinned:
            self.pinned.remove(message_id)

    def all(self) -> list[Json]:
        """Oldest first."""
        return list(self.messages.values())

    def last(self) -> Json | None:
        return self.messages[next(reversed(self.messages))] if self.messages else None


def own_numbers() -> Iterator[int]:
    return itertools.count(1)
