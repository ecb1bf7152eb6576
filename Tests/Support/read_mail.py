"""Reads a mail with Python's parser and prints what it found as JSON: a second opinion."""
import email
import email.policy
import json
import sys

with open(sys.argv[1], "rb") as file:
    raw = file.read()
mail = email.message_from_bytes(raw, policy=email.policy.default)
parts = list(mail.walk())


def body(kind):
    part = mail.get_body((kind,))
    return part.get_content().replace("\r\n", "\n") if part else None


print(json.dumps({
    "headers": [[name, str(value)] for name, value in mail.items()],
    "types": [part.get_content_type() for part in parts],
    "text": body("plain"),
    "html": body("html"),
    "to": [[a.display_name, a.addr_spec] for a in mail["To"].addresses],
    "defects": [str(d) for part in parts for d in part.defects]
               + [str(d) for value in mail.values() for d in value.defects],
    "longestLine": max(len(line) for line in raw.split(b"\r\n")),
    "bareLineEnds": raw.replace(b"\r\n", b"").count(b"\n") + raw.replace(b"\r\n", b"").count(b"\r"),
    "isASCII": all(byte < 128 for byte in raw),
}))
