"""Databases that run exported rules: each runs a script, fills its tables, and gives the rows of a view as text.

A truth value is `true` or `false`, and NULL is blank in all of them.
"""

from __future__ import annotations

import csv
import importlib
import io
import os
import pwd
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

import pytest
from attrs import field, frozen

from rulelang.engine.table.export import Script
from rulelang.engine.table.facts import INPUT_TABLES

Tables = Mapping[str, Sequence[Sequence[Any]]]
TextRow = dict[str, str]
Session = Any

POSTGRES_FOLDERS = Path("/usr/lib/postgresql")


class Database(Protocol):
    """A database that scripts are run in, one at a time."""

    @property
    def dialect(self) -> str:
        """Return the dialect it speaks."""
        ...

    def run(self, script: Script, tables: Tables) -> None:
        """Run a script in an empty place, and fill the tables it makes."""
        ...

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

    connections: list[Any] = field(factory=list)
    dialect: str = "duckdb"

    def run(self, script: Script, tables: Tables) -> None:
        """Run a script in an empty place, and fill the tables it makes."""
        connection = importlib.import_module("duckdb").connect(":memory:")
        self.connections[:] = [connection]
        connection.execute(str(script))
        for name, rows in tables.items():
            if rows:
                marks = ", ".join("?" for _ in INPUT_TABLES[name])
                connection.executemany(f"INSERT INTO {name} VALUES ({marks})", [list(row) for row in rows])  # noqa: S608

    def rows(self, view: str) -> list[TextRow]:
        """Return the rows of a view, every cell as text."""
        cursor = self.connections[0].execute(f"SELECT * FROM {view}")  # noqa: S608
        names = [one[0] for one in cursor.description]
        return [dict(zip(names, map(text_of, row), strict=True)) for row in cursor.fetchall()]


# ---- Snowflake ----


@frozen
class Snowflake:
    """What fakesnow makes of Snowflake's SQL, in DuckDB: it reads the dialect, and has Snowflake's names and types."""

    connections: list[Any] = field(factory=list)
    dialect: str = "snowflake"

    def run(self, script: Script, tables: Tables) -> None:
        """Run a script in an empty place, and fill the tables it makes."""
        server = importlib.import_module("fakesnow.instance").FakeSnow()
        connection = server.connect(database="state", schema="rules")
        self.connections[:] = [connection]
        for statement in script.statements:
            connection.cursor().execute(str(statement))
        for name, rows in tables.items():
            if rows:  # into its DuckDB itself, as fakesnow would read each row as a statement of its own
                marks = ", ".join("?" for _ in INPUT_TABLES[name])
                into = f"INSERT INTO state.rules.{name} VALUES ({marks})"  # noqa: S608
                connection._duck_conn.executemany(into, [list(row) for row in rows])

    def rows(self, view: str) -> list[TextRow]:
        """Return the rows of a view, every cell as text."""
        cursor = self.connections[0].cursor()
        cursor.execute(f"SELECT * FROM {view}")  # noqa: S608
        names = [one[0].casefold() for one in cursor.description]
        return [dict(zip(names, map(text_of, row), strict=True)) for row in cursor.fetchall()]


# ---- PostgreSQL ----


def postgres_programs() -> Path:
    """Return the folder of PostgreSQL's programs; skip where there are none, or nobody who may run them."""
    found = shutil.which("initdb")
    folders = [*sorted(POSTGRES_FOLDERS.glob("*/bin"), reverse=True), *([Path(found).parent] if found else [])]
    programs = next((one for one in folders if (one / "initdb").exists()), None)
    if programs is None:
        pytest.skip("PostgreSQL is not installed (Debian: apt-get install postgresql)")
    if os.geteuid() == 0 and not any(user.pw_name == "postgres" for user in pwd.getpwall()):
        pytest.skip("PostgreSQL does not run as root, and there is no user postgres")
    return programs


