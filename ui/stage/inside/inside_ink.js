// How each mark of an optimizer's inside looks: told apart by shape as well as by colour, with a casing that stands out on any ground.

/**
 * @typedef {import("./inside_marks.js").Mark} Mark
 * @typedef {import("./inside_marks.js").Point} Point
 *
 * @typedef {{text: string, spot: Point, half: number, color: string, alpha: number}} Letter its middle and half its width
 *
 * @typedef {Object} Art
 * @property {CanvasRenderingContext2D} pen
 * @property {import("../shared/theme.js").Theme} theme
 * @property {boolean} labels whether arrows have letters
 * @property {Point} size of the picture
 * @property {Letter[]} letters those of the arrows so far
 * @property {(point: Point) => Point} to from data to pixels
 * @property {(point: Point) => boolean} [veiled] whether a point lies behind the ground
 */

const TURN = Math.PI * 2;
const DIRECTION = 46; // px: how long an arrow is of which only the direction is drawn
const SEEN = 10; // px: shorter than this an arrow shows no direction
const FAR = 4000; // px: no line is drawn further than this
const NEAR = 2.5; // px: a way's points closer than this are one
const CASED = 400; // points of a way: longer ones are drawn without a casing, which would double their cost
const SPREAD = 30; // px: the longer half axis of the reach on each axis
const LETTER = 15; // px: the height of a letter, with some air
/** @type {Point[]} px along an arrow and across it from its tip: where its letter may stand, the best first */
const BESIDE = [[12, 0], [12, 16], [12, -16], [12, 24], [12, -24], [34, 0], [0, 24], [0, -24]];
const VEILED = 0.35; // how opaque a mark behind a hill is
export const ARROWS = new Set(["gradient", "velocity", "step"]);

/** @param {import("../shared/theme.js").Theme} theme */
export const velocityColor = (theme) => (theme.dark ? "#ff9df2" : "#a1128f");

/**
 * @param {Art} art
 * @param {Mark} mark
 * @param {string} color the run's
 */
export function paintMark(art, mark, color) {
  const { pen } = art;
  pen.save();
  pen.lineJoin = "round";
  pen.lineCap = "round";
  veil(art, ARROWS.has(mark.kind) ? mark.from : mark.points[0]);
  PAINTERS[mark.kind](art, mark, color);
  pen.restore();
}

/**
 * Draw from here on as what is at this point is seen.
 * @param {Art} art
 * @param {Point} point
 */
function veil(art, point) {
  art.pen.globalAlpha = art.veiled?.(point) ? VEILED : 1;
}

/** @type {Record<Mark["kind"], (art: Art, mark: Mark, color: string) => void>} */
const PAINTERS = {
  gradient: (art, mark) => arrow(art, mark, { color: art.theme.ink, width: 1.75, head: openHead }),
  velocity: (art, mark) => arrow(art, mark, { color: velocityColor(art.theme), width: 2.25, head: fullHead }),
  step: (art, mark, color) => arrow(art, mark, { color, width: 4, head: barbedHead }),
  spread,
  simplex(art, mark, color) {
    const corners = mark.points.map(art.to);
    if (corners.some(tooFar)) return;
    tinted(art.pen, color, 0.16, corners);
    cased(art, color, 2, () => trace(art.pen, corners, true));
    for (const corner of corners) dot(art, corner, 3, color);
  },
  ellipse(art, mark, color) {
    const outline = ellipseAround(art, mark.points[0], /** @type {Point[]} */ (mark.axes));
    if (outline.some(tooFar)) return;
    tinted(art.pen, color, 0.14, outline);
    cased(art, color, 2, () => trace(art.pen, outline, true));
  },
  swarm(art, mark, color) {
    for (const point of mark.points) {
      veil(art, point);
      dot(art, art.to(point), 3.2, color);
    }
  },
  point(art, mark, color) {
    const [from, to] = [art.to(mark.from), art.to(mark.points[0])];
    if (tooFar(to)) return;
    if (!tooFar(from)) cased(art, color, 1.25, () => trace(art.pen, [from, to], false), [2, 4]);
    cased(art, color, 2, () => trace(art.pen, hexagon(to), true));
    if (art.labels && distance(from, to) > 24) letter(art, mark.symbol, to, from, color);
  },
  way(art, mark, color) {
    const points = thinned(mark.points.map(art.to).filter((point) => !tooFar(point)));
    if (points.length < 2) return;
    if (points.length <= CASED) cased(art, color, 1.75, () => trace(art.pen, points, false), [6, 5]);
    else plain(art, color, 1.75, () => trace(art.pen, points, false), [6, 5]);
  },
};

