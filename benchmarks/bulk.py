"""Our bulk loop beside other clients against one slow server, and the machinery around it.

Run from the checkout: ``python benchmarks/bulk.py [--requests N] [--concurrency N ...]``. Each
client sends the same prompts of seed size in a process of its own to a fresh server of the tests
(a process too) that replies after 200 ms. Each answer must be that of its own row. Clients take
turns; with ``--rounds`` the median is shown. Clients are as their users get them, with their own
retries; ours writes and fsyncs its journal on the way. No client verifies answers here.

``--machinery``: prompt files made from the real ones in ../shared through ``sr-assistant bulk``
with the composer: time, memory, drift, a run that changes nothing, and a long journal resumed.
Exits with 1 when a bound is missed.
"""

from __future__ import annotations

import argparse
import asyncio
import bisect
import functools
import hashlib
import json
import os
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
MODEL = "loopback-1"
LATENCY = 0.2
FASTER, MORE_CPU = 2.5, 1.3  # than abatch at 256; than the openai client's own fastest transport
PEAK_MB, UNCHANGED_S, RESUME_S, DRIFT = 300, 5, 3, 1.25
LINES = 100_000

Said = str | BaseException
Client = Callable[[str, Sequence[str], int], Awaitable[list[Said]]]


# The clients: answers in the order of the texts, or what went wrong.


async def abatch(url: str, texts: Sequence[str], concurrency: int) -> list[Said]:
    """LangChain's batch; exceptions are returned, because one would lose all answers."""
    from langchain_openai import ChatOpenAI

    model = ChatOpenAI(model=MODEL, base_url=url, api_key="none")
    config: Any = {"max_concurrency": concurrency}
    replies = await model.abatch(list(texts), config=config, return_exceptions=True)
    return [r if isinstance(r, BaseException) else str(r.content) for r in replies]


async def gathered(url: str, texts: Sequence[str], concurrency: int) -> list[Said]:
    """The openai client with its default transport, gather and a semaphore."""
    from openai import AsyncOpenAI

    async with AsyncOpenAI(base_url=url, api_key="none") as client:
        return await _gather(client, texts, concurrency)


async def gathered_aiohttp(url: str, texts: Sequence[str], concurrency: int) -> list[Said]:
    """The openai client with its aiohttp transport, gather and a semaphore."""
    from openai import AsyncOpenAI, DefaultAioHttpClient

    transport = DefaultAioHttpClient()
    async with AsyncOpenAI(base_url=url, api_key="none", http_client=transport) as client:
        return await _gather(client, texts, concurrency)


async def _gather(client: Any, texts: Sequence[str], concurrency: int) -> list[Said]:
    gate = asyncio.Semaphore(concurrency)

    async def one(text: str) -> str:
        async with gate:
            messages = [{"role": "user", "content": text}]
            reply = await client.chat.completions.create(model=MODEL, messages=messages)
            return str(reply.choices[0].message.content)

    return await asyncio.gather(*map(one, texts), return_exceptions=True)


async def raw_aiohttp(url: str, texts: Sequence[str], concurrency: int) -> list[Said]:
    """The ceiling: a bare aiohttp session that parses JSON and does nothing else."""
    import aiohttp

    said: list[Said] = [""] * len(texts)
    rows = iter(enumerate(texts))

    async def work(session: aiohttp.ClientSession) -> None:
        for row, text in rows:
            body = {"model": MODEL, "messages": [{"role": "user", "content": text}]}
            try:
                async with session.post(f"{url}/chat/completions", json=body) as reply:
                    reply.raise_for_status()
                    said[row] = (await reply.json())["choices"][0]["message"]["content"]
            except aiohttp.ClientError as error:
                said[row] = error

    connector = aiohttp.TCPConnector(limit=concurrency)
    async with aiohttp.ClientSession(connector=connector) as session:
        await asyncio.gather(*(work(session) for _ in range(concurrency)))
    return said


