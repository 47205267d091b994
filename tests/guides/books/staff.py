"""staff.md: a member of the bank's staff comes by the file for his browser."""
from demo import demo
from reading import QUIET


def read(r, build):
    with demo(r, build):
        r.do(". build/demo/env")
        r.read("openssl req -new", r"^-----$")
        # What the officers do with it: officer.md.
        approval = r.do("inkan roles grant ann --role bank-staff --csr ann.csr --reason new --as officer-1 --json | jq -r .id").strip()
        for officer in ("officer-1", "officer-2"):
            r.do(f"inkan approvals approve {approval} --as {officer}")
        r.do("inkan roles certificate ann --out ann.crt --as officer-1")
        r.read("openssl pkcs12 -export", r"Verifying - Enter Export Password:", typed=["secret1", "secret1"])
        r.do("openssl pkcs12 -in ann.p12 -info -noout -passin pass:secret1")
        # As a browser keeps it, by NSS; and what the page's listener makes of it.
        r.do("mkdir -p .pki/nssdb && certutil -N -d sql:.pki/nssdb --empty-password")
        r.do("HOME=$PWD")
        r.inline("pk12util -i ann.p12", r"PKCS12 IMPORT SUCCESSFUL", typed=["secret1"])
        r.do("certutil -L -d sql:.pki/nssdb | grep -w ann")
        r.do("curl -sSf --cacert $INKAN_ROOT --cert ann.p12:secret1 --cert-type P12 $INKAN_STAFF_PAGE | grep '窓口業務'")
