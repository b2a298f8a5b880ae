// The stage: wires pictures, views, player and address bar together. Streamlit calls the default export at every change of data or theme.

import { createCards } from "./cards/cards.js";
import { createRaceTable } from "./cards/race_table.js";
import { createCurvesView } from "./curves/curves_view.js";
import { showLegend } from "./curves/legend.js";
import { createDataView } from "./data/data_view.js";
import { createAsking } from "./flow/asking.js";
import { createAway } from "./flow/away.js";
import { createDescriptions } from "./flow/descriptions.js";
import { watchSizes } from "./flow/fitting.js";
import { createIncoming } from "./flow/incoming.js";
import { createRoom, isElongated } from "./flow/room.js";
import { createShowing } from "./flow/showing.js";
import { createStanding, say } from "./flow/standing.js";
import { createSummary } from "./flow/summary.js";
import { createViews } from "./flow/views.js";
import { createHooks } from "./hooks.js";
import { showInsideLegend } from "./inside/inside_legend.js";
import { createInsidePanel } from "./inside/inside_panel.js";
import { loadExamples } from "./lesson/examples.js";
import { createLesson } from "./lesson/lesson.js";
import { bordersOf } from "./map/axes.js";
import { createAxisNames } from "./map/axis_names.js";
import { createHint } from "./map/hint.js";
import { createPlaneNote } from "./map/plane_note.js";
import { createMapPanel } from "./map/map_panel.js";
import { createMapsPanel } from "./maps/maps_panel.js";
import { tipArea } from "./maps/tip_area.js";
import { tell, toldBy } from "./panel/edits.js";
import { createPresent } from "./present/present.js";
import { createPointing } from "./pointing.js";
import { createReliefPanel } from "./relief/relief_panel.js";
import { createSave } from "./save/save.js";
import { createToast } from "./shared/clipboard.js";
import { elementsOf } from "./shared/elements.js";
import { createFullScreen } from "./shared/full_screen.js";
import { placeIcons } from "./shared/icons.js";
import { loadPage } from "./shared/page.js";
import { readTheme } from "./shared/theme.js";
import { createTooltip } from "./shared/tooltip.js";
import { watchTitles } from "./shared/titles.js";
import { watchViewSwitch } from "./shared/view_switch.js";
import { createStrip } from "./strip/strip.js";
import { createPlayer } from "./time/player.js";
import { createPlayerBar } from "./time/player_bar.js";

/**
 * @typedef {import("./flow/packet.js").Packet} Packet
 * @typedef {import("./flow/requests.js").Message & {plotly: string}} Message of the session: which experiment it is; plotly: its address
 * @typedef {{parentElement: HTMLElement, data: Message|null, setStateValue: (name: string, value: any) => void}} Component
 */

/** @type {WeakMap<HTMLElement, ReturnType<typeof createStage>>} */
const stages = new WeakMap();
/** @type {() => HTMLElement} */
let freshPage;
/** @type {import("./lesson/examples.js").Example[]} */
let path = [];

/** Fetch what is needed before the stage can be mounted. */
export async function load() {
  [freshPage, path] = await Promise.all([loadPage(), loadExamples()]);
}

/**
 * @param {Component} component
 * @returns {() => void} cleanup
 */
export default function mount(component) {
  const host = component.parentElement;
  let stage = stages.get(host);
  if (stage && !stage.root.isConnected) {
    stage.destroy();
    stage = undefined;
  }
  if (!stage) {
    const place = host.querySelector(".thw-place");
    if (!place) return () => {};
    const root = freshPage();
    place.replaceChildren(root);
    stage = createStage(root);
    stages.set(host, stage);
  }
  stage.receive(component);
  return () => {
    stages.get(host)?.destroy();
    stages.delete(host);
  };
}

