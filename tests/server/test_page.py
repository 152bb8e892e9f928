"""A whole visit of the page with a real browser, at a desk, on a phone and in the dark."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("playwright", reason="drives a browser: pip install playwright")
pytest.importorskip("axe_playwright_python", reason="carries axe-core: pip install ...")

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect, sync_playwright

from assistant.server.options import Options

from .pictures import gradient, spoiled
from .running import Running, running, until
from .slow import Slow

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
pytestmark = pytest.mark.skipif(not CHROMIUM, reason="needs Chromium: apt-get install chromium")

GOLDEN = Path(__file__).parents[1] / "golden"
FLAGS = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)
SIZES: dict[str, dict[str, Any]] = {
    "desktop": {"viewport": {"width": 1280, "height": 800}},
    "phone": {"viewport": {"width": 390, "height": 844}, "has_touch": True},
    "dark": {"viewport": {"width": 1280, "height": 800}, "color_scheme": "dark"},
}
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
WIDE = """() => [...document.querySelectorAll("body *")]
    .filter((e) => !e.closest(".viewer, .scroll, .skip, .hidden"))
    .map((e) => [e.tagName, e.className, e.getBoundingClientRect()])
    .filter(([, , r]) => r.width && r.right > innerWidth + 0.5)
    .map(([tag, name, r]) => `${tag}.${name} ends at ${r.right}`)"""
UNSTUCK = """(place) => document.querySelectorAll(".top, .composer, .side")
    .forEach((e) => { e.style.position = place; })"""
MOST_REQUESTS, MOST_BYTES = 12, 80_000


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as play:
        one = play.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        yield one
        one.close()


class Visit:
    """A page that is open, and everything it asked for and complained of."""

    def __init__(self, page: Page, url: str, name: str) -> None:
        self.page, self.url, self.name = page, url, name
        self.requests: list[str] = []
        self.complaints: list[str] = []
        page.set_default_timeout(30_000)
        page.on("request", lambda request: self.requests.append(request.url))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", self._heard)

    def _heard(self, message: Any) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(message.text)

    def open(self, place: str) -> None:
        """Go to a place of the page."""
        self.page.goto(f"{self.url}/{place}", wait_until="domcontentloaded")

    def look(self, state: str) -> None:
        """See that nobody is shut out of this state and nothing leaves the screen; keep a shot."""
        self.page.wait_for_timeout(60)
        if folder := os.environ.get("PAGE_SHOTS"):
            self.page.screenshot(path=f"{folder}/{self.name}-{state}.png")
        # What sticks covers some part of the page at any scroll, by chance a link.
        self.page.evaluate(UNSTUCK, "static")
        found = Axe().run(self.page, options={"runOnly": RULES}).response["violations"]
        self.page.evaluate(UNSTUCK, "")
        shut = [(v["id"], [n["target"] for n in v["nodes"]]) for v in found]
        assert ([], []) == (shut, self.page.evaluate(WIDE)), state


@pytest.fixture
def visit(browser: Browser, server: Running, request: pytest.FixtureRequest) -> Iterator[Visit]:
    name = getattr(request, "param", "desktop")
    with browser.new_context(**SIZES[name]) as context:
        one = Visit(context.new_page(), server.url, name)
        yield one
        assert [] == one.complaints
        elsewhere = [u for u in one.requests if not u.startswith((server.url, "blob:", "data:"))]
        assert [] == elsewhere


every_size = pytest.mark.parametrize("visit", list(SIZES), indirect=True)


@every_size
def test_a_question_is_answered_verdict_first_and_followed_up(visit: Visit) -> None:
    page = visit.page
    visit.open("")
    box = page.get_by_label("Your question")
    expect(box).to_be_visible()
    visit.look("ask-empty")
    box.fill("Which model do I use for 3x on a phone?")
    box.press("Enter")
    expect(page.locator(".verdict")).to_contain_text("SISR-SAFMN-3x")
    expect(page.locator(".proof")).to_be_visible()
    place = page.locator(".verdict").bounding_box()
    assert place
    height = SIZES["phone" if "phone" in visit.name else "desktop"]["viewport"]["height"]
    assert 0 <= place["y"] <= height - place["height"]
    expect(page.get_by_role("link", name="Paper: SISR-SAFMN-3x")).to_have_attribute(
        "href", "http://arxiv.org/pdf/2302.13800v1.pdf"
    )
    expect(page.get_by_role("status")).to_have_text("The answer is complete.")
    visit.look("ask-answer")
    page.get_by_text("Receipt", exact=True).click()
    visit.look("ask-receipt")
    page.get_by_role("button", name="And for 4x?").or_(
        page.get_by_role("button", name="What can go wrong?")
    ).first.click()
    expect(page.locator(".turn")).to_have_count(2)
    expect(page.locator(".turn").last.locator(".reply .text")).to_be_visible()
    visit.look("ask-follow-up")
    before = page.locator("#turns").inner_text()
    page.reload()
    expect(page.locator(".turn")).to_have_count(2)
    assert before.split("\n")[:8] == page.locator("#turns").inner_text().split("\n")[:8]


@every_size
def test_a_picture_is_looked_at_asked_about_and_run(visit: Visit) -> None:
    page = visit.page
    visit.open("")
    picture = {"name": "old.jpg", "mimeType": "image/jpeg", "buffer": spoiled()}
    page.locator("#ask-picture").set_input_files(picture)  # type: ignore[arg-type]
    expect(page.locator("#attached")).to_contain_text("JPEG of quality 15")
    visit.look("ask-picture")
    page.get_by_label("Your question").fill("Which model makes it 2x larger?")
    page.get_by_role("button", name="Ask", exact=True).click()
    expect(page.locator(".asked")).to_contain_text("compression")
    expect(page.locator(".proof")).to_be_visible()
    page.get_by_role("button", name="on your picture").click()
    expect(page.get_by_alt_text("Your picture old.jpg")).to_be_visible()
    page.get_by_role("button", name="Use what suits it").click()
    expect(page.get_by_label("Model, way 1")).to_be_visible()
    visit.look("try-suits")


@every_size
def test_a_picture_runs_and_is_compared(visit: Visit) -> None:
    page = visit.page
    visit.open("#/try")
    expect(page.get_by_label("Model, way 1")).to_be_visible()
    visit.look("try-empty")
    picture = {"name": "small.png", "mimeType": "image/png", "buffer": gradient(48, 36)}
    page.locator("#picture").set_input_files(picture)  # type: ignore[arg-type]
    page.get_by_role("button", name="Compare with another").click()
    page.get_by_label("Model, way 2").select_option("SISR-SAFMN-3x")
    page.get_by_role("button", name="Run", exact=True).click()
    expect(page.locator("#result")).to_have_text("2 results", timeout=120_000)
    visit.look("try-result")
    slider = page.get_by_role("slider")
    slider.focus()
    slider.press("ArrowLeft")
    assert "49" == slider.input_value()
    page.get_by_role("button", name="Show side by side").click()
    page.get_by_role("button", name="400 %").click()
    visit.look("try-side-by-side")
    with page.expect_download() as saved:
        page.get_by_role("button", name="Download PNG").first.click()
    assert saved.value.suggested_filename.startswith("small_SISR-")


@every_size
def test_a_sentence_filters_the_catalog_and_can_be_taken_back(visit: Visit) -> None:
    page = visit.page
    visit.open("#/catalog")
    page.get_by_label("What do you need?").fill("2x for scans, MIT, not anime")
    page.get_by_role("button", name="Find").click()
    gone = page.get_by_role("button", name="Not meant: license mit")
    expect(gone).to_be_visible()
    visit.look("catalog-found")
    gone.click()
    expect(gone).to_have_count(0)
    page.get_by_text("Filters", exact=True).click()
    page.get_by_label("Runs here").check()
    page.get_by_role("button", name="Apply").click()
    expect(page.get_by_role("link", name="Try it").nth(1)).to_be_visible()
    visit.look("catalog-filters")
    page.locator(".record h2 a").first.click()
    expect(page.get_by_role("button", name="Ask about it")).to_be_visible()
    visit.look("record")
    visit.open("#/catalog/no-such-record")
    expect(page.get_by_role("alert")).to_contain_text("no record")
    visit.complaints.clear()  # the browser tells of the 404 that was asked for
    visit.look("record-missing")


@every_size
def test_a_demonstration_is_found_run_and_stopped(visit: Visit) -> None:
    page = visit.page
    visit.open("#/catalog/arxiv-2502.16025")
    expect(page.get_by_role("button", name="Ask about it")).to_be_visible()
    page.get_by_role("link", name="See the idea at work").click()
    expect(page.get_by_role("heading", name="Feature sharpening")).to_be_visible()
    expect(page.get_by_text("As it ships with this version")).to_be_visible()
    sheet = page.get_by_alt_text("The sheet of Feature sharpening")
    expect(sheet).to_be_visible()
    expect(sheet).to_have_js_property("complete", True)
    visit.look("demo-shipped")
    page.get_by_role("button", name="Run it here").click()
    expect(page.locator("#demo-doing")).to_contain_text("Stop ends it at once")
    visit.look("demo-running")
    expect(page.locator("#demo-title")).to_contain_text(
        "every figure is the one that ships", timeout=120_000
    )
    visit.look("demo-made")
    page.get_by_role("button", name="Run it here").click()
    page.get_by_role("button", name="Stop", exact=True).click()
    expect(page.get_by_text("Stopped. Nothing was kept.")).to_be_visible()
    page.get_by_role("link", name="← Gallery").click()
    expect(page.locator(".demo-thumb")).to_have_count(8)
    expect(page.locator(".demo-thumb").first).to_have_js_property("complete", True)
    visit.look("gallery")
    visit.open("#/gallery/nope")
    expect(page.get_by_role("alert")).to_contain_text("no demonstration")
    visit.look("demo-missing")


def test_an_answer_that_cites_a_paper_leads_to_its_demonstration(visit: Visit) -> None:
    page = visit.page
    visit.open("")
    page.get_by_label("Your question").fill(
        "How does causal super-resolution find out which damage to undo?"
    )
    page.get_by_role("button", name="Ask", exact=True).click()
    page.get_by_role("link", name="causal sr", exact=True).click()
    expect(page.get_by_role("heading", name="Causal SR")).to_be_visible()


@every_size
def test_files_are_checked_answered_and_fetched(visit: Visit) -> None:
    page = visit.page
    visit.open("#/bulk")
    expect(page.locator("#bulk-files")).to_be_attached()
    visit.look("bulk-empty")
    page.locator("#bulk-files").set_input_files(sorted(GOLDEN.glob("*.txt")))
    start = page.get_by_role("button", name="Answer 5 items")
    expect(start).to_be_visible()
    visit.look("bulk-checked")
    start.click()
    with page.expect_download() as saved:
        page.get_by_role("button", name="Download the answers").click()
    assert "answers.zip" == saved.value.suggested_filename
    visit.look("bulk-done")


@every_size
def test_answers_are_graded(visit: Visit, server: Running) -> None:
    page = visit.page
    prompt = GOLDEN / "000_f88148777f1205fe.txt"
    answer = server.post("/api/ask", json={"question": prompt.read_text("utf-8")}).json()
    visit.open("#/grade")
    expect(page.locator("#grade-answers")).to_be_attached()
    visit.look("grade-empty")
    text = answer["markdown"].encode()
    given = {"name": f"{prompt.stem}.md", "mimeType": "text/markdown", "buffer": text}
    page.locator("#grade-answers").set_input_files(given)
    page.locator("#grade-prompts").set_input_files(prompt)
    page.get_by_role("button", name="Grade", exact=True).click()
    expect(page.get_by_role("row", name="grounded")).to_be_visible()
    visit.look("grade-done")


def test_the_first_load_is_small(browser: Browser, server: Running) -> None:
    with browser.new_context() as context:
        page = context.new_page()
        sizes: list[int] = []
        page.on("response", lambda response: sizes.append(len(response.body())))
        page.goto(server.url)
        expect(page.get_by_label("Your question")).to_be_visible()
        page.wait_for_timeout(500)
    assert len(sizes) <= MOST_REQUESTS
    assert sum(sizes) <= MOST_BYTES


def test_everything_is_reached_by_keyboard(visit: Visit) -> None:
    page = visit.page
    visit.open("")
    expect(page.get_by_label("Your question")).to_be_focused()
    visit.open("#/grade")
    expect(page.locator("#grade-answers")).to_be_attached()
    reached = []
    for _ in range(13):
        page.keyboard.press("Tab")
        reached.append(
            page.evaluate("document.activeElement.innerText || document.activeElement.id")
        )
    names = ("Skip to the content", "Ask", "Try it", "Catalog", "Gallery", "Bulk", "Grade")
    assert {*names, "grade-answers", "grade-prompts"} <= set(reached)


def test_stop_ends_the_work_and_is_said(browser: Browser) -> None:
    model = Slow()
    with (
        running(Options(), opener=model.opened) as server,
        browser.new_context() as context,
    ):
        page = context.new_page()
        page.goto(server.url)
        page.get_by_label("Your question").fill("Which model for 2x?")
        page.get_by_role("button", name="Ask", exact=True).click()
        page.get_by_role("button", name="Stop").click()
        expect(page.get_by_text("Stopped. This reply was not kept.")).to_be_visible()
        assert until(lambda: not server.service.asks.running)
        model.free.set()


def test_text_of_others_never_becomes_markup(visit: Visit, server: Running) -> None:
    page = visit.page
    visit.open("")
    asked = '<img src=x onerror="document.title=1"> [a](javascript:alert(1)) which model for 2x?'
    page.get_by_label("Your question").fill(asked)
    page.get_by_role("button", name="Ask", exact=True).click()
    expect(page.locator(".turn .reply .text").first).to_be_visible()
    assert 0 == page.locator("#turns img").count()
    hrefs = page.locator("#turns a").evaluate_all("links => links.map((a) => a.protocol)")
    assert {"http:", "https:"} >= set(hrefs)


def test_a_key_is_asked_for_once(browser: Browser) -> None:
    with running(Options(keys=("right",))) as server, browser.new_context() as context:
        page = context.new_page()
        page.goto(server.url)
        page.get_by_role("textbox", name="API key").fill("right")
        page.get_by_role("button", name="Go on").click()
        page.get_by_label("Your question").fill("Which model for 2x?")
        page.get_by_role("button", name="Ask", exact=True).click()
        expect(page.locator(".verdict")).to_be_visible()
