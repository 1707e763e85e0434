"""The one reader of tables beside what it replaced: pandas for CSV, openpyxl for workbooks; each in a fresh process.

    python benchmarks/table_reading.py --rows 100000

Prints seconds, peak memory and the ratio of the two. All contents are made here.
"""

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

TEXT = 'Thank you all, so much; for the night shift | and "everything" before it. '
OURS = """
import sys
from medtw_qual._base.table_reader import read_text_table as read
import medtw_qual._base.workbook_reader, python_calamine
"""
PANDAS = """
import sys
import pandas
read = lambda path: pandas.read_csv(path, dtype="str", keep_default_na=False)
"""
OPENPYXL = """
import sys
import openpyxl, pandas
def read(path):
    sheet = openpyxl.load_workbook(path, read_only=True, data_only=True).worksheets[0]
    rows = [["" if cell is None else str(cell) for cell in row] for row in sheet.iter_rows(values_only=True)]
    return pandas.DataFrame(rows[1:], columns=rows[0], dtype="str")
"""
TIMED = """
import resource, time
started = time.perf_counter()
read(sys.argv[1])
print(time.perf_counter() - started, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
"""


def write_tables(folder: Path, rows: int) -> tuple[Path, Path]:
    """Write one invented table as CSV and as a workbook."""
    import csv

    from openpyxl import Workbook

    header = ["post_id", "text", *(f"column_{number}" for number in range(10))]
    book = Workbook(write_only=True)
    sheet = book.create_sheet("posts")
    with (folder / "t.csv").open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        for number in range(-1, rows):
            id_ = str(1_300_000_000_000_000_000 + number)
            row = header if number < 0 else [id_, TEXT * 3, *(f"x{number % 97}" for _ in range(10))]
            writer.writerow(row)
            sheet.append(row)
    book.save(folder / "t.xlsx")
    return folder / "t.csv", folder / "t.xlsx"


def measure(code: str, path: Path) -> tuple[float, float]:
    """Return the seconds (best of three) and the peak memory in MB of reading a file in a fresh process."""
    runs = []
    for _ in range(3):
        done = subprocess.run([sys.executable, "-c", code + TIMED, path], capture_output=True, text=True, check=True)
        runs.append(tuple(map(float, done.stdout.split())))
    return min(run[0] for run in runs), max(run[1] for run in runs)


def main() -> None:
    """Measure both kinds of file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    rows = parser.parse_args().rows
    with tempfile.TemporaryDirectory() as folder:
        text, workbook = write_tables(Path(folder), rows)
        for path, name, other in ((text, "pandas", PANDAS), (workbook, "openpyxl", OPENPYXL)):
            ours, theirs = measure(OURS, path), measure(other, path)
            print(
                f"{path.suffix}: {ours[0]:.2f} s, {ours[1]:.0f} MB; {name} {theirs[0]:.2f} s, {theirs[1]:.0f} MB;"
                f" ratio {ours[0] / theirs[0]:.2f} in time, {ours[1] / theirs[1]:.2f} in memory"
            )


if __name__ == "__main__":
    main()
