"""The window's translations: collect the strings, fill in what is known, compile the catalogues.

    python installer/translations.py [--merge FILE.json]...

Runs ``pyside6-lupdate`` and ``pyside6-lrelease`` of the environment it is started in.
``resources/i18n/workbench_zh.ts`` is the source of the Chinese labels; the English catalogue holds
plural forms alone, made here from the ``(s)`` in the source. A merge file is
``{"English source": "中文"}``. Exits with 1 and a list if a string is left without a translation.
"""

import argparse
import json
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections.abc import Iterable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
I18N = ROOT / "resources" / "i18n"
ZH, EN = I18N / "workbench_zh.ts", I18N / "workbench_en.ts"
_HEAD = '<?xml version="1.0" encoding="utf-8"?>\n<!DOCTYPE TS>\n'


def sources() -> list[Path]:
    """Every file that may hold a translatable string."""
    return [ROOT / "workbench" / "app.py", *sorted((ROOT / "workbench" / "ui").rglob("*.py"))]


def collect() -> None:
    """Bring both .ts files up to the code; strings that are gone go from there as well."""
    files = [str(path.relative_to(ROOT)) for path in sources()]
    common = ["-no-obsolete", "-locations", "none", "-silent"]
    _tool("lupdate", *files, *common, "-target-language", "zh_CN", "-ts", str(ZH))
    plural = ["-pluralonly", "-target-language", "en_GB"]
    _tool("lupdate", *files, *common, *plural, "-ts", str(EN))


def fill(known: dict[str, str]) -> None:
    """Write ``known`` over the Chinese, wherever the source text stands; English plurals."""
    chinese = ET.parse(ZH)
    for message in chinese.iter("message"):
        text = known.get(_source(message))
        if text is not None:
            _translate(message, [text])
    _write(chinese, ZH)
    english = ET.parse(EN)
    for message in english.iter("message"):
        _translate(message, plural_forms(_source(message)))
    _write(english, EN)


def plural_forms(source: str) -> list[str]:
    """English singular and plural of a source with ``(s)``, ``(es)`` or ``(y/ies)`` in it."""
    one = re.sub(r"\((\w*)/(\w+)\)", r"\1", re.sub(r"\((e?s)\)", "", source))
    many = re.sub(r"\((\w*)/(\w+)\)", r"\2", re.sub(r"\((e?s)\)", r"\1", source))
    return [one, many]


def unfinished(file: Path) -> Iterator[tuple[str, str]]:
    """(context, source) of every message without a translation."""
    for context in ET.parse(file).iter("context"):
        for message in context.iter("message"):
            translation = message.find("translation")
            forms = _forms(translation)
            if translation.get("type") == "unfinished" or not all(forms):
                yield context.findtext("name", ""), _source(message)


def compile_catalogues() -> None:
    for file in (ZH, EN):
        _tool("lrelease", "-silent", str(file), "-qm", str(file.with_suffix(".qm")))


def main(arguments: Iterable[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--merge", action="append", type=Path, default=[], metavar="FILE.json")
    options = parser.parse_args(None if arguments is None else list(arguments))
    known: dict[str, str] = {}
    for file in options.merge:
        known |= json.loads(file.read_text("utf-8"))
    I18N.mkdir(parents=True, exist_ok=True)
    collect()
    fill(known)
    collect()  # again, for its own layout of the file: small diffs
    compile_catalogues()
    left = [*unfinished(ZH), *unfinished(EN)]
    for context, source in left:
        print(f"no translation: {context}: {source}", file=sys.stderr)
    return 1 if left else 0


def _source(message: ET.Element) -> str:
    return message.findtext("source", "")


def _forms(translation: ET.Element) -> list[str]:
    forms = [form.text or "" for form in translation.findall("numerusform")]
    return forms or [translation.text or ""]


def _translate(message: ET.Element, forms: list[str]) -> None:
    translation = message.find("translation")
    translation.attrib.pop("type", None)
    if message.get("numerus") != "yes":
        translation.text = forms[0]
        return
    for old in translation.findall("numerusform"):
        translation.remove(old)
    for text in forms:
        ET.SubElement(translation, "numerusform").text = text


def _write(tree: ET.ElementTree, file: Path) -> None:
    file.write_text(_HEAD + ET.tostring(tree.getroot(), "unicode") + "\n", "utf-8")


def _tool(name: str, *arguments: str) -> None:
    suffix = ".exe" if sys.platform == "win32" else ""
    program = Path(sys.executable).with_name(f"pyside6-{name}{suffix}")
    done = subprocess.run([program, *arguments], cwd=ROOT, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"{program.name} failed:\n{done.stdout}{done.stderr}")


if __name__ == "__main__":
    sys.exit(main())
