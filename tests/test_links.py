"""Link identity: the tables of the notes on grounding and catalog sources, and beyond."""

from __future__ import annotations

import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from assistant.links import Candidate, Identity, candidates, identify

RCAN_PAPER = "https://arxiv.org/pdf/1807.02758"
RCAN_CODE = "https://github.com/yulunzhang/RCAN"
DISTILLATION = "http://arxiv.org/pdf/2502.03656v1.pdf"
SAFMN_CODE = "https://github.com/sunny2109/safmn"
MSSNET_PAPER = "https://cg.postech.ac.kr/Research/MSSNet/MSSNet.pdf"
MICROSCOPY = "http://arxiv.org/pdf/2401.00261v2.pdf"
FEATSHARP = "http://arxiv.org/pdf/2502.16025v1.pdf"

# The links that the five example prompt files provide.
WORLD = {
    "arxiv:1807.02758": RCAN_PAPER,
    "github:yulunzhang/rcan": RCAN_CODE,
    "arxiv:2008.08767": "https://arxiv.org/pdf/2008.08767",
    "github:wwlcape/han": "https://github.com/wwlCape/HAN",
    "url:cg.postech.ac.kr/Research/MSSNet/MSSNet.pdf": MSSNET_PAPER,
    "github:kky7/mssnet": "https://github.com/kky7/MSSNet",
    "arxiv:2302.13800": "http://arxiv.org/pdf/2302.13800v1.pdf",
    "github:sunny2109/safmn": SAFMN_CODE,
    "arxiv:2502.03656": DISTILLATION,
    "arxiv:2501.15852": "http://arxiv.org/pdf/2501.15852v1.pdf",
    "github:mnster00/casualsr": "https://github.com/Mnster00/CasualSR",
    "arxiv:2408.16959": "http://arxiv.org/pdf/2408.16959v1.pdf",
    "github:bia006/hitsr": "https://github.com/bia006/hitsr",
    "arxiv:2401.00261": MICROSCOPY,
    "arxiv:2502.16025": FEATSHARP,
    "arxiv:2306.15218": "http://arxiv.org/pdf/2306.15218v1.pdf",
    "arxiv:2306.11848": "http://arxiv.org/pdf/2306.11848v1.pdf",
}


def found(text: str, known: tuple[str, ...] = ()) -> list[str]:
    """Return the texts of all candidates."""
    return [candidate.text for candidate in candidates(text, known)]


def resolve(text: str) -> list[str | None]:
    """Return for each candidate the provided bytes with the same identity, or None."""
    identities = [identify(link) for link in found(text, tuple(WORLD.values()))]
    return [WORLD.get(identity.key) if identity else None for identity in identities]


def key(link: str) -> str | None:
    """Return the key of a link, or None where it is refused."""
    identity = identify(link)
    return identity.key if identity else None


