"""A call centre's export and a command line on a profile of its own."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

# a call centre's own export: Chinese headers and words, two date styles, amounts with a unit,
# full-width digits, one row twice, one date that is none
EXPORT = """\
流水号,用户ID,姓名,手机号,身份证号,申请时间,渠道,环节,结果,审批结论,错误来源,错误码,HTTP状态,信用记录月数,申请金额
A1,c1,王小明,13812345678,11010119900307283X,2026/10/20 00:20:00,安卓APP,授信审核,失败,拒绝,risk,CREDIT_REJECT,200,2,"1,640.00元"
A2,c1,王小明,13812345678,11010119900307283X,2026年10月21日 08:00:00,苹果APP,激活,成功,通过,,,200,２４,980.00元
A3,c2,李雷,13900001111,110101199003072856,2026-10-21 09:00:00,H5,人脸识别,失败,,app,NET_TIMEOUT,0,30,500
A3,c2,李雷,13900001111,110101199003072856,2026-10-21 09:00:00,H5,人脸识别,失败,,app,NET_TIMEOUT,0,30,500
A4,c3,韩梅梅,13700002222,110101199003072872,昨天,H5,激活,失败,,gateway,SYS_BUSY,503,30,500
"""


def export(folder: Path) -> Path:
    file = folder / "导出.csv"
    file.write_text(EXPORT, "gb18030")
    return file


@pytest.fixture
def attempts(tmp_path: Path) -> Path:
    return export(tmp_path)


@pytest.fixture
def profile(tmp_path: Path) -> Path:
    return tmp_path / "profile"


Run = Callable[..., Result]


def commands_on(profile: Path) -> Run:
    """Runs one command on the profile; returns click's result."""

    def run(*words: object, with_profile: bool = True) -> Result:
        from workbench.cli.main import workbench as tree

        arguments = [str(word) for word in words]
        if with_profile:
            arguments += ["--profile", str(profile)]
        result = CliRunner().invoke(tree, arguments)
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    return run


def at_home(folder: Path, patch: pytest.MonkeyPatch) -> None:
    patch.setenv("HOME", str(folder / "home"))
    patch.setenv("WORKBENCH_PASSPHRASE", "a long passphrase")


@pytest.fixture
def workbench(profile: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Commands on the test's profile."""
    at_home(tmp_path, monkeypatch)
    return commands_on(profile)
