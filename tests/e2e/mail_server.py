#!/usr/bin/python3
"""A real SMTP server for tests (aiosmtpd): STARTTLS and a password before any mail. Mails go into a folder, one file each.

  mail_server.py PORT FOLDER CERTIFICATE KEY USER PASSWORD

Prints "ready", its port (a free one for PORT 0) and its process id once it listens.

Whoever is called "bounce" has no mailbox here (550); whoever is called "later" has none the first two times (451), and
"slow" is taken after two seconds."""
import asyncio
import itertools
import os
import pathlib
import socket
import ssl
import sys
import time

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult

port, folder, certificate, key, user, password = int(sys.argv[1]), pathlib.Path(sys.argv[2]), *sys.argv[3:]
if not port:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
numbers, puts_off = itertools.count(1), {}


class Handler:
    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("bounce@"):
            return "550 5.1.1 no such mailbox"
        if address.startswith("later@"):
            puts_off[address] = puts_off.get(address, 0) + 1
            if puts_off[address] <= 2:
                return "451 4.3.2 try again later"
        if address.startswith("slow@"):
            await asyncio.sleep(2)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        (folder / f"{next(numbers):04}.eml").write_bytes(envelope.content)
        return "250 OK"


def authenticate(server, session, envelope, mechanism, data):
    return AuthResult(success=data.login == user.encode() and data.password == password.encode())


class Server(Controller):
    def factory(self):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        return SMTP(self.handler, hostname="localhost", tls_context=context, require_starttls=True, auth_required=True,
                    auth_require_tls=True, authenticator=authenticate)


server = Server(Handler(), hostname="127.0.0.1", port=port)
server.start()
print("ready", port, os.getpid(), flush=True)
while True:
    time.sleep(3600)
