"""The words by which a message shows what it wants; ``routing`` decides in which order they count.

The patterns read ``plain`` text: lower case, one kind of quote and dash.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from assistant.question import plain

IT = (
    r"(?:it|this|that|these|those|them|they"
    r"|the (?:model|network|one|recommended\w*|first|method))"
)
POLITE = (
    r"(?:(?:ok|okay|so|and|but|now|then|well|please|hm+|also|great|thanks|thx|cheers|cool|yes|no|oh"
    r"|ah|aha|hey|hi|lovely|nice|perfect|awesome|sure|right|fine|alright|wow|good|interesting"
    r"|thank you|brilliant|super|wonderful)\b[,.! ]{0,5}){0,4}"
)
THANKS = re.compile(
    r"^(?:(?:many |ok |okay |great |perfect |cool |nice )*[,!. ]*)?(?:thanks?|thank you|thx|ty"
    r"|cheers|danke|merci|gracias|great|perfect|awesome|cool|nice|wonderful|got it|i see|understood"
    r"|makes sense|ok|okay|bye|goodbye|good bye|see you|that helps|very helpful|good to know"
    r"|all right|alright)\b"
)
HELP = re.compile(
    r"^(?:hi|hello|hey|good (?:morning|evening|afternoon)|help|what can you do|what do you do"
    r"|who are you|what are you|how can you help)\b"
)
RUN = re.compile(
    rf"^{POLITE}(?:can (?:you|i|we) |could you |let's |lets |how (?:do|can) i "
    r"|i(?:'d| would) like to |i want to |please )*"
    rf"(?:run|try|apply|execute|start|launch|test|use) (?:{IT}|my|on)\b"
    r"|\b(?:run|apply|try|test) (?:it|that|this|the model) (?:on|to|with|for)\b"
    r"|\b(?:run|use|apply|combine|chain) (?:both|all|the two)\b"
    r"|\bhow (?:do|can|to|would)? ?(?:i )?start\b(?: (?:it|that|them|both))?\W*$"
    r"|\bwhat (?:do|should|must) i type\b|\bhow do i use it\b"
    r"|\b(?:which|what) (?:is the )?commands?\b|^(?:and |the )?commands?\W*$|^(?:do it|go ahead)\b"
    r"|\b(?:here is|here's) my (?:photo|picture|image)"
)
_WEIGHED = (
    r"compare[ds]?|comparison|versus|vs|differ\w*|better|worse|sharper|faster|slower|lighter"
    r"|smaller|heavier|stronger|why not|which (?:one|of (?:them|the two|these))"
)
COMPARE = re.compile(rf"\b(?:{_WEIGHED}|instead of|rather than|over|prefer)\b")
_WEIGHS = re.compile(rf"\b(?:{_WEIGHED})\b")
COMPARE_NAMED = re.compile(r"\b(?:than|which|what|why)\b")
COMPARED = re.compile(
    r"\b(?:compare (?:it|them|both|these|those|the two)|which (?:one |of (?:them|the two|these"
    r"|those|both) )?(?:is|would|should|do|has)"
    r"|difference between (?:them|the two|both|these))"
    r"|^(?:and )?what(?:'s| is| are) the differences?\W*$"
)
BESIDE = re.compile(r"\b(?:compare|comparison|differences?)\b")
STRANGER = re.compile(
    r"\b(?:compare[ds]? (?:(?:it|this|that|them) )?(?:with|to|and|against)|versus|vs\.?|better than"
    r"|worse than) (?!(?:it|this|that|them|the|a|an|plain|bicubic|before|others?)\b)([\w.+-]{2,30})"
)
WHY = re.compile(
    rf"^{POLITE}(?:why\b|how come\b|what (?:makes|made) (?:it|that|this|you)|for what reason"
    r"|what(?:'s| is) the reason|on what grounds|justify|what speaks for)"
    r"|\breasons?\b.{0,20}\b(?:choice|choose|recommend)"
    r"|\bwhy (?:that|this|did you|do you|is (?:it|that|this))"
)
SOURCES = re.compile(
    r"\b(?:sources?|citations?|cite[ds]?|references?|(?<!as )evidence|(?<!as )proof|prove it|links?"
    r"|github|arxiv|repo(?:sitory)?|bibtex|who says|says (?:so|that|this)"
    r"|where (?:does|do|did|is|can|are).{0,40}\b(?:from|find|read|published|described|code|paper)"
    r"|(?:which|what|the|any|a|its|their) (?:papers?|article|publication)|papers?$"
    r"|(?:where|show|give|get|is there|the|its|any|official) .{0,12}\bcode|download|how do you know"
    r"|are you (?:really )?sure|is (?:that|this|it) (?:true|correct|right))\b"
    rf"|^{POLITE}(?:really|(?:the )?(?:papers?|links?|code|source))\W*$"
)
NUMBERS = re.compile(
    r"\b(?:how (?:good|big|large|wide|heavy|many (?:times|pixels|parameters|params|weights|[kmg]b))"
    r"|parameters?|params"
    r"|(?:output|final|resulting|result|picture|image|file|model) (?:size|resolution|dimensions)"
    r"|what (?:size|resolution)|(?:change|keep|same) (?:the |its )?size"
    r"|how much (?:memory|ram|vram|space)|psnr|ssim|benchmark scores?|what scores?"
    r"|(?:how|as) accurate|megapixels?)\b|\b\d{2,5} ?x ?\d{2,5}\b"
)
LIMITS = re.compile(
    r"\b(?:limits?|limitations?|fail(?:s|ure)?|go(?:es)? wrong|wrong|downsides?|weakness\w*"
    r"|drawbacks?|disadvantages?|caveats?|risks?|trust|trustworthy|invent\w*|make up|made up"
    r"|hallucinat\w*|fake|faithful|authentic|the \w+ (?:true|real|accurate|correct)"
    r"|(?:hurt|harm|ruin|spoil)\w*|as (?:evidence|proof)|in court|forensics?|diagnos\w*|safe"
    r"|(?:quantitative|scientific|exact|precise) (?:\w+ ){0,2}(?:measure\w*|analys\w*|work|counts?)"
    r"|measurements?|reliable|(?:be|is|are|looks?) (?:really )?(?:real|genuine)|real detail"
    r"|cannot do|what (?:can't|won't))\b"
)
HOW = re.compile(
    rf"\bhow (?:does|do|did|is|are|would|can) (?:{IT}|yours?|your model)\b|^{POLITE}how\W*$"
    r"|\bhow (?:it|that|this|they) works?|\btell me more\b|\bmore detail|\bin detail\b"
    r"|\belaborate\b|\bexplain (?:it|that|this|how|more|the)\b|\bwhat happens\b|\binside\b"
    r"|\bstep by step\b|\bsteps\b|\bworkflow\b|\bpipeline\b|\bchain\b|\bmechanism\b"
    r"|\bunder the hood\b|\bwalk me through\b"
)
LIGHTER = re.compile(r"\b(?:faster|lighter|smaller|quicker|cheaper|less (?:memory|computation))\b")
TARGET = re.compile(r"\b(?:to|need|want|get|at|reach|result|become)\b")
REMOVES = ("remov", "fix", "clean", "restor", "deblur", "denois", "repair", "sharpen", "get rid")
MORE = re.compile(
    r"\b(?:without|with|and|but|take|make|give|show|what|which|who|how|skip|drop|undo|back|compare"
    r"|now|then|only)\b(?! (?:great|good|helpful|thanks?|for))"
)
TAKE = re.compile(
    r"\b(?:take|use|pick|choose|select|prefer|go (?:with|for)|going (?:with|for)|switch to"
    r"|stick with|settle (?:on|for)|i'll (?:have|try)|try|let's (?:have|try)|rather (?:have|the)"
    r"|swap in|want)\b"
)
TAKE_NAMED = re.compile(
    rf"^{POLITE}(?:(?:whatever|hm+|just|then|so|i(?:'ll| will)|let's|let us)\b[,.! ]*){{0,3}}"
    r"(?:take|use|choose|pick|have|go (?:with|for)|switch to|settle (?:on|for)|prefer)(?: the)?"
    r" (\S+)"
    r"(?: (?:then|instead|please|now|after all))*\W*$"
)
CHOSEN = re.compile(
    r"^(?:ok|okay|fine|good|right|alright|all right|well|then|hm+|so|deal)\b[,. ]+(?:then )?the \w"
    r"|^the .*\bthen\W*$"
)
"""What takes an item that it points at, without a verb: "fine, the smaller of those two"."""
TWO = re.compile(r"\b(?:the|those|these|them) two\b|\bboth\b")
PARAMETERS = re.compile(r"\b(?:one|model|network) (?:with|that has) .{0,20}param")
FAITHFUL = re.compile(
    r"\b(?:no|not|nothing|none|without|never|cannot|\w+n't|dont|zero)\b[^.?!,;]{0,30}?"
    r"\b(?:invent\w*|ma(?:de|ke|king|kes) (?:\w+ )?up\b(?! (?:my|your|our|their) mind)"
    r"|hallucinat\w*|fak(?:ed|ing)|fabricat\w*"
    r"|dream(?:ed|ing|t)? (?:\w+ )?up|(?:wasn't|weren't|not) there)"
)
"""A wish that nothing be drawn that was not there."""
OF_MODEL = re.compile(
    rf"^{POLITE}(?:(?:does|do|will|would|can|could|might) (?:it|they)(?! be that\b)"
    r"|(?:does|do|will|would|can|could|might|is) (?:this|that|the|your) (?:model|network|method))\b"
)
"""A question of the model in force, not of a result."""
SUFFERS = re.compile(
    r"\b(?:they|it|these|those|some|all|most|both|which|(?:the|my|our) \w+)"
    r"(?: of (?:them|it|these))?"
    r"(?: (?:also|all|both|even|only|just|often|sadly))?(?:'re|'s| (?:are|is|were|was|have|has"
    r"|got|came|come|look|looks|suffer|went))\b|\bthere(?:'s| is| are) "
)
"""A message that tells what is wrong with the pictures."""
ORDER = re.compile(
    r"\b(?:what|which) (?:order|sequence)\b|\border (?:again|do|should|of the steps)\b"
)
ASKED = re.compile(
    rf"^{POLITE}(?:(?:in|on|at|of|for|from|by|with) )?"
    r"(?:what|which|who|whose|how|why|when|where)\b"
)
NO_MORE = re.compile(
    r"\b(?:only|just|merely|nothing but|all (?:that )?(?:i|we) (?:have|own) is)\b.{0,20}?"
    r"\b(?:(?:smart)?phone|mobile|laptop|notebook|netbook|tablet|raspberry|cpu)\b"
    r"(?!(?:'s)?[ -](?:phone )?(?:photo|picture|pic|snapshot|shot|image|video|camera)s?\b)"
    r"|\b(?:no|without an?|haven't (?:got )?an?|don't have an?|lack an?) "
    r"(?:gpu|graphics card|video card)\b"
)
"""What a model has to run on, told of what its user owns; not what took the picture."""
SUPERLATIVE = re.compile(
    rf"^{POLITE}(?:and |or )?(?:(?:which|what)(?: one| model)?(?: is|'s)? )?(?:the )?"
    r"(?:very )?(?:fastest|quickest|lightest|smallest|leanest|newest)\b"
)
DOUBTS = re.compile(rf"^{POLITE}(?:is|are|does|do|was|were|did|has|ca|could|would|wo)n'?t\b")
ENOUGH_FOR = re.compile(r"\b(?:enough|sufficient|suffices?|do) (?:for|in|on|to print in) (.{2,40})")
ALSO = re.compile(r"\b(?:also|too|then|as well|afterwards)\b")
DEMANDS = re.compile(
    r"\b(?:must|should|may|has to|have to|needs? to|is to|shall|don't want|do not want)\b"
)
THAT = re.compile(r"\b(?:it|that|this)(?: one)?\b")
EITHER = re.compile(r"\bor\b|\bvs\b|\bversus\b")
WHO = re.compile(r"\b(?:who|whose|when)\b.*\b(?:and|or)\b")
RESULT = re.compile(
    r"\b(?:results?|outputs?|c[ao]me[s]? out|after|turn(?:s|ed)|bec[ao]mes?|looks?|upscaled"
    r"|enlarged|why|now|got|gets)\b"
)
SHOWN = re.compile(r"\b(?:results?|outputs?|detail|pictures?|photos?|faces?)\b")
ABOUT = re.compile(r"\b(?:tell|about|what(?:'s| is)|describe|explain)\b")
OTHER = re.compile(
    r"\b(?:anything else|something else"
    r"|other (?:[a-z-]+ )?(?:models?|options?|choices?|ones?|networks?)|alternatives?"
    r"|another (?:[a-z-]+ )?(?:model|one|option|network)|second best|next best|what else"
    r"|different (?:model|one))\b"
)
TERM = re.compile(
    r"^(?:and |so |but )?(?:what(?:'s| is| are| does| do)|define|explain|meaning of"
    r"|what do you mean by)\s+(?:an? |the )?"
    r"[\"“']?([a-z][\w /-]{1,50}?)[\"”']?(?: mean| stand for| here| exactly)*\??$"
)
OF_IT = re.compile(r"\W*(?:does|do|can|could|will|would|has|have) (?:it|this|that|they)\b", re.I)
"""A question of what was shown, by its first words."""
ABOUT_IT = re.compile(rf"\b{IT}\b|\bworks?\b|\bsuitable\b|\bgood for\b|\bfast\b|\bslow\b|\bhandle")
YES_NO = re.compile(
    rf"^{POLITE}(?:is|are|does|do|did|can|could|will|would|has|should|may|what if|even if"
    rf"|works?|any good)\b"
)
ELLIPSIS = re.compile(
    rf"^{POLITE}(?:and|what about|how about|what if|same|also|now|instead|or|but|for|at|on|in|with"
    r"|without|make it|i need|i want|i have|my|it should|it must|it has to|only|actually|rather"
    r"|let's|suppose|say)\b"
)


SHORT = re.compile(
    r"\b(?:simpl(?:er|y|e terms|e words)(?! (?:model|network|one))|shorter"
    r"|brief(?:ly|er)?|in short|in a nutshell|tl;?dr"
    r"|summar\w+|plain (?:english|words|terms|language)|layman\w*|one sentence|eli5"
    r"|rephrase|other words|do(?: not|n't) (?:understand|get it)|confus\w+)\b"
)
RECORDED = {  # what a record may state, by how people ask for it
    "license": re.compile(
        r"\b(?:may|can|could) (?:i|we) (?:\w+ )?(?:use|sell) (?:it|them|this|that) (?:for|in|at"
        r"|commerc)|\b(?:am i|are we|is it) (?:allowed|free)\b|\blicen[cs]\w*|\bcommercial\w*"
        r"|\bsell\b|\bfor (?:work|clients?|money)\b"
    ),
    "date": re.compile(
        r"\b(?:and |the |its )?years?\W*$|\bwhen (?:was|is|did)\b|\b(?:what|which) year\b"
        r"|\bhow (?:old|new|recent)\b"
    ),
    "makers": re.compile(
        r"\bwho (?:made|makes|wrote|developed|created|built|trained|published|is behind)\b"
        r"|\b(?:authors?|developers?|creators?)\b"
    ),
    "size": re.compile(r"\bparam(?:eter)?s?\b"),
    "data": re.compile(
        r"\btrain(?:ed|ing) (?:on|data|set|images|pictures|photos)\b|\b(?:what|which) data"
        r"|\bdata ?sets?\b"
    ),
    "file": re.compile(
        r"\b(?:file|download|weights|model) size\b"
        r"|\bsize of the (?:file|download|weights|model)\b|\bon disk\b"
    ),
    "cost": re.compile(
        r"\bhow (?:long|fast|slow|quick)|\bgpus?\b|\bvram\b|\bruntime\b|\bspeed\b"
        r"|\b(?:per|an?|each) (?:hour|minute|second|day)\b|\bfps\b"
        r"|\b(?:expensive|resources|hardware)\b"
    ),
}
SEVERAL = re.compile(
    r"\b(?:both|them|all|each|these|those|the two|they|their|which (?:one|of|is|has|was|needs))\b"
)
_GRAY = r"(?:gr[ae]y(?:[ -]?scale)?|black and white|b&w|monochrome|single[ -]channel)"
GRAY = re.compile(_GRAY)
TAKES_GRAY = re.compile(
    r"\b(?:reads?|takes?|accepts?|handles?|supports?|works? (?:on|with|for)|feed|input (?:is|as))"
    rf" (?:\w+ ){{0,2}}{_GRAY}"
)
DATED = re.compile(
    rf"^{POLITE}(?:(?:(?:it|the (?:model|network)|one|something) )?(?:must|should|has to|needs? to)"
    r" (?:be|come|date) )?(?:only )?(?:from )?"
    r"((?:since|after|before|until|not before|nothing before) 20\d\d)\b"
)
_WANTS = (
    r"(?:an?|any|some|only|just|another|use|take|try|prefer|want|need|give me|rather|based on|be"
    r"|go (?:for|with)|switch to)"
)
_KIND = r"(?:ones?|models?|networks?|nets?|variants?|versions?|architectures?|instead|please|then)"
POINTS = re.compile(rf"\b{IT}\b|\bone\b")
SAME = re.compile(r"\b(?:it|that|this|they|them|the (?:model|network|same))\b")
WHAT_ABOUT = re.compile(rf"^{POLITE}(?:what about|how about|and)\s+(?:the )?([a-z ]{{3,30}}?)\W*$")
ANOTHER = re.compile(rf"^{POLITE}(?:what about|how about|and|or|not)\b")
OPENING = re.compile(
    rf"^{POLITE}(?:which|what|how|i|my|we|can|is there|recommend|find|the|our|a)\b"
)


def wants(said: str, names: Iterable[str]) -> bool:
    """Whether a message asks for one of these kinds, "a SwinIR one", rather than about it."""
    name = "|".join(re.escape(name.lower()) for name in names)
    if not name or _WEIGHS.search(said):
        return False
    kind = rf"(?:{name})(?:[ -](?:based|style|type))?(?:,? (?:or|and) (?:{name}))*"
    end = r"(?: instead of .{1,40}| (?:for|at|with|on|in) .{1,60})?\W*$"
    asked = rf"\b{_WANTS} (?:an? |the )?{kind}(?: {_KIND})*{end}|^{POLITE}{kind}(?: {_KIND})+{end}"
    return re.search(asked, said) is not None


def asks_more(said: str) -> bool:
    """Whether a message that opens like thanks goes on to ask for something."""
    return any(cue.search(said) for cue in (SOURCES, RUN, WHY, NUMBERS, LIMITS, OTHER, HOW, MORE))


def term_of(text: str) -> str:
    """The term that "what is X?" asks for."""
    found = TERM.match(plain(text).strip())
    return found.group(1).strip() if found else text
