// The Maps panel: in place of map, runs, curves and relief while the experiment says that a map is open.

import { atlasText, isSame, readAtlas, shortened } from "./shared/atlas.js";
import { createMapsHead } from "./maps_head.js";
import { createMapsKinds } from "./maps_kinds.js";
import { createMapsOpening } from "./maps_opening.js";
import { createPlanWork } from "./shared/plan_work.js";
import { elementsOf } from "../shared/elements.js";

/**
 * @typedef {import("./shared/atlas.js").Atlas} Atlas
 * @typedef {import("./shared/plan_work.js").Plan} Plan
 * @typedef {import("../flow/picture.js").Picture} Picture
 *
 * @typedef {Object} MapsHost
 * @property {(edits: import("../flow/requests.js").Edits, kind: "number"|"click") => void} onEdits
 * @property {() => Set<string>} unanswered the addresses of what is still on its way
 * @property {() => boolean} busy something is still being moved or waited for
 * @property {() => void} onGesture what was changed before is a change of its own
 * @property {() => void} onOpening a run is about to be seen in the lab: Back leads to the map from now on
 * @property {(away: boolean) => void} onAway whether the server sends no maps
 * @property {ReturnType<typeof import("../shared/tooltip.js").createTooltip>} tooltip
 */

const NO_RUN = "A map needs an optimizer: add one in the panel.";
const AROUND = [1e-3, 1e2]; // times the present rate: where a line over it begins and ends

/** What is shown first of an experiment. @param {Picture} picture @returns {Atlas} */
function firstAtlas({ packet, scene }) {
  const run = Math.max(0, scene.shown.indexOf(true));
  if (!packet.plane) return { kind: "basins", runs: [run], axes: [], window: null, color: "basin", seeds: 1 };
  const rate = Number(packet.numbers.values[`r${run + 1}.learning_rate`]) || 0.1;
  const ends = AROUND.map((factor) => Number((rate * factor).toPrecision(3)));
  return { kind: "line", runs: [], axes: [{ address: "learning_rate", low: ends[0], high: Math.min(1e3, ends[1]), scale: "log" }], window: null, color: "loss", seeds: 1 };
}

/** A link with another map open. @param {string} query @param {string} text */
function linkWith(query, text) {
  const words = new URLSearchParams(query);
  words.set("atlas", text);
  return words.toString();
}

/** What is shown of a map that was asked for. @param {Plan} plan @param {Atlas} atlas */
function standing(plan, atlas) {
  const own = readAtlas(plan.atlas);
  return own && own.kind === atlas.kind ? { ...own, window: atlas.window, color: atlas.color } : own;
}

/**
 * Whether there is no run to map; then a sentence stands alone.
 * @param {HTMLElement} panel
 * @param {Picture} picture
 * @param {{tell: (sentence: string, of: string) => void, stop: () => void}} acts
 */
function isWithoutRun(panel, { packet }, { tell, stop }) {
  const none = !packet.runs.length;
  if (none && !panel.hasAttribute("data-none")) stop();
  panel.toggleAttribute("data-none", none);
  tell(none ? NO_RUN : "", "runs");
  return none;
}

/**
 * @param {HTMLElement} root the stage
 * @param {MapsHost} host
 */
