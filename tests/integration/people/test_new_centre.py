"""A centre set up and connected from the window's side, on a real PostgreSQL."""

import json

import psycopg
import pytest

from tests.postgres import USER, Cluster
from workbench import bootstrap
from workbench.domain.errors import Busy, NotPermitted, Usage
from workbench.domain.people import Act, Person, Role
from workbench.domain.work_queue import ListQuery

BOSS, WORD = Person("w_boss", "主管", Role.ADMIN), "ein langes Kennwort"


@pytest.fixture
def url(postgres_cluster: Cluster):
    name = "w_new_centre"
    with psycopg.connect(postgres_cluster.url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        yield postgres_cluster.url_of(USER, "", name).replace(":@", "@")
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
        for login in ("w_boss", "w_anna"):
            connection.execute(f"DROP ROLE IF EXISTS {login}")


@pytest.fixture
def opened(tmp_path):
    benches = []

    def one(name: str):
        benches.append(bootstrap.open_workbench(tmp_path / name, demo=True))
        return benches[-1]

    yield one
    for bench in benches:
        bench.close()


@pytest.mark.slow
def test_from_an_empty_database_to_a_team_that_shares_its_views(
    url, opened, postgres_cluster, tmp_path
) -> None:
    chief, password = opened("chief"), postgres_cluster.password
    with pytest.raises((NotPermitted, Busy)):
        chief.sync.begin(url, "not the owner's", BOSS, WORD)
    assert chief.sync.state().place is None
    assert chief.sync.begin(url, password, BOSS, WORD) == BOSS
    assert chief.sync.begin(url, password, BOSS, WORD) == BOSS, "a second try finds it done"
    with pytest.raises(NotPermitted, match="centre_login"):
        opened("other").sync.begin(url, password, BOSS, "another password")
    chief.sync.sync()
    chief.people.add(Person("w_anna", "安娜", Role.AGENT, team="east"), "annas Kennwort")
    chief.people.change("w_boss", team="east")
    assert [p.person_id for p in chief.people.list()] == ["w_anna", "w_boss"]
    chief.sync.sync()

    anna = opened("anna")
    hers = url.replace(f"{USER}@", "w_anna@")
    with pytest.raises(NotPermitted):
        anna.sync.connect(hers, "falsch")
    assert anna.sync.connect(hers, "annas Kennwort").role is Role.AGENT
    with pytest.raises(NotPermitted):
        anna.session.require(Act.MANAGE_PEOPLE)
    anna.handling.lists.save_view("退款", ListQuery(text="退款"))
    anna.sync.sync()
    chief.sync.sync()
    assert chief.handling.lists.view("退款").text == "退款"
    chief.handling.lists.save_view("退款", ListQuery(text="退款 催"))
    chief.sync.sync()
    anna.sync.sync()
    assert anna.handling.lists.view("退款").text == "退款 催"
    anna.handling.lists.delete_view("退款")
    anna.sync.sync()
    chief.sync.sync()
    assert chief.handling.lists.views() == [] and chief.sync.state().unsettled == 0

    chief.people.set_password("w_anna", "ein anderes Kennwort")
    anna.close()
    again = bootstrap.open_workbench(tmp_path / "anna", demo=True)
    try:
        assert again.sign_in.needed
        with pytest.raises(NotPermitted, match="sign_in_needed"):
            again.handling.lists.views()
        assert again.sign_in.sign_in("w_anna", "ein anderes Kennwort").role is Role.AGENT
        again.sync.sync()
        chief.people.change("w_anna", active=False)
        with pytest.raises((NotPermitted, Busy)):
            again.sync.sync()
    finally:
        again.close()
    for file in tmp_path.rglob("*"):
        if file.is_file():
            for secret in (WORD, "annas Kennwort", "ein anderes Kennwort", password):
                assert secret.encode() not in file.read_bytes(), file
    assert json.dumps(chief.sync.status()["people"])


def test_an_address_that_is_none_is_refused_before_anything(opened) -> None:
    chief = opened("chief")
    with pytest.raises(Usage, match="centre_address"):
        chief.sync.begin("not an address", "x", BOSS, WORD)
    with pytest.raises(Usage, match="centre_tls"):
        chief.sync.begin("postgresql://o@example.com/x?sslmode=require", "x", BOSS, WORD)
