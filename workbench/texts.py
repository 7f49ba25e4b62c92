"""The words that every outer layer shares: names of causes and fields, units, errors, stages.

Kept as JSON in ``resources/texts/<area>.<lang>.json`` and not in Qt's catalogues, because the
command line and reports say them too and must not import Qt. Labels of the window are Qt's.
"""

import json
import locale
import os
import re
from collections.abc import Callable
from enum import StrEnum
from functools import lru_cache, partial

from workbench import paths
from workbench.domain.errors import KnownError
from workbench.domain.undoing import FINAL

LANGUAGES = ("zh", "en")
_COUNTED = re.compile(r"\{(\w+) ([^{}|]+)\|([^{}|]+)\}")


@lru_cache(maxsize=len(LANGUAGES))
def catalogue(lang: str) -> dict[str, str]:
    """Every key of one language; an unknown language is a bug."""
    merged: dict[str, str] = {}
    for file in sorted((paths.resources() / "texts").glob(f"*.{lang}.json")):
        for key, text in json.loads(file.read_text("utf-8")).items():
            if key in merged:
                raise ValueError(f"{file.name}: {key!r} stands in another file too")
            merged[key] = text
    if not merged:
        raise ValueError(f"no texts for language {lang!r}")
    return merged


def text(lang: str, key: str, **params: object) -> str:
    """The sentence of ``key`` with its parameters filled in; KeyError for an unknown key.

    ``{count case|cases}`` says the number and the word that goes with it."""

    def counted(found: re.Match[str]) -> str:
        name, one, many = found.groups()
        return f"{{{name}}} {one if str(params[name]) == '1' else many}"

    return _COUNTED.sub(counted, catalogue(lang)[key]).format(**params)


def word(lang: str, family: str, name: str | None) -> str:
    """The name of a coded value (``cause.high_debt``); a site's own value as it stands."""
    if name is None:
        return ""
    return catalogue(lang).get(f"{family}.{name}", name)


def error_text(lang: str, error: KnownError) -> str:
    """The sentence of a known error: what, where, and what to do.

    A parameter that is a coded value of ours (a role, an act) is said by its name.
    """
    said = {name: _said(lang, value) for name, value in error.params.items()}
    return text(lang, f"error.{error.key}", **said)


def final_words(lang: str, act: str) -> str:
    """Why an act (``handling.life.approve``) cannot be undone; '' where it can be, or is none."""
    why = FINAL.get(act)
    return text(lang, f"undo.why.{why}") if why else ""


def _said(lang: str, value: object) -> object:
    if isinstance(value, StrEnum):
        return word(lang, type(value).__name__.lower(), value.value)
    if isinstance(value, tuple):
        return ", ".join(word(lang, "complaint_field", str(part)) for part in value)
    return value


def sayer(lang: str | None) -> Callable[..., str]:
    """``text`` in one language; the system's if None."""
    return partial(text, lang or system_language())


def system_language() -> str:
    """'en' where the system says English, else 'zh' (the product is Chinese first)."""
    # Not getlocale(), which takes the C locale, where nothing is said, for American English.
    said = (os.environ.get("LC_ALL"), os.environ.get("LANG"), locale.setlocale(locale.LC_CTYPE))
    named = next(filter(None, said), "")
    return "en" if named.lower().startswith("en") else "zh"
