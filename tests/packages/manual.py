#!/usr/bin/env python3
"""The manual and the completions against the programs and the sources, both ways: each option and command that --help lists is in the
man page and completed, and no other; each key that the configuration's reader knows is in its page, and no other.

    manual.py ROOT     ROOT: the packages' files, unpacked"""
import pathlib
import re
import subprocess
import sys

TOP = pathlib.Path(__file__).resolve().parents[2]
PAGES = {"inkand": 8, "inkan-portal": 8, "inkan": 1, "inkan-verify": 1, "inkan-witness": 1}
COMPLETED = ("inkan", "inkan-verify", "inkan-witness")
ALWAYS = {"-h", "--help"}  # in every --help, and said once for all by man pages' readers


def page(root, name, section):
    """The page as a reader sees it, in lines too long to be broken."""
    file = root / "usr/share/man" / f"man{section}" / f"{name}.{section}.gz"
    shown = subprocess.run(["man", "--warnings", "-l", str(file)], capture_output=True, text=True, check=True,
                           env={"MANWIDTH": "1000", "LANG": "C.UTF-8", "PATH": "/usr/bin:/bin", "MANPAGER": "cat"})
    if shown.stderr:
        raise SystemExit(f"{file}: {shown.stderr}")
    return re.sub(".\b", "", shown.stdout)


def help_of(program, path):
    return subprocess.run([program, *path, "--help"], capture_output=True, text=True, check=True, env={"COLUMNS": "80"}).stdout


def listed(program, path=()):
    """{path: (options, commands)} by --help alone, all the way down."""
    text = help_of(program, path)
    options = {name for line in re.findall(r"(?m)^(?:  )?(-[^ ].*?)(?:  |$)", text) for name in re.findall(r"(?<![\w-])(--[a-z][a-z0-9-]*|-[a-z])", line.split(" Excludes:")[0])}
    commands = re.findall(r"(?m)^  ([a-z][a-z-]*)(?:  |$)", text.split("\nSubcommands:\n")[1]) if "\nSubcommands:\n" in text else []
    found = {path: (options - ALWAYS, set(commands))}
    for command in commands:
        found.update(listed(program, (*path, command)))
    return found


def described(text, name):
    """{path: options} by the man page alone."""
    found, path = {}, None
    for line in text.splitlines():
        if line == "OPTIONS":
            path = ()
        elif re.match(r"^[A-Z]", line):
            path = None
        elif heading := re.match(rf"^   {name}((?: [a-z-]+)*)$", line):
            path = tuple(heading.group(1).split())
        elif path is not None and (tag := re.match(r"^       (-.*)$", line)):
            names = tag.group(1).split(" Excludes:")[0].split("  ")[0]
            found.setdefault(path, set()).update(re.findall(r"(?<![\w-])(--[a-z][a-z0-9-]*|-[a-z])(?![\w-])", names))
        if path is not None:
            found.setdefault(path, set())
    return found


def completed(root, name, path):
    file = root / "usr/share/bash-completion/completions" / name
    script = f'source "{file}"; COMP_WORDS=({name} {" ".join(path)} ""); COMP_CWORD={len(path) + 1}; _{name.replace("-", "_")}; printf "%s\\n" "${{COMPREPLY[@]}}"'
    return set(subprocess.run(["bash", "-c", script], capture_output=True, text=True, check=True).stdout.split())


def completed_by_zsh(root, name, path):
    """The function's body, with zsh's own end of it caught."""
    file = root / "usr/share/zsh/vendor-completions" / f"_{name}"
    script = f'compadd() {{ print -rl -- "${{@:2}}" }}; words=({name} {" ".join(path)} ""); CURRENT={len(path) + 2}; source "{file}"'
    done = subprocess.run(["zsh", "-f", "-c", script], capture_output=True, text=True, check=True)
    return set(done.stdout.split()) if not done.stderr else {done.stderr}


def differ(where, wanted, found, complaints):
    if wanted - found:
        complaints.append(f"{where}: missing {', '.join(sorted(wanted - found))}")
    if found - wanted:
        complaints.append(f"{where}: too much {', '.join(sorted(found - wanted))}")


def programs(root, complaints):
    for name, section in PAGES.items():
        program = root / "usr" / ("sbin" if section == 8 else "bin") / name
        known, told = listed(program), described(page(root, name, section), name)
        if name == "inkan" and len(known) < 50:
            complaints.append(f"--help of inkan shows {len(known)} commands only: this test does not read it any more")
        differ(f"{name}({section}), its commands", {" ".join(path) for path in known}, {" ".join(path) for path in told}, complaints)
        for path, (options, commands) in known.items():
            where = " ".join([name, *path])
            differ(f"{name}({section}), {where}", options, told.get(path, set()), complaints)
            if name in COMPLETED:
                wanted = options | commands | known[()][0] | ALWAYS
                differ(f"bash's completion of {where}", wanted, completed(root, name, path), complaints)
                differ(f"zsh's completion of {where}", wanted, completed_by_zsh(root, name, path), complaints)


# How the readers of the configurations ask for a key.
ASKED = re.compile(r'(?:\b(?:text|texts|integer|boolean|table|tables|table_or_empty|has|host_and_port)\(|'
                   r'\b(?:not_empty|parse_endpoint|parse_milliseconds|milliseconds|count|rate|file_at|origin_of)\((?:\w+, )?)"([a-z_]+)"')


def keys_of(*sources):
    return {key for source in sources for key in ASKED.findall((TOP / source).read_text())}


def configurations(root, complaints):
    text = page(root, "inkand.toml", 5).split("\nKEYS\n")[1].split("\nEXAMPLE\n")[0]
    told = set()
    for tag in re.findall(r"(?m)^       (\S.*)$", text):
        tag = re.sub(r"\([^)]*\)", "", tag.split("  ")[0])
        told.update(re.findall(r"\[+([a-z_]+)\]+", tag))
        told.update(re.findall(r"(?:^|[\s,])([a-z_]+)(?= = |,|\s|$)", re.sub(r"\[+[a-z_]+\]+ ?", "", tag).replace(" or ", ", ")))
    known = keys_of("daemon/config.cpp", "daemon/config_subscribers.cpp")
    if len(known) < 60:
        complaints.append(f"only {len(known)} keys were found in daemon/config*.cpp: this test does not read them any more")
    differ("inkand.toml(5)", known, told - {"true"}, complaints)
    text = page(root, "inkan-portal.toml", 5).split("\nKEYS\n")[1].split("\nSEE ALSO\n")[0]
    known = keys_of("api/portal/settings.cpp")
    shown = re.findall(r"(?m)^ +(?:\[([a-z_]+)\]|([a-z_]+) =)", text)
    differ("inkan-portal.toml(5)", known, known & set(re.findall(r"[a-z_]+", text)), complaints)
    differ("inkan-portal.toml(5), its example", set(), {table or key for table, key in shown} - known, complaints)


def main():
    root, complaints = pathlib.Path(sys.argv[1]).resolve(), []
    programs(root, complaints)
    configurations(root, complaints)
    for each in complaints:
        print("WRONG:", each)
    if not complaints:
        print("the manual says what the programs do")
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())