/** @param {HTMLElement} root */
function createStage(root) {
  const [{ find, byId }, calm] = [elementsOf(root), window.matchMedia("(prefers-reduced-motion: reduce)")];
  /** @type {Component|null} */
  let component = null;
  let theme = dressed(root, readTheme(root));
  placeIcons(root);

  const [away, tooltip] = [createAway(find(".thw-away")), createTooltip(find(".thw-tip"), root)];
  const report = (/** @type {string} */ what, detail = {}) => root.dispatchEvent(new CustomEvent(`thalweg:${what}`, { detail, bubbles: true }));
  const asking = createAsking(root, byId("stage-many"), {
    tell: (settled) => component?.setStateValue("settled", settled),
    onWaiting(waiting, kind) {
      root.dataset.waiting = String(waiting);
      if (waiting && kind !== "wants") root.dataset.changed = "true";
    },
    onAway: away.tell,
    onRest: () => showing.unpark(),
    dragging: () => map.start.dragging, newest: () => incoming.newest,
    onPicture: (packet, asked) => incoming.receive(packet, asked), onRefused: (sentence) => incoming.complain(sentence),
    onSketch(sketch, { kind, at }) {
      showing.sketch(sketch, kind);
      report("sketched", { kind, ms: performance.now() - at });
    },
    onAdvice: (packet) => showing.picture?.packet === packet && standing.part("The advice", null, () => cards.advise(packet.advice)),
    onMembers: (more) => incoming.amend(more),
  });
  const { requests, sketches, wants, advising, address } = asking;
  const pointing = createPointing({ tooltip, readout: byId("stage-readout") }, { picture: () => showing.picture, busy: () => map.start.dragging });
  const player = createPlayer({
    onTime: (time, moving) => views.draw({ time, step: Math.floor(time), moving: moving && time < player.steps }),
    onPlaying: (playing) => bar.setPlaying(playing),
  });
  const bar = createPlayerBar(root, player, { onScrubbing: tooltip.hide });
  const map = createMapPanel(root, {
    pointing, picture: () => showing.picture, ahead: () => requests.ballAhead,
    onRequest: request, onForeseen: requests.foresee, onGrab: player.finish, onLens: tooltip.hide, onRefused: createToast(find(".thw-toast")),
  });
  const relief = createReliefPanel(root, { pointing });
  const onEdits = (/** @type {import("./flow/requests.js").Edits} */ edits, /** @type {boolean} */ live) => request({ kind: live ? "slide" : "number", edits });
  const data = createDataView(root, { tooltip, unanswered: () => requests.editing, onGesture: address.write, onEdits });
  const busy = () => map.start.dragging || requests.ahead || document.hidden || document.querySelector("[data-held]") !== null;
  const curves = createCurvesView(root, {
    onScrub: player.scrub, onHover: pointing.sayValues, onMark: pointing.sayMark, onLeave: tooltip.hide, onWants: wants.wantAll, tooltip, onEdits, busy,
  });
  const maps = createMapsPanel(root, { tooltip: createTooltip(find(".thw-tip"), root, () => tipArea(root)), busy, unanswered: () => requests.editing, onGesture: address.write, onOpening: address.begin, onAway: (gone) => away.tell("maps", gone), onEdits: (edits, kind) => request({ kind, edits }) });
  const inside = createInsidePanel({ host: byId("stage-inside-panel"), button: byId("stage-inside") }, { onToggle: (open) => wants.want("inside", open) });
  const cards = createCards(find(".thw-cards"), { onToggle: (index) => showing.toggle(index), onAdvice: takeAdvice });
  const [room, hint] = [roomOn(root), createHint(find(".thw-hint"))];
  const lesson = createLesson(root, path, { onChoose: (query) => request({ kind: "example", query }) });
  const strip = createStrip({ list: byId("stage-runs"), more: byId("stage-more-runs"), none: find(".thw-none") }, { onToggle: (index) => showing.toggle(index) });

  const standing = createStanding({ report: (name, error) => console.error(`${name} could not be drawn`, error) });
  const views = createViews(partsOf(root, { lesson, strip, room, map, relief, data, curves, maps, inside, cards, bar, hint, unanswered: () => requests.editing }), standing);
  const showing = createShowing(theme, { views, player, requests, sketches }, {
    dragging: () => map.start.dragging,
    calm: () => calm.matches,
    onFirst: () => inside.setOpen(wants.has("inside")),
    onSketched({ packet }) {
      root.dataset.moving = "true";
      tell(toldBy(packet), requests.editing);
    },
    onBegun: () => report("begun"),
    onShown({ packet }) {
      Object.assign(root.dataset, { moving: "false", changed: "false", ready: "true" });
      advising.rest(packet.advice);
    },
    onDrawn({ packet }, ms) {
      root.dataset.hash = packet.hash;
      report("drawn", { hash: packet.hash, ms });
      address.update(packet.query);
    },
  });
  const incoming = createIncoming(find(".thw-message"), {
    plotly: () => component?.data?.plotly ?? "",
    onSame,
    onNew: asking.begin,
    onRetry: requests.again,
    show: showing.show,
  });
  const fitting = watchSizes(views.plots, { ready: () => showing.ready, fit: (changed) => views.resize(changed).then(player.tell) });
  const [fullScreen, titles] = [createFullScreen(root, byId("stage-fullscreen")), watchTitles(root)];
  const turning = { onPrevious: lesson.path.previous, onNext: lesson.path.next };
  const present = createPresent(root, { button: byId("stage-present"), blank: byId("stage-blank") }, { onChange: room.fit, onFullScreen: fullScreen.flip, ...turning });

  /** The picture that is shown, or waits to be, came again. @param {Packet} packet @param {Packet} newest @param {import("./flow/requests.js").Asked} asked */
  function onSame(packet, newest, asked) {
    if (showing.picture?.packet !== newest) showing.unpark();
    else if (asked.played || asked.kind === "click") player.playFromStart();
    else showing.settle();
    root.dataset.moving = root.dataset.changed = "false";
    if (showing.picture) map.start.putBack(showing.picture.packet);
    tell(toldBy(packet), requests.editing);
    address.update(packet.query);
  }

  function restyle() {
    const next = readTheme(root);
    if (next.key === theme.key) return;
    theme = dressed(root, next);
    showing.restyle(theme);
  }

  /** @param {import("./flow/requests.js").Request} what */
  function request(what) {
    hint.leave();
    tooltip.hide();
    requests.ask(what);
  }

  /** @param {number} run @param {number} index */
  function takeAdvice(run, index) {
    const query = showing.picture?.packet.advice?.runs[run]?.[index].query;
    if (query) request({ kind: "advice", query });
  }

  furnish(root);
  const save = createSave(root, { map, relief, player, picture: () => showing.picture, link: address.link, onOpen: (query) => request({ kind: "open", query }) });
  Object.defineProperty(root, "thalweg", { configurable: true, value: createHooks({ map, maps, relief, data, player, showing }) });

  return {
    root,
    /** @param {Component} next */
    receive(next) {
      component = next;
      restyle();
      if (next.data) requests.hear(next.data);
    },
    destroy() {
      for (const one of [incoming, showing, fitting, fullScreen, present, player, asking, views, save, titles]) one.destroy();
      root.remove();
    },
  };
}