SAME = [
    (SAFMN_CODE, SAFMN_CODE),
    ("https://github.com/Mnster00/CasualSR", "https://github.com/Mnster00/CasualSR"),
    ("https://arxiv.org/abs/1807.02758", RCAN_PAPER),
    ("http://arxiv.org/pdf/1807.02758", RCAN_PAPER),
    ("https://arxiv.org/pdf/1807.02758.pdf", RCAN_PAPER),
    ("https://www.arxiv.org/pdf/1807.02758v2", RCAN_PAPER),
    ("https://export.arxiv.org/abs/1807.02758", RCAN_PAPER),
    ("arXiv:1807.02758", RCAN_PAPER),
    ("arxiv.org/abs/1807.02758", RCAN_PAPER),
    ("https://doi.org/10.48550/arXiv.1807.02758", RCAN_PAPER),
    ("https://arxiv.org/abs/2502.03656", DISTILLATION),
    ("https://arxiv.org/pdf/2502.03656v1", DISTILLATION),
    ("http://arxiv.org/pdf/2502.03656v1.pdf#page=3", DISTILLATION),
    ("https://arxiv.org/html/2502.03656v1/", DISTILLATION),
    ("http://arxiv.org/pdf/2401.00261v1.pdf", MICROSCOPY),
    ("https://arxiv.org/abs/2502.16025?context=cs", FEATSHARP),
    ("https://github.com/YulunZhang/RCAN", RCAN_CODE),
    ("https://github.com/yulunzhang/RCAN/", RCAN_CODE),
    ("https://github.com/yulunzhang/RCAN.git", RCAN_CODE),
    ("HTTPS://GITHUB.COM/YULUNZHANG/RCAN", RCAN_CODE),
    ("git@github.com:yulunzhang/RCAN.git", RCAN_CODE),
    ("github.com/yulunzhang/RCAN", RCAN_CODE),
    ("https://www.github.com/yulunzhang/rcan#readme", RCAN_CODE),
    ("https://github.com/yulunzhang/RCAN?tab=readme-ov-file", RCAN_CODE),
    ("https://github.com/sunny2109/SAFMN.", SAFMN_CODE),
    ("http://cg.postech.ac.kr/Research/MSSNet/MSSNet.pdf", MSSNET_PAPER),
    ("https://CG.postech.ac.kr/Research/MSSNet/MSSNet.pdf#page=2", MSSNET_PAPER),
]

OUTSIDE = [
    "https://cg.postech.ac.kr/research/mssnet/mssnet.pdf",
    "https://github.com/Mnster00/CausalSR",
    "https://arxiv.org/pdf/1807.0275",
    "https://arxiv.org/pdf/1807.027581",
    "https://arxiv.org/pdf/1807.02758v0",
    "https://arxiv.org",
    "https://arxiv.org/list/cs.CV/recent",
    "https://github.com/yulunzhang",
    "https://github.com/m",
    "https://github.com/yulunzhang/RCAN/releases/tag/v9.9",
    "https://github.com/yulunzhang/RCAN/blob/master/README.md",
    "https://github.com/xinntao/Real-ESRGAN",
    "https://github.com@evil.example/yulunzhang/RCAN",
    "https://github.com.evil.example/yulunzhang/RCAN",
    "https://github.com:8443/yulunzhang/RCAN",
    "https://github.com/yulunzhаng/RCAN",  # the a is Cyrillic
    "https://github.com/yulunzhang/RCAN%2Ereleases",
    "https://ar5iv.labs.arxiv.org/html/1807.02758",
    "https://huggingface.co/papers/1807.02758",
    "https://bit.ly/3abcd",
    "javascript:alert(1)",
]


@pytest.mark.parametrize(("text", "provided"), SAME)
def test_harmless_spellings_resolve_to_the_provided_bytes(text: str, provided: str) -> None:
    """Every spelling of a provided link, alone or in a sentence, gives that link."""
    assert [provided] == resolve(text)
    assert [provided] == resolve(f"See ({text}), which says more.")
    assert [provided] == resolve(f"[code]({text})")


@pytest.mark.parametrize("text", OUTSIDE)
def test_outside_links_are_found_and_resolve_to_nothing(text: str) -> None:
    """A link that is not provided is seen as one candidate and matches no provided link."""
    expected = [None]
    assert expected == resolve(text)
    assert expected == resolve(f"See ({text}), which says more.")
    assert expected == resolve(f"[code]({text})")


@pytest.mark.parametrize("provided", WORLD.values())
def test_provided_links_are_their_own_identity(provided: str) -> None:
    """The provided bytes are found whole and resolve to themselves."""
    assert [provided] == found(f"- {provided}\n")
    assert [provided] == resolve(provided)


def test_the_given_version_is_kept_beside_the_key() -> None:
    """Two versions of one paper share the key and differ in the version."""
    assert Identity("arxiv", "arxiv:2401.00261", 1) == identify(MICROSCOPY.replace("v2", "v1"))
    assert Identity("arxiv", "arxiv:2401.00261", 2) == identify(MICROSCOPY)
    assert Identity("arxiv", "arxiv:2401.00261") == identify("arxiv.org/abs/2401.00261")


