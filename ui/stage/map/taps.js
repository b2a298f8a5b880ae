// Clicks and taps on a plot, told from drags by how far the pointer went, and from double clicks by how near the last one was.
// What is meant is the place that was pressed: a hand slips on the way up.

const STILL = 5; // pixels that a pointer may slip during a click
const DOUBLE = 350; // ms within which a second click belongs to the first
const NEAR = 12; // pixels within which it does

/**
 * @param {HTMLElement} panel the plot, and the ball that a first click puts under the pointer
 * @param {{onPress: (x: number, y: number) => void, onTap: (x: number, y: number) => void, onDoubleTap: () => void}} events places in the window's pixels; onPress: of a mouse's button, which may become a click
 */
export function watchTaps(panel, events) {
  /** @type {{id: number, x: number, y: number, ball: boolean}|null} */
  let down = null;
  let last = { at: -DOUBLE, x: 0, y: 0 };

  /** @param {PointerEvent} event */
  function press(event) {
    const on = event.target instanceof Element ? event.target.closest(".nsewdrag, .thw-start") : null;
    const counts = on !== null && event.isPrimary && event.button === 0;
    down = counts ? { id: event.pointerId, x: event.clientX, y: event.clientY, ball: on.matches(".thw-start") } : null;
    if (down && !down.ball && event.pointerType === "mouse") events.onPress(down.x, down.y);
  }

  /** @param {PointerEvent} event */
  function release(event) {
    if (!down || event.pointerId !== down.id) return;
    const still = Math.hypot(event.clientX - down.x, event.clientY - down.y) <= STILL;
    const { ball, x, y } = down;
    const tap = { at: performance.now(), x, y };
    down = null;
    if (!still) return;
    const second = tap.at - last.at < DOUBLE && Math.hypot(tap.x - last.x, tap.y - last.y) < NEAR;
    last = second ? { ...tap, at: -DOUBLE } : tap;
    if (second) events.onDoubleTap();
    else if (!ball) events.onTap(tap.x, tap.y);
  }

  const cancel = () => (down = null);
  panel.addEventListener("pointerdown", press, { capture: true });
  window.addEventListener("pointerup", release, { capture: true });
  window.addEventListener("pointercancel", cancel, { capture: true });

  return () => {
    panel.removeEventListener("pointerdown", press, { capture: true });
    window.removeEventListener("pointerup", release, { capture: true });
    window.removeEventListener("pointercancel", cancel, { capture: true });
  };
}
