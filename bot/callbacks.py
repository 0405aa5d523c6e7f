"""The wire format of every button.

Append-only: buttons stay in chats for years. A shipped class keeps its prefix, its fields and their order for ever;
a new meaning gets a new class. Buttons carry the state that is wanted (`on`), never "toggle": two quick taps must end
as one. Telegram allows 64 bytes, so ids travel, never names.
"""

from __future__ import annotations

from enum import StrEnum

from aiogram.filters.callback_data import CallbackData

from bot.model.language import Language
from bot.model.readers import Mode, Rhythm


class SaveArticle(CallbackData, prefix="s"):
    """Under a post: bookmark it (`on`) or take the bookmark off."""

    article: int
    on: bool


class ReadArticle(CallbackData, prefix="r"):
    """📖 under a post: the whole article inside Telegram."""

    article: int


class MorePhotos(CallbackData, prefix="g"):
    """🖼 under a post or under photos: those from that one on."""

    article: int
    offset: int


class ChooseCategory(CallbackData, prefix="c"):
    category: int
    on: bool
    page: int


class ChooseEverything(CallbackData, prefix="ca"):
    on: bool
    page: int


class CategoriesPage(CallbackData, prefix="cp"):
    page: int


class ReceiveNews(CallbackData, prefix="n"):
    """Leave (`on=0`: no news at all) or come back."""

    on: bool


class ChooseLanguage(CallbackData, prefix="l"):
    language: Language


class OpenLanguages(CallbackData, prefix="lo"):
    """Show the list of languages."""


class BookmarksPage(CallbackData, prefix="bp"):
    page: int


class RemoveBookmark(CallbackData, prefix="br"):
    """In /bookmarks: take this one off and show the same page again."""

    article: int
    page: int


class LatestPage(CallbackData, prefix="lp"):
    page: int


class SaveInList(CallbackData, prefix="sl"):
    """In /latest: bookmark by number and show the same page again."""

    article: int
    on: bool
    page: int


class SendBroadcast(CallbackData, prefix="bs"):
    """🚀 under a preview. The revision says which preview: a stale one can't be sent."""

    broadcast: int
    revision: int


class DropBroadcast(CallbackData, prefix="bx"):
    """✖ under a preview, and during the undo window."""

    broadcast: int


# --- lists of articles ---------------------------------------------------------------------------------------------


class ListKind(StrEnum):
    """A list of articles, and what its number `of` means."""

    LATEST = "l"
    """Of a category; 0: of all."""
    FOUND = "q"
    """By a search."""
    SAVED = "b"
    """The reader's bookmarks, of a category; 0: all."""
    SAVED_FOUND = "f"
    """Bookmarks found by a search."""


class ShowList(CallbackData, prefix="v"):
    """Show this page of that list in the message."""

    kind: ListKind
    of: int
    page: int


class OpenArticle(CallbackData, prefix="o"):
    """Send the article as a card."""

    article: int


class SaveFromList(CallbackData, prefix="vs"):
    """Bookmark it (`on`) or take the bookmark off, and show the same page again."""

    kind: ListKind
    of: int
    page: int
    article: int
    on: bool


class RemoveFromList(CallbackData, prefix="vr"):
    """Take the bookmark off so that it can be undone, and show the same page again."""

    kind: ListKind
    of: int
    page: int
    article: int


class RestoreToList(CallbackData, prefix="vu"):
    """Undo that."""

    kind: ListKind
    of: int
    page: int
    article: int


class ListSections(CallbackData, prefix="vc"):
    """Show the sections by which that list can be narrowed; `page` is one of sections."""

    kind: ListKind
    of: int
    page: int


class NarrowSearch(CallbackData, prefix="vn"):
    """The same words in that category only; 0: in all."""

    kind: ListKind
    search: int
    category: int


class AskForWords(CallbackData, prefix="vq"):
    """Ask what to look for: FOUND in everything, SAVED_FOUND in the bookmarks."""

    kind: ListKind


class OpenExport(CallbackData, prefix="bo"):
    """Show the formats in which bookmarks can be taken away."""


class ExportFormat(StrEnum):
    HTML = "html"
    CSV = "csv"
    JSON = "json"


class ExportBookmarks(CallbackData, prefix="be"):
    """Send them as a document."""

    format: ExportFormat


# --- readers: choosing, peace, words, their data, groups ----------------------------------------------------------


class View(StrEnum):
    """The screen on which sections are chosen."""

    START = "s"
    LIST = "l"
    MODES = "m"
    """Each section at once, in the digest or not at all."""


class ChooseSection(CallbackData, prefix="sec"):
    category: int
    mode: Mode
    page: int
    view: View


class ChooseAll(CallbackData, prefix="all"):
    mode: Mode
    page: int
    view: View


class SectionsPage(CallbackData, prefix="sep"):
    page: int
    view: View


class FirstPost(CallbackData, prefix="fst"):
    """Show the newest article of what is chosen now."""


class OpenSettings(CallbackData, prefix="set"):
    pass


class OpenPeace(CallbackData, prefix="pea"):
    pass


class SetQuiet(CallbackData, prefix="qui"):
    """Minutes of the day; the same twice: no quiet hours."""

    begins: int
    ends: int


class SetWakes(CallbackData, prefix="wak"):
    """Breaking news in quiet hours."""

    on: bool


class SetSound(CallbackData, prefix="snd"):
    on: bool


class SetLimit(CallbackData, prefix="lim"):
    """Posts a day; 0: no limit."""

    posts: int


class OpenDigest(CallbackData, prefix="dgo"):
    pass


class SetDigest(CallbackData, prefix="dig"):
    rhythm: Rhythm
    at: int


class OpenCities(CallbackData, prefix="cts"):
    page: int


