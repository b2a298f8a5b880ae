"""What a browser tells the server of a page's widgets: their states, made from the elements that the page sent."""

from collections.abc import Iterable
from typing import Any

from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetStates


def states(messages: Iterable[ForwardMsg], before: WidgetStates | None = None) -> WidgetStates:
    """Return the states of the widgets among these messages, as they stand after a run that drew the page.

    before: as they stood; a widget that is drawn again keeps its state where the server does not set another.
    """
    found = WidgetStates()
    known = {} if before is None else {state.id: state for state in before.widgets}
    for message in messages:
        if message.WhichOneof("type") != "delta" or message.delta.WhichOneof("type") != "new_element":
            continue
        kind = message.delta.new_element.WhichOneof("type")
        if kind is None or (fill := _FILL.get(kind)) is None:
            continue
        widget = getattr(message.delta.new_element, kind)
        if widget.id in known and not widget.set_value:
            found.widgets.append(known[widget.id])
        else:
            fill(widget, found.widgets.add(id=widget.id))
    return found


def _selectbox(widget: Any, state: Any) -> None:
    state.string_value = widget.raw_value if widget.set_value else widget.options[widget.default]


def _number_input(widget: Any, state: Any) -> None:
    value = widget.value if widget.set_value else widget.default
    if widget.data_type == widget.INT:
        state.int_value = int(value)
    else:
        state.double_value = value


def _slider(widget: Any, state: Any) -> None:
    state.double_array_value.data.extend(widget.value if widget.set_value else widget.default)


def _multiselect(widget: Any, state: Any) -> None:
    values = widget.raw_values if widget.set_value else [widget.options[i] for i in widget.default]
    state.string_array_value.data.extend(values)


def _button_group(widget: Any, state: Any) -> None:
    names = [option.content for option in widget.options]
    values = widget.raw_values if widget.set_value else [names[i] for i in widget.default]
    state.string_array_value.data.extend(values)


def _text_input(widget: Any, state: Any) -> None:
    state.string_value = widget.value if widget.set_value else widget.default


_FILL = {
    "selectbox": _selectbox,
    "number_input": _number_input,
    "slider": _slider,
    "multiselect": _multiselect,
    "button_group": _button_group,
    "text_input": _text_input,
}
