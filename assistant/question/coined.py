"""Whether a word in small letters is a name: *codeformer* is none of the language, *hat* is."""

from __future__ import annotations

import functools

from tokenizers import Tokenizer

from assistant.encoder.embedding import package_folder

_BEFORE = ("", "re", "un", "de", "up", "over")
_BEHIND = ("", "s", "r", "er", "or", "ed", "ing", "ist")
_SHORT = 4  # letters; shorter words are too often slips or shorthand


@functools.lru_cache(maxsize=4096)
def coined(word: str) -> bool:
    """Whether the encoder's table has no token for a word, nor for what is left of it without a
    common beginning, or without a common end. Takes letters and digits in lower case."""
    if len(word) < _SHORT:
        return False
    known = _tokenizer().token_to_id
    stems = [word[len(before) :] for before in _BEFORE if word.startswith(before)]
    stems += [word.removesuffix(behind) for behind in _BEHIND if word.endswith(behind)]
    return not any(known(form) is not None for stem in stems for form in (stem, f"{stem}e") if stem)


def listed(word: str) -> bool:
    """Whether the encoder's table has a token for a word as it stands, in lower case: most first
    names have one."""
    return _tokenizer().token_to_id(word) is not None


@functools.cache
def _tokenizer() -> Tokenizer:
    return Tokenizer.from_file(str(package_folder() / "tokenizer.json"))
