"""auditor.md on a demo in which something has happened: certificates, a refusal, an act of two officers, a witness."""
import datetime
import json
import time

from authority import free_port
from demo import demo
from reading import QUIET

SHA256 = r"([0-9a-f]{64})"


def read(r, build):
    with demo(r, build) as world:
        r.read(". build/demo/env", QUIET)
        begin = instant(time.time() - 3600)
        vote = what_happened(r)
        checking(r)
        on_a_machine_of_your_own(r)
        pack(r, begin)
        dual_control(r, vote)
        accounts(r)
        witness(r, world)
        r.read("inkan-verify pack november.tar", r"\AGOOD")
        without_any_program_of_ours(r)
        searching(r, begin)
        from_a_certificate(r)


def instant(seconds):
    return datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%S+00:00")


def what_happened(r):
    """A certificate, a request that a rule refused, two acts of two officers; the leaf of a vote."""
    r.do("openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -noenc -keyout dora.key -subj /CN=dora01 -out dora.csr")
    r.do("mkdir certs && inkan issue --as web-tier --csr dora.csr --out cert.pem && cp cert.pem certs && curl -s $INKAN_PUBLIC/crl/issuing.crl -o certs/issuing.crl")
    r.do("serial=$(openssl x509 -in cert.pem -noout -serial | cut -d= -f2)")
    r.do("openssl req -new -newkey rsa:1024 -noenc -keyout weak.key -subj /CN=weak01 -out weak.csr; ! inkan issue --as web-tier --csr weak.csr")
    r.do("inkan issuing stop --as officer-1 --reason 'a drill'")
    r.do("approval=$(inkan issuing start --as officer-1 --reason 'the drill is over' --json | jq -r .id)")
    for officer in ("officer-1", "officer-2"):
        r.do(f"inkan approvals approve $approval --as {officer}")
    r.do("inkan profile show client-auth --as officer-1 | sed 's/^version = 1$/version = 2/; s/^days = 366$/days = 300/' >changed.toml")
    r.do("change=$(inkan profile change --file changed.toml --reason shorter --as officer-1 --json | jq -r .id)")
    for officer in ("officer-1", "officer-2"):
        r.do(f"inkan approvals approve $change --as {officer}")
    # The verifier key stands in the set-up's record.
    r.do("KEY=$(inkan ledger head --as auditor --json | jq -r .verifier_key)")
    votes = [leaf for leaf in map(json.loads, r.do("inkan events --as auditor --type approval.vote --format jsonl").splitlines())]
    return votes[-1]["index"]


def checking(r):
    begin = 'inkan verify --as auditor --verifier-key "$KEY" --known-checkpoint last.note'
    r.do("sleep 1.2 && inkan verify --as auditor --verifier-key \"$KEY\" --save-checkpoint last.note")  # the first time, as the guide says
    r.read(begin, r"GOOD")
    r.do("sed '2s/.*/1/' last.note >forged.note && ! inkan verify --as auditor --verifier-key \"$KEY\" --known-checkpoint forged.note")
    r.inline("inkan reconcile --as auditor", r"^RECONCILED")
    r.inline("inkan ledger fetch --as auditor --to DIR", r"^folder +log$", put={"DIR": "log"})
    r.inline("inkan ledger entries --as auditor --from 0", r'^\{"actor"')


def on_a_machine_of_your_own(r):
    r.read("inkan-verify log DIR", r"\AGOOD", put={"DIR": "log"})
    r.do("inkan receipt --as auditor $serial --save receipt")
    r.read("inkan-verify receipt RECEIPT", r"\AGOOD", put={"RECEIPT": "receipt"})


def pack(r, begin):
    """Its chapter comes later, but the votes of the next one are in it."""
    end = instant(time.time())
    time.sleep(1.1)
    r.inline("inkan evidence --as auditor", r"november\.tar", put={"2026-11-01T00:00:00+09:00": begin, "2026-12-01T00:00:00+09:00": end})
    r.do("mkdir unpacked && tar -C unpacked -xf november.tar && curl -s $INKAN_PUBLIC/ca/issuing.pem -o unpacked/issuing.pem && cp $INKAN_ROOT unpacked/root.pem")


def dual_control(r, vote):
    r.inline("inkan approvals list --as auditor", r"issuing\.start")
    r.do("inkan approvals show $approval --as auditor | grep officer-2; cd unpacked")
    r.read("jq -j 'select(.index == 4711)", QUIET, put={"4711": vote})
    assert '"vote":"approve"' in r.do("cat document")
    r.read("cat root.pem issuing.pem >ca.pem", QUIET)
    r.read("openssl cms -verify", r"\ACMS Verification successful$", put={"4711": vote})
    r.do("cd ..")


