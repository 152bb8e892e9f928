"""A question with a picture: what was measured joins the wish, and is told before the answer."""

from __future__ import annotations

from assistant.catalog import Catalog
from assistant.imaging.faults import Jpeg, Light, Look, Noise
from assistant.pictured import Pictured
from assistant.question import Wish

LOOK = Look(
    size=(200, 150),
    depth=8,
    alpha=False,
    light=Light(mean=120, contrast=200, black=0, white=0, gray=False, cast=0),
    noise=Noise(sigma=9, channels=(9, 9, 9), confidence=1.0),
    jpeg=Jpeg(quality=40, source="tables", shifted=False, confidence=1.0),
)


def test_measured_damage_and_size_join_the_wish(catalog: Catalog) -> None:
    """With the picture as the words they came from; what the question says stays first."""
    asked = Wish(degradations=("scratches",), words={"degradations": ("scratched",)})
    wish = Pictured("a.jpg", LOOK).wish(asked, catalog)
    assert ("scratches", "noise", "compression") == wish.degradations
    assert ("scratched", "a.jpg") == wish.words["degradations"]
    assert (200, 150) == wish.size


def test_what_the_question_wants_kept_is_not_asked_away(catalog: Catalog) -> None:
    """Grain that is to stay stays, and a size that was named wins."""
    asked = Wish(refused=("noise",), size=(100, 75))
    wish = Pictured("a.jpg", LOOK).wish(asked, catalog)
    assert ("compression",) == wish.degradations
    assert (100, 75) == wish.size
