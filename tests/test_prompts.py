"""Prompt files: what is written reads back, and what cannot be read is refused by line."""

from __future__ import annotations

import hashlib
import re
import time
from collections.abc import Callable
from errno import EISDIR, ENOENT
from os import strerror
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant import prompts
from assistant.content import folder
from assistant.errors import InputError
from assistant.prompts import Item, Request

GOLDEN = sorted((Path(__file__).parent / "golden").glob("*.txt"))
EXAMPLES = sorted(folder("prompts").glob("examples/*.txt"))
RECOMMENDED = "### Recommended AI Models:"
RELATED = "### Related Papers:"

RCAN = Item(
    name="SISR-RCAN-3x",
    paper="https://arxiv.org/pdf/1807.02758",
    github="https://github.com/yulunzhang/RCAN",
)
HAN = Item(name="SISR-HAN-4x", paper="https://arxiv.org/pdf/2008.08767")
STUDY = Item(name="A Study", paper="http://arxiv.org/pdf/2502.03656v1.pdf", summary="It studies.")
WRITTEN = Request(question="Why is it sharp?", recommended=(RCAN, HAN), related=(STUDY,))


def written(
    question: str = '"Why is it sharp?"', models: str = "Model: M\n", papers: str = ""
) -> str:
    """Return a small prompt file with these pieces."""
    return (
        f"You are an AI scientist.\n\nA user has asked:\n{question}\n\nExplain:\n\n"
        f"{RECOMMENDED}\n{models}\n{RELATED}\n{papers}\n\nAnswer:\n"
    )


# --- prompt file or question -----------------------------------------------------------------


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: path.stem[:3])
def test_a_prompt_file_is_told_by_its_headings(path: Path, end: str) -> None:
    """Whatever ends its lines, and with one of the two sections alone."""
    text = path.read_text("utf-8")
    assert prompts.is_prompt(text.replace("\n", end))
    assert prompts.is_prompt(text[text.index(RELATED) :])


@pytest.mark.parametrize(
    "heading", ["## Recommended AI Models", "  ###recommended ai models:", "# RELATED PAPERS (3)"]
)
def test_a_misspelled_heading_makes_a_prompt_file_that_is_refused(heading: str) -> None:
    """Its models would otherwise be asked about as a part of the question."""
    text = f'"Why is it sharp?"\n\n{heading}\nModel: M\n'
    assert prompts.is_prompt(text)
    with pytest.raises(InputError, match=r"prompt:(3: a damaged heading|4: no line)"):
        prompts.parse(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Why is it sharp?",
        "Which are the recommended AI models and related papers?",
        f"What does {RECOMMENDED} mean in a prompt?",
        "# Related papershops\nWhich one?",
        "Model: M\nPaper: P",
    ],
)
def test_a_question_is_no_prompt_file(text: str) -> None:
    """The words of a heading inside a line are words."""
    assert not prompts.is_prompt(text)


# --- round trip ----------------------------------------------------------------------------


@pytest.mark.parametrize("path", [*GOLDEN, *EXAMPLES], ids=lambda p: f"{p.parent.name}-{p.stem}")
def test_an_example_file_survives_reading_and_writing(path: Path) -> None:
    """Each shipped prompt file reads and renders back to the same bytes."""
    assert path.read_bytes() == prompts.render(prompts.read(path)).encode()


def test_there_are_five_example_files_and_they_are_the_golden_ones() -> None:
    """What ships as an example is what the tests pin."""
    assert 5 == len(GOLDEN)
    assert [(p.name, p.read_bytes()) for p in GOLDEN] == [
        (p.name, p.read_bytes()) for p in EXAMPLES
    ]


def test_real_files_survive_reading_and_writing(shared: Path) -> None:
    """All 159 prompt files of the benchmark read and render back to the same bytes."""
    paths = sorted((shared / "bench" / "cnaps" / "prompts").glob("*.txt"))
    assert 159 == len(paths)
    changed = [p.name for p in paths if p.read_bytes() != prompts.render(prompts.read(p)).encode()]
    assert [] == changed


