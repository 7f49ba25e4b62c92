"""``workbench review``: draw calls, score them, see what comes of it, answer."""

from datetime import timedelta

import click

from workbench import texts
from workbench.cli.common import (
    common_options,
    final,
    language,
    opened,
    print_json,
    print_table,
    profile_options,
    say,
)
from workbench.domain.errors import Usage
from workbench.domain.times import from_local, iso_local, local_text, utc_now

_RULES = ("random", "risky", "new_agent")
_STRATA = ("agent", "cause")
_DAY = click.DateTime(["%Y-%m-%d"])
_from = click.option("--from", "start", type=_DAY, help=say("help.review_from"))
_to = click.option("--to", "end", type=_DAY, help=say("help.review_to"))


@click.group(help=say("help.review"))
def review() -> None: ...


@review.command(help=say("help.review_sample"), epilog=final("reviews.sample"))
@click.option("--rule", type=click.Choice(_RULES), default="random", help=say("help.review_rule"))
@click.option("--size", type=int, default=20, help=say("help.review_size"))
@click.option("--by", type=click.Choice(_STRATA), default="agent", help=say("help.review_by"))
@click.option("--seed", help=say("help.review_seed"))
@_from
@_to
@profile_options
@common_options
def sample(rule, size, by, seed, start, end, profile, passphrase_file, as_json) -> None:
    from workbench.domain.review import DrawRule, Stratum

    first, last = _span(start, end)
    with opened(profile, passphrase_file, warehouse="") as bench:
        made = bench.reviews.sample(
            DrawRule(rule),
            size,
            first or utc_now() - timedelta(days=30),
            last or utc_now(),
            stratum=Stratum(by),
            seed=seed,
        )
    if as_json:
        print_json(_draw(made) | {"calls": [_call(call) for call in made.calls]})
        return
    click.echo(
        say("review_drawn", size=len(made.calls), population=made.population, seed=made.seed)
    )
    _table(made.calls)


@review.command("list", help=say("help.review_list"))
@click.argument("draw_id", required=False, metavar="[DRAW]")
@click.option("--draws", is_flag=True, help=say("help.review_draws"))
@profile_options
@common_options
def list_(draw_id, draws, profile, passphrase_file, as_json) -> None:
    with opened(profile, passphrase_file, warehouse="") as bench:
        if draws:
            found = [_draw(made) for made in bench.reviews.draws()]
        else:
            rows = bench.reviews.listed(draw_id)
    if draws:
        if as_json:
            print_json(found)
        else:
            print_table([say(f"review_field.{n}") for n in _DRAW], [d.values() for d in found])
        return
    if as_json:
        print_json(
            [
                _call(r.call)
                | {"reviewers": r.reviewers, "own_total": r.own.total if r.own else None}
                for r in rows
            ]
        )
        return
    print_table(
        [say(f"review_field.{n}") for n in ("number", "agent", "cause", "at", "reviewers", "own")],
        [
            (r.call.number, r.call.agent, texts.word(language(), "cause", r.call.cause),
             local_text(r.call.at), " ".join(r.reviewers), r.own.total if r.own else "")
            for r in rows
        ],
    )  # fmt: skip


@review.command(help=say("help.review_score"), epilog=final("reviews.score"))
@click.argument("number", metavar="NUMBER")
@click.option("--score", "scores", multiple=True, help=say("help.review_scores"))
@click.option("--comment", "comments", multiple=True, help=say("help.review_comments"))
@click.option("--full", is_flag=True, help=say("help.review_full"))
@click.option("--note", default="", help=say("help.review_note"))
@click.option("--draw", "draw_id", help=say("help.review_draw"))
@profile_options
@common_options
def score(number, scores, comments, full, note, draw_id, profile, passphrase_file, as_json) -> None:
    """Without scores: the scorecard, and what was said of this call."""
    with opened(profile, passphrase_file, warehouse="") as bench:
        card = bench.reviews.card()
        if not (scores or full):
            _show(card, bench.reviews.of(number), as_json)
            return
        given = {item.id: item.best for item in card.items} if full else {}
        given |= {name: _points(name, value) for name, value in map(_pair, scores)}
        made = bench.reviews.score(
            number, given, dict(map(_pair, comments)), note=note, draw_id=draw_id
        )
    if as_json:
        print_json(_review(made))
    else:
        click.echo(say("review_kept", number=made.call, total=_number(made.total)))


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals:
        raise Usage("review_pair", text=text[:40])
    return name.strip(), value.strip()


def _points(name: str, value: str) -> int | None:
    if value == "-":
        return None  # does not apply
    if not value.isdigit():
        raise Usage("review_pair", text=f"{name}={value[:20]}")
    return int(value)


@review.command(help=say("help.review_results"))
@click.option("--by", type=click.Choice(_STRATA), default="agent", help=say("help.review_group"))
@_from
@_to
@profile_options
@common_options
def results(by, start, end, profile, passphrase_file, as_json) -> None:
    from workbench.domain.review import Stratum

    with opened(profile, passphrase_file, warehouse="") as bench:
        card = bench.reviews.card()
        found = bench.reviews.results(Stratum(by), *_span(start, end))
    if as_json:
        print_json([vars(row) for row in found])
        return
    titles = [item.title[language()] for item in card.items]
    fields = (by, "reviews", "calls", "mean", "failed", "answers")
    print_table(
        [say(f"review_field.{n}") for n in fields] + titles,
        [
            (texts.word(language(), "cause", r.name) if by == "cause" else r.name, r.reviews,
             r.calls, _number(r.mean), r.failed, r.answers,
             *(f"{r.items[i.id]:.0%}" if i.id in r.items else "" for i in card.items))
            for r in found
        ],
    )  # fmt: skip


