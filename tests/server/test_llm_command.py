"""The ``llm`` command, as people add a model to it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from .running import Running

LLM = Path(sys.executable).with_name("llm")
pytestmark = pytest.mark.skipif(
    not LLM.exists() and not shutil.which("llm"), reason="needs the command: pip install llm"
)


def test_the_llm_command_asks_and_goes_on_with_the_conversation(
    server: Running, tmp_path: Path
) -> None:
    (tmp_path / "extra-openai-models.yaml").write_text(
        f"- model_id: sr\n  model_name: sr-assistant\n  api_base: {server.url}/v1\n"
        "  api_key_name: sr\n"
    )
    (tmp_path / "keys.json").write_text('{"sr": "none"}')
    environment = {**os.environ, "LLM_USER_PATH": str(tmp_path)}

    def said(*arguments: str) -> str:
        command = [str(LLM if LLM.exists() else "llm"), *arguments]
        done = subprocess.run(
            command, env=environment, capture_output=True, text=True, timeout=120, check=False
        )
        assert 0 == done.returncode, done.stderr
        return done.stdout

    first = said("-m", "sr", "Which model do I use for 3x on a phone?")
    assert "[Paper](http://arxiv.org/pdf/2302.13800v1.pdf)" in first
    assert "SISR-SAFMN-4x" in said("-c", "and for 4x?")
