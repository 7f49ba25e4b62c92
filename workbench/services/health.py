"""``workbench doctor``: one check after the other, none of which stops the next."""

from collections.abc import Callable, Iterator, Sequence

from workbench.domain.errors import KnownError
from workbench.domain.health import Finding, Health

Check = Callable[[], Iterator[Finding]]


def examine(checks: Sequence[tuple[str, Check]]) -> list[Finding]:
    """The findings of ``checks`` in order. A known error is a finding of its own: its sentence says
    what to do already."""
    found: list[Finding] = []
    for name, check in checks:
        try:
            found += check()
        except KnownError as error:
            found.append(Finding(name, Health.ILL, f"error.{error.key}", error.params))
    return found
