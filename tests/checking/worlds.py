from __future__ import annotations

import functools
from pathlib import Path

from warm_index import catalog

from assistant import prompts, world
from assistant.answer import Answer, from_markdown
from assistant.checking import verify
from assistant.generation import Composer
from assistant.world import World

GOLDEN = Path(__file__).parents[1] / "golden"
SEEDS = ("000", "001", "002", "003", "004")

RCAN_PAPER = "https://arxiv.org/pdf/1807.02758"
RCAN_CODE = "https://github.com/yulunzhang/RCAN"
HAN_PAPER = "https://arxiv.org/pdf/2008.08767"
HAN_CODE = "https://github.com/wwlCape/HAN"
MSSNET_PAPER = "https://cg.postech.ac.kr/Research/MSSNet/MSSNet.pdf"
MSSNET_CODE = "https://github.com/kky7/MSSNet"
SAFMN_PAPER = "http://arxiv.org/pdf/2302.13800v1.pdf"
SAFMN_CODE = "https://github.com/sunny2109/safmn"
DISTILLATION = "http://arxiv.org/pdf/2502.03656v1.pdf"
CAUSAL_PAPER = "http://arxiv.org/pdf/2501.15852v1.pdf"
CAUSAL_CODE = "https://github.com/Mnster00/CasualSR"
HITSR_PAPER = "http://arxiv.org/pdf/2408.16959v1.pdf"
HITSR_CODE = "https://github.com/bia006/hitsr"
MICROSCOPY = "http://arxiv.org/pdf/2401.00261v2.pdf"
FEATSHARP = "http://arxiv.org/pdf/2502.16025v1.pdf"
SEGMENTATION = "http://arxiv.org/pdf/2306.15218v1.pdf"
CYTOLOGY = "http://arxiv.org/pdf/2306.11848v1.pdf"


@functools.cache
def world_of(seed: str) -> World:
    (path,) = GOLDEN.glob(f"{seed}_*.txt")
    return world.build(prompts.read(path), catalog())


@functools.cache
def composed(seed: str) -> Answer:
    return Composer().write(world_of(seed))


def read(seed: str, text: str) -> Answer:
    return from_markdown(text, world_of(seed))


def checked(seed: str, text: str) -> Answer:
    return verify(read(seed, text), world_of(seed))


def kinds(answer: Answer) -> set[str]:
    return {finding.kind for finding in answer.findings}


def links(answer: Answer) -> set[str]:
    return {reference.url for reference in answer.references}
