"""What a text must contain, as a small tree that each engine writes in its own language."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations


@dataclass(frozen=True, slots=True)
class Word:
    text: str
    prefix: bool = False

    @property
    def needle(self) -> str:
        """What ` a text whose words stand between spaces ` holds when it has this one."""
        return f" {self.text}" if self.prefix else f" {self.text} "

    def matches(self, other: str) -> bool:
        return other.startswith(self.text) if self.prefix else other == self.text


@dataclass(frozen=True, slots=True)
class All:
    parts: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Any:
    parts: tuple[Expression, ...]


Expression = Word | All | Any


def all_of(parts: tuple[Expression, ...]) -> Expression:
    return parts[0] if len(parts) == 1 else All(parts)


def any_of(parts: tuple[Expression, ...]) -> Expression:
    return parts[0] if len(parts) == 1 else Any(parts)


def all_but_one(parts: tuple[Expression, ...]) -> Expression:
    """Every way to leave out one part."""
    if len(parts) < 2:
        return all_of(parts)
    return any_of(tuple(all_of(kept) for kept in combinations(parts, len(parts) - 1)))


def words_of(expression: Expression) -> tuple[Word, ...]:
    if isinstance(expression, Word):
        return (expression,)
    return tuple(word for part in expression.parts for word in words_of(part))
