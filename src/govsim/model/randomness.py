"""Random numbers without a state: every draw is a pure function of who draws and why.

Generator: Threefry2x64-13 (Salmon, Moraes, Dror, Shaw: "Parallel random numbers: as easy as
1, 2, 3", SC11), checked against the published known-answer vectors.

Key layout, version 1 (never changed within a major version of govsim):

==========  ===========================================================
key word 0  seed
key word 1  replication
counter 0   entity: id of the problem, resident, office, cadre, session
counter 1   purpose in the top 16 bits, index in the low 48
==========  ===========================================================

One block gives two independent uniforms. No entity id depends on a policy or on the order of
events, so the same problem happens to the same resident at the same time under every policy.
"""

from enum import IntEnum

KEY_LAYOUT = 1
MASK = 0xFFFF_FFFF_FFFF_FFFF
PARITY = 0x1BD1_1BDA_A9FC_1A22
TO_UNIT = 1.0 / 4_503_599_627_370_496.0  # 2 to the -52: with a half added, still exact


class Purpose(IntEnum):
    """Why a number is drawn. A purpose keeps its number for ever; new ones are added at the end."""

    # entity: community and day
    DAY_LEVEL = 1
    BIRTHS = 2
    ENQUIRIES = 3
    # entity: day
    COMMON_LEVEL = 4
    # entity: problem
    BIRTH_MOMENT = 10
    CLASS_SEVERITY = 11
    WHO = 12
    HEAL_TIER = 13
    OWNER = 14
    COLLECTIVE = 15
    REPORT = 16
    REPORT_DELAY = 17
    THOUGHT = 18
    TOUCH = 19
    OUTSIDE = 20
    APPROVAL = 21
    RECURRENCE = 22
    HARDENING = 23
    FELLOW = 24
    FELLOW_WHO = 25
    # entity: problem; index: member, contact, step
    RECORDING = 30
    DISPATCH = 31
    BOUNCE_DELAY = 32
    REPLY = 33
    ASKING = 34
    PAPER = 35
    RETURN_DOWN = 36
    EXTENSION = 37
    MERGE = 38
    ACCEPT = 39
    CONFIRMATION = 40
    FEEL = 41
    SURVEY = 42
    NEXT_STEP = 43
    CONTACT_DELAY = 44
    SKIP = 45
    PATIENCE = 46
    CLEAN_UP = 47
    CHANNEL = 48
    # entity: resident
    INITIAL_TRUST = 60
    # entity: office, cadre
    OFFICE_SLOWNESS = 70
    CADRE_SLOWNESS = 71
    # entity: problem; index: policy and session
    BROUGHT_FORWARD = 80
    ON_THE_SPOT = 81
    # entity: problem; index: member, contact, number of the closing
    WATCHED = 90
    INSPECTED = 91
    FORMAL_REPLY = 92
    TERMINATED = 93
    CROWD = 94
    # entity: problem; index: policy and session
    PATROLLED = 110
    MENDED = 111
    AGENDA = 112
    # entity: problem; index: policy
    VISIBLE = 113  # of no policy: what can be seen from the street can be seen by all
    PREVENTED = 114
    # entity: problem; index: policy and project
    PROJECT = 115
    # entity: number of a door or an invitation; index: policy and session
    DOOR = 116
    INVITED = 117
    ATTENDS = 118
    # entity: policy and session
    CARRIED_OUT = 119
    # entity: problem or enquiry; index: member and contact
    CALL = 150
    DIRECT_ANSWER = 151
    INTAKE = 152
    # entity: problem; index: member, contact; last the policy, or which session of which instance
    LANE = 130
    HANDOVER = 136
    MEDIATION = 131
    SESSION_LENGTH = 132
    AGREEMENT = 133
    CONFERENCE = 134
    PERFUNCTORY = 135


Keys = tuple[int, int, int, int, int, int]  # the words that the rounds add, in order of use


def key_schedule(seed: int, replication: int) -> Keys:
    """The words that Threefry adds to its state, made once for all draws of a replication."""
    key0, key1 = seed & MASK, replication & MASK
    key2 = PARITY ^ key0 ^ key1
    return key0, key1, key2, (key2 + 1) & MASK, (key0 + 2) & MASK, (key1 + 3) & MASK


