"""A risk model in cells of a table, in both languages: for the tab and the command line."""

from workbench import texts
from workbench.domain.rates import Rate
from workbench.domain.risk_model import GroupWatch, ModelWatch
from workbench.domain.times import to_local
from workbench.services.change_words import points, rate_words


def model_cells(lang: str, model: ModelWatch) -> tuple[str, ...]:
    return (
        model.model,
        f"{to_local(model.first):%Y-%m-%d %H:%M}",
        f"{model.declined.of:,}",
        rate_words(model.declined),
        rate_words(model.sound_declined),
        model.against or "",
        change_words(model.change),
        _psi(model),
        f"{model.passed_before:,}",
        _few(model.appeals),
        signs_words(lang, model),
    )


def signs_words(lang: str, model: ModelWatch) -> str:
    """What speaks against it; whether that makes it suspected."""
    said = ", ".join(texts.word(lang, "model_sign", sign.value) for sign in model.signs)
    return texts.text(lang, "models.suspected", signs=said) if model.suspected else said


def group_cells(lang: str, group: GroupWatch, field: str) -> tuple[str, ...]:
    return (
        texts.word(lang, field, group.group) or texts.text(lang, "cli.driver.missing"),
        f"{group.declined.of:,}",
        rate_words(group.declined),
        rate_words(group.before) if group.before is not None else "",
        change_words(group.change),
    )


def change_words(change: tuple[float, float] | None) -> str:
    """An interval in percentage points."""
    return f"{points(change[0])} … {points(change[1])}" if change is not None else ""


def _psi(model: ModelWatch) -> str:
    if model.psi is None:
        return ""
    return f"{model.psi:.2f}" + (f" / {model.psi_sound:.2f}" if model.psi_sound is not None else "")


def _few(rate: Rate) -> str:
    return f"{rate.hits} / {rate.of}" if rate.of else ""
