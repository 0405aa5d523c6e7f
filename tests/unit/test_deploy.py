"""The files that put the bot on a machine: what can be said of them without Docker, systemd or Grafana.

With `promtool` (Debian: prometheus) and `systemd-analyze` their own programs check them, too.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from fnmatch import fnmatch
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.app import DRAIN
from bot.config import Settings
from bot.metrics import Metrics
from bot.model.deliveries import Overview

ROOT = Path(__file__).parent.parent.parent
DEPLOY = ROOT / "deploy"
ALERTS = DEPLOY / "prometheus" / "alerts.yml"
DASHBOARD = json.loads((DEPLOY / "grafana" / "newsbot.json").read_text(encoding="utf-8"))
COMPOSE = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
UNIT = (DEPLOY / "newsbot.service").read_text(encoding="utf-8")

promtool = pytest.mark.skipif(not shutil.which("promtool"), reason="no promtool here (Debian: prometheus)")
systemd = pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="no systemd here")


def run(*command: str | Path, cwd: Path) -> str:
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def rules() -> list[dict[str, Any]]:
    return [rule for group in yaml.safe_load(ALERTS.read_text(encoding="utf-8"))["groups"] for rule in group["rules"]]


def expressions() -> list[str]:
    """Of the dashboard's panels and annotations."""
    drawn = [target["expr"] for panel in DASHBOARD["panels"] for target in panel["targets"]]
    return [*drawn, *(one["expr"] for one in DASHBOARD["annotations"]["list"])]


@pytest.fixture(scope="module")
def figures() -> set[str]:
    """The names that the bot gives to its figures, with whatever Prometheus makes by itself."""
    text = Metrics().text(Overview({}, None, ()), [], {"polls": 0.0}).decode()
    names = {line.split()[2] for line in text.splitlines() if line.startswith("# TYPE ")}
    histograms = {line.split()[2] for line in text.splitlines() if line.endswith(" histogram")}
    return {*names, *(f"{name}_{part}" for name in histograms for part in ("bucket", "count", "sum")), "up"}


@pytest.mark.parametrize("expression", [*expressions(), *(rule["expr"] for rule in rules())])
def test_every_figure_that_is_asked_for_exists(figures: set[str], expression: str) -> None:
    asked = set(re.findall(r"\b((?:newsbot|process)_\w+|up)\s*[{\[]", expression))
    asked |= set(re.findall(r"\bnewsbot_\w+", expression))
    assert asked
    assert asked <= figures


def test_three_alerts_that_say_what_to_do() -> None:
    assert [rule["alert"] for rule in rules()] == ["NewsbotStands", "NewsbotPostsLate", "NewsbotNoNews"]
    for rule in rules():
        assert "1. " in rule["annotations"]["description"]
        assert "2. " in rule["annotations"]["description"]
        assert rule["alert"] in (ROOT / "docs" / "operators.md").read_text(encoding="utf-8")


@promtool
def test_prometheus_takes_the_files(tmp_path: Path) -> None:
    run("promtool", "check", "config", DEPLOY / "prometheus" / "prometheus.yml", cwd=tmp_path)


@promtool
def test_alerts_fire_when_they_should(tmp_path: Path) -> None:
    shutil.copy(ALERTS, tmp_path)
    shutil.copy(Path(__file__).parent / "alerts_test.yml", tmp_path)
    run("promtool", "test", "rules", "alerts_test.yml", cwd=tmp_path)


@promtool
def test_prometheus_understands_what_the_dashboard_asks(tmp_path: Path) -> None:
    asked = [expression.replace("$__rate_interval", "5m") for expression in expressions()]
    recorded = [{"record": f"panel:{n}", "expr": expression} for n, expression in enumerate(asked)]
    (tmp_path / "rules.yml").write_text(yaml.safe_dump({"groups": [{"name": "dashboard", "rules": recorded}]}))
    assert f"{len(asked)} rules found" in run("promtool", "check", "rules", "rules.yml", cwd=tmp_path)


