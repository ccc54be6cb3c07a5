"""How long a start takes that converts a store of version 3: DIALOUTS (1,000,000) dial-outs of five events each, made from one call in the file that
that version left (Tests/StoreTests/Golden).

    BIN=.build/release python3 Load/Store/conversion.py          DIALOUTS=1000000, FOLDER (where there is room for 20 KB a dial-out)

The processor time is the service's own. Afterwards every dial-out is there, the newest with its story, and the earlier file is kept beside.
"""
import hashlib
import json
import os
import shutil
import signal
import sqlite3
import struct
import subprocess
import sys
import tempfile
import time
import urllib.request

HERE = os.path.dirname(os.path.abspath(__file__))
GOLDEN, BIN = os.path.join(HERE, "..", "..", "Tests", "StoreTests", "Golden"), os.environ["BIN"]
COUNT, HTTP, TOKEN = int(os.environ.get("DIALOUTS", 1_000_000)), "127.0.0.1:18080", "conversion-0123456789abcdef"
LIMIT = float(os.environ.get("SECONDS", 60))


def row_sum(table, *columns):
    """Docs/decisions/sums-of-rows.md: each column behind its type and length."""
    text = []
    for value in (table, *columns):
        if value is None:
            tag, data = 0, b""
        elif isinstance(value, int):
            tag, data = 1, struct.pack("<q", value)
        elif isinstance(value, str):
            tag, data = 2, value.encode()
        else:
            tag, data = 3, value
        text.append(struct.pack("<Q", tag << 56 | len(data)) + data)
    return struct.unpack("<q", hashlib.sha256(b"".join(text)).digest()[:8])[0]


def fill(path):
    """Adds the dial-outs, each a copy of the golden file's longest story under an identifier of its own."""
    database = sqlite3.connect(path, isolation_level=None)
    database.execute("PRAGMA synchronous = OFF")
    (known,) = database.execute("SELECT dialOut FROM event GROUP BY dialOut ORDER BY count(*) DESC LIMIT 1").fetchone()
    events = database.execute("SELECT sequence, tenant, operator, body FROM event WHERE dialOut = ? ORDER BY place", (known,)).fetchall()
    record = database.execute("SELECT tenant, meeting, organizer, operator, state, body FROM dialOut WHERE id = ?", (known,)).fetchone()
    (place,) = database.execute("SELECT max(place) FROM event").fetchone()
    high, low = struct.unpack(">QQ", known)
    database.execute("BEGIN")
    for number in range(1, COUNT + 1):
        blob = struct.pack(">QQ", high + (number << 12), low)
        old, new = known.hex().encode(), blob.hex().encode()
        for sequence, tenant, operator, body in events:
            place += 1
            columns = (place, blob, sequence, tenant, operator, body.replace(old, new))
            database.execute("INSERT INTO event VALUES (?, ?, ?, ?, ?, ?, ?)", (*columns, row_sum("event", *columns)))
        tenant, meeting, organizer, operator, state, body = record
        columns = (blob, tenant, meeting, organizer, operator, state, body.replace(old, new))
        database.execute("INSERT INTO dialOut VALUES (?, ?, ?, ?, ?, ?, ?, ?)", (*columns, row_sum("dialOut", *columns)))
    state = list(database.execute("SELECT * FROM state").fetchone())
    state[3] = place
    order = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]
    database.execute("UPDATE state SET lastPlace = ?, sum = ?", (place, row_sum("state", *(state[index] for index in order))))
    database.execute("COMMIT")
    database.close()
    return new.decode()


def export(service):
    """All records as NDJSON: how many, milliseconds to the first byte, and how many more bytes the service holds meanwhile."""
    def resident():
        return next(int(line.split()[1]) * 1024 for line in open(f"/proc/{service.pid}/status") if line.startswith("VmRSS:"))
    request = urllib.request.Request(f"http://{HTTP}/v1/dial-outs", headers={"Authorization": "Bearer " + TOKEN, "Accept": "application/x-ndjson"})
    before = most = resident()
    began, count = time.monotonic(), 0
    with urllib.request.urlopen(request, timeout=60) as answer:
        rest = answer.read(1)
        first = (time.monotonic() - began) * 1000
        while piece := answer.read(1 << 20):
            count += piece.count(b"\n")
            most = max(most, resident())
    print(f"{count} records exported in {time.monotonic() - began:.1f} s, first byte after {first:.0f} ms, {(most - before) / 1024:.0f} KiB more resident")
    return count


def ask(path):
    request = urllib.request.Request(f"http://{HTTP}{path}", headers={"Authorization": "Bearer " + TOKEN})
    with urllib.request.urlopen(request, timeout=10) as answer:
        return answer.read()


def main():
    folder = tempfile.mkdtemp(prefix="dialout-conversion-", dir=os.environ.get("FOLDER"))
    os.chmod(folder, 0o700)
    service = None
    try:
        file = folder + "/dialout.db"
        shutil.copy(GOLDEN + "/version3.db", file)
        shutil.copy(GOLDEN + "/version3.key", folder + ".key")
        os.chmod(folder + ".key", 0o600)
        newest = fill(file)
        size = os.path.getsize(file)
        began = time.monotonic()
        service = subprocess.Popen(
            [BIN + "/dialout", "serve", "--data", folder, "--http", HTTP, "--sip", "127.0.0.1:15060", "--drain-seconds", "1"],
            env={**os.environ, "DIALOUT_BOOTSTRAP_TOKEN": TOKEN, "DIALOUT_KEY_FILE": folder + ".key"}, stderr=open(folder + "/log", "w"))
        while True:
            try:
                ask("/readyz")
                break
            except OSError:
                if service.poll() is not None:
                    sys.exit("FAILED: the service has ended: " + open(folder + "/log").read()[-2000:])
                time.sleep(0.05)
        seconds = time.monotonic() - began
        fields = open(f"/proc/{service.pid}/stat").read().rsplit(")", 1)[1].split()
        used = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
        found = json.loads(ask(f"/v1/dial-outs/{newest}"))
        if found["state"] != "ended" or not os.path.exists(file + ".version3"):
            sys.exit(f"FAILED: {found}")
        print(f"{COUNT} dial-outs of 5 events, {size / 1e9:.2f} GB, converted to {os.path.getsize(file) / 1e9:.2f} GB: "
              f"{seconds:.1f} s to /readyz, {used:.1f} s of processor")
        if export(service) < COUNT:
            sys.exit("FAILED: not every record is exported")
        if os.environ.get("GATE") and seconds > LIMIT:
            sys.exit(f"FAILED: more than {LIMIT} s")
    finally:
        if service:
            service.send_signal(signal.SIGTERM)
            service.wait(60)
        shutil.rmtree(folder, ignore_errors=True)
        if os.path.exists(folder + ".key"):
            os.remove(folder + ".key")


main()
