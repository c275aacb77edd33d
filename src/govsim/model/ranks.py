"""Who goes first when several things happen in the same second.

The tie rule: events are ordered by (time, rank, key), never by the order in which they were
scheduled. In one second,

 0. policies change the rules of offices (by office)
 1. cadres finish work (by cadre)
 2. waits outside the office end (by case)
 3. replies go out (by case)
 4. reply deadlines pass (by case)
 5. resolution deadlines pass (by case)
 6. residents judge what came of a closing (by case)
 7. superiors look into a closing (by case)
 8. offices are scored and ranked (by office)
 9. old cases are cleared out (month's end)
10. residents give up waiting (by case)
11. problems come back (by problem)
12. problems end by themselves (by problem)
13. causes are picked, and projects are finished (by policy, period, project)
14. departments meet, and what is special in an office ends (by conference, by lane)
15. sessions end: visits, patrols, councils, training (by policy and session)
16. problems and enquiries begin (by problem)
17. residents speak up (by problem, resident hit, contact)
18. desks open (by desk)
19. free cadres are matched to waiting cases, desk by desk
20. policies pay their bills (by cost line)
21. the books of the run are closed
"""

from enum import IntEnum


class Rank(IntEnum):
    """Order within one second: see the module's docstring."""

    CHANGE = 0
    FINISH = 1
    WAIT_ENDS = 2
    REPLY = 3
    REPLY_DUE = 4
    RESOLUTION_DUE = 5
    JUDGE = 6
    INSPECT = 7
    SCORE = 8
    CLEAN_UP = 9
    GIVE_UP = 10
    RECUR = 11
    HEAL = 12
    PROJECT = 13
    CONFERENCE = 14
    VISIT = 15
    BIRTH = 16
    CONTACT = 17
    OPENING = 18
    MATCH = 19
    PAY = 20
    BOOKS = 21