def test_the_dashboard_is_laid_out() -> None:
    panels = DASHBOARD["panels"]
    assert len({panel["id"] for panel in panels}) == len(panels)
    for panel in panels:
        place = panel["gridPos"]
        assert place["x"] + place["w"] <= 24
        assert panel["description"], f"{panel['title']} does not say what it shows"
    for one, other in combinations([panel["gridPos"] for panel in panels], 2):
        apart = one["x"] + one["w"] <= other["x"] or other["x"] + other["w"] <= one["x"]
        assert apart or one["y"] + one["h"] <= other["y"] or other["y"] + other["h"] <= one["y"]
    variables = {variable["name"] for variable in DASHBOARD["templating"]["list"]}
    used = set(re.findall(r"\$\{?([a-z]+)", json.dumps(DASHBOARD)))
    assert used - {"__rate_interval", "__all"} <= variables


@systemd
def test_systemd_takes_the_unit(tmp_path: Path) -> None:
    unit = tmp_path / "newsbot.service"
    unit.write_text(re.sub(r"(?m)^ExecStart=.*", "ExecStart=/bin/true", UNIT), encoding="utf-8")
    assert run("systemd-analyze", "verify", unit, cwd=tmp_path).strip() == ""
    if "--offline" in subprocess.run(["systemd-analyze", "--help"], capture_output=True, text=True, check=False).stdout:
        told = run("systemd-analyze", "security", "--offline=true", "--threshold=20", unit, cwd=tmp_path)
        assert "OK" in told.splitlines()[-1]


def test_messages_in_flight_may_arrive_before_it_is_killed() -> None:
    (of_systemd,) = re.findall(r"TimeoutStopSec=(\d+)", UNIT)
    of_compose = COMPOSE["services"]["newsbot"]["stop_grace_period"].removesuffix("s")
    assert min(int(of_systemd), int(of_compose)) > 2 * DRAIN


def test_a_wrong_setting_is_not_tried_for_ever() -> None:
    assert "RestartPreventExitStatus=2\n" in UNIT


def test_the_image_is_made_in_two_stages_of_locked_libraries_and_runs_as_nobody_special() -> None:
    assert DOCKERFILE.count("\nFROM ") + DOCKERFILE.startswith("FROM ") == 2
    assert "--require-hashes -r requirements.lock" in DOCKERFILE
    last = DOCKERFILE.rsplit("\nFROM ", 1)[1]
    assert re.search(r"^USER 10001:10001$", last, re.MULTILINE)
    assert "pip install" not in last
    assert not re.search(r"^(ADD|COPY) \.", DOCKERFILE, re.MULTILINE), "only what is named gets in"


def test_the_image_gets_what_it_copies_and_nothing_secret() -> None:
    ignored = [line for line in (ROOT / ".dockerignore").read_text().splitlines() if line and not line.startswith("#")]

    def gets_in(path: str) -> bool:
        verdict = True
        for rule in ignored:
            if fnmatch(path.split("/")[0], rule.removeprefix("!")):
                verdict = rule.startswith("!")
        return verdict

    copied = re.findall(r"^COPY (?!--)(.+) \S+$", DOCKERFILE, re.MULTILINE)
    for name in " ".join(copied).split():
        assert (ROOT / name).exists(), name
        assert gets_in(name), name
    for name in (".env", "data/newsbot.db", ".git/config", "tests/conftest.py"):
        assert not gets_in(name), name


def test_settings_that_containers_are_given_exist() -> None:
    known = {name.upper() for name in Settings.model_fields}
    given = set(COMPOSE["services"]["newsbot"]["environment"])
    assert given <= known
    variables = set(re.findall(r"\b([A-Z][A-Z_]{3,})=", DOCKERFILE.rsplit("\nFROM ", 1)[1]))
    assert {"HTTP_PORT", "LOG_FORMAT"} <= variables & known


def test_the_bot_alone_and_with_postgresql() -> None:
    bot, postgres = COMPOSE["services"]["newsbot"], COMPOSE["services"]["postgres"]
    assert "profiles" not in bot
    assert postgres["profiles"] == ["postgres"]
    assert bot["depends_on"]["postgres"]["required"] is False
    assert bot["read_only"] is True
    assert bot["cap_drop"] == ["ALL"]
    volumes = {volume.split(":")[0] for service in (bot, postgres) for volume in service["volumes"]}
    assert volumes == set(COMPOSE["volumes"])
    assert all(port.startswith("127.0.0.1:") for port in bot["ports"])
