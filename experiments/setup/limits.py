"""How much one experiment may ask for. A host can lower the caps through the environment."""

import settings

LONGEST = 20_000  # steps; also the size of the compiled programs' record
MAX_STEPS = settings.whole("THALWEG_MAX_STEPS", LONGEST, LONGEST)
STEPS = min(300, MAX_STEPS)  # where nobody says how many
MAX_RUNS = settings.whole("THALWEG_MAX_RUNS", 6, 6)
MOST_REPEATS = 200  # of one run; also how many members are drawn
MAX_REPEATS = settings.whole("THALWEG_MAX_REPEATS", MOST_REPEATS, MOST_REPEATS)
MAX_SECONDS = settings.whole("THALWEG_MAX_SECONDS", 30, 86_400)  # of computing, estimated before (cost.py)
MAX_WRAPPERS = 4  # around one optimizer
MAX_SEED = 2**32 - 1
MAX_NAME = 24  # characters of a run's name
MAX_NAME_BYTES = 36  # of its UTF-8 form, so that a link stays short
MAX_RATE = 1e3
FARTHEST = 1e6  # of a start or a view, from the origin
