"""Names that stand where a question speaks of a program or a model: "DLSS" in *how does DLSS
upscale*, "remini" in *remini gave my aunt new teeth*. Which of them a catalog knows is told by
``assistant.naming``."""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.catalog import Span, Words
from assistant.question.coined import coined, listed
from assistant.question.polarity import ruled_out


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_NAME = (  # a word that opens a sentence begins none
    r"(?P<name>(?!(?:The|My|Our|Their|An?|This|That|When|If|Since|After|Because|Does|Did|Do|Can"
    r"|Could|Will|Would|Is|Are|Was|Tried|Using|Used|Use|With|But|And|So|Or|For|In|On|Like|Instead"
    r"|Compare|Explain|How|Why|What|Which|Who|Where|It|He|She|They|We|You|One|Everyone|Nothing"
    r"|Please|Mine|Than|Over|Neither|Both|Any|Some|AI|I)\b)"
    r"(?:[A-Z]|[a-z]{1,3}[A-Z])[\w+]*(?:[-.]\w[\w+]*)*"
    r"(?: (?:(?!(?:AI|I)\b)[A-Z][\w+]*(?:[-.]\w[\w+]*)*|AI\b|\d(?:\.\d+)?(?![\w.]))){0,3})"
)
_LOWER = r"(?P<name>[a-z][a-z0-9]{3,})"
_KIND = (  # nouns for what a program offers
    r"(?:AI|apps?|plug-?ins?|software|program|upscalers?|denoisers?|presets?|(?:neural )?filters?"
    r"|subscriptions?|super[- ]resolution|noise (?:reduction|removal)|enhancers?|removers?)\b"
)
_TAKEN = (
    r"(?:tr(?:y|ied|ying)|us(?:e[sd]?|ing)|tested|replac(?:e|ed|ing)|bought|ran|via"
    r"|pa(?:y|ys|ying|id) for|subscri(?:bed|ption) to"
    r"|(?:alternatives?|similar|switch(?:ed|ing)?) to"
    r"|(?:replacements?|substitutes?) for|equivalents? (?:of|to|for)|(?:versions?|clones?) of"
    r"|(?<!into )(?:something|anything|tools?|apps?|programs?|models?) like|instead of"
    r"|(?:better|worse|faster|slower|safer|other|rather|cheaper) than|compared? (?:to|with)"
    r"|anything but|(?:mov|switch)(?:ed|ing|e) (?:away )?from|quit|leaving|ditch(?:ed|ing)"
    r"|results? (?:of|from)|worth paying for)"
)
_DEED = (
    r"(?:up-?scal|enlarg|de-?nois|de-?blur|sharpen|restor|clean|remov|edit|invent|hallucinat|draw"
    r"|decid|manag|work|flicker|keep|preserv|handl|fix|repair|fill|colou?r|get that|be used|beat"
    r"|predict|interpolat|extend|animat|enhanc|chang|smooth|make up|know)\w*"
)
_BECOMES = (  # what a program does to a picture
    r"(?:(?:always|also|just|only|quietly|completely|kind of|often) )?(?:gave|gives|ma[dk]es?|turn"
    r"(?:ed|s)|chang(?:ed|es)|invent(?:ed|s)|smooth(?:ed|s)|sharpen(?:ed|s)|remov(?:ed|es)|ruin(?:ed"
    r"|s)|eats|ate|ke(?:eps|pt)|replac(?:ed|es)|add(?:ed|s)|crash(?:ed|es)|upscal(?:ed|es)|enlarg(?:ed|es)|leaves|refuses"
    r"|smear(?:ed|s)|left|messe[sd]|hallucinat(?:ed|es)|destroy(?:ed|s)|accepts|takes)\b"
)
MEDIUM = (  # what follows the name of a format, a maker, a place or a data set
    r"(?:'s|s'|’s)?[ -](?:photos?|pictures?|pics?|images?|tapes?|films?|cassettes?|footage|video"
    r"|recordings?|files?|scans?|scanners?|cameras?|lens(?:es)?|sensors?|raws?|discs?|dvds?|rips?"
    r"|games?|phones?|laptops?|cards?|numbers|figures|scores?|data ?sets?|benchmarks?|tests?"
    r"|textures?|formats?|captures?|mods?|weights|book|prints?|slides?|negatives)\b"
)
_OPENS = r"(?:^|[.!?,;:(] ?|\b(?:and|but|so|when|because|after|since|that) )"
_ASKS = r"\b(?:(?:how|why) (?:does|did|do|can|could)|explain how|does|did|can|could|will|would|is)"
_RATED = r"(?:better|worse|worth|safer?|as good)"
_TERM = r"\b(?:what is|what's|what does|explain|tell me about)"
_END = r"(?![\w-])"

