"""What our programs take, by their own --help: subcommands and options."""
import functools
import re
import subprocess

from guide import Fault

FOLDERS = {"inkan": "", "inkand": "", "inkan-verify": "verify", "inkan-witness": "witness", "inkan-portal": "portal"}


class Programs:
    def __init__(self, build):
        self.paths = {name: build / "daemon" / folder / name for name, folder in FOLDERS.items()}
        missing = [str(path) for path in self.paths.values() if not path.exists()]
        if missing:
            raise Fault(f"not built: {', '.join(missing)}")

    @functools.lru_cache(maxsize=None)
    def help(self, program, *subcommands):
        done = subprocess.run([str(self.paths[program]), *subcommands, "--help"], capture_output=True, text=True, timeout=30, cwd="/")
        if done.returncode != 0:
            raise Fault(f"{program} {' '.join(subcommands)} --help: exit {done.returncode}")
        return done.stdout

    def subcommands(self, *chain):
        _, found, below = self.help(*chain).partition("\nSubcommands:\n")
        return set(re.findall(r"^  (\S+)", below, re.M)) if found else set()

    def options(self, *chain):
        """As CLI11 and Poco write them: at a line's begin, several with commas between."""
        found = set()
        for line in re.findall(r"^ *(-[^\s].*)$", self.help(*chain), re.M):
            for each in re.findall(r"(?:^|, ?)(--[a-z][a-z0-9-]*|-[a-zA-Z])", line):
                found.add(each)
        return found

    def check(self, words):
        """Every subcommand and option of a call is one that the program knows. Raises Fault."""
        chain, options = [words[0]], self.options(words[0])
        for word in words[1:]:
            below = self.subcommands(*chain)
            if word.startswith("-"):
                name = re.match(r"--[a-zA-Z0-9-]+|-[a-zA-Z]", word)
                if name and name[0] not in options:
                    raise Fault(f"{' '.join(chain)} has no option {name[0]}; it has {', '.join(sorted(options))}")
            elif below and word in below:
                chain.append(word)
                options |= self.options(*chain)
            elif below and re.fullmatch(r"[a-z][a-z-]*", word) and not self.is_value(words, word):
                raise Fault(f"{' '.join(chain)} has no subcommand {word}; it has {', '.join(sorted(below))}")

    @staticmethod
    def is_value(words, word):
        """Of an option before the subcommand, as in inkan --as auditor verify."""
        return words[words.index(word) - 1].startswith("-")