/** @param {Point} centre @returns {Point[]} */
const hexagon = (centre) => Array.from({ length: 6 }, (_, i) => turned(centre, (TURN * i) / 6, 6, 0));

/** @typedef {(pen: CanvasRenderingContext2D, tip: Point, angle: number, width: number) => void} Head */

/**
 * @param {Art} art
 * @param {Mark} mark
 * @param {{color: string, width: number, head: Head}} style
 */
function arrow(art, mark, style) {
  const [from, to] = [art.to(mark.from), art.to(mark.points[0])];
  const length = distance(from, to);
  if (tooFar(from) || !(length > 0)) return;
  const exact = mark.exact === true && (length >= SEEN || mark.kind === "step");
  if (exact && (length < 3 || length > FAR)) return;
  const angle = Math.atan2(to[1] - from[1], to[0] - from[0]);
  const reach = exact ? length : DIRECTION;
  /** @type {Point} */
  const tip = [from[0] + reach * Math.cos(angle), from[1] + reach * Math.sin(angle)];
  /** @type {Point} */
  const neck = [tip[0] - Math.min(reach, 6) * Math.cos(angle), tip[1] - Math.min(reach, 6) * Math.sin(angle)];
  cased(art, style.color, style.width, () => trace(art.pen, [from, style.head === openHead ? tip : neck], false), exact ? [] : [5, 5]);
  cased(art, style.color, style.width, () => style.head(art.pen, tip, angle, style.width), [], style.head !== openHead);
  if (art.labels && reach > 24) letter(art, mark.symbol, tip, from, style.color);
}

/** @type {Head} */
function openHead(pen, tip, angle) {
  pen.moveTo(...turned(tip, angle, -10, 5.5));
  pen.lineTo(...tip);
  pen.lineTo(...turned(tip, angle, -10, -5.5));
}

/** @type {Head} */
function fullHead(pen, tip, angle) {
  pen.moveTo(...tip);
  pen.lineTo(...turned(tip, angle, -11, 5));
  pen.lineTo(...turned(tip, angle, -11, -5));
  pen.closePath();
}

/** @type {Head} */
function barbedHead(pen, tip, angle) {
  pen.moveTo(...tip);
  pen.lineTo(...turned(tip, angle, -13, 7));
  pen.lineTo(...turned(tip, angle, -8, 0));
  pen.lineTo(...turned(tip, angle, -13, -7));
  pen.closePath();
}

/**
 * @param {Point} at
 * @param {number} angle
 * @param {number} along
 * @param {number} across
 * @returns {Point}
 */
const turned = (at, angle, along, across) => [
  at[0] + along * Math.cos(angle) - across * Math.sin(angle),
  at[1] + along * Math.sin(angle) + across * Math.cos(angle),
];

/**
 * The reach along each axis: its shape alone, at one size.
 * @param {Art} art
 * @param {Mark} mark
 */
function spread(art, mark) {
  const centre = art.to(mark.from);
  const axes = /** @type {Point[]} */ (mark.axes);
  const far = art.to([mark.from[0] + axes[0][0], mark.from[1] + axes[1][1]]);
  const [w, h] = [Math.abs(far[0] - centre[0]), Math.abs(far[1] - centre[1])];
  const size = Math.max(w, h);
  if (!(size > 0) || tooFar(centre)) return;
  const [a, b] = [(SPREAD * w) / size, (SPREAD * h) / size];
  cased(art, art.theme.ink, 1, () => {
    art.pen.ellipse(centre[0], centre[1], a, b, 0, 0, TURN);
    art.pen.moveTo(centre[0] - a, centre[1]);
    art.pen.lineTo(centre[0] + a, centre[1]);
    art.pen.moveTo(centre[0], centre[1] - b);
    art.pen.lineTo(centre[0], centre[1] + b);
  }, [1.5, 3]);
}

/**
 * @param {Art} art
 * @param {Point} centre
 * @param {Point[]} axes
 * @returns {Point[]} in pixels
 */
function ellipseAround(art, centre, [u, v]) {
  return Array.from({ length: 48 }, (_, i) => {
    const [c, s] = [Math.cos((TURN * i) / 48), Math.sin((TURN * i) / 48)];
    return art.to([centre[0] + c * u[0] + s * v[0], centre[1] + c * u[1] + s * v[1]]);
  });
}

/**
 * @param {CanvasRenderingContext2D} pen
 * @param {string} color
 * @param {number} share of the opacity
 * @param {Point[]} corners
 */
