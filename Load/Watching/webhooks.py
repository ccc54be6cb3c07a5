"""100 webhook endpoints, of which 35 hang, fail, redirect, drip, answer a gigabyte, have a certificate that nobody vouches for, or lead to private
addresses by their name: the other 65 get every event, in order, and the deliveries that are counted are those that came.

    BIN=.build/release RATE=20 SECONDS_EACH=10 python3 Load/Watching/webhooks.py

As root: the service and the endpoints are in two network namespaces of their own, with public addresses on a link between them, so that the rule of
addresses is in force; nothing of the machine's own network is touched.
"""
import asyncio, collections, json, os, re, subprocess, sys, time

if os.environ.get("DIALOUT_WATCHING") != "inside":
    os.environ["DIALOUT_WATCHING"] = "inside"
    os.execvp("unshare", ["unshare", "-n", sys.executable, *sys.argv])

from service import Service, fail

RATE, SECONDS = int(os.environ.get("RATE", 10)), int(os.environ.get("SECONDS_EACH", 10))
HERE, THERE, PORT, TLS_PORT = "20.0.0.1", "20.0.0.2", 9000, 9001
BAD = {"hang": "timed out", "500": "500", "redirect": "307", "drip": "timed out", "huge": None, "tls": "TLS", "private": "private"}
EACH, GOOD = 5, 65


def link():
    """Another namespace, which lives as long as the process in it, and a link to it."""
    other = subprocess.Popen(["unshare", "-n", "sleep", "600"])
    while os.readlink(f"/proc/{other.pid}/ns/net") == os.readlink("/proc/self/ns/net"):
        time.sleep(0.01)
    inside = ["nsenter", "-t", str(other.pid), "-n"]
    for words in [
        ["ip", "link", "set", "lo", "up"], ["ip", "link", "add", "here", "type", "veth", "peer", "name", "there", "netns", str(other.pid)],
        ["ip", "addr", "add", HERE + "/24", "dev", "here"], ["ip", "link", "set", "here", "up"],
        inside + ["ip", "link", "set", "lo", "up"], inside + ["ip", "addr", "add", THERE + "/24", "dev", "there"],
        inside + ["ip", "link", "set", "there", "up"],
    ]:
        subprocess.run(words, check=True)
    return other, inside


def url(kind, place):
    if kind == "tls":
        return f"https://{THERE}:{TLS_PORT}/ok/tls{place}"
    return f"http://localhost:{PORT}/ok/private{place}" if kind == "private" else f"http://{THERE}:{PORT}/{kind}/{place}"


def is_in_order(sequences):
    """All four, each not before the one before it; one whose answer came too late is sent again."""
    highest = 0
    for sequence in sequences:
        if sequence > highest + 1:
            return False
        highest = max(highest, sequence)
    return highest == 4


def received(service):
    return [json.loads(line) for line in open(service.folder + "/received.jsonl") if line.endswith("\n")]


async def run(service):
    service.configure(["contoso"])
    hooks, ids = "/v1/tenants/contoso/webhooks", {}
    for kind, count in [("ok", GOOD)] + [(kind, EACH) for kind in BAD]:
        ids[kind] = [service.must("POST", hooks, {"url": url(kind, place)})["id"] for place in range(count)]
    before = service.resident()
    accepted, refused = await service.dial(["contoso"], RATE, SECONDS)
    wanted, until = accepted * 4 * (GOOD + EACH), time.monotonic() + 120
    while time.monotonic() < until:
        await asyncio.sleep(1)
        if sum(1 for row in received(service) if row[2] and row[0].split("/")[1] in ("ok", "huge")) >= wanted:
            break
    await asyncio.sleep(2)
    rows, wrong = received(service), []
    by = collections.defaultdict(lambda: collections.defaultdict(list))
    for path, _, dial_out, sequence, _, _ in rows:
        if dial_out:
            by[path][dial_out].append(sequence)
    for place in range(GOOD):
        got = by[f"/ok/{place}"]
        if len(got) != accepted or any(not is_in_order(sequences) for sequences in got.values()):
            wrong.append(f"/ok/{place} got {sum(map(len, got.values()))} events of {len(got)} dial-outs")
    if any(path.startswith(("/ok/redirected", "/ok/tls", "/ok/private")) for path in by):
        wrong.append("something came where nothing may go")
    for kind, words in BAD.items():
        for id in ids[kind]:
            until, endpoint = time.monotonic() + 120, {}
            while words and time.monotonic() < until and endpoint.get("pausedBecause") != "failing":
                endpoint = service.must("GET", f"{hooks}/{id}")
                await asyncio.sleep(0.2)
            if words and endpoint.get("pausedBecause") != "failing":
                wrong.append(f"{kind}: {endpoint}")
            failed = service.must("GET", f"{hooks}/{id}/deliveries?state=failed")["deliveries"]
            if bool(words) != bool(failed):
                wrong.append(f"{kind}: {len(failed)} failed deliveries")
    metrics = service.ask("GET", "/metrics")[1].decode()
    delivered = int(re.search(r'dialout_webhook_posts_total\{result="delivered"\} (\d+)', metrics)[1])
    came = [(row[0], row[1]) for row in received(service) if row[0].split("/")[1] in ("ok", "huge")]
    if delivered != len(set(came)):
        wrong.append(f"{delivered} deliveries are counted, {len(set(came))} came")
    lags = sorted(row[5] for row in rows if row[2] and row[0].startswith("/ok/"))
    print(f"{accepted} dial-outs at {RATE}/s ({refused} times refused for want of time and asked for again), {GOOD} good endpoints of {GOOD + EACH * len(BAD)}: {len(lags)} events taken there, all of them and in order: "
          f"{not wrong}; {delivered} deliveries counted and taken, {len(came) - len(set(came))} of them again because their answer came too late; resident {before >> 20} MiB before, peak {service.resident(peak=True) >> 20} MiB; "
          f"milliseconds from event to endpoint on this machine, now: p50 {lags[len(lags) // 2]}, p99 {lags[len(lags) * 99 // 100]}, longest {lags[-1]}")
    if wrong:
        fail("; ".join(wrong[:10]))


other, inside = link()
service = Service(http="127.0.0.1:18080")
hearer = subprocess.Popen(
    inside + [sys.executable, os.path.join(os.path.dirname(os.path.abspath(__file__)), "receivers.py"), THERE, str(PORT), str(TLS_PORT), service.folder])
try:
    while not os.path.exists(service.folder + "/hearing"):
        time.sleep(0.05)
    asyncio.run(run(service))
finally:
    hearer.kill()
    service.end()
    other.kill()
