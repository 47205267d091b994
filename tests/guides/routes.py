"""Calls of the API that a document names (`GET /v1/events`, `POST …/release`): each is in api/openapi.yaml."""
import re

from guide import Fault

CALL = re.compile(r"(GET|POST|PUT|PATCH|DELETE) (…?/\S+)$")


class Routes:
    def __init__(self, top):
        self.known, path = [], None
        for line in (top / "api/openapi.yaml").read_text(encoding="utf-8").splitlines():
            if match := re.fullmatch(r"  (/\S*):", line):
                path = re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(match[1]))
            elif match := re.fullmatch(r"    (get|post|put|patch|delete):", line):
                self.known.append((match[1].upper(), re.compile(path)))

    def check(self, guide):
        """How many there are. Raises Fault for the first that is unknown."""
        found = 0
        for command in guide.inline():
            if match := CALL.fullmatch(command.text):
                found += 1
                method, called = match[1], match[2].partition("?")[0]
                if not any(method == known and fits(called, path) for known, path in self.known):
                    raise Fault(f"{guide.name}, {command}\n  is no call that api/openapi.yaml has")
        return found


def fits(called, path):
    """"…/code" is the end of one, "/ledger/tile/…" a beginning."""
    return path.pattern.endswith(called[1:]) if called.startswith("…") else path.fullmatch(called.replace("…", "x"))
