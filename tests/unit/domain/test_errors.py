"""Known errors: a key, parameters, an exit code; a sentence in both languages for each."""

import ast
import string

import pytest

from workbench import paths, texts
from workbench.domain import errors
from workbench.domain.errors import Busy, Cancelled, KnownError, NotPermitted, StoreFault, Usage

FAMILIES = {
    name
    for name, kind in vars(errors).items()
    if isinstance(kind, type) and issubclass(kind, KnownError)
}
AREAS = ("storage", "files.py", "log.py", "settings.py")


@pytest.mark.parametrize(
    ("error", "code"), [(KnownError, 1), (StoreFault, 1), (Usage, 2), (NotPermitted, 4), (Busy, 5)]
)
def test_a_command_ends_with_the_code_of_its_error(error: type[KnownError], code: int) -> None:
    assert error("x").exit_code == code


def test_an_error_says_its_key_and_parameters_to_a_developer() -> None:
    error = StoreFault("disk", folder="/x")
    assert str(error) == "disk {'folder': '/x'}"
    assert (error.key, error.params) == ("disk", {"folder": "/x"})


def test_stopping_is_no_error_that_a_person_could_act_on() -> None:
    assert not issubclass(Cancelled, KnownError)


def raised() -> list[tuple[str, str, set[str]]]:
    """(file, key, parameter names) of every known error that the storage layer makes."""
    package = paths.resources().parent / "workbench"
    sources = [f for area in AREAS for f in ([package / area] if "." in area else [])]
    sources += (package / "storage").glob("*.py")
    found = []
    for source in sources:
        for node in ast.walk(ast.parse(source.read_text("utf-8"))):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Name)
                and node.func.id in FAMILIES
                and node.args
                and isinstance(node.args[0], ast.Constant)
            ):
                names = {word.arg for word in node.keywords if word.arg}
                found.append((source.name, node.args[0].value, names))
    return found


def parameters(text: str) -> set[str]:
    """``{count case|cases}`` asks for count."""
    return {name.split()[0] for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("lang", texts.LANGUAGES)
def test_every_error_of_the_storage_has_its_sentence_with_its_parameters(lang: str) -> None:
    calls = raised()
    assert len(calls) > 20
    for file, key, params in calls:
        sentence = texts.catalogue(lang).get(f"error.{key}")
        assert sentence, f"{file}: error.{key} has no sentence in {lang}"
        wanted = parameters(sentence)
        assert wanted <= params, f"{file}: error.{key} in {lang} asks for {wanted - params}"


def test_both_languages_have_the_same_keys_and_parameters() -> None:
    zh, en = (texts.catalogue(lang) for lang in ("zh", "en"))
    assert zh.keys() == en.keys()
    assert {k: parameters(zh[k]) for k in zh} == {k: parameters(en[k]) for k in en}
