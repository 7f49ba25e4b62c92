"""Long work is told to stop, and stops."""

import pytest

from workbench.domain.errors import Cancelled
from workbench.domain.progress import CancelToken, Progress, silent


def test_work_goes_on_until_it_is_cancelled() -> None:
    token = CancelToken()
    token.check()
    assert not token.cancelled
    token.cancel()
    assert token.cancelled
    with pytest.raises(Cancelled):
        token.check()


def test_every_running_query_is_stopped_by_a_cancel() -> None:
    token, stopped = CancelToken(), []
    token.on_cancel(lambda: stopped.append("one"))
    token.on_cancel(lambda: stopped.append("two"))
    assert stopped == []
    token.cancel()
    assert stopped == ["one", "two"]


def test_a_stop_may_register_another_without_a_deadlock() -> None:
    token = CancelToken()
    token.on_cancel(lambda: token.on_cancel(lambda: None))
    token.cancel()
    assert token.cancelled


def test_silence_takes_any_progress() -> None:
    assert silent(Progress("read", 1, None)) is None
