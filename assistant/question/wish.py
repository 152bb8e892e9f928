"""What a question asks for: text -> Wish."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from pydantic import BaseModel, ConfigDict

from assistant.catalog import Labels, Span, Term, Vocabulary, Words
from assistant.question.labels import read_labels
from assistant.question.levels import read_levels
from assistant.question.limits import read_limits
from assistant.question.numbers import MAX_CHARS, Line
from assistant.question.polarity import granted, moot, prompts, refused, ruled_out, spared, unwanted
from assistant.question.prints import Print
from assistant.question.scales import read_scales

_HINT = 4  # points for a factor that is named, or a prompt that is quoted
ENLARGING = "super-resolution"
_ENOUGH = 2  # points a task needs: one weak cue alone says nothing


class Wish(BaseModel):
    """What a question asks for; None and empty mean unstated.

    ``scales`` holds linear factors in the order they were named, ``keeps_size`` that the size
    is not to change. ``size`` is the width and height in pixels the user has, ``target`` what
    is wanted, ``megapixels`` what the user has where its sides are not said, ``print`` the paper.
    ``max_mb`` bounds the weights file; ``vram_gb`` is what the user's card has.
    Of ``subjects``, ``architectures`` and ``formats`` any one will do; ``degradations`` and
    ``tags`` are all wanted, ``refused`` holds ids of any of these that are not. ``named`` are
    ids of records. ``words`` maps each field to the words it was read from.

    ``levels`` holds how strong a damage is said to be: ``noise`` as a standard deviation of 255,
    ``compression`` as a JPEG quality.

    ``form`` is what kind of answer is wanted (design.md), ``steps`` are the tasks that are
    needed in the order in which one does them, of which ``task`` is the first, and ``odds`` how
    likely each task is meant: of a learned reading only. ``order`` holds steps in the order in
    which the question names them, ``asks_order`` says that it asks for the right one.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    form: str | None = None
    steps: tuple[str, ...] = ()
    odds: dict[str, float] = {}
    order: tuple[str, ...] = ()
    asks_order: bool = False
    task: str | None = None
    scales: tuple[float, ...] = ()
    size: tuple[int, int] | None = None
    target: tuple[int, int] | None = None
    megapixels: float | None = None
    print: Print | None = None
    levels: dict[str, float] = {}
    keeps_size: bool = False
    subjects: tuple[str, ...] = ()
    degradations: tuple[str, ...] = ()
    device: str | None = None
    license: str | None = None
    architectures: tuple[str, ...] = ()
    formats: tuple[str, ...] = ()
    channels: int | None = None
    max_mb: float | None = None
    max_parameters: float | None = None
    vram_gb: float | None = None
    since: int | None = None
    until: int | None = None
    tags: tuple[str, ...] = ()
    named: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()
    aspects: tuple[str, ...] = ()
    words: dict[str, tuple[str, ...]] = {}

    @property
    def scale(self) -> float | None:
        """The factor asked for where exactly one is named."""
        return self.scales[0] if len(self.scales) == 1 else None

    def of(self, step: str | None, vocabulary: Vocabulary) -> Wish:
        """The wish of one step alone: a factor is asked of the step that enlarges, and damage that
        another step removes is not asked of it."""
        enlarges = step in (None, ENLARGING) or ENLARGING not in self.steps
        others = (vocabulary.task(one) for one in self.steps if one != step)
        gone = {damage for task in others if task for damage in task.removes}
        gone |= {*vocabulary.kinds(gone)}
        if step not in (*self.steps[:1], ENLARGING):  # the first step is held to it
            gone |= {damage.id for damage in vocabulary.degradations if damage.special}
        update: dict[str, object] = {
            "task": step,
            "steps": (step,) if step else (),
            "odds": {step: 1.0} if step else {},
            "degradations": tuple(d for d in self.degradations if d not in gone),
        }
        if not enlarges:
            update |= {"scales": (), "size": None, "megapixels": None, "print": None}
        return self.model_copy(update=update)

    @property
    def subject(self) -> str | None:
        """What the picture shows, named most clearly."""
        return self.subjects[0] if self.subjects else None


