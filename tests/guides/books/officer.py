"""officer.md: an authority is founded by the guide's ceremony, and then worked on by its two officers, chapter by chapter."""
import contextlib
import json
import pathlib

import authority as harness
from authority import Authority, copy_token
from demo import plain_environment
from reading import QUIET
from session import Session

FAKETIME = "/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1"
REASON = "'as the guide says'"
PEOPLE = {"web-tier": "web-tier", "officer-1": "security-officer", "officer-2": "security-officer", "auditor": "auditor", "bank-staff": "bank-staff"}


def read(r, build):
    with founding(r, build) as a:
        tokens(r, a)
        ceremony(r, a)
        transcript(r)
        a.token_files = {file: file.read_bytes() for file in a.dir.glob("tokens/*/token.object")}
        assert a.start(), a.tail()
        a.trust()
        the_log_says_so(r, a)
        entering_pins(r, a)
        watching(r)
        authorities_and_keys(r)
        under_a_root_outside(r)
        replacing_a_root(r, a)
        proving_a_backup(r, a)
        profiles(r)
        stopping(r)
        revoking_many(r)
        operators(r)
        assert a.stop() == 0
    with founding(r, build, evidence="Ed25519", ledger="P-256") as a:
        with_other_keys(r, a)


@contextlib.contextmanager
def founding(r, build, evidence="P-256", ledger="Ed25519"):
    """A folder with configuration, plan and requests; nothing is set up."""
    harness.IDENTITIES = PEOPLE
    a = Authority(build, settings="[approval]\nvotes = 2\n[revocation]\nalone = 1\n")
    try:
        a.write("inkand.toml", a.config())
        a.ledger_algorithm = ledger
        plan = a.plan().replace('[evidence]\ntoken = "ca"\nalgorithm = "P-256"', f'[evidence]\ntoken = "ca"\nalgorithm = "{evidence}"')
        a.write("plan.toml", plan + r.guide.block("[ceremony]"))
        for name in PEOPLE:
            a.make_request(name, f"/CN={name}")
        folders = ":".join(str(build / "daemon" / folder) for folder in ("", "verify", "witness"))
        environment = dict(plain_environment(), SOFTHSM2_CONF=a.environment["SOFTHSM2_CONF"], INKAN_API=f"https://localhost:{a.api_port}", INKAN_CA=str(a.dir / "root.pem"))
        environment["PATH"] = f"{folders}:{environment['PATH']}"
        for name in PEOPLE:
            for what, ending in (("CERT", "crt"), ("KEY", "key")):
                environment[f"INKAN_{name.upper().replace('-', '_')}_{what}"] = str(a.dir / f"{name}.{ending}")
        r.session = Session(a.dir, environment)
        try:
            yield a
        finally:
            r.session.close()
    finally:
        a.remove()


def tokens(r, a):
    (a.dir / "tokens").mkdir()
    a.write("softhsm2.conf", f"directories.tokendir = {a.dir}/tokens\nobjectstore.backend = file\nlog.level = ERROR\n")
    r.do("umask 077; printf 123456 >pin; printf 12345678 >so-pin; umask 022")
    for label in ("inkan-ca", "inkan-ledger"):
        r.inline("inkan token init --module", label, put={"M": a.module, "inkan-ca": label, "S": "so-pin", "F": "pin"})


def ceremony(r, a):
    r.inline("inkan init plan.toml", r"inkan ceremony run", status=2)
    r.inline("inkan ceremony check plan.toml", r"cannot be undone")
    r.inline("inkan ceremony rehearse plan.toml", r"^REHEARSAL", put={"plan.toml": f"plan.toml --module {a.module}"})
    r.inline("inkan ceremony ask plan.toml", r"officer-2")
    r.inline("sha256sum -c plan.ceremony/files.sha256", r"^plan\.toml: OK$")
    # Officer 1 votes with openssl, on his own machine; officer 2 with our program.
    r.do("mkdir desk && cp officer-1.key plan.ceremony/officer-1.approve desk && cd desk")
    r.read("openssl req -x509 -key officer-1.key", QUIET)
    r.read("openssl cms -sign", QUIET)
    r.do("cp officer-1.p7s ../plan.ceremony && cd ..")
    r.inline("inkan ceremony vote plan.toml", r"you approve", put={"officer-1": "officer-2"})
    r.inline("inkan ceremony run plan.toml", r"^its SHA-256 +[0-9a-f]{64}$")
    r.inline("inkan ceremony transcript plan.toml", r"again", put={"DIR": "again"})
    r.do("diff -r again plan.ceremony/transcript && cd again")


