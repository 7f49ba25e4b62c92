"""Set-up decides rightly what to make anew, what to add, and what to say."""

import ast
import os
import re
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from installer import environment, lock, python_choice, start, system
from installer.steps import Steps

ROOT = Path(__file__).resolve().parents[3]


def stamp(**changes: str | None) -> dict[str, str | None]:
    made = {"place": "/w", "python": "3.12", "declared": "d", "run": "r", "dev": None}
    return made | changes


@pytest.mark.parametrize(
    ("made", "wanted", "todo"),
    [
        ({}, stamp(), "build"),
        (stamp(), stamp(), "nothing"),
        (stamp(dev="v"), stamp(), "nothing"),
        (stamp(), stamp(dev="v"), "add"),
        (stamp(dev="v"), stamp(dev="v"), "nothing"),
        (stamp(dev="v"), stamp(dev="w"), "build"),
        (stamp(run="old"), stamp(), "build"),
        (stamp(python="3.11"), stamp(), "build"),
        (stamp(declared="old"), stamp(), "build"),
        (stamp(place="/elsewhere"), stamp(), "build"),
    ],
)
def test_an_environment_is_made_anew_only_when_what_it_was_made_from_changed(made, wanted, todo):
    assert environment.what_to_do(made, wanted) == todo


@pytest.fixture
def project(tmp_path, monkeypatch) -> Path:
    """A project of its own, with locks, whose .venv looks as if it could start."""
    (tmp_path / "pyproject.toml").write_text((ROOT / "pyproject.toml").read_text("utf-8"), "utf-8")
    monkeypatch.setattr(environment, "ROOT", tmp_path)
    monkeypatch.setattr(environment, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(environment, "STAMP", tmp_path / ".venv" / "stamp.json")
    for name in ("RUN_LOCK", "DEV_LOCK", "SPARK_LOCK", "TRACKER_LOCK"):
        (tmp_path / name).write_text(f"{name}==1 \\\n    --hash=sha256:00\n", "utf-8")
        monkeypatch.setattr(environment, name, tmp_path / name)
    environment.python().parent.mkdir(parents=True)
    environment.python().touch()
    return tmp_path


@pytest.fixture
def done(project, monkeypatch) -> list[str]:
    """Set-up that writes down what it would do instead of doing it."""
    acts: list[str] = []
    monkeypatch.setattr(system, "provide", lambda **_: acts.append("system") or [])
    monkeypatch.setattr(system, "missing_libraries", lambda display: {})
    monkeypatch.setattr(environment, "_make_venv", lambda: acts.append("venv"))
    monkeypatch.setattr(environment, "_install_locked", lambda lock, *_: acts.append(lock.name))
    monkeypatch.setattr(system, "has_tool", lambda tool: True)
    monkeypatch.setattr(environment, "_pip", lambda arguments: acts.append("project"))
    return acts


def test_the_second_start_does_nothing(done, capsys):
    environment.ensure(Steps(), dev=False, display=False)
    assert done == ["system", "venv", "RUN_LOCK", "project"]
    assert "[4/4] done" in capsys.readouterr().out
    done.clear()
    environment.ensure(Steps(), dev=False, display=False)
    assert done == []
    assert capsys.readouterr().out == ""


def test_the_tools_of_development_are_added_to_an_environment_that_fits(done):
    environment.ensure(Steps(), dev=False, display=False)
    done.clear()
    environment.ensure(Steps(), dev=True, display=False)
    assert done == ["system", "DEV_LOCK", "project", "TRACKER_LOCK", "SPARK_LOCK"]
    done.clear()
    environment.ensure(Steps(), dev=False, display=False)
    assert done == []


def test_without_java_or_without_spark_the_rest_is_set_up_all_the_same(done, monkeypatch, capsys):
    monkeypatch.setattr(system, "has_tool", lambda tool: tool != "java")
    environment.ensure(Steps(), dev=True, display=False)
    assert "SPARK_LOCK" not in done
    assert "will be skipped" in capsys.readouterr().out

    def install(lock, *_):
        if lock is environment.SPARK_LOCK:
            raise system.Missing("pip could not finish")

    environment.STAMP.unlink()
    monkeypatch.setattr(system, "has_tool", lambda tool: True)
    monkeypatch.setattr(environment, "_install_locked", install)
    environment.ensure(Steps(), dev=True, display=False)
    assert "could not be installed" in capsys.readouterr().out
    assert environment.STAMP.exists()


def test_a_changed_lock_makes_the_environment_anew(done, project):
    environment.ensure(Steps(), dev=False, display=False)
    done.clear()
    (project / "RUN_LOCK").write_text("other==2 \\\n    --hash=sha256:11\n", "utf-8")
    environment.ensure(Steps(), dev=False, display=False)
    assert done == ["system", "venv", "RUN_LOCK", "project"]


def test_a_changed_comment_in_pyproject_changes_nothing_but_a_dependency_does(done, project):
    environment.ensure(Steps(), dev=False, display=False)
    done.clear()
    declared = project / "pyproject.toml"
    declared.write_text(declared.read_text("utf-8") + "\n# a comment\n", "utf-8")
    environment.ensure(Steps(), dev=False, display=False)
    assert done == []
    text = declared.read_text("utf-8").replace('"click>=8.5"', '"click>=8.6"')
    declared.write_text(text, "utf-8")
    environment.ensure(Steps(), dev=False, display=False)
    assert "venv" in done


def test_an_interrupted_set_up_is_done_again(done, monkeypatch):
    environment.ensure(Steps(), dev=False, display=False)

    def interrupted(lock: Path) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(environment, "_install_locked", interrupted)
    with pytest.raises(KeyboardInterrupt):
        environment.ensure(Steps(), dev=True, display=False)
    assert environment.read_stamp() == {}


def test_a_damaged_stamp_counts_as_none(project):
    environment.STAMP.write_text("{half", "utf-8")
    assert environment.read_stamp() == {}
    environment.STAMP.write_text("[]", "utf-8")
    assert environment.read_stamp() == {}


def test_an_environment_whose_python_is_gone_counts_as_none(done):
    environment.ensure(Steps(), dev=False, display=False)
    environment.python().unlink()
    assert environment.read_stamp() == {}


def test_what_would_lead_pip_elsewhere_is_left_out_and_the_registry_stays(monkeypatch):
    monkeypatch.setenv("PIP_TARGET", "/elsewhere")
    monkeypatch.setenv("PYTHONPATH", "/elsewhere")
    monkeypatch.setenv("PIP_PROXY", "kept")
    left = environment.clean_variables()
    assert "PIP_TARGET" not in left
    assert "PYTHONPATH" not in left
    assert left["PIP_PROXY"] == "kept"


def test_pips_lines_become_one_short_line_a_package(tmp_path, capsys):
    told = tmp_path / "pip.py"
    told.write_text(
        "print('Ignoring colorama: markers do not match')\n"
        "print('Collecting click==8.5.1 (from -r requirements.lock (line 7))')\n"
        "print('  Downloading click-8.5.1-py3-none-any.whl (110 kB)')\n"
        "print('Requirement already satisfied: rich==15.0.0')\n"
        "print('Collecting duckdb==1.5.5 (from -r requirements.lock (line 9))')\n"
        "print('  Downloading duckdb-1.5.5-cp311-cp311-linux.whl (21.4 MB)')\n"
        "print('Installing collected packages: click')\n"
        "raise SystemExit(3)\n"
    )
    code, last = environment._follow([sys.executable, str(told)], dict(os.environ), 4)
    assert code == 3
    assert capsys.readouterr().out.splitlines() == [
        "      1 of 3  click 8.5.1",
        "      2 of 2  duckdb 1.5.5",
        "          21.4 MB to fetch",
        "      unpacking 2 packages",
    ]
    assert last[-1].startswith("Installing")


# the Python that runs it
@pytest.mark.parametrize(
    ("version", "suits"),
    [((2, 7), False), ((3, 10), False), ((3, 11), True), ((3, 13), True), ((3, 14), False)],
)
def test_python_3_11_to_3_13_are_suitable(version, suits):
    assert python_choice.suitable(version) is suits


@pytest.mark.parametrize("file", ["run.py", "test.py", "python_choice.py", "__init__.py"])
def test_old_pythons_can_parse_what_tells_them_so(file):
    text = (ROOT / "installer" / file).read_text("ascii")
    tree = ast.parse(text, feature_version=(3, 0))
    for node in ast.walk(tree):
        assert not isinstance(node, (ast.JoinedStr, ast.AnnAssign, ast.NamedExpr)), ast.dump(node)
        if isinstance(node, ast.FunctionDef):
            assert node.returns is None
            assert not node.args.kwonlyargs
            assert all(argument.annotation is None for argument in node.args.args)


def test_a_python_is_asked_for_its_version_and_not_believed_by_its_name(tmp_path):
    shim = tmp_path / "python3.13"
    shim.write_text("#!/bin/sh\necho 'pyenv: python3.13: command not found'\nexit 127\n")
    shim.chmod(0o755)
    assert python_choice.answers(str(shim)) is None
    assert python_choice.answers(sys.executable) == sys.version_info[:2]
    assert python_choice.answers(str(tmp_path / "missing")) is None


def test_an_unsuitable_python_goes_on_with_a_suitable_one(monkeypatch):
    chosen: list[str] = []
    monkeypatch.delenv(python_choice._MARK, raising=False)
    monkeypatch.setattr(python_choice.sys, "version_info", (3, 10, 1))
    monkeypatch.setattr(python_choice, "candidates", lambda: ["/old", "/good", "/never"])
    monkeypatch.setattr(
        python_choice, "answers", lambda path: {"/old": (3, 9), "/good": (3, 12)}.get(path)
    )

    def went(path: str) -> None:
        chosen.append(path)
        raise SystemExit

    monkeypatch.setattr(python_choice, "go_on_with", went)
    with pytest.raises(SystemExit):
        python_choice.settle()
    assert chosen == ["/good"]


def test_without_a_suitable_python_a_sentence_says_which_is_needed(monkeypatch):
    monkeypatch.delenv(python_choice._MARK, raising=False)
    monkeypatch.setattr(python_choice.sys, "version_info", (3, 9, 18))
    monkeypatch.setattr(python_choice, "candidates", list)
    with pytest.raises(SystemExit, match=r"This is Python 3\.9; .* Python 3\.11 to 3\.13"):
        python_choice.settle()


# the system
@pytest.mark.skipif(not system.LINUX, reason="system packages are Linux's")
class TestSystem:
    @pytest.fixture(autouse=True)
    def bare(self, monkeypatch):
        """A system that lacks one library, the font and nothing else, for an ordinary user."""
        monkeypatch.setattr(system, "_loads", lambda file: file != "libEGL.so.1")
        monkeypatch.setattr(system, "has_chinese_font", lambda: False)
        monkeypatch.setattr(system, "missing_for_venv", lambda: None)
        monkeypatch.setattr(system, "_apt", lambda: "/usr/bin/apt-get")
        monkeypatch.setattr(system, "can_install", lambda: False)

    def test_an_ordinary_user_is_told_the_command_that_installs_what_is_missing(self):
        with pytest.raises(system.Missing) as told:
            system.provide(display=False, test_tools=False)
        assert "sudo apt-get install libegl1 fonts-noto-cjk" in str(told.value)
        assert "libEGL.so.1" in str(told.value)

    def test_elsewhere_than_on_debian_the_packages_are_named(self, monkeypatch):
        monkeypatch.setattr(system, "_apt", lambda: None)
        with pytest.raises(system.Missing, match=r"your system's installer .* libegl1"):
            system.provide(display=False, test_tools=False)

    def test_a_missing_font_alone_is_a_warning(self, monkeypatch):
        monkeypatch.setattr(system, "_loads", lambda file: True)
        warnings = system.provide(display=False, test_tools=False)
        assert len(warnings) == 1
        assert "fonts-noto-cjk" in warnings[0]

    def test_root_on_debian_gets_everything_that_is_missing(self, monkeypatch):
        installed: list[str] = []
        monkeypatch.setattr(system, "can_install", lambda: True)
        monkeypatch.setattr(system, "_loads", lambda f: f != "libEGL.so.1" or bool(installed))
        monkeypatch.setattr(system, "has_chinese_font", lambda: bool(installed))
        monkeypatch.setattr(system, "install", installed.extend)
        assert system.provide(display=False, test_tools=False) == []
        assert installed == ["libegl1", "fonts-noto-cjk"]

    def test_what_only_a_display_needs_is_not_asked_for_without_one(self, monkeypatch):
        monkeypatch.setattr(system, "_loads", lambda file: not file.startswith("libxcb"))
        assert system.missing_libraries(display=False) == {}
        assert "libxcb-cursor0" in system.missing_libraries(display=True).values()

    def test_a_failing_apt_is_told_with_its_last_words(self, monkeypatch, tmp_path):
        apt = tmp_path / "apt-get"
        apt.write_text(
            "#!/bin/sh\n[ $1 = update ] && exit 0\necho 'E: no such package'\nexit 100\n"
        )
        apt.chmod(0o755)
        monkeypatch.setattr(system, "_apt", lambda: str(apt))
        system._update.cache_clear()
        with pytest.raises(system.Missing, match="E: no such package"):
            system.install(["libegl1"])
        system._update.cache_clear()


# what follows set-up
@pytest.mark.parametrize(
    ("arguments", "opens"),
    [
        ([], True),
        (["--profile", "x"], True),
        (["--help"], False),
        (["--version"], False),
        (["lookup", "1"], False),
    ],
)
def test_options_alone_open_the_window_and_a_word_is_a_command(arguments, opens):
    assert start.opens_window(arguments) is opens


@pytest.fixture
def calls(monkeypatch) -> list[tuple[list[str], dict[str, str]]]:
    """What is started after a set-up that had nothing to do; every process answers with 0."""
    made: list[tuple[list[str], dict[str, str]]] = []

    def call(command, env, **_) -> int:
        made.append(([str(word) for word in command], env))
        return codes.pop(0) if codes else 0

    codes: list[int] = []
    call.codes = codes
    monkeypatch.setattr(environment, "ensure", lambda *_, **__: None)
    monkeypatch.setattr(start.subprocess, "call", call)
    monkeypatch.setattr(start, "_hand_over", lambda command, env: call(command, env))
    for name in ("CI", "DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    return made


@pytest.mark.skipif(not system.LINUX, reason="elsewhere there is always a display")
def test_without_a_display_the_demo_runs_headless_and_says_where_its_pictures_are(calls, capsys):
    assert start.run([]) == 0
    ((command, variables),) = calls
    assert command[1:4] == ["demo", "--headless", "--shots"]
    assert variables["QT_QPA_PLATFORM"] == "offscreen"
    assert str(start.ROOT / "shots") in capsys.readouterr().out


@pytest.mark.skipif(not system.LINUX, reason="elsewhere there is always a display")
def test_with_a_display_the_window_opens_with_the_arguments_as_they_are(calls, monkeypatch):
    monkeypatch.setenv("DISPLAY", ":0")
    start.run(["--profile", "x y"])
    ((command, variables),) = calls
    assert command[1:] == ["--profile", "x y"]
    assert "QT_QPA_PLATFORM" not in variables


def test_the_slow_tests_follow_fast_ones_that_passed_in_ci_alone(calls, monkeypatch):
    spread = ["-n", "auto", "--dist", "loadgroup"]
    start.test(["-x"])
    assert [command[3:] for command, _ in calls] == [[*spread, "-x"]]
    calls.clear()
    start.test(["--all", "-x"])
    assert [command[3:] for command, _ in calls] == [[*spread, "-x"], [*spread, "-x", "-m", "slow"]]
    calls.clear()
    monkeypatch.setenv("CI", "true")
    start.test([])
    assert [command[3:] for command, _ in calls] == [spread, [*spread, "-m", "slow"]]


def test_processes_of_tests_compile_the_program_once_for_all(calls, monkeypatch):
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    start.test(["--all"])
    assert len(calls) == 2
    assert all("PYTHONDONTWRITEBYTECODE" not in variables for _, variables in calls)


def test_files_of_fast_tests_lie_in_memory_where_there_is_room(tmp_path, monkeypatch):
    for free, said in ((9 << 30, {"TMPDIR": str(tmp_path)}), (1 << 30, {})):
        monkeypatch.setattr("shutil.disk_usage", lambda _, free=free: SimpleNamespace(free=free))
        assert start.in_memory(tmp_path) == said
    assert start.in_memory(tmp_path / "none") == {}


def test_the_exit_code_is_pytests_and_no_slow_test_is_no_failure(calls, monkeypatch):
    start.subprocess.call.codes[:] = [1]
    assert start.test(["--all"]) == 1
    assert len(calls) == 1
    start.subprocess.call.codes[:] = [0, start.NO_TESTS]
    assert start.test(["--all"]) == 0
    start.subprocess.call.codes[:] = [0, 2]
    assert start.test(["--all"]) == 2
    start.subprocess.call.codes[:] = [-15]  # ended by SIGTERM
    assert start.test([]) == 143


# the locks
@pytest.mark.parametrize(
    "name", [f"requirements{part}.lock" for part in ("", "-dev", "-spark", "-tracker", "-package")]
)
def test_the_locks_hold_a_hash_for_everything_and_no_registrys_address(name):
    text = (ROOT / name).read_text("utf-8")
    lock.check(text, name)
    assert not re.search(r"^\s*-", text.replace("    --hash=", ""), re.MULTILINE)


def test_the_dev_lock_holds_what_the_run_lock_holds():
    def pins(name: str) -> set[str]:
        return set(re.findall(r"^[\w.-]+==\S+", (ROOT / name).read_text("utf-8"), re.M))

    assert pins("requirements.lock")
    assert pins("requirements.lock") <= pins("requirements-dev.lock")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("--index-url https://example.org/simple\n", "names a registry"),
        ("-f /wheels\n", "names a registry"),
        ("click==1\nrich==2 \\\n    --hash=sha256:00\n", "has no hash"),
    ],
)
def test_a_lock_with_an_address_or_without_a_hash_is_refused(text, said):
    with pytest.raises(SystemExit, match=said):
        lock.check(text, "x.lock")


def test_ci_calls_the_second_command(tmp_path):
    script = ROOT / ".ci" / "run"
    assert os.access(script, os.X_OK)
    told = tmp_path / "python3"
    told.write_text('#!/bin/sh\necho "$CI $*"\n')
    told.chmod(0o755)
    variables = {"PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}"}
    said = subprocess.run([script, "-x"], env=variables, capture_output=True, text=True, check=True)
    assert said.stdout == "true installer/known_faults.py\ntrue installer/test.py -x\n"