def read(text: str, vocabulary: Vocabulary, labels: Labels | None = None) -> Wish:
    """Read the wish that ``text`` states. Never fails; what is not stated stays unstated.

    With the ``labels`` of a catalog its names, architectures and tags are read as well.
    """
    line = Line(text)
    reading = _Reading(Words(line.text))
    scales, size, target, found, paper, megapixels = read_scales(line)
    limits = read_limits(line)
    spoken = read_labels(text[:MAX_CHARS], labels or Labels())
    reading.words.update({**found, **limits.words, **spoken.words})
    reading.refused.update(dict.fromkeys(spoken.refused))
    keeps_size = not scales and reading.any(vocabulary.same_size, "keeps_size")
    tasks = [task for task in vocabulary.tasks if task.keeps_size or not keeps_size]
    typed = prompts(reading.text)
    hints = {
        ENLARGING: found.get("scales", ()),
        "text-to-image": tuple(reading.text.text[start:end] for start, end in typed),
    }
    task = reading.best(
        tasks,
        "task",
        hints=hints,
        enough=_ENOUGH,
        skip=lambda _, span: any(start <= span.start < end for start, end in typed),
    )
    device = reading.best(vocabulary.devices, "device", skip=moot)
    aspects = reading.all(vocabulary.aspects, "aspects", skip=moot)
    if (device or limits.vram_gb) and "efficiency" not in aspects:  # who names either asks of cost
        aspects.insert(
            aspects.index("mechanism") if "mechanism" in aspects else len(aspects), "efficiency"
        )
    subjects = reading.all(vocabulary.subjects, "subjects", refuse=refused, enough=_ENOUGH)
    enlarges = task == ENLARGING and bool(scales)
    degradations = reading.all(
        vocabulary.degradations,
        "degradations",
        refuse=spared,
        skip=unwanted,
        enough=_ENOUGH if enlarges else 1,
    )
    channels = reading.best(vocabulary.channels, "channels", skip=_dropped)
    traits = reading.all(vocabulary.traits, "tags", refuse=ruled_out)
    return Wish(
        task=task,
        scales=scales,
        size=size,
        target=target,
        megapixels=megapixels,
        print=paper,
        levels=read_levels(line.text),
        keeps_size=keeps_size,
        subjects=tuple(subjects),
        degradations=tuple(degradations),
        device=device,
        license=reading.best(vocabulary.licenses, "license", skip=_dropped),
        architectures=spoken.architectures,
        formats=tuple(reading.all(vocabulary.formats, "formats", skip=_dropped)),
        channels=int(channels) if channels else None,
        max_mb=limits.max_mb,
        max_parameters=limits.max_parameters,
        vram_gb=limits.vram_gb,
        since=limits.since,
        until=limits.until,
        tags=tuple(dict.fromkeys((*traits, *(t for t in spoken.tags if t not in reading.refused)))),
        named=spoken.named,
        refused=tuple(reading.refused),
        aspects=tuple(aspects),
        words=reading.words,
    )


_Says = Callable[[Words, Span], bool]


def _dropped(words: Words, span: Span) -> bool:
    return moot(words, span) or refused(words, span) or granted(words, span)


class _Reading:
    """Terms found in one text; ``words`` and ``refused`` fill up on the way."""

    def __init__(self, text: Words) -> None:
        self.text = text
        self.words: dict[str, tuple[str, ...]] = {}
        self.refused: dict[str, None] = {}

    def any(self, phrases: Sequence[str], field: str) -> bool:
        """Whether the text holds one of these phrases."""
        found = next(filter(None, map(self.text.match, phrases)), None)
        if found:
            self.words[field] = (found,)
        return found is not None

    def best(
        self,
        terms: Sequence[Term],
        field: str,
        *,
        enough: int = 1,
        hints: dict[str, tuple[str, ...]] | None = None,
        skip: _Says | None = None,
    ) -> str | None:
        """The term with most points, the earlier one on a tie; words of ``hints`` speak for one."""
        best, best_points = None, enough - 1
        for term in terms:
            points, found = term.score(self.text, self._counts(skip))
            hint = (hints or {}).get(term.id, ())
            points += _HINT if hint else 0
            if points > best_points:
                best, best_points = term.id, points
                self.words[field] = found or hint
        return best

    def all(
        self,
        terms: Sequence[Term],
        field: str,
        *,
        enough: int = 1,
        refuse: _Says | None = None,
        skip: _Says | None = None,
    ) -> list[str]:
        """Ids of all terms the text speaks of, most points first.

        A term that the text speaks of only to ``refuse`` it is added to the refused ones.
        """
        scored = []
        for term in terms:
            points, found = term.score(self.text, self._counts(skip, refuse))
            if points >= enough:
                scored.append((points, term.id, found))
            elif refuse and any(refuse(self.text, place) for place in term.places(self.text)):
                self.refused[term.id] = None
        scored.sort(key=lambda one: -one[0])
        if scored:
            self.words[field] = tuple(word for _, _, found in scored for word in found)
        return [term_id for _, term_id, _ in scored]

    def _counts(self, *says: _Says | None) -> Callable[[Span], bool]:
        return lambda span: not any(one and one(self.text, span) for one in says)
