"""Clients that ask for certificates under load, and what must hold afterwards, whatever was killed meanwhile: every
certificate that a client received is in the store with the status it must have; every signature the token made has its
intent; nothing dangles unlisted; a retry under the same Idempotency-Key gets the same certificate or, where the first
never completed, exactly one live one; CRL numbers only grow."""
import collections
import http.client
import random
import re
import sqlite3
import subprocess
import threading
import time

CLIENTS = 4


class Clients:
    """What the clients asked for and were told. One name, one Idempotency-Key, one certificate."""

    def __init__(self, authority, csr):
        self.authority, self.csr = authority, csr
        self.lock = threading.Lock()
        self.next = 0
        self.enough = threading.Event()  # ends the load before its time
        self.patient = False      # go on after inkand's end: somebody starts it again
        self.pause = 0.0          # seconds between an answer and the next call
        self.again = 0.0          # share of calls that ask again for what was answered
        self.open = []            # names whose answer never came
        self.answered = {}        # name -> (serial, PEM)
        self.revoking = set()     # serials whose revocation was asked for
        self.revoked = set()      # of these, those whose revocation was answered
        self.wrong = []
        self.slowest = 0.0        # seconds, of an answered request for a certificate

    def take(self):
        with self.lock:
            if self.open:
                return self.open.pop()
            if self.answered and random.random() < self.again:
                return f"user-{random.randint(1, self.next)}"
            self.next += 1
            return f"user-{self.next}"

    def ask(self, connection, name):
        begun = time.monotonic()
        answer = self.authority.call(connection, "POST", "/v1/certificates", {"profile": "client-auth", "csr": self.csr, "subject": {"CN": name}},
                                     {"Idempotency-Key": name})
        self.slowest = max(self.slowest, time.monotonic() - begun)
        return answer

    def work(self, until):
        connection = None
        while time.monotonic() < until and not self.enough.is_set() and (self.patient or self.authority.process.poll() is None):
            name = self.take()
            try:
                connection = connection or self.authority.connect("web-tier")
                status, body = self.ask(connection, name)
                if status == 201:
                    self.note(name, body)
                    if random.random() < 0.05:
                        self.revoke(connection, body["serial"])
                    time.sleep(self.pause)
                    continue
                if status not in (409, 503):
                    self.wrong.append(f"{name}: {status} {body}")
                time.sleep(0.01)
            except (OSError, http.client.HTTPException):
                connection = None
                time.sleep(0.01)
            with self.lock:
                if name not in self.answered and name not in self.open:
                    self.open.append(name)

    def note(self, name, body):
        with self.lock:
            known = self.answered.setdefault(name, (body["serial"], body["certificate"]))
            if known != (body["serial"], body["certificate"]):
                self.wrong.append(f"{name}: told {known[0]} first, then {body['serial']}")

    def revoke(self, connection, serial):
        with self.lock:
            self.revoking.add(serial)
        status, body = self.authority.call(connection, "POST", f"/v1/certificates/{serial}/revoke", {"reason": "superseded"}, {"Idempotency-Key": serial})
        if status == 200:
            with self.lock:
                self.revoked.add(serial)
        elif status not in (409, 503):
            self.wrong.append(f"revoke {serial}: {status} {body}")


