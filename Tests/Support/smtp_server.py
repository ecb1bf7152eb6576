"""A mail server for tests: prints its port, keeps each mail it takes as <n>.eml and <n>.json.

Ends when its standard input closes. Recipients whose address begins with a reply code
(`550-nobody@…`, `451-busy@…`) are answered with it; a subject with `reply-554` is refused at the end.
"""
import argparse
import asyncio
import json
import os
import ssl
import sys

try:
    from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword
except ImportError:
    sys.exit("aiosmtpd is missing; hint: apt-get install python3-aiosmtpd, or scripts/setup")


class Keeper:
    def __init__(self, folder):
        self.folder, self.count = folder, 0

    async def handle_RCPT(self, server, session, envelope, address, options):
        code = address.split("-")[0]
        if code.isdigit():
            return f"{code} this address answers {code}"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        if b"reply-554" in envelope.content:
            return "554 this mail is refused"
        self.count += 1
        name = os.path.join(self.folder, str(self.count))
        with open(name + ".eml", "wb") as file:
            file.write(envelope.original_content)
        with open(name + ".json", "w") as file:
            json.dump({
                "from": envelope.mail_from, "to": envelope.rcpt_tos,
                "encrypted": session.ssl is not None or args.mode == "tls",
                "user": session.auth_data.login.decode() if session.auth_data else None}, file)
        return "250 OK"


def authenticate(server, session, envelope, mechanism, data):
    wanted = args.login.split(":")
    good = isinstance(data, LoginPassword) and [data.login.decode(), data.password.decode()] == wanted
    return AuthResult(success=good, handled=False, auth_data=data if good else None)


def make():
    options = {"hostname": "localhost", "timeout": 20}
    if args.login:
        options.update(authenticator=authenticate, auth_required=True,
                       auth_require_tls=args.mode == "starttls")
    if args.mode == "starttls":
        options.update(tls_context=context, require_starttls=True)
    return SMTP(keeper, **options)


async def main():
    server = await asyncio.get_running_loop().create_server(
        make, "127.0.0.1", 0, ssl=context if args.mode == "tls" else None)
    print(server.sockets[0].getsockname()[1], flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    os._exit(0)


parser = argparse.ArgumentParser()
parser.add_argument("--folder", required=True)
parser.add_argument("--mode", choices=["plain", "starttls", "tls"], default="plain")
parser.add_argument("--certificate")
parser.add_argument("--key")
parser.add_argument("--login")
args = parser.parse_args()
keeper = Keeper(args.folder)
context = None
if args.certificate:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(args.certificate, args.key)
asyncio.run(main())