_PLACES = tuple(
    re.compile(pattern)
    for pattern in (
        rf"\b(?i:{_TAKEN}) (?:(?:plain|the|an?|old|their) )?{_NAME}{_END}(?! \d\d|(?i:{MEDIUM}))",
        rf"(?i:{_ASKS}) {_NAME}{_END} (?i:(?:\w+ )?{_DEED})",
        rf"(?i:\b(?:is|would)) {_NAME}{_END} (?i:(?:be )?(?:any )?{_RATED})",
        rf"(?i:{_TERM}) {_NAME}{_END}(?!(?i:{MEDIUM}))",
        rf"(?i:\b(?:over|from|and|or|vs\.?|versus) (?:plain )?){_NAME}{_END}(?= (?i:{_KIND}))",
        rf"\b{_NAME}{_END}(?:['’]?s)? (?i:{_KIND})",
        rf"(?<![\w-]){_NAME}{_END} (?i:versus|vs\.?|against)(?!\w)",
    )
)
_ACTS = re.compile(rf"(?i:{_OPENS}(?:(?:the|my|our|their) )?){_NAME}{_END} {_BECOMES}")  # as people
_SPOKEN = (  # in small letters: only what can be nothing else
    re.compile(
        rf"(?i:{_OPENS}){_LOWER} (?!eats|ate|left|leave|ke[ep]|add|take){_BECOMES} "
        r"(?:my|me|her|his|the|our|every\w+|on|with)\b"
    ),
    re.compile(rf"\b{_LOWER}(?:['’]?s) (?:AI|ai) "),
)
_SHAPED = re.compile(r"[a-z][A-Z]|[A-Z]{3}|[A-Za-z]{3,}[-+]?\d|-[A-Z]|[a-zA-Z] [A-Z]")
_PLAIN = re.compile(r"[A-Z][a-z]+(?:-[a-z]+)+")  # "Low-magnification" opens a sentence
_OTHER = re.compile(  # what tells a word of everyday to be a program where it stands
    r"\b(?:instead|else|alternative|why|better|another|other|which|what (?:model|\w+er)s?|wrong"
    r"|be used)\b",
    re.I,
)
_PEOPLE = _words(
    """mum mom mam mama dad papa nan nana gran granny grandma grandpa grandad granddad uncle aunt
    auntie father mother sister brother wife husband someone somebody everyone nobody everybody
    friend friends kids mr mrs ms dr professor"""
)
NO_TOOL = _words(  # what one works on, with or by, and what pictures come by
    """windows linux ubuntu debian fedora macos mac ios android python java javascript rust matlab
    pytorch tensorflow cuda nvidia amd intel apple google microsoft adobe canon nikon sony fuji
    fujifilm kodak leica olympus panasonic pentax polaroid epson gopro dji pixel iphone samsung
    xiaomi huawei jetson raspberry geforce radeon rtx gtx whatsapp facebook instagram telegram
    youtube discord twitter reddit flickr tiktok mpv vlc kodi plex obs zoom skype docker
    jpeg png tiff heic webp raw exif pdf gif mp4 mpeg avi hdr sdr vhs dvd cctv pal ntsc secam dds
    english german french spanish italian russian japanese chinese latin
    saas iot phd
    ai led hdr10 dolby gan cnn gpu cpu vram psnr ssim lpips fid iso ocr mri ct dslr rgb srgb usb
    january february march april may june july august september october november december
    monday tuesday wednesday thursday friday saturday sunday christmas"""
)


def tools_in(text: str) -> list[str]:
    """What ``text`` speaks of as a program or a model, each as it is written there, in order;
    nothing that it refuses (*anything but X*, *X is not an option*)."""
    words = Words(text)
    found = {span: name for name, span in _found(text) if not ruled_out(words, span)}
    return list(dict.fromkeys(found[span] for span in sorted(found)))


def _found(text: str) -> Iterator[tuple[str, Span]]:
    seen: set[int] = set()
    for pattern in (*_PLACES, _ACTS, *_SPOKEN):
        for match in pattern.finditer(text):
            name, start = match["name"], match.start("name")
            if start in seen or not _tool(name, text, pattern):
                continue
            seen.add(start)
            yield name, Span(start, start + len(name))


def _tool(name: str, text: str, slot: re.Pattern[str]) -> bool:
    first, *rest = (word.casefold() for word in name.split())
    maker = first in NO_TOOL and all(re.search(r"\d", word) for word in rest)  # Leica M6
    if first in _PEOPLE or maker or _PLAIN.fullmatch(name):
        return False
    if slot in _SPOKEN:
        return first not in NO_TOOL and not first.endswith("ing")
    person = slot == _ACTS and listed(first)  # "Sarah changed it", whatever else is said
    shaped = _SHAPED.search(name) or coined(first) or (not person and _OTHER.search(text))
    return sum(map(str.isalpha, name)) > 2 and bool(shaped)
