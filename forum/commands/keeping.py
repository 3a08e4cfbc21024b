"""Backup and restore: database, files and secret key in one archive.

forum.tar
├── about.json      when, which version, which database
├── forum.db        SQLite, copied page by page while the site runs; or
├── forum.pgdump    PostgreSQL, by pg_dump in its custom format
└── data/…          everything in DATA_DIR but the database and what can be made again (search index)
"""

from __future__ import annotations

import json
import shutil
import sqlite3
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy.engine import make_url

from forum import __version__
from forum.kernel import clock
from forum.kernel.db import db
from forum.kernel.settings import Settings

#: In DATA_DIR, but made again rather than kept.
MADE_AGAIN = ("index", "search", "whoosh", "metrics")
PAGES_AT_A_TIME = 2_000


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@with_appcontext
def backup(file: Path) -> None:
    """Write everything needed to rebuild the site to FILE (a tar), while the site runs.

    It holds the secret key and members' addresses: keep it as safe as the site.
    """
    settings: Settings = current_app.extensions["forum.settings"]
    partly = file.with_name(file.name + ".part")
    try:
        partly.touch(0o600)
    except OSError as error:
        raise click.ClickException(f"Nothing can be written to {file.parent}: {error.strerror}.") from None
    with tempfile.TemporaryDirectory(dir=file.resolve().parent, prefix=".backup-") as folder:
        dump = dump_database(settings, Path(folder))
        about = Path(folder, "about.json")
        about.write_text(json.dumps({"at": clock.now().isoformat(), "version": __version__, "database": dump.name}))
        with tarfile.open(partly, "w") as archive:
            archive.add(about, about.name)
            archive.add(dump, dump.name)
            kept = list(files_to_keep(settings.data_path))
            with click.progressbar(kept, label="Files") as progress:
                for path in progress:
                    archive.add(path, f"data/{path.relative_to(settings.data_path)}", recursive=False)
    partly.replace(file)  # a half-written backup never carries the name of a whole one
    click.echo(f"Kept in {file} ({file.stat().st_size / 10**6:.1f} MB).")


def files_to_keep(folder: Path) -> Iterator[Path]:
    """Files of DATA_DIR that cannot be made again."""
    for path in sorted(folder.rglob("*")):
        first = path.relative_to(folder).parts[0]
        if path.is_file() and first not in MADE_AGAIN and not first.startswith("forum.db"):
            yield path


def dump_database(settings: Settings, folder: Path) -> Path:
    """Copy the database as of one moment."""
    if settings.database.startswith("sqlite"):
        return dump_sqlite(database_file(settings), folder / "forum.db")
    dump = folder / "forum.pgdump"
    run_postgres_tool(settings, "pg_dump", "--format=custom", "--no-owner", f"--file={dump}")
    return dump


def database_file(settings: Settings) -> Path:
    return Path(make_url(settings.database).database or "")


def dump_sqlite(source: Path, target: Path) -> Path:
    """SQLite's own online copy: consistent, and writers go on meanwhile."""
    if not source.exists():
        raise click.ClickException(f"There is no database at {source} yet; run: forum init")
    with (
        click.progressbar(length=1, label="Database") as progress,
        sqlite3.connect(source) as old,
        sqlite3.connect(target) as new,
    ):

        def tell(_status: int, remaining: int, total: int) -> None:
            progress.length = max(total, 1)
            progress.update(total - remaining - progress.pos)

        old.backup(new, pages=PAGES_AT_A_TIME, progress=tell, sleep=0.01)
    old.close()
    new.close()
    return target


def run_postgres_tool(settings: Settings, tool: str, *arguments: str) -> None:
    """Run one of PostgreSQL's own programs on our database; the password travels in the environment."""
    if shutil.which(tool) is None:
        raise click.ClickException(
            f"{tool} is not installed here. Install PostgreSQL's client programs (Debian: postgresql-client), "
            "or run this command on a machine that has them."
        )
    url = make_url(settings.database)
    environment = {
        "PATH": str(Path(shutil.which(tool) or "").parent),
        "PGHOST": url.host or "",
        "PGPORT": str(url.port or 5432),
        "PGUSER": url.username or "",
        "PGPASSWORD": url.password or "",
        "PGDATABASE": url.database or "",
    }
    click.echo(f"{tool} …")
    done = subprocess.run(  # noqa: S603 (a fixed program; the arguments are our own)
        [tool, *arguments], env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise click.ClickException(f"{tool} failed: {done.stderr.strip()[-500:]}")


@click.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--yes", is_flag=True, help="Do not ask before replacing what is there.")
@with_appcontext
def restore(file: Path, yes: bool) -> None:
    """Rebuild the site from FILE. Stop the site first; whatever is there is replaced."""
    settings: Settings = current_app.extensions["forum.settings"]
    with tempfile.TemporaryDirectory(prefix="forum-restore-") as folder:
        about = unpack(file, Path(folder))
        kind = "forum.db" if settings.database.startswith("sqlite") else "forum.pgdump"
        if about["database"] != kind:
            raise click.ClickException(
                f"{file} holds {about['database']}, this site needs {kind}: set DATABASE_URL as it was at the backup."
            )
        if not yes:
            click.confirm(f"Replace the site by the one of {about['at'][:16]}?", abort=True)
        db.session.remove()
        db.engine.dispose()
        restore_database(settings, Path(folder, kind))
        put_back_files(Path(folder, "data"), settings.data_path)
    click.echo("Restored. Run next: forum init (migrations), forum reindex (search), then start the site.")


def unpack(file: Path, folder: Path) -> dict[str, str]:
    """Unpack an archive of ours, refusing links and paths that lead out of the folder."""
    try:
        with tarfile.open(file) as archive:
            archive.extractall(folder, filter="data")
        about: dict[str, str] = json.loads(Path(folder, "about.json").read_text())
    except (tarfile.TarError, OSError, ValueError) as error:
        why = str(error).partition("\n")[0].rstrip(":")
        raise click.ClickException(f"{file} is not a backup of this forum, or is damaged ({why}).") from error
    return about


def restore_database(settings: Settings, dump: Path) -> None:
    if settings.database.startswith("sqlite"):
        target = database_file(settings)
        target.parent.mkdir(parents=True, exist_ok=True)
        for left in (target, target.with_name(target.name + "-wal"), target.with_name(target.name + "-shm")):
            left.unlink(missing_ok=True)
        dump_sqlite(dump, target)
        return
    run_postgres_tool(
        settings, "pg_restore", "--clean", "--if-exists", "--no-owner", "--exit-on-error",
        "--dbname", make_url(settings.database).database or "", str(dump),
    )  # fmt: skip


def put_back_files(kept: Path, folder: Path) -> None:
    """Put the files back; the secret key stays readable by its owner only."""
    if not kept.is_dir():
        return
    files = [path for path in sorted(kept.rglob("*")) if path.is_file()]
    with click.progressbar(files, label="Files") as progress:
        for path in progress:
            target = folder / path.relative_to(kept)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target)
            target.chmod(0o600)