/** What needs nothing of the rest. @param {HTMLElement} root */
function furnish(root) {
  const { byId } = elementsOf(root);
  /** @type {HTMLDetailsElement} */ (byId("stage-race")).open = root.clientWidth >= 560;
}

/** A theme, said to the style sheet. @param {HTMLElement} root @param {import("./shared/theme.js").Theme} theme */
function dressed(root, theme) {
  root.dataset.theme = theme.dark ? "dark" : "light";
  return theme;
}

/**
 * @typedef {Object} Views
 * @property {ReturnType<typeof createLesson>} lesson
 * @property {ReturnType<typeof createStrip>} strip
 * @property {ReturnType<typeof createRoom>} room
 * @property {ReturnType<typeof createMapPanel>} map
 * @property {ReturnType<typeof createReliefPanel>} relief
 * @property {ReturnType<typeof createDataView>} data
 * @property {ReturnType<typeof createCurvesView>} curves
 * @property {ReturnType<typeof createMapsPanel>} maps
 * @property {ReturnType<typeof createInsidePanel>} inside
 * @property {ReturnType<typeof createCards>} cards
 * @property {ReturnType<typeof createPlayerBar>} bar
 * @property {ReturnType<typeof createHint>} hint
 * @property {() => Set<string>} unanswered the numbers of the panel that are still on their way
 */

