"""The symptom that a customer's own words tell, or nothing: a wrong guess costs more than none."""

import json
import re
from dataclasses import dataclass
from functools import lru_cache

from workbench import paths
from workbench.domain.taxonomy import Symptom
from workbench.similar.reading import fold

LONGEST = 2_000  # characters read of one text
_HAN = "\u3400-\u9fff"
_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u2028-\u202e\u2060\ufeff]")
_QUOTES = re.compile("[\"'“”‘’「」『』《》〈〉【】\\[\\]()<>~…·_*]+")
_SPACED_OUT = re.compile(rf"(?<![{_HAN}])[{_HAN}](?: [{_HAN}]){{2,}}(?![{_HAN}])")
_PAUSE = re.compile(rf"(?<=[{_HAN}]) | (?=[{_HAN}])|[，、:：\n]")
_STOP = re.compile(r"[。！？；]")
_HALF = {"。": ".", "！": "!", "？": "?", "；": ";"}
_SENTENCE_END = re.compile(r"[.!?;]")


@dataclass(frozen=True, slots=True)
class _Sign:
    symptom: Symptom
    words: re.Pattern[str]
    elsewhere: re.Pattern[str]  # the sentence is about something else


@dataclass(frozen=True, slots=True)
class _Rules:
    typos: tuple[tuple[re.Pattern[str], str], ...]
    signs: tuple[_Sign, ...]
    before: re.Pattern[str]
    after: re.Pattern[str]


@lru_cache(maxsize=1)
def _rules() -> _Rules:
    file = paths.resources() / "similar" / "symptoms.json"
    data = json.loads(file.read_text("utf-8"))
    return _Rules(
        tuple((re.compile(pattern), meant) for pattern, meant in data["typos"]),
        tuple(
            _Sign(Symptom(name), _any(sign["any"]), re.compile(sign["elsewhere"]))
            for name, sign in data["signs"].items()
        ),
        _any(data["not_so"]["before"]),
        _any(data["not_so"]["after"]),
    )


def _any(patterns: list[str]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns))


def suggest_symptom(text: str) -> Symptom | None:
    """What the customer says was met; None where the words do not say it beyond doubt.

    None too where two symptoms are told. A question (“怎么开通白条”) tells none.
    """
    read = _plain(text)
    found = {
        sign.symptom
        for sentence in _SENTENCE_END.split(read)
        for sign in _rules().signs
        if not sign.elsewhere.search(sentence)
        for match in sign.words.finditer(sentence)
        if _stands(sentence, match)
    }
    return found.pop() if len(found) == 1 else None


def _stands(sentence: str, sign: re.Match[str]) -> bool:
    """Whether it is said to have happened: not denied, asked, imagined, long past or over."""
    before, after = sentence[: sign.start()], sentence[sign.end() :]
    return not (_rules().before.search(before) or _rules().after.search(after))


def _plain(text: str) -> str:
    """Folded, without marks that only decorate; a blank in Chinese is a pause, like a comma."""
    read = _STOP.sub(lambda m: _HALF[m[0]], _UNSEEN.sub("", text[:LONGEST]))
    read = _QUOTES.sub("", read.replace("’", "'").replace("n't", "n\0t"))
    read = fold(re.sub(r"\n+", ".", read)).replace("\0", "'")
    read = _SPACED_OUT.sub(lambda m: m[0].replace(" ", ""), read)
    read = _PAUSE.sub(",", read)
    for typo, meant in _rules().typos:
        read = typo.sub(meant, read)
    return read
