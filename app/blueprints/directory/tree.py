"""The tree as the page shows it: branches, what hangs on those that are open, what the filter finds."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import groupby

from app.blueprints.directory.state import State
from app.domain.directory import GROUP_OF, Grouping, categories_of
from app.domain.territories import COLLECTIVITIES, DEPARTEMENTS, REGIONS
from app.models import Unit
from app.models.establishment import CPTS_CATEGORY
from app.policies.actor import Actor
from app.queries import directory as queries
from app.queries.directory import Branch, Structure, Wanted
from app.queries.directory_axes import Axis, axis_of
from app.search.expression import Word
from app.search.normalise import words
from app.search.question import Question, understand
from app.web.french import sort_key
from app.web.names import name_fr


@dataclass
class Leaf:
    """A structure of the tree. `units`: those to show, when it is open."""

    structure: Structure
    open: bool = False
    units: list[Unit] = field(default_factory=list)
    alias: str | None = None
    """Another name, shown when it is the one that was found."""

    @property
    def group(self) -> str | None:
        return GROUP_OF.get(self.structure.category_code)


@dataclass
class Limb:
    """A branch. `leaves`: what it shows, when it is open."""

    branch: Branch
    code: str
    open: bool = False
    leaves: list[Leaf] = field(default_factory=list)
    page: int = 1
    pages: int = 1

    @property
    def finess(self) -> list[str]:
        return [leaf.structure.finess for leaf in self.leaves]


@dataclass
class Tree:
    state: State
    limbs: list[Limb]
    total: int
    page: int = 1
    pages: int = 1
    question: Question | None = None

    @property
    def searched(self) -> tuple[Word, ...]:
        return self.question.terms if self.question else ()


def tree_of(state: State, actor: Actor) -> Tree:
    axis = axis_of(state.grouping, order=sort_key)
    wanted = Wanted(categories_of(state.groups, default=CPTS_CATEGORY), axis)
    if state.text:
        question = understand(state.text)
        return _found(state, actor, replace(wanted, question=question, places=_places(question, axis)))
    return _browsed(state, actor, wanted)


def _browsed(state: State, actor: Actor, wanted: Wanted) -> Tree:
    """Branches folded, except those of the address: a bounded number of statements for each of these."""
    state, at = _with_branch_of_what_is_open(state, actor, wanted)
    listed, pages = queries.branches(wanted, state.page)
    limbs = [Limb(branch, _code(wanted.axis, branch.key)) for branch in listed]
    for limb in limbs:
        if state.is_open(limb.branch.key):
            _open(limb, wanted, actor, state.page_of(limb.branch.key) or at.get(limb.branch.key, 1))
    leaves = [leaf for limb in limbs for leaf in limb.leaves if leaf.structure.finess in state.opened]
    queries.add_units([leaf.structure for leaf in leaves], actor)
    for leaf in leaves:
        leaf.open, leaf.units = True, leaf.structure.units
    total = sum(branch.count for branch in listed) if pages == 1 else queries.total(wanted)
    return Tree(state, limbs, total, min(state.page, pages), pages)


def _with_branch_of_what_is_open(state: State, actor: Actor, wanted: Wanted) -> tuple[State, dict[str, int]]:
    """`?open=` says enough: the branch opens, at the page where the structure stands."""
    if not state.opened:
        return state, {}
    last = queries.structure(state.opened[-1], wanted, actor)
    if last is None:
        return state, {}
    if not state.branches:
        state = replace(state, branches=((last.branch, 0),))
    if not state.is_open(last.branch):
        return state, {}
    return state, {last.branch: queries.page_holding(wanted, last.branch, last.finess)}


def _open(limb: Limb, wanted: Wanted, actor: Actor, page: int) -> None:
    found, limb.page, limb.pages = queries.on_branch(wanted, actor, limb.branch.key, page)
    limb.open, limb.leaves = True, [Leaf(structure) for structure in found]


def _found(state: State, actor: Actor, wanted: Wanted) -> Tree:
    """Only what answers, every branch open."""
    every = queries.branches(wanted)[0] if wanted.axis.labelled_here else []
    total = sum(branch.count for branch in every) if wanted.axis.labelled_here else queries.total(wanted)
    pages = max(1, -(-total // queries.PER_ANSWER))
    page = min(state.page, pages)
    rows = queries.found(wanted, actor, [branch.key for branch in every], page)
    counted = {branch.key: branch for branch in every or queries.branches_of(wanted, {row.branch for row in rows})}
    queries.add_units(rows, actor)
    queries.add_aliases(rows)
    limbs = [
        Limb(counted[key], _code(wanted.axis, key), open=True, leaves=[_answering(row, wanted, state) for row in group])
        for key, group in groupby(rows, key=lambda row: row.branch)
    ]
    return Tree(state, limbs, total, page, pages, wanted.question)


def _answering(structure: Structure, wanted: Wanted, state: State) -> Leaf:
    """Opens for a unit that answers when the structure itself does not bear the words."""
    terms = wanted.question.terms if wanted.question else ()
    told = (structure.name, structure.entity_name or "", structure.finess, structure.entity_finess or "")
    bears = any(_holds(text, terms) for text in told)
    answering = [unit for unit in structure.units if _holds(unit.name, terms)]
    if structure.finess in state.opened:
        return Leaf(structure, open=True, units=structure.units)
    if answering and not bears:
        return Leaf(structure, open=True, units=answering)
    alias = None if bears else next((name for name in structure.aliases if _holds(name, terms)), None)
    return Leaf(structure, alias=alias)


def _holds(text: str, terms: tuple[Word, ...]) -> bool:
    held = words(name_fr(text))
    return bool(terms) and all(any(term.matches(word) for word in held) for term in terms)


def _places(question: Question, axis: Axis) -> frozenset[str]:
    """Départements named by what was typed, themselves or by their région, where these are the branches."""
    if axis.grouping is Grouping.DEPARTEMENT:
        named = {code: f"{known.name} {code}" for code, known in DEPARTEMENTS.items()}
        named |= {code: f"{name} {code}" for code, name in COLLECTIVITIES.items()}
    elif axis.grouping is Grouping.TERRITORY and axis.labelled_here:
        named = {code: f"{known.name} {REGIONS[known.region]}" for code, known in DEPARTEMENTS.items()}
    else:
        return frozenset()
    return frozenset(code for code, label in named.items() if _holds(label, question.terms))


def _code(axis: Axis, key: str) -> str:
    return GROUP_OF.get(key, "") if axis.grouping is Grouping.TYPE else axis.code
