"""Reviews: drawn, scored, seen by whom they are about and by nobody else below a lead."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from tests.complaint_desk import PEOPLE, START, Office
from tests.fresh_records import put_into
from workbench.bootstrap import _scorecard
from workbench.domain.complaint import Severity
from workbench.domain.errors import BadInput, NotPermitted
from workbench.domain.people import Person, Role
from workbench.domain.review import DrawRule, Stratum
from workbench.services.reviews import ReviewService
from workbench.services.session import Session

PEOPLE_HERE = PEOPLE | {"sun": Person("sun", "孙丽", Role.QA)}
END = START + timedelta(days=40)


class Reviews:
    def __init__(self, folder: Path) -> None:
        put_into(folder)
        self.office = Office(folder)
        self.card = _scorecard(folder)

    def __getitem__(self, who: str) -> ReviewService:
        clock = lambda: self.office.now  # noqa: E731
        return ReviewService(self.office.records, Session(PEOPLE_HERE[who]), self.card, clock)

    def full(self, **changes: int | None) -> dict[str, int | None]:
        return {item.id: item.best for item in self.card.items} | changes

    def audited(self) -> list[str]:
        return [entry.action for entry in self.office.records.audit()]


@pytest.fixture
def reviews(tmp_path: Path):
    made = Reviews(tmp_path)
    yield made
    made.office.records.verify_audit()
    made.office.close()


@pytest.fixture
def calls(reviews):
    made = []
    for n in range(6):
        made.append(reviews.office.log("zhang" if n % 2 else "wang"))
        reviews.office.wait(minutes=1)
    return made


def test_a_draw_is_kept_and_can_be_drawn_again(reviews, calls) -> None:
    first = reviews["qian"].sample(DrawRule.RANDOM, 4, START, END, seed="7")
    assert first.population == 6 and {d.agent for d in first.calls} == {"zhang", "wang"}
    again = reviews["sun"].sample(DrawRule.RANDOM, 4, START, END, seed="7")
    assert again.calls == first.calls
    assert reviews["qian"].draws()[-1] == first or first in reviews["qian"].draws()
    assert [row.call for row in reviews["qian"].listed(first.draw_id)] == list(first.calls)
    with pytest.raises(BadInput, match="draw_nothing"):
        reviews["qian"].sample(DrawRule.RISKY, 4, START, END)
    with pytest.raises(BadInput, match="draw_size"):
        reviews["qian"].sample(DrawRule.RANDOM, 0, START, END)
    assert "draw" in reviews.audited()


def test_risky_and_new_are_drawn_from_what_complaints_say(reviews, calls) -> None:
    severe = reviews.office.log("zhang", severity=Severity.CRITICAL)
    drawn = reviews["qian"].sample(DrawRule.RISKY, 5, START, END)
    assert [(d.complaint_id, d.risks) for d in drawn.calls] == [(severe.complaint_id, ("severe",))]
    reviews.office.wait(days=35)
    reviews.office.log("zhang")
    new = reviews["qian"].sample(DrawRule.NEW_AGENT, 50, START, END)
    assert new.population == 7, "the last call is of an agent of five weeks"


def test_a_review_is_one_for_each_reviewer_and_says_its_evidence(reviews, calls) -> None:
    number = calls[0].number
    with pytest.raises(BadInput, match="score_unproven"):
        reviews["qian"].score(number, reviews.full(reason=1), {})
    comments = {"reason": "客户 13812345678 问了两次"}
    made = reviews["qian"].score(number, reviews.full(reason=1), comments)
    assert made.comments == {"reason": "客户 138****5678 问了两次"}
    assert (made.agent, made.card) == ("wang", "1") and made.total < 100
    again = reviews["qian"].score(number, reviews.full(), {})
    assert again.review_id == made.review_id and again.total == 100
    reviews["sun"].score(number, reviews.full(), {})
    assert sorted(t.review.reviewer for t in reviews["qian"].of(number)) == ["qian", "sun"]
    draw = reviews["qian"].sample(DrawRule.RANDOM, 6, START, END)
    row = next(r for r in reviews["sun"].listed(draw.draw_id) if r.call.number == number)
    assert row.reviewers == ("qian", "sun") and row.own.reviewer == "sun"


def test_nobody_reviews_an_own_call(reviews) -> None:
    own = reviews.office.log("li")
    reviewing = replace(PEOPLE["li"], role=Role.ADMIN)
    service = ReviewService(reviews.office.records, Session(reviewing), reviews.card)
    with pytest.raises(NotPermitted, match="own_call"):
        service.score(own.number, reviews.full(), {})
    with pytest.raises(BadInput, match="draw_nothing"):
        service.sample(DrawRule.RANDOM, 5, START, END)


def test_an_agent_sees_and_answers_own_reviews_and_no_others(reviews, calls) -> None:
    wangs = reviews["qian"].score(calls[0].number, reviews.full(), {})
    zhangs = reviews["qian"].score(calls[1].number, reviews.full(), {})
    (told,) = reviews["zhang"].mine()
    assert told.review == zhangs
    reviews["zhang"].answer(zhangs.review_id, "请看录音 13812345678")
    (told,) = reviews["zhang"].mine()
    assert [a.words for a in told.answers] == ["请看录音 138****5678"]
    assert reviews["qian"].of(calls[1].number)[0].answers == told.answers
    for other in (wangs.review_id, "nothing"):
        with pytest.raises(BadInput, match="no_such_review"):
            reviews["zhang"].answer(other, "?")
    with pytest.raises(BadInput, match="answer_empty"):
        reviews["zhang"].answer(zhangs.review_id, "  ")
    for method in ("draws", "results", "calibration", "listed"):
        with pytest.raises(NotPermitted):
            getattr(reviews["zhang"], method)()


def test_a_lead_is_told_of_the_own_team(reviews, calls) -> None:
    for made in calls[:2]:
        reviews["qian"].score(made.number, reviews.full(), {})
    assert [r.name for r in reviews["li"].results()] == ["zhang"]
    assert [r.name for r in reviews["zhao"].results()] == ["wang"]
    assert sorted(r.name for r in reviews["qian"].results()) == ["wang", "zhang"]
    assert [r.name for r in reviews["qian"].results(Stratum.CAUSE)] == ["thin_credit_history"]
    with pytest.raises(NotPermitted):
        reviews["li"].score(calls[0].number, reviews.full(), {})


def test_calibration_counts_what_two_scored_by_the_scorecard_of_now(reviews, calls) -> None:
    for n, made in enumerate(calls):
        words = {"reason": "x"} if n % 2 else {}
        reviews["qian"].score(made.number, reviews.full(reason=1 if n % 2 else 2), words)
        reviews["sun"].score(made.number, reviews.full(reason=1 if n % 2 else 2), words)
    found = reviews["qian"].calibration()
    assert found.total.value == 1 and found.total.units == 6 and found.total.same == 1
    assert found.items["reason"].value == 1 and found.items["manner"].value is None
    ((one, other, shared, kappa),) = found.pairs
    assert (one, other, shared, kappa) == ("qian", "sun", 6 * len(reviews.card.items), 1)
    reviews.card = replace(reviews.card, version="2")
    assert reviews["qian"].calibration().total.units == 0


def test_every_act_is_row_audit_and_op(reviews, calls) -> None:
    draw = reviews["qian"].sample(DrawRule.RANDOM, 2, START, END)
    made = reviews["qian"].score(calls[1].number, reviews.full(), {}, draw_id=draw.draw_id)
    reviews["qian"].score(calls[1].number, reviews.full(manner=1), {"manner": "x"})
    reviews["zhang"].answer(made.review_id, "好")
    with reviews.office.records.unit_of_work() as uow:
        rows = (
            uow._work.reading()
            .connection()
            .exec_driver_sql(
                "SELECT entity, kind, root IS NOT NULL FROM outbox WHERE entity LIKE 'review%'"
                " OR entity = 'draw' ORDER BY n"
            )
        )
        assert [tuple(row) for row in rows] == [
            ("draw", "create", 0), ("review", "create", 1), ("review", "update", 0),
            ("review_answer", "create", 1),
        ]  # fmt: skip
    assert reviews.audited()[:4] == ["review_answered", "review", "review", "draw"]
    assert reviews["qian"].of(calls[1].number)[0].review.draw_id == draw.draw_id


def test_a_site_has_a_scorecard_of_its_own(tmp_path: Path) -> None:
    own = '{"version": "东区-3", "items": [{"id": "x", "title": {"zh": "甲", "en": "A"}}]}'
    (tmp_path / "scorecard.json").write_text(own, "utf-8")
    assert _scorecard(tmp_path).version == "东区-3"
    (tmp_path / "scorecard.json").write_text('{"version": 1}', "utf-8")
    with pytest.raises(BadInput, match="bad_scorecard"):
        _scorecard(tmp_path)