def transcript(r):
    r.read("sha() {", QUIET)
    r.read("spki() {", QUIET)
    r.read("openssl dgst -sha256 -verify evidence.pem", r"\AVerified OK$")
    r.read('grep -q "$(spki', QUIET)
    r.read("for officer in officer-1 officer-2", r"\A(CMS Verification successful\n){2}\Z")
    r.read("openssl verify -x509_strict", r"^operator-officer-2\.pem: OK$")
    r.read('grep -q "$(openssl x509', QUIET)
    r.read("awk '/^$/{exit}", QUIET)
    r.read("awk 'f{print $3}", QUIET)
    r.read("openssl pkeyutl -verify", r"\ASignature Verified Successfully$")
    r.read('grep -q "root *', QUIET)
    r.do("cd ..")


def with_other_keys(r, a):
    """What the guide has for evidence keys of Ed25519, and for ledger keys of P-256."""
    tokens(r, a)
    r.do("inkan ceremony ask plan.toml")
    for officer in ("officer-1", "officer-2"):
        r.inline("inkan ceremony vote plan.toml", r"you approve", put={"officer-1": officer})
    r.do("inkan ceremony run plan.toml && cd plan.ceremony/transcript")
    r.inline("openssl pkeyutl -verify -pubin -inkey evidence.pem", r"\ASignature Verified Successfully$")
    r.do("awk '/^$/{exit}{print}' checkpoint >head; awk 'f{print $3}/^$/{f=1}' checkpoint | base64 -d | tail -c +5 >head.sig")
    r.inline("openssl dgst -sha256 -verify ledger.pem", r"\AVerified OK$")


def the_log_says_so(r, a):
    text = (a.dir / "again/transcript.txt").read_text()
    printed = r.inline("openssl x509 -in root.pem -noout -fingerprint", r"(?i)^sha256 fingerprint=").strip().split("=")[1].replace(":", "").lower()
    assert printed in text, (printed, text)
    head = r.inline("inkan ledger head --as auditor", r"ledger\.test\.example\+")
    key = head.find(r"(ledger\.test\.example\+\S+)")
    assert key in text, (key, text)
    r.do("sleep 1.2 && inkan ledger fetch --as auditor --to log")
    r.inline("inkan-verify log DIR --verifier-key KEY --known-checkpoint checkpoint", r"\AGOOD", put={"DIR": "log", "KEY": f"'{key}'", "checkpoint": "again/checkpoint"})
    told = r.inline("inkan ledger entries --as auditor | grep", r'"step":"transcript"')
    for sha256 in (r.do("sha256sum <again/transcript.txt").split()[0], r.do("openssl pkey -pubin -in again/evidence.pem -outform DER | sha256sum").split()[0]):
        assert sha256 in told, (sha256, told)
    r.do("curl -s http://127.0.0.1:%d/ca/issuing.pem -o issuing.pem" % a.public_port)
    token = f"--module {a.module} --label inkan-ca --pin-file pin"
    r.inline("inkan token store-certificate", r"stored", put={"…": token})
    shown = r.inline("inkan token show --module M", r"CN=Test Issuing", put={"M": a.module, "F": "pin"})
    assert shown.count("sound") >= 5, shown


def entering_pins(r, a):
    assert a.stop() == 0
    configuration = (a.dir / "inkand.toml").read_text()
    a.write("inkand.toml", configuration.replace('label = "inkan-ca"\npin_file = "pin"', 'label = "inkan-ca"\npin_entry = true'))
    daemon, _ = r.session.begin("inkand --config inkand.toml", "unlock.waiting")
    r.inline("inkan unlock --config FILE", r"^token ca is unlocked$", put={"FILE": "inkand.toml"}, typed=["123456"])
    r.do("for i in {1..100}; do inkan status --as officer-1 >ready && break; sleep 0.1; done; cat ready | grep -w ready")
    r.do("inkan events --as auditor --type token.login --format jsonl | tail -n 2 | grep '\"pin\":\"entered\"'")
    r.session.end(daemon)
    a.write("inkand.toml", configuration)
    assert a.start(), a.tail()


def watching(r):
    r.inline("inkan status --as officer-1", r"^token ca +ok +ready$")
    r.inline("inkan list --status possibly-signed", QUIET, add=" --as officer-1 --json | jq -r '.items[]'")


def voted(r, approval, done=True):
    """Both officers approve; what it came to, by the last one's answer."""
    r.do(f"inkan approvals approve {approval} --as officer-1")
    return r.inline("inkan approvals approve ID", r"^carried out +done$" if done else r"^state +approved$", put={"ID": approval}, add=" --as officer-2")


