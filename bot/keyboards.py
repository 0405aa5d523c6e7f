"""Buttons: model + texts → inline keyboards. Pure.

A button is a sign and a word in the reader's language, and a sign always means the same (design: 🔖 save, ✅ saved or
chosen, 📖 read here, 🖼 photos, 🎬 video, 🎧 audio, 🔗 on the site, ↗ share, ◀ ▶ pages, 🌐 language, 🗑 remove).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from urllib.parse import quote

from aiogram.filters.callback_data import CallbackData
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup

from bot import callbacks
from bot.callbacks import View
from bot.config import Link
from bot.delivery.links import opens
from bot.delivery.post import RICH_MEDIA
from bot.delivery.render.media import linked, usable_photos
from bot.delivery.render.sections import in_sections
from bot.delivery.render.story import says_more
from bot.model.articles import Article, AttachmentKind, Category
from bot.model.language import Language
from bot.model.readers import Mode, Reader
from bot.texts import Texts

PageButton = Callable[[int], CallbackData]
CATEGORIES_PER_PAGE = 12
BUNDLE_ROW = 5
NAME_LIMIT = 30
"""Characters of a category's name on its button; two stand side by side on a phone."""
SHARED_TITLE_LIMIT = 200


def card(article: Article, language: Language, texts: Texts, *, saved: bool = False) -> InlineKeyboardMarkup:
    """Under a post: save; read here, when there is more to read; video and audio that the post doesn't carry, with all
    photos, when there are several; on the site, share; less like this. In as few rows as a phone can show whole."""
    first = [save(article.id, language, texts, saved=saved)]
    if says_more(article):
        first.append(_button(texts.get(language, "button.read"), callbacks.ReadArticle(article=article.id)))
    photos = len(usable_photos(article))
    media = [_photos(article, 0, texts.get(language, "button.photos", n=photos))] if photos > 1 else []
    for one in linked(article):
        key = "button.audio" if one.kind is AttachmentKind.AUDIO else "button.video"
        media.append(InlineKeyboardButton(text=texts.get(language, key), url=one.url))
    less = _button(texts.get(language, "button.less"), callbacks.LessLike(article=article.id))
    if len(media) == 1:
        return _rows(first, _elsewhere(article, language, texts), [*media, less])
    return _rows(first, media, _elsewhere(article, language, texts), [less])


def reading(article: Article, language: Language, texts: Texts, *, saved: bool = False) -> InlineKeyboardMarkup:
    """Under the whole article: save; the photos beyond those that it shows; on the site, share."""
    left = len(usable_photos(article)) - RICH_MEDIA
    media = [_photos(article, RICH_MEDIA, texts.get(language, "button.more_photos", n=left))] if left > 0 else []
    return _rows([save(article.id, language, texts, saved=saved)], media, _elsewhere(article, language, texts))


def gallery(article: Article, next_offset: int, language: Language, texts: Texts) -> InlineKeyboardMarkup:
    """Under photos: those from `next_offset` on, when there are any; on the site."""
    left = len(usable_photos(article)) - next_offset
    media = [_photos(article, next_offset, texts.get(language, "button.more_photos", n=left))] if left > 0 else []
    return _rows(media, _elsewhere(article, language, texts)[:1])


def _photos(article: Article, offset: int, text: str) -> InlineKeyboardButton:
    return _button(text, callbacks.MorePhotos(article=article.id, offset=offset))


def _elsewhere(article: Article, language: Language, texts: Texts) -> list[InlineKeyboardButton]:
    """On the site, share."""
    if not opens(article.link):
        return []
    share = f"https://t.me/share/url?url={quote(article.link, safe='')}"
    share += f"&text={quote(article.title[:SHARED_TITLE_LIMIT], safe='')}"
    return [
        InlineKeyboardButton(text=texts.get(language, "button.site"), url=article.link),
        InlineKeyboardButton(text=texts.get(language, "button.share"), url=share),
    ]


def _rows(*rows: list[InlineKeyboardButton]) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup(inline_keyboard=[row for row in rows if row])


