"""Run by Taguette's Python: a document, tags and highlights by Taguette's code, and all its exports."""

import asyncio
import json
import sys
from pathlib import Path

LIMITS = {"CONVERT_TO_HTML_TIMEOUT": 60, "OPF_OUT_SIZE_LIMIT": 10**9, "HTML_OUT_SIZE_LIMIT": 10**9}


def main(page, table, words, tag_path, out):
    # This file is called as the package is, and lies where Python looks first.
    sys.path.pop(0)
    import bs4
    from taguette import convert, database, export, extract, import_codebook

    page, out = Path(page), Path(out)
    db = database.connect(f"sqlite:///{out / 'taguette.sqlite3'}")()
    project = database.Project(name="study", description="")
    contents = asyncio.run(convert.to_html_chunks(page.read_bytes(), "text/html", page.name, LIMITS))
    direction = database.TextDirection.LEFT_TO_RIGHT
    document = database.Document(
        name=page.stem, description="", filename=page.name, project=project, text_direction=direction, contents=contents
    )
    db.add_all([project, document])
    db.flush()
    with Path(table).open("rb") as stream:
        tags = {one["path"]: database.Tag(project_id=project.id, **one) for one in import_codebook.list_tags(stream)}
    db.add_all(tags.values())
    # Taguette counts bytes of the text that the browser shows.
    text = bs4.BeautifulSoup(contents, "html5lib").find("body").get_text()
    for passage in json.loads(Path(words).read_text(encoding="utf-8")):
        start = len(text[: text.index(passage)].encode())
        place = {"start_offset": start, "end_offset": start + len(passage.encode())}
        snippet = extract.extract(contents, *place.values())
        db.add(database.Highlight(document=document, snippet=snippet, tags=[tags[tag_path]], **place))
    db.commit()
    with (out / "all_tags.csv").open("w", encoding="utf-8", newline="") as stream:
        export.highlights_csv(db, project.id, "", stream)
    export.highlights_xslx(db, project.id, "", str(out / "all_tags.xlsx"))
    with (out / "codebook.csv").open("w", encoding="utf-8", newline="") as stream:
        export.codebook_csv(project.tags, stream)
    export.codebook_xlsx(project.tags, str(out / "codebook.xlsx"))
    export.codebook_xml(project.tags, str(out / "codebook.qdc"))


if __name__ == "__main__":
    main(*sys.argv[1:])