def act(r, begin, put=None, done=True, add=" --as officer-1"):
    """Asked for as the guide says, looked at, and voted on."""
    open_ended = any(command.text.startswith(begin) and "…" in command.text for command in r.guide.inline())
    put = {**({"…": REASON} if open_ended else {}), **(put or {})}
    approval = r.inline(begin, r"^state +open$", put=put, add=add).find(r"^approval +(\S+)$")
    r.inline("inkan approvals show ID", r"^what it does", put={"ID": approval}, add=" --as officer-2")
    return voted(r, approval, done)


def listed(r, what, **wanted):
    found = json.loads(r.do(f"inkan {what} list --as officer-1 --json"))["items"]
    return [each for each in found if all(each.get(name) == value for name, value in wanted.items())]


def authorities_and_keys(r):
    act(r, "inkan ca roll-over issuing-2")
    act(r, "inkan ca create spare")
    act(r, "inkan ca activate issuing", done=False)
    act(r, "inkan ca activate issuing", put={"issuing": "issuing-2"}, done=False)
    act(r, "inkan ca retire issuing", done=False)
    r.inline("inkan ca list --as officer-1", r"issuing-2")
    act(r, "inkan ca retire issuing", put={"issuing": "spare"}, done=False)
    spare = listed(r, "keys", label="inkan/ca/spare")[0]["id"]
    r.inline("inkan keys list", r"inkan/ca/spare", add=" --as officer-1")
    r.inline("inkan keys show ID", r"CKA_SENSITIVE|sensitive", put={"ID": spare}, add=" --as officer-1")
    act(r, "inkan keys destroy KEY-ID --reason", put={"KEY-ID": spare})
    act(r, "inkan keys generate --purpose ocsp")


def under_a_root_outside(r):
    act(r, "inkan ca request outer")
    r.inline("inkan ca csr outer", QUIET, add=" --as officer-1")
    # The outside CA: a root of openssl's, which dates its certificate a day back.
    r.do("openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-384 -noenc -subj '/O=Outside/CN=Outside Root' -days 7300 -addext keyUsage=critical,keyCertSign,cRLSign "
         "-keyout outside.key -out chain.pem")
    r.do("printf 'basicConstraints=critical,CA:TRUE,pathlen:0\\nkeyUsage=critical,keyCertSign,cRLSign\\nsubjectKeyIdentifier=hash\\nauthorityKeyIdentifier=keyid\\n' >extensions")
    assert pathlib.Path(FAKETIME).exists(), f"install libfaketime: {FAKETIME}"
    r.inline("openssl x509 -req -in outer.csr", r"ok", put={"openssl x509": f"LD_PRELOAD={FAKETIME} FAKETIME=-1d openssl x509", "-CA …": "-CA chain.pem -CAkey outside.key -days 3000 -sha256",
                                                            "-extfile …": "-extfile extensions -out outer.pem"})
    act(r, "inkan ca import outer")
    act(r, "inkan ca activate outer", done=False, add=f" --reason {REASON} --as officer-1")
    act(r, "inkan ca activate issuing", put={"issuing": "issuing-2"}, done=False)


def replacing_a_root(r, a):
    act(r, "inkan ca create root-2 --links root --common-name")
    public = f"http://127.0.0.1:{a.public_port}"
    for file in ("root-2.new-with-old.crt", "root-2.old-with-new.crt", "root-2.crt"):
        r.do(f"curl -sSf {public}/ca/{file} | openssl x509 -inform DER -out {file}")
    r.do("openssl verify -x509_strict -CAfile root.pem -untrusted root-2.new-with-old.crt root-2.new-with-old.crt")
    r.do("openssl verify -x509_strict -CAfile root-2.crt -untrusted root-2.old-with-new.crt issuing.pem")


def proving_a_backup(r, a):
    assert a.stop() == 0
    copy_token(a, "inkan-c2")
    r.paths = {"/etc/inkan/inkand.toml": "inkand.toml"}
    r.read("inkan token prove-backup", r"^The backup inkan-c2, ", typed=["123456"], put={"inkan-ca": "inkan-c2", "/opt/vendor/second.so": a.module})
    assert a.start(), a.tail()
    # The key for OCSP serves since this start, for the first certificates as well; the responder's certificate is made first.
    r.do(f"""for i in {{1..50}}; do
      openssl ocsp -issuer issuing.pem -cert officer-1.crt -url http://127.0.0.1:{a.public_port}/ocsp -CAfile root.pem >answer 2>&1 && break || sleep 0.2
    done; grep 'officer-1.crt: good' answer""")


