"""Run by QualCoder's Python: imports a .qdpx by QualCoder's code and exports it again, with its dialogs answered."""

import builtins
import importlib.abc
import importlib.machinery
import shutil
import sys
from pathlib import Path
from unittest.mock import MagicMock

ABSENT = (
    "langchain", "faiss", "transformers", "sentence_transformers", "huggingface_hub", "tiktoken", "mcp", "Bio",
    "openai", "vlc", "torch", "httpx", "httpcore", "pydantic", "anyio", "bs4", "uharfbuzz",
)  # fmt: skip


class Absent(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Nothing, in the place of what QualCoder wants for its language models and recordings."""

    def find_spec(self, name, path, target=None):
        return importlib.machinery.ModuleSpec(name, self, is_package=True) if name.startswith(ABSENT) else None

    def create_module(self, spec):
        module = MagicMock(name=spec.name)
        module.__path__, module.__spec__, module.__name__ = [], spec, spec.name
        return module

    def exec_module(self, module):
        """Leave it as it is."""


class Log:
    """Where QualCoder tells what it does."""

    def append(self, text):
        print("   ", str(text).replace("\n", " ")[:150])


def edit(connection):
    """Do what a colleague does in the windows of QualCoder, by the statements that they run: four codes are there.

    "Joy" is added and given to the first word of the first text by LB; "Grief" is called "Loss"; "Anger" is merged into
    "Thanks"; the passage of "Loss" is moved to the second word of its text.
    """
    run = connection.cursor().execute
    ids = dict(run("select name, cid from code_name").fetchall())
    run(
        "insert into code_name (name, memo, owner, date, catid, color)"
        " values ('Joy', '', 'LB', '2026-01-02', null, '#00FF00')"
    )
    joy = run("select cid from code_name where name = 'Joy'").fetchone()[0]
    first, words = run("select id, fulltext from source where name = 'r1'").fetchone()
    end = words.index(" ")
    run(
        "insert into code_text (cid, fid, seltext, pos0, pos1, owner, memo, date) values (?, ?, ?, 0, ?, ?, '', ?)",
        (joy, first, words[:end], end, "LB, round 1", "2026-01-02 03:04:05"),
    )
    run("update code_name set name = 'Loss' where cid = ?", (ids["Grief"],))
    run("update or ignore code_text set cid = ? where cid = ?", (ids["Thanks"], ids["Anger"]))
    run("delete from code_text where cid = ?", (ids["Anger"],))
    run("delete from code_name where cid = ?", (ids["Anger"],))
    place, text = run(
        "select ctid, fulltext from code_text join source on fid = id where cid = ?", (ids["Grief"],)
    ).fetchone()
    start = text.index(" ") + 1
    last = text.index(" ", start)
    run("update code_text set pos0 = ?, pos1 = ?, seltext = ? where ctid = ?", (start, last, text[start:last], place))
    connection.commit()


def main(source, sent, out, *changes):
    sys.meta_path.append(Absent())
    sys.path.insert(0, str(Path(source) / "src"))
    builtins._ = str
    from PyQt6 import QtWidgets

    application = QtWidgets.QApplication([])
    (Path.home() / ".qualcoder").mkdir(exist_ok=True)
    import qualcoder.__main__ as program
    from qualcoder import refi

    out = Path(out)
    out.mkdir()
    program.Message = refi.Message = MagicMock()
    program.AiLLM = refi.RefiLineEndings = MagicMock()
    refi.RefiLineEndings.return_value.ui.radioButton_maxqda.isChecked.return_value = False
    here = shutil.copy(sent, out / "sent.qdpx")
    QtWidgets.QFileDialog.getSaveFileName = staticmethod(lambda *_, **__: (str(out / "project"), True))
    QtWidgets.QFileDialog.getOpenFileName = staticmethod(lambda *_, **__: (str(here), True))
    QtWidgets.QFileDialog.getExistingDirectory = staticmethod(lambda *_, **__: str(out))
    window = MagicMock()
    window.app = program.App()
    program.MainWindow.new_project(window)
    window.app.settings["ai_enable"] = "False"
    refi.RefiImport(window.app, Log(), "qdpx")
    if "edit" in changes:
        edit(window.app.conn)
    refi.RefiExport(window.app, Log(), "project")
    refi.RefiExport(window.app, Log(), "codebook")
    application.quit()


if __name__ == "__main__":
    main(*sys.argv[1:])
