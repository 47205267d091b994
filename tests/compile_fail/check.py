#!/usr/bin/env python3
"""Compiles one snippet twice: as written it must compile, with -DMISUSE it must be refused with the diagnostic it
expects, in the snippet itself.  check.py SNIPPET.cpp COMPILER [OPTION...]"""
import os
import re
import subprocess
import sys


def main(snippet, command):
    expect = re.search(r"^// expect: (.+)$", open(snippet, encoding="utf-8").read(), re.MULTILINE)
    if not expect:
        print(f"{snippet}: no `// expect: REGEX` line")
        return 1

    def compile_with(*options):
        return subprocess.run([*command, "-fsyntax-only", "-fdiagnostics-color=never", *options, snippet], capture_output=True, text=True,
                              env={**os.environ, "LC_ALL": "C"}, check=False)

    legal = compile_with()
    if legal.returncode != 0:
        print(f"the legal variant does not compile, so the misuse proves nothing:\n{legal.stderr}")
        return 1
    misuse = compile_with("-DMISUSE")
    if misuse.returncode == 0:
        print(f"{snippet}: the misuse compiles")
        return 1
    errors = [line for line in misuse.stderr.splitlines() if re.search(r"\b(error|note): ", line)]
    matching = [line for line in errors if re.search(expect.group(1), line)]
    if not matching:
        print(f"refused, but not for the expected reason ({expect.group(1)}):\n{misuse.stderr}")
        return 1
    print(f"refused as it should be: {matching[0]}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
