"""Two registers: a suppressed reason reaches no output for a customer, whichever way out it tries.

Every ``Outlet`` is tried on every attempt in which a suppressed reason plays a part, in both
languages, through the real window, the real command line and a real profile.
"""

import dataclasses
import json
import os
import re

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")  # before Qt is imported

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest
from click.testing import CliRunner
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtWidgets import QLabel

from tests.ui.fakes import FakeSettings
from workbench import bootstrap, texts
from workbench.domain.complaint import Demand
from workbench.domain.complaint_parts import Audience
from workbench.domain.diagnosis import Status
from workbench.domain.errors import BadInput
from workbench.rules.pack import parse_pack
from workbench.services.customer_text import Outlet
from workbench.ui import outlets
from workbench.ui.desk import Desk
from workbench.ui.i18n import Language
from workbench.ui.pages.lookup.view import LookupPage
from workbench.ui.tasks import Tasks
from workbench.ui.theme import Theme

# said by the offscreen platform of every window with a minimum size
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support propagateSizeHints")

ROOT = Path(__file__).parents[2] / "workbench"
TOLD = {"zh": "您的信用记录还比较短", "en": "Your credit history is still short"}
REFUSAL = {lang: texts.text(lang, "explain.suppressed.customer") for lang in texts.LANGUAGES}
# all of these stand where only the agent may see them
MARKERS = ("SEKRET", "AGENTMARK", "CUSTMARK", "NEVERMARK", "STEPMARK", "GUIDEMARK",
           "FRAUDCODE7", "311.25", "777.77", "612.5", "MODELX9")  # fmt: skip

PACK = """
name: registers
version: 1.0.0
rules:
  - code: SEKRET1
    symptom: review_declined
    cause: risk_model_failure
    priority: 10
    when: ["outcome = 'failed'", "error_code = 'FRAUDCODE7'", "risk_score > 0"]
    suppressed: true
    owner: risk
    action: no_retry
    cooldown: 24h
    texts: &1
""".replace(" &1", "")
_SECRET_TEXTS = """
      zh: {agent: "AGENTMARK {risk_score} {risk_model}", customer: CUSTMARK, never_say: [NEVERMARK], next_steps: [STEPMARK]}
      en: {agent: "AGENTMARK {risk_score} {risk_model}", customer: CUSTMARK, never_say: [NEVERMARK], next_steps: [STEPMARK]}
"""
_OPEN_TEXTS = """
      zh: {agent: 记录 AGENTMARK 短, customer: 您的信用记录还比较短。, never_say: [NEVERMARK], next_steps: [请客户等待]}
      en: {agent: AGENTMARK short, customer: Your credit history is still short., never_say: [NEVERMARK], next_steps: [Ask to wait]}
"""
PACK = (
    PACK.rstrip()
    + _SECRET_TEXTS
    + """
  - code: Q50
    symptom: review_declined
    cause: thin_credit_history
    priority: 50
    when: ["outcome = 'failed'", "credit_history_months < 6"]
    action: wait_until
    cooldown: 30d
    texts:"""
    + _OPEN_TEXTS
    + """
  - code: Q60
    symptom: review_declined
    cause: high_debt
    priority: 60
    when: ["outcome = 'failed'", "debt_ratio > 0.6"]
    rivals: [SEKRET2]
    texts:"""
    + _OPEN_TEXTS
    + """
  - code: SEKRET2
    symptom: review_declined
    cause: risk_model_failure
    priority: 90
    when: ["outcome = 'failed'", "decision = 'declined'", "risk_score < 400"]
    suppressed: true
    texts:"""
    + _SECRET_TEXTS
)
HEADER = "attempt_id,phone,occurred_at,step,outcome,decision,error_source,error_code,risk_model,"
HEADER += "risk_score,credit_history_months,debt_ratio\n"
ROWS = {  # which part the suppressed reason plays, and whether it silences everything else
    "principal": ("FRAUDCODE7,MODELX9,777.77,24,0.1", True),
    "only-possible": ("X1,MODELX9,,24,0.1", True),
    "contested": ("X1,MODELX9,311.25,24,0.9", True),
    "contested-by-possible": ("X1,MODELX9,,24,0.9", True),
    "second": ("X1,MODELX9,311.25,3,0.1", False),
    "possible-runner-up": ("X1,MODELX9,,3,0.1", False),
    "ruled-out-runner-up": ("X1,MODELX9,612.5,3,0.1", False),
}
GUIDE = """
id: {id}
title: {{zh: 指引{words}, en: Guide {words}}}
for_whom: {{zh: 给{words}, en: For {words}}}
causes: [{cause}]
steps: [{{zh: 做{words}, en: Do {words}}}]
"""


