"""inkan-portal as a process in front of a throw-away authority (authority.py), and a browser as far as it is TLS, cookies and JSON."""
import base64
import hashlib
import http.client
import http.cookies
import json
import os
import pathlib
import re
import signal
import ssl
import subprocess
import time

from authority import free_port, run

PAGE = {"index.html": '<!doctype html><title>portal</title><script src="/assets/app-1.js"></script>\n', "assets/app-1.js": "void 0;\n"}


class PortalProgram:
    def __init__(self, authority, web=None, name="localhost"):
        self.authority, self.name = authority, name
        self.main_port, self.proof_port = free_port(), free_port()
        self.main, self.proof = f"https://{name}:{self.main_port}", f"https://{name}:{self.proof_port}"
        self.web = pathlib.Path(web) if web else self.make_page()
        self.process = None
        self.log = open(authority.dir / "portal.log", "ab")
        run("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-noenc", "-days", "2", "-subj", f"/CN={name}",
            "-addext", f"subjectAltName=DNS:{name}", "-keyout", self.at("portal.key"), "-out", self.at("portal.crt"))
        os.chmod(self.at("portal.key"), 0o600)

    def at(self, name):
        return str(self.authority.dir / name)

    def make_page(self):
        web = self.authority.dir / "web"
        for name, text in PAGE.items():
            (web / name).parent.mkdir(parents=True, exist_ok=True)
            (web / name).write_text(text)
        return web

    def configure(self, more=""):
        """After authority.set_up(): the web tier's key and the CA certificates are there then."""
        self.authority.write("issuing.pem", self.authority.public("/ca/issuing.pem").decode())
        os.chmod(self.at("web-tier.key"), 0o600)
        self.authority.write("inkan-portal.toml", (
            f'web = "{self.web}"\n[main]\naddress = "127.0.0.1:{self.main_port}"\norigin = "{self.main}"\n'
            f'[proof]\naddress = "127.0.0.1:{self.proof_port}"\norigin = "{self.proof}"\n'
            '[tls]\ncertificate = "portal.crt"\nkey = "portal.key"\nissuers = ["issuing.pem"]\n'
            f'[api]\nurl = "https://localhost:{self.authority.api_port}"\nca = "{self.authority.trust()}"\ncertificate = "web-tier.crt"\nkey = "web-tier.key"\n{more}'))

    def program(self):
        return str(self.authority.build / "daemon" / "portal" / "inkan-portal")

    def start(self):
        self.process = subprocess.Popen([self.program(), "--config", self.at("inkan-portal.toml")], stdout=self.log, stderr=self.log, stdin=subprocess.DEVNULL)
        mark = f'"main":"{self.main_port}"'
        began = len(re.findall(mark, self.logged()))
        end = time.monotonic() + 30
        while len(re.findall(mark, self.logged())) == began:
            assert self.process.poll() is None and time.monotonic() < end, self.logged()[-2000:]
            time.sleep(0.02)

    def stop(self):
        """Its exit status."""
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        return self.process.wait(30) if self.process else 0

    def logged(self):
        return pathlib.Path(self.at("portal.log")).read_text()

    def remove(self):
        if self.process and self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        self.log.close()


class Browser:
    """Cookies as RFC 6265 has them for one host, on all its ports; `shows`: (certificate, key) files of a client certificate."""

    def __init__(self, portal, shows=None):
        self.portal, self.shows, self.cookies = portal, shows, {}

    def connect(self, port):
        context = ssl.create_default_context(cafile=self.portal.at("portal.crt"))
        if self.shows:
            context.load_cert_chain(*self.shows)
        return http.client.HTTPSConnection(self.portal.name, port, context=context, timeout=40)

    def request(self, method, path, body=None, headers=None, port=None):
        """The answer, its body read into `.body`."""
        headers = dict(headers or {})
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        connection = self.connect(port or self.portal.main_port)
        try:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            answer.body = answer.read()
        finally:
            connection.close()
        for text in answer.headers.get_all("Set-Cookie") or []:
            self.take(text)
        return answer

    def take(self, text):
        for name, morsel in http.cookies.SimpleCookie(text).items():
            assert name.startswith("__Host-") and morsel["secure"] and morsel["httponly"] and morsel["samesite"] == "Strict", text
            assert morsel["path"] == "/" and not morsel["domain"], text
            if morsel["max-age"] == "0":
                self.cookies.pop(name, None)
            else:
                self.cookies[name] = morsel.value

    def get(self, path):
        answer = self.request("GET", path, headers={"Sec-Fetch-Site": "same-origin"})
        return answer.status, json.loads(answer.body)

    def post(self, path, body, **more):
        headers = {"Content-Type": "application/json", "Inkan-Portal": "1", "Origin": self.portal.main, "Sec-Fetch-Site": "same-origin", **more}
        answer = self.request("POST", path, json.dumps(body), {name: value for name, value in headers.items() if value})
        return answer.status, json.loads(answer.body)

    def installed(self):
        """Where the proof listener sends it."""
        answer = self.request("GET", "/installed", port=self.portal.proof_port)
        assert answer.status == 303 and answer.headers["Cache-Control"] == "no-store", (answer.status, answer.body)
        return answer.headers["Location"].removeprefix(f"{self.portal.main}/enrol?installed=")


def install_proof(enrolment, certificate, key, folder):
    """The signature of proof (a), made by openssl."""
    der = run_octets("openssl", "x509", "-in", certificate, "-outform", "DER")
    (folder / "message").write_text(f"INKAN INSTALLED v1\n{enrolment['nonce']}\n{hashlib.sha256(der).hexdigest()}\n")
    return base64.b64encode(run_octets("openssl", "dgst", "-sha256", "-sign", key, str(folder / "message"))).decode()


def run_octets(*command):
    return subprocess.run(command, capture_output=True, check=True).stdout