@pytest.mark.parametrize(
    ("given_link", "other"),
    [
        (RCAN_PAPER, "http://arxiv.org/abs/1807.02758v2"),
        (RCAN_PAPER, "https://arxiv.org/pdf/1807.02758.pdf"),
        (DISTILLATION, "https://arxiv.org/abs/2502.03656"),
        (SAFMN_CODE, "https://github.com/sunny2109/SAFMN."),
        (RCAN_CODE, "https://github.com/yulunzhang/RCAN.git"),
    ],
)
def test_links_that_catalogs_write_differently_are_the_same(given_link: str, other: str) -> None:
    """The first table of canonical ids in the notes on catalog sources holds."""
    assert [key(given_link)] == [key(link) for link in found(other)]


@pytest.mark.parametrize(
    ("given_link", "other"),
    [
        (RCAN_PAPER, "https://arxiv.org/pdf/1807.0275"),
        ("https://github.com/Mnster00/CasualSR", "https://github.com/Mnster00/CausalSR"),
        (RCAN_CODE, "https://github.com/yulunzhang"),
    ],
)
def test_links_that_catalogs_must_not_merge_differ(given_link: str, other: str) -> None:
    """The second table of canonical ids in the notes on catalog sources holds."""
    assert key(given_link) != key(other)


@pytest.mark.parametrize(
    ("link", "identity"),
    [
        ("1807.02758", Identity("arxiv", "arxiv:1807.02758")),
        ("1807.02758v3", Identity("arxiv", "arxiv:1807.02758", 3)),
        ("arXiv 1807.02758", Identity("arxiv", "arxiv:1807.02758")),
        ("arXiv: 0704.0001", Identity("arxiv", "arxiv:0704.0001")),
        ("arXiv:cs/0701001", Identity("arxiv", "arxiv:cs/0701001")),
        ("arXiv:hep-th/9901001v2", Identity("arxiv", "arxiv:hep-th/9901001", 2)),
        ("https://arxiv.org/abs/math.GT/0309136", Identity("arxiv", "arxiv:math/0309136")),
        ("arxiv.org/pdf/q-bio/0309136v1.pdf", Identity("arxiv", "arxiv:q-bio/0309136", 1)),
        ("https://arxiv.org/format/1807.02758", Identity("arxiv", "arxiv:1807.02758")),
        ("https://arxiv.org/e-print/1807.02758", Identity("arxiv", "arxiv:1807.02758")),
        ("https://arxiv.org/src/1807.02758", Identity("arxiv", "arxiv:1807.02758")),
        ("10.48550/arXiv.1807.02758v2", Identity("arxiv", "arxiv:1807.02758", 2)),
        ("doi:10.48550/ARXIV.1807.02758", Identity("arxiv", "arxiv:1807.02758")),
        ("10.48550/arXiv.1807.0275", Identity("doi", "doi:10.48550/arxiv.1807.0275")),
        ("https://doi.org/10.1109/TIP.2020.1", Identity("doi", "doi:10.1109/tip.2020.1")),
        ("http://dx.doi.org/10.1109%2FTIP.2020.1", Identity("doi", "doi:10.1109/tip.2020.1")),
        ("doi.org/10.1109/TIP.2020.1", Identity("doi", "doi:10.1109/tip.2020.1")),
        ("10.1109/TIP.2020.1", Identity("doi", "doi:10.1109/tip.2020.1")),
        ("ssh://git@github.com/kky7/MSSNet.git", Identity("github", "github:kky7/mssnet")),
        ("git+https://github.com/kky7/MSSNet", Identity("github", "github:kky7/mssnet")),
        ("git+ssh://git@github.com/kky7/MSSNet", Identity("github", "github:kky7/mssnet")),
        ("https://github.com:443/kky7/MSSNet", Identity("github", "github:kky7/mssnet")),
        ("http://github.com:80/kky7/MSSNet", Identity("github", "github:kky7/mssnet")),
        ("https://github.com/kky7/MSS%4Eet", Identity("github", "github:kky7/mssnet")),
        ("https://github.com/a/b%2Ereleases", Identity("github", "github:a/b.releases")),
        ("https://github.com/a/b%252Ereleases", Identity("url", "url:github.com/a/b%252Ereleases")),
        ("https://github.com/a", Identity("url", "url:github.com/a")),
        ("https://github.com/a/b/tree/main", Identity("url", "url:github.com/a/b/tree/main")),
        ("https://github.com/a/b'", Identity("url", "url:github.com/a/b'")),
        ("https://gist.github.com/a/b", Identity("url", "url:gist.github.com/a/b")),
        ("https://arxiv.org/", Identity("url", "url:arxiv.org")),
        ("https://arxiv.org/pdf/1800.02758", Identity("url", "url:arxiv.org/pdf/1800.02758")),
        ("https://arxiv.org/pdf/1813.02758", Identity("url", "url:arxiv.org/pdf/1813.02758")),
        ("https://arxiv.org/abs/1412.00001", Identity("url", "url:arxiv.org/abs/1412.00001")),
        ("https://A.Example/B//?q=R&utm_source=x", Identity("url", "url:a.example/B/?q=R")),
        ("https://a.example/Set%205/é", Identity("url", "url:a.example/Set%205/é")),
        ("https://a.example?utm_id=1", Identity("url", "url:a.example")),
        ("https://mega.nz/#!one", Identity("url", "url:mega.nz#!one")),
        ("https://a.example/x#page=2", Identity("url", "url:a.example/x")),
    ],
)
def test_each_written_form_has_its_kind_and_key(link: str, identity: Identity) -> None:
    """Kind, key and version follow from the form alone."""
    assert identity == identify(link)


