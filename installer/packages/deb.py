"""The Debian package: the folder, how the desktop shows it, its papers; needs dpkg-deb, no root."""

import gzip
import os
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path

from installer.environment import ROOT
from installer.packages.environment import run
from installer.packages.folder import size
from installer.sbom import our_version

NAME = "activation-workbench"
HOME = Path("usr/lib") / NAME
_LINUX = Path(__file__).resolve().parent / "linux"
_MAINTAINER = "Activation Workbench maintainers <maintainers@activation-workbench.example>"
_FONTS = "fonts-noto-cjk | fonts-wqy-zenhei | fonts-wqy-microhei"

# what the loader is asked for and the folder does not have -> Debian 12's package
PACKAGES = {
    "ld-linux-x86-64.so.2": "libc6 (>= 2.36)",
    "libc.so.6": "libc6 (>= 2.36)",
    "libdl.so.2": "libc6 (>= 2.36)",
    "libm.so.6": "libc6 (>= 2.36)",
    "libpthread.so.0": "libc6 (>= 2.36)",
    "libresolv.so.2": "libc6 (>= 2.36)",
    "librt.so.1": "libc6 (>= 2.36)",
    "libutil.so.1": "libc6 (>= 2.36)",
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libGLX.so.0": "libglx0",
    "libOpenGL.so.0": "libopengl0",
    "libdrm.so.2": "libdrm2",
    "libgbm.so.1": "libgbm1",
    "libwayland-client.so.0": "libwayland-client0",
    "libwayland-cursor.so.0": "libwayland-cursor0",
    "libwayland-egl.so.1": "libwayland-egl1",
    "libxcb.so.1": "libxcb1",
}


def build(folder: Path, out: Path, epoch: str, version: str | None = None) -> Path:
    """``<name>_<version>_amd64.deb`` in ``out``. ``version``: another than the program's."""
    version = version or our_version()
    tree = ROOT / "build" / "deb"
    shutil.rmtree(tree, ignore_errors=True)
    _program(folder, tree)
    _desktop(tree, version, epoch)
    _papers(tree, version, epoch)
    control = tree / "DEBIAN"
    control.mkdir()
    (control / "control").write_text(_control(version, folder), "utf-8")
    for path in (tree, *tree.rglob("*")):
        if not path.is_symlink():
            library = ".so" in path.suffixes  # is loaded, not run
            runs = path.is_dir() or (os.access(path, os.X_OK) and not library)
            path.chmod(0o755 if runs else 0o644)
    file = out / f"{NAME}_{version}_amd64.deb"
    out.mkdir(parents=True, exist_ok=True)
    run(
        ["dpkg-deb", "--root-owner-group", "-Zzstd", "--build", str(tree), str(file)],
        SOURCE_DATE_EPOCH=epoch,
    )
    shutil.rmtree(tree)
    return file


def missing(folder: Path) -> dict[str, set[str]]:
    """File that the loader is asked for and the folder does not have -> who asks for it."""
    here = {path.name for path in folder.rglob("*")}
    binaries = [path for path in folder.rglob("*") if _is_elf(path)]
    told = subprocess.run(
        ["objdump", "-p", *map(str, binaries)], capture_output=True, text=True, check=False
    )
    asked: dict[str, set[str]] = {}
    asker = ""
    for line in told.stdout.splitlines():
        if "file format" in line:
            asker = Path(line.split(":")[0]).name
        elif line.strip().startswith("NEEDED"):
            name = line.split()[1]
            if name not in here:
                asked.setdefault(name, set()).add(asker)
    return asked


def _is_elf(path: Path) -> bool:
    if path.is_symlink() or not path.is_file():
        return False
    with path.open("rb") as file:
        return file.read(4) == b"\x7fELF"


def depends(folder: Path) -> list[str]:
    """Debian's packages for what the folder does not bring; ends with a sentence for what no
    package is known for."""
    asked = missing(folder)
    unknown = {name: sorted(who)[:3] for name, who in asked.items() if name not in PACKAGES}
    if unknown:
        sys.exit(f"No package is named in {Path(__file__).name} for: {unknown}")
    return sorted({PACKAGES[name] for name in asked})


