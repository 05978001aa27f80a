"""Databases that run exported rules: each takes tables and a script of views, and gives the rows of a view as text.

A truth value is `true` or `false`, and NULL is blank in all of them.
"""

from __future__ import annotations

import csv
import io
import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

from attrs import frozen

from rulelang.engine.table.inputs import INPUT_TABLES

Rows = Sequence[Sequence[Any]]
TextRow = dict[str, str]

POSTGRES_FOLDERS = Path("/usr/lib/postgresql")


class Database(Protocol):
    """A database with views over the input tables."""

    def rows(self, view: str) -> list[TextRow]:
        """Return the rows of a view, every cell as text."""
        ...


def text_of(cell: object) -> str:
    """Return a cell as all databases are made to say it."""
    if cell is None:
        return ""
    return str(cell).lower() if isinstance(cell, bool) else str(cell)


# ---- DuckDB ----


@frozen
class DuckDB:
    """DuckDB in this process."""

    connection: Any

    def rows(self, view: str) -> list[TextRow]:
        """Return the rows of a view, every cell as text."""
        cursor = self.connection.execute(f"SELECT * FROM {view}")
        names = [one[0] for one in cursor.description]
        return [dict(zip(names, map(text_of, row), strict=True)) for row in cursor.fetchall()]


def in_duckdb(duckdb: Any, tables: Mapping[str, Any], script: str) -> DuckDB:
    """Return a database with the tables, given as Arrow tables, and the views of a script."""
    connection = duckdb.connect(":memory:")
    for name, table in tables.items():
        connection.register(f"given_{name}", table)
        connection.execute(f"CREATE TABLE {name} AS SELECT * FROM given_{name}")
    connection.execute(script)
    return DuckDB(connection)


# ---- PostgreSQL ----


def postgres_folder() -> Path | None:
    """Return the folder of PostgreSQL's programs, or None where it is not installed."""
    folders = sorted(POSTGRES_FOLDERS.glob("*/bin"), reverse=True)
    found = shutil.which("initdb")
    return next((one for one in folders if (one / "initdb").exists()), Path(found).resolve().parent if found else None)


@frozen
class Postgres:
    """A server of its own in a folder, which only its socket there reaches."""

    programs: Path
    folder: Path

    def run(self, program: str, *arguments: str, said: str | None = None) -> str:
        """Run one of PostgreSQL's programs and return what it prints; the server does not run as root."""
        user = "postgres" if os.geteuid() == 0 else None
        done = subprocess.run(
            [str(self.programs / program), *arguments],
            input=said,
            capture_output=True,
            text=True,
            check=False,
            user=user,
            cwd=self.folder,
            env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"},
        )
        assert done.returncode == 0, done.stderr[-2000:]
        return done.stdout

    def ask(self, text: str) -> str:
        """Run statements in the database and return what they print, as CSV."""
        socket = ["-h", str(self.folder), "-d", "postgres"]
        return self.run("psql", *socket, "-X", "-q", "--csv", "-v", "ON_ERROR_STOP=1", "-f", "-", said=text)

    def rows(self, view: str) -> list[TextRow]:
        """Return the rows of a view, every cell as text."""
        truth = {"t": "true", "f": "false"}
        found = csv.DictReader(io.StringIO(self.ask(f"SELECT * FROM {view};")))
        return [{name: truth.get(cell, cell) for name, cell in row.items()} for row in found]


@contextmanager
def postgres_server(programs: Path, folder: Path) -> Iterator[Postgres]:
    """Start a server in an empty folder, and stop it afterwards."""
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres")
    server = Postgres(programs, folder)
    data = str(folder / "data")
    server.run("initdb", "-D", data, "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
    options = f"-c listen_addresses='' -c unix_socket_directories='{folder}' -c fsync=off"
    server.run("pg_ctl", "-D", data, "-w", "-l", str(folder / "log"), "-o", options, "start")
    try:
        yield server
    finally:
        server.run("pg_ctl", "-D", data, "-m", "immediate", "stop")


def in_postgres(server: Postgres, tables: Mapping[str, Rows], script: str) -> Postgres:
    """Return a database with the tables in a schema of their own, and the views of a script."""
    types = {"text": "TEXT", "integer": "INT", "number": "DECIMAL(38, 0)", "truth": "BOOLEAN"}
    parts = ["DROP SCHEMA public CASCADE; CREATE SCHEMA public;"]
    for name, columns in INPUT_TABLES.items():
        listed = ", ".join(f"{column} {types[of]}" for column, of in columns.items())
        written = io.StringIO()
        csv.writer(written, lineterminator="\n").writerows([text_of(cell) for cell in row] for row in tables[name])
        parts.append(f"CREATE TABLE {name} ({listed});\nCOPY {name} FROM STDIN (FORMAT csv);\n{written.getvalue()}\\.\n")
    server.ask("\n".join([*parts, script]))
    return server


# ---- Spark ----


@frozen
class Spark:
    """Spark in this machine."""

    session: Any

    def rows(self, view: str) -> list[TextRow]:
        """Return the rows of a view, every cell as text."""
        found = self.session.sql(f"SELECT * FROM {view}")
        return [{name: text_of(row[name]) for name in found.columns} for row in found.collect()]


def in_spark(session: Any, tables: Mapping[str, Rows], statements: Sequence[str]) -> Spark:
    """Return a database with the tables and the views of a script as temporary views."""
    types = {"text": "STRING", "integer": "INT", "number": "DECIMAL(38, 0)", "truth": "BOOLEAN"}
    for name, columns in INPUT_TABLES.items():
        schema = ", ".join(f"{column} {types[of]}" for column, of in columns.items())
        session.createDataFrame([tuple(row) for row in tables[name]], schema).createOrReplaceTempView(name)
    for statement in statements:
        session.sql(statement.replace("CREATE OR REPLACE VIEW", "CREATE OR REPLACE TEMPORARY VIEW", 1))
    return Spark(session)
