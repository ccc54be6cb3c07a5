"""Webhook endpoints of every kind at one address: `receivers.py HOST PORT TLS_PORT FOLDER`. The first part of a path says what the endpoint does.

Each POST is one line in FOLDER/received.jsonl: path, webhook-id, dial-out, sequence, type, and milliseconds from the event until it came.
"""
import asyncio, datetime, json, os, resource, ssl, subprocess, sys, time

host, port, tls_port, folder = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
log = open(folder + "/received.jsonl", "a", buffering=1 << 16)
resource.setrlimit(resource.RLIMIT_NOFILE, (min(8192, resource.getrlimit(resource.RLIMIT_NOFILE)[1]),) * 2)


def note(path, id, body):
    event = json.loads(body)
    at = datetime.datetime.fromisoformat(event["at"].replace("Z", "+00:00")).timestamp()
    log.write(json.dumps([path, id, event.get("dialOutId"), event.get("sequence"), event["type"], int((time.time() - at) * 1000)]) + "\n")


async def endpoint(reader, writer):
    try:
        while head := await reader.readuntil(b"\r\n\r\n"):
            length = next(int(line[15:]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
            body, path = await reader.readexactly(length), head.split(b" ")[1].decode()
            id = next(line[12:].strip().decode() for line in head.lower().split(b"\r\n") if line.startswith(b"webhook-id:"))
            note(path, id, body)
            kind = path.split("/")[1]
            if kind == "hang":
                await asyncio.sleep(3600)
            elif kind == "drip":
                for byte in b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nX: " + b"x" * 1000:
                    writer.write(bytes([byte]))
                    await writer.drain()
                    await asyncio.sleep(1)
            elif kind == "huge":
                writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % (1 << 30))
                for _ in range(1 << 14):
                    writer.write(b"x" * 65536)
                    await writer.drain()
            elif kind == "redirect":
                writer.write(f"HTTP/1.1 307 Elsewhere\r\nLocation: http://{host}:{port}/ok/redirected\r\nContent-Length: 0\r\n\r\n".encode())
            elif kind == "500":
                writer.write(b"HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n")
            else:
                writer.write(b"HTTP/1.1 204 Taken\r\n\r\n")
            await writer.drain()
    except (asyncio.IncompleteReadError, OSError):
        pass
    finally:
        writer.close()


async def flush():
    while True:
        await asyncio.sleep(0.5)
        log.flush()


async def main():
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj", "/CN=" + host,
         "-keyout", folder + "/key.pem", "-out", folder + "/certificate.pem"], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder + "/certificate.pem", folder + "/key.pem")
    await asyncio.start_server(endpoint, host, port, backlog=1024)
    await asyncio.start_server(endpoint, host, tls_port, backlog=1024, ssl=context)
    open(folder + "/hearing", "w").close()
    await flush()


asyncio.run(main())
