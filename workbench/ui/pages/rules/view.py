"""The rules page: rules by cause on the left, the pack's text in the middle, what checking, trying
and releasing it says on the right."""

import json
from collections.abc import Iterator

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSplitter,
    QStackedWidget,
    QTabBar,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from workbench.domain.errors import BadInput, KnownError
from workbench.domain.people import Act, may
from workbench.domain.progress import CancelToken, ProgressListener
from workbench.domain.rule_desk import BackTest
from workbench.domain.rule_release import Release, ReleaseState
from workbench.services.rule_words import finding_words
from workbench.ui.desk import Desk
from workbench.ui.pages.rules.acts import RuleActs
from workbench.ui.pages.rules.checks import CasesTab, LintTab
from workbench.ui.pages.rules.editor import Mark, PackEditor
from workbench.ui.pages.rules.form import RuleForm
from workbench.ui.pages.rules.presenter import (
    IN_USE,
    Checked,
    Opened,
    check,
    grouped,
    next_version,
    open_pack,
    with_version,
    words,
)
from workbench.ui.pages.rules.quality import QualityTab
from workbench.ui.pages.rules.releases import ReleasesTab
from workbench.ui.pages.rules.rule_tree import RuleTree
from workbench.ui.pages.rules.trial import TrialTab
from workbench.ui.pausing import after_pause
from workbench.ui.piecemeal import Piecemeal
from workbench.ui.theme import SPACE_2, SPACE_3, SPACE_4
from workbench.ui.unsaved import Unsaved
from workbench.ui.widgets.ask_form import Asked, AskForm, Kind
from workbench.ui.widgets.busy_line import BusyLine
from workbench.ui.widgets.empty_state import EmptyState

_TYPING_MS = 400
_TEXT, _FORM, _CASES = range(3)


