// The one file that knows Plotly from the inside: where its axes and its 3D camera put things on the screen.
// Plotly is pinned; a browser test compares these projections with what is drawn.

/** @type {Map<string, Promise<any>>} */
const loading = new Map();

/** @returns {any} the library, where it is loaded */
export const loadedPlotly = () => /** @type {any} */ (globalThis).Plotly;

/**
 * Load Plotly once, by script tag.
 * @param {string} url
 * @returns {Promise<any>}
 */
export function loadPlotly(url) {
  if (loadedPlotly()) return Promise.resolve(loadedPlotly());
  const under = loading.get(url);
  if (under) return under;
  const fresh = new Promise((resolve, reject) => {
    const there = [...document.scripts].find((script) => script.getAttribute("src") === url); // the page itself may have it
    const script = there ?? document.createElement("script");
    script.addEventListener("load", () => (loadedPlotly() ? resolve(loadedPlotly()) : reject(new Error("Plotly did not start."))));
    script.addEventListener("error", () => {
      script.remove();
      reject(new Error("Plotly could not be loaded."));
    });
    if (there) return;
    script.src = url;
    document.head.append(script);
  });
  loading.set(url, fresh);
  fresh.catch(() => loading.delete(url));
  return fresh;
}

/**
 * @typedef {Object} Axis pixel = offset + scale * value (value in log10 on a log axis)
 * @property {number} scale
 * @property {number} offset
 * @property {[number, number]} range in axis units
 * @property {boolean} log
 *
 * @typedef {Object} Frame the plotting area inside the graph's element, in CSS pixels
 * @property {number} left @property {number} top @property {number} width @property {number} height
 * @property {Axis} x @property {Axis} y
 */

/**
 * @param {any} axis
 * @param {number} length
 * @param {boolean} upward
 * @returns {Axis}
 */
function readAxis(axis, length, upward) {
  const [from, to] = axis.range.map(Number);
  const scale = ((upward ? -1 : 1) * length) / (to - from);
  return { scale, offset: (upward ? length : 0) - scale * from, range: [from, to], log: axis.type === "log" };
}

/**
 * Data to pixels for the first pair of axes, current also in the middle of a pan or a wheel zoom.
 * @param {any} graph
 * @returns {Frame|null}
 */
export function readFrame(graph) {
  const layout = graph?._fullLayout;
  const x = layout?.xaxis;
  const y = layout?.yaxis;
  if (!x?._length || !y?._length) return null;
  return {
    left: x._offset, top: y._offset, width: x._length, height: y._length,
    x: readAxis(x, x._length, false),
    y: readAxis(y, y._length, true),
  };
}

/**
 * @typedef {Object} Camera
 * @property {Float64Array} matrix column-major, from data coordinates to clip space
 * @property {[number, number, number]} eye in data coordinates
 * @property {number} left @property {number} top @property {number} width @property {number} height
 */

/**
 * @param {ArrayLike<number>} a
 * @param {ArrayLike<number>} b
 */
function multiply(a, b) {
  const out = new Float64Array(16);
  for (let column = 0; column < 4; column++) {
    for (let row = 0; row < 4; row++) {
      let sum = 0;
      for (let i = 0; i < 4; i++) sum += a[i * 4 + row] * b[column * 4 + i];
      out[column * 4 + row] = sum;
    }
  }
  return out;
}

/**
 * Where the camera of an affine view matrix sits: the solution of A p = -t.
 * @param {ArrayLike<number>} m
 * @returns {[number, number, number]}
 */
function eyeOf(m) {
  const [a, b, c] = [m[0], m[4], m[8]];
  const [d, e, f] = [m[1], m[5], m[9]];
  const [g, h, i] = [m[2], m[6], m[10]];
  const [p, q, r] = [-m[12], -m[13], -m[14]];
  const det = a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g);
  return [
    (p * (e * i - f * h) - b * (q * i - f * r) + c * (q * h - e * r)) / det,
    (a * (q * i - f * r) - p * (d * i - f * g) + c * (d * r - q * g)) / det,
    (a * (e * r - q * h) - b * (d * r - q * g) + p * (d * h - e * g)) / det,
  ];
}

/**
 * @param {any} graph
 * @returns {Camera|null} null until the scene has drawn once
 */
export function readCamera(graph) {
  const scene = graph?._fullLayout?.scene?._scene;
  const camera = scene?.glplot?.cameraParams;
  if (!camera?.model || !camera.projection || !scene.container?.clientWidth) return null;
  const [sx, sy, sz] = scene.dataScale;
  const modelView = multiply(multiply(camera.view, camera.model), [sx, 0, 0, 0, 0, sy, 0, 0, 0, 0, sz, 0, 0, 0, 0, 1]);
  return {
    matrix: multiply(camera.projection, modelView),
    eye: eyeOf(modelView),
    left: scene.container.offsetLeft,
    top: scene.container.offsetTop,
    width: scene.container.clientWidth,
    height: scene.container.clientHeight,
  };
}

/**
 * Call back after every frame that the 3D scene draws.
 * @param {any} graph
 * @param {() => void} callback
 * @returns {() => void} stop
 */
export function onSceneDrawn(graph, callback) {
  const plot = graph?._fullLayout?.scene?._scene?.glplot;
  if (!plot) return () => {};
  const before = plot.onrender;
  const hook = (/** @type {any[]} */ ...args) => {
    before?.apply(plot, args);
    callback();
  };
  plot.onrender = hook;
  return () => {
    if (plot.onrender === hook) plot.onrender = before;
  };
}

/**
 * The camera as the user left it, in layout form.
 * @param {any} graph
 */
export function cameraNow(graph) {
  return graph?._fullLayout?.scene?._scene?.getCamera?.() ?? null;
}