def _by_need(folder: Path) -> tuple[list[str], list[str]]:
    """Depends and Recommends: without Wayland's libraries Qt goes by X11, which every desktop has."""
    packages = depends(folder)
    wayland = [package for package in packages if package.startswith("libwayland-")]
    return [package for package in packages if package not in wayland], wayland


def _program(folder: Path, tree: Path) -> None:
    home = tree / HOME
    shutil.copytree(folder, home, symlinks=True, copy_function=_linked)
    (home / "installed-by").write_text("deb\n", "utf-8")
    command = tree / "usr/bin/workbench"
    command.parent.mkdir(parents=True)
    command.symlink_to(f"../lib/{NAME}/workbench")


def _linked(source: str, target: str) -> None:
    """Half a gigabyte need not be copied to be packed; another disk needs it."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


def _desktop(tree: Path, version: str, epoch: str) -> None:
    share = tree / "usr/share"
    day = datetime.fromtimestamp(int(epoch), UTC).strftime("%Y-%m-%d")
    for folder in ("applications", "metainfo", "icons/hicolor/scalable/apps"):
        (share / folder).mkdir(parents=True)
    for file in _LINUX.glob("*.desktop"):
        shutil.copy(file, share / "applications")
    for file in _LINUX.glob("*.metainfo.xml"):
        text = file.read_text("utf-8").replace("@VERSION@", version).replace("@DATE@", day)
        (share / "metainfo" / file.name).write_text(text, "utf-8")
    icon = ROOT / "resources/icons/workbench.svg"
    shutil.copy(icon, share / f"icons/hicolor/scalable/apps/{NAME}.svg")
    for lang, place in (("en", "man1"), ("zh", "zh_CN/man1")):
        page = share / "man" / place / "workbench.1.gz"
        run(
            [sys.executable, "-m", "installer.packages.man_page", lang, str(page), epoch],
            PYTHONPATH=str(ROOT),
        )


def _papers(tree: Path, version: str, epoch: str) -> None:
    doc = tree / "usr/share/doc" / NAME
    doc.mkdir(parents=True)
    shutil.copy(ROOT / "LICENSE", doc / "copyright")
    changes = (ROOT / "CHANGELOG.md").read_bytes()
    (doc / "CHANGELOG.md.gz").write_bytes(gzip.compress(changes, 9, mtime=0))
    (doc / "changelog.gz").write_bytes(gzip.compress(_changes(version, epoch), 9, mtime=0))
    for file in sorted((ROOT / "docs").glob("manual*.md")):
        shutil.copy(file, doc)
    run([sys.executable, str(ROOT / "installer/sbom.py"), str(doc / "sbom.cdx.json")])


def _changes(version: str, epoch: str) -> bytes:
    """What apt shows of a package's changes, in Debian's own form."""
    day = format_datetime(datetime.fromtimestamp(int(epoch), UTC))
    told = (
        f"{NAME} ({version}) stable; urgency=medium\n\n  * See CHANGELOG.md.gz beside this file.\n"
    )
    return f"{told}\n -- {_MAINTAINER}  {day}\n".encode()


def _control(version: str, folder: Path) -> str:
    needed, wayland = _by_need(folder)
    return f"""Package: {NAME}
Version: {version}
Architecture: amd64
Maintainer: {_MAINTAINER}
Installed-Size: {size(folder) // 1024}
Depends: {", ".join([*needed, "fontconfig-config", _FONTS])}
Recommends: {", ".join([*wayland, "xdg-utils", "gnome-keyring | kwalletmanager"])}
Section: misc
Priority: optional
Description: why an activation failed, with proof, and what to do about it
 Finds the caller of a consumer-credit call centre, says why an activation
 failed, with the evidence, and what to say and do next; logs complaints that
 survive a crash, and shows what rises. Brings its own Python and Qt.
"""