def test_the_seeds_provide_the_links_of_the_notes(seeds: dict[str, Request]) -> None:
    """The five files hold 7, 6, 7, 6 and 6 links, 17 distinct ones over all."""
    links = {name: [u for item in r.items for u in item.links] for name, r in seeds.items()}
    assert {"000": 7, "001": 6, "002": 7, "003": 6, "004": 6} == {
        n: len(u) for n, u in links.items()
    }
    assert 17 == len({u for found in links.values() for u in found})


# What a file or a line may hold. Control characters are no text, and a lone surrogate has no
# UTF-8 form, so neither can stand in a file.
TEXT = st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=60)
PIECES = st.sampled_from(
    [RECOMMENDED, RELATED, "Answer:", "Model: x", "Paper: none", "GitHub:", "Summary: s",
     '"', '"\n', "\n", "\n\n", "\r\n", " ", "\t", "\u2028", "\x85", "\x0c", "\x1b[0m", "\x00",
     "\ufeff", "None", "{{ 7*7 }}", "{% raw %}", "3×", "übergroß", "画像"]
)  # fmt: skip
PROSE = st.lists(PIECES | TEXT, min_size=1, max_size=6).map("".join)
LINE = PROSE.map(lambda text: re.sub(r"[\r\n]", " ", text)).filter(
    lambda text: re.sub(r"[\x00-\x08\x0e-\x1f]", "", text).strip() != ""
)
ITEM = st.builds(
    Item,
    name=LINE,
    paper=st.none() | LINE,
    github=st.none() | LINE,
    summary=st.none() | PROSE,
)
ITEMS = st.lists(ITEM, max_size=3, unique_by=lambda item: item.name).map(tuple)
QUESTION = PROSE.filter(lambda text: re.sub(r"[\x00-\x1f]", "", text).strip() != "")
REQUEST = st.builds(Request, question=QUESTION, recommended=ITEMS, related=ITEMS)


@given(request=REQUEST)
def test_any_request_survives_writing_and_reading(request: Request) -> None:
    """Whatever words a request holds, its file reads back as the same request."""
    assert request == prompts.parse(prompts.render(request))


@given(request=REQUEST)
def test_a_written_file_is_stable(request: Request) -> None:
    """Reading a written file and writing it again gives the same bytes."""
    text = prompts.render(request)
    assert text == prompts.render(prompts.parse(text))


@given(text=PROSE | st.lists(PIECES, max_size=30).map("\n".join))
def test_any_text_is_read_or_refused_by_line(text: str) -> None:
    """No text makes the reader fail otherwise than by naming file and line."""
    try:
        told = f"file.txt:1: {prompts.parse(text, 'file.txt').question}"
    except InputError as error:
        told = error.message
    assert re.match(r"file\.txt:[1-9]\d*: .*\S", told, re.S)


# --- variants that are read ----------------------------------------------------------------

READ: dict[str, Callable[[str], str]] = {
    "crlf": lambda text: text.replace("\n", "\r\n"),
    "cr": lambda text: text.replace("\n", "\r"),
    "byte order mark": lambda text: "\ufeff" + text,
    "no Answer line": lambda text: text.replace("\n\nAnswer:\n", ""),
    "no last line end": lambda text: text.rstrip("\n"),
    "an answer below": lambda text: text + "\n## 1. Task\n\nModel: of nothing\nPaper: none\n",
    "an answer on the line": lambda text: (
        text.rstrip("\n") + " The task is to enlarge.\n\nModel: x"
    ),
    "trailing spaces": lambda text: re.sub(r"(?<=[:\w.\"])\n", " \n", text).replace(
        " \n\n", "\n\n"
    ),
    "more empty lines": lambda text: text.replace("\n\n", "\n\n\n"),
    "no word on the task": lambda text: text.replace("Based on the following", "Given the"),
    "no line before the models": lambda text: re.sub(
        r'(?<=\?")\n.*?(?=###)', "\n", text, flags=re.S
    ),
}