def profiles(r):
    r.inline("inkan profile list --as officer-1", r"client-auth")
    r.read("inkan profile show client-auth", QUIET)
    r.do("sed -i 's/^version = 1$/version = 2/; s/^days = 366$/days = 100/' client-auth.toml")
    approval = r.read("inkan profile change --file", r"^state +open$").find(r"^approval +(\S+)$")
    shown = r.read("inkan approvals show ID", r"\+ days = 100", put={"ID": approval})
    assert "- days = 366" in shown, shown
    r.do(f"inkan approvals approve {approval} --as officer-1")
    r.read("inkan approvals approve ID", r"^state +approved$", put={"ID": approval})
    r.do("openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -noenc -keyout user.key -subj /CN=user01 -out user.csr && inkan issue --as web-tier --csr user.csr --out cert.pem")
    r.do("openssl x509 -in cert.pem -noout -checkend $((98 * 86400)) && ! openssl x509 -in cert.pem -noout -checkend $((101 * 86400))")
    key = r.inline("openssl x509 -in cert.pem -noout -pubkey", r"^[0-9a-f]{64} ").split()[0]
    act(r, "inkan blocklist change --add SHA256", put={"SHA256": key}, done=False, add="")
    r.do("! inkan issue --as web-tier --csr user.csr 2>refused; grep key.blocked refused")


def stopping(r):
    r.inline("inkan issuing stop --as officer-1", r"stopped")
    r.do("openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -noenc -keyout next.key -subj /CN=next01 -out next.csr")
    r.do("! inkan issue --as web-tier --csr next.csr 2>refused; grep -w 503 refused && grep -i stopped refused")
    approval = r.read("inkan issuing start", r"^state +open$").find(r"^approval +(\S+)$")
    r.read("inkan approvals show ID", r"the key was changed", put={"ID": approval})
    r.do(f"inkan approvals approve {approval} --as officer-1")
    r.read("inkan approvals approve ID", r"^state +approved$", put={"ID": approval})
    r.do("inkan issue --as web-tier --csr next.csr --out next.pem")


def revoking_many(r):
    r.do("for each in cert next; do openssl x509 -in $each.pem -noout -serial | cut -d= -f2 | tr A-F a-f; done >serials.txt")
    r.do("inkan revoke --as bank-staff --file serials.txt --reason superseded --yes --comment 'many at once'")
    approval = json.loads(r.inline("inkan approvals list", r"cert\.revoke", add=" --as officer-1 --json"))["items"][0]["id"]
    sha256 = r.inline("LC_ALL=C sort -u serials.txt | sha256sum", r"^[0-9a-f]{64} ").split()[0]
    r.read("inkan approvals show ID", sha256, put={"ID": approval})
    r.read("inkan approvals serials ID", rf"^{sha256} ", put={"ID": approval})
    r.read("inkan approvals serials ID", r'"outcome": ?"revoked"', put={"ID": approval})
    r.read("inkan approvals approve ID", r"^votes needed +2 of 2$", put={"ID": approval})
    r.do(f"inkan approvals approve {approval} --as officer-2 | grep 'carried out *done'")
    r.do("inkan show $(head -n 1 serials.txt) --as officer-1 | grep superseded")


def operators(r):
    r.read("openssl req -new", r"^-----$")
    approval = r.read("inkan roles grant ann", r"^state +open$").find(r"^approval +(\S+)$")
    own = r.inline("openssl req -in ann.csr -noout -pubkey", r"^[0-9a-f]{64} ").split()[0]
    r.inline("inkan approvals show ID", own, put={"ID": approval}, add=" --as officer-1")
    r.read("inkan approvals approve ID", r"^state +open$", put={"ID": approval})
    r.read("inkan approvals approve ID", r"^carried out +done$", put={"ID": approval})
    r.read("inkan roles certificate ann", QUIET)
    r.do("openssl x509 -in ann.crt -noout -subject | grep ann && inkan --cert ann.crt --key ann.key ledger head")
    serial = r.do("openssl x509 -in ann.crt -noout -serial | cut -d= -f2").strip()
    r.inline("inkan revoke SERIAL --as officer-1", r"revoked", put={"SERIAL": serial})
    r.do("! inkan --cert ann.crt --key ann.key ledger head")
    act(r, "inkan roles revoke ann", done=False, add="")
    r.inline("inkan roles list --as officer-1", r"^ann ")
    r.inline("inkan roles review", r"leaves read", add=" --as officer-1")
