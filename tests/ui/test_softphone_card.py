"""The softphone's settings: off at first, a token shown once, a port that is taken."""

import pytest

from workbench.domain.errors import Busy
from workbench.services.softphone import SoftphoneService
from workbench.ui.widgets.softphone_card import SoftphoneCard


class Door:
    port = 8765

    def close(self):
        pass


@pytest.fixture
def card(desk, qtbot):
    desk.softphone = SoftphoneService(desk.settings, lambda *_: Door())
    desk.softphone.begin(lambda pop: None)
    made = SoftphoneCard(desk)
    qtbot.addWidget(made)
    return made


def test_it_cannot_be_switched_on_without_a_token(card, desk):
    assert not card.on.isEnabled() and not card.on.isChecked()
    card.token_button.click()
    card.on.click()
    assert desk.softphone.open and desk.settings.get("softphone")


def test_a_token_is_shown_when_it_is_made_and_never_again(card, desk, qtbot):
    card.token_button.click()
    token = card.token.text()
    assert desk.softphone.check(token) and token in card.address.text()
    again = SoftphoneCard(desk)
    qtbot.addWidget(again)
    assert again.token.text() == "" and token not in again.address.text()


def test_a_port_that_is_taken_is_said(card, desk, monkeypatch):
    def taken(*_):
        raise Busy("softphone_port_taken", port=9000)

    said = []
    desk.acts.error.connect(said.append)
    card.token_button.click()
    monkeypatch.setattr(desk.softphone, "_serve", taken)
    card.on.click()
    assert [error.key for error in said] == ["softphone_port_taken"] and not card.on.isChecked()


def test_where_there_is_no_such_door_nothing_is_offered(desk, qtbot):
    card = SoftphoneCard(desk)
    qtbot.addWidget(card)
    assert card.isHidden()
