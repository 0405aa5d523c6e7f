"""The message about a broadcast in an editor's chat: what it is, for whom, how it goes, how it went. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.alerts.standing import Standing
from bot.model.broadcasts import BroadcastKind, BroadcastState
from bot.model.deliveries import DeliveryState, MessageForm
from bot.model.language import Language
from bot.texts import Texts

BAR = 12
"""Squares of the progress bar."""
SENT, DEAD, BLOCKED = DeliveryState.SENT, DeliveryState.DEAD, DeliveryState.BLOCKED
OUTCOMES = (
    ("outcome.failed", (DEAD, DeliveryState.EXPIRED)),
    ("outcome.blocked", (BLOCKED,)),
    ("outcome.unknown", (DeliveryState.UNKNOWN,)),
    ("outcome.cancelled", (DeliveryState.CANCELLED,)),
)


def text(standing: Standing, language: Language, texts: Texts) -> str:
    broadcast = standing.broadcast
    if broadcast.state is BroadcastState.DRAFT:
        lines = _draft(standing, language, texts)
    elif broadcast.state is BroadcastState.CANCELLED:
        lines = [texts.get(language, "breaking.cancelled")]
    elif broadcast.ended_at is not None:
        lines = _result(standing, language, texts)
    elif standing.waits:
        lines = [_start(standing, language, texts)]
    else:
        lines = _progress(standing, language, texts)
    title = texts.get(language, f"kind.{broadcast.kind.value}", id=broadcast.id, parent=broadcast.parent_id)
    trial = broadcast.audience.editors and broadcast.state is not BroadcastState.DRAFT
    return "\n".join([title, *([texts.get(language, "audience.editors")] if trial else []), *lines])


def _draft(standing: Standing, language: Language, texts: Texts) -> list[str]:
    broadcast = standing.broadcast
    key = "breaking.copies" if broadcast.kind is BroadcastKind.CORRECTION else "breaking.audience"
    lines = [texts.count(language, key, standing.total)]
    lines += _audience(standing, language, texts)
    takes = standing.pace.takes(standing.total)
    if takes > timedelta(seconds=5):
        lines.append(texts.get(language, "breaking.takes", time=texts.duration(language, takes)))
    if stars := standing.pace.stars(standing.total):
        lines.append(texts.get(language, "breaking.costs", stars=texts.number(language, stars)))
    if broadcast.planned_at:
        lines.append(
            texts.get(language, "breaking.planned", moment=_moment(standing, broadcast.planned_at, language, texts))
        )
    lines += [texts.get(language, one.key, **one.args) for one in standing.warnings]
    if standing.needed > 1 and not broadcast.audience.editors:
        lines.append(texts.get(language, "breaking.approvals", given=len(broadcast.approvals), needed=standing.needed))
    return lines


def _audience(standing: Standing, language: Language, texts: Texts) -> list[str]:
    wanted, lines = standing.broadcast.audience, []
    if wanted.editors:
        lines.append(texts.get(language, "audience.editors"))
    if wanted.languages:
        names = ", ".join(texts.get(one, "language.name") for one in wanted.languages)
        lines.append(texts.get(language, "audience.languages", names=names))
    if wanted.categories:
        known = standing.sections or {}
        names = ", ".join(known.get(one, {}).get(language, f"#{one}") for one in wanted.categories)
        lines.append(texts.get(language, "audience.categories", names=names))
    if len(standing.readers) > 1:
        by_language = " · ".join(
            f"{texts.get(one, 'language.name')} {texts.number(language, n)}" for one, n in standing.readers.items()
        )
        lines.append(by_language)
    return lines


def _moment(standing: Standing, moment: datetime, language: Language, texts: Texts) -> str:
    return f"{texts.date(language, moment, standing.zone)} ({standing.zone})"


def _start(standing: Standing, language: Language, texts: Texts) -> str:
    broadcast = standing.broadcast
    if broadcast.planned_at is None or broadcast.starts_at is None:
        return texts.get(language, "breaking.waiting")
    return texts.get(language, "breaking.scheduled", moment=_moment(standing, broadcast.starts_at, language, texts))


def _progress(standing: Standing, language: Language, texts: Texts) -> list[str]:
    broadcast, tally = standing.broadcast, standing.tally
    head = "breaking.leaving"
    if broadcast.state is BroadcastState.STOPPED:
        head = "breaking.stopping"
    elif broadcast.paused:
        head = "breaking.late" if broadcast.late else "breaking.paused"
    total = max(tally.total, 1)
    done = min(BAR, BAR * tally.ended // total)
    lines = [
        texts.get(language, head),
        f"{'▰' * done}{'▱' * (BAR - done)} {min(100, 100 * tally.ended // total)} %",
        texts.get(
            language,
            "breaking.progress",
            sent=texts.number(language, tally.count(SENT)),
            left=texts.number(language, max(0, tally.left)),
            failed=texts.number(language, tally.count(DEAD)),
            blocked=texts.number(language, tally.count(BLOCKED)),
        ),
    ]
    if standing.rate and not broadcast.paused:
        left = texts.duration(language, timedelta(seconds=round(max(0, tally.left) / standing.rate)))
        lines.append(texts.get(language, "breaking.rate", rate=texts.number(language, round(standing.rate)), left=left))
    return lines


def _result(standing: Standing, language: Language, texts: Texts) -> list[str]:
    broadcast, tally = standing.broadcast, standing.tally
    stopped = broadcast.state is BroadcastState.STOPPED
    lines = [texts.get(language, "breaking.stopped" if stopped else "breaking.done")]
    if broadcast.kind is not BroadcastKind.RECALL:
        lines.append(texts.get(language, "outcome.sent", n=texts.number(language, tally.count(SENT))))
    if standing.forms:
        deleted, notices = (standing.forms.get(one, 0) for one in (MessageForm.DELETED, MessageForm.NOTICE))
        lines.append(
            texts.get(
                language,
                "outcome.recalled",
                deleted=texts.number(language, deleted),
                notices=texts.number(language, notices),
            )
        )
    for key, states in OUTCOMES:
        if n := tally.count(*states):
            lines.append(texts.get(language, key, n=texts.number(language, n)))
    if tally.last is not None:
        times = {name: _after(span, language, texts) for name, span in _times(standing)}
        lines.append(texts.get(language, "breaking.times", **times))
    for change in standing.changes:
        moment = _moment(standing, change.created_at, language, texts)
        lines.append(texts.get(language, f"changed.{change.kind.value}", id=change.id, moment=moment))
    return lines


def _times(standing: Standing) -> list[tuple[str, timedelta | None]]:
    tally = standing.tally
    return [("half", tally.half), ("most", tally.most), ("last", tally.last)]


def _after(span: timedelta | None, language: Language, texts: Texts) -> str:
    return "–" if span is None else texts.duration(language, span)