class SetCity(CallbackData, prefix="cit"):
    city: str


class OpenNewsLanguages(CallbackData, prefix="nlo"):
    pass


class SetNewsLanguage(CallbackData, prefix="nlg"):
    code: str
    on: bool


class SetRich(CallbackData, prefix="ric"):
    """Whole articles as rich messages."""

    on: bool


class OpenWords(CallbackData, prefix="wrd"):
    pass


class AddWords(CallbackData, prefix="wra"):
    """Ask for words to follow, or to mute."""

    follows: bool


class DropWord(CallbackData, prefix="wrx"):
    mark: str


class LessLike(CallbackData, prefix="les"):
    """Under a post: what there could be less of."""

    article: int


class LessSection(CallbackData, prefix="lsc"):
    category: int
    mode: Mode


class LessWord(CallbackData, prefix="lsw"):
    """Mute the word of the article's headline that has this mark."""

    article: int
    mark: str


class LessNothing(CallbackData, prefix="lsn"):
    pass


class OpenPrivacy(CallbackData, prefix="prv"):
    pass


class ExportMine(CallbackData, prefix="exp"):
    pass


class ForgetMe(CallbackData, prefix="fgt"):
    """`sure`: asked and confirmed."""

    sure: bool


class OpenGroups(CallbackData, prefix="grs"):
    pass


class OpenGroup(CallbackData, prefix="grp"):
    chat: int
    page: int


class GroupSection(CallbackData, prefix="gse"):
    chat: int
    category: int
    mode: Mode
    page: int


class GroupAll(CallbackData, prefix="gal"):
    chat: int
    mode: Mode
    page: int


class GroupLanguage(CallbackData, prefix="gla"):
    chat: int
    language: Language


class OpenTopics(CallbackData, prefix="gto"):
    chat: int
    page: int


class PickTopic(CallbackData, prefix="gtp"):
    chat: int
    category: int


class SetTopic(CallbackData, prefix="gts"):
    """0: no topic, the chat itself."""

    chat: int
    category: int
    thread: int


class BroadcastAct(StrEnum):
    """What a button under a broadcast does. Append-only."""

    OPEN = "o"
    AUDIENCE = "a"
    BACK = "b"
    TIME = "t"
    AT_ONCE = "n"
    REVISE = "e"
    CARD = "k"
    TEXT = "x"
    TRIAL = "y"
    PAUSE = "p"
    RESUME = "r"
    STOP = "s"
    CORRECT = "c"
    REPLY = "w"
    RECALL = "d"
    SURELY_RECALL = "z"
    MISSING = "m"
    TABLE = "f"
    ONE_READER = "q"
    KEEP = "v"


class ControlBroadcast(CallbackData, prefix="bc"):
    act: BroadcastAct
    broadcast: int
    revision: int


class BroadcastAudience(CallbackData, prefix="ba"):
    """Of a draft: all (`part` "a"), a language ("l", its code) or a category ("c", its id), wanted or not."""

    broadcast: int
    revision: int
    part: str
    value: str
    on: bool


class BroadcastsPage(CallbackData, prefix="bl"):
    """◀ ▶ through what has left."""

    page: int


class CurateAct(StrEnum):
    """What an editor does with one article. Append-only."""

    PUBLISH = "p"
    WITHHOLD = "w"
    PIN = "i"
    UNPIN = "u"
    SURELY_WITHHOLD = "z"
    OPEN = "o"


class CurateArticle(CallbackData, prefix="ap"):
    act: CurateAct
    article: int


class PageAct(StrEnum):
    """What an editor does with a page that no feed has brought. Append-only."""

    PUBLISH = "p"
    SHOW = "s"
    SECTIONS = "c"
    DROP = "d"


class PublishPage(CallbackData, prefix="pp"):
    """`mark`: of what was shown, so that nothing else can be published; `category`: into which it goes, 0 as found."""

    act: PageAct
    mark: str
    category: int


class FeedAct(StrEnum):
    """Append-only."""

    LIST = "l"
    OPEN = "o"
    ADD = "a"
    PAUSE = "p"
    RESUME = "r"
    REMOVE = "d"
    SURELY_REMOVE = "z"
    INTERVAL = "i"
    SELECTOR = "s"
    LANGUAGES = "g"
    LANGUAGE = "h"
    SECTIONS = "c"
    SECTION = "k"
    EXPORT = "x"


class ManageFeed(CallbackData, prefix="fd"):
    """`value`: the language chosen, or the number of the category; "": none."""

    act: FeedAct
    feed: int
    value: str = ""


class AddFeed(CallbackData, prefix="fa"):
    """Under the check of an address, which stands in that message: add it."""


class SectionAct(StrEnum):
    """Append-only."""

    LIST = "l"
    OPEN = "o"
    UP = "u"
    DOWN = "d"
    HIDE = "h"
    SHOW = "s"
    RENAME = "r"
    EMOJI = "e"
    MERGE = "m"
    MERGE_INTO = "i"
    SURELY_MERGE = "y"


class ManageSection(CallbackData, prefix="sc"):
    """`value`: a language, the page of a list, or the number of the category to merge into."""

    act: SectionAct
    category: int
    value: str = ""


class EditorAct(StrEnum):
    """Append-only."""

    LIST = "l"
    ADD = "a"
    OPEN = "o"
    MAKE_EDITOR = "e"
    MAKE_OWNER = "w"
    REMOVE = "d"


class ManageEditor(CallbackData, prefix="ed"):
    act: EditorAct
    user: int


class AuditPage(CallbackData, prefix="au"):
    """Entries older than that number; 0: the newest."""

    before: int


class AuditTable(CallbackData, prefix="at"):
    """All of it as CSV."""


class AdminHome(CallbackData, prefix="ah"):
    pass
