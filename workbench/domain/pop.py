"""Screen pop: what a call, a link or a command asks the running window to show."""

import json
import re
import unicodedata
from dataclasses import dataclass, field
from enum import StrEnum

from workbench.domain.errors import BadInput
from workbench.domain.masking import fold_phone, mask_phone

SCHEME = "workbench"
_LONGEST = 64
_LINKS = {"lookup": "phone", "attempt": "attempt", "complaint": "complaint"}


class PopKind(StrEnum):
    FRONT = "front"  # only to the front
    PHONE = "phone"
    ATTEMPT = "attempt"
    COMPLAINT = "complaint"


@dataclass(frozen=True)
class Pop:
    """``value`` may be a phone number in clear: it is in no text of this object."""

    kind: PopKind
    value: str = field(default="", repr=False)

    @property
    def shown(self) -> str:
        """What may be read over a shoulder."""
        if self.kind is PopKind.PHONE:
            return mask_phone(self.value) or ""
        return self.value

    def line(self) -> bytes:
        """One line for the window's door."""
        return json.dumps({"kind": self.kind.value, "value": self.value}).encode() + b"\n"

    @classmethod
    def read(cls, line: bytes) -> "Pop":
        """Raises BadInput('bad_pop')."""
        try:
            asked = json.loads(line)
            return pop(PopKind(asked["kind"]), str(asked["value"]))
        except (ValueError, KeyError, TypeError):
            raise BadInput("bad_pop") from None


def pop(kind: PopKind, value: str = "") -> Pop:
    """With what a telephone system puts around a number taken off (tel:, sip:, +86, dashes).

    Raises BadInput('bad_pop'), which does not repeat what was given.
    """
    value = unicodedata.normalize("NFKC", value).strip()
    if kind is PopKind.FRONT:
        return Pop(kind)
    if kind is PopKind.PHONE:
        value = re.sub(r"^(?:tel|sips?):", "", value, flags=re.IGNORECASE)
        value = re.split(r"[@;]", value, maxsplit=1)[0]
        value = fold_phone(value) or re.sub(r"[\s().-]", "", value)
        if not re.fullmatch(r"\+?\d{5,20}", value):
            raise BadInput("bad_pop")
    elif not value or len(value) > _LONGEST or not value.isprintable():
        raise BadInput("bad_pop")
    return Pop(kind, value)


def pop_of_link(link: str) -> Pop:
    """``workbench://lookup?phone=N``, ``workbench://attempt?id=A``, ``workbench://complaint/ID``.

    Raises BadInput('bad_link') for every other.
    """
    from urllib.parse import parse_qs, unquote, urlsplit  # not for every call

    try:
        parts = urlsplit(link.strip())
        name = (parts.netloc or parts.path.lstrip("/").partition("/")[0]).lower()
        kind = PopKind(_LINKS[name])
        if parts.scheme.lower() != SCHEME:
            raise BadInput("bad_link")
        asked = parse_qs(parts.query.replace("+", "%2B"))
        given = asked.get(kind.value) or asked.get("id") or [unquote(parts.path.rpartition("/")[2])]
        return pop(kind, given[0])
    except (ValueError, KeyError, BadInput):
        raise BadInput("bad_link") from None
