"""The demo end to end: the real window does the main job, and its pictures can be read."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]


@pytest.mark.slow
def test_the_demo_walks_the_whole_job_and_leaves_every_page_in_every_look(tmp_path: Path) -> None:
    from PySide6.QtGui import QImage

    shots = tmp_path / "shots"
    done = subprocess.run(
        [sys.executable, "-m", "workbench", "demo", "--headless", "--shots", str(shots), "--json",
         "--rows", "3000"],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env=os.environ | {"HOME": str(tmp_path / "home"), "QT_QPA_PLATFORM": "offscreen"},
        timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    made = [Path(name) for name in json.loads(done.stdout)["shots"]]
    pages = {path.name.split(".")[0] for path in made}
    assert pages == {
        "welcome", "import-mapping", "import-result", "lookup", "complaint-sheet", "complaints",
        "trends", "trends-rows", "rules", "settings",
    }  # fmt: skip
    for page in pages:
        looks = {}
        for lang in ("zh", "en"):
            for mode in ("light", "dark"):
                image = QImage(str(shots / f"{page}.{lang}.{mode}.png"))
                assert image.width() >= 900
                looks[lang, mode] = image
        corner = {
            mode: looks["zh", mode].pixelColor(3, 3).lightness() for mode in ("light", "dark")
        }
        assert corner["light"] > 150 > 100 > corner["dark"], f"{page}: the theme is drawn"
        assert looks["zh", "light"] != looks["en", "light"], f"{page}: the language is drawn"
