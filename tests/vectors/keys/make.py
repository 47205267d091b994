#!/usr/bin/python3
"""Writes the made-up RSA keys of this folder: primes by `openssl prime`, the rest is arithmetic. See ORIGIN.md."""
import base64
import math
import pathlib
import secrets
import subprocess

here = pathlib.Path(__file__).parent


def tlv(tag, content):
    n = len(content)
    length = bytes([n]) if n < 128 else (lambda b: bytes([0x80 | len(b)]) + b)(n.to_bytes((n.bit_length() + 7) // 8, "big"))
    return bytes([tag]) + length + content


def integer(n):
    return tlv(2, n.to_bytes(n.bit_length() // 8 + 1, "big"))


def write(name, n, e=65537):
    algorithm = tlv(0x30, bytes.fromhex("06092a864886f70d0101010500"))
    spki = tlv(0x30, algorithm + tlv(3, b"\0" + tlv(0x30, integer(n) + integer(e))))
    text = base64.encodebytes(spki).decode().replace("\n", "")
    lines = "\n".join(text[i:i + 64] for i in range(0, len(text), 64))
    (here / name).write_text(f"-----BEGIN PUBLIC KEY-----\n{lines}\n-----END PUBLIC KEY-----\n")


def prime(bits):
    return int(subprocess.check_output(["openssl", "prime", "-generate", "-hex", "-bits", str(bits)]), 16)


def is_prime(n):
    return b"is prime" in subprocess.check_output(["openssl", "prime", str(n)])


def next_prime(n):
    n |= 1
    while pow(2, n - 1, n) != 1 or not is_prime(n):
        n += 2
    return n


def modulus(bits):
    while True:
        n = prime(bits // 2) * prime(bits - bits // 2)
        if n.bit_length() == bits:
            return n


def times(factor, bits):
    while True:
        n = factor * secrets.randbits(bits - factor.bit_length() + 1)
        if n.bit_length() == bits and all(n // factor % p for p in range(2, 800)):
            return n


def fermat(rounds):
    """Two primes that Fermat's method finds in about so many rounds: their difference is sqrt(8 rounds sqrt(n))."""
    p = prime(1024)
    q = next_prime(p + math.isqrt(8 * rounds * p))
    a, tries = math.isqrt(p * q) + 1, 1
    while math.isqrt(a * a - p * q) ** 2 != a * a - p * q:
        a, tries = a + 1, tries + 1
    return p * q, tries


good = modulus(2048)
write("good-2048.pem", good)
write("good-2056.pem", modulus(2056))
write("good-3072.pem", modulus(3072))
write("good-4096.pem", modulus(4096))
write("short-1024.pem", modulus(1024))
write("short-2040.pem", modulus(2040))
write("odd-size-2052.pem", modulus(2052))
write("long-4104.pem", modulus(4104))
write("huge-8200.pem", modulus(8200))
write("exponent-3.pem", good, 3)
write("exponent-65535.pem", good, 65535)
write("exponent-65538.pem", good, 65538)
write("exponent-65539.pem", good, 65539)
write("exponent-256-bits.pem", good, 2**255 + 1)
write("exponent-257-bits.pem", good, 2**256 + 1)
write("even.pem", times(2, 2048))
write("small-factor-3.pem", times(3, 2048))
write("small-factor-751.pem", times(751, 2048))
write("factor-757.pem", times(757, 2048))
write("square.pem", prime(1024) ** 2)
for wanted in (1, 90, 130):
    n, tries = fermat(wanted)
    print(f"fermat-round-{wanted}.pem: found in round {tries}")
    write(f"fermat-round-{wanted}.pem", n)