export function createMapsPanel(root, host) {
  const { byId } = elementsOf(root);
  const panel = byId("stage-maps-panel");
  const tellOf = noteOn(byId("maps-note"), () => kinds.resize());
  /** @type {Picture|null} */
  let picture = null;
  let text = ""; // of the map that is open, as this page has asked for it
  /** @type {Plan|null} */
  let plan = null;
  /** @type {{text: string, seen: import("./shared/atlas.js").Window|null}} what was seen of a map that was left before that had settled */
  let left = { text: "", seen: null };
  let fresh = true; // whether what is seen is to follow the text

  const kinds = createMapsKinds(root, {
    ...host,
    onNote: (sentence) => tellOf(sentence, "tile"),
    onSettled(seen) {
      const atlas = readAtlas(text);
      if (atlas) go({ ...atlas, window: seen && shortened(seen) }, false);
    },
    onOpen(edits) {
      left = { text, seen: view.seen };
      host.onOpening();
      host.onEdits({ ...edits, atlas: "" }, "click");
    },
    onSet: (edits) => (host.onGesture(), host.onEdits(edits, "number")),
  });
  const { view } = kinds;
  const plans = createPlanWork({
    onAway: host.onAway,
    onPlan(next) {
      plan = next;
      tellOf("", "tile");
      tellOf(next.note, "plan");
      showPlan();
    },
    onRefused(sentence) {
      plan = null;
      kinds.hide();
      tellOf(sentence, "plan");
    },
  });
  const head = createMapsHead(root, {
    onChange: (atlas) => go(alike(atlas, readAtlas(text)) ? { ...atlas, window: view.seen && shortened(view.seen) } : atlas, true),
    onReset: view.reset,
    onZoom: view.zoom,
    onClose: () => close(),
    onSave: () => kinds.save(panel),
    onSay: (sentence) => tellOf(sentence, "axis"),
  });

  /** Open another map, or see another part of it. @param {Atlas} atlas @param {boolean} anew */
  function go(atlas, anew) {
    const next = atlasText(atlas);
    if (isSame(next, text)) return;
    text = next;
    fresh = fresh || anew;
    follow();
    host.onEdits({ atlas: text }, "number");
  }

  /** What the text says is shown. */
  function follow() {
    const atlas = readAtlas(text);
    setOpen(atlas !== null);
    if (!atlas || !picture) return;
    opening.tell(atlas.kind);
    if (isWithoutRun(panel, picture, { tell: tellOf, stop })) return;
    head.show(atlas, plan);
    plans.look(linkWith(picture.packet.query, text));
  }

  function showPlan() {
    const atlas = readAtlas(text);
    if (!atlas || !plan || !picture) return;
    const stands = standing(plan, atlas);
    if (!stands) return;
    opening.tell(stands.kind);
    head.show(stands, plan);
    const kept = left.text === text ? left.seen : stands.window;
    const seen = fresh ? kept : undefined;
    fresh = false;
    kinds.show(plan, stands, picture, seen);
  }

  /** @param {boolean} open */
  function setOpen(open) {
    opening.bar(open || picture?.packet.runs.length ? "" : NO_RUN); // what is open can be closed
    if (opening.set(open) && !open) stop();
  }

  function stop() {
    plan = null;
    fresh = true;
    plans.stop();
    kinds.hide();
    host.tooltip.hide();
  }

  function close() {
    left = { text: "", seen: null };
    text = "";
    follow();
    host.onEdits({ atlas: "" }, "number");
    opening.focus();
  }

  const opening = createMapsOpening(root, {
    onFlip() {
      if (text) close();
      else if (picture) go(firstAtlas(picture), true);
    },
    onEscape: () => text && close(),
  });

  return {
    panel,
    /** @param {Picture} next */
    show(next) {
      picture = next;
      const { atlas } = next.packet;
      if (!host.unanswered().has("atlas") && !isSame(atlas, text)) [text, fresh] = [atlas, true];
      follow();
    },
    resize: kinds.resize,
    /** What tests may ask. */
    get told() {
      const { state } = view.shown;
      return state && { seen: state.seen, base: state.base, levels: state.levels, kind: state.plan.kind };
    },
    destroy() {
      opening.destroy();
      plans.stop();
      kinds.destroy();
    },
  };
}

/** Whether two maps have the same axes, so that what is seen of one may be seen of the other. @param {Atlas} one @param {Atlas|null} other */
const alike = (one, other) => other !== null && one.kind === other.kind && JSON.stringify(one.axes) === JSON.stringify(other.axes);

/** A sentence over the maps; what was said of something else stays where there is none. @param {HTMLElement} note @param {() => unknown} onRoom the maps have more or less room */
const noteOn = (note, onRoom) => (/** @type {string} */ sentence, /** @type {string} */ of) => {
  if (!sentence && note.dataset.of !== of) return;
  const isOther = note.hidden === Boolean(sentence);
  Object.assign(note, { textContent: sentence, hidden: !sentence });
  note.dataset.of = of;
  if (isOther) onRoom();
};