def load(authority, clients, seconds):
    until = time.monotonic() + seconds
    threads = [threading.Thread(target=clients.work, args=(until,)) for _ in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def settle_all(authority, clients):
    """Asks again, under the same keys, for everything that was left open."""
    connection = authority.connect("web-tier")
    for name in list(clients.open):
        status, body = clients.ask(connection, name)
        if status != 201:
            clients.wrong.append(f"retry of {name}: {status} {body}")
        else:
            clients.note(name, body)
    clients.open.clear()
    for name, (serial, pem) in random.sample(sorted(clients.answered.items()), min(50, len(clients.answered))):
        status, body = clients.ask(connection, name)
        if (status, body.get("serial"), body.get("certificate")) != (201, serial, pem):
            clients.wrong.append(f"replay of {name}: {status}, not the certificate of before")


def check_store(authority, clients, wrong):
    rows = authority.certificates()
    by_serial = {row["serial"]: row for row in rows}
    live = collections.Counter(re.sub("^CN=", "", row["subject"]) for row in rows if row["status"] == "valid" and row["profile"] == "client-auth")
    for name, (serial, _) in clients.answered.items():
        if serial not in by_serial:
            wrong.append(f"{name}'s certificate {serial} is not in the store")
            continue
        status = by_serial[serial]["status"]
        # Asked for and not answered: the answer may have died with the daemon before or after the revocation was on disk.
        allowed = {"revoked"} if serial in clients.revoked else {"revoked", "valid"} if serial in clients.revoking else {"valid"}
        if status not in allowed:
            wrong.append(f"{name}'s certificate {serial} is {status}, not {' or '.join(sorted(allowed))}")
        if live[name] != (status == "valid"):
            wrong.append(f"{name} has {live[name]} live certificates")
    crl = subprocess.run(["openssl", "crl", "-inform", "DER", "-noout", "-text"], input=authority.public("/crl/issuing.crl"), capture_output=True, check=True).stdout.decode()
    listed = {serial.lower() for serial in re.findall(r"Serial Number: ([0-9A-F]+)", crl)}
    for row in rows:
        if row["status"] in ("revoked", "possibly-signed") and row["authority"] == "issuing" and row["serial"] not in listed:
            wrong.append(f"{row['serial']} is {row['status']} and not on the CRL")
    return len(rows), sum(row["status"] == "possibly-signed" for row in rows)


def check_ledger(authority, wrong):
    """Every intent of the log, and of each key how many signatures its intents and their retries explain."""
    intents, outcomes, per_key, numbers = {}, collections.Counter(), collections.Counter(), collections.defaultdict(list)
    for leaf in authority.ledger():
        detail = leaf.get("detail", {})
        if leaf["type"] == "sign.intent":
            intents[leaf["index"]] = leaf
            per_key[detail["key_id"]] += 1
        elif leaf["type"] in ("cert.issue", "sign.failed", "sign.possible", "crl.issue") or (leaf["type"] == "selftest" and "intent" in detail):
            outcomes[detail["intent"]] += 1
            per_key[intents[detail["intent"]]["detail"]["key_id"]] += max(0, detail.get("tries", 1) - 1)
            if detail["intent"] not in intents or detail["intent"] >= leaf["index"]:
                wrong.append(f"leaf {leaf['index']} has no intent before it")
        if leaf["type"] == "crl.issue":
            numbers[leaf["target"]["id"]].append(detail["number"])
    for index in intents:
        if outcomes[index] != 1:
            wrong.append(f"intent {index} ({intents[index]['detail']['purpose']}) has {outcomes[index]} outcomes")
    for name, given in numbers.items():
        if given != sorted(set(given)):
            wrong.append(f"CRL numbers of {name} went back")
    return intents, per_key


def signatures_made(authority):
    """What the shim saw the token sign: the key's CKA_ID, and the digest or message that was signed, in hexadecimal."""
    return [line.split() for line in open(authority.dir / "signatures")]


def check_signatures(authority, per_key, wrong):
    """Law 7: what the token signed, counted outside the daemon, is covered by intents. TLS and probe keys are counted apart."""
    database = sqlite3.connect(f"file:{authority.dir}/state/inkan.db?mode=ro", uri=True)
    purpose = {key.hex(): what for key, what in database.execute("SELECT key_id, purpose FROM keys")}
    for key, count in database.execute("SELECT key_id, sum(max(tries, 1)) FROM checkpoint_intents GROUP BY key_id"):
        per_key[key.hex()] += count
    signed = collections.Counter(key for key, _ in signatures_made(authority))
    for key, count in signed.items():
        if purpose.get(key) in ("ca", "ledger") and count > per_key[key]:
            wrong.append(f"the token signed {count} times with {purpose[key]} key {key}; {per_key[key]} intents")
    return sum(count for key, count in signed.items() if purpose.get(key) == "ca")
