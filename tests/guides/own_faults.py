"""What this harness is for, tried on guides that are wrong: each must be found."""
import pathlib
import tempfile

import named_files
from demo import plain_environment
from guide import Fault, Guide
from reading import QUIET, Reading
from session import Session

GOOD = "Say `inkan show SERIAL --as auditor`:\n```sh\n# first\necho one \\\n  two\nfor i in 1 2; do\n  echo $i >>numbers  # each\ndone\nsort numbers |\n  wc -l\n```\n"


def check(programs, routes):
    with tempfile.TemporaryDirectory(prefix="inkan-guides-") as folder:
        top = pathlib.Path(folder)
        whole(top, programs)
        for name, text, tried in (
                ("a fence that does not say what it is", GOOD.replace("```sh", "```"), None),
                ("a command behind another fence", GOOD + "```text\n  openssl version\n```\n", None),
                ("a fence that is not closed", GOOD.removesuffix("```\n"), None),
                ("what is no shell command", GOOD.replace("done", "od"), None),
                ("a command that its book has not", GOOD.replace("sort", "date\nsort"), book),
                ("a command that is gone", GOOD.replace("echo one \\\n  two\n", ""), book),
                ("a last command that its book has not", GOOD.replace("wc -l\n", "wc -l\ndate\n"), book),
                ("a command that fails", GOOD.replace("wc -l", "grep -c 3"), book),
                ("one that fails inside a loop", GOOD.replace("echo $i", "test $i = 2; echo $i"), book),
                ("one that succeeds and says something else", GOOD.replace("one", "none"), book),
                ("one that is quiet no more", GOOD.replace("done", "done; echo 3"), book),
                ("a subcommand that there is not", GOOD.replace("inkan show", "inkan display"), lambda r: known(r.guide, programs)),
                ("an option that there is not", GOOD.replace("wc -l", "inkan show --as auditor --loud"), lambda r: known(r.guide, programs)),
                ("an option of another subcommand", GOOD.replace("--as auditor", "--csr FILE"), lambda r: known(r.guide, programs)),
                ("a file that is not there", GOOD.replace("inkan show SERIAL --as auditor", "tests/none"), lambda r: named_files.check(r.guide, top)),
                ("a call that the API has not", GOOD.replace("inkan show SERIAL --as auditor", "GET /v1/certificate"), lambda r: routes.check(r.guide)),
                ("a test without the command", GOOD, lambda r: r.told("echo one", "guide.md", words="echo two"))):
            try:
                tried_on(top, text, tried)
            except Fault:
                continue
            raise Fault(f"this harness does not find {name}")


def whole(top, programs):
    reading = tried_on(top, GOOD, book)
    known(reading.guide, programs)
    assert [command.line for command in reading.guide.commands] == [4, 6, 9], reading.guide.commands


def tried_on(top, text, tried):
    (top / "guide.md").write_text(text)
    reading = Reading(Guide.of(top / "guide.md", top), top)
    if tried:
        with tempfile.TemporaryDirectory(dir=top) as folder:
            reading.session = Session(folder, plain_environment())
            try:
                tried(reading)
            finally:
                reading.session.close()
    return reading


def book(r):
    r.read("echo one", r"\Aone two$")
    r.read("for i in", QUIET)
    r.read("sort numbers", r"\A2$")
    r.end()


def known(guide, programs):
    for words, _ in guide.calls():
        programs.check(words)
