"""The layers of docs/architecture.md, held by a test."""

import ast
import sys
from pathlib import Path

import grimp
import pytest

ROOT = Path(__file__).parent.parent / "workbench"

# who may import whom; a layer not named here imports nothing of ours
MAY_IMPORT = {
    "domain": set(),
    "rules": {"domain"},
    "warehouse": {"domain", "rules"},
    "storage": {"domain"},
    "gateways": {"domain"},
    "reports": {"domain"},
    "similar": {"domain"},
    "demo": {"domain"},
    "services": {"domain", "rules"},
    "ui": {"domain", "rules", "services"},
    "cli": {"domain", "rules", "services", "bench"},
    "bench": {
        *("domain", "rules", "warehouse", "storage", "gateways", "reports", "demo"),
        *("services", "ui"),
    },
}
NEUTRAL = {
    f"workbench.{name}" for name in ("paths", "texts", "log", "settings", "files", "door", "policy")
}
COMMAND_LINE_TO_ROOT = {"workbench.bootstrap", "workbench.on_files", "workbench.launch"}
WINDOW_TO_APP = {"workbench.app"}


@pytest.fixture(scope="module")
def graph() -> grimp.ImportGraph:
    return grimp.build_graph("workbench", cache_dir=None)


def layer(module: str) -> str | None:
    parts = module.split(".")
    return parts[1] if len(parts) > 1 and (ROOT / parts[1]).is_dir() else None


@pytest.mark.parametrize("name", sorted(MAY_IMPORT))
def test_a_layer_imports_only_the_layers_below_it(graph: grimp.ImportGraph, name: str) -> None:
    allowed = MAY_IMPORT[name] | {name}
    strangers = []
    for module in graph.modules:
        if layer(module) != name:
            continue
        for imported in graph.find_modules_directly_imported_by(module):
            below = layer(imported)
            if below is None:
                fine = imported == "workbench" or (imported in NEUTRAL and name != "domain")
                fine |= name == "cli" and imported in COMMAND_LINE_TO_ROOT
                fine |= name == "bench" and imported in COMMAND_LINE_TO_ROOT | WINDOW_TO_APP
                fine |= (
                    module in ("workbench.ui.tour", "workbench.ui.gallery")
                    and imported in WINDOW_TO_APP
                )
            else:
                fine = below in allowed
            if not fine:
                strangers.append(f"{module} -> {imported}")
    assert strangers == []


def test_every_layer_is_known_to_this_test() -> None:
    folders = {f.name for f in ROOT.iterdir() if (f / "__init__.py").is_file()}
    assert folders == set(MAY_IMPORT)


def imports(file: Path) -> set[str]:
    """Top-level packages that a file imports, wherever in it."""
    found = set()
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.split(".")[0])
    return found


def test_only_the_window_imports_qt() -> None:
    qt = {"PySide6", "shiboken6", "pyqtgraph", "qtawesome"}
    strangers = [
        str(file.relative_to(ROOT))
        for file in ROOT.rglob("*.py")
        if file.relative_to(ROOT).parts[0] not in ("ui", "app.py")
        and file != ROOT / "bench" / "probe.py"
        and any(name in file.read_text("utf-8") for name in qt)  # to parse them all takes seconds
        and imports(file) & qt
    ]
    assert strangers == []


def test_the_domain_needs_the_standard_library_alone() -> None:
    foreign = {
        str(file.name): names
        for file in (ROOT / "domain").glob("*.py")
        if (names := imports(file) - set(sys.stdlib_module_names) - {"workbench"})
    }
    assert foreign == {}


def test_the_command_line_starts_without_the_stores_and_without_qt() -> None:
    import subprocess

    code = (
        "import sys; import workbench.cli.main; "
        "print(sorted({m.split('.')[0] for m in sys.modules} & "
        "{'duckdb', 'sqlalchemy', 'sqlglot', 'pyarrow', 'PySide6', 'numpy', 'rich'}))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT.parent, check=True
    )
    assert done.stdout.strip() == "[]"
