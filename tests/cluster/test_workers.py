"""Workers that get lost, hang and fail: every piece of work is done once, or said why not."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from assistant.cluster import NoWorkersError, Workers, ray_engine
from assistant.cluster.engine import Limits, LostError
from assistant.errors import AssistantError, CatalogError, InputError

from .scripted import Scripted

HASTY = Limits(work=0.2, nobody=0.1, losses=3, hires=4)


def opened() -> str:
    return "own"


def tell(own: str, number: int) -> str:
    if number < 0:
        raise CatalogError(f"no {number}", hint="count on")
    return f"{own} {number}"


def workers(engine: Scripted, size: int | None = None) -> Workers:
    return Workers(opened, engine, size, HASTY)


def all_of(pool: Workers, numbers: range) -> list[Any]:
    with pool:
        return list(pool.each(tell, ((number,) for number in numbers)))


def settled(pool: Workers, *numbers: int) -> list[Any]:
    """What becomes of each number, all of them asked for at once."""

    async def run() -> list[Any]:
        await pool.open()
        calls = (pool.call(tell, number) for number in numbers)
        try:
            return await asyncio.gather(*calls, return_exceptions=True)
        finally:
            await pool.close()

    return asyncio.run(run())


def test_each_gives_the_results_in_the_order_of_the_arguments() -> None:
    assert [f"own {n}" for n in range(40)] == all_of(workers(Scripted(3)), range(40))


def test_work_of_a_lost_worker_is_done_again_by_another_and_given_once() -> None:
    engine = Scripted(2, lost=(3, 9, 17))
    pool = workers(engine)
    assert [f"own {n}" for n in range(20)] == all_of(pool, range(20))
    assert (3, 3, 20 + 3, 2 + 3) == (pool.lost, pool.again, engine.begun, engine.hired)


def test_work_without_a_result_in_time_is_taken_from_its_worker() -> None:
    engine = Scripted(1, hung=(2,))
    pool = workers(engine)
    assert ["own 0", "own 1", "own 2"] == all_of(pool, range(3))
    assert (1, 1) == (pool.lost, pool.again)


def test_work_that_takes_three_workers_with_it_fails_alone() -> None:
    pool = workers(Scripted(2, lost=lambda number: number == 5))
    found = settled(pool, *range(8))
    assert [f"own {n}" for n in range(8) if n != 5] == found[:5] + found[6:]
    assert "3 workers were lost over it: its node is gone" == found[5].message


def test_what_work_raises_is_raised_by_its_call_and_no_worker_is_lost() -> None:
    pool = workers(Scripted(1))
    found = settled(pool, 1, -1, 2)
    assert ("own 1", "own 2") == (found[0], found[2])
    assert (CatalogError, "count on", 0) == (type(found[1]), found[1].hint, pool.lost)


def test_what_every_opening_raises_is_raised() -> None:
    engine = Scripted(2, opens=lambda _: CatalogError("another catalog"))
    with pytest.raises(CatalogError, match="another catalog"):
        all_of(workers(engine), range(3))
    assert (2, 2, True) == (engine.hired, engine.ended, engine.left)


def test_a_machine_that_cannot_open_leaves_the_work_to_the_others_and_is_named() -> None:
    pool = workers(Scripted(2, opens=lambda n: ValueError("an old version") if n == 1 else None))
    assert ["own 0", "own 1"] == all_of(pool, range(2))
    assert "a worker did not open: ValueError: an old version" == str(pool.refused)


def test_a_place_whose_workers_open_and_are_lost_is_given_up_with_the_reason() -> None:
    engine = Scripted(2, opens=lambda _: LostError("no module named assistant"))
    with pytest.raises(NoWorkersError, match="no worker is left: no module named assistant"):
        all_of(workers(engine), range(3))
    assert 2 * HASTY.hires == engine.hired == engine.ended


def test_where_nobody_opens_in_time_the_wait_has_an_end() -> None:
    class Full(Scripted):
        def hire(self, opener: Any) -> Any:
            worker = super().hire(opener)
            worker.open = lambda: asyncio.sleep(60)
            return worker

    with pytest.raises(NoWorkersError, match="no worker is left"):
        all_of(workers(Full(2)), range(3))


def test_when_all_workers_are_lost_for_good_nobody_waits_for_them() -> None:
    gone = {"now": False}
    engine = Scripted(2, opens=lambda _: LostError("gone") if gone["now"] else None)

    def last(number: int) -> bool:
        gone["now"] = gone["now"] or number == 3
        return gone["now"]

    engine.lost = last
    found = settled(workers(engine), *range(8))
    assert ["own 0", "own 1", "own 2"] == found[:3]
    assert {NoWorkersError} == {type(error) for error in found[3:]}


def test_whoever_stops_listening_leaves_nobody_at_work() -> None:
    engine = Scripted(3)
    with workers(engine) as pool:
        results = pool.each(tell, ((n,) for n in range(100)))
        assert "own 0" == next(results)
        results.close()
        assert ["own 7"] == list(pool.each(tell, [(7,)]))
    assert (3, 3, True) == (engine.hired, engine.ended, engine.left)


def test_without_the_extra_one_line_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ray_engine, "find_spec", lambda _: None)
    with pytest.raises(InputError) as told:
        ray_engine.RayEngine()
    assert "pip install 'sr-assistant[ray]'" == told.value.hint


def test_the_address_of_a_ray_client_is_refused_with_the_remedy(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(ray_engine, "find_spec", lambda _: object())
    with pytest.raises(AssistantError, match="no address of a cluster"):
        ray_engine.RayEngine("ray://head:10001")