@pytest.mark.parametrize("change", READ.values(), ids=READ.keys())
def test_harmless_variants_read_alike(change: Callable[[str], str]) -> None:
    """Line ends, marks, spaces and what stands after ``Answer:`` change nothing."""
    text = change(prompts.render(WRITTEN))
    assert prompts.render(WRITTEN) != text
    assert WRITTEN == prompts.parse(text)


@pytest.mark.parametrize("change", ["crlf", "byte order mark"])
def test_harmless_variants_read_alike_from_disk(tmp_path: Path, change: str) -> None:
    """The same holds for files: bytes are decoded with or without a mark."""
    path = tmp_path / "prompt.txt"
    path.write_bytes(READ[change](prompts.render(WRITTEN)).encode())
    assert WRITTEN == prompts.read(path)


@pytest.mark.parametrize(
    ("models", "papers", "expected"),
    [
        ("", "", ((), ())),
        ("None\n", "-\n", ((), ())),
        ("Model: A\nPaper: https://a.org/p\n", "", (("A",), ())),
        ("Model: A\n\nModel: B\n\nModel: C\n", "", (("A", "B", "C"), ())),
        ("Model: A\n", "Model: P\nSummary: It is.\n\nModel: Q\n", (("A",), ("P", "Q"))),
        ("Model: A\nPaper: x\n\nModel: A\nPaper: x\n", "", (("A",), ())),
        ("Model: A\n", "Model: A\n", (("A",), ("A",))),
        ("", "Model: P\nPaper: x\n", ((), ("P",))),
    ],
    ids=["nothing", "none", "one", "three", "papers", "twice", "both sections", "papers only"],
)
def test_any_number_of_models_and_papers(
    models: str, papers: str, expected: tuple[tuple[str, ...], tuple[str, ...]]
) -> None:
    """No, one or several models and papers are read; equal entries become one."""
    request = prompts.parse(written(models=models, papers=papers))
    names = tuple(
        tuple(item.name for item in part) for part in (request.recommended, request.related)
    )
    assert expected == names


def test_a_file_without_the_section_of_papers_is_read() -> None:
    """Where no heading of the papers follows, there are none."""
    text = written().replace(f"{RELATED}\n", "")
    assert Request(question="Why is it sharp?", recommended=(Item(name="M"),)) == prompts.parse(
        text
    )


@pytest.mark.parametrize("value", ["", " ", "None", "none", "null", "N/A", "-"])
def test_an_absent_link_is_none(value: str) -> None:
    """A link line that says there is none gives None, not a link."""
    item = prompts.parse(
        written(models=f"Model: M\nPaper: {value}\nGitHub: {value}\n")
    ).recommended[0]
    assert Item(name="M") == item
    assert () == item.links


@pytest.mark.parametrize(
    "question",
    [
        'He called it "magic". Is it?',
        '"quoted from end to end"',
        "first line\nsecond line",
        'a line that ends in a quote "\nand goes on',
        "three\n\nparagraphs\n\nof text",
        "Model: this is no entry\nPaper: nor this",
        f"{RELATED} inside a line",
        "It costs $3\\times$ <b>less</b> & `more`",
        "„Größer“ – 画像を3×に",
        "{{ 7*7 }} {% include 'x' %} {# no #}",
        " with spaces around ",
        '"',
    ],
)
def test_a_question_is_kept_to_the_letter(question: str) -> None:
    """Quotes, line breaks, labels and template marks inside a question are part of it."""
    request = Request(question=question, recommended=(RCAN,))
    assert question == request.question
    assert question == prompts.parse(prompts.render(request)).question


