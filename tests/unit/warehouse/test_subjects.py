"""Originals sealed by each customer's own key: what opens them, and what no longer does."""

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from workbench.warehouse.lake.subjects import LakeSubjects, write_salts
from workbench.warehouse.subjects import Seals, SubjectsInMemory

SITE = b"s" * 32
PERSON = {"phone": "13812345678"}
CUSTOMER, IDENTITY = 2**64 - 1, 2**63  # no sign


@pytest.fixture
def seals() -> Seals:
    return Seals(SITE, SubjectsInMemory())


def sealed(seals: Seals, customer: int = CUSTOMER, identity: int = IDENTITY) -> bytes:
    [salt] = seals.subjects.ensure([customer])
    [made] = seals.sealed([(customer, salt, identity, b'{"phone": "13812345678"}')], 1)
    return made


def test_an_original_opens_by_site_and_salt_together_and_by_neither_alone(seals: Seals) -> None:
    made = sealed(seals)
    row = (CUSTOMER, IDENTITY, made)
    assert seals.opened([row]) == [PERSON]
    assert b"13812345678" not in made
    assert Seals(b"x" * 32, seals.subjects).opened([row]) == [None], "the salt alone"
    assert Seals(SITE, SubjectsInMemory()).opened([row]) == [None], "the site's key alone"
    seals.subjects.destroy([CUSTOMER])
    assert seals.opened([row]) == [None]
    seals.subjects.ensure([CUSTOMER])  # the customer comes again, under another key
    assert seals.opened([row]) == [None]


def test_it_opens_only_whole_in_its_place_and_as_its_customers(seals: Seals) -> None:
    made, other = sealed(seals), sealed(seals, customer=7)
    assert seals.opened(
        [
            (CUSTOMER, IDENTITY + 1, made),
            (CUSTOMER, IDENTITY, made[:-1] + bytes([made[-1] ^ 1])),
            (7, IDENTITY, made),
            (7, IDENTITY, other),
        ]
    ) == [None, None, None, PERSON]


def test_what_an_older_version_sealed_opens_with_and_without_a_salt(seals: Seals) -> None:
    nonce = b"n" * 12
    bound = IDENTITY.to_bytes(8, "big")
    old = nonce + AESGCM(SITE).encrypt(nonce, b'{"phone": "13812345678"}', bound)
    assert seals.opened([(CUSTOMER, IDENTITY, old)]) == [PERSON]
    assert seals.opened([(CUSTOMER, IDENTITY, old), (CUSTOMER, IDENTITY, sealed(seals))]) == [
        PERSON,
        PERSON,
    ]


def test_a_lake_gives_the_salts_that_it_was_written_with_until_one_is_destroyed(tmp_path) -> None:
    subjects = SubjectsInMemory()
    customers = [1, 2, 2**63, CUSTOMER]
    salts = dict(zip(customers, subjects.ensure(customers), strict=True))
    write_salts(tmp_path, subjects)
    lake = LakeSubjects(tmp_path)
    assert [pair for page in lake.pages() for pair in page] == sorted(salts.items())
    assert lake.find([2, CUSTOMER, 9]) == {2: salts[2], CUSTOMER: salts[CUSTOMER]}
    lake.destroy([CUSTOMER])
    assert lake.find(customers) == {c: salts[c] for c in customers[:-1]}
    files = [file.read_bytes() for file in tmp_path.rglob("*") if file.is_file()]
    assert len(files) == 1 and salts[CUSTOMER] not in files[0]
    assert salts[2] in files[0], "the search can see"
    assert LakeSubjects(tmp_path / "an older one").find(customers) == {}
