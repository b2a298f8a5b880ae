// Points of the relief moved a little towards the eye: they stay where they are in the picture, and do not sink into the ground.

/**
 * @typedef {[number, number, number]} Spot in data
 * @typedef {{range: [number, number]}} Axis
 * @typedef {{xaxis: Axis, yaxis: Axis, zaxis: Axis, aspectratio: {x: number, y: number, z: number}, camera: {eye: {x: number, y: number, z: number}}}} Scene of a layout of Plotly's
 */

const ROOM = 0.1; // of a side, beyond each of its ends: what is moved out of the scene's box would not be drawn

const NAMES = /** @type {const} */ (["x", "y", "z"]);

/**
 * Sets how far a point is moved: 0 not at all, 1 as far as the eye. The scene is a box of the aspect ratio's sides around 0.
 * @param {Scene} scene
 * @returns {(spot: Spot, share: number) => Spot}
 */
export function sightOf({ xaxis, yaxis, zaxis, aspectratio, camera }) {
  const ends = [xaxis.range, yaxis.range, zaxis.range];
  const eye = NAMES.map((name, i) => {
    const [low, high] = ends[i];
    return (low + high) / 2 + (camera.eye[name] * (high - low)) / aspectratio[name];
  });
  return (spot, share) => /** @type {Spot} */ (spot.map((value, i) => value + share * (eye[i] - value)));
}

/**
 * The same scene with room around it: nothing is drawn elsewhere.
 * @template {Scene} S
 * @param {S} scene
 * @returns {S}
 */
export function withRoom(scene) {
  const wider = (/** @type {Axis} */ axis) => {
    const room = ROOM * (axis.range[1] - axis.range[0]);
    return { ...axis, range: [axis.range[0] - room, axis.range[1] + room] };
  };
  const { x, y, z } = scene.aspectratio;
  const whole = 1 + 2 * ROOM;
  return { ...scene, xaxis: wider(scene.xaxis), yaxis: wider(scene.yaxis), zaxis: wider(scene.zaxis), aspectratio: { x: whole * x, y: whole * y, z: whole * z } };
}
