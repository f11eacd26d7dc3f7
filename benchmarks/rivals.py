#!/usr/bin/env python3
"""Times firth beside the trainers it is measured against, in turn, and prints medians and ratios as Markdown.

    python3 benchmarks/rivals.py TEXT [--rounds 3] [--dim 100] [--epochs 1] [--threads 2] [--architecture skip-gram]

TEXT is plain text (the rivals read nothing else). The programs are found through the environment; one that is not
named is left out:

    FIRTH          the program (default: target/release/firth)
    GENSIM_PYTHON  a Python with gensim; runs gensim_train.py beside this file
    FASTTEXT       a fastText whose error output has a line TIMING {"train_s": ...}
    WORD2VEC       a word2vec.c with such a line
    PWORD2VEC      a pWord2Vec with such a line (skip-gram only)

The line is a clock around the training threads: three lines of C in each program, no other change.
"""

import argparse
import os
import re
import statistics
import subprocess
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent


def commands(a, out):
    """The command of every program that is there."""
    cbow = a.architecture == "cbow"
    found = {}
    firth = os.environ.get("FIRTH", str(HERE.parent / "target/release/firth"))
    found["firth"] = [firth, "train", a.text, "-o", f"{out}/firth.safetensors", "--force", "--json", "-q",
                      "--architecture", a.architecture, "--dim", a.dim, "--epochs", a.epochs, "--threads", a.threads]
    if "PWORD2VEC" in os.environ and not cbow:
        found["pWord2Vec"] = [os.environ["PWORD2VEC"], "-train", a.text, "-output", f"{out}/p.txt", "-size", a.dim,
                              "-window", 5, "-batch-size", 11, "-negative", 5, "-sample", "1e-4", "-min-count", 5,
                              "-alpha", 0.025, "-iter", a.epochs, "-threads", a.threads, "-binary", 0]
    if "GENSIM_PYTHON" in os.environ:
        found["gensim"] = [os.environ["GENSIM_PYTHON"], HERE / "gensim_train.py", a.text, f"{out}/gensim.txt",
                           a.architecture, a.dim, a.epochs, a.threads]
    if "WORD2VEC" in os.environ:
        found["word2vec.c"] = [os.environ["WORD2VEC"], "-train", a.text, "-output", f"{out}/w.txt", "-cbow", int(cbow),
                               "-size", a.dim, "-window", 5, "-negative", 5, "-hs", 0, "-sample", "1e-4", "-min-count",
                               5, "-alpha", 0.05 if cbow else 0.025, "-iter", a.epochs, "-threads", a.threads]
    if "FASTTEXT" in os.environ:
        found["fastText"] = [os.environ["FASTTEXT"], "cbow" if cbow else "skipgram", "-input", a.text, "-output",
                             f"{out}/f", "-dim", a.dim, "-ws", 5, "-neg", 5, "-loss", "ns", "-t", "1e-4", "-minCount",
                             5, "-lr", 0.05, "-epoch", a.epochs, "-thread", a.threads, "-minn", 0, "-maxn", 0]
    return {name: [str(part) for part in command] for name, command in found.items()}


def run(command):
    """Seconds of training, seconds of the whole process, peak memory in MB."""
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1"}
    environment.pop("OPENBLAS_CORETYPE", None)
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment)
    output, errors = process.communicate()
    whole = time.perf_counter() - start
    if process.returncode != 0:
        raise SystemExit(f"{command[0]} failed: {errors[-2000:]}")
    text = output + errors
    timing = re.search(r'"(?:train_s|training_seconds|seconds)": ?([0-9.eE+-]+)', text)
    if timing is None:
        raise SystemExit(f"{command[0]} told no training time: {text[-2000:]}")
    return float(timing.group(1)), whole


def peak_memory(command):
    """Peak resident memory in MB of one more run, by the operating system's own account."""
    code = ("import resource, subprocess, sys;"
            "subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True);"
            "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024)")
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1"}
    environment.pop("OPENBLAS_CORETYPE", None)
    done = subprocess.run(["python3", "-c", code, *command], capture_output=True, text=True, check=True, env=environment)
    return float(done.stdout)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("text")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--dim", type=int, default=100)
    parser.add_argument("--epochs", type=int, default=1)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--architecture", choices=["skip-gram", "cbow"], default="skip-gram")
    parser.add_argument("--memory", action="store_true", help="one more run of each for its peak memory")
    a = parser.parse_args()
    with tempfile.TemporaryDirectory() as out:
        programs = commands(a, out)
        times = {name: [] for name in programs}
        for _ in range(a.rounds):
            for name, command in programs.items():
                times[name].append(run(command))
        print(f"{a.architecture}, dim {a.dim}, {a.epochs} epochs, {a.threads} threads, {a.rounds} rounds in turn\n")
        print("| program | training s (median) | runs | whole process s | memory MB | training time / firth's |")
        print("| --- | --- | --- | --- | --- | --- |")
        for name, runs in times.items():
            train = [seconds for seconds, _ in runs]
            ratios = [seconds / own for (seconds, _), (own, _) in zip(runs, times["firth"])]
            memory = f"{peak_memory(programs[name]):.0f}" if a.memory else ""
            print(f"| {name} | {statistics.median(train):.2f} | {', '.join(f'{s:.2f}' for s in train)} | "
                  f"{statistics.median([whole for _, whole in runs]):.2f} | {memory} | "
                  f"{statistics.median(ratios):.1f} |", flush=True)


if __name__ == "__main__":
    main()