def bundle(articles: Sequence[Article], language: Language, texts: Texts) -> InlineKeyboardMarkup:
    """Under several articles in one post: save by number, in the order in which the post has them."""
    ordered = in_sections(articles)
    buttons = [_numbered(number, one.id, language, texts, saved=False) for number, one in enumerate(ordered, start=1)]
    rows = [buttons[index : index + BUNDLE_ROW] for index in range(0, len(buttons), BUNDLE_ROW)]
    return InlineKeyboardMarkup(inline_keyboard=rows)


def _numbered(number: int, article: int, language: Language, texts: Texts, *, saved: bool) -> InlineKeyboardButton:
    text = texts.get(language, "button.saved_number" if saved else "button.save_number", n=number)
    return _button(text, callbacks.SaveArticle(article=article, on=not saved))


def save(article: int, language: Language, texts: Texts, *, saved: bool) -> InlineKeyboardButton:
    key = "button.saved" if saved else "button.save"
    return _button(texts.get(language, key), callbacks.SaveArticle(article=article, on=not saved))


def with_saved(
    keyboard: InlineKeyboardMarkup, article: int, language: Language, texts: Texts, *, saved: bool
) -> InlineKeyboardMarkup:
    """The keyboard of a post already sent, with its save button in the new state; all others as they were."""
    ours = {callbacks.SaveArticle(article=article, on=on).pack() for on in (True, False)}

    def pressed(button: InlineKeyboardButton) -> InlineKeyboardButton:
        if button.callback_data not in ours:
            return button
        if number := re.search(r"\d+", button.text):
            return _numbered(int(number[0]), article, language, texts, saved=saved)
        return save(article, language, texts, saved=saved)

    return InlineKeyboardMarkup(
        inline_keyboard=[[pressed(button) for button in row] for row in keyboard.inline_keyboard]
    )


def categories(
    found: Sequence[Category], reader: Reader, texts: Texts, page: int, view: View, links: Sequence[Link] = ()
) -> InlineKeyboardMarkup:
    """All news, then the sections two in a row, those named in the reader's language first, then pages, the way to the
    other screens, and links."""
    language = reader.language
    shown, page, pages = page_of(found, language, page)
    all_mode = reader.everything_mode if reader.everything else Mode.OFF
    everything = callbacks.ChooseAll(mode=_next_mode(all_mode, view), page=page, view=view)
    rows = [[_button(_with_mode(texts.get(language, "button.everything"), all_mode, language, texts), everything)]]
    buttons = [_category(category, reader, texts, page, view) for category in shown]
    rows += [buttons[index : index + 2] for index in range(0, len(buttons), 2)]
    if pages > 1:
        rows.append(_pages(page, pages, language, texts, lambda number: callbacks.SectionsPage(page=number, view=view)))
    if view is View.START:
        rows.append([_button(texts.get(language, "button.first_post"), callbacks.FirstPost())])
    other, key = (View.LIST, "button.sections") if view is View.MODES else (View.MODES, "button.modes")
    more = [_button(texts.get(language, key), callbacks.SectionsPage(page=page, view=other))]
    more.append(_button(texts.get(language, "button.settings"), callbacks.OpenSettings()))
    rows += [more, *site_links(links, language, texts)]
    return InlineKeyboardMarkup(inline_keyboard=rows)


