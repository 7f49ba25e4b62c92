"""What the search box offers while one types: look up, acts, settings, customers, complaints."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

ACTS_ONLY = ">"  # typed first: nothing is looked up
_SHOWN = 9  # acts at once; customers and complaints come below
_FOUND = 4  # of each


class Kind(StrEnum):
    LOOK_UP = "look_up"
    ACT = "act"  # of the window
    HERE = "here"  # a button of what is in front
    SETTING = "setting"
    CUSTOMER = "customer"
    COMPLAINT = "complaint"


@dataclass(frozen=True)
class Offer:
    """One line: ``name`` is the same from one moment to the next, ``title`` what is read and
    searched, ``note`` what stands at its right (keys, or where it is), ``words`` other words by
    which it is found."""

    kind: Kind
    name: str
    title: str
    run: Callable[[], object]
    note: str = ""
    icon: str = ""
    words: tuple[str, ...] = ()


Spellings = Mapping[str, tuple[str, str]]  # title: pinyin, initials


def spell(titles: Iterable[str]) -> dict[str, tuple[str, str]]:
    """Pinyin and initials of what is Chinese in each title. Slow the first time: off the GUI
    thread."""
    from pypinyin import lazy_pinyin

    spelled = {}
    for title in titles:
        parts = lazy_pinyin(title, errors=lambda other: [c for c in other if c.isalnum()])
        spelled[title] = "".join(parts).casefold(), "".join(p[:1] for p in parts).casefold()
    return spelled


def rank(typed: str, offer: Offer, spelled: Spellings) -> int | None:
    """How well it answers what was typed, 0 best; None: it does not."""
    typed = " ".join(typed.casefold().split())
    title = offer.title.casefold()
    pinyin, initials = spelled.get(offer.title, ("", ""))
    close = typed.replace(" ", "")
    if title.startswith(typed):
        return 0
    if initials.startswith(close) or any(word.startswith(typed) for word in title.split()):
        return 1
    if pinyin.startswith(close):
        return 2
    others = [word.casefold() for word in offer.words]
    if typed in title or any(word.startswith(typed) for word in others):
        return 3
    if len(close) > 1 and (close in pinyin or close in initials):
        return 4
    return 5 if len(typed) > 1 and all(word in title for word in typed.split()) else None


def offers(
    typed: str,
    acts: Sequence[Offer],
    spelled: Spellings,
    look_up: Offer | None,
    found: Sequence[Offer] = (),
) -> list[Offer]:
    """The lines in order. Looking up comes first unless what was typed is how an act begins, word
    for word; nothing typed gives every act; ``found`` comes last, so that it moves nothing."""
    only = typed.startswith(ACTS_ONLY)
    term = typed.removeprefix(ACTS_ONLY).strip()
    if not term:
        return [offer for offer in acts if offer.kind is not Kind.HERE]
    ranked = [(rank(term, offer, spelled), place) for place, offer in enumerate(acts)]
    best = sorted((r, place) for r, place in ranked if r is not None)[:_SHOWN]
    fitting = [acts[place] for _, place in best]
    if only or look_up is None:
        return fitting
    meant = bool(best) and best[0][0] == 0 and _is_word(term)
    return [*(fitting[:1] if meant else ()), look_up, *fitting[meant:], *_few(found)]


def _is_word(term: str) -> bool:
    """Long enough to be the beginning of an act rather than somebody's initials."""
    return len(term) >= 3 or (len(term) == 2 and not term.isascii())


def _few(found: Sequence[Offer]) -> list[Offer]:
    kept: list[Offer] = []
    for kind in (Kind.CUSTOMER, Kind.COMPLAINT):
        kept += [offer for offer in found if offer.kind is kind][:_FOUND]
    return kept
