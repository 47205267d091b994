#!/usr/bin/env python3
"""Shows that each check of the CP/CPS template can fail: one change to the real documents, or to what they name, and the fault it must be
told for. cps_selftest.py ROOT"""
import copy
import pathlib
import re
import sys

import cps
from cps_names import Names, config_defaults, config_keys, routes


def both(old, new):
    """The same change in both languages: only what is named is wrong then."""
    return {"en": (old, new), "ja": (old, new)}


# What is changed, and what must be said of it. A change is a pattern and what takes its place, at its first match.
CASES = [
    ({"en": (r"#### 4\.9\.7 .*", "")}, "cps.md: 4.9.7 is missing"),
    ({"ja": (r"### 9\.17 .*", "")}, "cps.ja.md: 9.17 is missing"),
    ({"ja": (r"### 2\.4 .*", "### 2.3 別の見出し")}, "cps.ja.md: 2.3 stands there more than once"),
    ({"en": (r"### 9\.17 Other provisions", "### 9.18 More provisions")}, "9.18 is no heading of RFC 3647"),
    ({"en": (r"(### 8\.5 [^#]*)(### 8\.6 [^#]*)", r"\2\1")}, "8.6 is out of order"),
    ({"en": (r"Possession|possession of private key", "ownership of private key")}, "in the RFC \"Method to prove possession of private key\""),
    ({"ja": (r"#### 6\.4\.2 .*", "#### 6.4.2 Activation data protection")}, "6.4.2: \"Activation data protection\" is not in the document's language"),
    ({"ja": (r"#### 6\.4\.2", "### 6.4.2")}, "6.4.2: has 3 #"),
    ({"en": (r"#### 6\.4\.2 A", "#### A")}, "is no heading of the form"),
    ({"en": (r"(### 9\.14 .*\n)\[.*\]", r"\1")}, "9.14: says nothing"),
    ({"en": (r"(### 9\.14 .*\n\[.*)\]", r"\1")}, "9.14: a bracket is not closed"),
    ({"ja": (r"(### 9\.14 .*\n)\[(.*)\]", r"\1\2")}, "9.14: English and Japanese are not of the same paragraphs"),
    ({"en": (r"Behind it: (profile `client-auth`, `server)", r"Behind it:\1")}, "1.1: must be \"Behind it: …"),
    ({"en": (r"(Behind it: .*)", r"\1\n\nMore.")}, "1.1: \"Behind it:\" must stand once, and last"),
    ({"ja": (r"裏付け：規則", "裏付け：規程")}, "is not a kind"),
    ({"en": (r"leaf `sign\.intent`;", "leaf sign.intent;")}, "1.1: \"leaf sign.intent\" is not a kind"),
    ({"en": (r"leaf `sign\.intent`;", "leaf `sign.intent`, `sign.intent`;")}, "1.1: names something twice"),
    ({"ja": (r"; 監査ログ `sign\.intent`", "")}, "1.1: English and Japanese do not name the same: sign.intent"),
    ({"en": (r"`sign\.failed`, `sign\.possible`", "`sign.possible`, `sign.failed`")}, "English and Japanese do not name the same: another order"),
    (both(r"`crl\.refresh_hours = 24`", "`crl.refreshed_hours`"), "config `crl.refreshed_hours`: there is none of that name"),
    (both(r"`crl\.refresh_hours = 24`", "`crl.refresh_hours = 25`"), "config `crl.refresh_hours = 25`: its default is 24"),
    (both(r"`config\.change`", "`config.changed`"), "leaf `config.changed`: there is none of that name"),
    (both(r"`client-auth`", "`client-auth-2`"), "profile `client-auth-2`: there is none of that name"),
    (both(r"`client-auth\.validity\.days = 366`", "`client-auth.validity.days = 365`"), "profile `client-auth.validity.days = 365`: it is 366"),
    (both(r"`rokin\.lock\.tries = 6`", "`rokin.lock.tries = 7`"), "pack `rokin.lock.tries = 7`: it is 6"),
    (both(r"`R15`", "`R32`"), "rule `R32`: there is none of that name"),
    (both(r"`key\.rsa\.roca`", "`key.rsa.rocca`"), "check `key.rsa.rocca`: there is none of that name"),
    (both(r"`POST /v1/organisations`", "`PUT /v1/organisations`"), "route `PUT /v1/organisations`: there is none of that name"),
    (both(r"`inkan ca roll-over`", "`inkan ca roll-back`"), "inkan has no command \"roll-back\""),
    (both(r"`inkan-verify pack`", "`inkan-judge pack`"), "inkan-judge has no command"),
    (both(r"`ledger_lag_leaves`", "`ledger_lag`"), "metric `ledger_lag`: there is none of that name"),
    (both(r"`auditor`(; command|; コマンド|\.\n|。\n)", r"`accountant`\1"), "role `accountant`: there is none of that name"),
    (both(r"`sign\.late`(, |、)`cert\.issue`\1`cert\.revoke`", r"`cert.issue`\1`cert.revoke`"), "5.4.1 does not name leaf `sign.late`"),
]


