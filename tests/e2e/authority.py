"""A throw-away authority for tests: tokens, set-up, inkand as a process, and calls over mTLS. Standard library only."""
import http.client
import json
import os
import pathlib
import shutil
import signal
import socket
import ssl
import subprocess
import tempfile
import time

IDENTITIES = {"web-tier": "web-tier", "officer-1": "security-officer", "auditor": "auditor", "bank-staff": "bank-staff"}


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def run(*command, **options):
    done = subprocess.run(command, capture_output=True, text=True, **options)
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(map(str, command))}: exit {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout


class Authority:
    def __init__(self, build, module="/usr/lib/softhsm/libsofthsm2.so", environment=None, settings=""):
        self.build = pathlib.Path(build).resolve()
        self.dir = pathlib.Path(tempfile.mkdtemp(prefix="inkan-e2e-"))
        self.module = module
        self.environment = dict(os.environ, SOFTHSM2_CONF=str(self.dir / "softhsm2.conf"), **(environment or {}))
        self.api_port, self.public_port = free_port(), free_port()
        self.settings, self.token_settings = settings, ""
        self.ledger_algorithm = "Ed25519"
        self.process = None
        self.token_files = {}
        self.log = open(self.dir / "inkand.log", "ab")

    def program(self, name):
        return str(self.build / "daemon" / name)

    def set_up(self):
        self.make_tokens(self.module)
        self.make_authority()

    def make_tokens(self, module):
        (self.dir / "tokens").mkdir()
        self.write("softhsm2.conf", f"directories.tokendir = {self.dir}/tokens\nobjectstore.backend = file\nlog.level = ERROR\n")
        for name, pin in (("pin", "123456"), ("so-pin", "12345678")):
            self.write(name, pin)
            os.chmod(self.dir / name, 0o600)
        for label in ("inkan-ca", "inkan-ledger"):
            run(self.program("inkan"), "token", "init", "--module", module, "--label", label, "--so-pin-file",
                str(self.dir / "so-pin"), "--pin-file", str(self.dir / "pin"), env=self.environment)

    def make_authority(self):
        self.write("inkand.toml", self.config())
        self.write("plan.toml", self.plan())
        for name in IDENTITIES:
            self.make_request(name, f"/CN={name}")
        run(self.program("inkan"), "init", str(self.dir / "plan.toml"), env=self.environment)
        self.token_files = {file: file.read_bytes() for file in self.dir.glob("tokens/*/token.object")}

    def config(self):
        token = "".join(f'[[token]]\nname = "{name}"\nmodule = "{self.module}"\nlabel = "inkan-{name}"\npin_file = "pin"\nsessions = {sessions}\n{self.token_settings}'
                        for name, sessions in (("ca", 16), ("ledger", 2)))
        return (f'state_dir = "state"\nnode = "test"\n[api]\naddress = "127.0.0.1:{self.api_port}"\n[public]\n'
                f'address = "127.0.0.1:{self.public_port}"\nbase_url = "http://127.0.0.1:{self.public_port}"\n{token}'
                f'[ledger]\norigin = "ledger.test.example"\n{self.settings}')

    def plan(self):
        identities = "".join(f'[[identity]]\nid = "{name}"\nrole = "{role}"\ncsr = "{name}.csr"\ncertificate = "{name}.crt"\n'
                             for name, role in IDENTITIES.items())
        return ('config = "inkand.toml"\n'
                '[[authority]]\nid = "root"\nprofile = "root-ca"\nkey = { token = "ca", algorithm = "P-384" }\nsubject = [{ CN = "Test Root" }]\n'
                '[[authority]]\nid = "issuing"\nissuer = "root"\nprofile = "issuing-ca"\nkey = { token = "ca", algorithm = "P-256" }\n'
                'subject = [{ CN = "Test Issuing" }]\n'
                '[tls]\ntoken = "ca"\nissuer = "issuing"\ndns = ["localhost"]\nip = ["127.0.0.1"]\n'
                f'[ledger]\ntoken = "ledger"\nalgorithm = "{self.ledger_algorithm}"\n' '[evidence]\ntoken = "ca"\nalgorithm = "P-256"\n' '[[probe]]\ntoken = "ca"\n' + identities)

    def make_request(self, name, subject):
        run("openssl", "req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-noenc", "-keyout",
            str(self.dir / f"{name}.key"), "-subj", subject, "-out", str(self.dir / f"{name}.csr"))
        return (self.dir / f"{name}.csr").read_text()

    def write(self, name, text):
        (self.dir / name).write_text(text)

    def start(self, fault=""):
        """Starts inkand; True once it answers, False if it ended before (as a fault at start-up makes it)."""
        self.mend_tokens()
        environment = dict(self.environment, **({"INKAN_FAULT": fault} if fault else {}))
        self.process = subprocess.Popen([self.program("inkand"), "--config", str(self.dir / "inkand.toml")], env=environment,
                                        stdout=self.log, stderr=self.log, stdin=subprocess.DEVNULL)
        end = time.monotonic() + 60
        while time.monotonic() < end:
            if self.process.poll() is not None:
                return False
            try:
                with socket.create_connection(("127.0.0.1", self.api_port), timeout=1):
                    return True
            except OSError:
                time.sleep(0.02)
        raise RuntimeError("inkand does not answer: " + self.tail())

    def mend_tokens(self):
        """SoftHSM empties its token's file and writes it again at each login: killed between, it has lost the token. No HSM
        lives in the process that is killed, so this is not what the tests are about."""
        for file, octets in self.token_files.items():
            if file.stat().st_size != len(octets):
                file.write_bytes(octets)

    def stop(self):
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        return self.process.wait(30) if self.process else 0

    def kill(self):
        if self.process and self.process.poll() is None:
            self.process.kill()
        if self.process:
            self.process.wait()

    def tail(self):
        return (self.dir / "inkand.log").read_text()[-2000:]

    def remove(self):
        self.kill()
        self.log.close()
        shutil.rmtree(self.dir, ignore_errors=True)

    def trust(self):
        root = self.dir / "root.pem"
        if not root.exists():
            root.write_bytes(self.public("/ca/root.pem"))
        return str(root)

    def public(self, path):
        connection = http.client.HTTPConnection("127.0.0.1", self.public_port, timeout=10)
        connection.request("GET", path)
        answer = connection.getresponse()
        body = answer.read()
        connection.close()
        if answer.status != 200:
            raise RuntimeError(f"GET {path}: {answer.status}")
        return body

    def connect(self, identity):
        context = ssl.create_default_context(cafile=self.trust())
        context.load_cert_chain(str(self.dir / f"{identity}.crt"), str(self.dir / f"{identity}.key"))
        return http.client.HTTPSConnection("localhost", self.api_port, context=context, timeout=20)

    @staticmethod
    def call(connection, method, path, body=None, headers=None):
        """Status, parsed body. Raises OSError or http.client.HTTPException when the connection breaks."""
        headers = dict(headers or {})
        data = None
        if body is not None:
            data = json.dumps(body)
            headers["Content-Type"] = "application/json"
        connection.request(method, path, data, headers)
        answer = connection.getresponse()
        raw = answer.read()
        return answer.status, json.loads(raw) if raw and "json" in answer.headers.get("Content-Type", "") else raw

    def ledger(self):
        """Every leaf, as the auditor reads them."""
        connection = self.connect("auditor")
        leaves = []
        while True:
            status, page = self.call(connection, "GET", f"/v1/ledger/entries?from={len(leaves)}&limit=1000")
            if status != 200:
                raise RuntimeError(f"ledger entries: {status} {page}")
            if not page["items"]:
                return leaves
            leaves += [entry["leaf"] for entry in page["items"]]

    def certificates(self, query=""):
        connection = self.connect("auditor")
        items, path = [], f"/v1/certificates?limit=1000{query}"
        while path:
            status, page = self.call(connection, "GET", path)
            if status != 200:
                raise RuntimeError(f"list: {status} {page}")
            items += page["items"]
            path = f"/v1/certificates?limit=1000{query}&cursor={page['next']}" if page.get("next") else None
        return items


def copy_token(authority, label):
    """SoftHSM's backup is a copy of the token's directory. Under another label and serial number, which SoftHSM keeps in the clear, one
    process can open it beside the first; elsewhere it is used as it is."""
    for file in (authority.dir / "tokens").glob("*/token.object"):
        if b"inkan-ca".ljust(32) not in file.read_bytes():
            continue
        copy = authority.dir / "tokens" / f"copy-{label}"
        shutil.copytree(file.parent, copy)
        serial = file.parent.name.replace("-", "")[-16:].encode()
        octets = file.read_bytes().replace(b"inkan-ca".ljust(32), label.encode().ljust(32))
        (copy / "token.object").write_bytes(octets.replace(serial, serial[:-1] + (b"1" if serial[-1:] == b"0" else b"0")))
        return
    raise AssertionError("no token inkan-ca")
