// A slider that moves ten times finer while Shift is held or a second finger lies on the screen. The input is a native one, with its keys and
// its voice; only the pointer is handled here.

/**
 * @typedef {{position: number, at: number, offset: number}} Travel where the slider is, where the pointer is as a position, and how far
 *   the slider keeps from the pointer
 *
 * @typedef {Object} FineSlider
 * @property {HTMLElement} root what goes on the page; fine_slider.css has its style
 * @property {HTMLInputElement} input its positions are whole; it fires "input" and "change" as any slider does
 * @property {boolean} held whether a pointer has it
 * @property {boolean} fine whether what moves it right now moves it finely
 * @property {number} stride positions of an arrow key; a tenth of them with Shift
 */

const FINER = 10;
const SLIP = 4; // pixels that a finger moves before it means more than a tap
/** @type {Object<string, number>} */
const KEYS = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, PageDown: -10, PageUp: 10 };

/** @type {Set<number>} */
const fingers = new Set(); // on the screen
/** @type {Set<number>} */
const holding = new Set(); // those of them that have a slider
let watching = false;

/**
 * Where a drag leads: coarsely the slider keeps its distance from the pointer, finely it goes a tenth of the pointer's way.
 * @param {Travel} from
 * @param {number} at the pointer's next place, as a position
 * @param {boolean} fine
 * @param {[number, number]} ends the first and the last position
 * @returns {Travel}
 */
export function travelled(from, at, fine, [min, max]) {
  const wanted = fine ? from.position + (at - from.at) / FINER : at + from.offset;
  const position = Math.min(Math.max(wanted, min), max);
  return { position, at, offset: fine ? position - at : from.offset };
}

/**
 * A slider at a position; its ends are those of its input.
 * @returns {FineSlider}
 */
export function createFineSlider() {
  watchFingers();
  const root = document.createElement("span");
  root.className = "thw-fine";
  const input = document.createElement("input");
  input.type = "range";
  input.step = "1";
  root.append(input);
  /** @type {{id: number, pressed: number, travel: Travel|null, moved: boolean}|null} travel: null while a finger may only scroll */
  let hold = null;
  let fine = false;
  let stride = 1;
  let sent = NaN;

  /** @returns {[number, number]} */
  const ends = () => [Number(input.min), Number(input.max)];

  /** The pixels from the middle of the thumb at the first position to that at the last one, on the page. */
  function way() {
    const box = input.getBoundingClientRect();
    const thumb = parseFloat(getComputedStyle(input).getPropertyValue("--thw-thumb")) || 16;
    return { left: box.left + thumb / 2, width: Math.max(box.width - thumb, 1), thumb };
  }

  /** @param {number} clientX */
  function placeOf(clientX) {
    const [min, max] = ends();
    const { left, width } = way();
    return min + ((clientX - left) / width) * (max - min);
  }

  /** @param {number} position */
  function send(position) {
    const next = Math.round(position);
    if (next === sent) return;
    sent = next;
    if (hold) hold.moved = true;
    input.value = String(next);
    input.dispatchEvent(new Event("input", { bubbles: true }));
  }

  /** Begin where the pointer is; pressed on the thumb, or finely, where the slider is. @param {PointerEvent} event */
  function begin(event) {
    if (!hold) return;
    input.focus({ preventScroll: true });
    const [at, now] = [placeOf(hold.pressed), Number(input.value)];
    const { width, thumb } = way();
    const [min, max] = ends();
    const onThumb = (Math.abs(at - now) / (max - min || 1)) * width <= thumb / 2;
    const offset = fine || onThumb ? now - at : 0;
    hold.travel = travelled({ position: now, at, offset }, placeOf(event.clientX), fine, [min, max]);
    sent = now;
    send(hold.travel.position);
  }

  /** @param {PointerEvent} event */
  function onDown(event) {
    if (event.button !== 0 || hold || input.disabled) return;
    event.preventDefault(); // the input would drag its thumb besides
    const touch = event.pointerType === "touch";
    root.setPointerCapture(event.pointerId);
    root.toggleAttribute("data-held", true);
    hold = { id: event.pointerId, pressed: event.clientX, travel: null, moved: false };
    if (touch) take(event.pointerId);
    fine = isFine(event);
    if (!touch) begin(event);
  }

  /** @param {PointerEvent} event */
  function onMove(event) {
    if (hold?.id !== event.pointerId) return;
    fine = isFine(event);
    if (hold.travel) {
      hold.travel = travelled(hold.travel, placeOf(event.clientX), fine, ends());
      send(hold.travel.position);
    } else if (Math.abs(event.clientX - hold.pressed) >= SLIP) begin(event);
  }

  /** @param {PointerEvent} event */
  function onEnd(event) {
    if (hold?.id !== event.pointerId) return;
    if (event.type === "pointerup" && !hold.travel) begin(event); // a tap
    const { moved } = hold;
    hold = null;
    fine = false;
    root.toggleAttribute("data-held", false);
    if (moved) input.dispatchEvent(new Event("change", { bubbles: true }));
  }

  /** @param {KeyboardEvent} event */
  function onKey(event) {
    const way = KEYS[event.key];
    if (!way || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    fine = event.shiftKey;
    const [min, max] = ends();
    sent = Number(input.value);
    send(Math.min(Math.max(sent + way * (fine ? Math.max(1, stride / FINER) : stride), min), max));
    fine = false;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  }

  root.addEventListener("pointerdown", onDown);
  root.addEventListener("pointermove", onMove);
  for (const end of ["pointerup", "pointercancel", "lostpointercapture"]) root.addEventListener(end, (event) => onEnd(/** @type {PointerEvent} */ (event)));
  input.addEventListener("keydown", onKey);

  return {
    root,
    input,
    get held() {
      return hold !== null;
    },
    get fine() {
      return fine;
    },
    get stride() {
      return stride;
    },
    set stride(positions) {
      stride = positions;
    },
  };
}

/** @param {PointerEvent} event */
const isFine = (event) => event.shiftKey || (event.pointerType === "touch" && fingers.size > 1);

/** Beside a finger that has a slider another one means nothing else to the page. @param {Event} event */
function keep(event) {
  event.stopPropagation();
  if (event.cancelable) event.preventDefault();
}

/** @param {TouchEvent} event */
const keepSecond = (event) => event.touches.length > 1 && keep(event);
const BLOCKING = { capture: true, passive: false }; // scrolling waits for such a listener: it is there only while a slider is held

/** @param {number} id of a finger that takes a slider */
function take(id) {
  holding.add(id);
  window.addEventListener("touchstart", keepSecond, BLOCKING);
}

/** @param {PointerEvent} event */
function lift({ pointerId }) {
  fingers.delete(pointerId);
  if (holding.delete(pointerId)) window.removeEventListener("touchstart", keepSecond, BLOCKING);
}

/** @param {PointerEvent} event */
function lay(event) {
  if (event.pointerType !== "touch") return;
  fingers.add(event.pointerId);
  if (holding.size) keep(event);
}

/** Know which fingers lie on the screen. */
function watchFingers() {
  if (watching) return;
  watching = true;
  window.addEventListener("pointerdown", lay, true);
  for (const end of ["pointerup", "pointercancel"]) window.addEventListener(end, (event) => lift(/** @type {PointerEvent} */ (event)), true);
}
