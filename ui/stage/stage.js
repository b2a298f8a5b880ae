// The stage: wires data, views, player and address bar together. Streamlit calls the default export at every change of data or theme.

import { createAdvising } from "./flow/advising.js";
import { bandAt } from "./curves/bands.js";
import { createCards } from "./cards/cards.js";
import { createCurvesView } from "./curves/curves_view.js";
import { copyText, createToast } from "./shared/clipboard.js";
import { coordinate, number } from "./shared/format.js";
import { onEdit, tell } from "./panel/edits.js";
import { createHistory } from "./flow/history.js";
import { placeIcons } from "./shared/icons.js";
import { showInsideLegend } from "./inside/inside_legend.js";
import { createInsideMarks } from "./inside/inside_marks.js";
import { createInsidePanel } from "./inside/inside_panel.js";
import { mapView, reliefView } from "./inside/inside_views.js";
import { showLegend } from "./curves/legend.js";
import { createLens } from "./lens/lens.js";
import { createMany } from "./flow/many.js";
import { createMapView } from "./map/map_view.js";
import { decodePacket } from "./flow/packet.js";
import { createPlayer } from "./time/player.js";
import { createPlayerBar } from "./time/player_bar.js";
import { loadedPlotly, loadPlotly } from "./shared/plotly_internals.js";
import { createRaceTable } from "./cards/race_table.js";
import { eventWords } from "./curves/rate_events.js";
import { createReliefView } from "./relief/relief_view.js";
import { createRequests } from "./flow/requests.js";
import { createStartFields } from "./map/start_fields.js";
import { createStartMarker } from "./map/start_marker.js";
import { curvatureLimits } from "./curves/stability_band.js";
import { createStanding, say } from "./flow/standing.js";
import { bareSurface, heightAt, knownSurface, loadSurface, markedPoints, valueOf } from "./flow/surface.js";
import { readTheme } from "./shared/theme.js";
import { createTooltip } from "./shared/tooltip.js";

/**
 * @typedef {import("./flow/packet.js").Packet} Packet
 * @typedef {import("./flow/surface.js").Surface} Surface
 * @typedef {{parentElement: HTMLElement, data: any, setTriggerValue: (name: string, value: any) => void, setStateValue?: (name: string, value: any) => void}} Component
 * @typedef {"play"|"finish"|"keep"} Entry how a new result comes on: from step 0, whole, or at the place where we are
 */

/** @type {Object<string, string>} what the curves' values are called under the mouse */
const COLUMNS = {
  loss: "Loss", gap: "Above the minimum", gradient: "Gradient norm", step: "Step size", distance: "Distance", rate: "Rate",
  sharpness: "Sharpness", limit: "Limit",
};

const KEPT_WANTS = new Set(["inside", "ensemble"]); // of those of ui/wants.py: what a stage that was left shows when it comes back

