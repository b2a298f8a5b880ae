"""Petals of 150 irises: three species, 50 of each in a row, measured in tenths of a centimetre.

R. A. Fisher (1936), The use of multiple measurements in taxonomic problems, Annals of Eugenics 7, 179-188; data by
E. Anderson. Values as in Fisher's table; UCI's copy, which differs in a few numbers, is under CC BY 4.0.
"""

import numpy as np

_LENGTHS = (
    "14 14 13 15 14 17 14 15 14 15 15 16 14 11 12 15 13 14 17 15 17 15 10 17 19 16 16 15 14 16 16 15 15 "
    "14 15 12 13 14 13 15 13 13 13 16 19 14 16 14 15 14 47 45 49 40 46 45 47 33 46 39 35 42 40 47 36 44 "
    "45 41 45 39 48 40 49 47 43 44 48 50 45 35 38 37 39 51 45 45 47 44 41 40 44 46 40 33 42 42 42 43 30 "
    "41 60 51 59 56 58 66 45 63 58 61 51 53 55 50 51 53 55 67 69 50 57 49 67 49 57 60 48 49 56 58 61 64 "
    "56 51 56 61 56 55 48 54 56 51 51 59 57 52 50 52 54 51"
)
_WIDTHS = (
    "2 2 2 2 2 4 3 2 2 1 2 2 1 1 2 4 4 3 3 3 2 4 2 5 2 2 4 2 2 2 2 4 1 2 2 2 2 1 2 2 3 3 2 6 4 3 2 2 2 2 "
    "14 15 15 13 15 13 16 10 13 14 10 15 10 14 13 14 15 10 15 11 18 13 15 12 13 14 14 17 15 10 11 10 12 "
    "16 15 16 15 13 13 13 12 14 12 10 13 12 13 13 11 13 25 19 21 18 22 21 17 18 18 25 20 19 21 20 24 23 "
    "18 22 23 15 23 20 20 18 21 18 18 18 21 16 19 20 22 15 14 23 24 18 18 21 24 23 19 23 25 23 19 20 23 "
    "18"
)


def petals() -> tuple[tuple[float, float, float], ...]:
    """Return (length, width, species) of each iris, length and width standardised; species 0 to 2."""
    columns = [np.array([int(word) for word in text.split()]) / 10 for text in (_LENGTHS, _WIDTHS)]
    length, width = ((column - column.mean()) / column.std() for column in columns)
    species = np.repeat([0.0, 1.0, 2.0], 50)
    return tuple((float(a), float(b), float(c)) for a, b, c in zip(length, width, species, strict=True))
