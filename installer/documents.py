"""The documents that code writes: python installer/documents.py [--pictures [DIR] | --site DIR]

Writes docs/data-dictionary.md and its Chinese twin from the tables of the program (a test says whether
they are current). ``--pictures``: makes those of the manual anew (docs/pictures), from the real window
on sample data; a slow test says when that is due. ``--site``: the searchable site, by MkDocs and
mkdocs.yml. Runs in the environment of development.
"""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

PICTURES = ROOT / "docs" / "pictures"
LANGUAGES = {"en": "data-dictionary.md", "zh": "data-dictionary.zh-CN.md"}

_SAID = {
    "en": {
        "title": "Data dictionary",
        "about": "Written by `installer/documents.py` from the code; change it there. In Chinese: "
        "[数据字典](data-dictionary.zh-CN.md).",
        "attempts": "Attempts",
        "attempts_about": "What an import recognises, and what rules can read. Identities are never kept in "
        "clear and no rule can read them. Context is computed over all attempts.",
        "attempts_head": ("field", "name", "type", "unit or values", "whose word", "kind"),
        "identity": "identity",
        "context": "context",
        "reasons": "Causes",
        "reasons_head": ("cause", "name", "group"),
        "complaints": "Complaints",
        "complaints_head": ("field", "name", "type"),
        "roles": "Roles and acts",
        "roles_about": "Denied is what is not marked; the centre asks the same table again.",
        "act": "act",
        "records": "Tables of the records database",
        "records_about": "`records.db` in the profile, SQLCipher. *key*: primary key; *may be empty* as it says.",
        "records_head": ("column", "type", "", ""),
        "key": "key",
        "empty": "may be empty",
        "warehouse": "Columns of the warehouse beside the fields",
        "warehouse_head": ("column", "type"),
    },
    "zh": {
        "title": "数据字典",
        "about": "由 `installer/documents.py` 根据代码写出，要改请改那里。英文：[Data dictionary](data-dictionary.md)。",
        "attempts": "激活申请",
        "attempts_about": "导入能识别、规则能读取的字段。身份信息从不明文保存，规则也读不到。上下文由全部申请算出。",
        "attempts_head": ("字段", "名称", "类型", "单位或取值", "来自", "种类"),
        "identity": "身份",
        "context": "上下文",
        "reasons": "原因",
        "reasons_head": ("原因", "名称", "类别"),
        "complaints": "投诉",
        "complaints_head": ("字段", "名称", "类型"),
        "roles": "角色与操作",
        "roles_about": "没有打勾的一律不允许；中心会按同一张表再查一次。",
        "act": "操作",
        "records": "投诉库的表",
        "records_about": "配置文件夹中的 `records.db`，SQLCipher 加密。",
        "records_head": ("列", "类型", "", ""),
        "key": "主键",
        "empty": "可空",
        "warehouse": "申请库中字段以外的列",
        "warehouse_head": ("列", "类型"),
    },
}


def dictionary(lang: str) -> str:
    """The whole page in one language."""
    from workbench import texts

    said = _SAID[lang]
    lines = [f"# {said['title']}", "", str(said["about"]), ""]

    def word(family: str, name: str) -> str:
        return texts.word(lang, family, name)

    lines += _section(said, "attempts", _attempts(said, word))
    lines += _section(said, "reasons", _causes(word))
    lines += _section(said, "complaints", _complaints(word))
    lines += _section(said, "roles", *_roles(said, word))
    lines += _section(said, "warehouse", _warehouse())
    lines += [f"## {said['records']}", "", str(said["records_about"]), ""]
    for table, rows in _records(said):
        lines += [f"### `{table}`", "", *_table(said["records_head"], rows), ""]
    return "\n".join(lines).rstrip() + "\n"


def _attempts(said, word) -> Iterator[tuple[str, ...]]:
    from workbench.domain.attempt import ALL_FIELDS

    for field in ALL_FIELDS.values():
        values = ", ".join(f"`{value}` {word(field.name, value)}" for value in field.values)
        kind = said["identity"] if field.identity else said["context"] if field.context else ""
        yield (
            f"`{field.name}`",
            word("field", field.name),
            field.type.value,
            values or (word("unit", field.unit) if field.unit else ""),
            word("source", field.source),
            kind,
        )


def _causes(word) -> Iterator[tuple[str, ...]]:
    from workbench.domain.taxonomy import GROUP_OF, Cause

    for cause in Cause:
        group = GROUP_OF[cause]
        yield f"`{cause}`", word("cause", cause), word("cause_group", group)


def _complaints(word) -> Iterator[tuple[str, ...]]:
    from dataclasses import fields

    from workbench.domain.complaint import Complaint

    for field in fields(Complaint):
        kind = str(getattr(field.type, "__name__", field.type)).split("[")[0]
        if "|" in str(field.type):  # an optional value; its type without the module's name
            kind = " | ".join(part.rsplit(".", 1)[-1] for part in str(field.type).split(" | "))
        yield f"`{field.name}`", word("complaint_field", field.name), f"`{kind}`"


def _roles(said, word) -> tuple[Iterator[tuple[str, ...]], tuple[str, ...]]:
    from workbench.domain.people import ALLOWED, Act, Role

    head = (str(said["act"]), *(word("role", role) for role in Role))
    rows = (
        (f"{word('act', act)} (`{act}`)", *("✔" if act in ALLOWED[role] else "" for role in Role))
        for act in Act
    )
    return rows, head


def _warehouse() -> Iterator[tuple[str, ...]]:
    from workbench.warehouse import schema

    for column, kind in (schema.KEYS | schema.KNOWN | schema.FILLED | schema.DIAGNOSIS).items():
        yield f"`{column}`", kind


def _records(said) -> Iterator[tuple[str, list[tuple[str, ...]]]]:
    from workbench.storage.models import Base

    for table in sorted(Base.metadata.tables.values(), key=lambda table: table.name):
        yield (
            table.name,
            [
                (
                    f"`{column.name}`",
                    str(column.type),
                    str(said["key"]) if column.primary_key else "",
                    str(said["empty"]) if column.nullable else "",
                )
                for column in table.columns
            ],
        )


def _section(said, name: str, rows, head=None) -> list[str]:
    about = said.get(f"{name}_about")
    table = _table(head or said[f"{name}_head"], rows)
    return [f"## {said[name]}", "", *([about, ""] if about else []), *table, ""]


def _table(head, rows) -> list[str]:
    def line(cells) -> str:
        return "| " + " | ".join(str(cell).replace("|", "\\|") for cell in cells) + " |"

    return [line(head), "|" + "---|" * len(head), *map(line, rows)]


def write() -> None:
    for lang, name in LANGUAGES.items():
        (ROOT / "docs" / name).write_text(dictionary(lang), "utf-8")


def pictures(folder: Path) -> list[Path]:
    """Of the manual, in both languages."""
    from workbench.bootstrap import run_pictures

    return run_pictures(folder)


def site(folder: Path) -> int:
    """MkDocs in its strict mode: a link that leads nowhere is an error."""
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--clean"]
    return subprocess.call([*command, "--site-dir", str(folder.absolute())], cwd=ROOT)


def main(arguments: list[str]) -> int:
    write()
    if arguments[:1] == ["--site"] and len(arguments) == 2:
        return site(Path(arguments[1]))
    if arguments[:1] == ["--pictures"]:
        pictures(Path(arguments[1]) if len(arguments) > 1 else PICTURES)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