@pytest.mark.parametrize(
    "link",
    [
        "",
        "RCAN",
        "PSNR/SSIM",
        "30.24/0.821",
        "1920.10800",
        "1234.56789",
        "1807.02758v0",
        "1807.0275",
        "1412.00001",
        "cs/0701001",
        "arXiv:1807.027581",
        "https://user@github.com/a/b",
        "https://user:secret@github.com/a/b",
        "https://github.com:22/a/b",
        "https://github.com:80/a/b",
        "http://github.com:443/a/b",
        "https://github.com:/a/b",
        "https://github.com./a/b",
        "https://gıthub.com/a/b",
        "https://github%2Ecom/a/b",
        "https://github.com/a/bé",
        "https://github.com/a/b%C3%A9",
        "https://github.com/a\N{KELVIN SIGN}/b",
        "https://github.com/a/../b",
        "https://github.com/a/%2e%2e/b",
        "https://github.com/a/.",
        "https://github.com\\a/b",
        "https://github.com/a%5Cb/c",
        "https://github.com/a/b c",
        "https://github.com/a/b\n",
        "https://github.com/a/b\x00",
        "https://github.com/a/b%00",
        "https://a.example/x?q=%0A",
        "https://a.example/x\N{ZERO WIDTH SPACE}y",
        "https://a.example/x\N{RIGHT-TO-LEFT OVERRIDE}y",
        "https://a.example/x%E2%80%8By",
        "https://localhost/x",
        "http://127.0.0.1:8000",
        "https://",
        "github.com",
        "//github.com/a/b",
        "ftp://github.com/a/b",
        "ssh://root@github.com/a/b",
        "git@gitlab.com:a/b",
        "git://github.com/a/b",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "data:text/html,x",
        "mailto:a@b.example",
        "hxxps://github.com/a/b",
        "github[.]com/a/b",
        "https://github[.]com/a/b",
        "10.1109/TIP\N{KELVIN SIGN}",
    ],
)
def test_dishonest_or_unreadable_links_are_refused(link: str) -> None:
    """What is not plainly a link of a known form has no identity."""
    assert identify(link) is None


