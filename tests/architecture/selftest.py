#!/usr/bin/env python3
"""Shows that each architecture rule can fail, and that it stays silent on what is allowed. selftest.py CXX"""
import pathlib
import subprocess
import sys
import tempfile

import rules

ENGINE = {"policy/engine.h": "class Engine {};\n"}
LEDGER = {"daemon/ledger/intent_ledger.h": "class IntentLedger final {};\n", **ENGINE}
# rule, sources it must refuse (how many violations), sources it must accept
CASES = [
    (rules.arrows, 1, {"policy/a.cpp": '#include "daemon/clock.h"\n'}, {"policy/a.cpp": '#include "policy/b.h"\n'}),
    (rules.arrows, 1, {"api/a.cpp": '#include "pkcs11/token.h"\n'}, {"api/a.cpp": '#include "policy/b.h"\n#include <Poco/Net/X.h>\n'}),
    (rules.arrows, 1, {"pkcs11/a.cpp": '#include <api/authority.h>\n'}, {"pkcs11/a.cpp": "#include <p11-kit/pkcs11.h>\n"}),
    (rules.arrows, 1, {"policy/a.cpp": '#include "../daemon/x.h"\n'}, {"daemon/a.cpp": '#include "api/x.h"\n#include "pkcs11/y.h"\n'}),
    (rules.arrows, 2, {"policy/a.cpp": "#include <fstream>\n#include <Poco/Path.h>\n"}, {"tests/a.cpp": "#include <fstream>\n"}),
    (rules.auditors_alone, 2, {"daemon/verify/a.cpp": '#include "daemon/clock.h"\n#include <sqlite3.h>\n'},
     {"daemon/verify/a.cpp": '#include "policy/b.h"\n#include "daemon/verify/c.h"\n#include <vector>\n', "daemon/a.cpp": '#include "daemon/clock.h"\n'}),
    (rules.auditors_alone, 3, {"daemon/witness/a.cpp": '#include "daemon/core.h"\n#include <Poco/Net/SecureStreamSocket.h>\n#include <Poco/Util/Option.h>\n'},
     {"daemon/witness/a.cpp": '#include "policy/b.h"\n#include "daemon/clock.h"\n#include <Poco/Net/TCPServer.h>\n'}),
    (rules.portal_alone, 2, {"api/portal/a.cpp": '#include "api/authority.h"\n', "api/routes.cpp": '#include "api/portal/portal.h"\n'},
     {"api/portal/a.cpp": '#include "api/http/listener.h"\n#include <Poco/URI.h>\n', "daemon/portal/main.cpp": '#include "api/portal/portal.h"\n#include "daemon/clock.h"\n'}),
    (rules.portal_alone, 1, {"daemon/portal/main.cpp": '#include "daemon/core.h"\n'}, {"api/routes.cpp": '#include "api/http/listener.h"\n'}),
    (rules.one_friend_each, 1, {"daemon/a.h": "class IntentLedger;\n", **ENGINE}, LEDGER),
    (rules.one_friend_each, 1, {**LEDGER, "api/engine.h": "class Engine : public X {};\n"}, LEDGER),
    (rules.one_friend_each, 1, {**LEDGER, "api/forge.cpp": "namespace inkan::daemon { class IntentLedger { public: int x; }; }\n"}, LEDGER),
    (rules.one_friend_each, 1, {**ENGINE, "api/x.h": "struct inkan::daemon::IntentLedger\n{};\n"}, {**LEDGER, "api/x.h": "class IntentLedger;"}),
    (rules.recording_key, 1, {"daemon/authority/issue.cpp": "f(policy::RecordingKey());\n"}, {"daemon/ledger/intent_ledger.cpp": "policy::RecordingKey key;\n"}),
    (rules.identities, 1, {"daemon/x.cpp": "auto i = Identity::authenticated(a, b, c, d);\n"}, {"api/authentication.cpp": "Identity::authenticated(a);\n"}),
    (rules.identities, 1, {"daemon/approvals/x.cpp": "Identity::in_ceremony(a, b);\n"}, {"daemon/setup/x.cpp": "Identity::in_ceremony(a, b);\n"}),
    (rules.ownership, 1, {"daemon/x.cpp": "auto* p = new Thing(1);\n"}, {"daemon/x.cpp": "// a new thing\nT(const T&) = delete;\nint renewed = new_size;\n"}),
    (rules.ownership, 1, {"daemon/x.cpp": "delete p;\n"}, {"daemon/x.cpp": 'log("delete p"); T& operator=(T&&) =delete;\n'}),
    (rules.ownership, 1, {"api/x.cpp": "X509_free(p);\n"}, {"pkcs11/x.cpp": "EVP_PKEY_free(p);\n", "policy/x509/openssl.h": "BN_free\n"}),
    (rules.clocks, 1, {"api/x.cpp": "auto n = std::chrono::system_clock::now();\n"}, {"daemon/clock.cpp": "std::chrono::system_clock::now();\n"}),
    (rules.clocks, 1, {"daemon/jobs/x.cpp": "auto n = std::time(nullptr);\n"}, {"daemon/x.cpp": "reader.time(what); steady_clock::now(); validity_time(0);\n"}),
    (rules.clocks, 1, {"daemon/x.cpp": "gettimeofday(&tv, nullptr);\n"}, {"daemon/x.cpp": 'say("gettimeofday(");\n'}),
    (rules.entropy, 1, {"policy/x.cpp": "RAND_bytes(p, 8);\n"}, {"daemon/x.cpp": "RAND_bytes(p, 8);\n"}),
    (rules.entropy, 1, {"api/x.cpp": "std::random_device seed;\n"}, {"api/x.cpp": "// random_device is daemon's\n"}),
    (rules.pure_policy, 1, {"policy/x.cpp": "std::ifstream in(path);\n"}, {"daemon/x.cpp": "std::ifstream in(path);\n"}),
    (rules.pure_policy, 1, {"policy/x.cpp": 'FILE* f = fopen("a", "r");\n'}, {"policy/x.cpp": "auto head = verifier.open(note); NoteVerifier::open(x);\n"}),
    (rules.event_types, 2, {rules.EVENT_TYPES: 'Row{cert_issue, "cert.issue", {}},\n', "daemon/x.cpp": 'f("cert.issue");\n'},
     {rules.EVENT_TYPES: 'Row{cert_issue, "cert.issue", {}},\n', "daemon/x.cpp": 'f(EventType::cert_issue, "cert.issues"); \n'}),
    (rules.no_switches, 1, {"daemon/ledger/x.cpp": "#ifndef WITHOUT_LEDGER\nf();\n"}, {"daemon/fault_point.cpp": "#ifdef X\n"}),
    (rules.no_switches, 1, {"daemon/CMakeLists.txt": "add_executable(inkand main.cpp ../tests/bench/x.cpp)\n"},
     {"daemon/CMakeLists.txt": "# tests have their own\nadd_executable(inkand main.cpp)\n", "tests/CMakeLists.txt": "tests\n"}),
    (rules.house, 2, {"policy/x.h": "struct X {};\n"}, {"policy/x.h": "// An X.\n#pragma once\n"}),
    (rules.house, 1, {"api/x.cpp": "using namespace std;\n"}, {"api/x.cpp": "using namespace std::chrono_literals;\n"}),
]

