"""One guide, read from its first command to its last: a book (tests/guides/books) says of each, in order, what becomes of it.

    read(begin, says)         it is run here: exit status, and a pattern that its output must match. QUIET: it says nothing
    begin(begin, says)        the same, of one that does not end by itself
    told(begin, test)         not here: the file `test` has this very command, or says it in its own words (`words`), and is run by somebody
    nowhere(begin, why)       no test runs it

`begin` is how the command begins. A command without its place in the book is a fault, and so is a place without a command."""
import json
import re

from guide import Fault

QUIET = r"\A\Z"


class Said(str):
    """A command's output."""

    def find(self, pattern):
        match = re.search(pattern, self, re.M)
        if not match:
            raise Fault(f"no {pattern} in:\n{self}")
        return match[1]

    def json(self):
        return json.loads(self)


class Reading:
    def __init__(self, guide, top):
        self.guide, self.top = guide, top
        self.left = list(guide.commands)
        self.count = {"run": 0, "run elsewhere": 0, "run by nobody": 0, "of the text run": 0}
        self.session = None
        self.paths = {}

    def next(self, begin):
        if not self.left:
            raise Fault(f"{self.guide.name} has no more commands, but its book goes on with: {begin}")
        command = self.left.pop(0)
        if not command.text.lstrip().startswith(begin):
            raise Fault(f"{self.guide.name}, {command}\n  is not what its book has there: {begin}\n  If the guide is right, tell its book in tests/guides/books.")
        return command

    def end(self):
        if self.left:
            raise Fault(f"{self.guide.name}, {self.left[0]}\n  is in no book: say in tests/guides/books how it is run ({len(self.left)} such commands)")

    def read(self, begin, says, status=0, typed=(), put=None, seconds=60):
        command = self.next(begin)
        self.count["run"] += 1
        return self.run(command, says, status, typed, put, seconds)

    def inline(self, begin, says, status=0, typed=(), put=None, add="", seconds=60):
        """A command of the text. `add` is what the text leaves to the reader (who he is, a file's name)."""
        found = [command for command in self.guide.inline() if command.text.startswith(begin)]
        if not found:
            raise Fault(f"{self.guide.name} has no command in its text that begins with: {begin}")
        self.count["of the text run"] += 1
        return self.run(found[0], says, status, typed, put, seconds, add)

    def run(self, command, says, status, typed, put, seconds, add=""):
        got, said = self.session.run(self.filled(command, put) + add, typed, seconds)
        if got != status or not re.search(says, said, re.M):
            raise Fault(f"{self.guide.name}, {command}\n  exit {got}, to be {status}; its output is to match {says!r}:\n{said}")
        return Said(said)

    def begin(self, begin, says, put=None):
        command = self.next(begin)
        self.count["run"] += 1
        try:
            return self.session.begin(self.filled(command, put), says)
        except Fault as fault:
            raise Fault(f"{self.guide.name}, {command}\n  {fault}") from None

    def told(self, begin, test, words=None):
        command = self.next(begin)
        self.count["run elsewhere"] += 1
        if plain(words or command.text) not in plain((self.top / test).read_text(encoding="utf-8")):
            raise Fault(f"{self.guide.name}, {command}\n  is not in {test}, which is to run it")

    def nowhere(self, begin, why):
        command = self.next(begin)
        self.count["run by nobody"] += 1
        print(f"  run by nobody, {command}\n    because {why}")

    def filled(self, command, put):
        """With the places of this test for the guide's, and values for what stands for one (ID)."""
        text = command.text
        for old, new in (*self.paths.items(), *(put or {}).items()):
            pattern = rf"(?<![\w-]){old}(?![\w-])" if re.fullmatch(r"[\w-]+", old) else re.escape(old)
            if put and old in put and not re.search(pattern, text):
                raise Fault(f"{self.guide.name}, {command}\n  has no {old}, for which its book has a value")
            text = re.sub(pattern, lambda _: str(new), text)
        return text

    def do(self, text, typed=()):
        """A step that the guide leaves to its reader, in his own shell."""
        status, said = self.session.run(text, typed)
        if status != 0:
            raise Fault(f"the book of {self.guide.name}: {text}: exit {status}\n{said}")
        return Said(said)


def plain(text):
    """Without comments, continuations and repeated blanks."""
    text = re.sub(r"(?m)(^|\s)#.*$", "", text.replace("\\\n", " "))
    return " ".join(text.split())