def page_of(found: Sequence[Category], language: Language, page: int) -> tuple[list[Category], int, int]:
    """The sections of a page, which page that is when there is none of that number, and how many pages there are."""
    own = sorted(found, key=lambda category: language.value not in category.names)
    pages = max(1, -(-len(own) // CATEGORIES_PER_PAGE))
    page = min(max(page, 0), pages - 1)
    return own[page * CATEGORIES_PER_PAGE : (page + 1) * CATEGORIES_PER_PAGE], page, pages


def site_links(links: Sequence[Link], language: Language, texts: Texts) -> list[list[InlineKeyboardButton]]:
    """The newsroom's site and other channels, a row each."""
    return [
        [InlineKeyboardButton(text=texts.get(language, "link.site", name=link.name), url=link.url)]
        for link in links
        if opens(link.url)
    ]


def help(reader: Reader, links: Sequence[Link], texts: Texts) -> InlineKeyboardMarkup:
    rows = settings(reader, texts).inline_keyboard + site_links(links, reader.language, texts)
    return InlineKeyboardMarkup(inline_keyboard=rows)


def _category(category: Category, reader: Reader, texts: Texts, page: int, view: View) -> InlineKeyboardButton:
    mode = reader.mode(category.id)
    text = section_label(category, mode, reader.language, texts)
    wanted = _next_mode(mode, view)
    return _button(text, callbacks.ChooseSection(category=category.id, mode=wanted, page=page, view=view))


def section_label(category: Category, mode: Mode, language: Language, texts: Texts) -> str:
    """Its name with the sign of how it comes, and how many articles it had in the last week."""
    name = category.name(language)
    name = name if len(name) <= NAME_LIMIT else name[: NAME_LIMIT - 1].rstrip() + "…"
    if category.recent:
        name = texts.get(language, "section.counted", name=name, n=texts.number(language, category.recent))
    return _with_mode(name, mode, language, texts)


def _with_mode(name: str, mode: Mode, language: Language, texts: Texts) -> str:
    match mode:
        case Mode.NOW:
            return texts.get(language, "button.category_on", name=name)
        case Mode.DIGEST:
            return texts.get(language, "button.category_digest", name=name)
        case Mode.OFF:
            return name


def _next_mode(mode: Mode, view: View) -> Mode:
    """What a tap asks for: on and off, or on the screen of modes one after the other."""
    if view is View.MODES:
        return {Mode.NOW: Mode.DIGEST, Mode.DIGEST: Mode.OFF, Mode.OFF: Mode.NOW}[mode]
    return Mode.NOW if mode is Mode.OFF else Mode.OFF


def settings(reader: Reader, texts: Texts) -> InlineKeyboardMarkup:
    """All that can be set, two in a row."""
    language = reader.language
    doors = {
        "button.language": callbacks.OpenLanguages(),
        "button.sections": callbacks.SectionsPage(page=0, view=View.LIST),
        "button.peace": callbacks.OpenPeace(),
        "button.digest": callbacks.OpenDigest(),
        "button.words": callbacks.OpenWords(),
        "button.news_languages": callbacks.OpenNewsLanguages(),
        "button.groups": callbacks.OpenGroups(),
        "button.privacy": callbacks.OpenPrivacy(),
    }
    buttons = [_button(texts.get(language, key), door) for key, door in doors.items()]
    rich = "button.rich_on" if reader.rich else "button.rich"
    leaving = "button.come_back" if reader.left else "button.leave"
    rows = [buttons[index : index + 2] for index in range(0, len(buttons), 2)]
    rows.append([_button(texts.get(language, rich), callbacks.SetRich(on=not reader.rich))])
    rows.append([_button(texts.get(language, leaving), callbacks.ReceiveNews(on=reader.left))])
    return InlineKeyboardMarkup(inline_keyboard=rows)


def doors(language: Language, texts: Texts) -> InlineKeyboardMarkup:
    """From where there is nothing to see to where there is."""
    found = {
        "button.latest": callbacks.LatestPage(page=0),
        "button.bookmarks": callbacks.BookmarksPage(page=0),
        "button.sections": callbacks.SectionsPage(page=0, view=View.LIST),
        "button.settings": callbacks.OpenSettings(),
    }
    buttons = [_button(texts.get(language, key), door) for key, door in found.items()]
    return InlineKeyboardMarkup(inline_keyboard=[buttons[:2], buttons[2:]])


def languages(chosen: Language, texts: Texts) -> InlineKeyboardMarkup:
    """Each language in its own name."""
    rows = []
    for language in Language:
        name = texts.get(language, "language.name")
        text = texts.get(chosen, "button.chosen_language", name=name) if language is chosen else name
        rows.append([_button(text, callbacks.ChooseLanguage(language=language))])
    rows.append([_button(texts.get(chosen, "button.back"), callbacks.OpenSettings())])
    return InlineKeyboardMarkup(inline_keyboard=rows)


def _button(text: str, data: CallbackData) -> InlineKeyboardButton:
    return InlineKeyboardButton(text=text, callback_data=data.pack())


def _pages(page: int, pages: int, language: Language, texts: Texts, to: PageButton) -> list[InlineKeyboardButton]:
    row = []
    if page > 0:
        row.append(_button(texts.get(language, "button.previous"), to(page - 1)))
    if page < pages - 1:
        row.append(_button(texts.get(language, "button.next"), to(page + 1)))
    return row
