"""/privacy: what is kept, all of it as a file, and forgetting it at once."""

from __future__ import annotations

import json

import pytest
from aiohttp import ClientSession

from bot.model.language import Language
from tests.people import NAMES, labels, person


@pytest.mark.parametrize("language", Language)
async def test_export_and_forget(start_bot, newspaper, chat, sandbox, language: Language) -> None:
    newspaper.publish("Старая", "Политика")
    await start_bot()
    reader = await person(chat, language)
    await reader.starts()
    await reader.user.taps("Политика")
    newspaper.publish("Новый закон", "Политика")
    await reader.user.taps("🔖", on=await reader.user.sees("Новый закон"))
    await reader.user.sends("/follow паводки")
    await reader.user.sends("/privacy")
    await reader.user.calm()
    screen = await reader.last()
    assert "7" in screen["text"]
    await reader.taps("button.export_mine", on=screen)
    document = (await reader.sees("privacy.exported"))["document"]
    assert document["file_name"] == "newsbot.json"
    kept = await _file(sandbox, document["file_id"])
    assert kept["settings"]["chat_id"] == reader.user.id
    assert kept["settings"]["language"] == language
    assert [one["name"] for one in kept["sections"]] == ["Политика"]
    assert {one["phrase"] for one in kept["words"]} == {"паводки"}
    assert [one["title"] for one in kept["bookmarks"]] == ["Новый закон"]
    assert [one["about"] for one in kept["messages"]] == ["Новый закон"]

    await reader.taps("button.forget", on=screen)
    asked = await reader.user.sees(reader.words("privacy.ask"))
    await reader.taps("button.cancel", on=asked)
    assert reader.text("button.export_mine") in labels(await reader.user.sees("7"))
    await reader.taps("button.forget", on=screen)
    assert await reader.taps("button.forget_now") == reader.text("privacy.forgotten")
    newspaper.publish("Не для него", "Политика")
    await reader.user.sees_nothing(of="Не для него", for_=1.5)
    await reader.user.starts()
    fresh = await reader.user.sees(reader.words("start.promise"))
    assert "Политика · 3" in labels(fresh), "nothing is chosen"
    await reader.user.sends("/bookmarks")
    await reader.user.sees(reader.words("bookmarks.empty"))


@pytest.mark.parametrize("language", Language)
async def test_an_editor_is_told_what_stays(start_bot, chat, sandbox, language: Language) -> None:
    await start_bot(admin_ids=frozenset({(await chat.user(NAMES[language])).id}), wait=False)
    editor = await person(chat, language)
    await editor.starts()
    await editor.user.sends("/privacy")
    await editor.user.calm()
    assert editor.text("privacy.editor").split("\n")[1] in (await editor.last())["text"]
    await editor.taps("button.export_mine")
    document = (await editor.sees("privacy.exported"))["document"]
    assert (await _file(sandbox, document["file_id"]))["newsroom"]["role"]["role"] == "owner"
    stranger = await chat.new_user("Чужой", language.value)
    await stranger.sends("/privacy")
    await stranger.calm()
    assert editor.text("privacy.editor").split("\n")[1] not in (await stranger.messages())[-1]["text"]


async def _file(sandbox, file_id: str) -> dict:
    async with ClientSession() as session:
        async with session.post(f"{sandbox.url}/bot{sandbox.token}/getFile", json={"file_id": file_id}) as response:
            path = (await response.json())["result"]["file_path"]
        async with session.get(f"{sandbox.url}/file/bot{sandbox.token}/{path}") as response:
            return json.loads(await response.read())
