"""Stands between a standby and its primary and brings each piece so many milliseconds later, both ways together a round trip: `delay.py PORT TO MS`."""
import asyncio
import sys

PORT, TO, ROUND_TRIP = int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3]) / 1000


async def carry(reader, writer, delay):
    loop, pieces = asyncio.get_running_loop(), asyncio.Queue()

    async def give():
        while True:
            due, piece = await pieces.get()
            await asyncio.sleep(max(0, due - loop.time()))
            if not piece:
                return writer.close()
            writer.write(piece)
            await writer.drain()

    giving = asyncio.create_task(give())
    while piece := await reader.read(65536):
        pieces.put_nowait((loop.time() + delay, piece))
    pieces.put_nowait((loop.time() + delay, b""))
    await giving


async def serve(reader, writer):
    there = await asyncio.open_connection("127.0.0.1", TO)
    await asyncio.gather(carry(reader, there[1], ROUND_TRIP / 2), carry(there[0], writer, ROUND_TRIP / 2), return_exceptions=True)


async def main():
    async with await asyncio.start_server(serve, "127.0.0.1", PORT) as server:
        await server.serve_forever()


asyncio.run(main())
