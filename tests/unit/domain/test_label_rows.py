"""Labels side by side: none on another, and none put where there is no room."""

from workbench.domain.report import label_rows


def test_labels_that_would_touch_stand_in_rows_and_a_third_is_left_out() -> None:
    assert label_rows([(0, 50), (40, 90), (45, 95), (51, 99)], 2) == [0, 1, None, 0]


def test_a_label_that_reaches_back_keeps_clear_of_those_before_it() -> None:
    assert label_rows([(80, 100), (70, 100), (0, 60)], 2) == [0, 1, 0]
