// How a picture comes on: all views show it, and then it plays, stands at its end, or stays at the step where we are.

import { pictureOf } from "./picture.js";
import { sketched } from "./sketches.js";

/**
 * @typedef {import("./picture.js").Picture} Picture
 * @typedef {import("./packet.js").Packet} Packet
 * @typedef {import("./surface.js").Surface} Surface
 * @typedef {import("../shared/theme.js").Theme} Theme
 * @typedef {import("./requests.js").Asked} Asked
 * @typedef {import("./requests.js").Kind} Kind
 * @typedef {"play"|"finish"|"keep"} Entry how a new result comes on: from step 0, whole, or at the place where we are
 *
 * @typedef {Object} ShowingParts
 * @property {Pick<ReturnType<typeof import("./views.js").createViews>, "show"|"showLate"|"sketch">} views
 * @property {Pick<ReturnType<typeof import("../time/player.js").createPlayer>, "setSteps"|"seek"|"playFromStart"|"finish"|"tell">} player
 * @property {Pick<ReturnType<typeof import("./requests.js").createRequests>, "moving">} requests
 * @property {Pick<ReturnType<typeof import("./sketches.js").createSketches>, "stop">} sketches
 *
 * @typedef {Object} ShowingEvents
 * @property {() => boolean} dragging whether the start is being moved
 * @property {() => boolean} calm whether nothing should move by itself
 * @property {(picture: Picture) => void} onFirst before the first picture of all is shown
 * @property {() => void} onBegun the first picture of all moves, or stands, on the map
 * @property {(picture: Picture) => void} onShown
 * @property {(picture: Picture) => void} onSketched what moves was drawn over the picture
 * @property {(picture: Picture, ms: number|null) => void} onDrawn it is on the screen; ms since it was asked for
 */

const WHOLE = new Set(/** @type {Kind[]} */ (["drag", "drop", "key"]));
const IN_PLACE = new Set(/** @type {Kind[]} */ (["slide", "number", "wants"]));

/**
 * @param {{asked: boolean, answer: Kind|null, dragging: boolean, calm: boolean}} why asked: the session wants it played; answer: to what it is one
 * @returns {Entry}
 */
export function entryOf({ asked, answer, dragging, calm }) {
  if (dragging || (answer && WHOLE.has(answer))) return "finish";
  if (answer && IN_PLACE.has(answer) && !asked) return "keep";
  if (answer || asked) return calm ? "finish" : "play";
  return "keep";
}

/**
 * @param {Theme} theme
 * @param {ShowingParts} parts
 * @param {ShowingEvents} events
 */
export function createShowing(theme, { views, player, requests, sketches }, events) {
  /** @type {Picture|null} */
  let picture = null;
  /** @type {Set<string>} keys of the runs that the user has hidden */
  const hidden = new Set();
  let ready = false;
  let alive = true;
  let lateRequest = 0;
  let begun = false; // whether the sketch of what is asked for plays already
  /** @type {Packet["ground"]} that was drawn in place of the picture's, as it moved */
  let ground = null;
  /** @type {[Packet, Surface, Asked|null]|null} what came while something moved that the picture does not know of yet */
  let parked = null;

  /** Whether another result came meanwhile. @param {Picture} one */
  const stale = (one) => !alive || picture?.packet !== one.packet;

  /** @param {Packet} packet @param {Surface} surface @param {Asked|null} asked what it answers */
  async function show(packet, surface, asked) {
    if (requests.moving && (picture?.surface === surface || ground)) {
      parked = [packet, surface, asked];
      return;
    }
    parked = ground = null;
    sketches.stop();
    const next = pictureOf(packet, surface, theme, hidden);
    const way = entryOf({ asked: asked?.played ?? false, answer: asked?.kind ?? null, dragging: events.dragging(), calm: events.calm() });
    const entry = way === "play" && begun ? "keep" : way;
    begun = false;
    const first = picture === null;
    const fresh = picture?.surface !== surface;
    picture = next;
    if (first) events.onFirst(next);
    player.setSteps(packet.steps);
    await views.show(next);
    if (stale(next)) return;
    if (first) {
      player.seek(entry === "play" ? 0 : packet.steps);
      enter(entry); // the first of all begins on the map: nobody waits for the rest
      events.onBegun();
    }
    if (fresh) await views.showLate(picture);
    if (stale(next)) return;
    if (!first) enter(entry);
    requestAnimationFrame(() => alive && events.onDrawn(next, asked ? performance.now() - asked.at : null));
    if (!fresh) later();
    ready = true;
    events.onShown(next);
  }

  /** What came meanwhile, once nothing moves. */
  async function unpark() {
    if (parked && !requests.moving) await show(...parked);
  }

  /**
   * Draw what moves over the picture, or what a stroke leads to, before the picture of it is here.
   * @param {import("./sketches.js").Sketch} sketch
   * @param {Kind} kind of what it answers
   */
  function draw(sketch, kind) {
    if (!picture || sketch.runs.length !== picture.packet.runs.length) return;
    const { packet, surface } = picture;
    ground = sketch.ground ? { ...sketch.ground, heights: sketch.arrays.get("ground") } : parked && ground;
    const drawn = pictureOf({ ...sketched(packet, sketch), ground }, surface, theme, hidden);
    player.setSteps(drawn.packet.steps);
    views.sketch(drawn);
    const entry = entryOf({ asked: false, answer: kind, dragging: events.dragging(), calm: events.calm() });
    begun = entry === "play";
    enter(entry);
    events.onSketched(drawn);
  }

  /** @param {Entry} entry */
  function enter(entry) {
    if (entry === "play") player.playFromStart();
    else if (entry === "finish") player.finish();
    else player.tell();
  }

  /** On the same ground what is late may lag a frame behind the paths, so that these come at once. */
  function later() {
    cancelAnimationFrame(lateRequest);
    lateRequest = requestAnimationFrame(() => setTimeout(() => alive && picture && views.showLate(picture)));
  }

  /** The same result in another theme, or with other runs hidden. */
  async function again() {
    if (!picture) return;
    const next = pictureOf(picture.packet, picture.surface, theme, hidden);
    picture = next;
    await views.show(next);
    await views.showLate(next);
    if (!stale(next)) player.tell();
  }

  return {
    show,
    unpark,
    sketch: draw,
    /** What moved came back to where it was: the picture is that which stands. */
    settle() {
      if (!ground) return;
      ground = null;
      again();
    },
    /** @param {Theme} next */
    restyle(next) {
      theme = next;
      if (ready) again();
    },
    /** Hide a run, or show it again. @param {number} index */
    toggle(index) {
      if (!picture) return;
      const { key } = picture.packet.runs[index];
      if (!hidden.delete(key)) hidden.add(key);
      again();
    },
    /** The one that is shown, or just being shown. */
    get picture() {
      return picture;
    },
    /** Whether one was shown whole. */
    get ready() {
      return ready && alive;
    },
    destroy() {
      alive = false;
      cancelAnimationFrame(lateRequest);
    },
  };
}