# folder, C++ source whose symbols it must refuse
SYMBOL_CASES = [
    ("policy", "namespace inkan::daemon { void store(); } void f() { inkan::daemon::store(); }"),
    ("policy", '#include <cstdlib>\nconst char* f() { return std::getenv("X"); }'),
    ("policy", "#include <chrono>\nauto f() { return std::chrono::system_clock::now(); }"),
    ("policy", '#include <fstream>\nbool f() { return std::ifstream("x").good(); }'),
    ("api", "namespace inkan::pkcs11 { void sign(); } void f() { inkan::pkcs11::sign(); }"),
    ("portal", "namespace inkan::daemon { void store(); } void f() { inkan::daemon::store(); }"),
    ("pkcs11", "namespace inkan::api { void serve(); } void f() { inkan::api::serve(); }"),
]
HARMLESS = "namespace inkan::policy { int decide(); } int f() { return inkan::policy::decide(); }"


def symbols_of(cxx, source, folder):
    with tempfile.TemporaryDirectory() as top:
        path = pathlib.Path(top) / "sample.cpp"
        path.write_text(source, encoding="utf-8")
        subprocess.run([cxx, "-std=c++20", "-c", path, "-o", path.with_suffix(".o")], check=True)
        nm = subprocess.run(["nm", "-C", path.with_suffix(".o")], check=True, capture_output=True, text=True).stdout
        return rules.symbols(folder, nm.splitlines())


def main(cxx):
    wrong = []
    for rule, expected, bad, good in CASES:
        found = rule(bad)
        if len(found) != expected:
            wrong.append(f"{rule.__name__} found {len(found)} violations, not {expected}, in {bad}: {found}")
        if rule(good):
            wrong.append(f"{rule.__name__} refused what is allowed: {good}: {rule(good)}")
    for rule in rules.SOURCE_RULES:
        if rule not in [case[0] for case in CASES]:
            wrong.append(f"{rule.__name__} has no bad sample")
    for folder, source in SYMBOL_CASES:
        if not symbols_of(cxx, source, folder):
            wrong.append(f"symbols({folder}) let through: {source}")
    for folder in rules.FORBIDDEN_SYMBOLS:
        if symbols_of(cxx, HARMLESS, folder):
            wrong.append(f"symbols({folder}) refused what is allowed")
    print("\n".join(wrong) or f"{len(CASES)} source samples and {len(SYMBOL_CASES)} symbol samples judged as expected")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