@pytest.mark.parametrize(
    ("text", "links"),
    [
        ("", []),
        ("Plain words and/or input/output, e.g. PSNR/SSIM.", []),
        ("30.24/0.821 and 0.86-1.21dB at 1920x1080, 12:30, v1.2.3, $3\\times$", []),
        ("1920.10800 and 1234.56789 and 1800.12345 and 1813.12345", []),
        ("21807.02758 and 1807.027581 and 3.1807.02758 and 1807.02758.1", []),
        ("PSNR/SSIM of 10.8432/0.3127", []),
        ("a scheme such as https:// or http://...", []),
        ("arXiv 2018, arXiv: 3 papers, on arXiv.", []),
        ("data: the training data:DIV2K and file:model", []),
        ("see conv.py/model.py and README.md/x and e.g./i.e.", []),
        ("[0.86](1.21) and net[0](x) and [part 3](#references) and []()", []),
        ("1807.02758,2008.08767; 0712.1234", ["1807.02758", "2008.08767", "0712.1234"]),
        ("1807.02758v12.pdf", ["1807.02758v12.pdf"]),
        ("论文1807.02758。", ["1807.02758"]),
        ("arXiv preprint arXiv:1807.02758v1.", ["arXiv:1807.02758v1"]),
        ("arXiv:1807.0275, arXiv1807.02758", ["arXiv:1807.0275", "arXiv1807.02758"]),
        ("arXiv:180702758", ["arXiv:180702758"]),
        ("arXiv 1807.02758 [cs.CV]", ["arXiv 1807.02758"]),
        ("(arXiv:math.GT/0309136)", ["arXiv:math.GT/0309136"]),
        ("DOI 10.1109/TIP.2020.1.", ["10.1109/TIP.2020.1"]),
        ("doi:10.1109/TIP.2020.1, doi.org/10.1/x", ["doi:10.1109/TIP.2020.1", "doi.org/10.1/x"]),
        ("10.1016/S0031-3203(99)00137-5)", ["10.1016/S0031-3203(99)00137-5"]),
        ("github.com/a/b or www.example.org", ["github.com/a/b", "www.example.org"]),
        (
            "huggingface.co/x/y openreview.net/f?id=1",
            ["huggingface.co/x/y", "openreview.net/f?id=1"],
        ),
        ("bit.ly/3a, gitlab.com/a/b", ["bit.ly/3a", "gitlab.com/a/b"]),
        ("ar5iv.org/abs/1807.02758", ["ar5iv.org/abs/1807.02758"]),
        ("gist.github.com/a/b;", ["gist.github.com/a/b"]),
        ("raw.githubusercontent.com/a/b/c", ["raw.githubusercontent.com/a/b/c"]),
        ("cg.postech.ac.kr/Research/x.pdf", ["cg.postech.ac.kr/Research/x.pdf"]),
        ("github.com:8443/a/b", ["github.com:8443/a/b"]),
        ("git@github.com:a/b.git.", ["git@github.com:a/b.git"]),
        ("ssh://git@github.com/a/b", ["ssh://git@github.com/a/b"]),
        ("git+https://github.com/a/b", ["git+https://github.com/a/b"]),
        ("ftp://x.example/y", ["ftp://x.example/y"]),
        ("hxxps://evil.example/x", ["hxxps://evil.example/x"]),
        ("hxxps[:]//evil[.]example/x", ["hxxps[:]//evil[.]example/x"]),
        ("github[.]com/a/b, github[dot]com/a/b", ["github[.]com/a/b", "github[dot]com/a/b"]),
        ("https://github[.]com/a/b", ["https://github[.]com/a/b"]),
        ("1.https://a.example/x 2.ftp://b.example", ["https://a.example/x", "ftp://b.example"]),
        ("-github.com/a/b ...bit.ly/3a", ["github.com/a/b", "bit.ly/3a"]),
        ("see...10.1109/TIP.2020.1", ["10.1109/TIP.2020.1"]),
        ("见https://a.example/x。好", ["https://a.example/x"]),
        (
            "https://a.example/x，https://b.example/y",
            ["https://a.example/x", "https://b.example/y"],
        ),
        ("“https://a.example/x”", ["https://a.example/x"]),
        ("<https://a.example/x>", ["https://a.example/x"]),
        ('<a href="https://a.example/x">', ["https://a.example/x"]),
        ("<a href='https://a.example/x' id=y>", ["https://a.example/x"]),
        ('{"url": "https://a.example/x"}', ["https://a.example/x"]),
        ("`https://a.example/x`", ["https://a.example/x"]),
        ("|https://a.example/x|9|", ["https://a.example/x"]),
        ("[1]: https://a.example/x", ["https://a.example/x"]),
        ("[x](https://a.example/y_(z))", ["https://a.example/y_(z)"]),
        ("[a](https://a.example/x),[b](b.example/y)", ["https://a.example/x", "b.example/y"]),
        ('[x](<https://a.example/y> "title")', ["https://a.example/y"]),
        ("[x](javascript:alert(1))", ["javascript:alert(1)"]),
        ("[x](data:text/html;base64,AA==)", ["data:text/html;base64,AA=="]),
        ("[x](//evil.example)", ["//evil.example"]),
        ("![x](plot.png) [y](yulunzhang/RCAN)", ["plot.png", "yulunzhang/RCAN"]),
        ("[RCAN](arXiv:1807.02758)", ["arXiv:1807.02758"]),
        (f"[{RCAN_CODE}](https://evil.example)", [RCAN_CODE, "https://evil.example"]),
        ("[github.com/a/b][1]", ["github.com/a/b"]),
        (
            "https://a.example/x[1], https://a.example/y[cite: 2]",
            ["https://a.example/x", "https://a.example/y"],
        ),
    ],
)
def test_everything_that_reads_as_a_link_is_found(text: str, links: list[str]) -> None:
    """Links of every form are found whole, and numbers and prose are left alone."""
    assert links == found(text)


