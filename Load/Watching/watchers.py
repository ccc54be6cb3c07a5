"""1,000 watchers of event streams while dial-outs run: nothing lost, doubled or out of order.

    BIN=.build/release RATE=500 SECONDS_EACH=20 python3 Load/Watching/watchers.py

Ten watch everything, the others one of 99 tenants each, over the whole run and across the end of each call. What each has seen is held against the
log, read once more from its beginning. Figures are counts; the only limit beside them is the time in which all has to have come.
"""
import asyncio, collections, json, os, resource, sys, time
from service import Service, TOKEN, fail

RATE, SECONDS = int(os.environ.get("RATE", 100)), int(os.environ.get("SECONDS_EACH", 10))
WATCHERS, FIREHOSES, TENANTS = int(os.environ.get("WATCHERS", 1000)), 10, 99
resource.setrlimit(resource.RLIMIT_NOFILE, (min(8192, resource.getrlimit(resource.RLIMIT_NOFILE)[1]),) * 2)


class Watcher:
    """One stream, of which only the places are kept."""

    def __init__(self, tenant):
        self.tenant, self.seen, self.bytes, self.rest = tenant, [], 0, b""

    async def open(self, service, after=None):
        host, port = service.http.rsplit(":", 1)
        self.reader, self.writer = await asyncio.open_connection(host, int(port), limit=1 << 22)
        path = "/v1/events" + (f"?tenant={self.tenant}" if self.tenant else "")
        resume = f"Last-Event-ID: {after}\r\n" if after is not None else ""
        self.writer.write(f"GET {path} HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {TOKEN}\r\n{resume}Accept: text/event-stream\r\n\r\n".encode())
        head = await self.reader.readuntil(b"\r\n\r\n")
        if not head.startswith(b"HTTP/1.1 200"):
            fail(f"a stream is refused: {head[:200]}")
        self.task = asyncio.create_task(self.read())

    async def read(self):
        while part := await self.reader.read(1 << 18):
            self.bytes += len(part)
            text = self.rest + part
            end = text.rfind(b"\n") + 1
            self.rest = text[end:]
            self.take(text[:end])

    def take(self, text):
        self.seen += [int(line[4:]) for line in text.split(b"\n") if line.startswith(b"id: ")]


class Log(Watcher):
    """The log from its beginning, with whose each event is, and how many there are of each type."""

    def __init__(self):
        super().__init__(None)
        self.tenants, self.types, self.place = {}, collections.Counter(), 0

    def take(self, text):
        for line in text.split(b"\n"):
            if line.startswith(b"id: "):
                self.place = int(line[4:])
            elif line.startswith(b"data: {"):
                event = json.loads(line[6:])
                self.tenants[self.place] = event["tenant"]
                self.types[event["type"]] += 1
        super().take(text)


async def run(service):
    tenants = [f"t{place}" for place in range(TENANTS)]
    service.configure(tenants)
    watchers = [Watcher(None if place < FIREHOSES else tenants[place % TENANTS]) for place in range(WATCHERS)]
    for watcher in watchers:
        await watcher.open(service)
    begin = int(service.must("GET", "/v1/dial-outs?limit=1")["lastEventId"])
    accepted, refused = await service.dial(tenants, RATE, SECONDS)
    until = time.monotonic() + 60
    while service.live() > 0 and time.monotonic() < until:
        await asyncio.sleep(0.2)
    log = Log()
    await log.open(service, after=begin)
    settled = -1
    while time.monotonic() < until:
        total = sum(len(watcher.seen) for watcher in watchers) + len(log.seen)
        if total == settled:
            break
        settled = total
        await asyncio.sleep(2)
    wrong = 0
    for watcher in watchers:
        expected = [place for place in log.seen if watcher.tenant in (None, log.tenants.get(place))]
        if [place for place in watcher.seen if place > begin] != expected or watcher.task.done():
            wrong += 1
    rising = all(a < b for a, b in zip(log.seen, log.seen[1:]))
    print(f"{accepted} dial-outs at {RATE}/s ({refused} times refused for want of time and asked for again), {len(log.seen)} events, {len(watchers)} watchers: "
          f"{sum(len(watcher.seen) for watcher in watchers)} events and {sum(watcher.bytes for watcher in watchers) >> 20} MiB taken; "
          f"{wrong} watchers saw others, resident {service.resident() >> 20} MiB, peak {service.resident(peak=True) >> 20} MiB")
    if wrong or not rising or any(log.types[name] != accepted for name in ("accepted", "dialling", "attemptFailed", "ended")):
        fail(f"not all of it came once and in order: {dict(log.types)}")


service = Service()
try:
    asyncio.run(run(service))
finally:
    service.end()
