"""What the message about breaking news says and offers, in each of its states."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.alerts import board, buttons
from bot.alerts.standing import Pace, Standing, lately
from bot.model.broadcasts import Announcement, Audience, Broadcast, BroadcastKind, BroadcastState, Tally
from bot.model.deliveries import DeliveryState
from bot.model.ids import BroadcastId, CategoryId, ChatId
from bot.model.language import Language
from bot.texts import Texts

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
TEXTS = Texts.load(Language.RU)
SENT, DEAD, PENDING, BLOCKED = DeliveryState.SENT, DeliveryState.DEAD, DeliveryState.PENDING, DeliveryState.BLOCKED
DRAFT = Broadcast(
    BroadcastId(5), BroadcastKind.ALERT, ChatId(1), Announcement("Пожар"), BroadcastState.DRAFT, 3, 2, NOW
)
GOING = replace(DRAFT, state=BroadcastState.CONFIRMED, starts_at=NOW - timedelta(minutes=1), job=1)
HALF = Tally(1000, {SENT: 440, DEAD: 10, BLOCKED: 50, PENDING: 500}, filled=True)


def standing(broadcast: Broadcast = DRAFT, tally: Tally = HALF, **more: object) -> Standing:
    plain = Standing(
        broadcast,
        readers={Language.RU: 900, Language.KK: 100},
        tally=tally,
        needed=1,
        pace=Pace(30, False),
        now=NOW,
        zone=ZoneInfo("Asia/Almaty"),
    )
    return replace(plain, **more)  # type: ignore[arg-type]


def shown(one: Standing) -> tuple[str, list[str]]:
    keyboard = buttons.under(one, Language.RU, TEXTS)
    labels = [button.text for row in keyboard.inline_keyboard for button in row] if keyboard else []
    return board.text(one, Language.RU, TEXTS).replace("\u00a0", " "), labels


@pytest.mark.parametrize(
    ("pace", "readers", "stars"),
    [
        (Pace(30, True), 100_000, 0),
        (Pace(1000, False), 100_000, 0),
        (Pace(1000, True), 100_000, 9700),
        (Pace(60, True), 1, 1),
        (Pace(60, True), 0, 0),
    ],
)
def test_what_it_costs(pace: Pace, readers: int, stars: int) -> None:
    assert pace.stars(readers) == stars


def test_a_draft_says_whom_it_reaches_and_how_long_that_takes() -> None:
    text, labels = shown(standing(pace=Pace(30, False)))
    assert "получат 1 000 читателей" in text
    assert "Русский 900 · Қазақша 100" in text
    assert "34 с" in text
    assert labels[0].startswith("✖"), "where a hasty thumb lands"
    assert labels[-1].startswith("🚀")


def test_a_draft_for_some_with_a_time_and_another_editor() -> None:
    wanted = Audience(languages=(Language.KK,), categories=(CategoryId(4),))
    draft = replace(DRAFT, audience=wanted, planned_at=NOW + timedelta(hours=2), approvals=(ChatId(1),))
    sections = {CategoryId(4): {Language.RU: "Спорт"}}
    text, labels = shown(standing(draft, needed=2, sections=sections, readers={Language.KK: 1}))
    assert "Языки: Қазақша" in text
    assert "Разделы: Спорт" in text
    assert "23 ноября, 19:00 (Asia/Almaty)" in text
    assert "1 из 2" in text
    assert "Сразу" in labels


def test_the_bar() -> None:
    text, labels = shown(standing(GOING, rate=25.0))
    assert "▰▰▰▰▰▰▱▱▱▱▱▱ 50 %" in text
    assert "Отправлено: 440 · осталось: 500" in text
    assert "Не принято: 10 · заблокировали бота: 50" in text
    assert "В секунду: 25 · осталось времени: 20 с" in text
    assert [label[0] for label in labels] == ["⏸", "⏹", "✏", "🗑"]


@pytest.mark.parametrize("tally", [Tally(0), Tally(0, {}, filled=True), Tally(10, {SENT: 12}, filled=False)])
def test_the_bar_of_very_little(tally: Tally) -> None:
    assert "%" in shown(standing(GOING, tally))[0]


def test_paused_late_and_stopping() -> None:
    text, labels = shown(standing(replace(GOING, paused=True), rate=25.0))
    assert "Приостановлено" in text
    assert "В секунду" not in text
    assert labels[0].startswith("⏵")
    assert "Бот был выключен" in shown(standing(replace(GOING, paused=True, late=True)))[0]
    text, labels = shown(standing(replace(GOING, state=BroadcastState.STOPPED)))
    assert "Останавливается" in text
    assert [label[0] for label in labels] == ["🗑"]


def test_before_its_start_it_can_only_be_cancelled() -> None:
    text, labels = shown(standing(replace(GOING, starts_at=NOW + timedelta(seconds=3))))
    assert "Сейчас уйдёт" in text
    assert [label[0] for label in labels] == ["✖"]


def test_afterwards() -> None:
    ended = replace(GOING, state=BroadcastState.DONE, ended_at=NOW)
    tally = Tally(
        10, {SENT: 8, BLOCKED: 2}, filled=True, half=timedelta(0), most=timedelta(0), last=timedelta(minutes=2)
    )
    text, labels = shown(standing(ended, tally))
    assert "Доставлено: 8" in text
    assert "Заблокировали бота: 2" in text
    assert "последний: 2 мин" in text
    assert "🗑 Отозвать" in labels
    recalled, labels = shown(standing(replace(ended, recalled_at=NOW), tally))
    assert not [label for label in labels if label[0] in "🗑✏"]
    assert "Доставлено: 8" in recalled


def test_a_trial_a_correction_and_a_recall_say_that_they_are_that() -> None:
    ended = replace(GOING, state=BroadcastState.DONE, ended_at=NOW)
    trial = replace(ended, audience=Audience(editors=True))
    assert "Только редакторы (проба)" in shown(standing(trial))[0]
    correction = replace(ended, kind=BroadcastKind.CORRECTION, parent_id=BroadcastId(4))
    recall = replace(correction, kind=BroadcastKind.RECALL)
    assert "Доставлено" not in shown(standing(recall))[0]
    listed = buttons.listed([], [ended, trial, correction, recall], 0, False, Language.RU, TEXTS).inline_keyboard
    assert [row[0].text.partition("№")[0] for row in listed] == ["", "Проба ", "✏️ ", "🗑 "]


def test_warnings_of_what_left_lately() -> None:
    same = replace(GOING, id=BroadcastId(2), starts_at=NOW - timedelta(minutes=50))
    other = replace(same, announcement=Announcement("Другое"))
    fresh = replace(other, id=BroadcastId(3), starts_at=NOW - timedelta(minutes=10))
    trial = replace(fresh, id=BroadcastId(4), audience=Audience(editors=True))
    assert [one.key for one in lately(DRAFT, [same, other, fresh, trial, DRAFT], NOW)] == [
        "warning.same_text",
        "warning.another",
    ]
    addition = replace(DRAFT, kind=BroadcastKind.REPLY, parent_id=BroadcastId(3))
    assert [one.key for one in lately(addition, [fresh], NOW)] == []


@pytest.mark.parametrize(
    ("part", "value", "on", "chosen"),
    [
        ("a", "", True, Audience()),
        ("l", "kk", True, Audience(languages=(Language.RU, Language.KK))),
        ("l", "ru", False, Audience()),
        ("l", "ru", True, Audience(languages=(Language.RU,))),
        ("c", "4", True, Audience(languages=(Language.RU,), categories=(CategoryId(4),))),
        ("l", "de", True, None),
        ("c", "x", True, None),
        ("z", "1", True, None),
    ],
)
def test_choosing_an_audience(part: str, value: str, on: bool, chosen: Audience | None) -> None:
    assert buttons.chosen(Audience(languages=(Language.RU,)), part, value, on) == chosen
