// What is pointed at on the maps, by mouse, finger or keys: the same cell on all of them, its run, and the way into the lab.

import { createHovered } from "../face/hovered.js";
import { cellRows, digitsOf, pointWords } from "./map_words.js";
import { elementsOf } from "../../shared/elements.js";
import { number } from "../../shared/format.js";

/**
 * @typedef {import("../tiles/tile_lattice.js").Box} Box
 * @typedef {import("../tiles/cells_of_run.js").Cell} Cell
 * @typedef {ReturnType<typeof import("../face/face.js").createFace>} Face
 *
 * @typedef {Object} MapsPointingHost
 * @property {() => import("./maps_view.js").State|null} state
 * @property {() => Face[]} faces
 * @property {ReturnType<typeof import("../face/small_map.js").createSmallMap>} small
 * @property {(edits: import("../../flow/requests.js").Edits) => void} onOpen
 * @property {ReturnType<typeof import("../../shared/tooltip.js").createTooltip>} tooltip
 */

const STRIDE = 1 / 40; // of what is seen: as far as an arrow leads
const SLIP = 10; // px that a finger's second tap may be beside its first
const FURTHER = 3; // levels finer than those asked for, of which cells are told where they are here

/**
 * @param {HTMLElement} root the stage
 * @param {MapsPointingHost} host
 */
