#!/usr/bin/env python3
"""The table of subscriber rules in packaging/doc, held against the tests: each rule has one by its number.

  subscriber_rules.py ROOT            fails where the table is not what the tests say
  subscriber_rules.py ROOT --write    writes the table's last column

A test speaks of a rule by beginning its name with it (TEST(Standing, R11_A09_…)), a script of tests/e2e or tests/portal by naming it in
what it says while it runs ("… (R24)", "… (R22 to R24)")."""
import pathlib
import re
import sys

RULE = re.compile(r"[RA][0-9][0-9]")
TEST = re.compile(r"TEST(?:_F)?\(\s*(\w+),\s*(\w+)\)")


def rules_in(name):
    found = []
    for part in name.split("_"):
        if not RULE.fullmatch(part):
            break
        found.append(part)
    return found


def tests_by_rule(root):
    found = {}
    for file in sorted((root / "tests").rglob("*_test.cpp")):
        text = file.read_text()
        for suite, name in TEST.findall(text):
            for rule in rules_in(name):
                found.setdefault(rule, set()).add(f"{file.relative_to(root / 'tests')}: {suite}")
            # Numbers further on in a name, behind words ("…AndR16…"), count too.
            for rule in re.findall(r"And([RA][0-9][0-9])", name):
                found.setdefault(rule, set()).add(f"{file.relative_to(root / 'tests')}: {suite}")
    for script in [root / "tests/e2e/subscribers", *sorted((root / "tests/portal/browsing").rglob("*.mjs"))]:
        for line in re.findall(r"say\(([\"'])(.*)\1\)", script.read_text()):
            for rule in RULE.findall(spelt_out(line[1])):
                found.setdefault(rule, set()).add(str(script.relative_to(root / "tests")))
    return found


def spelt_out(line):
    """R22 to R24: R23 too."""
    return re.sub(r"([RA])(\d\d) to [RA](\d\d)", lambda span: " ".join(f"{span[1]}{i:02}" for i in range(int(span[2]), int(span[3]) + 1)), line)


def main():
    root = pathlib.Path(sys.argv[1])
    document = root / "packaging/doc/subscriber-rules.md"
    tests, faults, lines, seen = tests_by_rule(root), [], [], set()
    for line in document.read_text().splitlines():
        row = re.fullmatch(r"\| ([RA][0-9][0-9]) \| (.*) \|(.*)\|", line)
        if row:
            rule, text, _ = row.groups()
            seen.add(rule)
            own = ", ".join(f"`{each}`" for each in sorted(tests.get(rule, ())))
            if not own:
                faults.append(f"{rule} has no test")
            line = f"| {rule} | {text} | {own} |"
        lines.append(line)
    wanted_rules = {f"R{i:02}" for i in range(1, 32)} | {f"A{i:02}" for i in range(1, 24) if i != 20}
    faults += [f"{rule} is not in the table" for rule in sorted(wanted_rules - seen)]
    faults += [f"tests name {rule}, which is no rule" for rule in sorted(set(tests) - wanted_rules)]
    text = "\n".join(lines) + "\n"
    if "--write" in sys.argv:
        document.write_text(text)
    elif text != document.read_text():
        faults.append("the table is not what the tests say: run tests/architecture/subscriber_rules.py . --write")
    for fault in faults:
        print(f"subscriber rules: {fault}", file=sys.stderr)
    return 1 if faults else 0


sys.exit(main())
