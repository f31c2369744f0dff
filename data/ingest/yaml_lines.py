"""YAML as it is written: every scalar its own text, every place its line.

YAML 1.1 reads `Yes` as true, `0012` as ten and `1.0` as a number; a mapping quotes the
answers of people, so nothing of that is wanted.
"""

from __future__ import annotations

from pathlib import Path

import yaml

from data.errors import MappingError

Place = tuple[str | int, ...]
NULL = "tag:yaml.org,2002:null"
MERGE = "tag:yaml.org,2002:merge"
# As deep as any mapping is nested, with room to spare.
DEEPEST = 20


class Written:
    """The content of a YAML file and the line of each place in it.

    Attributes:
        content: dicts, lists, text and None.
        file: the file's name without folders.
    """

    def __init__(self, path: Path) -> None:
        """Read *path*.

        Raises:
            MappingError: no such file, no UTF-8, no YAML, or a key twice.
        """
        self.file = path.name
        self._lines: dict[Place, int] = {}
        self._made: dict[int, object] = {}
        node = self._compose(path)
        self.content = self._value(node, ()) if node else None

    def line(self, place: Place) -> int:
        """Return the line of *place*, or of the nearest one around it."""
        for end in range(len(place), 0, -1):
            if place[:end] in self._lines:
                return self._lines[place[:end]]
        return self._lines.get((), 1)

    def _compose(self, path: Path) -> yaml.Node | None:
        try:
            text = path.read_text(encoding="utf-8-sig")
            return yaml.compose(text, Loader=yaml.SafeLoader)
        except FileNotFoundError as error:
            raise MappingError("there is no such mapping", file=self.file) from error
        except (OSError, UnicodeError) as error:
            raise MappingError(
                "this is no text; save the mapping as UTF-8", file=self.file
            ) from error
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            raise MappingError(
                f"this is no YAML: {error.problem}",
                file=self.file,
                line=mark.line + 1 if mark else 1,
            ) from error
        except (yaml.YAMLError, RecursionError) as error:
            raise MappingError("this is no YAML", file=self.file) from error

    def _value(self, node: yaml.Node, place: Place) -> object:
        self._lines.setdefault(place, node.start_mark.line + 1)
        if len(place) > DEEPEST:
            raise MappingError(
                "nested too deeply to be a mapping",
                file=self.file,
                line=node.start_mark.line + 1,
            )
        if id(node) not in self._made:
            self._made[id(node)] = self._fresh(node, place)
        return self._made[id(node)]

    def _fresh(self, node: yaml.Node, place: Place) -> object:
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, place)
        if isinstance(node, yaml.SequenceNode):
            return [self._value(n, (*place, k)) for k, n in enumerate(node.value)]
        return None if node.tag == NULL else _whole(str(node.value))

    def _mapping(self, node: yaml.MappingNode, place: Place) -> dict[str, object]:
        first: dict[str, int] = {}
        for key, _ in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise MappingError(
                    "a key is a word, not a list", file=self.file, line=_line(key)
                )
            if key.tag != MERGE and key.value in first:
                raise MappingError(
                    f"'{key.value}' stands twice (lines {first[key.value]} and "
                    f"{_line(key)}); leave one",
                    file=self.file,
                    line=_line(key),
                )
            first[key.value] = _line(key)
        yaml.constructor.SafeConstructor().flatten_mapping(node)
        found = {}
        for key, value in node.value:
            inner = (*place, _whole(str(key.value)))
            self._lines.setdefault(inner, _line(key))
            found[_whole(str(key.value))] = self._value(value, inner)
        return found


def _whole(text: str) -> str:
    """Join the two halves in which JSON writes an emoji."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _line(node: yaml.Node) -> int:
    return node.start_mark.line + 1