def change(texts, changes):
    changed = dict(texts)
    for language, (pattern, replacement) in changes.items():
        changed[language], count = re.subn(pattern, replacement, texts[language], count=1)
        if not count:
            raise SystemExit(f"cps selftest: {pattern} matches nothing in {language}: write the case anew")
    return changed


def wrong_about_reading(root, names):
    """The names are read from the sources: what is taken away there is not known any more."""
    text = lambda file: (root / file).read_text(encoding="utf-8")  # noqa: E731
    config, subscribers = text("daemon/config.cpp"), text("daemon/config_subscribers.cpp")
    for key, was, now in [("crl.shards", 'integer("shards"', 'integer("parts"'), ("token.pin_entry", 'boolean("pin_entry"', 'boolean("entry"'),
                          ("api.address", 'toml.table("api")', 'toml.table("rest")'), ("limits.idle_ms", '"idle_ms"', '"rest_ms"'),
                          ("subscribers.tries_per_second", '"tries_per_second"', '"tries"'), ("witness.url", 'text("url")', 'text("uri")'),
                          ("profiles", 'texts("profiles")', 'texts("forms")'), ("public.base_url", 'text("base_url")', 'text("url")')]:
        if key not in names.known["config"]:
            yield f"{key} is not found in the configuration's reader"
        if key in config_keys(config.replace(was, now), subscribers.replace(was, now)):
            yield f"{key} is found in a reader that does not read it"
    if config_defaults("| `[a] b` (1), `c` | |\n| `[[d]] e` (`f`), `g` (2 each) | |\n") != {"a.b": "1", "d.e": "f", "d.g": "2"}:
        yield "defaults are misread"
    if routes("paths:\n  /a/{id}:\n    get:\n      x: y\n    post:\n") != {"GET /a/{id}", "POST /a/{id}"}:
        yield "routes are misread"
    for kind, known in names.known.items():
        if not known:
            yield f"no {kind} is found"


def main():
    root = pathlib.Path(sys.argv[1])
    texts, outline, names = cps.read(root), cps.read_outline(root), Names(root)
    wrong = list(wrong_about_reading(root, names))
    clean = cps.judge(texts, outline, names)
    for changes, expected in CASES:
        new = [fault for fault in cps.judge(change(texts, changes), outline, names) if fault not in clean]
        if not any(expected in fault for fault in new):
            wrong.append(f"{changes} was not told as \"{expected}\": {new[:3]}")
    more = copy.copy(names)
    more.known = {**names.known, "leaf": names.known["leaf"] | {"cert.lost"}}
    if not any("5.4.1 does not name leaf `cert.lost`" in fault for fault in cps.judge(texts, outline, more)):
        wrong.append("a new type of leaf is not missed")
    print("\n".join(wrong) or f"{len(CASES)} changes of the documents told as expected")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
