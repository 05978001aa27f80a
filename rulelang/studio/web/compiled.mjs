// Compiles Python ahead of time, by the very Python that runs in the page, because reading source is most of a start.
import { loadPyodide } from "pyodide";

const IN_PYTHON = `
import importlib.util, io, marshal, zipfile

LEFT_OUT = tuple(
    "_pydatetime _pyio _pyrepl argparse doctest ensurepip/ ftplib idlelib/ imaplib lib2to3/ mailbox multiprocessing/ optparse "
    "pdb pickletools pydoc smtplib sqlite3/ test/ tkinter/ turtle unittest/ venv/ wsgiref/ xmlrpc/".split()
)

SELDOM = ("xlsxwriter/",)  # compiled in the page, when somebody saves a workbook

def without_lines(code):
    """Return code without the table of its lines, which is a fifth of it and only shown where something fails."""
    consts = tuple(without_lines(one) if isinstance(one, type(code)) else one for one in code.co_consts)
    return code.replace(co_linetable=b"", co_consts=consts)

def compiled(content, strict):
    """Return an archive with the modules of another compiled.

    Compiled modules stand alone, or with strict beside their sources: then each is used only where its source still is
    what it was compiled from. The archive is not compressed: the page is, and better so.
    """
    found = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(found, "w") as new:
        for name in sorted(old.namelist()):
            if name.endswith("/") or (not strict and name.startswith(LEFT_OUT)):
                continue
            if strict and name.startswith(SELDOM):
                continue
            source = old.read(name)
            if not name.endswith(".py"):
                if not strict:
                    new.writestr(zipfile.ZipInfo(name), source)
                continue
            place = f"/lib/python314.zip/{name}" if not strict else f"/lib/python3.14/site-packages/{name}"
            code = marshal.dumps(without_lines(compile(source, place, "exec", dont_inherit=True, optimize=2)))
            hashed = importlib.util.source_hash(source) if strict else bytes(8)
            header = importlib.util.MAGIC_NUMBER + (0b11 if strict else 0).to_bytes(4, "little") + hashed
            folder, _, file = name.rpartition("/")
            to = f"{folder}/__pycache__/{file[:-3]}.cpython-314.pyc" if strict else f"{name}c"
            new.writestr(zipfile.ZipInfo(to), header + code)
    return found.getvalue()
`;

/** Returns what compiles an archive of modules: the modules alone, or to lie beside their sources. */
export async function compiler() {
  const python = await loadPyodide();
  python.runPython(IN_PYTHON);
  const compiled = python.globals.get("compiled");
  return (content, beside) => {
    const given = python.toPy(new Uint8Array(content));
    return Buffer.from(compiled(given, beside).toJs());
  };
}
