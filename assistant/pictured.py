"""A question about a picture that was looked at: what was measured belongs to the wish."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from pathlib import Path

from assistant.answer import Answer
from assistant.catalog import Catalog
from assistant.errors import InputError
from assistant.imaging.faults import Look
from assistant.question import Wish
from assistant.workflow.suiting import choose

_SOFT = ("low-resolution",)  # what enlarging is for, and no damage beside it


@dataclass(frozen=True)
class Pictured:
    """A picture file by its path as given, and what was measured of it."""

    path: str
    look: Look

    @property
    def name(self) -> str:
        """The name of the file alone."""
        return Path(self.path).name

    @classmethod
    def of(cls, path: Path) -> Pictured:
        """Read and look.

        Raises:
            InputError: it is no picture that can be read.
        """
        from assistant.imaging import pictures
        from assistant.imaging.look import look

        return cls(str(path), look(pictures.read(path)))

    def wish(self, wish: Wish, catalog: Catalog) -> Wish:
        """``wish`` with the damage that was measured and, where it names none, the size."""
        known = {term.id for term in catalog.vocabulary.degradations}
        measured = [f.name for f in self.look.faults if f.name in known and f.name not in _SOFT]
        added = [name for name in measured if name not in (*wish.degradations, *wish.refused)]
        words = dict(wish.words)
        if added:
            words["degradations"] = (*words.get("degradations", ()), self.name)
        update = {
            "degradations": (*wish.degradations, *added),
            "size": wish.size or self.look.size,
            "words": words,
        }
        return wish.model_copy(update=update)

    def told(self, answer: Answer, catalog: Catalog) -> Answer:
        """``answer`` with what was measured before it and what to type for this very picture: what
        is recommended where that runs here, else what suits it."""
        width, height = self.look.size
        faults = ", ".join(fault.text for fault in self.look.faults)
        said = f"**Measured of {self.name}** ({width}x{height} pixels): {faults or 'no fault'}."
        running = answer.running.model_copy(update={"picture": shlex.quote(self.path)})
        suits = () if running.here else self._suits(answer.wish.scale, catalog)
        if suits and running.missing:
            running = running.model_copy(update={"instead": suits, "scale": answer.wish.scale})
        elif suits:
            factor = f" --scale {answer.wish.scale:g}" if answer.wish.scale else ""
            command = f"sr-assistant run {running.picture} --auto{factor}"
            said += f" `{command}` takes {' and then '.join(suits)}."
        note = f"{said}\n\n{answer.note}" if answer.note else said
        receipt = answer.receipt and answer.receipt.model_copy(
            update={"machine": running.text or None}
        )
        return answer.model_copy(update={"note": note, "running": running, "receipt": receipt})

    def _suits(self, scale: float | None, catalog: Catalog) -> tuple[str, ...]:
        """The models that suit the picture; none where nothing is to be done or can be."""
        try:
            return choose(self.look, catalog, scale).models
        except InputError:
            return ()