@pytest.mark.parametrize("heading", [RECOMMENDED, RELATED, "Answer:", f"{RECOMMENDED}  "])
def test_a_heading_inside_a_question_opens_nothing(heading: str) -> None:
    """A line of the question that equals a heading is indented, so that it stays text."""
    request = Request(question=f"What is\n{heading}\nfor?", recommended=(RCAN,), related=(STUDY,))
    assert f"What is\n {heading}\nfor?" == request.question
    assert request == prompts.parse(prompts.render(request))


def test_control_characters_are_dropped() -> None:
    """No file can hold them, so a request does not either; an empty rest is no question."""
    # a lone surrogate is what Python makes of a byte of the command line that is no UTF-8
    request = Request(question="a\x00b\x1b[31m\r\nc\udcff", recommended=(Item(name="\x07M"),))
    assert ("ab[31m\nc", "M") == (request.question, request.recommended[0].name)
    with pytest.raises(ValueError, match="the question is empty"):
        Request(question=" \x00\n", recommended=())


@pytest.mark.parametrize(
    "label",
    ["Model: Evil", "Paper: https://evil.example", "GitHub: https://evil.example", RELATED,
     RECOMMENDED, "Answer:", "Summary: more"],
)  # fmt: skip
def test_a_label_inside_a_running_summary_opens_nothing(label: str) -> None:
    """Only an empty line ends a summary; what stands in its lines is text."""
    papers = f"Model: P\nPaper: http://a.org/p\nSummary: It starts.\n{label}\nIt ends.\n"
    request = prompts.parse(written(papers=papers))
    item = Item(name="P", paper="http://a.org/p", summary=f"It starts. {label} It ends.")
    assert (item,) == request.related
    assert (Item(name="M"),) == request.recommended


def test_a_summary_of_several_paragraphs_is_one_summary() -> None:
    """A paragraph without a label continues the summary above it."""
    papers = "Model: P\nSummary: One.\n\nTwo.\n\nModel: Q\n"
    request = prompts.parse(written(papers=papers))
    assert (Item(name="P", summary="One.\nTwo."), Item(name="Q")) == request.related


# --- files that are refused ----------------------------------------------------------------

HEAD = 'A user asked:\n"Why?"\n\n'
REFUSED = {
    "empty": ("", 1, "the file is empty"),
    "white space": (" \n\t\n", 1, "the file is empty"),
    "mark only": ("\ufeff", 1, "the file is empty"),
    "binary": (f"{HEAD}\x00\x01\n{RECOMMENDED}\n", 4, "binary data"),
    "no models heading": (f"{HEAD}some text\n", 5, f"no line '{RECOMMENDED}'"),
    "heading in a line": (f"{HEAD}see {RECOMMENDED}\n", 4, "a damaged heading"),
    "no question": (f"Please explain.\n\n{RECOMMENDED}\nModel: M\n", 3, "no question in quotation"),
    "question not closed": (f'"Why?\n\n{RECOMMENDED}\nModel: M\n', 3, "no question in quotation"),
    "one quote": (f'A\n"\n\n{RECOMMENDED}\nModel: M\n', 4, "no question in quotation"),
    "empty question": (f'A\n""\n\n{RECOMMENDED}\nModel: M\n', 2, "the question is empty"),
    "blank question": (f'A\n"  \n "\n\n{RECOMMENDED}\nModel: M\n', 3, "the question is empty"),
    "no name": (f"{HEAD}{RECOMMENDED}\nModel:\nPaper: x\n", 5, "an entry without a name"),
    "blank name": (f"{HEAD}{RECOMMENDED}\nModel:   \nPaper: x\n", 5, "an entry without a name"),
    "no model line": (f"{HEAD}{RECOMMENDED}\nPaper: x\n", 5, "an entry without a name"),
    "contradiction": (
        f"{HEAD}{RECOMMENDED}\nModel: M\nPaper: a\n\nModel: M\nPaper: b\n", 8,
        "'M' is listed twice with different content",
    ),
    "second label": (f"{HEAD}{RECOMMENDED}\nModel: M\nPaper: a\nPaper: b\n", 7, "a second 'Paper'"),
    "second models heading": (
        f"{HEAD}{RECOMMENDED}\nModel: M\n\n{RECOMMENDED}\nModel: N\n", 7,
        f"a second '{RECOMMENDED}'",
    ),
    "second papers heading": (
        f"{HEAD}{RECOMMENDED}\n\n{RELATED}\nModel: M\n\n{RELATED}\n", 9, f"a second '{RELATED}'",
    ),
    "second empty papers heading": (
        f"{HEAD}{RECOMMENDED}\n\n{RELATED}\n\n{RELATED}\n", 8, f"a second '{RELATED}'",
    ),
    "papers before models": (
        f"{HEAD}{RELATED}\nModel: P\n\n{RECOMMENDED}\nModel: M\n", 4, f"'{RELATED}' before",
    ),
    "junk before an entry": (f"{HEAD}{RECOMMENDED}\nuse this\nModel: M\n", 5, "expected a label"),
    "junk in an entry": (f"{HEAD}{RECOMMENDED}\nModel: M\nuse this\n", 6, "expected a label"),
    "junk after an entry": (f"{HEAD}{RECOMMENDED}\nModel: M\n\nuse this\n", 7, "expected a label"),
    "junk among papers": (f"{HEAD}{RECOMMENDED}\n\n{RELATED}\nuse this\n", 7, "expected a label"),
    "label without a space": (f"{HEAD}{RECOMMENDED}\nModel:M\n", 5, "expected a label"),
}  # fmt: skip


