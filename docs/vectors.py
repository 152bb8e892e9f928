"""Bring the vectors that ship up to date: of the built-in catalog's texts (catalog/index) and of
its sentences (catalog/bearing).

They ship with it, so that a first answer embeds nothing. Only new texts are embedded;
``--rebuild`` embeds all, ``--check`` embeds nothing and fails where a file is stale.
"""

from __future__ import annotations

import argparse
import itertools
import sys

import numpy as np

from assistant import stored
from assistant.catalog import Catalog
from assistant.content import folder
from assistant.encoder.embedding import all_minilm
from assistant.encoder.kept import digests, directions
from assistant.nearness import shipped as nearness
from assistant.nearness import told as sentences
from assistant.retrieval.build import recalled
from assistant.retrieval.index import SHIPPED, encoder_of
from assistant.retrieval.passages import passages
from assistant.retrieval.vectors import embed


def main() -> int:
    """Compare, and write what changed unless asked only to compare."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="compare, write nothing")
    parser.add_argument("--rebuild", action="store_true", help="embed every text")
    options = parser.parse_args()
    catalog = Catalog.load()
    index = of_index(catalog, check=options.check, rebuild=options.rebuild)
    bearing = of_bearing(catalog, check=options.check, rebuild=options.rebuild)
    return int(not (index and bearing))


def of_bearing(catalog: Catalog, *, check: bool, rebuild: bool) -> bool:
    """Whether the sentences' vectors are as they should be, or are now."""
    kept, texts = nearness().kept, list(dict.fromkeys(sentences(catalog)))
    if not rebuild and kept.holds(texts):
        return True
    if check:
        print("stale: catalog/bearing/vectors.json\nhint: make vectors")
        return False
    new = kept.refresh(texts, nearness().encoder, anew=rebuild)
    print(f"refreshed: catalog/bearing/vectors.json: {len(texts)} texts, {new} embedded")
    return True


def of_index(catalog: Catalog, *, check: bool, rebuild: bool) -> bool:
    """Whether the index's vectors are as they should be, or are now."""
    file, model = folder("catalog") / SHIPPED, all_minilm()
    texts = list(dict.fromkeys(itertools.chain.from_iterable(map(passages, catalog))))
    codes = digests(texts)
    shipped = stored.read(file, encoder_of(model))
    known = [shipped] if shipped and not rebuild and shipped.sound() else []
    if known and np.array_equal(known[0].arrays["texts"], codes):
        return True
    if check:
        print(f"stale: catalog/{SHIPPED}\nhint: make vectors")
        return False
    vectors, missing = recalled(codes, known, model.identity.dimension)
    new = [text for text, lacks in zip(texts, missing, strict=True) if lacks]
    if new:
        vectors[missing] = directions(embed(model.documents(), new))
    arrays = {"texts": codes, "vectors": vectors}
    stored.write(file, encoder_of(model), arrays, file.with_suffix(".safetensors").name)
    size = sum(path.stat().st_size for path in file.parent.iterdir()) / 1e6
    print(f"refreshed: catalog/{SHIPPED}: {len(texts)} texts, {len(new)} embedded, {size:.2f} MB")
    return True


if __name__ == "__main__":
    sys.exit(main())