@dataclass
class World:
    """One profile with the attempts of ``ROWS``, open; ``run`` gives a command's output."""

    bench: bootstrap.Workbench
    run: Callable[..., str]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("registers")
    profile = folder / "profile"
    lines = [
        f"{name},1380000{at:04},2026-11-20 08:0{at}:00,credit_review,failed,declined,risk,{rest}"
        for at, (name, (rest, _)) in enumerate(ROWS.items())
    ]
    (folder / "attempts.csv").write_text(HEADER + "\n".join(lines) + "\n", "utf-8")
    guides = profile / "guidance"
    guides.mkdir(parents=True)
    for name, words, cause in (
        ("hidden", "GUIDEMARK", "risk_model_failure"),
        ("open", "GUIDEOPEN", "thin_credit_history"),
    ):
        text = GUIDE.format(id=name, words=words, cause=cause)
        (guides / f"{name}.yaml").write_text(text, "utf-8")

    def run(*words: object) -> str:
        from workbench.cli.main import workbench as tree

        with pytest.MonkeyPatch.context() as patch:  # ``--lang`` is read from the command itself
            patch.setattr("sys.argv", ["workbench", *map(str, words)])
            result = CliRunner().invoke(tree, [*map(str, words), "--profile", str(profile)])
        assert result.exit_code == 0, result.output
        return result.stdout

    with pytest.MonkeyPatch.context() as patch:
        pack = parse_pack(PACK).check()
        patch.setattr("workbench.rules.pack.shipped_pack", lambda: pack)
        patch.setenv("HOME", str(folder / "home"))
        patch.setenv("WORKBENCH_PASSPHRASE", "a long passphrase")
        with bootstrap.open_workbench(profile) as bench:
            # one opening serves all: a command neither opens nor closes the profile here
            shared = dataclasses.replace(bench, _open=ExitStack())
            patch.setattr(bootstrap, "open_workbench", lambda *_, **__: shared)
            run("import", folder / "attempts.csv", "--json")
            yield World(bench, run)


@pytest.fixture
def page(world: World, qtbot, qapp, tmp_path) -> Iterator[LookupPage]:
    tasks, language = Tasks(), Language(qapp, "en")
    named = {field.name for field in dataclasses.fields(Desk)}
    services = {name: part for name, part in vars(world.bench).items() if name in named}
    window = {
        "tasks": tasks,
        "language": language,
        "theme": Theme(qapp, "light"),
        "settings": FakeSettings(),
        "profile": tmp_path,
    }
    desk = Desk(**services | window)
    made = LookupPage(desk)
    qtbot.addWidget(made)
    made.resize(1000, 640)
    made.show()
    yield made
    assert tasks.shut_down()
    language.set("en")


# every way out: what it gave for one attempt in one language
Found = list[str]


def _card(page: LookupPage, attempt: str, lang: str):
    page._desk.language.set(lang)
    page.open_attempt(attempt)
    assert page._desk.tasks.wait_idle()
    assert page.card.explanation.attempt_id == attempt
    page.activateWindow()
    return page.card


def _clipboard(act: Callable[[], object]) -> str:
    QGuiApplication.clipboard().setText("nothing came")
    act()
    return QGuiApplication.clipboard().text()


