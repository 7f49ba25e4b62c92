"""The two families of error: known (tell the person what to do) and bug (everything else).

A known error carries a message key and its parameters, never a finished sentence: the outer
layers turn it into the person's language (``workbench.texts``), so nothing here is translated.
Library errors are translated into these at the edge where they appear.
"""


class KnownError(Exception):
    """Something a person can act on.

    ``key`` names the sentence in ``resources/texts/<lang>.json`` (``error.<key>``), ``params``
    fill its placeholders. ``exit_code`` is what a command ends with (design.md section 6).
    Params must never hold an identity in clear.
    """

    exit_code = 1

    def __init__(self, key: str, **params: object) -> None:
        super().__init__(f"{key} {params}" if params else key)
        self.key = key
        self.params = params

    def __reduce__(self) -> tuple[object, ...]:
        return _remade, (type(self), self.key, self.params)  # for another process


def _remade(kind: type[KnownError], key: str, params: dict[str, object]) -> KnownError:
    return kind(key, **params)


def _remade_conflict(
    key: str, clashes: tuple[object, ...], params: dict[str, object]
) -> "Conflict":
    return Conflict(key, clashes, **params)


class BadInput(KnownError):
    """A file, a mapping or a pack that cannot be used: says what, where and what to do."""


class Usage(KnownError):
    """The command or its options were wrong."""

    exit_code = 2


class NotPermitted(KnownError):
    """The role may not do this, or the operating system refused access."""

    exit_code = 4


class Busy(KnownError):
    """Another process holds what is needed, or a server is out of reach: try again."""

    exit_code = 5


class Conflict(KnownError):
    """Somebody else changed the same meanwhile. ``clashes`` hold both values, field by field:
    what was typed is not lost. They stay out of ``params``, which are printed."""

    exit_code = 5

    def __init__(self, key: str, clashes: tuple[object, ...] = (), **params: object) -> None:
        super().__init__(key, **params)
        self.clashes = clashes

    def __reduce__(self) -> tuple[object, ...]:
        return _remade_conflict, (self.key, self.clashes, self.params)


class StoreFault(KnownError):
    """The disk or the database refused: full, damaged, too new."""


class Cancelled(Exception):
    """The person stopped the work; the store is as it was before."""
