"""Signs a report: the sums of all its files, and a signature of the sums that `ssh-keygen -Y verify` checks."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import Final

from rulelang.data.report import DataError
from rulelang.data.scan import sha256_of_file
from rulelang.diagnostics.catalogue import run as say

SUMS: Final = "SHA256SUMS"
SIGNATURE: Final = f"{SUMS}.sig"


def sign_folder(folder: Path, key: Path) -> Path:
    """Write the checksums of all files of a folder and sign them with an SSH key; return the signature.

    The checksums are in the format of `sha256sum`. Raises DataError, and leaves no signature, if the signing program is
    missing or refuses the key.
    """
    (folder / SIGNATURE).unlink(missing_ok=True)
    paths = sorted(path for path in folder.rglob("*") if path.is_file() and path.name != SUMS)
    lines = (f"{sha256_of_file(path)}  {path.relative_to(folder).as_posix()}\n" for path in paths)
    (folder / SUMS).write_text("".join(lines), encoding="utf-8", newline="\n")
    program = shutil.which("ssh-keygen")
    if program is None:
        raise DataError(say.cannot_sign(str(key), "the program ssh-keygen is not installed"))
    asked = [program, "-q", "-Y", "sign", "-n", "file", "-f", str(key), str(folder / SUMS)]
    done = subprocess.run(asked, capture_output=True, text=True, errors="replace", check=False)  # noqa: S603 - a list
    if done.returncode or not (folder / SIGNATURE).is_file():
        reason = " ".join(done.stderr.split()) or "ssh-keygen says nothing more"
        raise DataError(say.cannot_sign(str(key), reason))
    return folder / SIGNATURE
