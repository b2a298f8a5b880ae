"""A page's computing ends where its visitor has left: Streamlit asks a script to stop, which it notices too late."""

from streamlit.runtime.scriptrunner import StopException, get_script_run_ctx
from streamlit.runtime.scriptrunner_utils.script_requests import ScriptRequestType

from experiments.setup import attention


def is_part() -> bool:
    """Return whether a fragment of the page runs by itself. There is no public way to ask."""
    context = get_script_run_ctx()
    return context is not None and bool(context.fragment_ids_this_run)


def heed() -> None:
    """Have what this run of the page computes end, as st.stop() ends it, once Streamlit asks for that."""
    context = get_script_run_ctx()
    requests = None if context is None else context.script_requests
    if requests is None:
        return

    def left() -> bool:
        if requests._state is ScriptRequestType.STOP:  # there is no public way to ask without taking up a rerun
            raise StopException
        return False

    attention.watch(left)
