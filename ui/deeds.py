"""What a person asks for: carried out, or refused or failed in one sentence, so that the page stands either way."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

from experiments.failures import STRICT, log_once, log_refused
from parameter import Refusal

FAILED = "That could not be done: an error of this program, which its log tells. Nothing was changed."
P = ParamSpec("P")


def deed(say: Callable[[str], None]) -> Callable[[Callable[P, None]], Callable[P, None]]:
    """Return what makes a function say why it was refused, or that it failed, where it would raise."""

    def marked(function: Callable[P, None]) -> Callable[P, None]:
        @wraps(function)
        def carried_out(*args: P.args, **kwargs: P.kwargs) -> None:
            try:
                function(*args, **kwargs)
            except Refusal as refusal:
                log_refused(str(refusal))
                say(str(refusal))
            except Exception as error:
                if STRICT.get():
                    raise
                log_once(f"What was asked ({function.__name__})", error)
                say(FAILED)

        return carried_out

    return marked
