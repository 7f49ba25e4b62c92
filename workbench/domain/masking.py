"""How identities are shown: enough to recognise, not enough to misuse (usual practice)."""

import re
import unicodedata

# in free text, as people write them: with a country code, in groups, in full width
_GAP = "[ \t\u3000\\-－]?"
_PHONE = re.compile(
    rf"(?<!\d)((?:(?:[+＋]|[0０]{{2}})?[8８][6６]{_GAP})?[1１][3-9３-９]\d)"
    rf"{_GAP}\d{{4}}{_GAP}(\d{{4}})(?!\d)"
)
_ID_CARD = re.compile(rf"(?<!\d)(\d{{6}}){_GAP}\d{{8}}{_GAP}(\d{{3}}[\dXxＸｘ])(?!\d)")


def fold(text: str) -> str:
    """One form for every way of typing: half width (NFKC), no spaces inside or around."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))


def fold_phone(text: str) -> str | None:
    """The 11 digits of a mainland mobile number, or None. Accepts +86, 0086, spaces and dashes."""
    digits = re.sub(r"[\s\-()·.]", "", unicodedata.normalize("NFKC", text))
    digits = re.sub(r"^(?:\+?86|0086)(?=1\d{10}$)", "", digits)
    return digits if re.fullmatch(r"1\d{10}", digits) else None


def mask_phone(phone: str | None) -> str | None:
    if not phone:
        return None
    return f"{phone[:3]}****{phone[-4:]}" if len(phone) >= 8 else "*" * len(phone)


def mask_name(name: str | None) -> str | None:
    return f"{name[0]}{'*' * max(1, len(name) - 1)}" if name else None


def mask_id_card(id_card: str | None) -> str | None:
    if not id_card:
        return None
    if len(id_card) < 12:
        return "*" * len(id_card)
    return f"{id_card[:6]}{'*' * (len(id_card) - 10)}{id_card[-4:]}"


def mask_customer_id(customer_id: str | None) -> str | None:
    if not customer_id:
        return None
    keep = min(4, len(customer_id) // 3)
    return "*" * (len(customer_id) - keep) + customer_id[len(customer_id) - keep :]


def redact(text: str) -> str:
    """Mask every phone and id-card number inside free text (logs, messages, reports)."""
    text = _ID_CARD.sub(lambda m: f"{m[1]}********{m[2]}", text)
    return _PHONE.sub(lambda m: f"{m[1]}****{m[2]}", text)


_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def id_card_is_sound(id_card: str) -> bool:
    """GB 11643-1999: 17 digits and a check character (ISO 7064 MOD 11-2)."""
    if not re.fullmatch(r"\d{17}[\dXx]", id_card):
        return False
    total = sum(int(d) * w for d, w in zip(id_card[:17], _WEIGHTS, strict=True))
    return "10X98765432"[total % 11] == id_card[17].upper()
