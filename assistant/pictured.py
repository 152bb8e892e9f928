"""A question about a picture that was looked at: what was measured belongs to the wish."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from assistant.answer import Answer
from assistant.catalog import Catalog
from assistant.errors import InputError
from assistant.imaging.look import Look
from assistant.question import Wish
from assistant.workflow.suiting import choose

_SOFT = ("low-resolution",)  # what enlarging is for, and no damage beside it


@dataclass(frozen=True)
class Pictured:
    """A picture file by its name, and what was measured of it."""

    name: str
    look: Look

    @classmethod
    def of(cls, path: Path) -> Pictured:
        """Read and look.

        Raises:
            InputError: it is no picture that can be read.
        """
        from assistant.imaging import pictures
        from assistant.imaging.look import look

        return cls(path.name, look(pictures.read(path)))

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

    def note(self, answer: Answer, catalog: Catalog) -> str:
        """What is told before the answer: what was measured, and what runs on this picture."""
        width, height = self.look.size
        faults = ", ".join(fault.text for fault in self.look.faults)
        said = f"**Measured of {self.name}** ({width}x{height} pixels): {faults or 'no fault'}."
        scale = answer.wish.scale
        try:
            models = choose(self.look, catalog, scale).models
        except InputError:  # nothing to run: what was measured is said all the same
            models = ()
        if models:
            factor = f" --scale {scale:g}" if scale else ""
            said += f" `sr-assistant run {self.name} --auto{factor}` takes "
            said += f"{' and then '.join(models)}."
        return f"{said}\n\n{answer.note}" if answer.note else said
