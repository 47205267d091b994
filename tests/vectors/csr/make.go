// Writes requests with Go's crypto/x509, and with its ASN.1 the shapes that no tool at hand writes.
package main

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"net"
	"net/url"
	"os"
	"path/filepath"
)

func must(err error) {
	if err != nil {
		panic(err)
	}
}

func write(name string, der []byte) { must(os.WriteFile(filepath.Join(os.Args[1], name), der, 0644)) }

func template() *x509.CertificateRequest {
	u, _ := url.Parse("spiffe://example.test/service")
	return &x509.CertificateRequest{
		Subject:        pkix.Name{CommonName: "go.example.test", Organization: []string{"Example"}, Country: []string{"JP"}, SerialNumber: "0042"},
		DNSNames:       []string{"go.example.test"},
		EmailAddresses: []string{"go@example.test"},
		IPAddresses:    []net.IP{net.ParseIP("192.0.2.9"), net.ParseIP("2001:db8::9")},
		URIs:           []*url.URL{u},
	}
}

func request(name string, t *x509.CertificateRequest, key crypto.Signer) {
	der, err := x509.CreateCertificateRequest(rand.Reader, t, key)
	must(err)
	write(name, der)
}

type attribute struct {
	Type   asn1.ObjectIdentifier
	Values []asn1.RawValue `asn1:"set"`
}
type info struct {
	Version    int
	Subject    asn1.RawValue
	Key        asn1.RawValue
	Attributes []attribute `asn1:"tag:0,set,omitempty"`
}
type certificationRequest struct {
	Info      info
	Algorithm pkix.AlgorithmIdentifier
	Signature asn1.BitString
}

// By hand: any version, subject and attributes over a P-256 key, truly signed.
func handmade(name string, version int, subject []byte, attributes []attribute) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	must(err)
	spki, err := x509.MarshalPKIXPublicKey(&key.PublicKey)
	must(err)
	i := info{version, asn1.RawValue{FullBytes: subject}, asn1.RawValue{FullBytes: spki}, attributes}
	der, err := asn1.Marshal(i)
	must(err)
	digest := sha256.Sum256(der)
	signature, err := ecdsa.SignASN1(rand.Reader, key, digest[:])
	must(err)
	out, err := asn1.Marshal(certificationRequest{i, pkix.AlgorithmIdentifier{Algorithm: asn1.ObjectIdentifier{1, 2, 840, 10045, 4, 3, 2}},
		asn1.BitString{Bytes: signature, BitLength: len(signature) * 8}})
	must(err)
	write(name, out)
}

func extensions(dns ...string) asn1.RawValue {
	var names []asn1.RawValue
	for _, d := range dns {
		names = append(names, asn1.RawValue{Class: 2, Tag: 2, Bytes: []byte(d)})
	}
	value, err := asn1.Marshal(names)
	must(err)
	der, err := asn1.Marshal([]pkix.Extension{{Id: asn1.ObjectIdentifier{2, 5, 29, 17}, Value: value}})
	must(err)
	return asn1.RawValue{FullBytes: der}
}

func main() {
	p256, _ := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	request("go-p256.der", template(), p256)
	_, ed, _ := ed25519.GenerateKey(rand.Reader)
	request("go-ed25519.der", template(), ed)
	r, _ := rsa.GenerateKey(rand.Reader, 2048)
	t := template()
	t.SignatureAlgorithm = x509.SHA256WithRSAPSS
	// Go 1.19 names RSASSA-PSS and signs with PKCS#1 v1.5: no verifier takes it.
	request("refused-go-rsa-pss.der", t, r)

	standard := asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 14}
	microsoft := asn1.ObjectIdentifier{1, 3, 6, 1, 4, 1, 311, 2, 1, 14}
	name, _ := asn1.Marshal(pkix.Name{CommonName: "shape"}.ToRDNSequence())
	bmp := []byte{0x30, 0x13, 0x31, 0x11, 0x30, 0x0f, 0x06, 3, 0x55, 4, 3, 0x1e, 8, 0x5c, 0x71, 0x75, 0x30, 0x59, 0x2a, 0x90, 0xce}
	teletex := []byte{0x30, 0x0f, 0x31, 0x0d, 0x30, 0x0b, 0x06, 3, 0x55, 4, 3, 0x14, 4, 'J', 0xfc, 'r', 'g'}
	nul := []byte{0x30, 0x0f, 0x31, 0x0d, 0x30, 0x0b, 0x06, 3, 0x55, 4, 3, 0x0c, 4, 'a', 0, '.', 'b'}
	one := func(t asn1.ObjectIdentifier, dns ...string) attribute { return attribute{t, []asn1.RawValue{extensions(dns...)}} }
	handmade("shape-microsoft-extensions.der", 0, name, []attribute{one(microsoft, "old.example.test")})
	handmade("shape-both-extensions.der", 0, name, []attribute{one(standard, "same.example.test"), one(microsoft, "same.example.test")})
	handmade("shape-bmp-subject.der", 0, bmp, nil)
	handmade("shape-teletex-subject.der", 0, teletex, nil)
	handmade("shape-no-attributes.der", 0, name, nil)
	handmade("refused-different-names.der", 0, name, []attribute{one(standard, "a.example.test"), one(microsoft, "b.example.test")})
	handmade("refused-two-extension-sets.der", 0, name, []attribute{{standard, []asn1.RawValue{extensions("a.test"), extensions("b.test")}}})
	handmade("refused-nul-in-name.der", 0, nul, nil)
	handmade("refused-nul-in-dns.der", 0, name, []attribute{one(standard, "bank.test\x00.evil.test")})
	handmade("refused-version-3.der", 2, name, nil)
}