async def ours(url: str, texts: Sequence[str], concurrency: int) -> list[Said]:
    """Our run over a batch file with limits and journal; a checker that lets everything pass."""
    from assistant.bulk.asking import Asker
    from assistant.bulk.checks import Checked, Checker
    from assistant.bulk.journal import Journal
    from assistant.bulk.keys import Keys
    from assistant.bulk.limits import Gate
    from assistant.bulk.runner import Run
    from assistant.bulk.selection import Selection
    from assistant.bulk.sources import find
    from assistant.generation.async_chat import completions

    class Unchecked(Checker):
        async def __call__(self, request: Any, wish: Any, replies: Any, repair: int) -> Checked:  # noqa: ARG002
            return Checked(replies[0][0], {})

    assistant = _assistant(url)
    gate = Gate(concurrency=concurrency)
    endpoint = completions(assistant.generator, concurrency)
    with tempfile.TemporaryDirectory() as place:
        source, out = Path(place, "in.jsonl"), Path(place, "out")
        out.mkdir()
        bodies = ({"model": MODEL, "messages": [{"role": "user", "content": t}]} for t in texts)
        with source.open("w", encoding="utf-8") as file:
            for n, body in enumerate(bodies):
                line = {"custom_id": f"{n}", "method": "POST", "url": "/v1/chat/completions"}
                file.write(json.dumps({**line, "body": body}) + "\n")
        keys = Keys.of(assistant, related=3, render=False)
        selection = Selection(find([str(source)], out), keys)
        journal = Journal(out)
        checker = Unchecked(assistant, None, 0)
        asker = Asker(endpoint, gate)
        run = Run(assistant, selection, out, journal, checker, gate, asker, concurrency=concurrency)
        await run.answer()
        await endpoint.close()
        said = [_told(journal, due.key) for due in selection]
        journal.close()
    return said


def _told(journal: Any, key: str) -> Said:
    answer = journal.answer(key)
    return str(answer["page"]) if answer else RuntimeError(journal.failure(key))


@functools.cache
def _assistant(url: str) -> Any:
    from assistant import Assistant
    from assistant.settings import Settings

    return Assistant.of(Settings(generator="openai", llm=MODEL, base_url=url))


CLIENTS: dict[str, Client] = {
    "sr-assistant bulk": ours,
    "ChatOpenAI.abatch": abatch,
    "AsyncOpenAI, gather": gathered,
    "AsyncOpenAI on aiohttp, gather": gathered_aiohttp,
    "aiohttp alone": raw_aiohttp,
}
OURS, ABATCH, FASTEST = "sr-assistant bulk", "ChatOpenAI.abatch", "AsyncOpenAI on aiohttp, gather"


# One client in a process of its own.


def contend(name: str, url: str, requests: int, concurrency: int) -> dict[str, float]:
    """Ask the server once to warm up, then all of it; what it took, and what was wrong."""
    made = texts(requests + 1)
    client = CLIENTS[name]
    said, seconds, cpu = asyncio.run(_timed(client, url, made, concurrency))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    errors = [answer for answer in said if isinstance(answer, BaseException)]
    for error in errors[:1]:
        print(f"{name}: {type(error).__name__}: {error}"[:300], file=sys.stderr)
    rows = zip(made, said, strict=False)
    own = sum(hashlib.sha256(t.encode()).hexdigest() in str(answer) for t, answer in rows)
    return {
        "rate": own / seconds,
        "cpu": 1e3 * cpu / requests,
        "mb": peak / 1024,
        "errors": len(errors),
        "lost": requests - len(errors) - own,
    }


async def _timed(
    client: Client, url: str, made: Sequence[str], concurrency: int
) -> tuple[list[Said], float, float]:
    """Answers to all but the last text, seconds on the clock and of the processor.

    The last one is asked before: it pays for the imports, in the same event loop, because
    LangChain keeps its connections for the next call.
    """
    await client(url, made[-1:], 1)
    start, busy = time.perf_counter(), time.process_time()
    said = await client(url, made[:-1], concurrency)
    return said, time.perf_counter() - start, time.process_time() - busy


def texts(number: int) -> list[str]:
    """Prompts of seed size, each another."""
    seeds = [path.read_text("utf-8") for path in sorted(ROOT.glob("tests/golden/*.txt"))]
    return [numbered(seeds[n % len(seeds)], n) for n in range(number)]


def numbered(text: str, number: int) -> str:
    """A prompt file with a number at the end of its question."""
    lead, mark, rest = text.partition('"\n\nBased on')
    if not mark:
        raise SystemExit(f"bulk: no question ends in: {text[:200]}")
    return f"{lead} [{number}]{mark}{rest}"


# All clients.


