"""Officers at work: our own command, and votes that openssl alone makes."""
import base64
import json
import subprocess

from authority import run


def inkan(authority, identity, *arguments, good=0):
    """The answer in JSON, or what was said on stderr if it is to fail."""
    done = subprocess.run([authority.program("inkan"), "--api", f"https://localhost:{authority.api_port}", "--ca", authority.trust(),
                           "--cert", str(authority.dir / f"{identity}.crt"), "--key", str(authority.dir / f"{identity}.key"), "--json", *arguments],
                          capture_output=True, text=True, timeout=90)
    assert done.returncode == good, (arguments, done.returncode, done.stdout, done.stderr)
    return json.loads(done.stdout) if good == 0 else done.stdout + done.stderr


def call(authority, identity, method, path, body=None):
    return authority.call(authority.connect(identity), method, path, body)


def openssl_vote(authority, identity, document, *more):
    """With no program of ours: the document as it was given, no line feed at its end."""
    (authority.dir / "document").write_text(document)
    run("openssl", "cms", "-sign", "-binary", "-in", str(authority.dir / "document"), "-signer", str(authority.dir / f"{identity}.crt"),
        "-inkey", str(authority.dir / f"{identity}.key"), "-outform", "DER", "-out", str(authority.dir / "vote.p7s"), *more)
    return base64.b64encode((authority.dir / "vote.p7s").read_bytes()).decode()


def vote(authority, identity, approval, choice, signature=None):
    if signature is None:
        status, seen = call(authority, identity, "GET", f"/v1/approvals/{approval}")
        assert status == 200 and "to_sign" in seen, (status, seen)
        signature = openssl_vote(authority, identity, seen["to_sign"][choice])
    return call(authority, identity, "POST", f"/v1/approvals/{approval}/votes", {"vote": choice, "signature": signature})


def denied(answer, rule):
    status, body = answer
    assert status == 403 and body["rule"] == rule, (rule, answer)


def leaves(authority, kind):
    return [leaf for leaf in authority_leaves(authority) if leaf["type"] == kind]


def authority_leaves(authority):
    return [json.loads(base64.b64decode(leaf)) if isinstance(leaf, str) else leaf for leaf in authority.ledger()]
