"""What every test shares."""

from hypothesis import settings

# The same examples on every run and every machine; no time limit, for slow machines are no bug.
settings.register_profile("tallyclerk", derandomize=True, deadline=None, database=None)
settings.load_profile("tallyclerk")
