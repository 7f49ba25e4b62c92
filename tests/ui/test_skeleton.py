"""A wait shows the outline of what will come, and can be cancelled."""

import threading

import pytest

from workbench.domain.errors import BadInput
from workbench.ui.pages.complaints.view import ComplaintsPage
from workbench.ui.pages.lookup.view import _SKELETON, LookupPage
from workbench.ui.widgets.skeleton import Skeleton


@pytest.fixture
def gate(store, monkeypatch):
    """The store answers when it is told to."""
    held, lookup = threading.Event(), store.lookup

    def wait(term, limit=200):
        held.wait(5)
        return lookup(term, limit)

    monkeypatch.setattr(store, "lookup", wait)
    yield held
    held.set()


@pytest.fixture
def page(desk, qtbot):
    made = LookupPage(desk)
    qtbot.addWidget(made)
    made.show()
    return made


def test_a_slow_lookup_shows_an_outline_until_somebody_is_found(page, gate, tasks, qtbot, store):
    page.look_up("A0001")
    qtbot.waitUntil(lambda: page._stack.currentIndex() == _SKELETON)
    outline = page._stack.currentWidget()
    assert isinstance(outline, Skeleton) and outline.accessibleName() == "Loading…"
    gate.set()
    assert tasks.wait_idle()
    assert page._stack.currentIndex() == 2


def test_cancelling_brings_back_what_was_there(page, gate, tasks, qtbot):
    page.look_up("A0001")
    qtbot.waitUntil(lambda: page.busy.isVisible() and page._stack.currentIndex() == _SKELETON)
    page.busy.cancel_button.click()
    gate.set()
    assert tasks.wait_idle()
    assert page._stack.currentIndex() == 0


def test_a_failure_brings_back_what_was_there_too(page, store, tasks, qtbot, desk):
    said = []
    desk.acts.error.connect(said.append)
    store.error = BadInput("not_permitted", act="a", role="b")
    page.look_up("A0001")
    assert tasks.wait_idle()
    assert len(said) == 1 and page._stack.currentIndex() == 0 and not page._looking.isActive()


def test_an_empty_list_is_not_called_empty_before_it_was_read(desk, qtbot, tasks):
    page = ComplaintsPage(desk)
    qtbot.addWidget(page)
    page._show_counts()
    assert isinstance(page._stack.currentWidget(), Skeleton)
    assert tasks.wait_idle()
    assert page._stack.currentWidget() is page.empty
