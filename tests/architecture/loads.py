#!/usr/bin/env python3
"""What the programs beside the daemon load, by ldd: inkan-verify libcrypto and the language's own libraries; inkan-witness Poco's Net and
Foundation too, and what these load; inkan-portal TLS as well; none of them anything of store or token. loads.py VERIFY WITNESS PORTAL DAEMON"""
import re
import subprocess
import sys

ALLOWED = r"linux-vdso\.so|ld-linux|libcrypto\.so|libstdc\+\+\.so|libgcc_s\.so|libc\.so|libm\.so|lib[atu]b?san\.so|libdl\.so|libpthread\.so|librt\.so|libresolv\.so"
POCO = ALLOWED + r"|libPocoNet\.so|libPocoFoundation\.so|libpcre2?[-\w]*\.so|libz\.so"

PORTAL = POCO + r"|libPoco(?:NetSSL|Crypto|Util|XML|JSON)\.so|libexpat\.so|libssl\.so|libtomlplusplus\.so"


def libraries(program):
    listed = subprocess.run(["ldd", program], capture_output=True, text=True, check=True).stdout
    return [line.split()[0].rsplit("/", 1)[-1] for line in listed.splitlines() if line.strip()]


def foreign(program, allowed):
    return [name for name in libraries(program) if not re.match(allowed, name)]


def main(verify, witness, portal, daemon):
    bad = 0
    for program, allowed in ((verify, ALLOWED), (witness, POCO), (portal, PORTAL)):
        for name in foreign(program, allowed):
            bad = 1
            print(f"{program} loads {name}: the machine that it runs on need not have it\n    to mend it: see what its folder in daemon/ links")
        if not foreign(daemon, allowed):
            print(f"{daemon} loads nothing foreign: this test would not see it")
            bad = 1
    if not foreign(witness, ALLOWED):
        print(f"{witness} loads no Poco: this test would not see it")
        bad = 1
    return bad


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:5]))
