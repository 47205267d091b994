"""What the CP/CPS template may name, read from what is there: one set of names, or of values by name, for each kind."""
import re
import tomllib

READ = re.compile(r"\b(?:\w+\.)?(text|texts|integer|boolean|host_and_port|tables|not_empty|count|rate|parse_endpoint|parse_milliseconds)"
                  r"\((?:\w+, )?\"([a-z][a-z0-9_]*)\"")
FUNCTION = re.compile(r"^[A-Za-z][^;={}()]*?(\w+)\([^;{}]*\)(?: const)? \{$", re.M)


def functions(source):
    """The body of each function by its name: clang-format ends one with a brace in the first column."""
    return {found[1]: source[found.end():source.index("\n}\n", found.end())] for found in FUNCTION.finditer(source)}


def config_keys(*sources):
    """`section.key`, of the top `key`: what Config::load and the functions that it gives tables to read from them."""
    bodies = {}
    for source in sources:
        bodies.update(functions(source))

    def keys(body):
        found = {key for _, key in READ.findall(body)}
        # A helper that is given the same table reads more of it.
        for helper in re.findall(r"\b(parse_\w+)\(toml\b", body):
            found |= keys(bodies[helper])
        return found

    load, found = bodies["load"], set()
    for section, function in [
            *((section, function) for function, section in re.findall(r"(parse_\w+)\(toml\.table(?:_or_empty)?\(\"(\w+)\"\)", load)),
            *re.findall(r"toml\.tables\(\"(\w+)\"\)\)[^;]*?(parse_\w+)\(std::move\(each\)", load)]:
        found |= {f"{section}.{key}" for key in keys(bodies[function])}
    for variable, section in re.findall(r"auto (\w+) = toml\.table\(\"(\w+)\"\);", load):
        found |= {f"{section}.{key}" for key in re.findall(rf"\b{variable}\.text\(\"(\w+)\"|\({variable}, \"(\w+)\"\)", load) for key in key if key}
        for helper in re.findall(rf"\b(parse_\w+)\({variable}\)", load):
            found |= {f"{section}.{key}" for key in keys(bodies[helper])}
    found |= set(re.findall(r"\btoml\.texts?\(\"(\w+)\"\)", load))
    return found


def config_defaults(operations):
    """From the table of keys in operations.md: | `[crl] next_update_hours` (168), `refresh_hours` (24) | …"""
    found = {}
    for cell in re.findall(r"^\| ([^|]*) \|", operations, re.M):
        section = ""
        for head, key, quoted, bare in re.findall(r"`(?:\[\[?(\w+)\]\]? ?)?(\w*)[^`]*`(?: \((?:`([^`]+)`|([^ );`]+)))?", cell):
            section = head or section
            if quoted or bare:
                found[f"{section}.{key}" if section else key] = quoted or bare
    return found


def documents(folder):
    """Every key of the TOML files of a folder: `client-auth`, `client-auth.validity`, `client-auth.validity.days`."""
    found = {}

    def walk(name, value):
        found[name] = value
        for key, inner in value.items() if isinstance(value, dict) else ():
            walk(f"{name}.{key}", inner)

    for file in sorted(folder.glob("*.toml")):
        walk(file.stem, tomllib.loads(file.read_text(encoding="utf-8")))
    return found


def routes(openapi):
    found, path = set(), ""
    for line in openapi.splitlines():
        if match := re.fullmatch(r"  (/\S*):", line):
            path = match[1]
        elif match := re.fullmatch(r"    (get|post|put|patch|delete):", line):
            found.add(f"{match[1].upper()} {path}")
    return found


def words(root, *folders):
    """Every string literal of one word, in the sources of these folders."""
    return {word for folder in folders for file in (root / folder).rglob("*.cpp") for word in re.findall(r"\"([a-z][a-z0-9.-]*)\"", file.read_text(encoding="utf-8"))}


class Names:
    def __init__(self, root):
        text = lambda file: (root / file).read_text(encoding="utf-8")  # noqa: E731
        operations = text("packaging/doc/operations.md")
        self.values = {
            "config": config_defaults(operations),
            "profile": documents(root / "policy/profile/builtin"),
            "pack": documents(root / "policy/subscriber/builtin"),
        }
        self.known = {
            "config": config_keys(text("daemon/config.cpp"), text("daemon/config_subscribers.cpp")),
            "profile": set(self.values["profile"]),
            "pack": set(self.values["pack"]),
            "rule": set(re.findall(r"^\| ([RA]\d\d) \|", text("packaging/doc/subscriber-rules.md"), re.M)),
            "check": {word for word in words(root, "policy", "daemon") if "." in word},
            "leaf": set(re.findall(r"Row\{\w+, \"([a-z.]+)\"\}", text("policy/log/event_type.cpp"))),
            "route": routes(text("api/openapi.yaml")),
            "metric": {name for cell in re.findall(r"^\| (`[^|]*) \|", operations, re.M) for name in re.findall(r"`([a-z_]+)`", cell)},
            "role": set(re.findall(r"return \"([a-z-]+)\";", text("policy/types/identity.cpp"))),
        }
        self.programs = {"inkan": words(root, "daemon/cli"), "inkan-verify": words(root, "daemon/verify"), "inkan-witness": words(root, "daemon/witness")}

    def fault(self, kind, item):
        """What is wrong with naming it, None for nothing."""
        if kind == "command":
            program, *rest = item.split(" ")
            missing = [word for word in rest if word not in self.programs.get(program, ())]
            return f"{program} has no command \"{' '.join(missing)}\"" if missing or program not in self.programs else None
        name, _, value = item.partition(" = ")
        if name not in self.known[kind]:
            return "there is none of that name"
        if value and kind not in self.values:
            return "has no value"
        if value and kind == "config":
            there = self.values[kind].get(name, "not said in operations.md")
            return None if value.strip('"') == there else f"its default is {there}"
        if value and tomllib.loads(f"x = {value}")["x"] != self.values[kind][name]:
            return f"it is {self.values[kind][name]!r}"
        return None
