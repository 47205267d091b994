"""What a program's --help says, as values: its options, operands and commands, and theirs."""
import dataclasses
import re
import subprocess


@dataclasses.dataclass
class Entry:
    names: str  # as --help has them: "-h,--help", "serial"
    argument: str  # "TEXT REQUIRED", "" for a flag
    text: str

    def options(self):
        return [name for name in re.split(r",\s*", self.names) if name.startswith("-")]

    def wants_value(self):
        return bool(self.argument)


@dataclasses.dataclass
class Command:
    path: list  # of words, the program's name first
    about: str
    operands: list
    options: list
    commands: list

    def all(self):
        yield self
        for inner in self.commands:
            yield from inner.all()


def said(program, words):
    done = subprocess.run([program, *words, "--help"], capture_output=True, text=True, check=True, env={"COLUMNS": "80", "LANG": "C.UTF-8"})
    return done.stdout


def entries(lines):
    """Lines of two columns: names at the left, the text behind two spaces or more, or on the lines that follow, further right."""
    found = []
    for line in lines:
        if not re.match(r"^(  )?\S", line):
            found[-1][1].append(line.strip())
            continue
        left, _, right = line.strip().partition("  ")
        found.append((left, [right.strip()]))
    return [(left, " ".join(part for part in right if part)) for left, right in found]


def read_cli11(program, path):
    text = said(program, path[1:])
    about, _, rest = text.partition("Usage: ")
    sections = {"Options": [], "Subcommands": [], "Positionals": []}
    section = None
    for line in rest.splitlines()[1:]:
        if re.match(r"^\S.*:$", line):
            section = sections[line[:-1]]  # a KeyError: a kind of section that this does not know
        elif line.strip():
            section.append(line)
    options = []
    for left, text in entries(sections["Options"]):
        names, _, argument = left.partition(" ")
        options.append(Entry(names, argument, text))
    operands = [Entry(left.split(" ")[0], left.partition(" ")[2], text) for left, text in entries(sections["Positionals"])]
    inner = [read_cli11(program, [*path, left]) for left, _ in entries(sections["Subcommands"])]
    return Command(path, about.strip(), operands, options, inner)


def read_poco(program, path):
    """Poco's formatter: a usage line, the header, an empty line, the options."""
    head, _, rest = said(program, []).partition("\n\n")
    options = []
    for left, text in entries(rest.splitlines()):
        argument = ""
        names = []
        for each in left.split(", "):
            match = re.fullmatch(r"(--[a-z-]+|-[a-z])=?(.*)", each)
            names.append(match.group(1))
            argument = match.group(2)
        options.append(Entry(",".join(names), argument, text))
    return Command(path, head.partition("\n")[2].strip(), [], options, [])


def read(program):
    name = program.name
    return (read_poco if name == "inkand" else read_cli11)(program, [name])
