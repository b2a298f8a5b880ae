// The head of the Maps panel: which kind of map, of which run, over which numbers, and how it is coloured.

import { COLORS } from "./shared/atlas.js";
import { elementsOf } from "../shared/elements.js";
import { typed } from "../shared/format.js";

/**
 * @typedef {import("./shared/atlas.js").Atlas} Atlas
 * @typedef {import("./shared/atlas.js").AtlasAxis} AtlasAxis
 * @typedef {import("./shared/plan_work.js").Plan} Plan
 * @typedef {import("./shared/plan_work.js").PlanNumber} PlanNumber
 */

/** @type {Record<string, string>} */
const COLOR_WORDS = { basin: "minimum", outcome: "outcome", loss: "final loss", steps: "steps" };
const SEEDS = [1, 16];
const ENDS = "type two finite numbers, the lower one first.";
const ENDS_LOG = "type two finite numbers above 0, the lower one first, since the scale is logarithmic.";

/** The axis that suits a number. @param {PlanNumber} number @returns {AtlasAxis} */
export const axisOver = ({ address, low, high, scale }) => ({ address, low, high, scale });

/**
 * What a map of another kind shows first; null where there is none.
 * @param {Atlas["kind"]} kind
 * @param {number} run
 * @param {PlanNumber[]} numbers
 * @returns {Atlas|null}
 */
export function firstOf(kind, run, numbers) {
  const own = numbers.filter(({ places }) => kind === "line" || places.includes(run));
  const rate = own.find(({ address }) => address === "learning_rate") ?? own[0];
  const other = own.find(({ address }) => address.startsWith("parameters.") && address !== rate?.address) ?? own.find((one) => one !== rate);
  const axes = kind === "basins" ? [] : kind === "line" ? [rate] : [rate, other];
  if (axes.includes(undefined)) return null;
  const found = /** @type {PlanNumber[]} */ (axes).map(axisOver);
  return { kind, runs: kind === "line" ? [] : [run], axes: found, window: null, color: COLORS[kind][0], seeds: 1 };
}

/**
 * @param {HTMLElement} root the stage
 * @param {{onChange: (atlas: Atlas) => void, onReset: () => unknown, onClose: () => void, onZoom: (factor: number) => unknown, onSave: () => unknown, onSay: (sentence: string) => void}} events
 */
