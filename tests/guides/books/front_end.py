"""front-end.md against the demo, as it says."""
from demo import demo
from reading import QUIET

SERIAL = r'"serial": ?"([0-9a-f]{38})"'


def read(r, build):
    with demo(r, build):
        issuing(r)
        reading_and_revoking(r)
        many(r)
        r.read("api $INKAN_API/v1/certificates/$serial/renewal", r'"renew_now": ?true')  # it is revoked
        last = r.read("api $INKAN_API/v1/events", r'"cert\.issue"').json()["items"][-1]["index"]
        waited = r.read("api -H 'Prefer: wait=20'", r'"items"', put={"1234": last - 1}).json()
        assert [item["index"] for item in waited["items"]] == [last], (last, waited)
        subscribers(r)
        sessions(r)
        rest(r)
        published(r)


def issuing(r):
    r.read(". build/demo/env", QUIET)
    r.read("api() {", QUIET)
    r.read("openssl req -new", r"^-----$")
    r.read("printf '{\"profile\"", QUIET)
    serial = r.read("api -H 'Content-Type: application/json' -H 'Idempotency-Key: alice-2026-1' --data", r'"certificate": ?"-----BEGIN CERT').find(SERIAL)
    r.read("api -H 'Content-Type: application/json' -H 'Accept: application/pem", QUIET)
    r.read("openssl verify -x509_strict", r"^alice\.pem: OK$")
    r.do("certtool --verify --load-ca-certificate $INKAN_ROOT --infile alice.pem")
    same = r.read("api -H 'Content-Type: application/json' -H 'Idempotency-Key: alice-2026-1' -H 'Prefer: wait=5'", r'"receipt": ?"c2sp.org/tlog-proof@v1')
    assert same.find(SERIAL) == serial, "the same key, another certificate"
    dry = r.read("api -H 'Content-Type: application/json' --data-binary @alice.json $INKAN_API/v1/certificates/dry-run", r'"verdicts"').json()
    assert dry["denial"] is None and {"rule", "clause", "result", "detail"} <= set(dry["verdicts"][0]), dry
    r.do(f"base64 -d >tbs.der <<<{dry['tbs']}")
    r.inline("openssl asn1parse -inform DER", r"UTF8STRING +:alice01$", add=" <tbs.der")


def reading_and_revoking(r):
    r.read("serial=$(openssl x509", QUIET)
    r.read("api $INKAN_API/v1/certificates/$serial", r'"status": ?"valid"')
    r.read('api "$INKAN_API/v1/certificates?status=valid', r'"subject": ?"CN=alice01"')
    r.read("api -H 'Content-Type: application/json' -H 'Idempotency-Key: alice-2026-1-revoke' -d", r'"status": ?"revoked"')
    seen = r.read("api -H 'Content-Type: application/json' -H 'Idempotency-Key: alice-2026-1-revoke' -H 'Prefer: wait=5'", r'"published"').json()
    assert seen["published"]["crl"]["number"] >= 1 and seen["published"]["ocsp_from"] and seen["receipt"], seen


def many(r):
    """Two to lose, and their list."""
    for name in ("bob", "carol"):
        r.do(f"openssl req -new -key alice.key -subj /CN={name}01 -out {name}.csr && inkan issue --as web-tier --csr {name}.csr --out {name}.pem")
    r.do("for each in bob carol; do openssl x509 -in $each.pem -noout -serial | cut -d= -f2 | tr A-F a-f; done >serials.txt")
    first, second = r.do("cat serials.txt").split()
    preview = r.read("api -H 'Content-Type: application/json' -d '{\"serials\"", r'"totals"', put={"01a2…": first, "01a3…": second}).json()
    assert preview["sha256"] == r.inline("LC_ALL=C sort -u serials.txt | sha256sum", r"^[0-9a-f]{64} ").split()[0], preview
    assert [item["outcome"] for item in preview["items"]] == ["revoked"] * 2, preview
    r.read("inkan revoke --as web-tier --file serials.txt", r"^would be revoked +2$")
    r.do(f"inkan show {first} --as web-tier | grep -w valid")
    r.read("inkan revoke --as web-tier --file serials.txt --reason keyCompromise --yes", r"^revoked +2$")
    r.do(f"inkan show {first} --as web-tier | grep keyCompromise")


