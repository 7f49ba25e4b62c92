"""What a call, a link or a command may ask the window to show."""

import pytest

from workbench.domain.errors import BadInput
from workbench.domain.pop import Pop, PopKind, pop, pop_of_link


@pytest.mark.parametrize(
    "given",
    [
        "13800138000",
        "+86 138-0013-8000",
        "tel:+8613800138000",
        "sip:13800138000@10.0.0.1;transport=udp",
        "１３８００１３８０００",
        "(138) 0013.8000",
    ],
)
def test_a_number_is_read_as_telephones_write_it(given):
    assert pop(PopKind.PHONE, given).value == "13800138000"


@pytest.mark.parametrize(
    ("kind", "given"),
    [
        (PopKind.PHONE, "12"),
        (PopKind.PHONE, "1" * 30),
        (PopKind.PHONE, "138001x8000"),
        (PopKind.ATTEMPT, ""),
        (PopKind.ATTEMPT, "A" * 65),
        (PopKind.COMPLAINT, "C-1\n"),
        (PopKind.COMPLAINT, "C\x00-1"),
    ],
)
def test_what_cannot_be_shown_is_refused_without_repeating_it(kind, given):
    if given == "C-1\n":
        assert pop(kind, given).value == "C-1"
        return
    with pytest.raises(BadInput) as refused:
        pop(kind, given)
    assert refused.value.params == {} and refused.value.key == "bad_pop"


@pytest.mark.parametrize(
    ("link", "kind", "value"),
    [
        ("workbench://lookup?phone=13800138000", PopKind.PHONE, "13800138000"),
        ("workbench://lookup?phone=+86%20138%200013%208000", PopKind.PHONE, "13800138000"),
        ("workbench:lookup?phone=13800138000", PopKind.PHONE, "13800138000"),
        ("WORKBENCH://Attempt?id=A-1", PopKind.ATTEMPT, "A-1"),
        ("workbench://complaint/C-20261122-0001", PopKind.COMPLAINT, "C-20261122-0001"),
    ],
)
def test_links_say_what_to_show(link, kind, value):
    assert pop_of_link(link) == Pop(kind, value)


@pytest.mark.parametrize(
    "link",
    [
        "http://lookup?phone=13800138000",
        "workbench://quit",
        "workbench://lookup?phone=1%00",
        "workbench://[",
        "",
    ],
)
def test_other_links_are_refused(link):
    with pytest.raises(BadInput, match="bad_link"):
        pop_of_link(link)


def test_a_line_for_the_door_comes_back_the_same_and_no_text_of_it_tells_the_number():
    asked = pop(PopKind.PHONE, "13800138000")
    assert Pop.read(asked.line()) == asked
    assert "138" not in repr(asked) and asked.shown == "138****8000"


@pytest.mark.parametrize(
    "line", [b"", b"{", b"[]", b'{"kind":"quit","value":""}', b'{"kind":"phone"}', b"\xff"]
)
def test_a_line_that_is_none_is_refused(line):
    with pytest.raises(BadInput, match="bad_pop"):
        Pop.read(line)