export function createMapsHead(root, events) {
  const { find, byId, onClick } = elementsOf(root);
  const panel = byId("stage-maps-panel");
  const select = (/** @type {string} */ id) => /** @type {HTMLSelectElement} */ (byId(id));
  const [run, beside, color, seeds] = ["maps-run", "maps-beside", "maps-color", "maps-seeds"].map(select);
  const kinds = [.../** @type {NodeListOf<HTMLButtonElement>} */ (panel.querySelectorAll("[data-kind]"))];
  const axes = [.../** @type {NodeListOf<HTMLElement>} */ (panel.querySelectorAll("[data-axis]"))].map((box) => axisControl(box));
  /** @type {Atlas|null} */
  let atlas = null;
  /** @type {Plan|null} */
  let plan = null;

  /** @param {Partial<Atlas>} change */
  const set = (change) => atlas && events.onChange({ ...atlas, ...change });

  for (const button of kinds) {
    button.addEventListener("click", () => {
      const kind = /** @type {Atlas["kind"]} */ (button.dataset.kind);
      const next = plan && kind !== atlas?.kind ? firstOf(kind, atlas?.runs[0] ?? plan.runs[0]?.place ?? 0, plan.numbers) : null;
      if (next) events.onChange(next);
    });
  }
  run.addEventListener("change", () => {
    const others = (atlas?.runs ?? []).slice(1).filter((one) => one !== Number(run.value));
    set({ runs: [Number(run.value), ...others] });
  });
  beside.addEventListener("change", () => set({ runs: [atlas?.runs[0] ?? 0, ...(beside.value === "" ? [] : [Number(beside.value)])] }));
  color.addEventListener("change", () => set({ color: color.value }));
  seeds.addEventListener("change", () => set({ seeds: Number(seeds.value) }));
  onClick("maps-close", events.onClose);
  onClick("maps-reset", () => events.onReset());
  onClick("maps-save", () => events.onSave());
  onClick("maps-zoom-in", () => events.onZoom(1.5));
  onClick("maps-zoom-out", () => events.onZoom(1 / 1.5));

  /** One control of a number that is an axis. @param {HTMLElement} box */
  function axisControl(box) {
    const place = box.dataset.axis === "x" ? 0 : 1;
    const number = /** @type {HTMLSelectElement} */ (box.querySelector("select"));
    const [low, high] = /** @type {HTMLInputElement[]} */ ([...box.querySelectorAll("input")]);
    const log = /** @type {HTMLButtonElement} */ (box.querySelector("button"));

    /** @param {Partial<AtlasAxis>} change */
    function change(change) {
      if (!atlas) return;
      const next = atlas.axes.map((axis, i) => (i === place ? { ...axis, ...change } : axis));
      const [one, other] = [next[place], next[1 - place]];
      if (other && one.address === other.address) next[1 - place] = atlas.axes[place]; // they change places
      set({ axes: next, window: null });
    }

    function typedIn() {
      const axis = atlas?.axes[place];
      const [from, to] = [low, high].map(({ value }) => (value.trim() ? Number(value.replaceAll("\u2212", "-").replaceAll(",", ".")) : NaN));
      const good = Number.isFinite(from) && Number.isFinite(to) && from < to && (axis?.scale !== "log" || from > 0);
      for (const one of [low, high]) one.setAttribute("aria-invalid", String(!good));
      events.onSay(good || !axis ? "" : `${number.selectedOptions[0]?.text ?? "An axis"}: ${axis.scale === "log" ? ENDS_LOG : ENDS}`);
      if (axis && good && (from !== axis.low || to !== axis.high)) change({ low: from, high: to });
    }

    number.addEventListener("change", () => {
      const found = plan?.numbers.find(({ address }) => address === number.value);
      if (found) change(axisOver(found));
    });
    for (const one of [low, high]) one.addEventListener("change", typedIn);
    log.addEventListener("click", () => {
      const axis = atlas?.axes[place];
      if (axis && axis.scale !== "whole" && (axis.scale === "log" || axis.low > 0)) change({ scale: axis.scale === "log" ? "linear" : "log" });
    });

    return () => {
      const axis = atlas?.axes[place];
      box.hidden = !axis;
      if (!axis || !plan) return;
      const runs = atlas?.runs ?? [];
      const numbers = plan.numbers.filter(({ places }) => runs.every((one) => places.includes(one)));
      fill(number, numbers.map(({ address, name }) => [address, name]), axis.address);
      for (const [input, value] of /** @type {Array<[HTMLInputElement, number]>} */ ([[low, axis.low], [high, axis.high]])) {
        if (document.activeElement !== input) input.value = typed(value, 6);
        input.setAttribute("aria-invalid", "false");
      }
      log.setAttribute("aria-pressed", String(axis.scale === "log"));
      log.hidden = axis.scale === "whole";
    };
  }

  return {
    /** @param {Atlas} nextAtlas @param {Plan|null} nextPlan null while it is on its way */
    show(nextAtlas, nextPlan) {
      [atlas, plan] = [nextAtlas, nextPlan];
      for (const button of kinds) {
        const kind = /** @type {Atlas["kind"]} */ (button.dataset.kind);
        button.setAttribute("aria-pressed", String(kind === nextAtlas.kind));
        button.disabled = kind !== nextAtlas.kind && !(nextPlan && firstOf(kind, nextAtlas.runs[0] ?? 0, nextPlan.numbers));
      }
      find(".thw-maps-runs").hidden = nextAtlas.kind === "line" || !nextPlan;
      if (!nextPlan) return;
      const all = nextPlan.all_runs.map(({ place, name }) => /** @type {[string, string]} */ ([String(place), name]));
      const [first, second] = nextAtlas.runs;
      fill(run, all, String(first ?? 0));
      fill(beside, [["", "no other"], ...all.filter(([place]) => place !== String(first))], second === undefined ? "" : String(second));
      /** @type {HTMLElement} */ (beside.parentElement).hidden = all.length < 2;
      fill(color, COLORS[nextAtlas.kind].map((key) => [key, COLOR_WORDS[key]]), nextAtlas.color);
      const counts = [...new Set([...SEEDS, nextAtlas.seeds])].sort((one, other) => one - other);
      fill(seeds, counts.map((count) => [String(count), String(count)]), String(nextAtlas.seeds));
      /** @type {HTMLElement} */ (seeds.parentElement).hidden = !nextPlan.noisy || nextAtlas.kind === "line";
      for (const showAxis of axes) showAxis();
      events.onSay("");
      find(".thw-maps-numbers").hidden = !nextAtlas.axes.length;
    },
  };
}

/**
 * The choices of a list; nothing is drawn anew where they are the same.
 * @param {HTMLSelectElement} list
 * @param {string[][]} options value and word
 * @param {string} value
 */
function fill(list, options, value) {
  const key = JSON.stringify(options);
  if (list.dataset.options !== key) {
    list.dataset.options = key;
    list.replaceChildren(...options.map(([one, word]) => new Option(word, one)));
  }
  list.value = value;
}
