"""The identity of a link: finding links in a text, and saying which two are the same.

A link has two strings: the bytes as given, the only form ever printed, and a key, the
only form ever compared. Keys are compared whole, never by prefix and never by
similarity, so that neither a deep link nor a nearly equal name passes as its neighbor.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from urllib.parse import unquote

# ASCII, because without it [a-z] would also match the long s and the Kelvin sign.
_FLAGS = re.ASCII | re.IGNORECASE | re.VERBOSE

_MONTH = r"(?:0[1-9]|1[0-2])"
# Five digits follow the dot since January 2015, four before that.
_NEW_ID = rf"(?:(?:0[7-9]|1[0-4]){_MONTH}\.[0-9]{{4}}|(?:1[5-9]|[2-9][0-9]){_MONTH}\.[0-9]{{5}})"
_ARCHIVE = r"[a-z]{2,8}(?:-[a-z]{2,4})?"  # cs, math, hep-th, cond-mat
_OLD_ID = rf"(?:{_ARCHIVE}|q-[a-z]{{2,3}})(?:\.[a-z-]{{2,8}})?/[0-9]{{2}}{_MONTH}[0-9]{{3}}"
_ARXIV_ID = rf"(?P<id>{_NEW_ID}|{_OLD_ID})(?:v(?P<version>[1-9][0-9]{{0,3}}))?(?:\.pdf)?"
_ARXIV_TEXT = re.compile(rf"(?:arxiv:?\s? | (?=[0-9])) {_ARXIV_ID}", _FLAGS)
_ARXIV_PATH = re.compile(rf"/(?:abs|pdf|html|format|e-print|src)/{_ARXIV_ID}/?", _FLAGS)
_ARXIV_DOI = re.compile(rf"10\.48550/arxiv\.{_ARXIV_ID}", _FLAGS)

_DOI = r"10\.[0-9]{4,9}(?:\.[0-9]+)*/[!-~]+"
_DOI_TEXT = re.compile(rf"(?:doi:)?(?P<doi>{_DOI})", _FLAGS)
_DOI_PATH = re.compile(rf"/(?P<doi>{_DOI})", _FLAGS)

_GITHUB_PATH = re.compile(r"/([a-z0-9._-]+)/([a-z0-9._-]+?)(?:\.git)?/?", _FLAGS)
_GIT_REMOTE = re.compile(
    r"\A(?:git@github\.com: | (?:git\+)?ssh://git@github\.com/ | git\+https://github\.com/)",
    _FLAGS,
)

_URL = re.compile(
    r"""
    (?:(?P<scheme>https?)://)?
    (?P<host>(?:[a-z0-9-]+\.)+[a-z][a-z0-9-]+)
    (?::(?P<port>[0-9]+))?
    (?P<path>/[^?\#]*)?
    (?:\?(?P<query>[^\#]*))?
    (?:\#(?P<fragment>.*))?
    """,
    _FLAGS,
)
_DEFAULT_PORT = {"http": "80", "https": "443"}

_ARXIV_HOSTS = frozenset({"arxiv.org", "www.arxiv.org", "export.arxiv.org"})
_DOI_HOSTS = frozenset({"doi.org", "www.doi.org", "dx.doi.org"})
_GITHUB_HOSTS = frozenset({"github.com", "www.github.com"})


@dataclass(frozen=True, slots=True)
class Identity:
    """What a link points to; two links are the same if their keys are equal."""

    kind: str
    """``arxiv``, ``github``, ``doi`` or ``url``."""
    key: str
    """Such as ``arxiv:1807.02758``, ``github:yulunzhang/rcan``, ``url:host/Path.pdf``."""
    version: int | None = None
    """The arXiv version, if the link names one; not part of the key."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A piece of a text that reads as a link: ``text == source[start:end]``."""

    start: int
    end: int
    text: str


def identify(link: str) -> Identity | None:
    """Return the identity of one link, or None if no honest link is written so.

    - ``arxiv``: ``arXiv:ID``, ``arXiv ID``, a bare new-style id, ``10.48550/arXiv.ID``, and
      ``/abs/``, ``/pdf/``, ``/html/`` ... on arxiv.org, each with or without version;
    - ``github``: exactly owner and repository, also with ``.git``, ``git@`` or ``ssh://``;
    - ``doi``: bare, after ``doi:`` or on doi.org;
    - ``url``: any other http or https address, even without its scheme: host in lower case,
      path as given, query without ``utm_*``. Deep GitHub links and malformed arXiv links are
      such addresses, equal to nothing but themselves.

    Refused are user info, ports other than the default, hosts that are not ASCII or end in a
    dot, non-ASCII names on GitHub, dot segments, backslashes, white space, control, zero-width
    and bidirectional characters (also as percent escapes, decoded once), and other schemes.
    Trailing punctuation is the business of `candidates`.
    """
    if found := _ARXIV_TEXT.fullmatch(link):
        return _arxiv(found)
    if not link.isprintable() or " " in link or "\\" in link:
        return None
    if found := _DOI_TEXT.fullmatch(link):
        return _doi(found["doi"])
    url = _URL.fullmatch(_GIT_REMOTE.sub("https://github.com/", link))
    return _address(url) if url else None


def _address(url: re.Match[str]) -> Identity | None:
    host, given, asked = url["host"].lower(), url["path"] or "", url["query"] or ""
    path = unquote(given)
    if not _is_sound(url) or (host in _GITHUB_HOSTS and not path.isascii()):
        return None
    if host in _ARXIV_HOSTS and (found := _ARXIV_PATH.fullmatch(path)):
        return _arxiv(found)
    if host in _DOI_HOSTS and (found := _DOI_PATH.fullmatch(path)):
        return _doi(found["doi"])
    if host in _GITHUB_HOSTS and (found := _GITHUB_PATH.fullmatch(path)):
        return Identity("github", f"github:{found[1]}/{found[2]}".lower())
    query = "&".join(part for part in asked.split("&") if not part.lower().startswith("utm_"))
    key = f"url:{host}{given.removesuffix('/')}" + (f"?{query}" if query else "")
    if (url["fragment"] or "").startswith(("!", "/")):  # mega.nz/#!FILE: the fragment is the page
        key += f"#{url['fragment']}"
    return Identity("url", key)


def _is_sound(url: re.Match[str]) -> bool:
    scheme, path = url["scheme"], unquote(url["path"] or "")
    if not scheme and not path:
        return False
    if url["port"] not in (None, _DEFAULT_PORT[(scheme or "https").lower()]):
        return False
    if not {".", ".."}.isdisjoint(path.split("/")):
        return False
    decoded = path + unquote(url["query"] or "")  # may hold spaces, the link itself may not
    return decoded.isprintable() and "\\" not in decoded


def _arxiv(found: re.Match[str]) -> Identity:
    archive, _, number = found["id"].lower().rpartition("/")
    if archive:  # math.GT/0309136 and math/0309136 are one paper
        number = f"{archive.partition('.')[0]}/{number}"
    return Identity("arxiv", f"arxiv:{number}", int(found["version"]) if found["version"] else None)


def _doi(doi: str) -> Identity:
    if found := _ARXIV_DOI.fullmatch(doi):
        return _arxiv(found)
    return Identity("doi", f"doi:{doi.lower()}")


# Domains under which a host without a scheme is taken for one. Not complete: endings that
# are also words or file types (in, it, me, py, md, sh) would turn prose into links.
_DOMAIN = r"""(?:com|org|net|edu|gov|io|ai|app|dev|co|ly|gl|eu
              |au|ca|ch|cn|de|fr|hk|jp|kr|nl|ru|sg|tw|uk)"""
_DOT = r"(?:\.|\[\.\]|\(\.\)|\[dot\])"  # github[.]com

# Every alternative is bounded or starts where no run of its own characters precedes it, so
# that a long run is read once and not once from each of its characters.
_START = re.compile(
    rf"""
    (?P<url>                                                # the head; _url_end finds the rest
        https?://
      | (?<![a-z0-9]) (?:
            (?<![a-z0-9][+-]) [a-z][a-z0-9+-]{{0,30}} (?: :// | \[:\]// | \[://\] )
          | (?<![a-z0-9][.-]) (?:[a-z0-9][a-z0-9-]{{0,62}}{_DOT}){{1,8}}{_DOMAIN}(?::[0-9]{{1,5}})?/
          | www\. (?=[a-z0-9])
          | git@[a-z0-9.-]{{1,100}}[:/]
          | (?:javascript|vbscript|mailto): (?=\S)
          | file:/ | data:(?:application|audio|font|image|text|video)/
          | (?<![0-9]\.) (?:doi:)?10\.[0-9]{{4,9}}(?:\.[0-9]{{1,9}}){{0,4}}/ (?!0\.[0-9])
        )                                                   # 10.8432/0.31 is a PSNR/SSIM pair
      | (?: (?<=\]\() | (?<=\]\(<) ) (?=[a-z./] [^\s()<>]{{0,300}} (?: [/:] | \.[a-z] ))
    )
    | (?<![a-z0-9]) arxiv (?: :[0-9] | :?\s?(?:{_OLD_ID} | [0-9]{{4}}\.[0-9]) ) [\w.]*
    | (?<![0-9]) (?<![0-9]\.) {_NEW_ID} (?:v[0-9]+)? (?:\.pdf)? (?![0-9]) (?!\.[0-9])
    """,
    _FLAGS,
)
# White space, quotes, table bars, dashes and CJK punctuation end a URL; brackets may.
# Zero-width and bidirectional characters do not: they stay inside and get it refused.
_STOP = re.compile(
    r"""[\s<>"`|()\[\]{}\u00ab\u00bb\u2010-\u2027\u2039\u203a\u3000-\u303f\uff00-\uffef]"""
)
_CLOSING = {"(": ")", "[": "]", "{": "}"}
_TRAILING = ".,;:!?'\"*_`|"


def candidates(text: str, known: Collection[str] = ()) -> Iterator[Candidate]:
    """Yield everything in ``text`` that reads as a link, left to right, without overlap.

    Found are addresses with any scheme, common hosts and ``www.`` without one, ``git@``
    remotes, targets of Markdown links, script and data targets, obfuscated forms (``hxxp``,
    ``github[.]com``), arXiv ids with and without ``arXiv``, and DOIs. A link ends before a
    bracket that it did not open, and loses trailing punctuation unless with it the link is one
    of ``known``, the spellings of provided links. Time is linear in the length of the text.
    """
    spellings = frozenset(known)
    position = 0
    while head := _START.search(text, position):
        start = head.start()
        position = _url_end(text, head.end()) if head["url"] is not None else head.end()
        link = text[start:position]
        if link not in spellings:
            link = link.rstrip(_TRAILING)
        if head["url"] is None or len(link) > len(head["url"]):
            yield Candidate(start, start + len(link), link)


def _url_end(text: str, position: int) -> int:
    unclosed = dict.fromkeys(_CLOSING.values(), 0)
    for stop in _STOP.finditer(text, position):
        character = stop.group()
        if character == "[" and not text.startswith(("[.]", "[dot]"), stop.start()):
            return stop.start()  # a marker such as [1] stands behind the URL
        if character in _CLOSING:
            unclosed[_CLOSING[character]] += 1
        elif unclosed.get(character):
            unclosed[character] -= 1
        else:
            return stop.start()
    return len(text)