@contextmanager
def serving() -> Iterator[str]:
    """The URL of a fresh server."""
    command = [sys.executable, "-m", "tests.bulk.server", "--latency", str(LATENCY)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        try:
            yield process.stdout.readline().strip() if process.stdout else ""
        finally:
            ended = process.poll()
            process.terminate()
            if ended is not None:
                print(f"bulk: the server ended early, exit code {ended}", file=sys.stderr)


def measure(name: str, requests: int, concurrency: int) -> dict[str, float]:
    """One client in a fresh process against a fresh server."""
    command = [sys.executable, __file__, "--contend", name, "--requests", str(requests)]
    with serving() as url:
        whole = [*command, "--concurrency", str(concurrency), "--url", url]
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        done = subprocess.run(whole, stdout=subprocess.PIPE, text=True, check=True, env=environment)
        with urllib.request.urlopen(url.replace("/v1", "/stats")) as reply:  # noqa: S310 - loopback
            stats = json.load(reply)
    found: dict[str, float] = json.loads(done.stdout)
    sent = stats["requests"] - 1  # without the one to warm up
    return {**found, "again": max(0, sent - requests), "most": stats["most_in_flight"]}


def compare(requests: int, concurrencies: Sequence[int], rounds: int) -> int:
    """Print the table; 1 where a bound is missed."""
    _allow_files(max(concurrencies) + 200)
    idle, start = _idle(), time.time()
    found: dict[tuple[int, str], dict[str, float]] = {}
    for concurrency in concurrencies:
        runs: dict[str, list[dict[str, float]]] = {name: [] for name in CLIENTS}
        for _ in range(rounds):
            for name in CLIENTS:
                runs[name].append(measure(name, requests, concurrency))
                print(f"{concurrency} {name}: {runs[name][-1]}", file=sys.stderr)
        for name, several in runs.items():
            found[concurrency, name] = {
                key: statistics.median(run[key] for run in several) for key in several[0]
            }
    print(
        f"| concurrency | client, {requests} requests | requests/s | of abatch | CPU ms/request | "
        "of the fastest transport | peak MB | most in flight | sent again | errors | lost |\n"
        "|---|---|---|---|---|---|---|---|---|---|---|"
    )
    for (concurrency, name), run in found.items():
        rate = run["rate"] / (found[concurrency, ABATCH]["rate"] or 1)
        cpu = run["cpu"] / found[concurrency, FASTEST]["cpu"]
        print(
            f"| {concurrency} | {name} | {run['rate']:.0f} | {rate:.2f} | {run['cpu']:.2f} | "
            f"{cpu:.2f} | {run['mb']:.0f} | {run['most']:.0f} | {run['again']:.0f} | "
            f"{run['errors']:.0f} | {run['lost']:.0f} |"
        )
    print(f"\n{_machine()}; {_others(idle, start)}. Median of {rounds}.")
    return 0 if all([*_bounds(found)]) else 1


def _bounds(found: dict[tuple[int, str], dict[str, float]]) -> Iterator[bool]:
    """Print and give whether each bound holds."""
    for (concurrency, name), run in found.items():
        if name != OURS:
            continue
        rate = run["rate"] / (found[concurrency, ABATCH]["rate"] or 1)
        cpu = run["cpu"] / found[concurrency, FASTEST]["cpu"]
        if concurrency == 256:
            yield _kept(f"throughput at 256, times that of abatch: {rate:.2f}", rate >= FASTER)
        yield _kept(f"CPU at {concurrency}, times the client's: {cpu:.2f}", cpu <= MORE_CPU)
        yield _kept(f"errors and rows lost at {concurrency}", not run["errors"] and not run["lost"])


def _kept(what: str, kept: bool) -> bool:
    print(f"bound: {what}: {'kept' if kept else 'MISSED'}")
    return kept


def _allow_files(number: int) -> None:
    """Raise the soft limit of open files; children inherit it."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < number:
        raise SystemExit(f"bulk: {number} open files are needed, {hard} allowed: see ulimit -Hn")
    if soft != resource.RLIM_INFINITY and soft < number:
        resource.setrlimit(resource.RLIMIT_NOFILE, (number, hard))


def _machine() -> str:
    info = Path("/proc/cpuinfo").read_text("utf-8")
    name = next((row.split(": ")[1] for row in info.splitlines() if "model name" in row), "CPU")
    return f"{os.cpu_count()} x {name}, Python {platform.python_version()}"


def _idle() -> float:
    """Seconds of processor time that were idle so far, on all cores."""
    fields = Path("/proc/stat").read_text("utf-8").split("\n", 1)[0].split()
    return (int(fields[4]) + int(fields[5])) / os.sysconf("SC_CLK_TCK")


def _others(idle: float, start: float) -> str:
    """How busy other processes kept the machine since."""
    whole = (time.time() - start) * (os.cpu_count() or 1)
    foreign = 1 - (_idle() - idle + _children()) / whole
    return f"other processes took {max(0, foreign):.0%} of the processor time meanwhile"


# The machinery around the loop.


def machinery(number: int) -> int:
    """Prompt files made from the real ones through the whole command with the composer."""
    idle, start = _idle(), time.time()
    with tempfile.TemporaryDirectory(prefix="bulk-") as place:
        folder, out = Path(place, "in"), Path(place, "out")
        real = _make(folder, number)
        samples: list[tuple[float, float]] = []
        first = watched(folder, out, samples)
        pace = drift(out / "journal.jsonl", samples)
        before = _state(out)
        second = watched(folder, out)
        changed = before != _state(out)
        few = Path(place, "few")
        _make(few, real)
        watched(few, Path(place, "long"))
        short = watched(few, Path(place, "long"))
        lengthen(Path(place, "long/journal.jsonl"), LINES)
        long = watched(few, Path(place, "long"))
    lines = [
        ("| machinery, composer | clock s | processor s | peak MB | shared pages in each |"),
        ("|---|---|---|---|---|"),
        _row(f"{number} prompt files", first),
        _row("again, nothing changed", second),
        _row(f"{real} files answered before, journal of {real} lines", short),
        _row(f"{real} files answered before, journal of {LINES} lines", long),
    ]
    print("\n".join(lines))
    clock, busy = pace
    print(
        f"\nms an item, first and last tenth: {clock[0]:.1f} and {clock[1]:.1f} on the clock, "
        f"{busy[0]:.1f} and {busy[1]:.1f} of the processor."
    )
    print(f"{_machine()}; {_others(idle, start)}.")
    bounds = (
        _kept(f"peak at most {PEAK_MB} MB", first["pss"] <= PEAK_MB),
        _kept(f"processor, last tenth at most {DRIFT} times the first", busy[1] <= DRIFT * busy[0]),
        _kept(f"a second run within {UNCHANGED_S} s", second["seconds"] <= UNCHANGED_S),
        _kept("a second run changes nothing", not changed),
        _kept(f"{LINES} lines resumed within {RESUME_S} s", long["seconds"] <= RESUME_S),
    )
    return 0 if all(bounds) else 1


def _row(what: str, run: dict[str, float]) -> str:
    numbers = f"{run['seconds']:.1f} | {run['cpu']:.1f} | {run['pss']:.0f} | {run['rss']:.0f}"
    return f"| {what} | {numbers} |"


def _make(folder: Path, number: int) -> int:
    """Write ``number`` prompt files, each with another question; how many real ones there are."""
    real = sorted((ROOT.parent / "shared/bench/cnaps/prompts").glob("*.txt"))
    if not real:
        raise SystemExit("bulk: the real prompt files in ../shared/bench/cnaps are not there")
    folder.mkdir()
    for n in range(number):
        source = real[n % len(real)]
        text = numbered(source.read_text("utf-8"), n)
        (folder / f"{source.stem}-{n:05}.txt").write_text(text, "utf-8")
    return len(real)


def _state(out: Path) -> dict[str, str]:
    """Digests of what a run leaves that no clock changes."""
    files = [out / "journal.jsonl", out / "results.jsonl", *sorted((out / "answers").iterdir())]
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def watched(
    folder: Path, out: Path, samples: list[tuple[float, float]] | None = None
) -> dict[str, float]:
    """Run the command; its seconds and the peak of its memory, children included.

    ``samples`` is given the time since the epoch and the processor seconds used until then.
    """
    command = [sys.executable, "-m", "assistant", "bulk", str(folder), "--out", str(out)]
    kept = {n: v for n, v in os.environ.items() if not n.startswith(("SRA_", "OPENAI_"))}
    kept.pop("PYTHONDONTWRITEBYTECODE", None)  # users have compiled modules
    environment = {
        **kept,
        "SRA_GENERATOR": "composer",
        "PYTHONPYCACHEPREFIX": str(folder.parent / "compiled"),
    }
    start, busy, peak = time.perf_counter(), _children(), {"rss": 0.0, "pss": 0.0}
    with tempfile.TemporaryFile() as said:
        with subprocess.Popen(command, stdout=said, stderr=said, cwd=ROOT, env=environment) as run:
            while run.poll() is None:
                now = usage(run.pid)
                if samples is not None and now["cpu"] > (samples[-1][1] if samples else 0):
                    samples.append((time.time(), now["cpu"]))
                peak = {kind: max(most, now[kind]) for kind, most in peak.items()}
                time.sleep(0.2)  # reading the pages of a process takes milliseconds
        seconds = time.perf_counter() - start
        if run.returncode:
            said.seek(0)
            text = said.read().decode(errors="replace")[-2000:]
            raise SystemExit(f"bulk: exit code {run.returncode} from {' '.join(command)}\n{text}")
    return {"seconds": seconds, "cpu": _children() - busy, **peak}


def _children() -> float:
    """Seconds of processor time of all processes that were started here and have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def usage(pid: int) -> dict[str, float]:
    """MB and processor seconds of a process and all below it; ``pss`` has a shared page once."""
    sums, waiting = {"rss": 0.0, "pss": 0.0, "cpu": 0.0}, [pid]
    while waiting:
        place = Path("/proc", str(waiting.pop()))
        try:
            for line in (place / "smaps_rollup").read_text("utf-8").splitlines():
                kind = line.split(":")[0].lower()
                if kind in sums:
                    sums[kind] += int(line.split()[1]) / 1024
            fields = (place / "stat").read_text("utf-8").rpartition(")")[2].split()
            sums["cpu"] += (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
            for task in (place / "task").iterdir():
                waiting += map(int, (task / "children").read_text("utf-8").split())
        except OSError:  # it has just ended
            continue
    return sums


Pace = tuple[float, float]


def drift(journal: Path, samples: Sequence[tuple[float, float]]) -> tuple[Pace, Pace]:
    """Milliseconds an item in the first and in the last tenth: on the clock, of the processor.

    The journal has the clock; what the processor had done by then is read between the samples,
    because other processes slow the clock and not the work.
    """
    with journal.open(encoding="utf-8") as lines:
        times = sorted(json.loads(line)["time"] for line in lines)
    tenth = max(1, len(times) // 10)
    spans = (times[0], times[tenth]), (times[-tenth - 1], times[-1])
    clock = [1e3 * (end - begin) / tenth for begin, end in spans]
    busy = [1e3 * (_busy(samples, end) - _busy(samples, begin)) / tenth for begin, end in spans]
    return (clock[0], clock[1]), (busy[0], busy[1])


def _busy(samples: Sequence[tuple[float, float]], at: float) -> float:
    """Processor seconds used at a time, on the line between two samples."""
    place = bisect.bisect(samples, (at, 0.0))
    if place in (0, len(samples)):
        return samples[min(place, len(samples) - 1)][1]
    (before, least), (after, most) = samples[place - 1], samples[place]
    return least + (most - least) * (at - before) / (after - before)


def lengthen(journal: Path, lines: int) -> None:
    """Repeat the lines of a journal under other keys until there are ``lines``."""
    known = journal.read_text("utf-8").splitlines(keepends=True)
    keys = [json.loads(line)["key"] for line in known]
    with journal.open("a", encoding="utf-8") as file:
        for n in range(len(known), lines):
            key = keys[n % len(keys)]
            fresh = hashlib.sha256(f"{key}{n}".encode()).hexdigest()
            file.write(known[n % len(known)].replace(key, fresh))


def main() -> int:
    """What is asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--requests", type=int, default=4096)
    parser.add_argument("--concurrency", type=int, nargs="+", default=[64, 256, 1024])
    parser.add_argument("--rounds", type=int, default=1, help="runs of each client; medians count")
    parser.add_argument("--machinery", action="store_true", help="measure the command itself")
    parser.add_argument("--files", type=int, default=10_000, help="of --machinery")
    parser.add_argument("--contend", choices=CLIENTS, help=argparse.SUPPRESS)
    parser.add_argument("--url", help=argparse.SUPPRESS)
    flags = parser.parse_args()
    if flags.contend:
        print(json.dumps(contend(flags.contend, flags.url, flags.requests, flags.concurrency[0])))
        return 0
    if flags.machinery:
        return machinery(flags.files)
    return compare(flags.requests, flags.concurrency, max(1, flags.rounds))


if __name__ == "__main__":
    raise SystemExit(main())
