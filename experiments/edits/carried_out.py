"""Several edits at once, as a page sends them: what is allowed is done, and what is not is said."""

from collections.abc import Mapping
from typing import Any

from experiments.edits.addresses import SmoothingError, UnknownAddressError, edited
from experiments.setup.experiment import Experiment
from parameter import Refusal

MOST = 64  # edits at once


def carried_out(experiment: Experiment, edits: Mapping[str, Any]) -> tuple[Experiment, tuple[str, ...]]:
    """Return the experiment after the edits, values by address (edited), and a sentence for each that was refused.

    What is not allowed changes nothing; of smoothing the most that is allowed is taken. All addresses that there are
    not have one sentence together. Edits beyond the first MOST are not looked at.
    """
    refused: list[str] = []
    unknown: list[UnknownAddressError] = []
    for address, value in list(edits.items())[:MOST]:
        try:
            experiment = edited(experiment, str(address), _plain(value))
        except SmoothingError as refusal:
            experiment = edited(experiment, str(address), refusal.most)
            refused.append(str(refusal))
        except UnknownAddressError as refusal:
            unknown.append(refusal)
        except Refusal as refusal:
            refused.append(str(refusal))
    if unknown:
        more = f" (nor for {len(unknown) - 1} more)" if len(unknown) > 1 else ""
        refused.append(f"{unknown[0]}{more}")
    return experiment, tuple(refused)


def _plain(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value
