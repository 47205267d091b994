"""The bank staff's page in Chromium, served by inkand itself: browsing/walk_staff.mjs walks, and here outsiders judge what came of it."""
import json
import os
import pathlib
import subprocess
import sys
import time

from authority import Authority, run
from officers import inkan
from portal_program import Browser, PortalProgram, install_proof

HERE = pathlib.Path(__file__).resolve().parent
SECONDS = 300
PASSWORD = "himitsu1"
APPLICATION = "労金-2026-0042"
SETTINGS = ('[subscribers]\npack = "rokin"\npassword_memory_kib = 64\npassword_passes = 1\ntries_per_id_per_second = 100\n'
            'tries_per_address_per_second = 100\n[mail]\nfrom = "no-reply@ca.test.example"\nfolder = "mails"\n[staff]\npage = "PAGE"\norigin = "ORIGIN"\n')


def good(answer, status=200):
    assert answer[0] == status, answer
    return answer[1]


def add(authority, user, name, company):
    inkan(authority, "bank-staff", "user", "add", user, "--kind", "master", "--organisation", company, "--name", name, "--mail", f"{user}@kaisha.example",
          "--password-file", str(authority.dir / "first-password"))


def register(portal, user):
    """First registration of a master user, and his certificate; the browser that shows it."""
    browser = Browser(portal)
    good(browser.post("/portal/login", {"user_id": user, "password": PASSWORD, "screen": "registration"}))
    good(browser.post("/portal/password", {"old": PASSWORD, "new": "jibun2no"}))
    return have_certificate(portal, browser, user, "jibun2no")


def have_certificate(portal, browser, user, password):
    authority = portal.authority
    good(browser.post("/portal/enrolment", {"user_id": user, "password": password}))
    issued = good(browser.post("/portal/enrolment/certificate", {"csr": authority.make_request(user, "/CN=any")}))["enrolment"]
    authority.write(f"{user}.pem", issued["certificate"]["certificate"])
    browser.shows = (portal.at(f"{user}.pem"), portal.at(f"{user}.key"))
    good(browser.post("/portal/enrolment/confirm", {"signature": install_proof(issued, *browser.shows, authority.dir)}))
    good(browser.post("/portal/login", {"user_id": user, "password": password, "screen": "login"}))
    return browser


def guess(portal, user, times=6):
    """Six wrong passwords: a lock (R11)."""
    for _ in range(times):
        assert Browser(portal).post("/portal/enrolment", {"user_id": user, "password": "machigai1"})[0] == 403


def people(authority, portal):
    """master1: certificate, then locked. taro001: certificate, then locked. master2: whose certificate is to be revoked. master3: to be deleted."""
    authority.write("first-password", PASSWORD + "\n")
    company = inkan(authority, "bank-staff", "org", "add", "株式会社見本")["id"]
    for user, name in (("master1", "見本 花子"), ("master2", "見本 桃子"), ("master3", "見本 梅子")):
        add(authority, user, name, company)
    master = register(portal, "master1")
    register(portal, "master2")
    good(master.post("/portal/users", {"user_id": "taro001", "kind": "general", "name": "見本 太郎", "mail": "taro001@kaisha.example", "password": PASSWORD}), 201)
    guess(portal, "master1", 12)
    guess(portal, "taro001")


def install_identity(authority, home):
    """As packaging/doc/officer.md tells: one file for the browser, made by openssl, and the authority's root to trust."""
    database = f"sql:{home}/.pki/nssdb"
    (home / ".pki" / "nssdb").mkdir(parents=True)
    run("certutil", "-N", "-d", database, "--empty-password")
    authority.write("issuing.pem", authority.public("/ca/issuing.pem").decode())
    authority.write("file-password", "kakushi-kotoba")
    run("openssl", "pkcs12", "-export", "-in", str(authority.dir / "bank-staff.crt"), "-inkey", str(authority.dir / "bank-staff.key"),
        "-certfile", str(authority.dir / "issuing.pem"), "-name", "bank-staff", "-out", str(authority.dir / "bank-staff.p12"), "-passout", f"file:{authority.dir}/file-password")
    run("pk12util", "-i", str(authority.dir / "bank-staff.p12"), "-d", database, "-K", "", "-w", str(authority.dir / "file-password"))
    run("certutil", "-A", "-d", database, "-n", "root", "-t", "C,,", "-i", authority.trust())