def subscribers(r):
    r.read("company=$(inkan org add", QUIET)
    r.read("(umask 077; printf", QUIET)
    r.read("inkan user add --as bank-staff master1", r"master1")
    more_users(r)
    r.read("user() {", QUIET)
    r.read("ticket=$(user sessions", QUIET)
    r.read("user session/password", r'"state"')
    r.read("user enrolments -H", QUIET)
    r.read("id=$(jq -r .id enrolment.json)", QUIET)
    r.read("openssl req -new", r"^-----$")
    r.read("jq -n --rawfile csr", QUIET)
    r.read("jq -r .certificate.certificate", QUIET)
    r.do("openssl verify -x509_strict -purpose sslclient -CAfile $INKAN_ROOT -untrusted alice.pem user.pem")
    r.do("openssl x509 -in user.pem -noout -subject | grep 'CN = master1' | grep serialNumber")
    r.read("printf 'INKAN INSTALLED v1", QUIET)
    r.read("signature=$(openssl dgst", QUIET)
    r.read("user enrolments/$id/confirm", r'"state": ?"confirmed"')
    r.inline("inkan enrolment list USER_ID", r"confirmed", put={"USER_ID": "master1"}, add=" --as bank-staff")


def sessions(r):
    r.read("shown=$(jq", QUIET)
    r.read("user shown-certificates", r'"status": ?"valid"')
    r.read("login=$(user sessions", QUIET)
    r.read("mine() {", QUIET)
    r.read("mine session", r'"user_id": ?"master1"')
    r.read("mine users -d", QUIET)
    r.read("taro=$(jq", QUIET)
    r.read("mine users", r'"user_id": ?"taro009"')
    r.read("mine users/$taro", r'"user_id": ?"taro009"')
    r.read("mine users/$taro/change", r'"mail": ?"taro\.mihon@kaisha\.example"')
    r.read("mine users/$taro/release", r'"rule": ?"user\.not-locked"')


def rest(r):
    r.read("user enrolments -d", QUIET)
    r.read("user enrolments/$(jq -r .id first.json)/cancel", r'"state": ?"cancelled"')
    r.read("user enrolments -d", QUIET)
    r.read("second() {", QUIET)
    r.read("openssl req -new", r"^-----$")
    r.read("jq -n --rawfile csr taro.csr", r"\Aissued_unconfirmed$")
    r.read("second decline", r'"state": ?"declined"')
    r.read("staff() {", QUIET)
    r.read("staff $INKAN_API/v1/organisations", r'"name"')
    r.read("staff -d '{\"name\"", r'"id"')
    r.read('staff "$INKAN_API/v1/users?user_id=master1"', r'"user_id": ?"master1"')
    r.read("staff $INKAN_API/v1/users/$taro/enrolments", r'"declined"')
    r.read("staff $INKAN_API/v1/users/$taro/history", r"user\.create")
    r.read("staff -d '{\"application\"", r'"items": ?\[')
    r.read("mine users/$taro/delete", r'"state": ?"deleted"')
    r.read("mine session/end", r".")
    r.read("held=$(api", QUIET)
    r.read("api -H 'Content-Type: application/json' -d '{\"reason\":\"certificateHold\"", r'"status": ?"held"')
    r.read("api -H 'Content-Type: application/json' -d '{}'", r'"status": ?"valid"')


def more_users(r):
    """A file of them; a bad row changes nothing. Under the demo's pack they are master users."""
    r.do("printf '%s\\n' user_id,kind,name,mail,password >users.csv")
    good, bad = "master2,master,見本 次郎,jiro@kaisha.example,himitsu2", "x,master,見本 三郎,saburo@kaisha.example,himitsu3"
    r.do(f"printf '%s\\n' '{good}' '{bad}' >>users.csv")
    r.inline("inkan user import users.csv", r"^  line 3: ", status=1, add=" --as bank-staff")
    r.do("! inkan user show master2 --as bank-staff; sed -i '$d' users.csv")
    r.inline("inkan user import users.csv", r"master2|^registered +1", add=" --as bank-staff")
    r.inline("inkan user history USER_ID", r"user\.create", put={"USER_ID": "master2"}, add=" --as bank-staff")


def published(r):
    r.read("api $INKAN_API/v1/profiles", r'"client-auth"')
    r.read("api $INKAN_API/v1/authorities", r'"id": ?"issuing"')
    r.read("api $INKAN_API/v1/profiles/client-auth", r"days = 366")
    r.read("curl -s $INKAN_PUBLIC/ca/root.pem", r"\A-----BEGIN CERTIFICATE-----$")
    serial = r.do("echo $serial").strip()
    r.read("curl -s $INKAN_PUBLIC/crl/issuing.crl", rf"Serial Number: {serial}$")
    r.read("curl -s $INKAN_PUBLIC/readyz", r"\Aready$")
    r.read("curl -s $INKAN_PUBLIC/ca/issuing.pem", QUIET)
    r.read("openssl ocsp", r"^Response verify OK\nalice.pem: revoked$")
    r.told("npm --prefix api/client ci", "tests/run")
    r.told("npm --prefix api/client run build", "tests/run")