def threefry2x64(counter0: int, counter1: int, keys: Keys) -> tuple[int, int]:
    """One block of Threefry2x64-13: two 64-bit words from a 128-bit counter and a 128-bit key.

    Written out round by round because nothing else is called so often. The left word is cut to 64
    bits only where it must be: what overflows never comes back. Compiled, all words are unsigned
    64-bit numbers, which is why no bare number is ever added here.
    """
    key0, key1, key2, key2_plus_1, key0_plus_2, key1_plus_3 = keys
    x0 = counter0 + key0
    x1 = (counter1 + key1) & MASK
    x0 += x1
    x1 = ((x1 << 16 | x1 >> 48) ^ x0) & MASK
    x0 += x1
    x1 = ((x1 << 42 | x1 >> 22) ^ x0) & MASK
    x0 += x1
    x1 = ((x1 << 12 | x1 >> 52) ^ x0) & MASK
    x0 += x1
    x1 = ((x1 << 31 | x1 >> 33) ^ x0) & MASK
    x0 += key1
    x1 = (x1 + key2_plus_1) & MASK
    x0 += x1
    x1 = ((x1 << 16 | x1 >> 48) ^ x0) & MASK
    x0 += x1
    x1 = ((x1 << 32 | x1 >> 32) ^ x0) & MASK
    x0 += x1
    x1 = ((x1 << 24 | x1 >> 40) ^ x0) & MASK
    x0 += x1
    x1 = ((x1 << 21 | x1 >> 43) ^ x0) & MASK
    x0 += key2
    x1 = (x1 + key0_plus_2) & MASK
    x0 += x1
    x1 = ((x1 << 16 | x1 >> 48) ^ x0) & MASK
    x0 += x1
    x1 = ((x1 << 42 | x1 >> 22) ^ x0) & MASK
    x0 += x1
    x1 = ((x1 << 12 | x1 >> 52) ^ x0) & MASK
    x0 += x1
    x1 = ((x1 << 31 | x1 >> 33) ^ x0) & MASK
    x0 += key0
    x1 = (x1 + key1_plus_3) & MASK
    x0 += x1
    x1 = ((x1 << 16 | x1 >> 48) ^ x0) & MASK
    return x0 & MASK, x1


def draw(keys: Keys, counter0: int, counter1: int) -> tuple[float, float]:
    """Two independent numbers, uniform on (0, 1), never 0 or 1."""
    x0, x1 = threefry2x64(counter0, counter1, keys)
    return ((x0 >> 12) + 0.5) * TO_UNIT, ((x1 >> 12) + 0.5) * TO_UNIT


def reason(purpose: int, index: int) -> int:
    """The second counter word: why something is drawn, and the how-many-eth time."""
    return purpose << 48 | index


def uniforms(
    seed: int, replication: int, entity: int, purpose: int, index: int
) -> tuple[float, float]:
    """Two independent uniforms for whoever draws only now and then."""
    return draw(key_schedule(seed, replication), entity, reason(purpose, index))


def contact_index(member: int, contact: int, step: int) -> int:
    """Index of a draw about one contact: which resident hit, which of its contacts, which step."""
    return member << 24 | contact << 16 | step


def problem_id(community: int, day: int, stream: int, k: int) -> int:
    """Id of a problem: its community's ordinal, its day (-8192 to 8191), its stream, its number.

    Stream 0 is the ordinary one, 1 to 14 are surges, 15 enquiries.
    """
    return ((community << 14 | day + 8192) << 4 | stream) << 16 | k


DAY_PLACE, DAY_BITS, DAY_ZERO = 20, 14, 8_192  # of the day within a problem's id
INHERITED_DAY = -8192  # of ids: no problem is drawn on that day
INHERITED_AT_ONCE = 15 << 16  # problems of that day in one community: all streams but enquiries


def inherited_id(community: int, k: int) -> int:
    """Id of the problem behind the k-th grievance that a community brings along."""
    return problem_id(community, INHERITED_DAY, k >> 16, k & 65_535)


TRIFLES = 1 << 15  # among the numbers of a day's enquiries


def trifle_id(community: int, day: int, policy: int, k: int) -> int:
    """Id of a report of nothing much: an enquiry that nobody asked."""
    return problem_id(community, day, 15, TRIFLES | (policy & 7) << 12 | k & 4095)


def resident_id(community: int, number: int) -> int:
    """Id of a resident: community's ordinal and the number within it."""
    return community << 32 | number
