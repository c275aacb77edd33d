import pytest
from synthetic import made

from govsim.experiments import Results


@pytest.fixture(scope="session")
def alone() -> Results:
    return made(tiers=("community", "street", "district", "city"), replications=4)


@pytest.fixture(scope="session")
def compared() -> Results:
    return made(policy_sets=("baseline", "night_visits"), replications=4)
