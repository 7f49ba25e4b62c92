"""Sets up central records in PostgreSQL: roles, tables through Alembic, functions and row security."""

import json
from collections.abc import Iterable

import psycopg
import sqlalchemy as sa

from workbench import paths
from workbench.domain.erasure import central_personal
from workbench.domain.errors import Busy, NotPermitted, StoreFault
from workbench.domain.people import Person
from workbench.domain.sync import MIN_WRITE, SCHEMA_VERSION
from workbench.gateways.centre import place_of, scram, target_of

HEAD = "0004"  # a test holds it equal to the newest file in db/central/records/versions
_SETTING_UP = 0x7265636F  # of an advisory lock
_OLDEST = 150000

Rights = Iterable[tuple[str, str, str]]  # (role, entity, kind of op)
Moves = Iterable[tuple[str, str, str, str]]  # (role, entity, from, to)


def set_up(url: str, rights: Rights, moves: Moves) -> str:
    """Everything or nothing, from nothing or from an older version; again changes nothing. Returns
    the place. The login owns the database or is a superuser.

    Raises Usage, Busy, NotPermitted, StoreFault('central_too_old', 'central_too_new').
    """
    target = target_of(url)
    place = place_of(target)
    engine = sa.create_engine(
        "postgresql+psycopg://", creator=lambda: psycopg.connect(**target), hide_parameters=True
    )
    try:
        with engine.begin() as connection:
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_SETTING_UP})")
            _check(connection, place)
            _run(connection, "1_roles.sql")
            connection.exec_driver_sql("SET LOCAL ROLE workbench_records_owner")
            _tables(connection, place)
            connection.exec_driver_sql(
                "INSERT INTO records.counter (min_write, current) VALUES (%s, %s)"
                " ON CONFLICT (only_row) DO UPDATE SET min_write = excluded.min_write,"
                " current = greatest(records.counter.current, excluded.current)",
                (MIN_WRITE, SCHEMA_VERSION),
            )
            _fill(connection, "rights", rights)
            _fill(connection, "transitions", moves)
            _fill(connection, "personal", ((e, f, json.dumps(v)) for e, f, v in central_personal()))
            _run(connection, "2_sync.sql")
            connection.exec_driver_sql(
                "GRANT USAGE, CREATE ON SCHEMA records TO workbench_records_keeper"
            )
            connection.exec_driver_sql("SET LOCAL ROLE workbench_records_keeper")
            _run(connection, "3_keeper.sql")
            connection.exec_driver_sql("SET LOCAL ROLE workbench_records_owner")
            connection.exec_driver_sql(
                "REVOKE CREATE ON SCHEMA records FROM workbench_records_keeper"
            )
            _run(connection, "4_people.sql")
            _run(connection, "5_contents.sql")
            _run(connection, "5_presence.sql")
            _run(connection, "6_rights.sql")
            _run(connection, "7_metrics.sql")
    except sa.exc.OperationalError as error:
        raise Busy("centre_unreachable", place=place) from error
    finally:
        engine.dispose()
    return place


def admit_first(url: str, person: Person, login: str, password: str) -> None:
    """The first administrator, by who set the centre up: the others are admitted by an
    administrator. Raises NotPermitted('central_has_admin')."""
    target = target_of(url)
    with psycopg.connect(**target) as connection:
        verifier = scram(connection, login, password)
        connection.execute("SET LOCAL ROLE workbench_records_owner")
        connection.execute("SELECT FROM records.counter FOR UPDATE")
        if connection.execute("SELECT 1 FROM records.people WHERE role = 'admin'").fetchone():
            raise NotPermitted("central_has_admin", place=place_of(target))
        # The functions ask who calls: for this one transaction it is an administrator.
        connection.execute(
            "INSERT INTO records.people (person_id, login, name, role)"
            " VALUES ('', session_user, '', 'admin')"
        )
        connection.execute(
            "SELECT records.admit(%s, %s, %s, %s, NULL, %s)",
            (login, person.person_id, person.name, person.role.value, verifier),
        )
        connection.execute("DELETE FROM records.people WHERE person_id = ''")


def _check(connection: sa.Connection, place: str) -> None:
    version, may_make = connection.exec_driver_sql(
        "SELECT current_setting('server_version_num')::int, rolsuper OR (rolcreaterole AND"
        " has_database_privilege(current_database(), 'CREATE'))"
        " FROM pg_roles WHERE rolname = current_user"
    ).one()
    if version < _OLDEST:
        raise StoreFault("central_too_old", place=place, least=_OLDEST // 10000)
    if not may_make:
        raise NotPermitted("central_no_right", place=place)


def _tables(connection: sa.Connection, place: str) -> None:
    """By Alembic, whose own table lies beside ours."""
    from alembic import command
    from alembic.config import Config
    from alembic.runtime.migration import MigrationContext

    scripts = paths.db() / "central" / "records"
    context = MigrationContext.configure(connection, opts={"version_table_schema": "records"})
    current = context.get_current_revision()
    if current not in (None, *(f.name.split("_")[0] for f in (scripts / "versions").glob("*.py"))):
        raise StoreFault("central_too_new", place=place)
    config = Config()
    config.set_main_option("script_location", str(scripts).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, HEAD)


def _fill(connection: sa.Connection, table: str, rows: Iterable[tuple[str, ...]]) -> None:
    connection.exec_driver_sql(f"DELETE FROM records.{table}")
    for row in rows:
        marks = ", ".join(["%s"] * len(row))
        connection.exec_driver_sql(f"INSERT INTO records.{table} VALUES ({marks})", tuple(row))


def _run(connection: sa.Connection, file: str) -> None:
    """A script as it stands: no parameters, so a % is a %."""
    driver = connection.connection.driver_connection
    assert isinstance(driver, psycopg.Connection)
    driver.execute((paths.db() / "central" / "records" / file).read_bytes())
