"""Words for the customer: the reply, the general refusal, and what an undecided diagnosis tells."""

from dataclasses import replace
from datetime import datetime

import pytest

from tests.ui.fakes import explanation
from workbench import texts
from workbench.domain.diagnosis import ReasonText, Status
from workbench.domain.taxonomy import Action
from workbench.services.customer_text import customer_text, explanation_json, withheld

REFUSAL = texts.text("en", "explain.suppressed.customer")
FIRST = explanation().reasons[0]
SECRET = replace(FIRST, code="R01", cause="risk_model_failure", suppressed=True)
AT = datetime(2026, 11, 22, 12, 14)  # UTC


def test_a_reply_says_what_happened_what_to_do_and_when_to_try_again():
    whole = explanation(next_attempt_at=datetime(2027, 2, 19, 16), fields={"occurred_at": AT})
    assert customer_text(whole, "en").reply.splitlines() == [
        "Hello,",
        "",
        "About your application of 2026-11-22 20:14: "
        "Your credit history is still short; please apply again in a few months.",
        "Please do not apply again before then.",
        "We suggest that you apply again after 2027-02-20.",
        "",
        texts.text("en", "guidance.closing"),
        "Thank you for your patience.",
    ]


@pytest.mark.parametrize("lang", texts.LANGUAGES)
@pytest.mark.parametrize("action", Action)
def test_every_action_has_words_for_the_customer(lang, action):
    whole = explanation(reasons=(replace(FIRST, action=action.value),))
    assert texts.text(lang, f"reply.action.{action}") in customer_text(whole, lang).reply


def test_a_reply_to_a_possible_reason_promises_nothing():
    reply = customer_text(explanation(status=Status.POSSIBLE, reasons=(), possible=(FIRST,)), "en")
    assert "apply again after" not in reply.reply
    assert texts.text("en", f"reply.action.{FIRST.action}") not in reply.reply


@pytest.mark.parametrize(
    ("changes", "kept_back"),
    [
        ({"reasons": (SECRET,)}, True),
        ({"reasons": (SECRET, FIRST)}, True),
        ({"reasons": (FIRST, SECRET)}, False),
        ({"possible": (SECRET,)}, False),
        ({"ruled_out": (SECRET,)}, False),
        ({"status": Status.POSSIBLE, "reasons": (FIRST, SECRET)}, True),
        ({"status": Status.POSSIBLE, "possible": (SECRET,)}, True),
        ({"status": Status.POSSIBLE, "reasons": (), "possible": (SECRET,)}, True),
        ({"status": Status.POSSIBLE, "reasons": (), "possible": (FIRST, SECRET)}, False),
        ({"status": Status.UNDETERMINED, "reasons": ()}, False),
        ({"status": Status.PENDING, "reasons": ()}, False),
    ],
)
def test_what_a_suppressed_reason_decided_or_may_have_is_kept_back(changes, kept_back):
    whole = explanation(**changes)
    told = customer_text(whole, "en")
    assert withheld(whole) is told.withheld is kept_back
    assert (told.say == REFUSAL) is kept_back


def test_a_withheld_reply_has_the_refusal_and_neither_date_nor_action():
    told = customer_text(explanation(reasons=(SECRET,), fields={"occurred_at": AT}), "en")
    assert REFUSAL in told.reply
    assert "2027" not in told.reply
    assert texts.text("en", f"reply.action.{SECRET.action}") not in told.reply
    assert explanation().texts["en"].next_steps[0] not in told.steps


def test_where_there_is_nothing_to_say_there_is_no_reply():
    silent = {lang: ReasonText("agent", "") for lang in texts.LANGUAGES}
    told = customer_text(explanation(texts=silent), "zh")
    assert (told.say, told.reply) == ("", "")


def test_the_json_keeps_the_agents_steps_apart_from_what_may_be_heard():
    whole = explanation_json(explanation(reasons=(SECRET,)), "en")
    assert whole["say_to_customer"] == REFUSAL
    assert whole["agent_steps"] == list(explanation().texts["en"].next_steps)
    assert not set(whole["agent_steps"]) & set(whole["next_steps"])