@pytest.mark.parametrize(
    "tail", [*".,;:!?'\"*_`|)]}", "...", ").", "**:", "_)", "”", "…", "）", " "]
)
def test_trailing_punctuation_belongs_to_the_sentence(tail: str) -> None:
    """A link loses the punctuation and the closing brackets behind it."""
    expected = [RCAN_CODE]
    assert expected == found(f"See {RCAN_CODE}{tail}")


def test_a_provided_spelling_keeps_its_trailing_dot() -> None:
    """A trailing dot stays where the link with the dot is what was provided."""
    dotted = "https://a.example/Fig."
    assert [dotted, "https://a.example/x"] == found(f"{dotted} https://a.example/x.", (dotted,))
    assert [dotted] == found(f"({dotted})", (dotted,))
    assert [dotted[:-1]] == found(dotted)


def test_invisible_characters_are_kept_so_that_the_link_is_refused() -> None:
    """A zero-width character does not cut a link down to a provided one."""
    expected = [None]
    assert expected == resolve(f"{RCAN_CODE}\N{ZERO WIDTH SPACE}evil")


def test_a_candidate_says_where_it_stands() -> None:
    """Start and end are offsets into the text, after stripping."""
    assert [Candidate(4, 16, "bit.ly/3abcd")] == list(candidates("See bit.ly/3abcd."))


PIECES = st.sampled_from(
    [
        *WORLD.values(),
        *OUTSIDE,
        *["http://", "arXiv:", "1807.02758", "10.1109/", "](", "[", ")", "(", "[.]", ".", "%2E"],
        *["git@github.com:", "www.", "://", "/", ":", " ", "\n", "<", "a", "\N{ZERO WIDTH SPACE}"],
    ]
)
TEXTS = st.text() | st.lists(PIECES | st.text(max_size=3)).map("".join)
NAMES = st.from_regex(r"[A-Za-z0-9_-]{1,12}", fullmatch=True)