@pytest.mark.parametrize(("text", "line", "message"), REFUSED.values(), ids=REFUSED.keys())
def test_what_cannot_be_used_is_refused_by_line(text: str, line: int, message: str) -> None:
    """The error names source, line and reason, and the hint says what to do."""
    with pytest.raises(InputError) as caught:
        prompts.parse(text, "folder/q.txt")
    assert caught.value.message.startswith(f"folder/q.txt:{line}: {message}")
    assert caught.value.hint


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b'A\n"caf\xe9?"\n', ":2: not a UTF-8 text"),
        ("A\n".encode("utf-16"), ":1: not a UTF-8 text"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", ":1: not a UTF-8 text"),
        (b"PK\x03\x04\x00\x00", ":1: binary data, not a prompt file"),
        ("A\n".encode("utf-16-le"), ":1: binary data, not a prompt file"),
        (b"", ":1: the file is empty"),
        (b"\xef\xbb\xbf\n", ":1: the file is empty"),
        (b"a" * 2_000_001, ": more than 2,000,000 bytes is no prompt file"),
    ],
    ids=[
        "latin-1",
        "utf-16",
        "png",
        "zip",
        "utf-16 without mark",
        "empty",
        "mark only",
        "too long",
    ],
)
def test_a_file_that_is_no_text_is_refused(tmp_path: Path, data: bytes, message: str) -> None:
    """Bytes that are no UTF-8 text, or far too many, are refused by file and line."""
    path = tmp_path / "q.txt"
    path.write_bytes(data)
    with pytest.raises(InputError) as caught:
        prompts.read(path)
    assert f"{path}{message}" == caught.value.message
    assert caught.value.hint


def test_a_path_that_is_no_file_is_refused(tmp_path: Path) -> None:
    """A folder and a missing path are named with the reason."""
    with pytest.raises(InputError, match=re.escape(f"{tmp_path}: {strerror(EISDIR).lower()}")):
        prompts.read(tmp_path)
    missing = tmp_path / "none.txt"
    with pytest.raises(InputError, match=re.escape(f"{missing}: {strerror(ENOENT).lower()}")):
        prompts.read(missing)