export function createMapsPointing(root, host) {
  const { byId } = elementsOf(root);
  const [open, said] = [byId("maps-open"), byId("maps-said")];
  /** @type {ReturnType<typeof createHovered>[]} one a map */
  const hovered = [];
  /** @type {{place: [number, number], face: number, held: boolean}|null} held: by a finger or the keys, until another place is */
  let pointed = null;

  /** @param {number} face */
  function hoveredOf(face) {
    hovered[face] ??= createHovered({
      onPath(path) {
        const state = host.state();
        if (!state || !pointed) return;
        host.faces()[face]?.point({ path });
        if (state.plan.kind === "sweep") host.small.put(state.plan.runs[face].place, path);
      },
    });
    return hovered[face];
  }

  /** @param {[number, number]} place @returns {Array<Cell|null>} one a map */
  function cellsAt(place) {
    const state = host.state();
    if (!state) return [];
    const finest = state.levels[state.levels.length - 1];
    const levels = [...state.levels.slice(0, -1), finest];
    for (let level = state.levels[0] - 6; level < state.levels[0]; level++) levels.unshift(level);
    levels.sort((one, other) => one - other);
    const finer = Array.from({ length: FURTHER }, (_, i) => finest + 1 + i);
    return state.cells.map((cells) => cells.at(place, levels) ?? cells.at(place, finer));
  }

  /** What the edits of a cell are: of the run alone, or in the whole experiment. @param {Cell} cell @param {number} face @param {boolean} whole @returns {import("../../flow/requests.js").Edits} */
  function editsOf({ x, y }, face, whole) {
    const state = host.state();
    if (!state) return {};
    const { plan } = state;
    if (plan.kind === "basins") return { start: [x, y] };
    const [across, up] = whole ? plan.runs[face].labs : [plan.x.edit, plan.y?.edit ?? ""];
    return { [across]: x, [up]: y };
  }

  /** What a cell is of, in words. @param {Cell} cell */
  function titleOf({ x, y }) {
    const state = host.state();
    const [across, up] = digitsOf(state?.seen ?? [[0, 1], [0, 1]]);
    if (state?.plan.kind !== "sweep") return `Start ${pointWords([x, y], [across, up])}`;
    return `${state.plan.x.name} ${number(x, across)}, ${state.plan.y?.name ?? ""} ${number(y, up)}`;
  }

  /** @param {Array<Cell|null>} cells @returns {Array<Array<[string, string]>>} the rows of each */
  function rowsOf(cells) {
    const state = host.state();
    return cells.map((cell) => (cell && state ? cellRows(cell.tile, cell.at, state.nameOf, state.plan.seeds) : []));
  }

  /** @param {Array<Cell|null>} cells @param {{clientX: number, clientY: number}} where */
  function tell(cells, { clientX, clientY }) {
    const state = host.state();
    const first = cells.find((cell) => cell !== null);
    if (!state || !first) return void host.tooltip.hide();
    const rows = rowsOf(cells);
    if (cells.length === 1) return void host.tooltip.show(clientX, clientY, titleOf(first), rows[0].map(([label, value]) => ({ label, value })));
    const labels = rows.reduce((most, one) => (one.length > most.length ? one : most)).map(([label]) => label);
    const table = labels.map((name) => ({ color: "", name, values: rows.map((one) => one.find(([own]) => own === name)?.[1] ?? "") }));
    return void host.tooltip.table(clientX, clientY, titleOf(first), state.plan.runs.map(({ name }) => name), table);
  }

  /** @param {[number, number]} place @param {number} face @param {{clientX: number, clientY: number}|null} where the pointer is; null where none is @param {boolean} held */
  function pointAt(place, face, where, held) {
    const state = host.state();
    if (!state) return;
    pointed = { place, face, held };
    const cells = cellsAt(place);
    host.faces().forEach((one, i) => one.point({ place: i === face && !held ? null : place, cell: cells[i]?.covers ?? null }));
    cells.forEach((cell, i) => {
      if (cell && !state.plan.runs[i].why) hoveredOf(i).ask({ query: state.plan.runs[i].link, edits: editsOf(cell, i, false), key: cell.key });
    });
    tell(cells, where ?? host.faces()[face].toClient(place));
    open.hidden = !held || !cells[face];
    if (!held) return;
    said.dataset.held = "true"; // what is said of all cells waits meanwhile
    said.textContent = cells.map((cell, i) => (cell ? `${titleOf(cell)}, ${state.plan.runs[i].name}: ${rowsOf([cell])[0].map((row) => row.join(" ")).join(", ")}` : "Not made yet")).join(". ");
  }

  function leave() {
    pointed = null;
    delete said.dataset.held;
    open.hidden = true;
    for (const one of hovered) one?.stop();
    for (const face of host.faces()) face.point({ place: null, cell: null, path: null });
    host.tooltip.hide();
  }

  /** The cell that is pointed at goes to the lab. */
  function enter() {
    const cell = pointed && cellsAt(pointed.place)[pointed.face];
    if (!cell || !pointed || host.state()?.plan.runs[pointed.face].why) return;
    const edits = editsOf(cell, pointed.face, true);
    leave();
    host.onOpen(edits);
  }

  open.addEventListener("click", enter);

  return {
    leave,
    /** The axes have changed: what a finger or the keys hold stays. */
    follow() {
      if (pointed?.held) for (const face of host.faces()) face.point({});
    },
    /**
     * @param {number} face
     * @param {{seen: () => Box, move: (next: Box) => void, zoom: (factor: number) => unknown, reset: () => unknown}} axes
     * @returns {import("../face/face.js").FaceEvents}
     */
    eventsOf: (face, { seen, move, zoom, reset }) => ({
      seen,
      onMove(next) {
        if (!pointed?.held) leave();
        else host.tooltip.hide();
        move(next);
      },
      onPoint: (place, event) => pointAt(place, face, event, false),
      onTap(place, byFinger, event) {
        const again = byFinger && pointed?.held === true && isAgain([pointed.place, place], [pointed.place, place].map((one) => cellsAt(one)[face]), host.faces()[face]);
        if (!again || !byFinger) pointAt(place, face, event, byFinger);
        if (!byFinger || again) enter();
      },
      onLeave: () => !pointed?.held && leave(),
      onArrow(across, up, far) {
        const window_ = seen();
        const from = pointed?.place ?? /** @type {[number, number]} */ (window_.map(([low, high]) => (low + high) / 2));
        const cell = cellsAt(from)[face];
        const next = /** @type {[number, number]} */ ([across, up].map((way, i) => {
          const [low, high] = window_[i];
          const stride = far || !cell ? (high - low) * STRIDE : cell.covers[i][1] - cell.covers[i][0];
          return Math.max(low, Math.min(high, from[i] + way * stride));
        }));
        pointAt(pointed ? next : from, face, null, true);
      },
      onEnter: enter, onZoom: zoom, onReset: reset,
    }),
  };
}

/**
 * Whether a second tap means the cell of the first one, or where cells are finer than a finger the same spot.
 * @param {[[number, number], [number, number]]} places of both taps
 * @param {Array<Cell|null>} cells there
 * @param {Face} face
 */
function isAgain([first, second], [one, other], face) {
  if (!one || !other || one.key === other.key) return one !== null && other !== null;
  const apart = (/** @type {[number, number]} */ from, /** @type {[number, number]} */ to) => {
    const [a, b] = [from, to].map((place) => face.toClient(place));
    return Math.hypot(a.clientX - b.clientX, a.clientY - b.clientY);
  };
  const [[left, right], [low, high]] = one.covers;
  return apart([left, low], [right, high]) < SLIP && apart(first, second) < SLIP;
}
