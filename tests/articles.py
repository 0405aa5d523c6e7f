"""A dozen invented articles in three languages, and one that runs right to left: what rendering is reviewed by."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from bot.model.articles import Article, Attachment, AttachmentKind, Category, Photo
from bot.model.body import Code, Embed, Heading, Item, Paragraph, PhotoPlace, Quote, Row, Rule, Run, Style
from bot.model.ids import ArticleId, CategoryId

NOW = datetime(2026, 11, 24, 6, 30, tzinfo=UTC)
SOCIETY = Category(CategoryId(1), {"ru": "Общество", "kk": "Қоғам", "en": "Society"})
ECONOMY = Category(CategoryId(2), {"ru": "Экономика", "kk": "Экономика", "en": "Economy"})
CULTURE = Category(CategoryId(3), {"ru": "Культура и искусство", "kk": "Мәдениет және өнер", "en": "Arts & Culture"})
TECHNOLOGY = Category(CategoryId(4), {"en": "Technology"})
BOLD, ITALIC, CODE = (frozenset((style,)) for style in (Style.BOLD, Style.ITALIC, Style.CODE))


def p(*parts: str | Run) -> Paragraph:
    return Paragraph(tuple(Run(part) if isinstance(part, str) else part for part in parts))


def photo(slug: str, caption: str = "", credit: str = "", **more: Any) -> Photo:
    return Photo(f"https://dala.example.kz/photo/{slug}.jpg", caption, credit, **more)


def article(number: int, slug: str, title: str, lead: str, *, minutes_ago: int = 20, **more: Any) -> Article:
    fields: dict[str, Any] = {
        "id": ArticleId(number),
        "title": title,
        "link": f"https://dala.example.kz/news/{slug}",
        "lead": lead,
        "body": (),
        "author": "",
        "language": "ru",
        "published_at": NOW - timedelta(minutes=minutes_ago),
        "categories": (SOCIETY,),
        "photos": (),
    }
    return Article(**{**fields, **more})


BRIDGE = article(
    1,
    "bridge",
    "В Акжаре открыли мост через Талды: «Теперь скорая успеет»",
    "Мост длиной 240 метров связал берега города. Дорога до больницы занимает семь минут вместо сорока.",
    author="Ерлан Сабитов",
    photos=(
        photo("bridge", "Первые автомобили на новом мосту", "Акимат Акжара"),
        photo("river", "Река Талды у старого моста", "Марат Оспанов / «Дала»"),
    ),
    body=(
        p("Мост длиной 240 метров связал берега города. Дорога до больницы занимает семь минут вместо сорока."),
        p(
            "По мосту едут в четыре ряда, с обеих сторон есть тротуар. Стоимость — ",
            Run("4,2\u00a0млрд\u00a0тенге", BOLD),
            ", писала ",
            Run("«Дала» в\u00a0мае", url="https://dala.example.kz/news/bridge-price?from=rss&id=2"),
            ".",
        ),
        Quote((Run("Раньше в половодье мы жили как на острове. Теперь скорая приедет вовремя."),), "Сауле Ермекова"),
        PhotoPlace("https://dala.example.kz/photo/river.jpg"),
        p("Старый мост 1961\u00a0года останется пешеходным."),
    ),
)
FESTIVAL = article(
    2,
    "festival",
    "Пятьдесят снимков с фестиваля «Дала үні»",
    "Три дня музыки, ремёсел и конных игр — в одном фоторепортаже.",
    categories=(CULTURE, SOCIETY),
    author="Айгуль Тлеуова",
    photos=tuple(photo(f"festival-{n}", f"Кадр {n}", "Айгуль Тлеуова") for n in range(1, 52)),
    body=(
        p("Фестиваль собрал двенадцать тысяч гостей."),
        *(PhotoPlace(f"https://dala.example.kz/photo/festival-{n}.jpg") for n in range(1, 7)),
        Heading((Run("День второй"),)),
        p("На сцене — ансамбли из семи областей."),
        PhotoPlace("https://dala.example.kz/photo/festival-7.jpg"),
    ),
)
JUBILEE = article(
    3,
    "jubilee",
    "Объединение НПО Талдинской области отмечает 15-летие",
    "23 ноября в Акжаре прошёл круглый стол к 15-летию Объединения неправительственных организаций области.",
    photos=tuple(
        photo(f"jubilee-{n}", "Объединение неправительственных организаций отмечает 15-летие", "Акимат области")
        for n in range(1, 5)
    ),
    updated_at=NOW - timedelta(minutes=5),
    minutes_ago=12 * 60,
)
WARNING = article(
    4,
    "warning",
    "Штормовое предупреждение: №\u00a03 за ноябрь — порывы до 28\u00a0м/с "
    + "и гололёд на трассах, " * 11
    + "местами снег",
    "Синоптики просят не выезжать без нужды. Первая смена школ учится дистанционно; о второй объявят в\u00a011:00.",
    categories=(SOCIETY, ECONOMY),
)
BUDGET = article(
    5,
    "budget",
    "Ақжар бюджеті 2027 жылы 12\u00a0пайызға өседі",
    "Мәслихат қала бюджетін бекітті: қаражаттың жартысы мектептер мен жолдарға жұмсалады.",
    language="kk",
    categories=(ECONOMY,),
    author="Динара Әбілова",
    body=(
        p("Мәслихат сессиясында қаланың үш жылдық бюджеті қаралды."),
        Heading((Run("Негізгі көрсеткіштер"),), 3),
        Row(((Run("Бағыт"),), (Run("2026"),), (Run("2027"),)), header=True),
        Row(((Run("Білім"),), (Run("41,0"),), (Run("46,5", BOLD),))),
        Row(((Run("Жол"),), (Run("12,3"),), (Run("18,9", BOLD),))),
        Row(((Run("Мәдениет"),), (), (Run("4,1"),))),
        p("Сандар миллиард теңгемен берілген."),
    ),
)
SCHOOL = article(
    6,
    "school",
    "Ақжарда үш ауысымды мектеп қалмайды",
    "Келер жылы қалада екі жаңа мектеп пен бір қосымша ғимарат ашылады.",
    language="kk",
    photos=(photo("school", "Жаңа мектептің құрылысы", "Ержан Қасымов"),),
    body=(
        p("Келер жылы қалада екі жаңа мектеп пен бір қосымша ғимарат ашылады."),
        p("Құрылыс кестесі мынадай:"),
        Item((Run("№\u00a07 мектеп — 900 орын"),), number=1),
        Item((Run("спорт залы"),), depth=1),
        Item((Run("асхана"),), depth=1),
        Item((Run("№\u00a012 мектеп — 600 орын"),), number=2),
        Rule(),
        p(
            Run("Жоба сметасы ", ITALIC),
            Run("мемлекеттік сатып алу", ITALIC, "https://zakup.example.kz/42"),
            " сайтында.",
        ),
    ),
)
RACE = article(
    7,
    "race",
    "Бәйге: жеңімпазды фотофиниш анықтады",
    "Он бес шақырымдық жарыста екі тұлпар қатар келді.",
    language="kk",
    minutes_ago=4 * 60,
    photos=(photo("race", "", "Дала TV"),),
    attachments=(
        Attachment(
            AttachmentKind.VIDEO,
            "https://dala.example.kz/video/race.mp4",
            "video/mp4",
            9_000_000,
            74,
            cover="https://dala.example.kz/photo/race.jpg",
        ),
    ),
)
NOTICE = article(
    8,
    "notice",
    "Бейсенбіде Талды жағалауында жарық өшеді",
    "Желі жөндеуге байланысты 9:00-ден 18:00-ге дейін Абай мен Сәтбаев көшелерінде жарық болмайды.",
    language="kk",
    link="",
)
PODCAST = article(
    9,
    "podcast",
    "The Steppe Weekly: why the river moved",
    "A hydrologist explains how one flood redrew the map of Akzhar.",
    language="en",
    attachments=(
        Attachment(
            AttachmentKind.AUDIO,
            "https://dala.example.kz/audio/42.mp3",
            "audio/mpeg",
            18_000_000,
            1_260,
            title="Why the river moved",
            performer="The Steppe Weekly",
        ),
    ),
)
GUIDE = article(
    10,
    "guide",
    "How to read our open data",
    "The newsroom publishes its election tables. Here is how to load them.",
    language="en",
    categories=(TECHNOLOGY,),
    author="Newsroom",
    minutes_ago=400 * 24 * 60,
    body=(
        p("Install ", Run("pandas", CODE), " first, then ", Run("read the file", BOLD | ITALIC), ":"),
        Code('frame = read_csv("votes.csv")\nif len(frame) > 0 and frame.valid.all():\n    print(frame)', "python"),
        p("Questions? Write to ", Run("data@dala.example.kz", url="mailto:data@dala.example.kz"), "."),
        p("Documentation: https://docs.example.kz/data?lang=en."),
    ),
)
CONCERT = article(
    11,
    "concert",
    "Live from the philharmonic at seven",
    "The orchestra plays Akhmet Zhubanov's suite. Watch it here.",
    language="en",
    categories=(CULTURE,),
    attachments=(Attachment(AttachmentKind.PLAYER, "https://video.example.com/watch?v=42", title="Live: Zhubanov"),),
    body=(
        p("Doors open at six."),
        Embed("https://video.example.com/watch?v=42", "Live: Zhubanov"),
        p("Tickets: 2,000 ₸."),
    ),
)
MARKET = article(
    12,
    "market",
    "Prices & wages: what <really> changed in “October”",
    "Bread is up 3%, pay is up 5%; the statistics office calls it a “soft landing”.",
    language="en",
    categories=(ECONOMY,),
    minutes_ago=24 * 60,
    photos=(
        photo("market", "A stall at the Akzhar market", "A. Kim", refused=True),
        photo("bread", "Bread at the Akzhar bakery", file_id="AgACAgIAAxkBAAIB"),
    ),
    attachments=(Attachment(AttachmentKind.AUDIO, "https://dala.example.kz/audio/market.ogg", "audio/ogg", 5_000_000),),
    body=(p("Bread is up 3%, pay is up 5%."), p("Rent has not moved since June.")),
)
ARABIC = article(
    13,
    "arabic",
    "افتتاح جسر جديد في أقجار",
    "الجسر بطول 240 مترا يربط ضفتي المدينة.\nالطريق إلى المستشفى يستغرق سبع دقائق.",
    language="ar",
    categories=(Category(CategoryId(5), {"ar": "سياسة"}),),
    photos=(photo("bridge", "أول السيارات على الجسر", "بلدية أقجار"),),
    body=(p("افتتح الجسر اليوم."), Item((Run("أربعة مسارات"),)), Item((Run("رصيفان"),))),
)
ARTICLES = {
    "bridge": BRIDGE,
    "festival": FESTIVAL,
    "jubilee": JUBILEE,
    "warning": WARNING,
    "budget": BUDGET,
    "school": SCHOOL,
    "race": RACE,
    "notice": NOTICE,
    "podcast": PODCAST,
    "guide": GUIDE,
    "concert": CONCERT,
    "market": MARKET,
    "arabic": ARABIC,
}
