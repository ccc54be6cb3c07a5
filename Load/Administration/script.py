"""A script of 10,000 lines for a tenant of 100,000 users and 10,000 numbers, while `/healthz` is asked twenty times a second.

    BIN=.build/release python3 Load/Administration/script.py          LINES=10000 USERS=100000 NUMBERS=10000

Counts are exact: every line is in force afterwards, or none. The times are this machine's of now; SECONDS (10) and HEALTH_MS (50) are the limits that a
quiet one keeps, and with GATE=1 a breach is a failure.
"""
import http.client
import json
import os
import sys
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "Watching"))
from service import TOKEN, Service, fail

LINES, USERS, NUMBERS = (int(os.environ.get(name, value)) for name, value in [("LINES", 10_000), ("USERS", 100_000), ("NUMBERS", 10_000)])
LIMIT, HEALTH = float(os.environ.get("SECONDS", 10)), float(os.environ.get("HEALTH_MS", 50))
HEADERS = {"Authorization": "Bearer " + TOKEN, "Content-Type": "application/json"}


def ask(service, method, path, body=None, kind="application/json"):
    connection = http.client.HTTPConnection(service.http, timeout=300)
    connection.request(method, path, None if body is None else body if isinstance(body, (bytes, str)) else json.dumps(body), {**HEADERS, "Content-Type": kind})
    answer = connection.getresponse()
    text = answer.read()
    connection.close()
    if answer.status >= 300:
        fail(f"{method} {path}: {answer.status} {text[:500]}")
    return json.loads(text or b"{}")


def fill(service):
    ask(service, "PUT", "/v1/operators/big", {"name": "Big", "products": ["Conferencing"], "countries": ["US"], "trunks": [{"name": "t", "uri": f"sip:{service.callee}"}]})
    ask(service, "PUT", "/v1/tenants/big", {"displayName": "Big", "country": "US"})
    ask(service, "POST", "/v1/tenants/big/operators/big", {
        "countries": ["US"], "contact": {"fullName": "Ann", "email": "ann@big.example"}, "companySize": "10000+", "acceptDataTransfer": True})
    document = ask(service, "GET", "/v1/tenants/big/document")
    document["users"] = [
        {"upn": f"user{place}@big.example", "displayName": f"User {place}", "licences": ["OperatorConnectConferencing"], "groups": [],
         "audioConferencingEnabled": True, "grants": {}} for place in range(USERS)]
    began = time.monotonic()
    ask(service, "PUT", "/v1/tenants/big/document", document)
    imported = time.monotonic() - began
    order = ask(service, "POST", "/v1/operators/big/number-orders", {"tenant": "big", "usage": "conference", "numbers": [f"+1206556{place:04}" for place in range(NUMBERS)]})
    until = time.monotonic() + 300
    while (state := ask(service, "GET", f"/v1/operators/big/number-orders/{order['id']}"))["status"] in ("pending", "inProgress"):
        if time.monotonic() > until:
            fail("the order is not done")
        time.sleep(0.2)
    if state["status"] != "success":
        fail(f"the order came to {state['status']}")
    ask(service, "POST", "/v1/tenants/big/commands", 'Set-CsOnlinePstnUsage -Identity Global -Usage @{Add="All"}\nNew-CsOnlineAudioConferencingRoutingPolicy "Big" -OnlinePstnUsages "All"', "text/plain")
    return imported


def watch(service, took, isOver):
    connection = http.client.HTTPConnection(service.http, timeout=60)
    while not isOver.is_set():
        began = time.monotonic()
        connection.request("GET", "/healthz")
        connection.getresponse().read()
        took.append((time.monotonic() - began) * 1000)
        time.sleep(0.05)


def main():
    service = Service()
    try:
        imported = fill(service)
        script = "\n".join(f'Grant-CsOnlineAudioConferencingRoutingPolicy -Identity "user{place}@big.example" -PolicyName "Big"' for place in range(LINES))
        took, isOver = [], threading.Event()
        watcher = threading.Thread(target=watch, args=(service, took, isOver))
        watcher.start()
        began = time.monotonic()
        ran = ask(service, "POST", "/v1/tenants/big/commands", script, "text/plain")
        seconds = time.monotonic() - began
        isOver.set()
        watcher.join()
        if not ran["applied"]:
            fail(str(ran)[:500])
        for place in {0, LINES // 2, LINES - 1}:
            user = ask(service, "GET", f"/v1/tenants/big/users/user{place}@big.example")
            if user["grants"].get("audioConferencingRoutingPolicy") != "Big":
                fail(f"the line of user{place} is not in force")
        took.sort()
        late = took[min(len(took) - 1, len(took) * 99 // 100)]
        print(f"{LINES} lines, {USERS} users, {NUMBERS} numbers: {seconds:.1f} s; the document of {USERS} users {imported:.1f} s before; "
              f"/healthz meanwhile p50 {took[len(took) // 2]:.1f} ms, p99 {late:.1f} ms, {len(took)} times")
        if os.environ.get("GATE") and (seconds > LIMIT or late > HEALTH):
            fail(f"more than {LIMIT} s or {HEALTH} ms")
    finally:
        service.end()


main()
