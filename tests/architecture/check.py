#!/usr/bin/env python3
"""Holds the code against the picture in README.md: check.py SOURCE_DIR [LIBRARY.a...]. Prints violations, exits 1 on any."""
import pathlib
import subprocess
import sys

import rules


def read_sources(top):
    sources = {}
    for folder in rules.FOLDERS:
        for path in sorted((top / folder).rglob("*")):
            if "node_modules" in path.parts:
                continue
            if path.suffix in (".h", ".cpp", ".inc") or path.name == "CMakeLists.txt":
                sources[path.relative_to(top).as_posix()] = path.read_text(encoding="utf-8")
    return sources


def main(top, libraries):
    sources = read_sources(pathlib.Path(top))
    for folder in rules.FOLDERS:
        if not any(path.startswith(folder + "/") for path in sources):
            print(f"{folder}/: no source found under {top}: nothing was checked")
            return 1
    bad = []
    for rule in rules.SOURCE_RULES:
        found = rule(sources)
        print(f"{'ok  ' if not found else 'FAIL'} {rule.__name__} ({len(sources)} files)")
        bad += found
    for library in libraries:
        folder = pathlib.Path(library).stem.removeprefix("libinkan_")
        nm = subprocess.run(["nm", "-C", library], capture_output=True, text=True, check=True).stdout.splitlines()
        if not any(" T " in line for line in nm):
            print(f"{library}: nm shows no function: nothing was checked")
            return 1
        found = rules.symbols(folder, nm)
        print(f"{'ok  ' if not found else 'FAIL'} symbols of {folder} ({len(nm)} lines)")
        bad += found
    for where, what, mend in dict.fromkeys(bad):
        print(f"{where}: {what}\n    to mend it: {mend}")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
