// Who gets which room: the map as large as equal scales on both axes allow, the runs and the curves beside it, the relief where
// there is room left; where there is none, it takes turns with the map.

/**
 * @typedef {Object} Ground what is to be laid out
 * @property {number} width of the stage, px
 * @property {number} height that is free for the row of pictures
 * @property {number} aspect width by height of the map's window
 * @property {number} strip height of the runs' lines
 * @property {[number, number]} frame what the map's axes and borders take, across and down
 * @property {boolean} [guest] whether something else stands where the relief does
 * @property {boolean} [large] whether it is read from afar
 * @property {boolean} [learns] whether there are rows of data, which stand where the relief does
 *
 * @typedef {{map: number, row: number, relief: "beside"|"turns", across?: boolean}} Room px: the map's width and the row's height; across: data and curves stand beside each other
 */

const GAP = 10; // px between panels
const [LARGE, PRESENTED] = [1300, 1000]; // px: a stage as wide as that is read from afar; so is a narrower one that is presented
const LEAST_SIDE = 360; // px that the runs and curves have at least
const [SHARE, FAR_SHARE] = [0.36, 0.42]; // and of the stage: so much, and more where they are read from afar
const [CURVES, RELIEF] = [190, 150]; // px: heights below which they cannot be read
const FAR = 1.35; // times as high as that, where they are read from afar
const LEAST_MAP = 300; // px
// Where rows of data are learnt from: the side's share; px of data and curves, at least, and both with ease; a side so wide has both beside each other
const [DATA_SHARE, DATA, DATA_CURVES, GOOD, ACROSS] = [0.44, 200, 160, 470, 620];

/** @param {Ground} ground @returns {Room} */
export function roomOf({ width, height, aspect, strip, frame: [across, down], guest = false, large = false, learns = false }) {
  const share = learns ? DATA_SHARE : large ? FAR_SHARE : SHARE;
  const most = width - GAP - Math.max(LEAST_SIDE, share * width);
  const map = Math.max(LEAST_MAP, Math.min(most, (height - down) * aspect + across));
  const tall = (map - across) / aspect + down;
  if (learns) {
    const across = width - map - GAP >= ACROSS && height - strip - 2 * GAP < GOOD * (large ? FAR : 1);
    const [least, good] = [across ? DATA : DATA + DATA_CURVES, GOOD].map((pictures) => strip + 2 * GAP + pictures);
    return { map: Math.round(map), row: Math.round(Math.max(Math.min(Math.max(tall, good), height), least)), relief: "turns", across };
  }
  const [few, all] = [strip + GAP + CURVES, strip + 2 * GAP + (CURVES + RELIEF) * (large ? FAR : 1)];
  const beside = all <= Math.max(height, tall) && !guest;
  return { map: Math.round(map), row: Math.round(Math.max(Math.min(tall, height), beside ? all : few)), relief: beside ? "beside" : "turns" };
}

/**
 * @param {HTMLElement} root the stage
 * @param {{grid: HTMLElement, map: HTMLElement, strip: HTMLElement, bar: HTMLElement, below: HTMLElement, inside: HTMLElement}} parts
 * @param {(large: boolean) => [number, number]} frameOf what the map's axes take
 */
export function createRoom(root, { grid, map, strip, bar, below, inside }, frameOf) {
  let aspect = 1;
  let learns = false;
  let request = 0;
  const watcher = new ResizeObserver(() => {
    cancelAnimationFrame(request);
    request = requestAnimationFrame(fit);
  });
  for (const one of [root, strip, bar, below]) watcher.observe(one);
  window.addEventListener("resize", fit);

  /** What is free between the top of the row, where the page stands at its beginning, and the bar. */
  function free() {
    const page = root.closest("[data-testid=stMain]");
    const own = root.matches(":fullscreen, .thw-full, .thw-present");
    const scrolled = own ? root.scrollTop : (page?.scrollTop ?? window.scrollY);
    const top = map.getBoundingClientRect().top + scrolled;
    const after = root.matches(".thw-present") ? below.getBoundingClientRect().height : 0; // nothing needs scrolling there
    return window.innerHeight - Math.max(0, top) - bar.getBoundingClientRect().height - after - 2.8 * GAP;
  }

  function fit() {
    const width = root.clientWidth;
    if (!width) return;
    const large = width >= (root.matches(".thw-present") ? PRESENTED : LARGE);
    root.classList.toggle("thw-large", large);
    const guest = !inside.hidden && large;
    root.dataset.inside = guest ? "beside" : "below";
    root.style.setProperty("--thw-aspect", String(aspect));
    for (let pass = 0; pass < 2; pass++) { // the strip's height follows from the map's width
      const room = roomOf({ width, height: Math.max(320, free()), aspect, strip: strip.getBoundingClientRect().height, frame: frameOf(large), guest, large, learns });
      root.style.setProperty("--thw-map-width", `${room.map}px`);
      root.style.setProperty("--thw-height", `${room.row}px`);
      grid.dataset.relief = room.relief;
      if (learns) grid.dataset.rows = room.across ? "across" : "below";
      else delete grid.dataset.rows;
    }
  }

  return {
    fit,
    /** @param {import("./picture.js").Picture} picture */
    show({ packet: { view, data, plane } }) {
      aspect = aspectOf(view);
      learns = data !== null;
      grid.toggleAttribute("data-unseen", Boolean(plane));
      fit();
    },
    destroy() {
      watcher.disconnect();
      cancelAnimationFrame(request);
      window.removeEventListener("resize", fit);
    },
  };
}

const ELONGATED = 8; // sides of a window that differ more have scales of their own

/**
 * Width by height of a window on equal scales; 1 for one that is too long for them.
 * @param {[[number, number], [number, number]]} view
 */
export function aspectOf(view) {
  const [width, height] = view.map(([from, to]) => Math.abs(to - from));
  return isElongated(view) ? 1 : width / height;
}

/** Whether a window's axes are drawn to different scales. @param {[[number, number], [number, number]]} view */
export function isElongated(view) {
  const [width, height] = view.map(([from, to]) => Math.abs(to - from));
  return !(Math.max(width, height) <= ELONGATED * Math.min(width, height));
}
