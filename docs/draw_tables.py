"""Draws the pictures of the Word tables in docs/images: python docs/draw_tables.py (needs LibreOffice and pdftoppm)."""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import medtw_qual as mq

IMAGES = Path(__file__).parent / "images"
STUDY = Path(__file__).resolve().parents[1]


def example_tables():
    """The tables of the example study that the documentation shows, by name."""
    study = mq.open_study(STUDY)
    corpus, codebook, consensus = study.corpus, study.codebook, study.consensus
    shares = mq.prevalence(consensus, None, study.sample)
    return {
        "flow": mq.tables.flow(corpus, number=1),
        "themes": mq.tables.themes(consensus, corpus, codebook, shares, study.quotations, number=2),
        "coded": mq.tables.coded(
            consensus, corpus, codebook, codings=study.codings, keys=study.path(study.config.manuscript.keys), number=3
        ),
        "consistency": mq.tables.consistency(
            study.codings, measured=study.agreement, primary=study.config.agreement.primary, codebook=codebook, number=4
        ),
        "codebook": mq.tables.codebook(codebook, number="A1"),
    }


def pictures(documents, folder, resolution=110):
    """Convert Word files to pictures of their first page; returns the picture of each."""
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    soffice = shutil.which("soffice") or "soffice"
    command = [soffice, "--headless", profile, "--convert-to", "pdf", "--outdir", str(folder), *map(str, documents)]
    subprocess.run(command, check=True, capture_output=True, timeout=400)
    drawn = {}
    for document in documents:
        pdf = folder / f"{document.stem}.pdf"
        page = ["pdftoppm", "-png", "-r", str(resolution), "-f", "1", "-l", "1", "-singlefile"]
        subprocess.run([*page, str(pdf), str(folder / document.stem)], check=True, timeout=100)
        drawn[document.stem] = folder / f"{document.stem}.png"
    return drawn


def crop(picture, target):
    """Save a picture without the empty paper around the table."""
    from PIL import Image, ImageChops

    page = Image.open(picture).convert("L")
    box = ImageChops.invert(page).getbbox()
    margin = 14
    left, top, right, bottom = box
    page.crop((left - margin, top - margin, right + margin, bottom + margin)).quantize(16).save(target, optimize=True)


def main():
    tables = example_tables()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        documents = [table.save(folder / f"{stem}.docx") for stem, table in tables.items()]
        for stem, picture in pictures(documents, folder).items():
            crop(picture, IMAGES / f"table_{stem}.png")
            words = f"A Word table. {tables[stem].heading}. {tables[stem].title}. Note. {tables[stem].note}\n"
            (IMAGES / f"table_{stem}.alt.txt").write_text(words, encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
