"""Changed rules: offices of some tiers work by other numbers for a time; a planner's own policy."""

from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, NamedTuple, get_type_hints

from pydantic import Field, create_model

from govsim.language import say
from govsim.model import plan
from govsim.model.plan import DAY, NEVER, CostLine
from govsim.scenario.handling import Closing, Deadlines, Satisfaction, Transfers, Triage, Work
from govsim.scenario.kinds import Duration, Kind, Money, MoneyPerYear, Text, Words, word
from govsim.scenario.naming import Found, known_tiers
from govsim.scenario.policies.rollout import Rollout

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from govsim.scenario.draft import Draft
    from govsim.scenario.models import Scenario
    from govsim.scenario.targets import Targets

ALL_TIERS = "all"
STEP = 90 * DAY  # of offices that learn


class Block(NamedTuple):
    """A block of the scenario whose numbers are rules of an office, and where they stand there."""

    words: type[Words]
    part: str  # of ``plan.Rules``
    names: dict[str, str] = {}  # noqa: RUF012 - of numbers that have another name there

    def numbers(self) -> dict[str, Kind]:
        """The numbers that can be changed, by their word."""
        types = get_type_hints(get_type_hints(plan.Rules)[self.part])
        found = {}
        for name, field in self.words.model_fields.items():
            kinds = [item for item in field.metadata if isinstance(item, Kind)]
            if kinds and types.get(self.names.get(name, name)) in (float, int):
                found[name] = kinds[0]
        return found


BLOCKS = {
    "triage": Block(Triage, "handling", {"error": "triage_error"}),
    "transfers": Block(Transfers, "handling", {"error": "transfer_error"}),
    "work": Block(Work, "handling"),
    "deadlines": Block(Deadlines, "deadlines"),
    "closing": Block(Closing, "closing"),
    "satisfaction": Block(Satisfaction, "satisfaction"),
}


def _changes_of(name: str, block: Block) -> type[Words]:
    """The block's words, each of which may be left out."""
    fields: dict[str, Any] = {
        number: (
            Annotated[Any, kind] | None,
            Field(None, description=block.words.model_fields[number].description),
        )
        for number, kind in block.numbers().items()
    }
    made = create_model(
        f"Changed{name.capitalize()}", __base__=Words, __module__=__name__, **fields
    )
    globals()[made.__name__] = made  # where other processes look for it
    return made


if TYPE_CHECKING:

    class Changes(Words):
        """New values of rules, in the words of the scenario."""

else:
    Changes = create_model(
        "Changes",
        __base__=Words,
        __module__=__name__,
        **{
            name: (_changes_of(name, block) | None, Field(None, description="new values"))
            for name, block in BLOCKS.items()
        },
    )


class ChangedRules(Rollout):
    """Offices of some tiers work by other numbers for a time."""

    KIND: ClassVar[str] = "changed_rules"
    TITLE: ClassVar[str] = "Changed rules"
    SUMMARY: ClassVar[str] = "A policy of your own: offices work by other numbers for a time."
    MECHANISM: ClassVar[str] = (
        "From its beginning to its end the offices of the named tiers, one after the other if it "
        "is rolled out, work by the values written under changes instead of the scenario's; with "
        "an intensity below 1, by values in between. Offices that learn go there in equal steps, "
        "one each quarter of a year. Later policies stand on earlier ones."
    )
    COSTS: ClassVar[str] = "What you write: money once, and by the year."
    SIDE_EFFECTS: ClassVar[tuple[str, ...]] = ()

    kind: Literal["changed_rules"] = word("the kind of policy")
    tiers: tuple[Text, ...] = word("whose offices: names, or lowest, second, highest, all")
    learned_over: Duration = word("from the old values to the new ones, a step each 90 days")
    changes: Changes = word("new values of rules, in the words of the scenario")
    cost_once: Money = word("in all, when it begins")
    cost_per_year: MoneyPerYear = word("in all")

    def mistakes(self, scenario: "Scenario") -> Found:
        """The tiers must be there."""
        yield from known_tiers(scenario, "tiers", self.tiers, ALL_TIERS)

    def obstacles(self, scenario: "Scenario") -> "Iterator[str]":
        """A policy that changes nothing was meant to say something."""
        if not self.targets():
            yield say("it changes nothing; write what it changes under changes")

    def targets(self) -> "Targets":
        """The new values, by part of the plan's rules."""
        found: dict[str, dict[str, float]] = {}
        for name, block in BLOCKS.items():
            words = getattr(self.changes, name)
            for number in block.numbers() if words is not None else ():
                value = getattr(words, number)
                if value is not None:
                    place = block.names.get(number, number)
                    found.setdefault(block.part, {})[place] = value
        return found

    def teach(self, draft: "Draft", offices: "Sequence[int]") -> None:
        """These offices of one tier begin, one after the other, and go on step by step."""
        targets = self.targets()
        for place, office in enumerate(offices):
            begins = self.reaches(place, len(offices))
            for after, until, part in self.steps():
                ends = self.ends if until == NEVER else min(begins + until, self.ends)
                draft.alter(office, begins + after, ends, targets, self.intensity * part)

    def steps(self) -> "Iterator[tuple[int, int, float]]":
        """From when to when after an office's beginning, and how much of the way: each the middle
        of what a steady teacher would have reached in that time."""
        count = -(-self.learned_over // STEP)
        for step in range(count):
            after, until = (self.learned_over * (step + end) // count for end in (0, 1))
            yield after, until, (step + 0.5) / count
        yield self.learned_over, NEVER, 1.0

    def change(self, draft: "Draft", index: int, name: str) -> None:
        """Office after office begins to work by the new values."""
        numbers = range(len(draft.first))
        chosen = (
            numbers
            if ALL_TIERS in self.tiers
            else sorted({draft.tier_number(tier) for tier in self.tiers})
        )
        for tier in chosen:
            self.teach(draft, draft.offices_of(tier))
        if self.intensity > 0.0:
            once, per_year = self.cost_once * self.intensity, self.cost_per_year * self.intensity
            draft.costs.append(CostLine(index, once, per_year, self.begins, self.ends))
