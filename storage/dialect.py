"""Our SQL, as PostgreSQL reads it. What is portable is listed in storage/engine.py."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

REFUSED = re.compile(
    r"\b(?:GLOB|rowid|OR\s+REPLACE|OR\s+ABORT|UPDATE\s+OR\s+IGNORE|PRAGMA|VIRTUAL\s+TABLE|AUTOINCREMENT)\b"
    r"|\b(?:strftime|unixepoch|julianday|datetime|ifnull|group_concat)\s*\(|\bON\s+CONFLICT\s+DO\s+UPDATE\b",
    re.IGNORECASE,
)
_IN_LIST = re.compile(r"(\bNOT\s+)?\bIN\s*\(\s*SELECT\s+value\s+FROM\s+json_each\(\$(\d+)\)\s*\)", re.IGNORECASE)
_LIST = re.compile(
    r"\bjson_each\(\$(\d+)\)(?:\s+(?:AS\s+)?(?!(?:WHERE|ORDER|JOIN|ON|LEFT|GROUP|LIMIT)\b)(\w+))?", re.IGNORECASE
)
_IS = re.compile(r"\bIS\s+(NOT\s+)?(?!NOT\b|NULL\b|TRUE\b|FALSE\b|DISTINCT\b)", re.IGNORECASE)
_IGNORE = re.compile(r"^\s*INSERT\s+OR\s+IGNORE\b(.*?)(\bRETURNING\b.*)?$", re.IGNORECASE | re.DOTALL)
_OURS_ONLY = re.compile(r"/\*!(.*?)\*/", re.DOTALL)
_SUBQUERY = re.compile(r"(\bFROM|\bJOIN|,)\s*\(\s*(?=SELECT\b)", re.IGNORECASE)
_AFTER_SUBQUERY = re.compile(
    r"\s*(?:$|[),;]|(?:WHERE|ORDER|GROUP|LIMIT|ON|JOIN|LEFT|INNER|CROSS|HAVING|UNION|RETURNING)\b)", re.IGNORECASE
)
_TRIGGER = re.compile(
    r"CREATE\s+TRIGGER\s+(\w+)\s+(AFTER\s+(?:INSERT|DELETE|UPDATE(?:\s+OF\s+[\w,\s]+?)?))\s+ON\s+(\w+)\s*"
    r"(?:FOR\s+EACH\s+ROW\s*)?(?:WHEN\s+(.*?))?\s*\bBEGIN\b(.*)\bEND$",
    re.IGNORECASE | re.DOTALL,
)
_QUOTED = re.compile(r"('(?:[^']|'')*')")


class NotPortable(Exception):
    """A statement of ours that PostgreSQL would not understand: a bug, with the form that is to be avoided."""


@dataclass(frozen=True, slots=True)
class Statement:
    text: str
    lists: frozenset[int]
    """Positions, from 0, of parameters that are JSON lists for SQLite and lists for PostgreSQL."""


@cache
def translated(sql: str) -> Statement:
    """A query or a change. Raises NotPortable."""
    if refused := REFUSED.search(_QUOTED.sub("''", sql)):
        raise NotPortable(f"{refused[0]!r} is not portable: {sql}")
    lists = {int(number) - 1 for _, number in _IN_LIST.findall(sql)}
    sql = _OURS_ONLY.sub(r"\1", sql)
    sql = _IN_LIST.sub(lambda found: f"<> ALL(${found[2]})" if found[1] else f"= ANY(${found[2]})", sql)
    lists |= {int(number) - 1 for number, _ in _LIST.findall(sql)}
    sql = _LIST.sub(lambda found: f"unnest(CAST(${found[1]} AS BIGINT[])) AS {found[2] or 'json_each'}(value)", sql)
    parts = _QUOTED.split(sql)
    parts[::2] = [_IS.sub(lambda found: f"IS {'' if found[1] else 'NOT '}DISTINCT FROM ", part) for part in parts[::2]]
    sql = "".join(parts)
    if ignoring := _IGNORE.match(sql):
        sql = f"INSERT {ignoring[1].strip()} ON CONFLICT DO NOTHING {ignoring[2] or ''}".rstrip()
    return Statement(_with_names(sql), frozenset(lists))


def _with_names(sql: str) -> str:
    """PostgreSQL wants a name for each subquery after FROM."""
    given = 0
    for found in reversed(list(_SUBQUERY.finditer(sql))):
        end = _closing(sql, sql.index("(", found.start()))
        if (found[1] != "," or _in_from(sql, found.start())) and _AFTER_SUBQUERY.match(sql, end + 1):
            sql = f"{sql[: end + 1]} AS unnamed_{given}{sql[end + 1 :]}"
            given += 1
    return sql


def _in_from(sql: str, at: int) -> bool:
    """Whether a comma there is one between tables: of the clauses before it on its level FROM is the last."""
    depth = 0
    words: list[tuple[int, str]] = []
    for word in re.finditer(r"[()]|\b(?:SELECT|FROM|WHERE|SET|ORDER|GROUP|VALUES)\b", sql[:at], re.IGNORECASE):
        if word[0] in "()":
            depth += 1 if word[0] == "(" else -1
            words = [one for one in words if one[0] <= depth]
        else:
            words.append((depth, word[0].upper()))
    here = [word for level, word in words if level == depth]
    return bool(here) and here[-1] == "FROM"


def _closing(sql: str, opening: int) -> int:
    """Where the parenthesis that opens there is closed."""
    depth = 0
    for found in re.compile(r"'(?:[^']|'')*'|[()]").finditer(sql, opening):
        depth += {"(": 1, ")": -1}.get(found[0], 0)
        if depth == 0:
            return found.start()
    raise NotPortable(f"a parenthesis is not closed: {sql}")


_KEY = re.compile(r"\bPRIMARY\s+KEY\s*\(([^)]*)\)|(\w+)\s+\w+(?:\s+NOT\s+NULL)?\s+PRIMARY\s+KEY\b", re.IGNORECASE)
_COUNTING = re.compile(
    r"INSERT\s+INTO\s+(\w+)(.*)\bON\s+CONFLICT\s+DO\s+UPDATE\s+SET\s+(\w+)\s*=\s*\3\b", re.I | re.DOTALL
)


def keys(statements: Iterable[str]) -> dict[str, str]:
    """The columns of the primary key of every table that these make."""
    found = {}
    for statement in statements:
        table = re.match(r"\s*CREATE\s+TABLE\s+(\w+)", statement, re.IGNORECASE)
        if table and (key := _KEY.search(re.sub(r"--[^\n]*", "", statement))):
            found[table[1]] = key[1] or key[2]
    return found


def translated_ddl(statement: str, keys: Mapping[str, str] = MappingProxyType({})) -> list[str]:
    """A statement of a migration, which may need several. A trigger that counts in a table (ON CONFLICT DO UPDATE
    without columns) means its primary key, one of `keys`. Raises NotPortable."""
    statement = re.sub(r"--[^\n]*", "", statement).strip()
    if trigger := _TRIGGER.match(statement):
        name, event, table, when, body = trigger.groups()
        return _trigger(name, event, table, when, body, keys)
    if dropped := re.match(r"DROP\s+TRIGGER\s+(\w+)$", statement, re.IGNORECASE):
        # The trigger goes with its function.
        return [f"DROP FUNCTION {dropped[1]}() CASCADE"]
    if re.match(r"(CREATE\s+TABLE|ALTER\s+TABLE)\b", statement, re.IGNORECASE):
        statement = _types(statement)
    return [translated(statement).text]


def _types(statement: str) -> str:
    if end := re.search(r"\)\s*((?:STRICT|WITHOUT\s+ROWID|,|\s)+)$", statement, re.IGNORECASE):
        statement = statement[: end.start() + 1]
    for pattern, replacement in (
        (r"\bINTEGER\s+PRIMARY\s+KEY\b", "BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY"),
        (r"\bINTEGER\b", "BIGINT"),
        (r"\bBLOB\b", "BYTEA"),
        (r"\bREAL\b", "DOUBLE PRECISION"),
    ):
        statement = re.sub(pattern, replacement, statement, flags=re.IGNORECASE)
    return statement


def _trigger(name: str, event: str, table: str, when: str | None, body: str, keys: Mapping[str, str]) -> list[str]:
    parts = [_counting(part.strip(), keys) for part in body.split(";") if part.strip()]
    statements = ";\n".join(translated(part).text for part in parts)
    condition = f" WHEN ({translated(when.strip()).text})" if when else ""
    return [
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql "
        f"AS $body$ BEGIN\n{statements};\nRETURN NULL; END $body$",
        f"CREATE TRIGGER {name} {event} ON {table} FOR EACH ROW{condition} EXECUTE FUNCTION {name}()",
    ]


def _counting(statement: str, keys: Mapping[str, str]) -> str:
    counting = _COUNTING.match(statement)
    if counting is None or counting[1] not in keys:
        return statement
    table, values, column = counting.groups()
    rest = statement[counting.end() :]
    return f"INSERT INTO {table}{values}ON CONFLICT ({keys[table]}) DO UPDATE SET {column} = {table}.{column}{rest}"
