"""An export of many records: every record once, at flat memory.

    BIN=.build/release RECORDS=100000 python3 Load/Watching/exports.py

The records are refusals, kept by batches of 100. Each format is read twice, the second time by a reader that takes 1 MiB a second for a while; the
most memory that was resident while it was read is held against what was resident before. Bytes and counts are exact; the time until the first byte is
this machine's of now.
"""
import asyncio, json, os, socket, sys, time
from service import Service, TOKEN, fail

RECORDS = int(os.environ.get("RECORDS", 20_000))
LIMIT = 32 << 20


async def fill(service):
    host, port = service.http.rsplit(":", 1)
    queue = asyncio.Queue()

    async def caller():
        reader, writer = await asyncio.open_connection(host, int(port))
        while (place := await queue.get()) is not None:
            items = [{"kind": "callMeAt", "organizer": "alice@contoso.example", "number": "911", "displayName": f"n{place}-{item}"} for item in range(100)]
            body = json.dumps({"items": items}).encode()
            writer.write((f"POST /v1/meetings/m{place}/dial-outs HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {TOKEN}\r\n"
                          f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n").encode() + body)
            head = await reader.readuntil(b"\r\n\r\n")
            length = next(int(line[15:]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
            answer = json.loads(await reader.readexactly(length))
            if any(item["status"] != 403 for item in answer.get("items", [{"status": 503}])):
                queue.put_nowait(place)
                await asyncio.sleep(0.5)
        writer.close()

    for place in range(RECORDS // 100):
        queue.put_nowait(place)
    callers = [asyncio.create_task(caller()) for _ in range(2)]
    while not queue.empty():
        await asyncio.sleep(0.2)
    for _ in callers:
        queue.put_nowait(None)
    await asyncio.gather(*callers)


def read(service, accept, slow=False):
    """Bytes, lines, and seconds until the first byte of the answer."""
    host, port = service.http.rsplit(":", 1)
    with socket.create_connection((host, int(port))) as connection:
        if slow:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 16)
        began = time.monotonic()
        connection.sendall(
            f"GET /v1/dial-outs HTTP/1.1\r\nHost: a\r\nConnection: close\r\nAuthorization: Bearer {TOKEN}\r\nAccept: {accept}\r\n\r\n".encode())
        bytes, lines, first = 0, 0, None
        while part := connection.recv(1 << 18):
            if first is None:
                first = time.monotonic() - began
            bytes += len(part)
            lines += part.count(b'"id":"' if "json" in accept else b",contoso,911,")
            if slow and bytes < 8 << 20:
                time.sleep(len(part) / (1 << 20))
        return bytes, lines, first


service = Service()
try:
    service.configure(["contoso"])
    asyncio.run(fill(service))
    count = sum(row["count"] for row in service.must("GET", "/v1/dial-outs/summary?by=outcome")["rows"])
    for accept in ("text/csv", "application/x-ndjson"):
        for slow in (False, True):
            service.forget_peak()
            before = service.resident()
            bytes, lines, first = read(service, accept, slow)
            grown = service.resident(peak=True) - before
            print(f"{accept}{', a slow reader' if slow else ''}: {lines} records of {min(count, RECORDS)} or more, {bytes >> 20} MiB; "
                  f"resident {before >> 20} MiB before, at most {grown >> 10} KiB more meanwhile; first byte after {first * 1000:.0f} ms here and now")
            if lines < RECORDS or grown > LIMIT:
                fail(f"{lines} records, {grown >> 20} MiB more")
finally:
    service.end()
