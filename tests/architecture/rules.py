"""The picture in README.md and the house rules, as functions from sources (path -> text) to violations.

Each rule reads nothing itself, so that selftest.py can show it a small bad sample. A violation is (where, what, mend).
"""
import re

FOLDERS = ("policy", "pkcs11", "api", "daemon")
# Who may include and link whom. HTTP and token are strangers to each other; policy knows nobody.
ARROWS = {
    "policy": {"policy"},
    "pkcs11": {"pkcs11", "policy"},
    "api": {"api", "policy"},
    "daemon": set(FOLDERS),
}
# Libraries that carry an effect belong to the folder that owns the effect.
FOREIGN_HEADERS = {
    "policy": r"Poco/|sqlite3\.h|p11-kit/|fstream|filesystem|iostream|thread|sys/|unistd\.h|fcntl\.h",
    "pkcs11": r"Poco/|sqlite3\.h",
    "api": r"sqlite3\.h|p11-kit/",
}


def folder_of(path):
    return path.split("/", 1)[0]


def product(sources):
    return {path: text for path, text in sources.items() if folder_of(path) in FOLDERS}


def bare(text):
    """The text without comments and string contents, line numbers kept."""
    pattern = re.compile(
        r'//[^\n]*|/\*.*?\*/|R"(?P<d>[^()\\\s]{0,16})\(.*?\)(?P=d)"|"(?:\\.|[^"\\\n])*"|(?<![0-9a-fA-F])\'(?:\\.|[^\'\\\n])+\'',
        re.DOTALL)

    def blank(match):
        word = match.group(0)
        return ('""' if word[0] in '"R' else " ") + "\n" * word.count("\n")

    return pattern.sub(blank, text)


def find_all(pattern, text):
    for match in re.finditer(pattern, text):
        yield text.count("\n", 0, match.start()) + 1, match.group(0).strip()


def forbid(sources, pattern, what, mend, allowed=lambda path: False):
    bad = []
    for path, text in sorted(sources.items()):
        if allowed(path):
            continue
        for line, found in find_all(pattern, bare(text)):
            bad.append((f"{path}:{line}", f"{what}: {found}", mend))
    return bad


def arrows(sources):
    bad = []
    for path, text in sorted(product(sources).items()):
        own = folder_of(path)
        for line, include in find_all(r'(?m)^[ \t]*#[ \t]*include[ \t]*[<"][^>"\n]+[>"]', text):
            name = re.search(r'[<"]([^>"]+)', include).group(1)
            target = folder_of(name)
            if name.startswith("."):
                bad.append((f"{path}:{line}", f"relative include {name}", "include by the path from the top folder"))
            elif target in FOLDERS and target not in ARROWS[own]:
                bad.append((f"{path}:{line}", f"{own} includes {name}",
                            f"{own} may include only {', '.join(sorted(ARROWS[own]))}: turn the dependency round, or pass a value"))
            elif own in FOREIGN_HEADERS and re.match(FOREIGN_HEADERS[own], name):
                bad.append((f"{path}:{line}", f"{own} includes <{name}>", f"that effect is not {own}'s: see the picture in README.md"))
    return bad


# The auditor's programs must not become the daemon's. What each may include: of the house, and of other libraries.
AUDITORS = {
    "inkan-verify": ("daemon/verify/", ("policy/", "daemon/verify/"), r"Poco/|sqlite3\.h|p11-kit/"),
    "inkan-witness": ("daemon/witness/", ("policy/", "daemon/witness/", "daemon/clock.h", "daemon/atomic_file.h", "daemon/fault_point.h",
                                          "daemon/store/instance_lock.h"),
                      r"Poco/(?!Net/(?!Secure|HTTPS|SSL|Context)|URI\.h|ThreadPool\.h)|sqlite3\.h|p11-kit/"),
}


def auditors_alone(sources):
    """They may know policy, themselves, and what is named above."""
    bad = []
    for path, text in sorted(product(sources).items()):
        for program, (home, own, foreign) in AUDITORS.items():
            if not path.startswith(home):
                continue
            for line, include in find_all(r'(?m)^[ \t]*#[ \t]*include[ \t]*[<"][^>"\n]+[>"]', text):
                name = re.search(r'[<"]([^>"]+)', include).group(1)
                if (folder_of(name) in FOLDERS and not name.startswith(own)) or re.match(foreign, name):
                    bad.append((f"{path}:{line}", f"{program} includes {name}", "it is judged by what it does not need: move what it shares to policy"))
    return bad


# The portal stands before browsers: it is a client of the API. Of the house it may include the edge's tools and nothing by which an
# authority could be reached; and nobody but its own program includes it.
PORTAL = {
    "api/portal/": ("policy/", "api/http/", "api/page/", "api/portal/", "api/json/document.h", "api/json/timestamp.h", "api/log.h", "api/problem.h", "api/query.h"),
    "daemon/portal/": ("policy/", "api/portal/", "api/http/request_ids.h", "api/log.h", "daemon/clock.h", "daemon/log_lines.h", "daemon/service_manager.h"),
}


