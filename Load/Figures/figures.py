"""Figures of one release service: what a refusal, a dry run and a dial-out cost it, in processor time and in bytes, and how long it takes to start big.

    BIN=.build/release python3 Load/Figures/figures.py          (all rows; or the names of some: refused dryrun store connected start)

Processor time is the service's own, of all its threads, from `/proc`; bytes are those of its file after a stop. TENANTS (100,000) of 10 users each are
what it starts with.
"""
import asyncio
import json
import os
import signal
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "Watching"))
from service import TOKEN, Service, fail

COUNT, TENANTS = int(os.environ.get("COUNT", 20_000)), int(os.environ.get("TENANTS", 100_000))
ANSWERS_AND_ENDS = "ring-after=0.01,answer-after=0.02,hang-up-after=0.05"


def processor(service):
    """Seconds of processor time that the service has used."""
    fields = open(f"/proc/{service.process.pid}/stat").read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


async def flood(service, connections, requests, wanted, rate=None):
    """Sends each request on one of so many connections, at most so many a second; the milliseconds of each answer, which must be the wanted one.
    One that is refused because the service has no time is sent again."""
    host, port = service.http.rsplit(":", 1)
    waiting, took, start = enumerate(requests), [], time.monotonic()

    async def client():
        reader, writer = await asyncio.open_connection(host, int(port))
        for place, (method, path, body, headers) in waiting:
            if rate:
                await asyncio.sleep(max(0, start + place / rate - time.monotonic()))
            body = json.dumps(body).encode()
            lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
            while True:
                began = time.monotonic()
                writer.write(f"{method} {path} HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {TOKEN}\r\nContent-Type: application/json\r\n{lines}"
                             f"Content-Length: {len(body)}\r\n\r\n".encode() + body)
                head = await reader.readuntil(b"\r\n\r\n")
                length = next((int(line[15:]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")), 0)
                text, status = await reader.readexactly(length), int(head[9:12])
                if status == wanted:
                    break
                if status != 503 or json.loads(text)["reason"] != "overloaded":
                    fail(f"{method} {path}: {status} {text[:500]}")
                await asyncio.sleep(0.2)
            took.append((time.monotonic() - began) * 1000)
        writer.close()

    await asyncio.gather(*(client() for _ in range(connections)))
    return sorted(took)


def cost(service, name, connections, requests, wanted):
    count, before, began = len(requests), processor(service), time.monotonic()
    took = asyncio.run(flood(service, connections, requests, wanted))
    used, seconds = processor(service) - before, time.monotonic() - began
    print(f"{name}, {connections} connections: {used / count * 1e6:.0f} us of processor each, p50 {took[count // 2]:.1f} ms, "
          f"p99 {took[count * 99 // 100]:.1f} ms, {count / seconds:.0f} a second", flush=True)


def number(place):
    """A number whose last four digits tell the far end nothing."""
    return f"+1206{200 + place // 1000}7{place % 1000:03}"


def dial(place, number, key=None):
    return ("POST", f"/v1/meetings/m{place}/dial-outs", {"kind": "callMeAt", "organizer": "alice@t0.example", "number": number},
            {"Idempotency-Key": key} if key else {})


def refused():
    """A call that no route matches: the policy has no usage for it, and the licence leaves no other carrier."""
    service = Service()
    try:
        service.configure(["t0"])
        service.must("POST", "/v1/tenants/t0/commands", b'Set-CsOnlineVoiceRoute -Identity "International" -NumberPattern "^\\+1425"', {"Content-Type": "text/plain"})
        for connections in (16, 128):
            requests = [dial(place, number(place + connections * 2000)) for place in range(COUNT)]
            cost(service, "a refused request, durable", connections, requests, 403)
    finally:
        service.end()


def dryrun():
    service = Service()
    try:
        service.configure(["t0"])
        requests = [("POST", "/v1/tenants/t0/route-tests", {"organizer": "alice@t0.example", "number": number(place)}, {}) for place in range(COUNT)]
        cost(service, "a dry run", 128, requests, 200)
    finally:
        service.end()


def stored(service):
    """Stops the service; the bytes that its store has afterwards."""
    service.process.send_signal(signal.SIGTERM)
    service.process.wait(60)
    return sum(os.path.getsize(f"{service.folder}/data/{name}") for name in os.listdir(service.folder + "/data") if name.startswith("dialout.db"))


def again(service):
    service.process = service.begin(["serve", "--data", service.folder + "/data", "--http", service.http, "--sip", "127.0.0.1:15060", "--drain-seconds", "1"], "log")
    began = time.monotonic()
    while True:
        try:
            if service.ask("GET", "/readyz")[0] == 200:
                return time.monotonic() - began
        except OSError:
            pass
        if service.process.poll() is not None or time.monotonic() - began > 120:
            fail("the service does not start again: " + open(service.folder + "/log").read()[-2000:])
        time.sleep(0.01)


def store():
    """Calls with a key each that ring, are answered and hung up, without a session description from the meeting."""
    service = Service(behaviour=ANSWERS_AND_ENDS)
    try:
        service.configure(["t0"])
        before, calls = stored(service), min(COUNT, 5_000)
        again(service)
        asyncio.run(flood(service, 8, [dial(place, number(place), f"key-{place}") for place in range(calls)], 202, rate=200))
        until = time.monotonic() + 60
        while service.live() > 0:
            if time.monotonic() > until:
                fail("calls are still up")
            time.sleep(0.2)
        ends = service.must("GET", "/v1/dial-outs/summary?by=outcome")
        print(f"outcomes: {json.dumps(ends)[:300]}")
        print(f"the store: {(stored(service) - before) / calls:.0f} bytes a dial-out, of {calls} with a key", flush=True)
        again(service)
    finally:
        service.end()


def connected():
    """Calls that are answered and talk on, each with a session description of the meeting's."""
    service = Service(behaviour="ring-after=0.01,answer-after=0.02")
    sdp = "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 40000 RTP/AVP 0 8 101\r\na=rtpmap:101 telephone-event/8000\r\n"
    try:
        service.configure(["t0"])

        def talk(first, calls):
            requests = [dial(place, number(place), None) for place in range(first, first + calls)]
            for request in requests:
                request[2]["sdp"] = sdp
            asyncio.run(flood(service, 8, requests, 202, rate=200))
            until = time.monotonic() + 60
            while (talking := service.live(["connected"])) < first + calls:
                if time.monotonic() > until:
                    fail(f"{talking} of {first + calls} calls are connected")
                time.sleep(0.2)
            time.sleep(2)
            return service.resident()

        before = talk(0, 1_000)
        calls = min(COUNT, 10_000)
        print(f"a connected call: {(talk(1_000, calls) - before) / calls:.0f} bytes resident, of {calls} beside 1,000", flush=True)
    finally:
        service.end()


def start():
    service = Service()
    try:
        tenants = [("PUT", f"/v1/tenants/t{place}", {"displayName": f"T {place}", "country": "US"}, {}) for place in range(TENANTS)]
        asyncio.run(flood(service, 16, tenants, 201))
        document = service.must("GET", "/v1/tenants/t0/document")

        def users(place):
            tenant = {**document["tenant"], "id": f"t{place}", "displayName": f"T {place}"}
            tenant["bridge"] = {**tenant.get("bridge", {}), "identity": f"t{place}"}
            return {**document, "tenant": tenant, "users": [
                {"upn": f"user{user}@t{place}.example", "displayName": f"User {user}", "licences": ["OperatorConnectConferencing"], "groups": [],
                 "audioConferencingEnabled": True, "grants": {}} for user in range(10)]}

        asyncio.run(flood(service, 16, (("PUT", f"/v1/tenants/t{place}/document", users(place), {}) for place in range(TENANTS)), 200))
        stored(service)
        seconds = again(service)
        print(f"a start with {TENANTS} tenants of 10 users: {seconds:.1f} s, {processor(service):.1f} s of processor, {service.resident() / 1e6:.0f} MB resident", flush=True)
    finally:
        service.end()


for name in sys.argv[1:] or ["refused", "dryrun", "store", "connected", "start"]:
    globals()[name]()