function tinted(pen, color, share, corners) {
  const whole = pen.globalAlpha;
  pen.globalAlpha = share * whole;
  pen.fillStyle = color;
  trace(pen, corners, true);
  pen.fill();
  pen.globalAlpha = whole;
}

/**
 * Stroke a path twice: wide in the paper's colour, then in its own.
 * @param {Art} art
 * @param {string} color
 * @param {number} width
 * @param {() => void} path
 * @param {number[]} [dashes]
 * @param {boolean} [filled]
 */
function cased({ pen, theme }, color, width, path, dashes = [], filled = false) {
  const whole = pen.globalAlpha;
  pen.beginPath();
  path();
  pen.setLineDash([]);
  pen.strokeStyle = theme.paper;
  pen.globalAlpha = 0.85 * whole;
  pen.lineWidth = width + 2.5;
  pen.stroke();
  pen.globalAlpha = whole;
  pen.setLineDash(dashes);
  pen.strokeStyle = color;
  pen.fillStyle = color;
  pen.lineWidth = filled ? 1 : width;
  if (filled) pen.fill();
  pen.stroke();
}

/**
 * @param {Art} art
 * @param {string} color
 * @param {number} width
 * @param {() => void} path
 * @param {number[]} dashes
 */
function plain({ pen }, color, width, path, dashes) {
  pen.beginPath();
  path();
  pen.setLineDash(dashes);
  pen.strokeStyle = color;
  pen.lineWidth = width;
  pen.stroke();
}

/**
 * @param {Art} art
 * @param {Point} at
 * @param {number} radius
 * @param {string} color
 */
function dot({ pen, theme }, at, radius, color) {
  if (tooFar(at)) return;
  pen.beginPath();
  pen.arc(at[0], at[1], radius, 0, TURN);
  pen.fillStyle = color;
  pen.strokeStyle = theme.paper;
  pen.lineWidth = 1.5;
  pen.stroke();
  pen.fill();
}

/**
 * Find the place of a letter: just beyond an arrow's tip, or beside it where another one stands there.
 * @param {Art} art
 * @param {string} text
 * @param {Point} tip
 * @param {Point} from
 * @param {string} color
 */
function letter({ pen, theme, size, letters }, text, tip, from, color) {
  const angle = Math.atan2(tip[1] - from[1], tip[0] - from[0]);
  const seen = (/** @type {Point} */ [x, y]) => x >= 0 && y >= 0 && x <= size[0] && y <= size[1];
  pen.font = lettering(theme);
  const half = pen.measureText(text).width / 2;
  const free = (/** @type {Point} */ [x, y]) => letters.every((one) => Math.abs(x - one.spot[0]) > half + one.half + 2 || Math.abs(y - one.spot[1]) > LETTER);
  const places = BESIDE.map(([along, across]) => turned(tip, angle, along, across)).filter(seen);
  const spot = places.find(free) ?? places[0];
  if (spot) letters.push({ text, spot, half, color, alpha: pen.globalAlpha });
}

/** @param {import("../shared/theme.js").Theme} theme */
const lettering = (theme) => `600 14px ${theme.font}`;

/**
 * Write the letters of all marks, over the marks.
 * @param {Art} art
 */
export function writeLetters({ pen, theme, letters }) {
  pen.save();
  pen.font = lettering(theme);
  pen.textAlign = "center";
  pen.textBaseline = "middle";
  pen.lineJoin = "round";
  pen.lineWidth = 3.5;
  pen.strokeStyle = theme.paper;
  for (const { text, spot, color, alpha } of letters) {
    pen.globalAlpha = alpha;
    pen.strokeText(text, ...spot);
    pen.fillStyle = color;
    pen.fillText(text, ...spot);
  }
  pen.restore();
}

/**
 * @param {CanvasRenderingContext2D} pen
 * @param {Point[]} points
 * @param {boolean} closed
 */
function trace(pen, points, closed) {
  if (closed) pen.beginPath();
  points.forEach(([x, y], i) => (i ? pen.lineTo(x, y) : pen.moveTo(x, y)));
  if (closed) pen.closePath();
}

/** Points that are not too near to the one before. @param {Point[]} points */
function thinned(points) {
  /** @type {Point[]} */
  const kept = [];
  for (const point of points) if (!kept.length || distance(kept[kept.length - 1], point) > NEAR) kept.push(point);
  return kept;
}

/**
 * @param {Point} a
 * @param {Point} b
 */
const distance = (a, b) => Math.hypot(a[0] - b[0], a[1] - b[1]);

/** @param {Point} point */
const tooFar = ([x, y]) => !(Math.abs(x) < FAR && Math.abs(y) < FAR);