def portal_alone(sources):
    bad = []
    for path, text in sorted(product(sources).items()):
        own = next((allowed for home, allowed in PORTAL.items() if path.startswith(home)), None)
        for line, include in find_all(r'(?m)^[ \t]*#[ \t]*include[ \t]*[<"][^>"\n]+[>"]', text):
            name = re.search(r'[<"]([^>"]+)', include).group(1)
            if own is None and name.startswith(tuple(PORTAL)):
                bad.append((f"{path}:{line}", f"includes {name}", "only daemon/portal, its program, knows the portal"))
            elif own is not None and folder_of(name) in FOLDERS and not name.startswith(own):
                bad.append((f"{path}:{line}", f"the portal includes {name}", "it calls the API as any front end does: see PORTAL in rules.py"))
    return bad


# The friends of policy/approval.h. A second class of that name anywhere would open a way to a signing key.
FRIENDS = {"IntentLedger": "daemon/ledger/", "Engine": "policy/"}


def one_friend_each(sources):
    bad = []
    for friend, home in FRIENDS.items():
        pattern = rf"\b(?:class|struct)\s+(?:\w+::)*{friend}\b[^;{{()<>]*\{{"
        found = [f"{path}:{line}" for path, text in sorted(product(sources).items())
                 for line, _ in find_all(pattern, bare(text))]
        if len(found) != 1 or not found[0].startswith(home):
            bad.append((", ".join(found) or home, f"class {friend} is defined {len(found)} times",
                        f"policy/approval.h befriends it by name: it must be defined once, in {home}"))
    return bad


def recording_key(sources):
    return forbid(product(sources), r"\bRecordingKey\b", "names the pass-key of the intent ledger",
                  "only policy/approval.h defines it and only daemon/ledger/intent_ledger makes one",
                  lambda path: path == "policy/approval.h" or path.startswith("daemon/ledger/intent_ledger"))


def identities(sources):
    peers = forbid(product(sources), r"\bauthenticated\s*\(", "makes an Identity",
                   "only api/authentication may say who a TLS peer is",
                   lambda path: path.startswith("api/authentication") or path == "policy/types/identity.h")
    return peers + forbid(product(sources), r"\bin_ceremony\s*\(", "makes an Identity",
                          "only a set-up, before there is a listener, knows an officer by his signature",
                          lambda path: path.startswith(("daemon/setup/", "daemon/ceremony/")) or path == "policy/types/identity.h")


def ownership(sources):
    owner = lambda path: path == "policy/x509/openssl.h" or path.startswith("pkcs11/")
    pattern = r"\b\w+_free(?:_all)?\b|\bfree\s*\(|(?<!operator )\bnew\b(?=\s*[\w:(\[<])|(?<!=)(?<!= )\bdelete\b"
    return forbid(product(sources), pattern, "frees or allocates by hand",
                  "use a value, std::make_unique or an alias of policy/x509/openssl.h", owner)


def clocks(sources):
    pattern = (r"\b(?:system_clock|utc_clock|tai_clock|file_clock)\s*::\s*now\b|\bgettimeofday\s*\(|\bclock_gettime\s*\(|"
               r"(?<![\w.>:])(?:std::|::)?time\s*\(\s*(?:NULL|nullptr|0|&\s*\w+)\s*\)|\bPoco::(?:Timestamp|DateTime|LocalDateTime|Clock)\b")
    return forbid(product(sources), pattern, "reads the clock",
                  "take `now` as a value; only daemon/clock asks the machine", lambda path: re.match(r"daemon/clock\b", path))


ENTROPY = r"\bRAND_\w+|\bgetrandom\s*\(|\bgetentropy\s*\(|\brandom_device\b|\barc4random\w*\s*\(|(?<![\w.>:])s?rand\s*\("


def entropy(sources):
    outside = {path: text for path, text in product(sources).items() if folder_of(path) in ("policy", "api")}
    return forbid(outside, ENTROPY, "draws entropy", "take the random octets as a value; only daemon draws them")


def pure_policy(sources):
    pure = {path: text for path, text in product(sources).items() if folder_of(path) == "policy"}
    pattern = (r"\b(?:i|o)?fstream\b|\bfopen\w*\s*\(|(?<!\w)::open\w*\s*\(|\bfilesystem\b|\bgetenv\s*\(|\bBIO_(?:new_file|read_filename|s_file)\b|"
               r"\bsteady_clock\s*::\s*now\b|\bstd::(?:cout|cerr|cin)\b|\bprintf\s*\(|\bsocket\s*\(|\bthis_thread\b|\bparse_file\b")
    return forbid(pure, pattern, "policy has an effect", "policy is pure: give it the value")