def accounts(r):
    r.inline("inkan roles review --as auditor", r"officer-2")
    r.read("inkan roles review --as auditor --json", QUIET)
    r.read("inkan events --as auditor --format jsonl >all.jsonl", QUIET)
    reviewed = r.read("jq -r '.items[]", r"^officer-1\tsecurity-officer\t").splitlines()
    granted = {line.split("\t")[0]: line.split("\t")[3] for line in reviewed}
    told = r.read("jq -c 'select(.type", r'"role\.grant","officer-1"').splitlines()
    assert {leaf[2]: str(leaf[0]) for leaf in map(json.loads, told)} == granted, "the review, and the log that was fetched"
    r.read("jq -r 'select(.actor.role", r"^ +\d+ officer-1$")


def witness(r, world):
    port, state = free_port(), world.folder / "witness"
    r.paths = {"/var/lib/inkan-witness": state, "127.0.0.1:7380": f"127.0.0.1:{port}"}
    key = r.read("inkan-witness keygen", r"\Awitness\.example\.com/w1\+").strip()
    r.do(f"WITNESS={key}")
    serving, _ = r.begin("inkan-witness serve", r"127\.0\.0\.1")
    block = r.guide.block("[[witness]]")
    for old, new in (("witness.example.com/w1+…", key), ("https://witness.example.com", f"http://127.0.0.1:{port}")):
        assert old in block
        block = block.replace(old, new)
    world.configure("", "\n" + block)
    world.restart()
    # "If you fetched it in that moment, fetch again": until the log is at rest, and cosigned.
    r.do("""for i in {1..50}; do
      inkan ledger fetch --as auditor --to log && cp log/checkpoint before
      inkan-verify log log --verifier-key "$KEY" --witness "$WITNESS" >judged && sleep 1.5 && inkan ledger fetch --as auditor --to log && cmp -s before log/checkpoint && break
      sleep 0.2
    done""")
    r.session.end(serving)
    r.read("inkan-witness pull", r"^— witness\.example\.com/w1 \S+$", put={"http://pki.example.com": "$INKAN_PUBLIC"})
    r.inline("inkan-witness show --state STATE", r"^ledger\.demo\.inkan\.example$", put={"STATE": state})
    r.do("inkan receipt --as auditor $serial --save receipt")
    hashed = next(path for path in state.iterdir() if (path / "checkpoint").exists())
    r.read("inkan-verify log DIR --verifier-key \"$KEY\" --witness", r"\AGOOD", put={"DIR": "log", "STATE/<hash>": hashed})
    r.read("inkan-verify receipt RECEIPT --verifier-key \"$KEY\" --witness", r"witness\.example\.com/w1", put={"RECEIPT": "receipt"})


def without_any_program_of_ours(r):
    r.read("tar -tf november.tar", r"^leaves\.jsonl$")
    r.read("awk '/^$/{exit}", QUIET)
    r.read("awk 'f{print $3}", QUIET)
    r.read("sed -n 3p text", QUIET)
    r.read("openssl dgst -sha256 -keyform DER", r"\AVerified OK$")
    archive, key, said = (line.split()[0] for line in r.read("sha256sum november.tar", SHA256).splitlines())
    assert said.endswith(archive) or archive in said, (archive, said)
    born = r.do("cat unpacked/beside.jsonl unpacked/leaves.jsonl | grep '\"purpose\":\"evidence\"'")
    assert key in born, "the key is the one that the log saw born"


def searching(r, begin):
    told = r.read('inkan events --as auditor --serial "$serial"', r"cert\.issue")
    assert "sign.intent" in told, told
    r.read("inkan events --as auditor --from", r"request\.denied", put={"2027-01-01T00:00:00+09:00": begin, "2027-02-01T00:00:00+09:00": instant(time.time() + 60)})
    r.read("inkan events --as auditor --actor web-1", QUIET, put={"web-1": "web-tier"})
    r.do("python3 -c 'import csv; rows = list(csv.DictReader(open(\"denied.csv\", newline=\"\"))); assert rows and all(row[\"outcome\"] == \"denied\" for row in rows), rows'")
    following, _ = r.begin("inkan events --as auditor --follow", r"log\.start")
    r.session.end(following)


def from_a_certificate(r):
    shown = r.inline("inkan show SERIAL --as auditor", r"client-auth", put={"SERIAL": "$serial"})
    profile = r.inline("inkan profile show NAME --version N", r"^[0-9a-f]{64} ", put={"NAME": "client-auth", "N": 1}).split()[0]
    assert profile in shown, (profile, shown)
    changed = r.inline("inkan profile diff NAME", r"^\+ days = 300$", put={"NAME": "client-auth", "N": 1, "M": 2}, add=" --as auditor")
    assert "- days = 366" in changed, changed
    r.inline("inkan events --type profile.change", r"profile\.change", add=" --as auditor --format jsonl | grep $change")
    tbs = r.inline("openssl asn1parse -in cert.pem -strparse 4", r"^[0-9a-f]{64}  tbs\.der$").split()[0]
    r.do(f"inkan events --as auditor --serial $serial --format jsonl | grep sign.intent | grep {tbs}")