/** @type {WeakMap<HTMLElement, ReturnType<typeof createStage>>} */
const stages = new WeakMap();

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
    const root = /** @type {HTMLElement|null} */ (host.querySelector('[data-testid="stage"]'));
    if (!root) return () => {};
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
  const pristine = root.cloneNode(true); // put back at the end, so that the same page can be wired again
  const find = (/** @type {string} */ selector) => /** @type {HTMLElement} */ (root.querySelector(selector));
  const byId = (/** @type {string} */ id) => find(`[data-testid="${id}"]`);
  const calm = window.matchMedia("(prefers-reduced-motion: reduce)");
  const mapPlot = byId("stage-map");
  const reliefPlot = byId("stage-relief");
  const readout = byId("stage-readout");
  const hint = find(".thw-hint");

  /** @type {Component|null} */
  let component = null;
  /** @type {Packet|null} */
  let packet = null;
  /** @type {Packet|null} the newest one, perhaps still waiting for its surface */
  let newest = null;
  /** @type {Surface|null} */
  let surface = null;
  let surfaceUrl = "";
  let theme = readTheme(root);
  /** @type {Set<string>} runs that the user has hidden */
  const hidden = new Set();
  /** @type {Set<string>} what somebody looks at beyond the picture */
  const wants = new Set();
  let playToken = /** @type {string|null} */ (null);
  let ready = false;
  let alive = true;
  let summaryTimer = 0;
  let curvesRequest = 0;
  let cardsDrawn = 0;
  let touched = false; // the last press on the map was a finger's
  /** @type {Promise<void>} */
  let reliefWork = Promise.resolve();

  const standing = createStanding({ report: (name, error) => console.error(`${name} could not be drawn`, error) });
  const mapSide = /** @type {HTMLElement} */ (mapPlot.parentElement);
  const curvesSide = find(".thw-curves-body");
  const cardsSide = /** @type {HTMLElement} */ (find(".thw-cards").parentElement);

  placeIcons(root);
  root.dataset.theme = theme.dark ? "dark" : "light";

  const tooltip = createTooltip(find(".thw-tip"), root);
  const toast = createToast(find(".thw-toast"));
  const cards = createCards(find(".thw-cards"), { onToggle: toggleRun, onAdvice: takeAdvice });
  const requests = createRequests({
    send: (wish) => component?.setTriggerValue("change", wish),
    onWaiting: (waiting) => (root.dataset.waiting = String(waiting)),
  });
  const advising = createAdvising({ ask: () => want("advice", true, true), busy: () => start.dragging || requests.ahead });
  const map = createMapView(mapPlot, {
    onClick: clickMap,
    onMoved: () => {
      start.draw();
      marks.repaint();
      lens.draw();
    },
  });
  const marks = createInsideMarks(/** @type {HTMLElement} */ (mapPlot.parentElement), () => mapView(map.frame()));
  const inside = createInsidePanel(
    { host: byId("stage-inside-panel"), button: byId("stage-inside") },
    {
      onToggle(open) {
        want("inside", open);
        if (packet) showInside(packet);
      },
    },
  );
  const relief = createReliefView(reliefPlot, { onMoved: () => raised.repaint() });
  const raised = createInsideMarks(/** @type {HTMLElement} */ (reliefPlot.parentElement), () => reliefView(relief.frame(), packet ? packet.view[0][1] - packet.view[0][0] : 0));
  const curves = createCurvesView(
    {
      plot: byId("stage-curves"), tabs: find(".thw-tabs"), log: byId("stage-log"), hold: byId("stage-hold"), veil: find(".thw-veil"),
      cursor: find(".thw-cursor"), caption: find(".thw-caption"),
    },
    { onScrub: (step) => player.scrub(step), onHover: showCurveValues, onMark: showMark, onLeave: tooltip.hide, onWishes: wantAll },
  );
  const race = createRaceTable(byId("stage-race"));
  const lens = createLens(
    { toggle: byId("stage-lens"), handle: byId("stage-lens-at"), panel: byId("stage-lens-panel"), map: find(".thw-map"), root },
    {
      place: map.place, unproject: map.unproject, frame: map.frame,
      ranges: () => /** @type {Array<[number, number]>} */ (map.ranges()),
      marks: () => (surface ? markedPoints(surface) : []),
      surface: () => surfaceUrl,
      home: firstBall,
      runs: () => ({ runs: packet?.runs ?? [], colors: packet ? colorsOf(packet) : [], step: player.step }),
      onSwitch: tooltip.hide,
    },
  );
  const start = createStartMarker(byId("stage-start"), {
    place: map.place,
    unproject: map.unproject,
    ranges: () => /** @type {Array<[number, number]>} */ (map.ranges()),
    onMove: (x, y, kind) => ask(x, y, kind),
    onDragging: (dragging) => dragging && player.finish(),
    over: [find(".thw-tools"), hint],
  });
  const fields = createStartFields(
    {
      x: /** @type {HTMLInputElement} */ (byId("stage-start-x")), y: /** @type {HTMLInputElement} */ (byId("stage-start-y")),
      random: byId("stage-random"), home: byId("stage-suggested"),
    },
    { onNumbers: (x, y) => ask(x, y, "numbers"), onRandom: () => wish({ kind: "random" }), onHome: () => wish({ kind: "home" }) },
  );
  const player = createPlayer({ onTime: drawTime, onPlaying: (playing) => bar.setPlaying(playing) });
  const bar = createPlayerBar(root, player, { onScrubbing: tooltip.hide });
  const deaf = onEdit(({ address: number, value, live }) => requests.ask({ kind: live ? "slide" : "number", edits: { [number]: value } }));
  const many = createMany(byId("stage-many"), { ask: () => want("ensemble", true, true), busy: () => start.dragging || requests.ahead });
  const address = createHistory({
    onNavigate: (query) => requests.ask({ kind: "navigate", query }),
    busy: () => start.dragging,
  });

  // ---- data -------------------------------------------------------------------------------------------------------

  /** @param {Component} next */
  function receive(next) {
    component = next;
    restyle();
    const decoded = decodePacket(next.data);
    if (!decoded) return;
    many.heard(decoded);
    if (decoded.hash === newest?.hash) {
      requests.answered(decoded.seq);
      if (packet === newest) putBall(newest); // the server may have lost a click with its session
      tell(toldBy(decoded), requests.editing);
      advise(newest, decoded.advice);
      return;
    }
    newest = decoded;
    advising.begin();
    take(decoded);
  }

  /**
   * Advice on the picture that is shown.
   * @param {Packet} on
   * @param {import("./flow/packet.js").Advice|null} advice
   */
  function advise(on, advice) {
    on.advice = advice ?? on.advice;
    if (packet === on) standing.part("The advice", null, () => cards.advise(on.advice));
    advising.rest(on.advice);
  }

  /**
   * Show a packet now where everything it needs is here, else as soon as it is.
   * @param {Packet} next
   */
  async function take(next) {
    try {
      const known = loadedPlotly() ? knownSurface(next.surface) : undefined;
      if (known) {
        await show(next, known);
        return;
      }
      const [ground] = await Promise.all([loadSurface(next.surface).catch((error) => noSurface(next, error)), loadPlotly(next.plotly)]);
      if (alive && newest === next) await show(next, ground);
    } catch (error) {
      if (alive && newest === next) complain(error);
    }
  }

  /**
   * The runs are shown without their surface where that could not be had.
   * @param {Packet} next
   * @param {unknown} error
   */
  function noSurface(next, error) {
    return { ...bareSurface(next.view), trouble: error instanceof Error ? error.message : "The surface could not be loaded." };
  }

  /**
   * @param {Packet} next
   * @param {Surface} ground
   */
  async function show(next, ground) {
    const answer = requests.answered(next.seq);
    const entry = entryOf(next, answer);
    const first = packet === null;
    packet = next;
    if (first) takeUp(next.wants);
    find(".thw-message").hidden = true;
    player.setSteps(next.steps);
    const scene = sceneOf(next);
    map.setScene(scene);
    const newGround = surfaceUrl !== next.surface;
    if (!newGround) relief.setScene(scene); // before any words change: it asks the browser where things are
    showInside(next);
    surface = ground;
    surfaceUrl = ground.trouble ? "" : next.surface;
    if (newGround) await standing.slowPart("The map", mapSide, () => map.show(loadedPlotly(), ground, next.view, theme));
    if (ground.trouble) say(mapSide, ground.trouble);
    if (packet !== next || !alive) return;
    if (newGround) lens.again();
    putBall(next);
    fields.set(next.start);
    tell(toldBy(next), requests.editing);
    showWords(next, ground);
    if (newGround) {
      if (first) player.seek(entry === "play" ? 0 : next.steps);
      await standing.slowPart("The curves", curvesSide, () => curves.show(loadedPlotly(), scene, next.curves));
      await showRelief(scene, true);
      if (packet !== next || !alive) return;
    }
    enter(entry);
    requestAnimationFrame(() => announce(next, answer));
    if (!newGround) later(() => standing.slowPart("The curves", curvesSide, () => curves.show(loadedPlotly(), sceneOf(next), next.curves)));
    advising.rest(next.advice);
    ready = true;
    root.dataset.ready = "true";
    if (first) drop(next.wants);
  }

  /** Put the ball where Python has it, unless it is ahead of that. @param {Packet} of */
  function putBall(of) {
    if (!start.dragging && !requests.ballAhead) start.set(of.start);
  }

  /** Show again what was shown before the person went to another page. @param {string[]} before */
  function takeUp(before) {
    for (const name of before) if (KEPT_WANTS.has(name)) wants.add(name);
    inside.setOpen(wants.has("inside"));
  }

  /** Have no more sent of what a stage before this one has asked for and nobody sees now. @param {string[]} sent */
  function drop(sent) {
    if (sent.some((name) => !wants.has(name))) requests.ask({ kind: "wants", wants: [...wants] });
  }

  /**
   * @param {Packet} next
   * @param {import("./flow/requests.js").Sent|null} answer
   * @returns {Entry}
   */
  function entryOf(next, answer) {
    const asked = playToken !== next.play;
    playToken = next.play;
    if (start.dragging) return "finish";
    if (answer && ["drag", "drop", "key"].includes(answer.kind)) return "finish";
    if (answer && ["slide", "number", "wants"].includes(answer.kind) && !asked) return "keep";
    if (answer || asked) return calm.matches ? "finish" : "play";
    return "keep";
  }

  /** @param {Entry} entry */
  function enter(entry) {
    if (entry === "play") player.playFromStart();
    else if (entry === "finish") player.finish();
    else player.tell();
  }

  /**
   * @param {import("./paths/paths.js").Scene} scene
   * @param {boolean} ground whether the surface itself is to be drawn
   */
  async function showRelief(scene, ground) {
    relief.setScene(scene);
    if (!ground || !reliefPlot.clientWidth || !surface || !packet) return;
    const [s, view] = [surface, packet.view];
    reliefWork = reliefWork.then(() => relief.show(loadedPlotly(), s, view, theme)).catch(noRelief);
    await reliefWork;
  }

  function noRelief() {
    const note = find(".thw-note");
    note.textContent = "The 3D relief needs WebGL, which this browser does not offer.";
    note.hidden = false;
  }

  /** What the panel is told. @param {Packet} from @returns {import("./panel/edits.js").Told} */
  const toldBy = (from) => ({ ...from.numbers, rates: from.runs.map((run) => run.series.rate) });

  /** Everything in words: cards, legend, hint, address, the spoken summary. @param {Packet} next @param {Surface} ground */
  function showWords(next, ground) {
    const colors = colorsOf(next);
    standing.part("The cards", cardsSide, () => {
      cards.show(next.runs, colors, shownOf(next));
      cards.advise(next.advice);
    });
    standing.part("The race", byId("stage-race"), () => race.show(next.race, colors));
    standing.part("The legend", null, () => showLegend(find(".thw-legend"), ground, next.runs));
    bar.setSteps(next.steps, next.runs.flatMap((run, i) => (run.reached === null ? [] : [{ step: run.reached, color: colors[i], name: run.name }])));
    root.dataset.steps = String(next.steps);
    if (hint.textContent !== next.hint) {
      hint.textContent = next.hint;
      hint.hidden = !next.hint;
    }
    clearTimeout(summaryTimer);
    summaryTimer = window.setTimeout(() => speak(next), 1200);
  }

  /** @param {Packet} next */
  function speak(next) {
    const more = next.runs.flatMap((run, i) => {
      const said = [run.many?.said, next.advice?.runs[i]?.[0]?.text].filter(Boolean);
      return said.length ? [`${run.name}: ${said.join(" ")}`] : [];
    });
    find(".thw-summary").textContent = [next.race.spoken, ...more].join(" ");
  }

  /**
   * @param {Packet} next
   * @param {import("./flow/requests.js").Sent|null} answer
   */
  function announce(next, answer) {
    if (!alive) return;
    root.dataset.hash = next.hash;
    const ms = answer ? performance.now() - answer.at : null;
    root.dispatchEvent(new CustomEvent("thalweg:drawn", { detail: { hash: next.hash, seq: next.seq, ms }, bubbles: true }));
    address.update(next.query);
  }

  /** Curves may lag a frame behind the paths, so that these come at once. @param {() => void} work */
  function later(work) {
    cancelAnimationFrame(curvesRequest);
    curvesRequest = requestAnimationFrame(() => setTimeout(() => alive && work()));
  }

  // ---- what the views draw ------------------------------------------------------------------------------------------

  /** @param {Packet} from */
  function colorsOf(from) {
    const palette = from.palette[theme.dark ? "dark" : "light"];
    return from.runs.map((run) => palette[run.color % palette.length]);
  }

  /** @param {Packet} from */
  const shownOf = (from) => from.runs.map((run) => !hidden.has(run.key));

  /**
   * @param {Packet} from
   * @returns {import("./paths/paths.js").Scene}
   */
  function sceneOf(from) {
    const [[x0, x1], [y0, y1]] = from.view;
    return { runs: from.runs, colors: colorsOf(from), shown: shownOf(from), steps: from.steps, view: [x0, x1, y0, y1], theme };
  }

  /**
   * @param {number} time
   * @param {boolean} moving
   */
  function drawTime(time, moving) {
    const moment = { time, moving: moving && time < player.steps };
    standing.part("The paths", null, () => map.draw(moment));
    standing.part("What is inside a step", null, () => {
      marks.draw(time);
      raised.draw(time);
    });
    standing.part("The paths of the relief", null, () => relief.draw(moment));
    standing.part("The cursor of the curves", null, () => curves.draw(time));
    bar.draw(time);
    drawCards(moving);
  }

  /** @param {boolean} moving */
  function drawCards(moving) {
    const now = performance.now();
    if (moving && now - cardsDrawn < 80) return;
    cardsDrawn = now;
    standing.part("The numbers of the cards", null, () => cards.draw(player.step));
    standing.part("The inside of a step", null, () => inside.draw(player.step));
    standing.part("The lens", null, () => lens.tell());
  }

  /** The marks of what is inside, their legend and the panel. @param {Packet} from */
  function showInside(from) {
    const scene = sceneOf(from);
    standing.part("The inside of a step", byId("stage-inside-panel"), () => {
      marks.show(from, scene);
      raised.show(from, scene);
      inside.show(from, scene.colors, scene.shown);
      showInsideLegend(find(".thw-inside-legend"), from, scene.shown);
    });
  }

  /** Where the first ball is that can be seen. @returns {[number, number]|null} */
  function firstBall() {
    const place = packet ? shownOf(packet).findIndex((shown, i) => shown && map.iterate(i)) : -1;
    return place < 0 ? null : /** @type {[number, number]} */ (map.iterate(place));
  }

  /** @param {number} index */
  function toggleRun(index) {
    if (!packet) return;
    const { key } = packet.runs[index];
    if (!hidden.delete(key)) hidden.add(key);
    redrawAll(packet);
  }

  /** @param {Packet} from */
  function redrawAll(from) {
    const scene = sceneOf(from);
    cards.show(from.runs, scene.colors, scene.shown);
    map.setScene(scene);
    showInside(from);
    relief.setScene(scene);
    curves.show(loadedPlotly(), scene, from.curves);
    player.tell();
  }

  function restyle() {
    const next = readTheme(root);
    if (next.key === theme.key) return;
    theme = next;
    root.dataset.theme = theme.dark ? "dark" : "light";
    if (!packet || !surface || !ready) return;
    redrawAll(packet);
    map.show(loadedPlotly(), surface, packet.view, theme);
    showRelief(sceneOf(packet), true);
    if (packet) showWords(packet, surface);
  }

  // ---- what the user does ---------------------------------------------------------------------------------------------

  /**
   * @param {number} x
   * @param {number} y
   * @param {import("./flow/requests.js").Kind} kind
   */
  function ask(x, y, kind) {
    const place = kind === "numbers" ? { x, y } : roundedToPixels(x, y);
    if (kind === "click") start.set([place.x, place.y]);
    wish({ ...place, kind });
  }

  /** @param {import("./flow/requests.js").Wish} what */
  function wish(what) {
    hint.classList.add("thw-gone");
    tooltip.hide();
    requests.ask(what);
  }

  /**
   * Ask for something beyond the picture, or say that nobody looks at it any more.
   * @param {string} name one of ui/wants.py
   * @param {boolean} on
   * @param {boolean} [again] though it was asked for before: it takes more than one answer
   */
  function want(name, on, again = false) {
    if (on === wants.has(name) && !again) return;
    if (on) wants.add(name);
    else wants.delete(name);
    requests.ask({ kind: "wants", wants: [...wants] });
  }

  /** @param {number} run @param {number} index */
  function takeAdvice(run, index) {
    if (packet?.advice) wish({ kind: "advice", advice: { run, index, token: packet.advice.token } });
  }

  /** @param {Record<string, boolean>} wishes */
  function wantAll(wishes) {
    for (const [name, on] of Object.entries(wishes)) want(name, on);
  }

  /** A finger holds the lens, where it is out, and else, as the mouse does, drops the ball. @param {number} x @param {number} y */
  function clickMap(x, y) {
    if (lens.on && touched) lens.lookAt([x, y]);
    else ask(x, y, "click");
  }

  /** As many digits as a tenth of a pixel deserves. @param {number} x @param {number} y */
  function roundedToPixels(x, y) {
    const [rx, ry] = map.ranges();
    const round = (/** @type {number} */ value, /** @type {[number, number]} */ range, /** @type {number} */ pixels) => {
      const step = 10 ** Math.floor(Math.log10((range[1] - range[0]) / Math.max(pixels, 1)));
      return Number((Math.round(value / step) * step).toPrecision(9));
    };
    return { x: round(x, rx, mapPlot.clientWidth), y: round(y, ry, mapPlot.clientHeight) };
  }

  /** @param {PointerEvent} event */
  function readMap(event) {
    if (!packet || !surface) return;
    showCoordinates(event);
    if (!lens.on) showPathPoint(event, map.hit(event.clientX, event.clientY));
  }

  /** @param {PointerEvent} event */
  function showCoordinates(event) {
    const spot = map.unproject(event.clientX, event.clientY);
    const [x, y] = map.ranges();
    const inside = spot && spot[0] >= x[0] && spot[0] <= x[1] && spot[1] >= y[0] && spot[1] <= y[1];
    readout.hidden = !inside || event.pointerType !== "mouse";
    if (!spot || !inside || !packet || !surface) return;
    const height = heightAt(surface.grid, spot[0], spot[1]);
    const value = Number.isFinite(height) ? `  f ≈ ${number(roughly(valueOf(packet.height, height)))}` : "";
    readout.textContent = `x ${coordinate(spot[0], x[1] - x[0])}  y ${coordinate(spot[1], y[1] - y[0])}${value}`;
  }

  /**
   * @param {PointerEvent} event
   * @param {import("./paths/paths.js").Hit|null} hit
   */
  function showPathPoint(event, hit) {
    if (!hit || !packet || start.dragging || (event.buttons && event.pointerType === "mouse")) {
      tooltip.hide();
      return;
    }
    const run = packet.runs[hit.run];
    const at = (/** @type {string} */ name) => run.series[name][Math.min(hit.step, run.series[name].length - 1)];
    const rows = [
      { label: "Step", value: String(hit.step) },
      { label: "x", value: number(at("x")) },
      { label: "y", value: number(at("y")) },
      { label: "Loss", value: number(at("loss")) },
      { label: "Gradient norm", value: number(at("gradient")) },
      { label: "Learning rate", value: number(at("rate")) },
    ];
    tooltip.show(event.clientX, event.clientY, run.name, rows, colorsOf(packet)[hit.run]);
  }

  /**
   * @param {PointerEvent} event
   * @param {number} step
   * @param {string} key of the series under the pointer
   * @param {number[]} shown
   */
  function showCurveValues(event, step, key, shown) {
    if (!packet) return;
    const { runs } = packet;
    const colors = colorsOf(packet);
    const { steps } = packet;
    const own = ["loss", "gradient"].includes(key) ? [] : key === "sharpness" ? [key, "limit"] : [key];
    const columns = ["loss", "gradient", ...own];
    const rows = shown.map((i) => ({
      color: colors[i], name: runs[i].name,
      values: columns.map((name) => at(name === "limit" ? curvatureLimits(runs[i]) : runs[i].series[name], step)),
    }));
    const notes = shown.flatMap((i) => [medianWords(runs[i], key, step), eventWords(runs[i], step, steps)].flatMap((note) => (note ? [{ ...note, color: colors[i] }] : [])));
    tooltip.table(event.clientX, event.clientY, `Step ${step}`, columns.map((name) => COLUMNS[name] ?? name), rows, notes);
  }

  /**
   * The median of a run's members at a step, and what lies around it.
   * @param {import("./flow/packet.js").Run} run
   * @param {string} key of a series
   * @param {number} step
   */
  function medianWords(run, key, step) {
    const band = run.many?.bands[key];
    const among = run.many && band ? bandAt(run.many, band, step) : undefined;
    return among && { label: "median of many", value: `${number(among.middle)} (${around(among.low)} to ${around(among.high)})` };
  }

  /** The value at a step in words, the last where there is none so late. @param {import("./flow/packet.js").Series|null} values @param {number} step */
  function at(values, step) {
    return values?.length ? number(values[Math.min(step, values.length - 1)]) : "–";
  }

  /**
   * @param {PointerEvent} event
   * @param {number} run
   * @param {import("./flow/packet.js").Mark} mark
   */
  function showMark(event, run, mark) {
    if (!packet) return;
    const rows = [{ label: mark.name, value: `step ${mark.step}` }, { label: mark.text, value: "" }];
    if (mark.note) rows.push({ label: mark.note, value: "" });
    tooltip.show(event.clientX, event.clientY, packet.runs[run].name, rows, colorsOf(packet)[run]);
  }

  /** @param {"map"|"relief"} view */
  function switchTo(view) {
    find(".thw-grid").dataset.view = view;
    for (const button of root.querySelectorAll("[data-show]")) {
      button.setAttribute("aria-pressed", String(button.getAttribute("data-show") === view));
    }
  }

  async function fullscreen() {
    if (document.fullscreenElement === root) await document.exitFullscreen();
    else if (root.requestFullscreen) await root.requestFullscreen().catch(() => root.classList.toggle("thw-full"));
    else root.classList.toggle("thw-full");
    markFullscreen();
  }

  function markFullscreen() {
    const on = document.fullscreenElement === root || root.classList.contains("thw-full");
    byId("stage-fullscreen").setAttribute("aria-pressed", String(on));
  }

  /** @param {unknown} error */
  function complain(error) {
    const message = find(".thw-message");
    const text = error instanceof Error ? error.message : "";
    /** @type {HTMLElement} */ (message.firstElementChild).textContent = `The picture could not be drawn. ${text}`;
    message.hidden = false;
  }

  // ---- wiring -----------------------------------------------------------------------------------------------------------

  const mapPanel = find(".thw-map");
  mapPanel.addEventListener("pointermove", readMap);
  mapPanel.addEventListener("pointerdown", (event) => {
    touched = event.pointerType !== "mouse";
    if (touched) readMap(event);
  });
  mapPanel.addEventListener("pointerleave", () => {
    readout.hidden = true;
    tooltip.hide();
  });
  const reliefPanel = find(".thw-relief");
  reliefPanel.addEventListener("pointermove", (event) => showPathPoint(event, relief.hit(event.clientX, event.clientY)));
  reliefPanel.addEventListener("pointerleave", tooltip.hide);
  byId("stage-zoom-in").addEventListener("click", map.zoomIn);
  byId("stage-zoom-out").addEventListener("click", map.zoomOut);
  byId("stage-reset").addEventListener("click", () => {
    map.reset();
    relief.reset();
  });
  byId("stage-fullscreen").addEventListener("click", fullscreen);
  byId("stage-copy-link").addEventListener("click", async () => toast((await copyText(address.link())) ? "Link copied" : "Copying is not allowed here"));
  byId("stage-copy-json").addEventListener("click", async () => toast((await copyText(packet?.json ?? "")) ? "JSON copied" : "Copying is not allowed here"));
  find(".thw-message button").addEventListener("click", () => newest && take(newest));
  for (const button of root.querySelectorAll("[data-show]")) {
    button.addEventListener("click", () => switchTo(button.getAttribute("data-show") === "relief" ? "relief" : "map"));
  }
  document.addEventListener("fullscreenchange", markFullscreen);

  const resized = new Set();
  let resizeRequest = 0;
  const watcher = new ResizeObserver((entries) => {
    for (const entry of entries) resized.add(entry.target);
    cancelAnimationFrame(resizeRequest);
    resizeRequest = requestAnimationFrame(fit);
  });
  for (const plot of [mapPlot, reliefPlot, byId("stage-curves")]) watcher.observe(plot);

  async function fit() {
    if (!ready || !alive || !packet) return;
    const changed = new Set(resized);
    resized.clear();
    if (changed.has(mapPlot)) await map.resize();
    if (changed.has(reliefPlot)) {
      if (relief.shown()) await relief.resize();
      else await showRelief(sceneOf(packet), true);
    }
    if (changed.has(byId("stage-curves"))) await curves.replot();
    player.tell();
  }

  bar.setPlaying(false);
  /** @type {HTMLDetailsElement} */ (byId("stage-race")).open = root.clientWidth >= 560;
  Object.defineProperty(root, "thalweg", { configurable: true, value: hooks() });

  /** What tests and benchmarks may ask. */
  function hooks() {
    return {
      get ends() {
        return map.ends;
      },
      /** What the relief shows besides the paths. */
      get relief() {
        return { ends: relief.ends, landmarks: relief.landmarks, marks: raised.painted };
      },
      project(/** @type {number} */ x, /** @type {number} */ y) {
        const spot = map.place(x, y);
        const box = mapPlot.getBoundingClientRect();
        return spot && [box.left + spot[0], box.top + spot[1]];
      },
      unproject: map.unproject,
      iterate: map.iterate,
      marks: marks.marks,
      diamonds: () => ({ map: map.diamonds(), relief: relief.diamonds() }),
      projectRelief: relief.project,
      get lens() {
        return lens.answer;
      },
      seek: (/** @type {number} */ step) => player.scrub(step),
      get step() {
        return player.step;
      },
      get playing() {
        return player.playing;
      },
      get frames() {
        return player.frames;
      },
      get ready() {
        return ready;
      },
      /** What is sent beyond the picture. */
      get sent() {
        return packet?.wants;
      },
      get camera() {
        return relief.camera();
      },
      get start() {
        return packet?.start;
      },
    };
  }

  return {
    root,
    receive,
    destroy() {
      alive = false;
      deaf();
      watcher.disconnect();
      clearTimeout(summaryTimer);
      cancelAnimationFrame(curvesRequest);
      cancelAnimationFrame(resizeRequest);
      document.removeEventListener("fullscreenchange", markFullscreen);
      player.destroy();
      bar.destroy();
      address.destroy();
      requests.destroy();
      advising.destroy();
      many.destroy();
      lens.destroy();
      map.destroy();
      relief.destroy();
      curves.destroy();
      root.replaceWith(pristine);
    },
  };
}

/** The edge of a band deserves two digits. @param {number} value */
function around(value) {
  return number(Number.isFinite(value) ? Number(value.toPrecision(2)) : value);
}

/** A value read off a grid deserves three digits. @param {number} value */
function roughly(value) {
  return Number.isFinite(value) ? Number(value.toPrecision(3)) : value;
}
