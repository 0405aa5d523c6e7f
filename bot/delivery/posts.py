"""The messages that are leaving: loaded, rendered and written out once per language, not per reader. Plain dates are
those of the newsroom's zone, since a message serves readers of all zones; moments are shown in each reader's own.

Also knows which article's photo or file is on its way to Telegram for the first time. That first delivery is a probe:
until it has ended, the article's other deliveries wait, and then they all use its file id (or go without).
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, tzinfo

from bot import keyboards
from bot.delivery import alerts
from bot.delivery.encoding import Encoded, encode_delete, encode_edit
from bot.delivery.outcome import MediaLost, Outcome, Sent
from bot.delivery.post import AudioPost, PhotoPost, Post, TextPost, VideoPost
from bot.delivery.render.bundle import bundle
from bot.delivery.render.card import card
from bot.delivery.render.edition import shows_date
from bot.model.articles import Article, MediaResult
from bot.model.deliveries import Action, Delivery, MessageForm
from bot.model.ids import ArticleId, BroadcastId
from bot.model.language import Language
from bot.texts import Texts
from storage.base import Storage

MOST_KEPT = 200
FRESH = 30.0
"""Seconds for which a loaded article is used without another look: what other processes learn of its photo."""

_Variant = tuple[Language, MessageForm | None, bool]
"""The language; of an edit the form of the message and whether the article is saved."""
_Alert = tuple[BroadcastId, int, MessageForm | None, Language]
"""Its revision; of a correction the form of the message; the reader's language."""


