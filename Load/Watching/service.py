"""A release service of its own with a far end that is busy at once, for the proofs of this folder: begun, configured, dialled and ended.

Needs `BIN`, the folder of the executables. Everything is on loopback, or within the network namespace `NAMESPACE`, and ends with the script.
"""
import asyncio, collections, json, os, shutil, signal, subprocess, sys, tempfile, time, urllib.error, urllib.request

BIN = os.environ["BIN"]
TOKEN = "watching-0123456789abcdef"


def fail(text):
    print("FAILED: " + text)
    sys.exit(1)


class Service:
    def __init__(self, http="127.0.0.1:18080", sip="127.0.0.1:15060", callee="127.0.0.1:15070", settings=(), behaviour="code=486"):
        self.http, self.callee = http, callee
        self.folder = tempfile.mkdtemp(prefix="dialout-watching-")
        self.children = []
        self.begin(["operator-stub", "--listen", callee, "--operator", "Acme", "--behaviour", behaviour], "stub.log")
        self.process = self.begin(
            ["serve", "--data", self.folder + "/data", "--http", http, "--sip", sip, "--drain-seconds", "1", *settings], "log")
        until = time.monotonic() + 30
        while True:
            try:
                if self.ask("GET", "/readyz")[0] == 200:
                    return
            except OSError:
                pass
            if time.monotonic() > until or self.process.poll() is not None:
                self.end()
                fail("the service does not start: " + open(self.folder + "/log").read()[-2000:])
            time.sleep(0.1)

    def begin(self, words, log):
        child = subprocess.Popen(
            [BIN + "/dialout", *words], env={**os.environ, "DIALOUT_BOOTSTRAP_TOKEN": TOKEN}, stdout=subprocess.DEVNULL,
            stderr=open(self.folder + "/" + log, "w"))
        self.children.append(child)
        return child

    def end(self):
        """Ends all; a service that has ended by itself is an error."""
        if (status := self.process.poll()) is not None:
            print(f"FAILED: the service has ended with {status}: " + open(self.folder + "/log").read()[-2000:])
        for child in self.children:
            child.send_signal(signal.SIGTERM)
        for child in self.children:
            child.wait(60)
        shutil.rmtree(self.folder, ignore_errors=True)

    def ask(self, method, path, body=None, headers=()):
        request = urllib.request.Request(
            "http://" + self.http + path, method=method, data=None if body is None else body if isinstance(body, bytes) else json.dumps(body).encode(),
            headers={"Authorization": "Bearer " + TOKEN, "Content-Type": "application/json", **dict(headers)})
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as answer:
            return answer.code, answer.read()

    def must(self, method, path, body=None, headers=()):
        status, text = self.ask(method, path, body, headers)
        if status >= 300:
            fail(f"{method} {path}: {status} {text[:500]}")
        return json.loads(text or b"null")

    def configure(self, tenants):
        """Tenants of one organizer each, whose calls to +1 go to the far end."""
        self.must("PUT", "/v1/operators/acme", {"name": "Acme", "trunks": [{"name": "t1", "uri": "sip:" + self.callee, "options": {"seconds": 0}}]})
        self.must("PUT", "/v1/limits", {"duplicateSeconds": 0})
        for place, tenant in enumerate(tenants):
            organizer, number = f"alice@{tenant}.example", f"+1425{5000000 + place}"
            self.must("PUT", f"/v1/tenants/{tenant}", {"displayName": tenant, "country": "US"})
            self.must("PUT", f"/v1/tenants/{tenant}/users/{organizer}", {"displayName": "Alice", "licences": ["OperatorConnectConferencing"]})
            self.must("POST", f"/v1/tenants/{tenant}/operators/acme", {
                "countries": ["US"], "contact": {"fullName": "Ann", "email": f"ann@{tenant}.example"}, "companySize": "10", "acceptDataTransfer": True})
            self.must("POST", "/v1/operators/acme/number-orders", {"tenant": tenant, "usage": "conference", "numbers": [number]})
            script = f"""
                Register-CsOnlineDialInConferencingServiceNumber -Identity "{number}" -BridgeName "Conference Bridge"
                Set-CsOnlinePstnUsage -Identity Global -Usage @{{Add="International"}}
                New-CsOnlineVoiceRoute -Identity "International" -NumberPattern "\\d+" -OnlinePstnUsages "International" -BridgeSourcePhoneNumber "{number}"
                New-CsOnlineAudioConferencingRoutingPolicy "P" -OnlinePstnUsages "International"
                Grant-CsOnlineAudioConferencingRoutingPolicy -Global -PolicyName "P"
                """
            ran = self.must("POST", f"/v1/tenants/{tenant}/commands", script.encode(), {"Content-Type": "text/plain"})
            if not ran["applied"]:
                fail(str(ran))

    async def dial(self, tenants, rate, seconds):
        """Dial-outs at a rate, spread over the tenants, each asked for until it is accepted; how many, and how often one was refused for want of time."""
        count, queue, answers = rate * seconds, asyncio.Queue(), collections.Counter()
        host, port = self.http.rsplit(":", 1)

        async def caller():
            reader, writer = await asyncio.open_connection(host, int(port))
            while (place := await queue.get()) is not None:
                tenant = tenants[place % len(tenants)]
                body = json.dumps({"kind": "callMeAt", "organizer": f"alice@{tenant}.example", "number": f"+1206{2000000 + place}"}).encode()
                request = (f"POST /v1/meetings/m{place}/dial-outs HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {TOKEN}\r\n"
                           f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n").encode() + body
                while True:
                    writer.write(request)
                    head = await reader.readuntil(b"\r\n\r\n")
                    length = next(int(line[15:]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
                    text, status = await reader.readexactly(length), int(head[9:12])
                    answers[status if status == 202 else f"{status} {json.loads(text).get('reason')}"] += 1
                    if status != 503:
                        break
                    await asyncio.sleep(0.5)
            writer.close()

        callers = [asyncio.create_task(caller()) for _ in range(min(32, rate))]
        began = time.monotonic()
        for place in range(count):
            await asyncio.sleep(max(0, began + place / rate - time.monotonic()))
            queue.put_nowait(place)
        for _ in callers:
            queue.put_nowait(None)
        await asyncio.gather(*callers)
        if answers[202] != count:
            fail(f"dial-outs are answered {dict(answers)}")
        return count, answers["503 overloaded"]

    def live(self, states=("queued", "dialling", "ringing", "connected")):
        return sum(self.must("GET", "/v1/live")["states"].get(state, 0) for state in states)

    def resident(self, peak=False):
        """Bytes of memory, now or the most since the last ``forget_peak``."""
        name = "VmHWM:" if peak else "VmRSS:"
        return next(int(line.split()[1]) * 1024 for line in open(f"/proc/{self.process.pid}/status") if line.startswith(name))

    def forget_peak(self):
        with open(f"/proc/{self.process.pid}/clear_refs", "w") as file:
            file.write("5")
