"""A guide as its reader meets it: the shell commands of its fenced blocks, in order, and the commands named in its text.

What a fenced block is, its info string says: ```sh is commands; those of OTHER are not run."""
import dataclasses
import re
import shlex
import subprocess

PROGRAMS = ("inkan", "inkand", "inkan-verify", "inkan-witness", "inkan-portal")
OTHER = ("toml", "text", "json", "ts", "cpp", "http")
# A line that begins so is a command, whatever its fence says: none is to be hidden from the tests.
HIDDEN = re.compile(rf"^\s*(?:\$ |(?:{'|'.join((*PROGRAMS, 'openssl', 'curl', 'npm', 'podman', 'docker', 'systemctl', 'systemd-run', 'apt', 'apt-get', 'sudo', 'install', 'cp'))}) +\S).*", re.M)
FENCE = re.compile(r"^( *)```(\S*)[^\n]*\n(.*?)^\1```$", re.M | re.S)
# What ends one call and begins another.
OPERATORS = re.compile(r"[|;&(){}\n]|&&|\|\|")


class Fault(Exception):
    """What is wrong, in words for whoever changed guide or program."""


@dataclasses.dataclass(frozen=True)
class Command:
    """One command, or one compound of the shell (a loop, a function), as the guide has it."""
    text: str
    line: int

    def __str__(self):
        return f"line {self.line}: {self.text}"


class Guide:
    def __init__(self, name, text):
        self.name, self.text = name, text
        self.commands, self.blocks = [], []
        for match in FENCE.finditer(self.text):
            indent, kind, block = match[1], match[2], match[3]
            line = self.text.count("\n", 0, match.start()) + 2
            if kind == "sh":
                self.commands += commands_of(re.sub(f"^{indent}", "", block, flags=re.M), line, self.name)
            elif kind in OTHER:
                self.blocks.append(block)
                if kind == "text" and (hidden := HIDDEN.search(block)):
                    raise Fault(f"{self.name}:{line - 1}: this fence says text, and holds a command: {hidden[0].strip()}")
            else:
                raise Fault(f"{self.name}:{line - 1}: the fence says \"{kind}\": let it say ```sh, for commands that the tests run, or what it is: {', '.join(OTHER)}")
        if re.search(r"^ *```", FENCE.sub("", self.text), re.M):
            raise Fault(f"{self.name}: a fence is not closed, or closed with another indentation than it was opened with")

    @classmethod
    def of(cls, path, top):
        return cls(str(path.relative_to(top)), path.read_text(encoding="utf-8"))

    def block(self, begin):
        """What is to be written somewhere: the block that is no commands and begins so."""
        found = [block for block in self.blocks if block.startswith(begin)]
        if len(found) != 1:
            raise Fault(f"{self.name} has {len(found)} blocks that begin with {begin}")
        return found[0]

    def inline(self):
        """Each `span of code` in the text, and its line."""
        rest = FENCE.sub(lambda match: "\n" * match[0].count("\n"), self.text)
        for match in re.finditer(r"(?<!`)(`+)(?!`)(.+?)(?<!`)\1(?!`)", rest, re.S):
            yield Command(" ".join(match[2].split()), rest.count("\n", 0, match.start()) + 1)

    def calls(self):
        """Every call of our programs, whether run or not: its words, and the command it is of."""
        ours = re.compile(rf"({'|'.join(PROGRAMS)}) ")
        for command in (*self.commands, *(each for each in self.inline() if ours.match(each.text))):
            for part in OPERATORS.split(re.sub(r"\\\n", " ", command.text)):
                words = words_of(part)
                while words and re.fullmatch(r"\w+=\S*|if|do|then|!|while|until|time|env", words[0]):
                    words.pop(0)
                if words[:1] == ["podman"]:  # whose containers and images have our names
                    words = words[[*words, "inkan"].index("inkan"):]
                if words[:1] == ["install"]:  # whose owners have
                    continue
                for at, word in enumerate(words):  # behind systemd-run and its like, too
                    if word in PROGRAMS and (at == 0 or at + 1 < len(words)):
                        yield words[at:], command
                        break


def commands_of(block, line, name):
    """Cut where the shell itself would take what came so far as whole."""
    found, lines, begin = [], [], line
    for number, text in enumerate(block.splitlines(), line):
        if not lines and re.fullmatch(r"\s*(#.*)?", text):
            continue
        if not lines:
            begin = number
        lines.append(text)
        if not text.endswith("\\") and whole("\n".join(lines)):
            found.append(Command("\n".join(lines), begin))
            lines = []
    if lines:
        raise Fault(f"{name}:{begin}: bash does not read this as commands:\n" + "\n".join(lines))
    return found


def whole(text):
    return subprocess.run(["bash", "-n"], input=text + "\n", capture_output=True, text=True).returncode == 0


def words_of(text):
    try:
        return shlex.split(text, comments=True)
    except ValueError:  # a quotation that goes on behind an operator
        return text.split()