def house(sources):
    bad = []
    for path, text in sorted(product(sources).items()):
        if path.endswith(".h"):
            lines = text.splitlines()
            if not lines or not lines[0].startswith("// "):
                bad.append((f"{path}:1", "no sentence of purpose on the first line", "begin the header with `// What it is …`"))
            if "#pragma once" not in text:
                bad.append((f"{path}:1", "no #pragma once", "add it"))
    return bad + forbid(product(sources), r"\busing\s+namespace\s+(?![\w:]*literals)[\w:]+", "using namespace", "name what you use")


EVENT_TYPES = "policy/log/event_type.cpp"


def event_types(sources):
    """A leaf's type is spelled in one table, and each type of the table is written by some code of the daemon."""
    rows = re.findall(r'\bRow\{(\w+), "([^"]+)"', sources.get(EVENT_TYPES, ""))
    bad = []
    names = "|".join(re.escape(name) for _, name in rows)
    for path, text in sorted(product(sources).items()):
        for line, found in find_all(f'"(?:{names})"', text) if names and path != EVENT_TYPES else ():
            bad.append((f"{path}:{line}", f"spells a leaf's type: {found}", "name it by EventType, policy/log/event_type.h"))
    written = " ".join(text for path, text in sources.items() if folder_of(path) == "daemon")
    for enumerator, name in rows:
        if not re.search(rf"\bEventType::{enumerator}\b", written):
            bad.append((EVENT_TYPES, f"nothing in daemon/ writes {name}", "write it where it happens, or take it from the table"))
    return bad


# Between a request and its signature nothing is left out by a switch: there is one build of it.
UNSWITCHED = ("daemon/ledger/", "daemon/authority/", "daemon/store/", "pkcs11/", "policy/")


def no_switches(sources):
    guarded = {path: text for path, text in product(sources).items() if path.startswith(UNSWITCHED)}
    bad = forbid(guarded, r"(?m)^[ \t]*#[ \t]*(?:if|ifdef|ifndef|elif)\b.*", "is compiled under a condition",
                 "the ledger and what signs have one form; what a benchmark wants otherwise it replaces in tests/bench",
                 lambda path: path == "policy/x509/openssl.h")  # names of deprecated types
    for path, text in sorted(sources.items()):
        if path.endswith("CMakeLists.txt") and folder_of(path) in FOLDERS:
            for line, found in find_all(r"(?m)^[^#\n]*\btests\b", text):
                bad.append((f"{path}:{line}", f"builds from the tests: {found}", "programs are made of the product's sources"))
    return bad


SOURCE_RULES = (arrows, auditors_alone, portal_alone, one_friend_each, recording_key, identities, ownership, clocks, entropy, pure_policy, house, event_types, no_switches)

# What the linker sees, from `nm -C`: a name that came in by a template or a copied declaration has no #include.
FORBIDDEN_SYMBOLS = {
    "policy": r"\binkan::(?:pkcs11|api|daemon)::",
    "pkcs11": r"\binkan::(?:api|daemon)::|\bPoco::|\bsqlite3_",
    "api": r"\binkan::(?:pkcs11|daemon)::|^C_[A-Z]\w+$|\bsqlite3_",
    "portal": r"\binkan::(?:pkcs11|daemon)::|\binkan::api::(?:Authority|HttpServer)::|^C_[A-Z]\w+$|\bsqlite3_",
}
# Undefined symbols by which code without effects would have one.
IMPURE = (r"^(?:RAND_\w+|getrandom|getentropy|f?open(?:64)?|openat(?:64)?|getenv|secure_getenv|time|gettimeofday|clock_gettime|socket|"
          r"BIO_new_file|std::chrono::_V2::\w+_clock::now\(\)|std::random_device::.*|std::basic_[io]?f(?:ile)?(?:stream|buf)<.*)$")
# Policy's own names for other folders: a friend and its pass-key (policy/approval.h).
KNOWN_NAMES = {"inkan::daemon::IntentLedger"}


def symbols(folder, nm_lines):
    """nm_lines: the output of `nm -C` of the folder's static library."""
    bad = []
    for line in nm_lines:
        match = re.match(r"^[0-9a-f ]{16,}\s+([A-Za-z])\s+(.*)$", line)
        if not match:
            continue
        kind, name = match.groups()
        for known in KNOWN_NAMES:
            name = name.replace(known, "")
        if re.search(FORBIDDEN_SYMBOLS[folder], name):
            bad.append((f"libinkan_{folder}.a", f"symbol {name}", f"{folder} must not know it: see the picture in README.md"))
        if folder == "policy" and kind == "U" and re.match(IMPURE, name):
            bad.append((f"libinkan_{folder}.a", f"calls {name}", "policy is pure: give it the value"))
    return bad
