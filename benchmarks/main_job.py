"""Times the main job in fresh processes: importing the package, and the example study without and with its vectors.

    python benchmarks/main_job.py

Prints seconds and their share of the limit in one run; nothing here is a test.
"""

import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
RUN = "import sys; sys.argv = ['medtw-qual', 'run', {!r}]; from medtw_qual.cli import main; main()"


def seconds(program: str, repeats: int = 1) -> float:
    """Return the least wall time of a program in a fresh process."""
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        subprocess.run([sys.executable, "-c", program], check=True, capture_output=True)
        times.append(time.perf_counter() - start)
    return min(times)


def study_copy(folder: Path, stored_vectors: bool) -> Path:
    """Copy the example study, with or without its stored vectors."""
    folder.mkdir()
    for name in ("data", "codebooks"):
        shutil.copytree(ROOT / name, folder / name)
    toml = (ROOT / "study.toml").read_text(encoding="utf-8")
    if not stored_vectors:
        toml = "\n".join(line for line in toml.splitlines() if not line.startswith("vectors"))
    (folder / "study.toml").write_text(toml, encoding="utf-8")
    return folder


def main() -> None:
    """Print the table."""
    bare = seconds("pass", 5)
    imported = seconds("import medtw_qual", 5)
    with tempfile.TemporaryDirectory() as scratch:
        fresh = study_copy(Path(scratch) / "fresh", stored_vectors=False)
        cold = seconds(RUN.format(str(fresh)))
        cached = seconds(RUN.format(str(fresh)))
        stored = seconds(RUN.format(str(study_copy(Path(scratch) / "stored", stored_vectors=True))))
    rows = [
        ("import medtw_qual, above a bare interpreter", imported - bare, 0.3),
        ("medtw-qual run, nothing cached", cold, 90),
        ("medtw-qual run, embeddings cached", cached, 30),
        ("medtw-qual run, stored vectors", stored, 30),
    ]
    print(f"{'what':48}{'seconds':>9}{'limit':>8}{'of limit':>10}")
    for what, took, limit in rows:
        print(f"{what:48}{took:9.2f}{limit:8.1f}{took / limit:10.2f}")
    print(f"cached is {cold / cached:.1f} times as fast as cold")


if __name__ == "__main__":
    main()
