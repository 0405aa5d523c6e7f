"""The sandbox has exactly the parameters that the Bot API has, as aiogram knows them."""

from __future__ import annotations

import aiogram.methods
import pytest

from bot.sandbox.api import METHODS
from bot.sandbox.chats import CHANNEL_RIGHTS, GROUP_RIGHTS, PERMISSIONS, RIGHTS
from bot.sandbox.journal import POSTS
from bot.sandbox.media import inputs
from bot.sandbox.methods import inline
from bot.sandbox.parameters import FLAGS, NUMBERS, OBJECTS
from bot.sandbox.rich import blocks, texts
from bot.sandbox.updates import KINDS


def fields(model: type) -> tuple[set[str], set[str]]:
    """All fields of a model of aiogram, and the deprecated ones among them."""
    known = model.model_fields
    return set(known), {name for name, about in known.items() if (about.json_schema_extra or {}).get("deprecated")}


@pytest.mark.parametrize("name", sorted(METHODS))
def test_a_method_has_the_documented_parameters(name: str) -> None:
    method = METHODS[name]
    known, deprecated = fields(getattr(aiogram.methods, method.name[0].upper() + method.name[1:]))
    assert method.parameters <= known - deprecated, "what does not exist"
    assert known - deprecated <= method.parameters, "what is missing"


def test_every_parameter_is_read_as_what_it_is() -> None:
    """A form has only text; what is a number, a flag or an object must be known by its name."""
    for method in METHODS.values():
        model = getattr(aiogram.methods, method.name[0].upper() + method.name[1:])
        for name in method.parameters:
            kind = str(model.model_fields[name].annotation)
            assert (name in FLAGS) == ("bool" in kind), f"{name} of {method.name}: {kind}"
            numeric = "int" in kind and "Input" not in kind and "list" not in kind
            assert (name in NUMBERS) == numeric, f"{name} of {method.name}: {kind}"
            complex_ = ("list[" in kind or "aiogram.types" in kind) and "InputFile" not in kind
            assert (name in OBJECTS) == complex_, f"{name} of {method.name}: {kind}"


@pytest.mark.parametrize("kind", sorted(inputs.FIELDS))
def test_input_media(kind: str) -> None:
    model = getattr(aiogram.types, "InputMedia" + kind.title().replace("_", ""))
    assert inputs.FIELDS[kind] == set(model.model_fields)


BLOCKS = {
    "heading": "SectionHeading",
    "pre": "Preformatted",
    "blockquote": "BlockQuotation",
    "expandable_blockquote": "ExpandableBlockQuotation",
    "pullquote": "PullQuotation",
}


@pytest.mark.parametrize("kind", sorted(blocks.FIELDS))
def test_rich_blocks(kind: str) -> None:
    name = "InputRichBlock" + BLOCKS.get(kind, kind.title().replace("_", ""))
    assert blocks.FIELDS[kind] | {"type"} == set(getattr(aiogram.types, name).model_fields)


@pytest.mark.parametrize("kind", sorted(texts.FIELDS))
def test_rich_texts(kind: str) -> None:
    model = getattr(aiogram.types, "RichText" + kind.title().replace("_", ""))
    assert texts.FIELDS[kind] | {"type"} == set(model.model_fields)


def test_parts_of_rich_messages() -> None:
    types = aiogram.types
    assert set(types.RichMessageButton.model_fields) == texts.BUTTON_FIELDS
    assert set(types.InputRichBlockListItem.model_fields) == blocks.ITEM_FIELDS
    assert set(types.RichBlockTableCell.model_fields) == blocks.CELL_FIELDS


def test_all_blocks_that_a_message_can_have_are_known() -> None:
    theirs = {
        model.model_fields["type"].default.value
        for name, model in vars(aiogram.types).items()
        if name.startswith("InputRichBlock") and "type" in getattr(model, "model_fields", {})
        if hasattr(model.model_fields["type"].default, "value")
    }
    assert theirs - {"thinking"} == set(blocks.FIELDS), "thinking stands only in drafts"


RESULTS = {
    "article": "Article", "photo": "Photo", "document": "CachedDocument", "video": "CachedVideo", "gif": "CachedGif",
    "audio": "CachedAudio",
}  # fmt: skip


@pytest.mark.parametrize("kind", sorted(inline.FIELDS))
def test_inline_results(kind: str) -> None:
    """The sandbox takes fields that exist; photos are both kinds of photos."""
    known = set(getattr(aiogram.types, f"InlineQueryResult{RESULTS[kind]}").model_fields)
    known |= set(aiogram.types.InlineQueryResultCachedPhoto.model_fields) if kind == "photo" else set()
    assert inline.FIELDS[kind] == known - {"hide_url"}


def test_update_kinds() -> None:
    assert set(aiogram.types.Update.model_fields) - {"update_id"} == KINDS


def test_rights_and_permissions() -> None:
    administrator = {name for name in aiogram.types.ChatMemberAdministrator.model_fields if name.startswith("can_")}
    assert {*RIGHTS, *GROUP_RIGHTS, *CHANNEL_RIGHTS} == administrator - {"can_be_edited"}
    assert set(PERMISSIONS) == set(aiogram.types.ChatPermissions.model_fields)


def test_methods_that_post_are_methods() -> None:
    assert set(METHODS) >= POSTS
