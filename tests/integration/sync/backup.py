"""A backup of a centre and its restore, as an administrator makes them: the whole database."""

import psycopg

from tests.centre import Site


def backup(site: Site) -> str:
    """A copy of the database as it is."""
    name = f"{site.database}_kept"
    _copy(site, site.database, name)
    return name


def put_back(site: Site, kept: str) -> None:
    _copy(site, kept, site.database)


def _copy(site: Site, source: str, target: str) -> None:
    site.close()
    url = site.server.url_of("workbench", site.server.password, "postgres")
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = ANY(%s)",
            ([source, target],),
        )
        connection.execute(f"DROP DATABASE IF EXISTS {target} WITH (FORCE)".encode())
        connection.execute(f"CREATE DATABASE {target} TEMPLATE {source}".encode())
