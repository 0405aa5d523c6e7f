"""handlers → bot → storage, with bot.model beneath all: held by reading every import."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGES = ("bot", "handlers", "storage")
MODULES = {
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path
    for package in PACKAGES
    for path in (ROOT / package).rglob("*.py")
}
# Where the Bot API library may appear; news in, storage and the sandbox know nothing of it.
AIOGRAM = {
    "bot.alerts.buttons",
    "bot.alerts.drafts",
    "bot.alerts.views",
    "bot.app",
    "bot.broadcasts",
    "bot.callbacks",
    "bot.commands",
    "bot.editors",
    "bot.keyboards",
    "bot.lists",
    "bot.receiving.inbox",
    "bot.receiving.polling",
    "bot.receiving.webhook",
    "bot.delivery.post",
    "bot.delivery.render.bundle",
    "bot.delivery.render.card",
    "bot.delivery.render.gallery",
    "bot.delivery.render.plain",
    "bot.delivery.render.reading",
    "bot.delivery.session",
    "bot.delivery.encoding",
}


def imports(module: str, *, at_start_only: bool = False) -> Iterator[str]:
    """The modules that a module imports, by full name; `from a import b` counts as a.b when that is a module."""
    tree = ast.parse(MODULES[module].read_text())
    lazy = {
        id(node)
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        for node in ast.walk(function)
    }
    for node in ast.walk(tree):
        if at_start_only and id(node) in lazy:
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module} has a relative import; full names read better"
            for alias in node.names:
                full = f"{node.module}.{alias.name}"
                yield full if full in MODULES else str(node.module)


def room(module: str) -> str:
    return "model" if module.startswith("bot.model") else module.split(".")[0]


ALLOWED = {
    "handlers": {"handlers", "bot", "model", "storage"},
    "bot": {"bot", "model", "storage"},
    "storage": {"storage", "model"},
    "model": {"model"},
}


@pytest.mark.parametrize("module", sorted(MODULES))
def test_imports_go_one_way(module: str) -> None:
    for imported in imports(module):
        if imported.split(".")[0] not in PACKAGES:
            continue
        if module == "bot.app" and imported == "handlers":
            continue
        assert room(imported) in ALLOWED[room(module)], f"{module} must not import {imported}"
        assert imported != "bot", f"{module}: `import bot` is shadowed by aiogram's argument of that name"


def test_no_cycles() -> None:
    done: set[str] = set()

    def visit(module: str, path: tuple[str, ...]) -> None:
        assert module not in path, "a cycle: " + " → ".join([*path[path.index(module) :], module])
        if module not in done:
            for imported in imports(module):
                if imported in MODULES:
                    visit(imported, (*path, module))
            done.add(module)

    for module in MODULES:
        visit(module, ())


def test_only_the_root_opens_storage_and_includes_handlers() -> None:
    for module in MODULES:
        imported = set(imports(module))
        if "storage" in imported or "handlers" in imported:
            assert module in ("bot.app", "handlers"), f"{module} reaches over the composition root"


def test_the_sandbox_is_a_stranger() -> None:
    for module in MODULES:
        inside = module.startswith("bot.sandbox")
        for imported in imports(module):
            if inside:
                assert not imported.startswith(("handlers", "storage", "aiogram")), f"{module} imports {imported}"
                assert not imported.startswith("bot.") or imported.startswith("bot.sandbox"), f"{module}: {imported}"
            elif imported.startswith("bot.sandbox"):
                assert module in ("bot.__main__", "bot.trial"), f"{module} must speak to the sandbox over HTTP only"


def test_aiogram_stays_in_its_place() -> None:
    for module in MODULES:
        if any(name.split(".")[0] == "aiogram" for name in imports(module)):
            assert module in AIOGRAM or module.startswith("handlers"), f"{module} imports aiogram"


def test_only_config_reads_the_environment() -> None:
    for module, path in MODULES.items():
        text = path.read_text()
        if module != "bot.config":
            assert "os.environ" not in text, module
            assert "getenv" not in text, module


def test_the_command_line_starts_light() -> None:
    heavy = [name for name in imports("bot.__main__", at_start_only=True) if name.split(".")[0] not in STANDARD]
    assert heavy == [] or heavy == ["bot.config"], f"`newsbot --help` would import {heavy}"


STANDARD = {"__future__", "argparse", "asyncio", "os", "signal", "sys", "collections", "typing"}


def test_no_package_init_has_code_but_the_two_doors() -> None:
    for module, path in MODULES.items():
        if path.name == "__init__.py" and module not in ("storage", "handlers", "handlers.admin"):
            code = [node for node in ast.parse(path.read_text()).body if not isinstance(node, ast.Expr)]
            assert not code, f"{path.name} of {module} should stay empty"
