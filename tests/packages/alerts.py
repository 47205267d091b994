#!/usr/bin/env python3
"""Every alert of packaging/monitoring/inkan.rules.yml fires in its tests, and keeps quiet in them, where it should: promtool says so of itself.
Rules of which none ever fires must fail a test of each alert, and so must rules that all fire always."""
import pathlib
import re
import subprocess
import tempfile

MONITORING = pathlib.Path(__file__).resolve().parents[2] / "packaging" / "monitoring"
RULES, TESTS = MONITORING / "inkan.rules.yml", MONITORING / "inkan.rules.test.yml"


def alerts_of(rules):
    return re.findall(r"(?m)^\s+- alert: (\w+)$", rules)


def with_expression(rules, expression):
    """Each alert asks for this, at once."""
    changed, number = re.subn(r"(?m)^(\s+)expr: .*\n(?:\1\s+.*\n)*(?:\1for: .*\n)?", rf"\1expr: {expression}\n", rules)
    assert number == len(alerts_of(rules)), f"{number} expressions of {len(alerts_of(rules))} alerts: this test does not read {RULES.name} any more"
    return changed


def complaints(rules):
    """[(alert, was any expected)] of the tests that fail with these rules."""
    with tempfile.TemporaryDirectory() as folder:
        (pathlib.Path(folder) / RULES.name).write_text(rules)
        (pathlib.Path(folder) / TESTS.name).write_text(TESTS.read_text())
        said = subprocess.run(["promtool", "test", "rules", TESTS.name], cwd=folder, capture_output=True, text=True)
    return [(alert, none == "") for alert, none in re.findall(r"alertname: ?(\w+), time: ?\w+,\s+exp: ?\[(\]?)", said.stdout + said.stderr)]


def main():
    rules = RULES.read_text()
    alerts = set(alerts_of(rules))
    assert len(alerts) > 20, f"{len(alerts)} alerts only were found in {RULES}"
    assert complaints(rules) == [], "the tests fail with the rules as they are"
    silent = {alert for alert, expected in complaints(with_expression(rules, "vector(0) > 1")) if expected}
    noisy = {alert for alert, expected in complaints(with_expression(rules, "vector(1)")) if not expected}
    assert alerts <= silent, f"no test in {TESTS.name} makes these fire: {sorted(alerts - silent)}"
    assert alerts <= noisy, f"no test in {TESTS.name} wants these quiet: {sorted(alerts - noisy)}"
    print(f"{len(alerts)} alerts fire, and keep quiet")


if __name__ == "__main__":
    main()
