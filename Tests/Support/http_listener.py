"""A webhook receiver for tests: prints its port, writes a JSON line for each request to a log.

Ends when its standard input closes. The path says how it answers. It checks signatures by itself.
"""
import argparse
import email.utils
import hashlib
import hmac
import json
import os
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


def verified(headers, body):
    """What docs/notifications.md tells receivers to do."""
    try:
        fields = dict(part.split("=", 1) for part in headers["Signet-Signature"].split(","))
        signed = fields["t"].encode() + b"." + body
        wanted = hmac.new(args.secret.encode(), signed, hashlib.sha256).hexdigest()
        return hmac.compare_digest(wanted, fields["v1"])
    except (KeyError, ValueError, AttributeError):
        return False


class Receiver(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        with lock, open(args.log, "a") as log:
            log.write(json.dumps({
                "path": self.path, "body": body.decode(), "verified": verified(self.headers, body),
                "contentType": self.headers.get("Content-Type"),
                "signature": self.headers.get("Signet-Signature")}) + "\n")
        word = self.path.split("/")[1]
        if word == "slow":
            time.sleep(120)
        self.send_response({"slow": 200, "huge": 200, "busy": 429, "date": 503, "long": 503}.get(word) or int(word))
        if word == "302":
            self.send_header("Location", "/200")
        if word == "busy":
            self.send_header("Retry-After", "120")
        if word == "date":
            self.send_header("Retry-After", email.utils.formatdate(time.time() + 300, usegmt=True))
        if word == "long":
            self.send_header("Retry-After", "999999")
        answer = b"x" * (8 << 20) if word == "huge" else b"the answer\nof " + word.encode()
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        try:
            self.wfile.write(answer)
        except OSError:
            pass  # the sender had enough

    def log_message(self, *arguments):
        pass


parser = argparse.ArgumentParser()
parser.add_argument("--log", required=True)
parser.add_argument("--secret", default="")
args = parser.parse_args()
lock = threading.Lock()
server = ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
server.daemon_threads = True
threading.Thread(target=server.serve_forever, daemon=True).start()
print(server.server_address[1], flush=True)
sys.stdin.read()
os._exit(0)
