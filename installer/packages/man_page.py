"""The man page from the commands themselves: python -m installer.packages.man_page en|zh FILE

Run in a process of its own: help texts take their language when they are imported.
"""

import gzip
import re
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import click

_WORDS = {
    "en": ("NAME", "SYNOPSIS", "DESCRIPTION", "COMMANDS", "EXIT STATUS", "ENVIRONMENT", "FILES"),
    "zh": ("名称", "概要", "说明", "命令", "退出码", "环境变量", "文件"),
}
_CODES = {
    "en": (
        "done",
        "failed; the sentence says what to do",
        "the command or an option was wrong",
        "done, but some rows were set aside",
        "not permitted, by role, passphrase or the system",
        "busy or out of reach: try again",
    ),
    "zh": (
        "完成",
        "失败；那句话说明怎么办",
        "命令或选项有误",
        "完成，但有些行被搁置",
        "不允许：角色、口令或系统",
        "忙或无法连接：请重试",
    ),
}
_VARIABLES = {
    "en": {
        "WORKBENCH_PROFILE": "the profile, in place of the one in the user data folder",
        "WORKBENCH_PASSPHRASE": "the profile's passphrase",
        "WORKBENCH_LOGIN, WORKBENCH_PASSWORD": "who signs in on the command line",
        "WORKBENCH_WAREHOUSE": "where the attempts are: postgresql://… or spark://…",
        "WORKBENCH_LOG": "DEBUG, INFO, WARNING or ERROR",
    },
    "zh": {
        "WORKBENCH_PROFILE": "配置文件夹，代替用户数据文件夹中的那个",
        "WORKBENCH_PASSPHRASE": "配置文件夹的口令",
        "WORKBENCH_LOGIN, WORKBENCH_PASSWORD": "命令行以谁的身份登录",
        "WORKBENCH_WAREHOUSE": "申请数据在哪里：postgresql://… 或 spark://…",
        "WORKBENCH_LOG": "DEBUG、INFO、WARNING 或 ERROR",
    },
}


def page(root: click.Group, lang: str, version: str, day: str) -> str:
    """The whole page in roff's man macros."""
    name, synopsis, description, commands, status, environment, files = _WORDS[lang]
    about = _plain(root.help or "")
    lines = [
        f'.TH WORKBENCH 1 "{day}" "activation-workbench {version}"',
        ".ad l",
        f".SH {name}",
        f"workbench \\- {about.split('.')[0].split('。')[0]}",
        f".SH {synopsis}",
        ".B workbench",
        "[\\-\\-profile DIR] [\\-\\-lang zh|en]",
        ".br",
        ".B workbench",
        "COMMAND [OPTION]... [ARGUMENT]...",
        f".SH {description}",
        about,
        f".SH {commands}",
    ]
    for path, command in _walk(root, "workbench"):
        lines += [".TP", f".B {_plain(path)}"]
        usage = " ".join(p.human_readable_name.upper() for p in _arguments(command))
        lines += [_plain(usage), ".br"] if usage else []
        lines.append(_plain(command.help or "") or "\\&")
        for option in (p for p in command.params if isinstance(p, click.Option)):
            lines += [".RS", ".TP", f".B {_plain(', '.join(option.opts))}"]
            lines += [_plain(option.help or "") or "\\&", ".RE"]
    lines.append(f".SH {status}")
    for code, words in enumerate(_CODES[lang]):
        lines += [".TP", f".B {code}", words]
    lines.append(f".SH {environment}")
    for variable, words in _VARIABLES[lang].items():
        lines += [".TP", f".B {variable}", words]
    lines += [f".SH {files}", ".TP", ".I ~/.local/share/activation-workbench/default", "\\&"]
    lines += [".TP", ".I /etc/activation-workbench/policy.json", "\\&"]
    return "\n".join(lines) + "\n"


def _walk(group: click.Group, path: str) -> Iterator[tuple[str, click.Command]]:
    for name, command in sorted(group.commands.items()):
        if isinstance(command, click.Group):
            yield from _walk(command, f"{path} {name}")
        elif not command.hidden:
            yield f"{path} {name}", command


def _arguments(command: click.Command) -> list[click.Parameter]:
    return [p for p in command.params if isinstance(p, click.Argument)]


def _plain(text: str) -> str:
    """Nothing in it is roff's: no macro at the start of a line, no lost hyphen."""
    text = " ".join(text.replace("\\", "\\e").replace("-", "\\-").split())
    return re.sub(r"^(?=[.'])", r"\\&", text)


def main(lang: str, file: Path, epoch: int) -> None:
    sys.argv = ["workbench", f"--lang={lang}"]
    from workbench import __version__
    from workbench.cli.main import workbench

    day = datetime.fromtimestamp(epoch, UTC).strftime("%Y-%m-%d")
    body = page(workbench, lang, __version__, day).encode()
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(gzip.compress(body, 9, mtime=0))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]))
