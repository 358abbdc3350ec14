"""How GitHub's runner reads a workflow command (actions/runner, `ActionCommand.TryParseV2`)."""

from collections.abc import Iterable

DATA = (("%0D", "\r"), ("%0A", "\n"), ("%25", "%"))
PROPERTY = (*DATA[:2], ("%3A", ":"), ("%2C", ","), DATA[2])


def obeyed(line: str) -> tuple[str, dict[str, str], str]:
    """Kind, properties and message of a command."""
    info, separator, message = line.lstrip().removeprefix("::").partition("::")
    assert line.lstrip().startswith("::") and separator
    kind, _, listed = info.partition(" ")
    pairs = [pair.split("=", 1) for pair in listed.split(",") if pair]
    return kind, {name: _plain(value, PROPERTY) for name, value in pairs}, _plain(message, DATA)


def _plain(text: str, escapes: Iterable[tuple[str, str]]) -> str:
    for escape, character in escapes:
        text = text.replace(escape, character)
    return text