def _guides(page: LookupPage, attempt: str, lang: str) -> Iterator:
    """The guide window with each guide that the card offers, by the card's own button."""
    card = _card(page, attempt, lang)
    menu = card.guide_button.menu()
    for open_it in [a.trigger for a in menu.actions()] if menu else [card.guide_button.click]:
        open_it()
        yield page.guide_window


def copy_say(page: LookupPage, qtbot, attempt: str, lang: str) -> Found:
    card = _card(page, attempt, lang)
    keys = (Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    return [
        _clipboard(card.copy_button.click),
        _clipboard(lambda: qtbot.keyClick(card.copy_button, *keys)),
        _clipboard(lambda: qtbot.keyClick(page.timeline, *keys)),
    ]


def copy_reply(page: LookupPage, qtbot, attempt: str, lang: str) -> Found:
    card = _card(page, attempt, lang)
    modifiers = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    return [
        _clipboard(card.reply_button.click),
        _clipboard(lambda: qtbot.keyClick(card.reply_button, Qt.Key.Key_C, modifiers)),
    ]


def copy_guide(page: LookupPage, qtbot, attempt: str, lang: str) -> Found:
    return [_clipboard(w.copy_button.click) for w in _guides(page, attempt, lang)]


def _printed(patch: pytest.MonkeyPatch, act: Callable[[], object]) -> str:
    """What went to the printer, as plain text."""
    pages: list[str] = []
    real = outlets.print_on

    def recording(*args):
        document = real(*args)
        pages.append(document.toPlainText())
        return document

    patch.setattr(outlets, "print_on", recording)
    act()
    patch.undo()
    (text,) = pages
    return text


def print_guide(page: LookupPage, qtbot, attempt: str, lang: str, tmp_path: Path) -> Found:
    """Through the print dialog, with a file for a printer."""
    file = tmp_path / "printed.pdf"

    def accepted(dialog: QPrintDialog) -> None:
        dialog.printer().setOutputFormat(QPrinter.OutputFormat.PdfFormat)
        dialog.printer().setOutputFileName(str(file))
        dialog.accepted.emit(dialog.printer())

    found = []
    for window in _guides(page, attempt, lang):
        patch = pytest.MonkeyPatch()
        patch.setattr(outlets, "can_print", lambda: True)
        patch.setattr(QPrintDialog, "open", accepted)
        found.append(_printed(patch, window.print_button.click))
        assert file.read_bytes().startswith(b"%PDF")
    return found


def pdf_guide(page: LookupPage, qtbot, attempt: str, lang: str, tmp_path: Path) -> Found:
    file = tmp_path / "saved.pdf"
    found = []
    for window in _guides(page, attempt, lang):
        patch = pytest.MonkeyPatch()
        found.append(_printed(patch, lambda window=window: window.write_pdf(file)))
        assert file.read_bytes().startswith(b"%PDF")
    return found


@cache  # the same guide says the same for every attempt
def _shown(run: Callable[..., str], name: str, lang: str) -> tuple[str, ...]:
    plain = run("guide", "show", name, "--lang", lang)
    return plain, run("guide", "show", name, "--lang", lang, "--json")


@cache
def _filed(run: Callable[..., str], name: str, lang: str, folder: Path) -> tuple[str, ...]:
    files = [folder / f"{name}.{lang}.{suffix}" for suffix in ("html", "txt")]
    for file in files:
        run("guide", "show", name, "--out", file, "--lang", lang)
    return tuple(file.read_text("utf-8") for file in files)


def _fitting(world: World, attempt: str, lang: str) -> list[str]:
    said = world.run("guide", "list", "--attempt", attempt, "--lang", lang, "--json")
    return [guide["id"] for guide in json.loads(said)]


def file_guide(world: World, attempt: str, lang: str, tmp_path: Path) -> Found:
    names = _fitting(world, attempt, lang)
    return [text for name in names for text in _filed(world.run, name, lang, tmp_path)]


def show_guide(world: World, attempt: str, lang: str) -> Found:
    found = [world.run("guide", "list", "--attempt", attempt, "--lang", lang)]
    for name in _fitting(world, attempt, lang):
        found += _shown(world.run, name, lang)
    return found


def explain(world: World, attempt: str, lang: str) -> Found:
    """The customer's fields of the JSON, and the line of the printed one."""
    whole = json.loads(world.run("explain", attempt, "--lang", lang, "--json"))
    assert set(whole) >= {"say_to_customer", "next_steps", "reply"}
    title = texts.text(lang, "cli.say_to_customer")
    lines = world.run("explain", attempt, "--lang", lang).splitlines()
    (said,) = [line.removeprefix(f"{title}: ") for line in lines if line.startswith(title)]
    return [whole["say_to_customer"], whole["reply"], "\n".join(whole["next_steps"]), said]


def reply(world: World, attempt: str, lang: str) -> Found:
    return [world.run("explain", attempt, "--lang", lang, "--reply")]


def _complaint_about(world: World, attempt: str) -> str:
    draft = world.bench.complaints.draft_from(None)
    draft = draft.with_changes(attempt_id=attempt, description="x", demand=Demand.EXPLAIN)
    return world.bench.complaints.save(draft).number


def macro(world: World, attempt: str, lang: str) -> Found:
    number = _complaint_about(world, attempt)
    command = ("complaint", "macro", "fill", "explained", number, "--lang", lang)
    return [world.run(*command), world.run(*command, "--json")]


def comment(world: World, attempt: str, lang: str) -> Found:
    """What a template says may be said; what the agent alone knows is refused."""
    number, talk = _complaint_about(world, attempt), world.bench.handling.talk
    of = world.bench.attempts.explain(attempt)
    reasons = [*of.reasons, *of.possible, *([of.runner_up.reason] if of.runner_up else [])]
    secrets = [r for r in reasons if r.suppressed or ROWS[attempt][1]]
    assert secrets, "every attempt here has something to hide"
    for secret in secrets:
        for words in (secret.code, secret.cause, secret.texts[lang].agent):
            with pytest.raises(BadInput, match="not_for_customers"):
                talk.comment(number, f"{words}", Audience.CUSTOMER)
    talk.comment(
        number, world.bench.handling.macros.fill("explained", number, lang), Audience.CUSTOMER
    )
    return [said.words for said in talk.comments(number)]


WINDOW = {
    Outlet.COPY_SAY: copy_say,
    Outlet.COPY_REPLY: copy_reply,
    Outlet.COPY_GUIDE: copy_guide,
    Outlet.PRINT_GUIDE: print_guide,
    Outlet.PDF_GUIDE: pdf_guide,
}
COMMANDS = {
    Outlet.FILE_GUIDE: file_guide,
    Outlet.SHOW_GUIDE: show_guide,
    Outlet.EXPLAIN: explain,
    Outlet.REPLY: reply,
    Outlet.MACRO: macro,
    Outlet.COMMENT: comment,
}
SAYS_WHY = {Outlet.COPY_SAY, Outlet.COPY_REPLY, Outlet.EXPLAIN, Outlet.REPLY}
SAYS_WHY |= {Outlet.MACRO, Outlet.COMMENT}


def _hold(outlet: Outlet, attempt: str, lang: str, found: Found) -> None:
    """Nothing of the agent's is in it; what may be said is."""
    silenced = ROWS[attempt][1]
    assert found and all(found), "an output that gives nothing proves nothing"
    hidden = [*MARKERS, texts.word(lang, "cause", "risk_model_failure")]
    hidden += [texts.word(lang, "field", name) for name in ("risk_score", "risk_model")]
    if silenced:
        hidden += [TOLD[lang], "GUIDEOPEN", "Q60", texts.word(lang, "cause", "high_debt")]
    for text in found:
        assert "nothing came" not in text
        assert [word for word in hidden if word in text] == [], (outlet, attempt, lang)
    if outlet in SAYS_WHY:
        wanted = REFUSAL[lang] if silenced else TOLD[lang]
        assert wanted in found[0], (outlet, attempt, lang)
    elif not silenced:
        assert any("GUIDEOPEN" in text for text in found)


def test_every_way_out_is_tried_here():
    assert set(WINDOW) | set(COMMANDS) == set(Outlet)


@pytest.mark.slow
def test_the_attempts_play_the_parts_that_they_are_named_for(world):
    from workbench.domain.diagnosis import Lost

    of = {name: world.bench.attempts.explain(name) for name in ROWS}
    assert of["principal"].reasons[0].suppressed
    assert not of["only-possible"].reasons and of["only-possible"].possible[0].suppressed
    for name in ("contested", "contested-by-possible"):
        assert of[name].status is Status.POSSIBLE and not of[name].reasons[0].suppressed
    for name, why in (
        ("second", Lost.PRIORITY),
        ("possible-runner-up", Lost.UNKNOWN),
        ("ruled-out-runner-up", Lost.FALSE),
    ):
        assert of[name].status is Status.DETERMINED
        assert of[name].runner_up.reason.suppressed and of[name].runner_up.why is why
    said = of["principal"].texts["en"].agent
    assert "AGENTMARK" in said and "777.77" in said and "MODELX9" in said, "the agent may know"


@pytest.mark.slow
@pytest.mark.parametrize("outlet", WINDOW)
def test_nothing_suppressed_leaves_the_window(outlet, page, qtbot, tmp_path):
    try_it = WINDOW[outlet]
    more = (tmp_path,) if outlet in (Outlet.PRINT_GUIDE, Outlet.PDF_GUIDE) else ()
    for attempt in ROWS:
        for lang in texts.LANGUAGES:
            _hold(outlet, attempt, lang, try_it(page, qtbot, attempt, lang, *more))


@pytest.mark.slow
@pytest.mark.parametrize("outlet", COMMANDS)
def test_nothing_suppressed_leaves_the_command_line(outlet, world, tmp_path):
    try_it = COMMANDS[outlet]
    more = (tmp_path,) if outlet is Outlet.FILE_GUIDE else ()
    for attempt in ROWS:
        for lang in texts.LANGUAGES:
            _hold(outlet, attempt, lang, try_it(world, attempt, lang, *more))


def test_nothing_on_the_card_can_be_selected_and_so_copied(page):
    card = _card(page, "principal", "zh")
    assert any("AGENTMARK" in label.text() for label in card.content.findChildren(QLabel))
    selectable = Qt.TextInteractionFlag.TextSelectableByMouse
    selectable |= Qt.TextInteractionFlag.TextSelectableByKeyboard
    assert not [
        label.text()
        for label in card.content.findChildren(QLabel)
        if label.textInteractionFlags() & selectable
    ]


# the one door: what the source says
def _sources() -> Iterator[tuple[str, str]]:
    for file in ROOT.rglob("*.py"):
        yield file.relative_to(ROOT).as_posix(), file.read_text("utf-8")


def test_only_the_outlets_touch_clipboard_and_printer():
    """A widget that copies or prints by itself could leak: it must go by ``ui.outlets``."""
    direct = re.compile(r"clipboard\(|QClipboard|setMimeData|QPdfWriter|QPrinter\(|\.print_\(")
    found = {name for name, text in _sources() if direct.search(text)}
    assert found == {"ui/outlets.py"}


def test_only_one_module_makes_words_for_the_customer():
    made = {name for name, text in _sources() if re.search(r"\bCustomerWords\(", text)}
    assert made == {"services/customer_text.py"}


def test_every_copy_and_print_names_its_outlet():
    used = {name for _, text in _sources() for name in re.findall(r"\bOutlet\.([A-Z_]+)", text)}
    in_window = {outlet.name for outlet in WINDOW}
    assert in_window <= used <= {outlet.name for outlet in Outlet}


def test_a_reasons_words_for_the_customer_are_read_in_one_place():
    """``ReasonText.customer`` and ``Explanation.as_json`` are raw: others ask customer_text."""
    raw = re.compile(r"\b(text|texts\[\w+\]|own|said)\.customer\b|explanation\.as_json\(")
    found = {name for name, text in _sources() if raw.search(text)}
    assert found <= {
        "domain/diagnosis.py",
        "warehouse/explain.py",
        "services/customer_text.py",
    }
