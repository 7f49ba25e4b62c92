"""A site's figures about complaints: amounts as people type them."""

import pytest

from workbench.domain.complaint_policy import fen_of


@pytest.mark.parametrize(
    ("text", "fen"),
    [("5,000.50", 500_050), (" ６４元 ", 6400), ("0.005", 1), ("7", 700), ("", None), ("元", None)],
)
def test_yuan_as_people_type_them(text: str, fen: int | None) -> None:
    assert fen_of(text) == fen


@pytest.mark.parametrize("text", ["five", "-1", "1e99", "NaN", "1 2"])
def test_what_is_no_amount_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        fen_of(text)
