"""Identities as they are shown: enough to recognise, never the whole."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.domain.masking import (
    fold,
    fold_phone,
    id_card_is_sound,
    mask_customer_id,
    mask_id_card,
    mask_name,
    mask_phone,
    redact,
)

PHONES = st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True)
FULL_WIDTH = str.maketrans("0123456789X", "０１２３４５６７８９Ｘ")


@given(PHONES, st.sampled_from(["", "+86", "86", "0086", "+86 ", "+86-"]), st.sampled_from("- "))
def test_a_phone_is_the_same_however_it_is_typed(phone: str, prefix: str, gap: str) -> None:
    grouped = gap.join((phone[:3], phone[3:7], phone[7:]))
    assert fold_phone(prefix + phone) == phone
    assert fold_phone(prefix + grouped) == phone
    assert fold_phone(f" {phone.translate(FULL_WIDTH)} ") == phone


@pytest.mark.parametrize("text", ["", "1381234567", "138123456789", "王小明", "23812345678", "A1"])
def test_what_is_no_phone_is_none(text: str) -> None:
    assert fold_phone(text) is None


@given(st.text(alphabet="王é 　\t\nＡａ１1X-+＋ﬁ"))
def test_folding_takes_out_width_and_spaces_and_a_second_time_nothing(text: str) -> None:
    folded = fold(text)
    assert fold(folded) == folded
    assert not any(c.isspace() or c in "Ａａ１＋ﬁ" for c in folded)


@pytest.mark.parametrize(
    ("mask", "value", "shown"),
    [
        (mask_phone, "13812345678", "138****5678"),
        (mask_phone, "1234567", "*******"),
        (mask_phone, "", None),
        (mask_phone, None, None),
        (mask_name, "王小明", "王**"),
        (mask_name, "王", "王*"),
        (mask_name, None, None),
        (mask_id_card, "11010119900307283X", "110101********283X"),
        (mask_id_card, "12345", "*****"),
        (mask_id_card, None, None),
        (mask_customer_id, "C00012345678", "********5678"),
        (mask_customer_id, "ab", "**"),
        (mask_customer_id, None, None),
    ],
)
def test_a_mask_leaves_what_recognises_and_no_more(mask, value, shown) -> None:
    assert mask(value) == shown


@given(st.text(min_size=1, max_size=40))
def test_no_mask_gives_back_what_it_was_given(text: str) -> None:
    for mask in (mask_phone, mask_name, mask_id_card, mask_customer_id):
        shown = mask(text)
        assert shown is not None
        assert "*" in shown
        assert shown != text or "*" in text  # what is a mask already stays one


@given(PHONES, st.sampled_from(["", "+86", "86 ", "0086", "+86-"]), st.sampled_from(["", "-", " "]))
def test_a_phone_in_a_sentence_is_masked_however_it_is_written(phone, prefix, gap) -> None:
    written = prefix + gap.join((phone[:3], phone[3:7], phone[7:]))
    masked = f"{prefix}{phone[:3]}****{phone[7:]}"
    assert redact(f"客户{written}来电,订单 42") == f"客户{masked}来电,订单 42"
    wide = f"客户{written.translate(FULL_WIDTH)}来电,订单 42"
    assert redact(wide) == f"客户{masked.translate(FULL_WIDTH)}来电,订单 42"


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("13812345678", "138****5678"),
        ("+8613812345678", "+86138****5678"),
        ("138 1234 5678", "138****5678"),
        ("id 11010119900307283X.", "id 110101********283X."),
        ("110101 19900307 283x", "110101********283x"),
        ("110101199003072856,13812345678", "110101********2856,138****5678"),
        ("二〇二六", "二〇二六"),
        ("order 20261122201400123", "order 20261122201400123"),
        ("2026-11-22 20:14:00,123", "2026-11-22 20:14:00,123"),
        ("A000000077 12345678901234", "A000000077 12345678901234"),
    ],
)
def test_numbers_that_name_a_person_are_masked_and_others_stay(text: str, masked: str) -> None:
    assert redact(text) == masked
    assert redact(masked) == masked


@pytest.mark.parametrize(
    ("card", "sound"),
    [
        ("11010519491231002X", True),  # the example of GB 11643-1999
        ("11010519491231002x", True),
        ("110105194912310021", False),
        ("11010519491231002", False),
        ("", False),
    ],
)
def test_the_check_character_of_an_id_card_is_checked(card: str, sound: bool) -> None:
    assert id_card_is_sound(card) is sound