/**
 * All that shows some of the picture, in the order in which it is shown and drawn.
 * @param {HTMLElement} root
 * @param {Views} views
 * @returns {import("./flow/views.js").Part[]}
 */
function partsOf(root, { lesson, strip, room, map, relief, data, curves, maps, inside, cards, bar, hint, unanswered }) {
  const { find, byId } = elementsOf(root);
  return [
    { name: "What is said above", view: lesson },
    { name: "The runs", view: strip, place: find(".thw-strip") },
    { name: "The choice of views", view: watchViewSwitch(find(".thw-grid")) },
    { name: "The room", view: room },
    { name: "The scales", view: { show: ({ packet }) => (find(".thw-uneven").hidden = !isElongated(packet.view)) } },
    { name: "The axes' names", view: createAxisNames(root) },
    { name: "What the map's plane is", view: createPlaneNote(find(".thw-plane")) },
    { name: "The pin", view: map.pin },
    { name: "The maps", view: maps, plot: maps.panel },
    { name: "The map", view: map.view, place: map.panel, plot: map.plot },
    { name: "The data", view: data, place: byId("stage-data-panel"), plot: find(".thw-data-body") },
    { name: "The surface", view: { show: ({ surface: { trouble } }) => trouble && say(map.panel, trouble) } },
    { name: "The relief", view: relief.view, plot: relief.plot }, // before any words change: it asks the browser where things are
    { name: "What is inside a step", view: map.marks },
    { name: "What is inside a step, on the relief", view: relief.marks },
    { name: "The inside of a step", view: inside, place: byId("stage-inside-panel"), words: true },
    { name: "The legend of what is inside", view: { show: ({ packet, scene }) => showInsideLegend(find(".thw-inside-legend"), packet, scene.shown) } },
    { name: "The lens", view: map.lens, words: true },
    { name: "The start", view: map.start },
    { name: "The numbers of the panel", view: { show: ({ packet }) => tell(toldBy(packet), unanswered()) } },
    { name: "The cards", view: cards, place: find(".thw-cards").parentElement ?? undefined, words: true },
    { name: "The race", view: createRaceTable(byId("stage-race")), place: byId("stage-race") },
    { name: "The legend", view: { show: ({ packet, surface }) => showLegend(find(".thw-below > .thw-legend"), surface, packet.runs) } },
    { name: "The player", view: bar },
    { name: "The hint", view: hint },
    { name: "What is to be seen, in words", view: createDescriptions(root) },
    { name: "The summary", view: createSummary(find(".thw-summary")) },
    { name: "The curves", view: curves, place: find(".thw-curves-body"), plot: byId("stage-curves") },
  ];
}

/** @param {HTMLElement} root */
function roomOn(root) {
  const { find, byId } = elementsOf(root);
  const parts = { grid: find(".thw-grid"), map: find(".thw-map"), strip: find(".thw-strip"), bar: find(".thw-bar"), below: find(".thw-below") };
  return createRoom(root, { ...parts, inside: byId("stage-inside-panel") }, frameOf);
}

/** What the map's axes and its panel's border take. @param {boolean} large @returns {[number, number]} across and down */
function frameOf(large) {
  const { l, r, t, b } = bordersOf(Infinity, large);
  return [l + r + 2, t + b + 2];
}