def serial_of(authority, user):
    return int(run("openssl", "x509", "-in", str(authority.dir / f"{user}.pem"), "-noout", "-serial").strip().split("=")[1], 16)


def wait_for_crl(authority, serial):
    """Of openssl: the CRL's entry."""
    end = time.monotonic() + 30
    while True:
        (authority.dir / "issuing.crl").write_bytes(authority.public("/crl/issuing.crl"))
        text = run("openssl", "crl", "-in", str(authority.dir / "issuing.crl"), "-inform", "DER", "-noout", "-text")
        entry = next((each for each in text.split("Serial Number: ")[1:] if int(each.split()[0], 16) == serial), None)
        if entry or time.monotonic() > end:
            return entry
        time.sleep(0.2)


def verified(authority, user):
    run("openssl", "crl", "-in", str(authority.dir / "issuing.crl"), "-inform", "DER", "-out", str(authority.dir / "issuing.crl.pem"))
    done = subprocess.run(["openssl", "verify", "-crl_check", "-partial_chain", "-trusted", str(authority.dir / "issuing.pem"), "-CRLfile",
                           str(authority.dir / "issuing.crl.pem"), str(authority.dir / f"{user}.pem")], capture_output=True, text=True)
    return done.stdout + done.stderr


def judge(authority):
    """openssl reads the CRL, and an auditor the log."""
    revoked, kept = serial_of(authority, "master2"), serial_of(authority, "master1")
    entry = wait_for_crl(authority, revoked)
    assert entry and "Superseded" in entry, entry
    assert "certificate revoked" in verified(authority, "master2")
    assert "master1.pem: OK" in verified(authority, "master1")
    leaves = authority.ledger()
    leaf = [each for each in leaves if each["type"] == "cert.revoke"]
    assert len(leaf) == 1 and int(leaf[0]["detail"]["serial"], 16) == revoked != kept, leaf
    assert leaf[0]["detail"]["application"] == APPLICATION and leaf[0]["detail"]["reason"] == "superseded", leaf
    fingerprint = run("openssl", "x509", "-in", str(authority.dir / "bank-staff.crt"), "-noout", "-fingerprint", "-sha256").split("=")[1].strip().replace(":", "").lower()
    for kind in ("cert.revoke", "user.unlock"):
        actor = [each for each in leaves if each["type"] == kind][-1]["actor"]
        assert (actor["id"], actor["role"], actor["cert_fp"]) == ("bank-staff", "bank-staff", fingerprint), actor
    made = inkan(authority, "bank-staff", "user", "show", "master9")
    assert made["kind"] == "master" and made["name"] == "見本 久子" and made["mail"] == "hisako@shinki.example", made
    assert [each["name"] for each in inkan(authority, "bank-staff", "org", "list")["items"]].count("有限会社新規") == 1
    # What the other site's page tried: refused each time, before it was asked who sends it.
    refused = [json.loads(line) for line in (authority.dir / "inkand.log").read_text().splitlines() if '"browser.origin"' in line]
    assert len(refused) >= 3 and all(each["status"] == "403" and not each["identity"] for each in refused), refused


def try_staff(build, web, choice, screens):
    print("  the bank staff's page", flush=True)
    authority = Authority(build)
    own = f"https://localhost:{authority.api_port}"
    authority.settings = SETTINGS.replace("PAGE", str(web / "dist-staff")).replace("ORIGIN", own)
    portal = PortalProgram(authority)
    policy = None
    try:
        authority.set_up()
        run(authority.program("inkand"), "--config", str(authority.dir / "inkand.toml"), "--check", env=authority.environment)
        assert authority.start()
        portal.configure()
        portal.start()
        people(authority, portal)
        home = authority.dir / "home"
        install_identity(authority, home)
        policy = choice(portal)
        place = {"main": f"{own}/staff", "origin": own, "home": str(home), "folder": str(authority.dir), "pin": "", "application": APPLICATION,
                 "serial": f"{serial_of(authority, 'master2'):x}", "screens": screens and str(pathlib.Path(screens).resolve() / "staff")}
        failed = subprocess.run(["node", str(HERE / "browsing" / "walk_staff.mjs")], env={**os.environ, "INKAN_PLACE": json.dumps(place)}, timeout=SECONDS).returncode
        if failed:
            print(authority.tail(), file=sys.stderr)
        else:
            judge(authority)
        return failed
    finally:
        if policy:
            policy.remove()
        portal.remove()
        authority.remove()