class RulesPage(Piecemeal):
    def _made(self, desk: Desk) -> Iterator[None]:
        assert desk.rules is not None
        self._rules = desk.rules
        person = desk.session.person
        self._may_see, self._may_edit = may(person, Act.SEE_RULES), may(person, Act.EDIT_RULES)
        self._opened: Opened | None = None
        self._checked = Checked()
        self._checking = False
        self._error: KnownError | None = None
        self._unsaved = Unsaved(desk, "rules")
        self._saving = "", ""  # text and cases on their way

        self.title = QLabel(self)
        self.title.setProperty("role", "heading")
        self.state = QLabel(self)
        self.state.setProperty("role", "muted")
        self.busy = BusyLine(desk.theme, desk.language, self)
        self.acts = RuleActs(desk, self.busy, self)
        self.acts.saved.connect(self._saved)
        self.acts.tried.connect(self._tried)
        self.acts.moved.connect(self._moved)
        self.acts.settled.connect(self.check_now)
        self.acts.written.connect(self._written)
        self.acts.refused.connect(self._refused)
        self.revert_button, self.save_button = QPushButton(self), QPushButton(self)
        self.save_button.setProperty("role", "primary")
        self.revert_button.clicked.connect(self._revert)
        self.save_button.clicked.connect(self._ask_save)
        yield
        # Containers first: what is moved into one is styled anew, with everything in it.
        self._stack = QStackedWidget(self)
        self._split = QSplitter(Qt.Orientation.Horizontal, self._stack)
        self.tree = RuleTree(desk, self._split)
        self.tree.chosen.connect(self._show_rule)

        yield
        middle = QWidget(self._split)
        self._middle = QStackedWidget(middle)
        self.which = QTabBar(middle)
        self.which.setExpanding(False)
        for _ in range(3):
            self.which.addTab("")
        self.which.currentChanged.connect(self._turn)
        self.text, self.cases = (PackEditor(desk.theme, self._middle) for _ in range(2))
        yield
        self.form = RuleForm(desk, self._middle)
        self.form.changed.connect(self._take_form)
        self._typing = after_pause(self, _TYPING_MS, self.check_now)
        yield
        self.trouble = QLabel(middle)
        self.trouble.setTextFormat(Qt.TextFormat.PlainText)
        self.trouble.setWordWrap(True)
        self.save_form = AskForm(middle)
        self.save_form.given.connect(self._save)

        yield
        self.tabs = QTabWidget(self._split)
        inside = self.tabs.findChild(QStackedWidget)
        self.lint, self.case_tab = LintTab(desk, inside), CasesTab(desk, inside)
        yield
        self.trial = TrialTab(desk, inside)
        yield
        self.releases = ReleasesTab(desk, inside)
        yield
        self.quality = QualityTab(desk, inside)
        for editor in (self.text, self.cases):
            editor.textChanged.connect(self._typed)
            editor.setReadOnly(not self._may_edit)
        self.lint.go.connect(self._go_to)
        self.case_tab.go.connect(self._go_to_case)
        self.case_tab.settle.connect(self.acts.settle)
        self.case_tab.write.connect(self._write_cases)
        self.trial.wanted.connect(self.try_it)
        self.releases.act.connect(self.acts.step)
        self.releases.opened.connect(lambda release: self.open(release.version))
        self.acts.measured.connect(self.quality.show_found)
        self.quality.codes_wanted.connect(desk.acts.codes_wanted)
        self.quality.rule_wanted.connect(self._find_rule)
        for tab in (self.case_tab, self.lint, self.trial, self.releases, self.quality):
            self.tabs.addTab(tab, "")
            yield
        self.tabs.currentChanged.connect(lambda _: self._look_at_quality())
        yield
        self.waiting = EmptyState(desk.theme, "timer-sand", None, self._stack)
        self.failed = EmptyState(desk.theme, "alert-circle-outline", self.reload, self._stack)
        self.forbidden = EmptyState(desk.theme, "lock-outline", None, self._stack)
        yield
        self._lay_out(middle)
        for keys, act in (
            ("Ctrl+S", self._ask_save),
            ("Ctrl+T", self.trial.run),
            ("F8", lambda: self._front().next_mark()),
        ):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(act)
        desk.acts.data_changed.connect(self._data_changed)
        desk.acts.rules_came.connect(self._data_changed)
        yield
        self._stack.setCurrentWidget(self.waiting if self._may_see else self.forbidden)
        self.retranslate()
        if self._may_see:
            self._open_first()

    def focus_first(self) -> None:
        self.tree.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_tab(self, name: str) -> None:
        """'case_tab', 'lint', 'trial', 'releases', 'quality'."""
        self.tabs.setCurrentWidget(getattr(self, name))

    # opening
    def open(self, version: str) -> None:
        """A version's text; what was typed and not saved is kept until it is reverted."""
        if self.modified and self._opened is not None:
            self._desk.acts.message.emit(self.tr("Save or revert what you changed first."))
            return
        self._load(version)

    def reload(self) -> None:
        if self._opened is None:
            self._open_first()
        else:
            self._load(self._version())

    @property
    def modified(self) -> bool:
        return self.text.document().isModified() or self.cases.document().isModified()

    def _open_first(self) -> None:
        """The pack in use, or what somebody typed before the window closed, and did not save."""
        rules, left = self._rules, self._unsaved

        def work(progress: ProgressListener, cancel: CancelToken) -> tuple[Opened, list[str]]:
            kept = json.loads(left.read() or "[]") if self._may_edit else []
            version, *typed = kept or [IN_USE]
            try:
                return open_pack(rules, version), typed
            except BadInput:  # a version that is not here any more
                return open_pack(rules, IN_USE), typed

        def show(found: tuple[Opened, list[str]]) -> None:
            opened, typed = found
            self._show_opened(opened)
            for editor, text in zip((self.text, self.cases), typed, strict=False):
                if text != editor.toPlainText():
                    editor.setPlainText(text)
                    editor.document().setModified(True)
            if self.modified:
                self.check_now()
                self._desk.acts.message.emit(
                    self.tr("What was typed here before is back, not saved yet.")
                )

        self._desk.tasks.run(self, work, show, failed=self._fail, channel="open")

    def _load(self, version: str) -> None:
        rules = self._rules

        def work(progress: ProgressListener, cancel: CancelToken) -> Opened:
            return open_pack(rules, version)

        self._desk.tasks.run(self, work, self._show_opened, failed=self._fail, channel="open")

    def _version(self) -> str:
        release = self._opened.release if self._opened else None
        current = self._opened.current if self._opened else None
        return IN_USE if release is None or release == current else release.version

    def _show_opened(self, opened: Opened) -> None:
        self._opened, self._error = opened, None
        for editor, text in ((self.text, opened.text), (self.cases, opened.cases)):
            if editor.toPlainText() != text:
                line = editor.textCursor().blockNumber() + 1
                editor.setPlainText(text)
                editor.go_to(line)
            editor.document().setModified(False)
        self.releases.show_opened(opened)
        self.trial.show_found(None)
        self._stack.setCurrentWidget(self._split)
        self.retranslate()
        self.check_now()

    def _fail(self, error: KnownError) -> None:
        self._error = error
        self.busy.done()
        self._stack.setCurrentWidget(self.failed)
        self.retranslate()

    def _data_changed(self) -> None:
        """Attempts or versions came: counts are stale; what is being typed stays."""
        if not self._may_see:
            return
        if self.modified:
            self.check_now()
        else:
            self.reload()

    # checking while it is typed
    def _typed(self) -> None:
        self._typing.start()
        self.trial.text_changed()
        self._say_state()

    def check_now(self) -> None:
        """In the background; a newer check takes the place of one under way."""
        self._typing.stop()
        if self._opened is not None and self._may_edit:
            typed = [self._version(), *self._typed_now()] if self.modified else None
            self._unsaved.keep(json.dumps(typed) if typed else "")
        rules = self._rules
        text, cases = self.text.toPlainText(), self.cases.toPlainText()

        def work(progress: ProgressListener, cancel: CancelToken) -> Checked:
            return check(rules, text, cases)

        def show(checked: Checked) -> None:
            self._show_checked(checked)

        self._checking = True
        self._desk.tasks.run(self, work, show, failed=self._fail, channel="check")

    def _show_checked(self, checked: Checked) -> None:
        self._checking = False
        if checked.error is None:
            assert checked.pack is not None
            from workbench.rules.language import FUNCTIONS

            self.tree.show_groups(grouped(checked.pack, checked.uses))
            names = words(checked.pack, FUNCTIONS)
            for editor in (self.text, self.cases):
                editor.offer(names)
            self.form.offer(names)
        if checked.error is None or self._checked.error is None:
            self.lint.show_checked(checked)
        self._checked = checked
        self.case_tab.show_checked(checked)
        self._mark()
        self.retranslate()
        if self.which.currentIndex() == _FORM:
            self._fill_form()

    def _mark(self) -> None:
        lang, checked = self._desk.language.current, self._checked
        if checked.error is not None:
            self.text.mark([self._mark_of(checked.error)])
        else:
            self.text.mark(
                [
                    Mark(f.line, f.column, f.grave, f"{f.rule} {finding_words(lang, f)}")
                    for f in checked.findings
                ]
            )
        wrong = [
            Mark(
                case.case.line,
                case.case.column,
                True,
                self._desk.language.text(
                    "cli.rules_case_failed",
                    file=case.case.file,
                    line=case.case.line,
                    target=case.case.target,
                    expected=self._desk.language.word("case", case.case.expected),
                    found=self._desk.language.word("case", case.found),
                ),
            )
            for case in checked.failed
            if _beside(case.case.file)
        ]
        if checked.case_error is not None:
            wrong = [self._mark_of(checked.case_error)]
        self.cases.mark(wrong)

    def _mark_of(self, error: BadInput) -> Mark:
        line, column = error.params.get("line"), error.params.get("column")
        place = [n if isinstance(n, int) else 1 for n in (line, column)]
        return Mark(place[0], place[1], True, self._desk.language.error(error))

    # moving
    def _front(self) -> PackEditor:
        return self.cases if self.which.currentIndex() == _CASES else self.text

    def _turn(self, place: int) -> None:
        self._middle.setCurrentIndex(place)
        if place == _FORM:
            self._fill_form()

    def _go_to(self, line: int, column: int) -> None:
        self.which.setCurrentIndex(_TEXT)
        self.text.go_to(line, column)
        self.text.setFocus(Qt.FocusReason.OtherFocusReason)

    def _go_to_case(self, file: str, line: int) -> None:
        if not _beside(file):
            self._go_to(line, 1)
            return
        self.which.setCurrentIndex(_CASES)
        self.cases.go_to(line)
        self.cases.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_rule(self, code: str, line: int) -> None:
        self.text.go_to(line)
        if self.which.currentIndex() == _FORM:
            self._fill_form()
        else:
            self.which.setCurrentIndex(_TEXT)

    def _find_rule(self, code: str) -> None:
        rule = self._checked.pack.rule(code) if self._checked.pack else None
        if rule is not None:
            self._go_to(rule.line, 1)

    # the form of one rule
    def _fill_form(self) -> None:
        pack = self._checked.pack
        here = self.text.textCursor().blockNumber() + 1
        rules = sorted(pack.rules, key=lambda r: r.line) if pack else []
        rule = next((r for r in reversed(rules) if r.line <= here), rules[0] if rules else None)
        self.form.show_rule(self.text.toPlainText(), rule, pack, allowed=self._may_edit)

    def _take_form(self, text: str) -> None:
        """The text with one rule changed; undo takes it back like typing."""
        from PySide6.QtGui import QTextCursor

        at = self.text.textCursor().blockNumber() + 1
        cursor = QTextCursor(self.text.document())
        cursor.select(QTextCursor.SelectionType.Document)
        cursor.insertText(text)
        self.text.go_to(at)

    # saving
    def _revert(self) -> None:
        for editor in (self.text, self.cases):
            editor.document().setModified(False)
        self.reload()

    def _ask_save(self) -> None:
        opened = self._opened
        if opened is None or not self.save_button.isEnabled():
            return
        taken = [r.version for r in opened.versions] + [opened.shipped]
        draft = opened.release if self._draft() else None
        version = self._checked.pack.version if self._checked.pack else opened.shipped
        if draft is None and version in taken:
            version = next_version(version, taken)
        self.save_form.ask(
            self.tr("Keep as a draft"),
            [
                Asked("version", self.tr("Version"), Kind.LINE, value=version),
                Asked(
                    "note",
                    self.tr("What was changed, and why"),
                    value=draft.note if draft else "",
                    needed=False,
                ),
            ],
            self.tr("Save"),
        )

    def _draft(self) -> bool:
        """Whether it is a draft that the person may rewrite: their own."""
        release = self._opened.release if self._opened else None
        return (
            release is not None
            and release.state is ReleaseState.DRAFT
            and release.author == self._desk.session.person.person_id
        )

    def _save(self, values: dict[str, object]) -> None:
        version, note = str(values["version"]).strip(), str(values["note"] or "")
        text, cases = self._typed_now()
        self._saving = text, cases
        if self._checked.pack is None or version != self._checked.pack.version:
            text = with_version(text, version)
        opened = self._opened
        named = opened.release.release_id if opened and opened.release and self._draft() else None
        self.acts.save(text, cases, note, named)

    def _saved(self, release: Release) -> None:
        self.save_form.hide()
        self.tabs.setCurrentWidget(self.releases)
        if self._typed_now() != self._saving:  # somebody typed on meanwhile: nothing of it goes
            return
        for editor in (self.text, self.cases):
            editor.document().setModified(False)
        self._load(release.version)

    def _typed_now(self) -> tuple[str, str]:
        return self.text.toPlainText(), self.cases.toPlainText()

    # trying and releasing
    def try_it(self, days: int) -> None:
        self.tabs.setCurrentWidget(self.trial)
        self.acts.try_it(self.text.toPlainText(), days, self.tr("Trying the pack on history…"))

    def _tried(self, found: BackTest) -> None:
        self.busy.done()
        self.tabs.setCurrentWidget(self.trial)
        self.trial.show_found(found)

    def _moved(self, version: str) -> None:
        self.releases.ended()
        if not self.modified:
            self._load(version)

    def _refused(self, act: str, error: KnownError) -> None:
        said = self._desk.language.error(error)
        if act == "save":
            self.save_form.refuse(said)
        else:
            self.releases.ended(said)

    def _write_cases(self) -> None:
        if self._checked.pack is not None:
            self.acts.write_cases(self.cases.toPlainText(), self._checked.pack)

    def _written(self, text: str, count: int) -> None:
        if count:
            self.cases.selectAll()
            self.cases.insertPlainText(text)
            self.which.setCurrentIndex(_CASES)
        self._desk.acts.message.emit(self.tr("%Ln case(s) added", "", count))

    def _look_at_quality(self) -> None:
        if self.tabs.currentWidget() is self.quality:
            self.acts.measure()

    # drawing
    def _say_state(self) -> None:
        opened, checked = self._opened, self._checked
        for button in (self.save_button, self.revert_button):
            button.setVisible(opened is not None)
            button.setEnabled(False)
        if opened is None:
            return
        version = opened.release.version if opened.release else opened.shipped
        self.title.setText(self.tr("Rules {version}").format(version=version))
        word = self._desk.language.word
        if opened.release is None:
            state = self.tr("in use, came with the program")
        elif opened.release == opened.current:
            state = self.tr("in use")
        else:
            state = word("release_state", opened.release.state)
        if self.modified:
            state += " · " + self.tr("changed, not saved")
        self.state.setText(state)
        self.save_button.setEnabled(self._may_edit and self.modified and checked.error is None)
        self.revert_button.setEnabled(self.modified)

    def retranslate(self) -> None:
        self.waiting.set_texts(self.tr("Reading the rules…"))
        self.forbidden.set_texts(
            self.tr(
                "Rules are seen by team leads, QA and administrators. Your role does not include this."
            )
        )
        if self._error is not None:
            self.failed.set_texts(self._desk.language.error(self._error), self.tr("Try again"))
        self.save_button.setText(self.tr("Save as draft…"))
        self.save_button.setToolTip(
            self.tr("Ctrl+S") if self._may_edit else self.tr("Your role does not include this.")
        )
        self.revert_button.setText(self.tr("Revert"))
        for place, said in enumerate((self.tr("Text"), self.tr("Form"), self.tr("Cases"))):
            self.which.setTabText(place, said)
        self.which.setAccessibleName(self.tr("How the pack is shown"))
        self.text.setAccessibleName(self.tr("Text of the pack"))
        self.cases.setAccessibleName(self.tr("Cases of the pack"))
        findings = len(self._checked.findings)
        failed = len(self._checked.failed) + self._checked.disputed
        for tab, said in (
            (self.case_tab, self.tr("Cases") + (f" ✘{failed}" if failed else "")),
            (self.lint, self.tr("Lint") + (f" {findings}" if findings else "")),
            (self.trial, self.tr("Back-test")),
            (self.releases, self.tr("Release")),
            (self.quality, self.tr("Quality")),
        ):
            self.tabs.setTabText(self.tabs.indexOf(tab), said)
        self.tabs.setAccessibleName(self.tr("Checking, trying and releasing"))
        self._say_trouble()
        self._say_state()
        self._mark()

    def _say_trouble(self) -> None:
        checked = self._checked
        error = checked.error or checked.case_error
        grave = sum(f.grave for f in checked.findings)
        if error is not None:
            said, role = f"✖ {self._desk.language.error(error)}", "danger"
        elif checked.pack is None:
            said, role = self.tr("Checking…"), "muted"
        elif checked.clean:
            said, role = self.tr("✔ Reads well, nothing grave, all cases passed"), "muted"
        else:
            parts = [
                self.tr("{n} grave").format(n=grave) if grave else "",
                self.tr("%Ln case(s) failed", "", len(checked.failed)) if checked.failed else "",
                self.tr("%Ln accepted disagreement(s) answered otherwise", "", checked.disputed)
                if checked.disputed
                else "",
            ]
            said = "✖ " + " · ".join(filter(None, parts))
            if grave or checked.failed:
                said += " · " + self.tr("F8 goes from mark to mark")
            role = "danger"
        self.trouble.setText(said)
        if self.trouble.property("role") != role:
            self.trouble.setProperty("role", role)
            self.trouble.style().unpolish(self.trouble)
            self.trouble.style().polish(self.trouble)

    def _lay_out(self, middle: QWidget) -> None:
        bar = QHBoxLayout()
        bar.setSpacing(SPACE_3)
        bar.addWidget(self.title)
        bar.addWidget(self.state)
        bar.addWidget(self.busy, 1)
        bar.addWidget(self.revert_button)
        bar.addWidget(self.save_button)
        for part in (self.text, self.form, self.cases):
            self._middle.addWidget(part)
        column = QVBoxLayout(middle)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_2)
        column.addWidget(self.which)
        column.addWidget(self._middle, 1)
        column.addWidget(self.trouble)
        column.addWidget(self.save_form)
        self._split.setChildrenCollapsible(False)
        self._split.setHandleWidth(SPACE_3)
        for part, least in ((self.tree, 190), (middle, 290), (self.tabs, 0)):
            part.setMinimumWidth(least)
            self._split.addWidget(part)
        self._split.setStretchFactor(1, 1)
        self._split.setSizes([258, 520, 456])
        for page in (self._split, self.waiting, self.failed, self.forbidden):
            self._stack.addWidget(page)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(SPACE_4, SPACE_3, SPACE_4, SPACE_3)
        whole.setSpacing(SPACE_2)
        whole.addLayout(bar)
        whole.addWidget(self._stack, 1)


def _beside(file: str) -> bool:
    return file.endswith(".cases.yaml")