@frozen
class Postgres:
    """A server of its own in a folder, which only its socket there reaches."""

    programs: Path
    folder: Path
    dialect: str = "postgres"

    def start(self) -> None:
        """Make a server in the empty folder and start it."""
        self._call("initdb", "-D", self._data, "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
        options = f"-c listen_addresses='' -c unix_socket_directories='{self.folder}' -c fsync=off"
        self._call("pg_ctl", "-D", self._data, "-w", "-l", str(self.folder / "log"), "-o", options, "start")

    def stop(self) -> None:
        """Stop the server."""
        self._call("pg_ctl", "-D", self._data, "-m", "immediate", "stop")

    @property
    def _data(self) -> str:
        return str(self.folder / "data")

    def _call(self, program: str, *arguments: str, said: str | None = None) -> str:
        done = subprocess.run(
            [str(self.programs / program), *arguments],
            input=said,
            stdout=subprocess.PIPE if program == "psql" else subprocess.DEVNULL,  # a server would keep a pipe open
            stderr=subprocess.PIPE if program == "psql" else None,
            text=True,
            check=False,
            user="postgres" if os.geteuid() == 0 else None,
            cwd=self.folder,
            env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"},
        )
        assert done.returncode == 0, (done.stderr or program)[-2000:]
        return done.stdout or ""

    def _ask(self, text: str) -> str:
        """Run statements in the database and return what they print, as CSV."""
        socket = ["-h", str(self.folder), "-d", "postgres"]
        return self._call("psql", *socket, "-X", "-q", "--csv", "-v", "ON_ERROR_STOP=1", "-f", "-", said=text)

    def run(self, script: Script, tables: Tables) -> None:
        """Run a script in an empty schema, and fill the tables it makes."""
        parts = ["SET client_min_messages = warning; DROP SCHEMA public CASCADE; CREATE SCHEMA public;", str(script)]
        for name, rows in tables.items():
            written = io.StringIO()
            null = "\\N"  # so that a text without letters is another thing
            cells = [[null if cell is None else text_of(cell) for cell in row] for row in rows]
            csv.writer(written, lineterminator="\n").writerows(cells)
            parts.append(f"COPY {name} FROM STDIN (FORMAT csv, NULL '{null}');\n{written.getvalue()}\\.\n")
        self._ask("\n".join(parts))

    def rows(self, view: str) -> list[TextRow]:
        """Return the rows of a view, every cell as text."""
        truth = {"t": "true", "f": "false"}
        found = csv.DictReader(io.StringIO(self._ask(f"SELECT * FROM {view};")))  # noqa: S608
        return [{name: truth.get(cell, cell) for name, cell in row.items()} for row in found]


@contextmanager
def postgres_server(folder: Path) -> Iterator[Postgres]:
    """Start a server in an empty folder that its user may enter, and stop it afterwards."""
    server = Postgres(postgres_programs(), folder)
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres")
    server.start()
    try:
        yield server
    finally:
        server.stop()


# ---- Spark ----


def spark_session(folder: Path) -> Session:
    """Return a session of Spark on two threads of this machine; skip where there is no Spark or no Java."""
    pyspark = pytest.importorskip("pyspark.sql", reason="pyspark is not installed (pip install 'rulelang[spark]')")
    if shutil.which("java") is None and "JAVA_HOME" not in os.environ:
        pytest.skip("Java is not installed (Debian: apt-get install openjdk-17-jre-headless)")
    os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
    settings = {
        "spark.ui.enabled": "false",
        "spark.sql.shuffle.partitions": "2",
        "spark.sql.warehouse.dir": str(folder / "warehouse"),
        "spark.driver.host": "127.0.0.1",
        "spark.log.level": "ERROR",
    }
    builder = pyspark.SparkSession.builder.master("local[2]").appName("rulelang tests")
    for name, value in settings.items():
        builder = builder.config(name, value)
    return builder.getOrCreate()


@frozen
class Spark:
    """Spark on this machine, with the place of each script that it has run."""

    session: Session
    places: dict[tuple[str, ...], str] = field(factory=dict)
    dialect: str = "spark"

    def run(self, script: Script, tables: Tables) -> None:
        """Run a script in a database of its own, once for all tests of it, and put rows into the tables it makes."""
        statements = tuple(map(str, script.statements))
        is_new = statements not in self.places
        place = self.places.setdefault(statements, f"place_{len(self.places)}")
        empty = [f"DROP DATABASE IF EXISTS {place} CASCADE", f"CREATE DATABASE {place}"]
        for statement in [*empty, f"USE {place}", *statements] if is_new else [f"USE {place}"]:
            self.session.sql(statement)
        for name, rows in tables.items():
            if rows or not is_new:
                given = self.session.createDataFrame(list(map(tuple, rows)), self.session.table(name).schema)
                given.coalesce(1).write.insertInto(name, overwrite=True)

    def rows(self, view: str) -> list[TextRow]:
        """Return the rows of a view, every cell as text."""
        found = self.session.table(view)
        return [dict(zip(found.columns, map(text_of, row), strict=True)) for row in found.collect()]
