"""operations.md: installing is tests/packages/smoke's; publishing, backup, drill and restoring are done with the demo."""
from demo import demo
from reading import QUIET

SMOKE = "tests/packages/smoke"


def read(r, build):
    installing(r)
    with demo(r, build) as world:
        r.paths = {"/etc/inkan/inkand.toml": world.dir / "inkand.toml", "/var/www/pki": world.folder / "pki", "/backup/": f"{world.folder}/backup/",
                   "/elsewhere/": f"{world.folder}/elsewhere/", "/var/lib/inkan": world.dir / "state"}
        r.do(". build/demo/env")
        looking(r, world)
        publishing(r)
        backup(r)
        after_a_loss(r, world)


def installing(r):
    r.told("cp /usr/share/doc/inkand/examples/inkand.toml", SMOKE)
    r.told("install -m 600 /dev/stdin", SMOKE, words='install -m 600 /dev/stdin "/etc/inkan/pin/$name"')
    r.told("inkand --check", SMOKE)
    r.told("install -d -o inkand -g inkand -m 750 /etc/inkan/first", SMOKE)
    r.told("cp /usr/share/doc/inkand/examples/plan.toml", SMOKE)
    # Where systemd runs, these two; elsewhere what they do. The words before SoftHSM's -E, which the text has.
    r.told("systemd-run --pipe --wait", SMOKE, words="systemd-run --pipe --wait -p User=inkand -p UMask=0077 -p LoadCredential=pin:/etc/inkan/pin")
    r.told("systemctl enable --now inkand", SMOKE, words='systemctl enable --now "$unit"')
    engine = "it takes a container engine; tests/packages/oci builds and runs the images with one, or by its steps without"
    for command in ("podman build --format docker", "podman secret create", "podman run -d --name inkand", "podman exec -it inkand inkan unlock"):
        r.nowhere(command, engine)


def looking(r, world):
    r.inline("inkand --config FILE --check", r"the configuration is good$", put={"FILE": world.dir / "inkand.toml"})
    r.inline("inkand --check-tokens", r"inkan-ledger", add=f" --config {world.dir}/inkand.toml")
    r.inline("inkan status", r"^token ca +ok +ready$", add=" --as officer-1")
    r.inline("inkan issuing show", r"running", add=" --as officer-1")


def publishing(r):
    r.do("export INKAN_CERT=$INKAN_AUDITOR_CERT INKAN_KEY=$INKAN_AUDITOR_KEY")
    r.read("inkan publish --to /var/www/pki", r"^files written +[1-9]")
    r.do("cmp pki/ca/root.pem $INKAN_ROOT && openssl crl -inform DER -in pki/crl/issuing.crl -CAfile pki/ca/issuing.pem -noout")
    r.do("inkan publish --to pki | grep 'files written  0'")
    r.do("unset INKAN_CERT INKAN_KEY")


def backup(r):
    r.do("mkdir backup elsewhere && sleep 1.2")
    r.read("inkan backup --config", r"inkan-2026-11-28")
    r.do("cd backup/inkan-2026-11-28")
    r.inline("sha256sum --check SHA256SUMS", r"^inkan\.db: OK$")
    r.do("sqlite3 inkan.db 'PRAGMA integrity_check' | grep -x ok; cd ../..")
    r.do("KEY=$(inkan ledger head --as auditor --json | jq -r .verifier_key)")
    r.do('inkan-verify log backup/inkan-2026-11-28/ledger --verifier-key "$KEY" --known-checkpoint elsewhere/inkan-2026-11-28.checkpoint')
    drilled = r.read("inkan restore /backup/inkan-2026-11-28 --drill", r"^The backup does")
    table = r.guide.text.partition("### A drill")[2].partition("### After a loss")[0]
    for line in ("files", "schema", "checkpoint", "config", "ledger", "log", "kept checkpoint", "serial numbers", "CRL numbers", "rows", "accounts", "clock", "token"):
        assert f"`{line}`" in table and f"ok    {line}" in drilled, (line, drilled)


def after_a_loss(r, world):
    world.quickstart("--down")
    (world.dir / "state").rename(world.folder / "lost")
    (world.dir / "state").mkdir(mode=0o700)
    r.inline("inkan restore BACKUP --to /var/lib/inkan", r"^Restored into ", put={"BACKUP": "backup/inkan-2026-11-28", "…": world.dir / "inkand.toml", "NEWEST": world.folder / "elsewhere/inkan-2026-11-28.checkpoint"})
    world.quickstart()
    r.do("inkan events --as auditor --type store.restore --format jsonl | grep '\"lost\":0'")
    r.do('sleep 1.2 && inkan verify --as auditor --verifier-key "$KEY" --known-checkpoint elsewhere/inkan-2026-11-28.checkpoint')
    r.inline("inkan reconcile", r"^RECONCILED", add=" --as auditor")
