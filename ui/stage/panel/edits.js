// Where the panel's numbers and the stage meet: what was changed goes to the stage, what now holds comes back.

/**
 * @typedef {Array<[number, number]>} Points
 * @typedef {{address: string, value: number|Points|null, live: boolean}} Edit a null asks for the default; live while something moves
 * @typedef {{values: Record<string, any>, defaults: Record<string, any>}} Numbers
 * @typedef {Numbers & {rates: import("../flow/packet.js").Series[], limits?: Record<string, number>}} Told rates: the learning rates of
 *   every run, as applied; limits: below which a learning rate is stable, by its address, where that is known
 */

/** @type {Set<(edit: Edit) => void>} */
const senders = new Set();
/** @type {Set<(numbers: Told) => void>} */
const followers = new Set();
/** @type {Told|null} */
let last = null;
/** @type {Set<string>} */
let waiting = new Set();

/**
 * Send what was changed. False where there is no stage yet that could take it.
 * @param {Edit} edit
 */
export function make(edit) {
  for (const send of senders) send(edit);
  return senders.size > 0;
}

/**
 * @param {(edit: Edit) => void} send
 * @returns {() => void} stop
 */
export function onEdit(send) {
  senders.add(send);
  return () => senders.delete(send);
}

/**
 * Say what now holds; addresses that wait for an answer are left as they are.
 * @param {Told} numbers
 * @param {Set<string>} unanswered
 */
export function tell(numbers, unanswered) {
  waiting = unanswered;
  last = numbers;
  for (const follow of followers) follow(numbers);
}

/** What the panel is told of a message. @param {import("../flow/packet.js").Packet} packet @returns {Told} */
export const toldBy = ({ numbers, runs }) => ({ ...numbers, rates: runs.map((run) => run.series.rate) });

/** @param {string} address */
export const isWaiting = (address) => waiting.has(address);

/** What was told last, null before that. */
export const lastTold = () => last;

/**
 * @param {(numbers: Told) => void} follow
 * @returns {() => void} stop
 */
export function onNumbers(follow) {
  followers.add(follow);
  return () => followers.delete(follow);
}
