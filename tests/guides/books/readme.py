"""README.md's two commands; and what the first of them suggests to try, as it prints it."""
import re
import textwrap

from demo import TOP, demo
from guide import Guide
from reading import QUIET, Reading


def read(r, build):
    r.told("./packaging/quickstart", "tests/e2e/walk_through")
    with demo(r, build) as world:
        block = re.search(r"^It runs\. Try next.*?:\n\n(.*?)^$", world.said, re.M | re.S)[1]
        suggested = Reading(Guide("what packaging/quickstart prints", f"```sh\n{textwrap.dedent(block)}```\n"), TOP)
        suggested.session = r.session
        if build.is_relative_to(TOP):  # it names the programs from there
            suggested.paths = {f"{build.relative_to(TOP)}/": f"{build}/"}
        try_next(suggested)
        suggested.end()
        r.count["printed by it run"] = suggested.count["run"]
    r.nowhere("./tests/run", "it is what runs this")


def try_next(s):
    s.read(". ", QUIET)
    s.read("curl --cacert", r'"subject": ?"O=Inkan Demo, CN=demo01"')
    s.read("openssl req -new", r"^-----$")
    s.read("printf '{\"profile\"", r'"certificate": ?"-----BEGIN CERT')
    s.read(inkan(s) + " issue --as web-tier --csr", r"^serial +[0-9a-f]{38}$")
    s.do("openssl verify -x509_strict -purpose sslclient -CAfile $INKAN_ROOT -untrusted alice.pem alice.pem")
    s.read(inkan(s) + " revoke --as bank-staff", r"superseded|revoked")
    serial = s.do("openssl x509 -in alice.pem -noout -serial | cut -d= -f2").strip()
    # The CRL follows the revocation at once, but not within its answer.
    s.do(f"for i in {{1..50}}; do curl -s $INKAN_PUBLIC/crl/issuing.crl | openssl crl -inform DER -noout -text >crl.text; grep -q {serial} crl.text && break || sleep 0.2; done")
    s.read("curl -s $INKAN_PUBLIC/crl/issuing.crl", rf"Serial Number: {serial}$")
    s.read("curl -s $INKAN_PUBLIC/ca/issuing.pem", QUIET)
    s.read("openssl ocsp", r"^Response verify OK\nalice.pem: revoked$")
    company = s.read(inkan(s) + " org add", r"Example Company").find(r"([0-9a-f]{8}-[0-9a-f-]{27})")
    s.read("(umask 077; printf", QUIET)
    s.read(inkan(s) + " user add --as bank-staff master1", r"master1", put={"ID": company})
    s.read(inkan(s) + " issue --as auditor --csr alice.csr --dry-run", r"^pass ")
    s.read(inkan(s) + " verify --as auditor", r"GOOD")


def inkan(s):
    """The program, by the path that it is printed with."""
    return s.left[0].text.partition(" ")[0] if s.left else "inkan"
