"""Colours by role and by cause, in light and dark, for every kind of eyes."""

import itertools

import pytest
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication

from workbench.domain import colours
from workbench.domain.taxonomy import Cause, CauseGroup, Symptom
from workbench.ui.theme import Theme

# Full-strength simulation in linear RGB: Machado, Oliveira, Fernandes (2009).
_EYES = {
    "usual": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protan": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deutan": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
}


def _linear(colour: QColor) -> list[float]:
    parts = (colour.redF(), colour.greenF(), colour.blueF())
    return [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]


def _luminance(colour: QColor) -> float:
    red, green, blue = _linear(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _contrast(one: QColor, two: QColor) -> float:
    """WCAG 2 contrast ratio."""
    light, dark = sorted((_luminance(one), _luminance(two)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _lab(colour: QColor, eyes: str) -> tuple[float, float, float]:
    rgb = _linear(colour)
    seen = [
        min(1.0, max(0.0, sum(m * c for m, c in zip(row, rgb, strict=True)))) for row in _EYES[eyes]
    ]
    rows = (
        (0.4124564, 0.3575761, 0.1804375),
        (0.2126729, 0.7151522, 0.0721750),
        (0.0193339, 0.1191920, 0.9503041),
    )
    white = (0.95047, 1.0, 1.08883)
    f = []
    for row, w in zip(rows, white, strict=True):
        t = sum(m * c for m, c in zip(row, seen, strict=True)) / w
        f.append(t ** (1 / 3) if t > 0.008856 else 7.787 * t + 16 / 116)
    return 116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])


def _distance(one: QColor, two: QColor, eyes: str) -> float:
    """CIE 1976 colour difference; about 2 is just noticeable."""
    return sum((a - b) ** 2 for a, b in zip(_lab(one, eyes), _lab(two, eyes), strict=True)) ** 0.5


@pytest.fixture(params=["light", "dark", "contrast"])
def painted(theme: Theme, request):
    theme.set_mode(request.param)
    yield theme
    theme.set_mode("light")


@pytest.mark.parametrize("eyes", list(_EYES))
def test_any_two_causes_can_be_told_apart(painted, eyes):
    close = {
        (one.value, two.value): round(distance, 1)
        for one, two in itertools.combinations(Cause, 2)
        if (distance := _distance(painted.cause_colour(one), painted.cause_colour(two), eyes)) < 14
    }
    assert close == {}


@pytest.mark.parametrize("eyes", list(_EYES))
def test_symptoms_and_groups_can_be_told_apart(painted, eyes):
    for names, colour in (
        (Symptom, painted.symptom_colour),
        (CauseGroup, painted.group_colour),
    ):
        for one, two in itertools.combinations(names, 2):
            assert _distance(colour(one), colour(two), eyes) > 14, (one, two)


@pytest.mark.parametrize(
    ("ink", "ground", "ratio"),
    [
        ("text", "surface", 7),
        ("text", "window", 7),
        ("text", "selected", 4.5),
        ("muted", "surface", 4.5),
        ("muted", "window", 4.5),
        ("muted", "rail", 4.5),
        ("accent", "surface", 4.5),
        ("accent", "selected", 4.5),
        ("on_accent", "accent", 4.5),
        ("danger", "surface", 4.5),
        ("danger", "danger_soft", 4.5),
        ("warning", "warning_soft", 4.5),
        ("success", "success_soft", 4.5),
        ("faint", "surface", 3),
    ],
)
def test_letters_stand_out_from_their_ground(painted, ink, ground, ratio):
    assert _contrast(painted.colour(ink), painted.colour(ground)) >= ratio


def test_marks_stand_out_from_the_surface(painted):
    """WCAG 1.4.11 asks 3 : 1 of graphics; the palest marks carry their word beside them."""
    for cause in Cause:
        assert _contrast(painted.cause_colour(cause), painted.colour("surface")) >= 1.9, cause


def test_every_cause_and_symptom_has_its_colour():
    assert set(colours.CAUSES) == {c.value for c in Cause}
    assert set(colours.SYMPTOMS) == {s.value for s in Symptom}
    assert set(colours.GROUPS) == {g.value for g in CauseGroup}


def test_changed_is_said_once_when_it_turns_and_not_otherwise(theme, qtbot):
    theme.set_mode("light")
    with qtbot.assertNotEmitted(theme.changed):
        theme.set_mode("light")
    with qtbot.waitSignal(theme.changed):
        theme.set_mode("dark")
    assert theme.dark and theme.mode == "dark"
    theme.set_mode("light")


def test_icons_are_repainted_in_the_colours_of_the_moment(theme):
    icon = theme.icon("cog-outline")
    light = icon.pixmap(24, 24).toImage()
    theme.set_mode("dark")
    dark = icon.pixmap(24, 24).toImage()
    theme.set_mode("light")
    assert light != dark and icon.pixmap(24, 24).toImage() == light


def test_an_icon_that_the_font_lacks_is_an_error(theme):
    with pytest.raises(KeyError):
        theme.icon("no-such-icon")


def test_the_style_sheet_leaves_no_colour_unset(theme):
    sheet = QApplication.instance().styleSheet()
    assert sheet and "@" not in sheet


@pytest.mark.parametrize(
    "ink", ["text", "muted", "faint", "accent", "danger", "warning", "success"]
)
def test_high_contrast_is_high(theme, ink):
    """WCAG 2 AAA: 7 : 1 for every ink, and lines that can be seen."""
    theme.set_mode("contrast")
    for ground in ("surface", "window", "raised", "rail"):
        assert _contrast(theme.colour(ink), theme.colour(ground)) >= 7
        assert _contrast(theme.colour("border"), theme.colour(ground)) >= 7
    theme.set_mode("light")
