"""Writes event records into chunks and hands each full chunk on."""

from collections.abc import Callable
from struct import Struct

import numpy as np
from numpy.typing import NDArray

from govsim.engines.agents.clock import Clock
from govsim.engines.agents.things import Grievance, Problem
from govsim.model.records import ABSENT, NO_INDEX, RECORD, Kind

CHUNK = 65_536  # records handed on together, and as many more as come on the day
PACKED = Struct("@7q3i5BHd")  # the fields of RECORD in their order, aligned as it is
pack = PACKED.pack

Records = NDArray[np.void]


class Recorder:
    """One stream of flat records, in the order of events."""

    def __init__(self, clock: Clock, drain: Callable[[Records], None]) -> None:
        assert PACKED.size == RECORD.itemsize
        self.clock = clock
        self.drain = drain
        self.rows: list[bytes] = []

    def case(
        self,
        kind: Kind,
        grievance: Grievance,
        *,
        code: int = 0,
        flags: int = 0,
        value: float = 0.0,
    ) -> None:
        """Something happened to a grievance, where it lies."""
        now = self.clock.now
        self.rows.append(pack(
            now, now, now, grievance.registered,
            grievance.number, grievance.subject, grievance.resident, grievance.office,
            grievance.home, ABSENT, kind, code,
            grievance.klass, grievance.segment, grievance.channel, flags, value,
        ))  # fmt: skip

    def stretch(
        self,
        kind: Kind,
        grievance: Grievance,
        enabled: int,
        started: int,
        *,
        code: int,
        flags: int = 0,
        value: float = 0.0,
        cadre: int = ABSENT,
    ) -> None:
        """Something that took time has ended: it could have begun then, and began then."""
        self.rows.append(pack(
            self.clock.now, enabled, started, grievance.registered,
            grievance.number, grievance.subject, grievance.resident, grievance.office,
            grievance.home, cadre, kind, code,
            grievance.klass, grievance.segment, grievance.channel, flags, value,
        ))  # fmt: skip

    def problem(
        self,
        kind: Kind,
        problem: Problem,
        *,
        code: int = 0,
        flags: int = 0,
        value: float = 0.0,
        channel: int = NO_INDEX,
    ) -> None:
        """Something happened to a problem, in its community."""
        now = self.clock.now
        at = problem.community
        self.rows.append(pack(
            now, now, now, problem.born, ABSENT, problem.id, problem.resident, at, at, ABSENT,
            kind, code, problem.klass, problem.segment, channel, flags, value,
        ))  # fmt: skip

    def question(
        self, kind: Kind, enquiry: int, community: int, segment: int, channel: int, code: int
    ) -> None:
        """Something happened to a question that is no case."""
        now = self.clock.now
        self.rows.append(pack(
            now, now, now, ABSENT, ABSENT, enquiry, ABSENT, community, community, ABSENT,
            kind, code, NO_INDEX, segment, channel, 0, 0.0,
        ))  # fmt: skip

    def resident(
        self, kind: Kind, resident: int, community: int, segment: int, value: float
    ) -> None:
        """Something happened to a resident."""
        now = self.clock.now
        self.rows.append(pack(
            now, now, now, ABSENT, ABSENT, ABSENT, resident, community, community, ABSENT,
            kind, 0, NO_INDEX, segment, NO_INDEX, 0, value,
        ))  # fmt: skip

    def cadre(
        self,
        kind: Kind,
        cadre: int,
        office: int,
        *,
        code: int = 0,
        flags: int = 0,
        value: float = 0.0,
    ) -> None:
        """A cadre did something that belongs to no case."""
        now = self.clock.now
        self.rows.append(pack(
            now, now, now, ABSENT, ABSENT, ABSENT, ABSENT, office, office, cadre,
            kind, code, NO_INDEX, NO_INDEX, NO_INDEX, flags, value,
        ))  # fmt: skip

    def place(self, kind: Kind, office: int, klass: int, code: int, value: float) -> None:
        """Something happened to a class of problems in an area."""
        now = self.clock.now
        self.rows.append(pack(
            now, now, now, ABSENT, ABSENT, ABSENT, ABSENT, office, office, ABSENT,
            kind, code, klass, NO_INDEX, NO_INDEX, 0, value,
        ))  # fmt: skip

    def day_ends(self) -> None:
        """Hand on the chunk if it is full."""
        if len(self.rows) >= CHUNK:
            self.flush()

    def flush(self) -> None:
        """Hand on what there is."""
        if self.rows:
            self.drain(np.frombuffer(bytearray().join(self.rows), dtype=RECORD))
            self.rows = []
