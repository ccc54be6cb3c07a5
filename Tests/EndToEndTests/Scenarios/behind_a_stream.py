"""Asks for event streams by HEAD, and for exports and a backup behind an event stream; prints what others get meanwhile.

python3 behind_a_stream.py PORT TOKEN TENANT
"""

import http.client
import json
import socket
import sys
import time

port, token, tenant = int(sys.argv[1]), sys.argv[2], sys.argv[3]
FIELDS = {"Host": "a", "Authorization": "Bearer " + token}


def head(method, path, more=None):
    lines = [f"{method} {path} HTTP/1.1"] + [f"{name}: {value}" for name, value in {**FIELDS, **(more or {})}.items()]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def ask(path, more=None):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    connection.request("GET", path, headers={**FIELDS, **(more or {})})
    answer = connection.getresponse()
    text = answer.read().decode("latin-1")
    connection.close()
    return answer.status, text


def begun(path, more=None):
    """Asks until what was begun behind the stream has found that nobody takes it."""
    end = time.monotonic() + 20
    while (status := ask(path, more)[0]) in (409, 503) and time.monotonic() < end:
        time.sleep(0.1)
    return status


def figure(name):
    return next(line.split()[-1] for line in ask("/metrics")[1].split("\n") if line.startswith(name + " "))


def connect(requests):
    connection = socket.create_connection(("127.0.0.1", port), timeout=20)
    connection.sendall(requests)
    return connection


def read(connection, mark, count):
    text = b""
    while text.count(mark) < count:
        piece = connection.recv(65536)
        if not piece:
            break
        text += piece
    return text


events, records = f"/v1/events?tenant={tenant}", f"/v1/dial-outs?tenant={tenant}"
lines = {"Accept": "application/x-ndjson"}
heads = connect(head("HEAD", events) * 5)
answered = read(heads, b"\r\n\r\n", 5).count(b" 200 OK\r\n")
result = {"heads": answered, "subscribers": figure("dialout_event_subscribers")}
stream = connect(head("GET", events) + head("GET", records, lines) * 16 + head("GET", "/v1/backup"))
result["closes"] = b"\r\nConnection: close\r\n" in read(stream, b"\r\n\r\n", 1)
result["export"], result["backup"] = begun(records, lines), begun("/v1/backup")
print(json.dumps(result), flush=True)
