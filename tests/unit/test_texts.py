"""Texts: complete in both languages, with the same placeholders, for everything that is said."""

import ast
import re
import string
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import pytest

from workbench import texts
from workbench.domain.agreement import Verdict
from workbench.domain.attempt import ALL_FIELDS
from workbench.domain.complaint import (
    Complaint,
    Demand,
    Experience,
    Reputation,
    ResolutionKind,
    Severity,
    Source,
    State,
)
from workbench.domain.complaint_life import Need
from workbench.domain.complaint_parts import Audience, EventKind
from workbench.domain.diagnosis import Status, Truth
from workbench.domain.people import Act, Role
from workbench.domain.review import DrawRule, Stratum
from workbench.domain.taxonomy import Action, Cause, CauseGroup, Outcome, Owner, Symptom
from workbench.domain.tracker import TicketState
from workbench.domain.trend import Every, Measure
from workbench.domain.work_queue import Queue

ROOT = Path(texts.__file__).parent
ERRORS = {"KnownError", "BadInput", "Usage", "NotPermitted", "Busy", "StoreFault", "Conflict"}
MADE = rf"\b({'|'.join(ERRORS)})\(\s*[\"']"


def raised() -> Iterator[tuple[str, str]]:
    """(where, key) of every known error that the code makes with a literal key."""
    for file in ROOT.rglob("*.py"):
        text = file.read_text("utf-8")
        if not re.search(MADE, text):  # to parse them all takes seconds
            continue
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.Call) and getattr(node.func, "id", None) in ERRORS:
                key = node.args[0] if node.args else None
                if isinstance(key, ast.Constant) and isinstance(key.value, str):
                    yield f"{file.relative_to(ROOT)}:{node.lineno}", key.value


def test_every_known_error_has_a_sentence() -> None:
    found = list(raised())
    assert len(found) > 40, "the scan found the errors"
    for lang in texts.LANGUAGES:
        known = texts.catalogue(lang)
        assert [(w, k) for w, k in found if f"error.{k}" not in known] == []


def test_both_languages_say_the_same_things_with_the_same_placeholders() -> None:
    zh, en = texts.catalogue("zh"), texts.catalogue("en")
    assert set(zh) == set(en)

    def names(text: str) -> set[str | None]:
        return {name.split()[0] for _, name, _, _ in string.Formatter().parse(text) if name}

    assert {key for key in zh if names(zh[key]) != names(en[key])} == set()


@pytest.mark.parametrize(
    ("family", "names"),
    [
        ("outcome", list(Outcome)), ("symptom", list(Symptom)), ("cause", list(Cause)),
        ("cause_group", list(CauseGroup)), ("owner", list(Owner)), ("action", list(Action)),
        ("status", list(Status)), ("truth", list(Truth)), ("state", list(State)),
        ("severity", list(Severity)), ("demand", list(Demand)), ("complaint_source", list(Source)),
        ("experience", list(Experience)), ("reputation", list(Reputation)),
        ("resolution_kind", list(ResolutionKind)), ("audience", list(Audience)),
        ("queue", list(Queue)), ("event_kind", list(EventKind)), ("complaint_field", [*Need, *(f.name for f in fields(Complaint))]),
        ("role", list(Role)), ("act", list(Act)), ("every", list(Every)),
        ("measure", list(Measure)), ("ticketstate", list(TicketState)),
        ("drawrule", list(DrawRule)), ("stratum", list(Stratum)), ("verdict", list(Verdict)), ("field", list(ALL_FIELDS)),
        *((name, list(field.values)) for name, field in ALL_FIELDS.items() if field.values),
        ("unit", sorted({f.unit for f in ALL_FIELDS.values() if f.unit})),
        ("source", sorted({f.source for f in ALL_FIELDS.values()})),
    ],
)  # fmt: skip
@pytest.mark.parametrize("lang", texts.LANGUAGES)
def test_every_standard_word_has_a_name(lang: str, family: str, names: list[str]) -> None:
    known = texts.catalogue(lang)
    assert [name for name in names if f"{family}.{name}" not in known] == []


def test_every_item_of_the_checklist_and_every_shipped_template_has_words() -> None:
    from workbench.bootstrap import _complaint_policy
    from workbench.services.complaint_macros import SHIPPED

    keys = [f"checklist.{item.id}" for item in _complaint_policy().checklist]
    keys += [f"macro.{name}" for name in SHIPPED]
    for lang in texts.LANGUAGES:
        assert [key for key in keys if key not in texts.catalogue(lang)] == []


def test_an_error_about_a_role_names_it_in_words() -> None:
    from workbench.domain.errors import NotPermitted

    error = NotPermitted("not_permitted", act=Act.IMPORT, role=Role.AGENT)
    assert "agent" not in texts.error_text("zh", error)
    assert texts.word("zh", "role", "agent") in texts.error_text("zh", error)


def test_a_count_has_the_word_that_goes_with_it() -> None:
    counts = dict.fromkeys(("issues", "attempts", "customers", "complaints", "waiting"), "1")
    said = texts.text("en", "issue.reach", groups="2", **counts)
    assert said.startswith("2 groups (1 of them an issue): 1 failure of 1 customer, 1 complaint,")
    many = texts.text("en", "issue.reach", groups="1", **dict.fromkeys(counts, "1,001"))
    assert many.startswith("1 group (1,001 of them issues): 1,001 failures of 1,001 customers")


@pytest.mark.parametrize(
    ("said", "language"),
    [
        ({}, "zh"),
        ({"LANG": "C.UTF-8"}, "zh"),
        ({"LANG": "en_GB.UTF-8"}, "en"),
        ({"LC_ALL": "zh_CN.UTF-8", "LANG": "en_GB.UTF-8"}, "zh"),
    ],
)
def test_a_system_that_does_not_say_english_is_answered_in_chinese(said, language) -> None:
    ask = "from workbench.texts import system_language; print(system_language())"
    told = subprocess.run(
        [sys.executable, "-c", ask], env=said, capture_output=True, text=True, check=True
    )
    assert told.stdout.strip() == language
