"""Reviews of calls: drawn by rule, scored by people, seen and answered by whom they are about."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from workbench.domain.agreement import Agreement, agreement, pairs
from workbench.domain.audit import AuditEntry
from workbench.domain.errors import BadInput, NotPermitted
from workbench.domain.ids import uuid7
from workbench.domain.masking import redact
from workbench.domain.people import Act, Role
from workbench.domain.review import (
    MOST,
    Draw,
    Drawn,
    DrawRule,
    Result,
    Review,
    ReviewAnswer,
    Scorecard,
    Stratum,
    draw,
    results,
)
from workbench.domain.times import utc_now
from workbench.services.complaint_writing import as_json
from workbench.services.ports import Clock, Records, UnitOfWork
from workbench.services.session import Session


@dataclass(frozen=True)
class Listed:
    """A drawn call: by whom it is reviewed, and the own review if there is one."""

    call: Drawn
    reviewers: tuple[str, ...]
    own: Review | None


@dataclass(frozen=True)
class Told:
    """A review with what was answered to it."""

    review: Review
    answers: tuple[ReviewAnswer, ...]


@dataclass(frozen=True)
class Calibration:
    """How far reviewers agree: over the totals, by item, and two by two (items together)."""

    total: Agreement
    items: Mapping[str, Agreement]
    pairs: Sequence[tuple[str, str, int, float | None]]
    card: str


class ReviewService:
    """Blocks: never on the GUI thread."""

    def __init__(
        self, records: Records, session: Session, card: Scorecard, clock: Clock = utc_now
    ) -> None:
        self._records, self._session, self._card, self._clock = records, session, card, clock

    def card(self) -> Scorecard:
        self._session.require(Act.OWN_REVIEWS)
        return self._card

    # drawing
    def sample(
        self,
        rule: DrawRule,
        size: int,
        start: datetime,
        end: datetime,
        *,
        stratum: Stratum = Stratum.AGENT,
        seed: str | None = None,
    ) -> Draw:
        """Draw calls and keep which; the same seed over the same calls draws the same ones. The own
        calls of who draws are left out. Raises BadInput('draw_size', 'draw_nothing')."""
        self._session.require(Act.REVIEW)
        if not 1 <= size <= MOST:
            raise BadInput("draw_size", most=MOST)
        seed = seed or secrets.token_hex(4)
        me = self._session.person.person_id
        with self._records.unit_of_work() as uow:
            calls = [c for c in uow.reviews.calls(start, end) if c.agent != me]
            population, drawn = draw(calls, rule, stratum, size, seed)
            if not drawn:
                raise BadInput("draw_nothing")
            made = Draw(
                str(uuid7()), self._clock(), me, rule, stratum, seed, start, end, population,
                tuple(drawn),
            )  # fmt: skip
            uow.reviews.put_draw(made)
            values = {n: as_json(v) for n, v in vars(made).items()}
            values["calls"] = [asdict(d) | {"at": d.at.isoformat()} for d in drawn]
            uow.enqueue("draw", "create", made.draw_id, values)
            detail = {"rule": rule.value, "seed": seed, "size": len(drawn), "of": population}
            self._audit(uow, "draw", "draw", made.draw_id, detail)
            uow.commit()
        return made

    def draws(self) -> list[Draw]:
        """Newest first."""
        self._session.require(Act.REVIEW)
        with self._records.unit_of_work() as uow:
            return uow.reviews.draws()

    def listed(self, draw_id: str | None = None) -> list[Listed]:
        """The calls of a draw, of the newest if None. Raises BadInput('no_such_draw')."""
        self._session.require(Act.REVIEW)
        me = self._session.person.person_id
        with self._records.unit_of_work() as uow:
            if draw_id is None:
                newest = uow.reviews.draws()[:1]
                if not newest:
                    return []
                (found,) = newest
            else:
                known = uow.reviews.draw(draw_id)
                if known is None:
                    raise BadInput("no_such_draw", draw=draw_id[:40])
                found = known
            made = uow.reviews.of(complaint_ids=[c.complaint_id for c in found.calls])
        by_call: dict[str, list[Review]] = {}
        for review in made:
            by_call.setdefault(review.complaint_id, []).append(review)
        return [
            Listed(
                call,
                tuple(sorted(r.reviewer for r in by_call.get(call.complaint_id, ()))),
                next((r for r in by_call.get(call.complaint_id, ()) if r.reviewer == me), None),
            )
            for call in found.calls
            if call.agent != me
        ]

    # scoring
    def score(
        self,
        complaint: str,
        scores: Mapping[str, int | None],
        comments: Mapping[str, str],
        *,
        note: str = "",
        draw_id: str | None = None,
    ) -> Review:
        """Keep the own review of a call, by complaint_id or number; again: change it. Numbers and
        ids in comments are masked. Raises BadInput as ``Scorecard.check`` and for a complaint that
        there is not, NotPermitted('own_call')."""
        self._session.require(Act.REVIEW)
        self._card.check(scores, comments)
        me = self._session.person.person_id
        with self._records.unit_of_work() as uow:
            uow.reviews.hold()
            call = uow.reviews.call(complaint)
            if call is None:
                raise BadInput("no_such_complaint", complaint=complaint[:40])
            if call.agent == me:
                raise NotPermitted("own_call")
            review_id = f"{call.complaint_id}/{me}"
            before = uow.reviews.get(review_id)
            made = Review(
                review_id, call.complaint_id, call.number, call.agent, call.cause, call.at, me,
                self._clock(), self._card.version, dict(scores),
                {n: redact(words.strip()) for n, words in comments.items() if words.strip()},
                self._card.total(scores), redact(note.strip()),
                draw_id or (before.draw_id if before else None),
            )  # fmt: skip
            uow.reviews.put(made)
            values = {n: as_json(v) for n, v in vars(made).items()}
            kind = "create" if before is None else "update"
            root = call.complaint_id if before is None else None
            uow.enqueue("review", kind, review_id, values, root=root)
            detail = {"agent": call.agent, "card": made.card, "total": made.total}
            self._audit(uow, "review", "review", review_id, detail)
            uow.commit()
        return made

    def of(self, complaint: str) -> list[Told]:
        """All reviews of a call, with the answers to them."""
        self._session.require(Act.REVIEW)
        with self._records.unit_of_work() as uow:
            call = uow.reviews.call(complaint)
            if call is None:
                raise BadInput("no_such_complaint", complaint=complaint[:40])
            return self._told(uow, uow.reviews.of(complaint_ids=[call.complaint_id]))

    # what comes of it
    def results(
        self,
        by: Stratum = Stratum.AGENT,
        start: datetime | None = None,
        end: datetime | None = None,
    ) -> list[Result]:
        """By the time of the reviews; lowest first. A team lead is told of the own team."""
        self._session.require(Act.SEE_REVIEWS)
        with self._records.unit_of_work() as uow:
            made = uow.reviews.of(start=start, end=end)
            person = self._session.person
            if person.role is Role.TEAM_LEAD:
                team = {p.person_id for p in uow.people.all() if p.team == person.team}
                made = [review for review in made if review.agent in team]
            answers = uow.reviews.answers([review.review_id for review in made])
        return results(made, answers, by, self._card)

    def calibration(
        self, start: datetime | None = None, end: datetime | None = None
    ) -> Calibration:
        """Of the reviews that were made with the scorecard of now."""
        self._session.require(Act.REVIEW)
        with self._records.unit_of_work() as uow:
            made = uow.reviews.of(start=start, end=end)
        made = [review for review in made if review.card == self._card.version]
        totals: dict[str, dict[str, float]] = {}
        items: dict[str, dict[str, dict[str, float]]] = {i.id: {} for i in self._card.items}
        together: dict[str, dict[str, float]] = {}
        for review in made:
            if review.total is not None:
                totals.setdefault(review.complaint_id, {})[review.reviewer] = review.total
            for item in self._card.items:
                score = review.scores.get(item.id)
                if score is not None:
                    unit = items[item.id].setdefault(review.complaint_id, {})
                    unit[review.reviewer] = score
                    both = together.setdefault(f"{review.complaint_id}/{item.id}", {})
                    both[review.reviewer] = score / item.best
        return Calibration(
            agreement(totals),
            {name: agreement(units) for name, units in items.items()},
            pairs(together),
            self._card.version,
        )

    # the agent's own
    def mine(self) -> list[Told]:
        """Reviews of the own calls, newest first."""
        self._session.require(Act.OWN_REVIEWS)
        with self._records.unit_of_work() as uow:
            return self._told(uow, uow.reviews.of(agent=self._session.person.person_id))

    def answer(self, review_id: str, words: str) -> ReviewAnswer:
        """Say something to a review of an own call; it is added and never changed. Raises
        BadInput('no_such_review', 'answer_empty')."""
        self._session.require(Act.OWN_REVIEWS)
        me = self._session.person.person_id
        if not words.strip():
            raise BadInput("answer_empty")
        with self._records.unit_of_work() as uow:
            uow.reviews.hold()
            review = uow.reviews.get(review_id)
            if review is None or review.agent != me:  # another's is not even said to be there
                raise BadInput("no_such_review", review=review_id[:80])
            made = ReviewAnswer(
                str(uuid7()), review_id, review.complaint_id, me, self._clock(),
                redact(words.strip()),
            )  # fmt: skip
            uow.reviews.add_answer(made)
            values = {n: as_json(v) for n, v in vars(made).items()}
            root = review.complaint_id
            uow.enqueue("review_answer", "create", made.answer_id, values, root=root)
            self._audit(uow, "review_answered", "review", review_id, {})
            uow.commit()
        return made

    def _told(self, uow: UnitOfWork, reviews: Sequence[Review]) -> list[Told]:
        found = uow.reviews.answers([review.review_id for review in reviews])
        return [
            Told(r, tuple(answer for answer in found if answer.review_id == r.review_id))
            for r in reviews
        ]

    def _audit(
        self, uow: UnitOfWork, action: str, entity: str, subject: str, detail: Mapping[str, object]
    ) -> None:
        who = self._session.person.person_id
        uow.record(AuditEntry(self._clock(), who, action, entity, subject, dict(detail)))
