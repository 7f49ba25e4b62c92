"""What the program is made of, as CycloneDX JSON from the lock file: python3 installer/sbom.py [FILE]

Every package that an installation gets, with its version and the SHA-256 of each of its files: what
an auditor puts against lists of known faults (pip-audit, OSV, Dependency-Track read it).
"""

import json
import re
import sys
import uuid
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCK = ROOT / "requirements.lock"
_PIN = re.compile(r"^([A-Za-z0-9_.-]+)==(\S+)(?:\s*;\s*(.*?))?\s*\\?$")
_HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")


def components(lock: str) -> list[dict[str, object]]:
    found: list[dict[str, object]] = []
    for line in lock.splitlines():
        if pin := _PIN.match(line):
            name, version, where = pin.groups()
            found.append(
                {
                    "type": "library",
                    "bom-ref": f"pkg:pypi/{name}@{version}",
                    "name": name,
                    "version": version,
                    "purl": f"pkg:pypi/{name}@{version}",
                    "hashes": [],
                }
                | ({"properties": [{"name": "marker", "value": where}]} if where else {})
            )
        elif found and (digest := _HASH.search(line)):
            hashes = found[-1]["hashes"]
            assert isinstance(hashes, list)
            hashes.append({"alg": "SHA-256", "content": digest.group(1)})
    return found


def bill(lock: str, version: str) -> dict[str, object]:
    """The same for the same lock: its serial number is made of its content."""
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "serialNumber": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, version + lock)}",
        "version": 1,
        "metadata": {
            "component": {
                "type": "application",
                "name": "activation-workbench",
                "version": version,
                "purl": f"pkg:pypi/activation-workbench@{version}",
            }
        },
        "components": components(lock),
    }


def our_version() -> str:
    found = re.search(r'__version__ = "(.+)"', (ROOT / "workbench/__init__.py").read_text("utf-8"))
    assert found is not None
    return found.group(1)


def main(arguments: list[str]) -> None:
    body = json.dumps(bill(LOCK.read_text("utf-8"), our_version()), indent=1) + "\n"
    if arguments:
        Path(arguments[0]).write_text(body, "utf-8")
    else:
        sys.stdout.write(body)


if __name__ == "__main__":
    main(sys.argv[1:])
