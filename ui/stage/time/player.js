// Time: which step is shown, and how it runs.

import { paceAt } from "./pace.js";

const REST = 700; // ms at the end before a loop begins anew
const REMEMBERED = 600; // frame intervals, in ms

/**
 * @typedef {Object} PlayerEvents
 * @property {(time: number, moving: boolean) => void} onTime
 * @property {(playing: boolean) => void} onPlaying
 */

/**
 * @param {PlayerEvents} events
 */
export function createPlayer(events) {
  let steps = 1;
  let time = 0;
  let playing = false;
  let speed = 1;
  let loop = false;
  let request = 0;
  let before = 0;
  let rested = 0;
  /** @type {number[]} decisive steps, around which it goes slowly */
  let moments = [];
  /** @type {number[]} */
  const frames = []; // since play began

  function tell() {
    events.onTime(time, playing);
  }

  /** @param {number} now */
  function tick(now) {
    if (!playing) return;
    const passed = Math.max(0, now - before); // a frame may carry a time from before play was pressed
    before = now;
    frames.push(passed);
    if (frames.length > REMEMBERED) frames.shift();
    advance(Math.min(100, passed));
    if (playing) request = requestAnimationFrame(tick);
  }

  /** @param {number} passed ms */
  function advance(passed) {
    if (time >= steps) {
      rested += passed;
      if (rested < REST) return;
      time = 0;
    } else {
      time = Math.min(steps, time + (passed / 1000) * paceAt(time, steps, moments) * speed);
    }
    rested = 0;
    if (time >= steps && !loop) pause();
    else tell();
  }

  function play() {
    if (time >= steps) time = 0;
    if (playing) return;
    playing = true;
    frames.length = 0;
    before = performance.now();
    events.onPlaying(true);
    tell();
    cancelAnimationFrame(request);
    request = requestAnimationFrame(tick);
  }

  function pause() {
    cancelAnimationFrame(request);
    playing = false;
    time = Math.min(steps, Math.round(time));
    events.onPlaying(false);
    tell();
  }

  /** @param {number} step */
  function seek(step) {
    time = Math.max(0, Math.min(steps, step));
    rested = 0;
    tell();
  }

  return {
    play,
    pause,
    toggle: () => (playing ? pause() : play()),
    seek,
    /** @param {number} step */
    scrub(step) {
      if (playing) pause();
      seek(Math.round(step));
    },
    /** @param {number} by */
    stepBy(by) {
      if (playing) pause();
      seek(Math.round(time) + by);
    },
    playFromStart() {
      time = 0;
      rested = 0;
      play();
      tell();
    },
    /** Show the whole run, at rest. */
    finish() {
      time = steps;
      if (playing) pause();
      else tell();
    },
    /**
     * Another run length; the place in it is kept, the end stays the end.
     * @param {number} next
     */
    setSteps(next) {
      const atEnd = time >= steps && !playing;
      steps = next;
      time = atEnd ? next : Math.min(time, next);
    },
    tell,
    /** @param {number[]} next decisive steps */
    setMoments(next) {
      moments = next;
    },
    /** @param {number} next */
    setSpeed(next) {
      speed = next;
    },
    /** @param {boolean} next */
    setLoop(next) {
      loop = next;
    },
    get step() {
      return Math.floor(time);
    },
    get time() {
      return time;
    },
    get steps() {
      return steps;
    },
    get playing() {
      return playing;
    },
    frames,
    destroy() {
      playing = false;
      cancelAnimationFrame(request);
    },
  };
}