def test_a_large_file_is_read_in_bounded_time() -> None:
    """Reading takes time linear in the number of lines: far under five seconds for 200,000."""
    text = written(question='"Why?\n' + '"a\n' * 200_000 + 'Why?"', papers="Model: P\nSummary: s\n")
    start = time.process_time()
    request = prompts.parse(text)
    assert 200_001 == request.question.count("\n")
    assert time.process_time() - start < 5


# --- templates -----------------------------------------------------------------------------


@pytest.mark.parametrize("field", ["question", "name", "paper", "github", "summary"])
def test_template_marks_in_a_field_come_out_literally(field: str) -> None:
    """Values are data: no expression, statement or comment in them is run."""
    planted = "{{ 7*7 }} {% if x %} {{ question.__class__ }} {# gone? #} {% raw %}"
    fields = {"name": "M"} | ({field: planted} if field != "question" else {})
    question = planted if field == "question" else "Why?"
    text = prompts.render(Request(question=question, recommended=(Item(**fields),)))
    assert 1 == text.count(planted)
    assert "49" not in text


@pytest.mark.parametrize("name", ["answer.v9", "composer", "../answer.v1", "answer.v1.jinja", ""])
def test_an_unknown_template_is_refused(name: str) -> None:
    """The error lists the templates that exist, and no path leads out of the folder."""
    with pytest.raises(InputError, match="no prompt template") as caught:
        prompts.render(WRITTEN, name)
    assert "known: answer.v1" == caught.value.hint
    with pytest.raises(InputError, match="no prompt template"):
        prompts.template_digest(name)


def test_a_released_template_never_changes() -> None:
    """``answer.v1`` wrote files that exist; a new wording is a new version beside it."""
    digest = "30381e8cd4ba1ffde1d71409d95ba8ee33be879b917b60af166751fb673fb922"
    path = folder("prompts") / "answer.v1.jinja"
    assert digest == hashlib.sha256(path.read_bytes()).hexdigest()
    assert digest == prompts.template_digest("answer.v1")


def test_equal_requests_have_equal_digests() -> None:
    """The digest is one of content: the same file gives the same, another question another."""
    again = prompts.parse(prompts.render(WRITTEN))
    other = WRITTEN.model_copy(update={"question": "Why not?"})
    assert WRITTEN.digest == again.digest
    assert WRITTEN.digest != other.digest


DAMAGED = [
    ("### Recommended AI Models:", "Recomended AI Models:", 14, "a damaged heading"),
    ("### Recommended AI Models:", "**Recommended models**:", 14, "a damaged heading"),
    ("### Recommended AI Models:\n", "", 14, "no line '### Recommended AI Models:'"),
    ("### Related Papers:", "## Relatd Papers", 19, "expected a label"),
]


@pytest.mark.parametrize(("heading", "instead", "line", "said"), DAMAGED)
def test_a_damaged_prompt_file_is_known_by_its_other_marks(
    heading: str, instead: str, line: int, said: str
) -> None:
    """It is refused by the line of the damage with what to write, and not asked as a question."""
    text = GOLDEN[0].read_text().replace(heading, instead)
    assert prompts.is_prompt(text)
    with pytest.raises(InputError, match=f"file:{line}: {re.escape(said)}"):
        prompts.parse(text, "file")


def test_a_prompt_file_without_any_heading_is_none_but_a_prompt_file() -> None:
    """The order, the lead-in and the labels give it away."""
    text = GOLDEN[0].read_text()
    assert prompts.is_prompt(re.sub(r"(?m)^###.*\n", "", text))


@pytest.mark.parametrize(
    "text",
    [
        "Which model?\nI have a Model: RCAN here.",
        "Related question:\nwhat does HAN do?",
        "Model: RCAN\nis it fast?",
        "You are an AI scientist.\nWhat do you use for 4x?",
    ],
)
def test_a_question_with_one_such_mark_stays_a_question(text: str) -> None:
    """One alone says little."""
    assert not prompts.is_prompt(text)
