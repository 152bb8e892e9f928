"""How much of our answers is stock: sentences that stand word for word in many of them.

    python benchmarks/stock.py FOLDER [--show N]

FOLDER holds prompt files. Counted are the sentences of the fit note and of parts 1 and 2, list
items among them, also those without a full stop (the steps of a model); headings and labels of the
workflow ("**Input**: text prompt") are no sentences. A sentence is stock where at least five
answers hold it word for word.
"""

from __future__ import annotations

import argparse
import re
from collections import Counter
from pathlib import Path

from assistant import Assistant, prompts
from assistant.text.sentences import statements

OFTEN = 5
_STEP = re.compile(r"\s+- ")
_MARK = re.compile(r"^\W*(?:\d+\.\s)?(?:[-*]\s)?")


def said(text: str) -> list[str]:
    """The sentences of an answer before its references."""
    lines = [line for line in text.split("\n") if not re.match(r"\s*(?:#|\*\*[^*]+\*\*\s*$)", line)]
    found = (_MARK.sub("", sentence) for sentence in statements("\n".join(lines)))
    steps = {_MARK.sub("", line) for line in lines if _STEP.match(line)}
    return [one for one in found if one in steps or re.search(r"[.!?][”\"')*]*$", one)]


def main() -> None:
    """Print the share of stock sentences and, if asked, the most frequent ones."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--show", type=int, default=0, metavar="N")
    options = parser.parse_args()
    assistant = Assistant()
    answers = []
    for path in sorted(options.folder.glob("*.txt")):
        answer = assistant.answer(prompts.parse(path.read_text("utf-8")))
        answers.append(said(answer.markdown.split("## 3. ")[0]))
    count = Counter(sentence for answer in answers for sentence in set(answer))
    total = sum(map(len, answers))
    stock = sum(count[sentence] >= OFTEN for answer in answers for sentence in answer)
    print(f"{len(answers)} answers, {total / max(1, len(answers)):.1f} sentences each")
    print(f"stock: {stock / max(1, total):.3f} of {total} sentences")
    for sentence, number in count.most_common(options.show):
        print(f"{number:4d}  {sentence[:150]}")


if __name__ == "__main__":
    main()