@dataclass(slots=True)
class _Loaded:
    article: Article
    at: float
    dated: bool = False
    """Whether the messages say when the article was published."""
    messages: dict[_Variant, Encoded | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Probe:
    """A photo or file that a delivery is the first to bring to Telegram."""

    article_id: ArticleId
    url: str


class Posts:
    def __init__(
        self,
        storage: Storage,
        texts: Texts,
        encode: Callable[[Post], Encoded],
        *,
        zone: tzinfo,
        now: Callable[[], datetime],
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._storage = storage
        self._zone, self._now = zone, now
        self._texts = texts
        self._encode = encode
        self._monotonic = monotonic
        self._articles: OrderedDict[ArticleId, _Loaded] = OrderedDict()
        self._bundles: OrderedDict[tuple[object, ...], Encoded | None] = OrderedDict()
        self._broadcasts: OrderedDict[_Alert, Encoded | None] = OrderedDict()
        self._recalls: dict[Language, Encoded] = {}
        self._probing: set[ArticleId] = set()
        self._replaced: set[ArticleId] = set()
        """Whose file id was refused once; refused again, the photo is left out."""

    def waits_for_photo(self, delivery: Delivery) -> bool:
        return delivery.article_id in self._probing and not delivery.bundled

    async def message(self, delivery: Delivery) -> Encoded | None:
        """What to send; None when there is nothing to send any more."""
        if delivery.action is not Action.SEND and delivery.target is None:
            return None
        if delivery.action is Action.RECALL and not delivery.bundled:
            return self._recall(delivery.language)
        if delivery.bundled:
            return await self._bundle(delivery)
        if delivery.broadcast_id is not None:
            return await self._broadcast(delivery, delivery.broadcast_id)
        assert delivery.article_id is not None
        loaded = await self._load(delivery.article_id, delivery.revision)
        if loaded is None:
            return None
        if loaded.dated is not (dated := shows_date(loaded.article, self._now())):
            loaded.dated = dated
            loaded.messages.clear()
        form = delivery.target.form if delivery.target else None
        variant = delivery.language, form, delivery.saved
        if variant not in loaded.messages:
            loaded.messages[variant] = self._card(loaded.article, *variant)
        return loaded.messages[variant]

    def _card(self, article: Article, language: Language, form: MessageForm | None, saved: bool) -> Encoded | None:
        keyboard = keyboards.card(article, language, self._texts, saved=saved)
        post = card(article, language, self._texts, keyboard, now=self._now(), zone=self._zone)
        return self._encode(post) if form is None else encode_edit(post, form, media=True)

    def _recall(self, language: Language) -> Encoded:
        if language not in self._recalls:
            self._recalls[language] = encode_delete(TextPost(self._texts.get(language, "post.recalled")))
        return self._recalls[language]

    def probe(self, delivery: Delivery, message: Encoded | None) -> Probe | None:
        """Called when the message is about to leave: the photo or file that it is the first to bring, if any."""
        if message is None or delivery.article_id is None or delivery.bundled:
            return None
        media = _media_of(message.post)
        if media is None or not media.startswith(("http://", "https://")):
            return None
        self._probing.add(delivery.article_id)
        return Probe(delivery.article_id, media)

    def unprobed(self, delivery: Delivery) -> None:
        """The probe did not leave after all."""
        if delivery.article_id is not None:
            self._probing.discard(delivery.article_id)

    def learned(
        self, delivery: Delivery, message: Encoded, probe: Probe | None, outcome: Outcome
    ) -> MediaResult | None:
        """A call ended: what it taught about the post serves all that leave later. Returns what is to be recorded."""
        if probe:
            self.unprobed(delivery)
        match outcome:
            case Sent(file_ids=(file_id, *_), simplified=None) if probe:
                return self._learn(MediaResult(probe.article_id, probe.url, file_id))
            case Sent(file_ids=(file_id, *_), simplified=PhotoPost(photo=photo)) if probe and photo == probe.url:
                return self._learn(MediaResult(probe.article_id, probe.url, file_id))
            case Sent(simplified=simplified) if probe and simplified and _media_of(simplified) != probe.url:
                return self._learn(MediaResult(probe.article_id, probe.url, None, refused=True))
            case Sent(simplified=simplified) if simplified:
                self._simplify(delivery, message, simplified)
            case MediaLost() if delivery.article_id is not None and (media := _media_of(message.post)):
                return self._lost(delivery.article_id, media)
        return None

    def _learn(self, result: MediaResult) -> MediaResult:
        loaded = self._articles.get(result.article_id)
        if loaded:
            loaded.article = loaded.article.with_media(result)
            loaded.messages.clear()
        return result

    def _lost(self, article_id: ArticleId, file_id: str) -> MediaResult | None:
        """Of many calls that met the same refusal, the first counts."""
        loaded = self._articles.get(article_id)
        url = loaded.article.url_of(file_id) if loaded else None
        if url is None:
            return None
        again = article_id in self._replaced
        self._replaced.add(article_id)
        return self._learn(MediaResult(article_id, url, None, refused=again))

    def _simplify(self, delivery: Delivery, message: Encoded, simplified: Post) -> None:
        """Telegram refused the post as it was: the others need not try it again."""
        if delivery.bundled or delivery.action is not Action.SEND:
            return
        if delivery.broadcast_id is not None:
            for key, one in self._broadcasts.items():
                if one is message:
                    self._broadcasts[key] = self._encode(simplified)
        elif delivery.article_id is not None and (loaded := self._articles.get(delivery.article_id)):
            for variant, one in loaded.messages.items():
                if one is message:
                    loaded.messages[variant] = self._encode(simplified)

    async def _load(self, article_id: ArticleId, revision: int) -> _Loaded | None:
        loaded = self._articles.get(article_id)
        fresh = article_id in self._probing or (loaded and self._monotonic() - loaded.at < FRESH)
        if loaded and fresh and loaded.article.revision >= revision:
            return loaded
        article = await self._storage.news.article(article_id)
        if article is None:
            return None
        if loaded and loaded.article == article:
            loaded.at = self._monotonic()
        else:
            loaded = self._articles[article_id] = _Loaded(article, self._monotonic())
        self._articles.move_to_end(article_id)
        if len(self._articles) > MOST_KEPT:
            self._articles.popitem(last=False)
        return loaded

    async def _bundle(self, delivery: Delivery) -> Encoded | None:
        """Many readers missed the same articles, so a bundle is kept, too. Changed, it has the newest of each."""
        ids = tuple(article for _, article in delivery.bundled)
        gone = delivery.article_id if delivery.action is Action.RECALL else None
        key = delivery.language, ids, gone, delivery.revision if delivery.target else None, delivery.target is None
        if key not in self._bundles:
            self._bundles[key] = await self._make_bundle(delivery, ids, gone)
            if len(self._bundles) > MOST_KEPT:
                self._bundles.popitem(last=False)
        return self._bundles[key]

    async def _make_bundle(
        self, delivery: Delivery, ids: tuple[ArticleId, ...], gone: ArticleId | None
    ) -> Encoded | None:
        revision = delivery.revision if delivery.target else 0
        loaded = [await self._load(one, revision if one == delivery.article_id else 0) for one in ids if one != gone]
        found = [one.article for one in loaded if one]
        if not found:
            return self._recall(delivery.language) if gone else None
        keyboard = keyboards.bundle(found, delivery.language, self._texts)
        post = bundle(found, delivery.language, self._texts, keyboard, now=self._now(), zone=self._zone)
        return self._encode(post) if delivery.target is None else encode_edit(post, MessageForm.BUNDLE)

    async def _broadcast(self, delivery: Delivery, broadcast_id: BroadcastId) -> Encoded | None:
        form = delivery.target.form if delivery.target else None
        key = broadcast_id, delivery.revision, form, delivery.language
        if key not in self._broadcasts:
            broadcast = await self._storage.broadcasts.get(broadcast_id)
            if broadcast is None:
                return None
            written = broadcast.announcement
            if written.card is not None:
                loaded = await self._load(written.card, 1)
                self._broadcasts[key] = self._card(loaded.article, delivery.language, form, False) if loaded else None
            elif form is None:
                self._broadcasts[key] = self._encode(alerts.post(written))
            else:
                self._broadcasts[key] = alerts.encode_correction(written, form)
            if len(self._broadcasts) > MOST_KEPT:
                self._broadcasts.popitem(last=False)
        return self._broadcasts[key]


def _media_of(post: Post) -> str | None:
    match post:
        case PhotoPost(photo=media) | VideoPost(video=media) | AudioPost(audio=media):
            return media
    return None
