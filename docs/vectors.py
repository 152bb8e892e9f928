"""Bring catalog/index up to date: the vectors of the texts of the built-in catalog.

They ship with it, so that a first answer embeds nothing. Only new texts are embedded;
``--rebuild`` embeds all, ``--check`` embeds nothing and fails where the file is stale.
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
from assistant.retrieval.build import digests, recalled
from assistant.retrieval.index import SHIPPED, encoder_of
from assistant.retrieval.passages import passages
from assistant.retrieval.store import directions, embed


def main() -> int:
    """Compare, and write what changed unless asked only to compare."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="compare, write nothing")
    parser.add_argument("--rebuild", action="store_true", help="embed every text")
    options = parser.parse_args()
    file, model = folder("catalog") / SHIPPED, all_minilm()
    told = itertools.chain.from_iterable(map(passages, Catalog.load()))
    texts = list(dict.fromkeys(told))
    codes = digests(texts)
    shipped = stored.read(file, encoder_of(model))
    known = [shipped] if shipped and not options.rebuild and shipped.sound() else []
    if known and np.array_equal(known[0].arrays["texts"], codes):
        return 0
    if options.check:
        print(f"stale: catalog/{SHIPPED}\nhint: make vectors")
        return 1
    vectors, missing = recalled(codes, known, model.identity.dimension)
    new = [text for text, lacks in zip(texts, missing, strict=True) if lacks]
    if new:
        vectors[missing] = directions(embed(model.documents(), new))
    arrays = {"texts": codes, "vectors": vectors}
    stored.write(file, encoder_of(model), arrays, file.with_suffix(".safetensors").name)
    size = sum(path.stat().st_size for path in file.parent.iterdir()) / 1e6
    print(f"refreshed: catalog/{SHIPPED}: {len(texts)} texts, {len(new)} embedded, {size:.2f} MB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
