"""Cities by which readers tell their time zone. Their names are in the catalogues, under "city." and the key here.

Zones are IANA's, so their offsets follow the time zone data: Kazakhstan has one time, UTC+5, since 1 March 2024.
"""

from __future__ import annotations

CITIES = {
    "almaty": "Asia/Almaty",
    "astana": "Asia/Almaty",
    "shymkent": "Asia/Almaty",
    "aktau": "Asia/Aqtau",
    "aktobe": "Asia/Aqtobe",
    "atyrau": "Asia/Atyrau",
    "zhezkazgan": "Asia/Almaty",
    "karaganda": "Asia/Almaty",
    "kokshetau": "Asia/Almaty",
    "konaev": "Asia/Almaty",
    "kostanay": "Asia/Qostanay",
    "kyzylorda": "Asia/Qyzylorda",
    "pavlodar": "Asia/Almaty",
    "petropavl": "Asia/Almaty",
    "semey": "Asia/Almaty",
    "taldykorgan": "Asia/Almaty",
    "taraz": "Asia/Almaty",
    "turkistan": "Asia/Almaty",
    "oral": "Asia/Oral",
    "oskemen": "Asia/Almaty",
    "bishkek": "Asia/Bishkek",
    "tashkent": "Asia/Tashkent",
    "moscow": "Europe/Moscow",
    "yekaterinburg": "Asia/Yekaterinburg",
    "omsk": "Asia/Omsk",
    "novosibirsk": "Asia/Novosibirsk",
    "tbilisi": "Asia/Tbilisi",
    "baku": "Asia/Baku",
    "istanbul": "Europe/Istanbul",
    "kyiv": "Europe/Kyiv",
    "warsaw": "Europe/Warsaw",
    "berlin": "Europe/Berlin",
    "london": "Europe/London",
    "dubai": "Asia/Dubai",
    "delhi": "Asia/Kolkata",
    "urumqi": "Asia/Urumqi",
    "beijing": "Asia/Shanghai",
    "seoul": "Asia/Seoul",
    "newyork": "America/New_York",
    "losangeles": "America/Los_Angeles",
}
