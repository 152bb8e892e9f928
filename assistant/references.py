"""Part 3 and the fit line, rendered from the records: a writer never writes a link."""

from __future__ import annotations

import re

from pydantic import BaseModel, ConfigDict

from assistant.links import candidates, identify
from assistant.roles import ROLES, Role
from assistant.text.characters import visible
from assistant.world import Provided, World

_HEADINGS: dict[Role, str] = {
    "supports": "Supports the answer",
    "related": "Related",
    "other-task": "Recommended, but it does not fit",
    "shares-word": "Also provided",
}


class Source(BaseModel):
    """One entry of part 3: the items that share these links, their role and a note.

    ``under`` names the entry above that already shows the links, where another role does.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    titles: tuple[str, ...]
    role: Role
    note: str
    links: tuple[tuple[str, str], ...]
    under: str | None = None


def fit_note(world: World) -> str:
    """The line before part 1: what keeps the recommended model from fitting, and the closest
    item; empty where it fits, in a short answer, which says so itself, and where a question of
    how it works only leaves things unknown."""
    fit = world.fit
    told = fit.reasons if fit.verdict == "mismatch" else fit.against
    if fit.verdict == "fits" or not told or world.short:
        return ""
    if world.wish.form == "explain" and world.related and not (world.given or world.recommended):
        return ""  # it asks of what no record holds: no model was looked for
    if world.wish.form == "explain" and fit.verdict == "partly" and all(map(_unknown, told)):
        return ""  # who asks how it works does not ask what else would have to be known
    label = {"partly": "Fits in part", "mismatch": "Mismatch"}[fit.verdict]
    said = ""
    for reason in map(title_text, told):
        apart = said and reason.startswith("the ")  # what is closest is told in its own sentence
        said += f". {reason[:1].upper()}{reason[1:]}" if apart else f"; {reason}"
    said = said.removeprefix("; ")
    return f"**{label}:** {said[:1].upper()}{said[1:]}."


def _unknown(reason: str) -> bool:
    return reason.startswith("nothing provided says")


def sources_of(world: World) -> tuple[Source, ...]:
    """Part 3 as data: every item once under its role, every link once under its first owner."""
    sources: list[Source] = []
    owner_of: dict[str, int] = {}
    for role in ROLES:
        for p in world.by_role()[role]:
            fresh: list[tuple[str, str]] = []
            shared: set[int] = set()
            for url in p.links:
                key = key_of(url)
                if key in owner_of:
                    shared.add(owner_of[key])
                else:
                    owner_of[key] = len(sources)
                    fresh.append((label(p, url), url))
            above = sources[min(shared)] if shared and not fresh else None
            if above and above.role == p.role:
                titles = (*above.titles, p.item.name)
                sources[min(shared)] = above.model_copy(update={"titles": titles})
                continue
            sources.append(
                Source(
                    titles=(p.item.name,),
                    role=p.role,
                    note=p.note,
                    links=tuple(fresh),
                    under=above.titles[0] if above else None,
                )
            )
    return tuple(sources)


def label(p: Provided, url: str) -> str:
    """What a provided link leads to."""
    if url == p.item.paper:
        return "Paper"
    return "Code" if "git" in url.split("/")[2 if "://" in url else 0] else "Model page"


def render_sources(sources: tuple[Source, ...]) -> str:
    """Part 3 as Markdown, grouped by role."""
    return (
        "".join(text for _, text in pieces(sources)) or "Nothing is provided, so nothing is cited."
    )


def pieces(sources: tuple[Source, ...]) -> list[tuple[Source, str]]:
    """The entries of part 3 in printing order, each with the text that it adds."""
    found: list[tuple[Source, str]] = []
    for role in ROLES:
        heading = ("\n\n" if found else "") + f"**{_HEADINGS[role]}**\n\n"
        for source in (s for s in sources if s.role == role):
            found.append((source, heading + _entry(source)))
            heading = "\n"
    return found


def _entry(source: Source) -> str:
    links = " · ".join(f"{label}: {url}" for label, url in source.links)
    titles = " / ".join(title_text(title) for title in source.titles)
    if source.under:
        links = f"Same links as {title_text(source.under)}"
    return f"- {titles} ({source.note}). {links or 'No link provided'}"


def key_of(url: str) -> str:
    """The identity of a usable link."""
    found = identify(url)
    return found.key if found else url


_MARKUP = re.compile(r"[\\`*\[\]<>]|(?<!\w)_|_(?!\w)")


def title_text(title: str) -> str:
    """A provided title as inert Markdown: markup escaped, links and invisible characters
    dropped."""
    title = re.sub(r"[\t\n]", "", visible(title)).replace("](", "] (")
    # Escaped markup can complete a link ("github.com/<"), so it is looked for in both forms.
    while found := [*candidates(title)] or [*candidates(_MARKUP.sub(r"\\", title))]:
        for link in reversed(found):
            title = f"{title[: link.start]} {title[link.end :]}"
        title = " ".join(title.split())
    return _MARKUP.sub(lambda found: f"\\{found.group()}", title).strip() or "(untitled)"