@review.command(help=say("help.review_calibrate"))
@_from
@_to
@profile_options
@common_options
def calibrate(start, end, profile, passphrase_file, as_json) -> None:
    with opened(profile, passphrase_file, warehouse="") as bench:
        card = bench.reviews.card()
        found = bench.reviews.calibration(*_span(start, end))
    if as_json:
        print_json(
            {
                "card": found.card,
                "total": vars(found.total),
                "items": {name: vars(value) for name, value in found.items.items()},
                "pairs": [
                    {"reviewers": [one, other], "scores": n, "kappa": value}
                    for one, other, n, value in found.pairs
                ],
            }
        )
        return
    lang = language()
    rows = [(say("review_total"), found.total)]
    rows += [(item.title[lang], found.items[item.id]) for item in card.items]
    print_table(
        [say(f"review_field.{n}") for n in ("item", "alpha", "bounds", "units", "same", "verdict")],
        [
            (name, _number(a.value), f"{_number(a.low)} … {_number(a.high)}" if a.low is not None
             else "", a.units, f"{a.same:.0%}" if a.same is not None else "",
             texts.word(lang, "verdict", a.verdict))
            for name, a in rows
        ],
    )  # fmt: skip
    for one, other, n, value in found.pairs:
        click.echo(say("review_pair_line", one=one, other=other, n=n, kappa=_number(value) or "—"))


@review.command(help=say("help.review_mine"))
@profile_options
@common_options
def mine(profile, passphrase_file, as_json) -> None:
    with opened(profile, passphrase_file, warehouse="") as bench:
        _show(bench.reviews.card(), bench.reviews.mine(), as_json, with_card=False)


@review.command(help=say("help.review_answer"), epilog=final("reviews.answer"))
@click.argument("review_id", metavar="REVIEW")
@click.argument("words")
@profile_options
@common_options
def answer(review_id, words, profile, passphrase_file, as_json) -> None:
    with opened(profile, passphrase_file, warehouse="") as bench:
        made = bench.reviews.answer(review_id, words)
    if as_json:
        print_json({"answer": made.answer_id, "review": made.review_id})
    else:
        click.echo(say("review_answered"))


_DRAW = ("draw", "at", "by", "rule", "stratum", "seed", "size", "population")


def _draw(made) -> dict[str, object]:
    values = (
        made.draw_id, iso_local(made.at), made.by, made.rule.value, made.stratum.value, made.seed,
        len(made.calls), made.population,
    )  # fmt: skip
    return dict(zip(_DRAW, values, strict=True))


def _call(call) -> dict[str, object]:
    return {
        "complaint_id": call.complaint_id,
        "number": call.number,
        "agent": call.agent,
        "cause": call.cause,
        "at": iso_local(call.at),
        "risks": list(call.risks),
    }


def _review(made) -> dict[str, object]:
    return vars(made) | {"at": iso_local(made.at), "called_at": iso_local(made.called_at)}


def _table(calls) -> None:
    print_table(
        [say(f"review_field.{n}") for n in ("number", "agent", "cause", "at", "risks")],
        [
            (c.number, c.agent, texts.word(language(), "cause", c.cause), local_text(c.at),
             " ".join(texts.word(language(), "risk", risk) for risk in c.risks))
            for c in calls
        ],
    )  # fmt: skip


def _show(card, told, as_json, *, with_card: bool = True) -> None:
    """The scorecard, and reviews with their evidence and answers."""
    if as_json:
        shown = [_review(t.review) | {"answers": [a.words for a in t.answers]} for t in told]
        items = [
            {"id": i.id, "title": i.title[language()], "best": i.best, "critical": i.critical}
            for i in card.items
        ]
        print_json({"card": card.version, "items": items, "reviews": shown} if with_card else shown)
        return
    titles = {item.id: item.title[language()] for item in card.items}
    if with_card:
        print_table(
            [say(f"review_field.{n}") for n in ("item", "title", "best")],
            [(i.id, i.title[language()], f"0–{i.best}") for i in card.items],
        )
    for one in told:
        made = one.review
        click.echo(f"\n{made.call} · {made.reviewer} · {local_text(made.at)[:16]} · "
                   f"{_number(made.total)} · {made.review_id}")  # fmt: skip
        for item_id, points in made.scores.items():
            said = made.comments.get(item_id, "")
            click.echo(
                f"  {titles.get(item_id, item_id)}: {'—' if points is None else points} {said}"
            )
        if made.note:
            click.echo(f"  {made.note}")
        for reply in one.answers:
            click.echo(f"  ↳ {reply.agent} {local_text(reply.at)[:16]}: {reply.words}")


def _span(start, end):
    """Days as people say them, the last one with it; None: open."""
    return (
        from_local(start) if start else None,
        from_local(end + timedelta(days=1)) if end else None,
    )


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.2f}".rstrip("0").rstrip(".")
