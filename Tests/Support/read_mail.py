"""Reads a mail with Python's parser and prints what it found as JSON: a second opinion."""
import email
import email.policy
import json
import sys

with open(sys.argv[1], "rb") as file:
    raw = file.read()
mail = email.message_from_bytes(raw, policy=email.policy.default)
parts = list(mail.walk())
print(json.dumps({
    "headers": [[name, str(value)] for name, value in mail.items()],
    "types": [part.get_content_type() for part in parts],
    "text": mail.get_body(("plain",)).get_content(),
    "html": mail.get_body(("html",)).get_content() if mail.get_body(("html",)) else None,
    "to": [[a.display_name, a.addr_spec] for a in mail["To"].addresses],
    "defects": [str(d) for part in parts for d in part.defects]
               + [str(d) for value in mail.values() for d in value.defects],
    "longestLine": max(len(line) for line in raw.split(b"\r\n")),
    "bareLineEnds": raw.replace(b"\r\n", b"").count(b"\n") + raw.replace(b"\r\n", b"").count(b"\r"),
    "isASCII": all(byte < 128 for byte in raw),
}))