@given(TEXTS)
@example("arXiv:1807.02758v" + "9" * 5000)
@example("https://a.example/%ff\ud800")
def test_identify_never_raises(text: str) -> None:
    """Any text has an identity or none, and its key begins with its kind."""
    identity = identify(text)
    assert identity is None or identity.key.startswith(f"{identity.kind}:")


@given(TEXTS, st.sets(PIECES))
def test_candidates_are_ordered_slices(text: str, known: set[str]) -> None:
    """Candidates are non-empty slices of the text, from left to right, without overlap."""
    end = 0
    for candidate in candidates(text, known):
        assert end <= candidate.start < candidate.end
        assert candidate.text == text[candidate.start : candidate.end]
        end = candidate.end


@given(NAMES, NAMES, st.sampled_from(["https://github.com/", "git@github.com:", "GitHub.com/"]))
def test_spelling_does_not_change_a_repository(owner: str, repository: str, head: str) -> None:
    """Case, ``.git``, a trailing slash, query and fragment leave a repository the same."""
    expected = Identity("github", f"github:{owner}/{repository}".lower())
    for tail in ("", "/", ".git", ".git/", "#readme", "?tab=x", "/?tab=x#y"):
        link = f"{head}{owner}/{repository}{tail}"
        assert expected == identify(link)
        assert expected == identify(link.upper())


@given(
    st.integers(15, 30),
    st.integers(1, 12),
    st.integers(0, 99999),
    st.none() | st.integers(1, 99),
)
def test_every_form_of_an_arxiv_link_has_one_key(
    year: int, month: int, number: int, version: int | None
) -> None:
    """Page, PDF, HTML, label, DOI and bare id of a paper share the key and the version."""
    paper = f"{year:02}{month:02}.{number:05}"
    expected = Identity("arxiv", f"arxiv:{paper}", version)
    given_id = paper if version is None else f"{paper}v{version}"
    for form in (
        "{}",
        "{}.pdf",
        "arXiv:{}",
        "arXiv {}",
        "http://arxiv.org/pdf/{}.pdf",
        "https://arxiv.org/abs/{}?context=cs",
        "export.arxiv.org/html/{}/",
        "https://doi.org/10.48550/arXiv.{}",
    ):
        link = form.format(given_id)
        assert expected == identify(link)
        assert [link] == found(f"({link})")


@given(NAMES, st.booleans())
def test_the_case_of_a_host_does_not_matter_but_that_of_a_path_does(name: str, tls: bool) -> None:
    """Hosts are compared without case, scheme and final slash; paths with case."""
    scheme = "https" if tls else "http"
    assert f"url:a.example/{name}" == key(f"{scheme}://A.EXAMPLE/{name}/")
    assert (name == name.swapcase()) == (
        key(f"https://a.example/{name}") == key(f"https://a.example/{name.swapcase()}")
    )


@pytest.mark.parametrize("length", [50_000, pytest.param(1_000_000, marks=pytest.mark.long)])
@pytest.mark.parametrize(
    "piece",
    [
        *[
            "1",
            "a",
            ".",
            "[",
            "(",
            ")",
            "-",
            "/",
            "<",
            "%2E",
            "a.",
            "a[.]",
            "a-",
            "a-" * 31 + ".",
            "+a",
            "1807.",
        ],
        *["http://", "http://a(", "http://a)", "http://a ", "http://[.]", "hxxp", "www.", "git@a"],
        *["](", "](a", "](/", "[a](b.c)", "arxiv:", "arXiv 1807.02758 ", "1807.02758v1"],
        *["10.1234/", "10.1234.", "github.com/", "data:", "javascript:"],
    ],
)
def test_time_is_linear_in_the_length(piece: str, length: int) -> None:
    """A megabyte of one piece takes seconds at most; quadratic time would take minutes."""
    text = piece * (length // len(piece))
    began = time.process_time()
    identify(text)
    for candidate in candidates(text, (RCAN_CODE,)):
        identify(candidate.text)
    assert time.process_time() - began < length / 100_000
