"""What a person may set: one table of options, kept as one JSON file in the profile."""

import json
import logging
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from workbench.domain.quiet_hours import HALF_HOURS
from workbench.files import write_whole
from workbench.policy import NONE, Policy

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Option:
    """``choices`` empty means any value of ``type``; ``about`` is by language."""

    name: str
    type: type
    default: Any
    about: dict[str, str]
    choices: tuple[Any, ...] = ()

    def accepts(self, value: object) -> bool:
        return type(value) is self.type and (not self.choices or value in self.choices)


ZOOMS = (80, 90, 100, 110, 125, 150, 175, 200)  # percent

OPTIONS: dict[str, Option] = {
    option.name: option
    for option in (
        Option(
            "language",
            str,
            "system",
            {"zh": "界面语言:跟随系统、中文或英文", "en": "Language: the system's, zh or en"},
            ("system", "zh", "en"),
        ),
        Option(
            "theme",
            str,
            "system",
            {
                "zh": "外观:跟随系统、浅色、深色或高对比度",
                "en": "Look: the system's, light, dark or high contrast",
            },
            ("system", "light", "dark", "contrast"),
        ),
        Option(
            "zoom",
            int,
            100,
            {"zh": "界面缩放，百分比", "en": "Size of everything, in percent"},
            ZOOMS,
        ),
        Option(
            "import_folder",
            str,
            "",
            {"zh": "上次导入文件所在的文件夹", "en": "The folder of the last import"},
        ),
        Option(
            "window_geometry",
            str,
            "",
            {"zh": "窗口的位置和大小", "en": "Place and size of the window"},
        ),
        Option(
            "complaints_queue",
            str,
            "",
            {"zh": "投诉页上次打开的队列", "en": "The queue that was last open on Complaints"},
        ),
        Option(
            "centre_address",
            str,
            "",
            {
                "zh": "中心的地址，预先填好（由本机策略设置）",
                "en": "The centre's address, filled in beforehand (set by the machine's policy)",
            },
        ),
        Option(
            "last_page",
            str,
            "",
            {"zh": "上次打开的页面", "en": "The page that was last in front"},
        ),
        Option(
            "softphone",
            bool,
            False,
            {
                "zh": "是否接收本机软电话的来电",
                "en": "Whether softphones on this computer are heard",
            },
        ),
        Option(
            "softphone_port",
            int,
            8765,
            {"zh": "软电话接口的端口", "en": "The port at which softphones are heard"},
        ),
        Option(
            "softphone_token",
            str,
            "",
            {"zh": "软电话令牌的 SHA-256", "en": "SHA-256 of the token that softphones bring"},
        ),
        Option(
            "notices",
            bool,
            True,
            {
                "zh": "是否提醒超期、故障和待回电",
                "en": "Whether deadlines, incidents and customers to call back are told of",
            },
        ),
        Option(
            "quiet_from",
            str,
            "21:00",
            {
                "zh": "免打扰开始（与结束相同则不设）",
                "en": "Quiet hours begin; none if they end then",
            },
            HALF_HOURS,
        ),
        Option(
            "quiet_until",
            str,
            "08:00",
            {"zh": "免打扰结束", "en": "Quiet hours end"},
            HALF_HOURS,
        ),
        Option(
            "tour",
            dict,
            {},
            {"zh": "导览进行到哪一步，按角色", "en": "At which step the tour is, by role"},
        ),
        Option(
            "place",
            dict,
            {},
            {"zh": "重新打开时要回到的位置", "en": "What was open when the window began anew"},
        ),
        Option(
            "keys",
            dict,
            {},
            {"zh": "自己改过的快捷键", "en": "The person's own shortcuts, by act"},
        ),
    )
}


class Settings:
    """Values of ``OPTIONS`` over their defaults.

    A bad value in the file counts as unset and is logged; keys that this version does not know
    are kept, for the version that wrote them. A disk that refuses a write is logged and no more:
    the value holds until the program ends, and no work stops for it. What the machine's ``policy``
    sets is the default; what it locks is the value.
    """

    def __init__(self, path: Path, policy: Policy = NONE) -> None:
        self._path, self._policy = path, policy
        self._values = _read(path)
        for name, value in self._values.items():
            if name in OPTIONS and not OPTIONS[name].accepts(value):
                _log.warning("%s: %s has a value that it cannot take", path.name, name)

    def get(self, name: str) -> Any:
        """The value, or the option's default; KeyError for an option that there is not."""
        option = OPTIONS[name]
        default = self._policy.settings.get(name, option.default)
        if self.locked(name):
            return default
        value = self._values.get(name, default)
        return value if option.accepts(value) else default

    def locked(self, name: str) -> bool:
        """Whether the administrator of the machine decides it."""
        return name in self._policy.locked

    def set(self, name: str, value: Any) -> None:
        """Written at once; what is locked stays. KeyError for no such option, ValueError for a value it cannot take."""
        option = OPTIONS[name]
        if not option.accepts(value):
            raise ValueError(f"{name} cannot be {value!r}")
        if self.locked(name):
            _log.info("%s stays as the machine's policy sets it", name)
            return
        if self._values.get(name) == value:
            return
        self._values[name] = value
        text = json.dumps(self._values, ensure_ascii=False, indent=2, sort_keys=True)
        try:
            write_whole(self._path, f"{text}\n".encode())
        except OSError as error:
            _log.warning("%s was not written: %s", self._path.name, error.strerror)


def _read(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        _log.warning("%s cannot be read (%s): defaults are used", path.name, type(error).__name__)
        return {}
    if not isinstance(found, dict):
        _log.warning("%s holds no options: defaults are used", path.name)
        return {}
    return found
