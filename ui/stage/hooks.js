// What tests and benchmarks may ask of the stage.

/**
 * @typedef {Object} Asked
 * @property {ReturnType<typeof import("./map/map_panel.js").createMapPanel>} map
 * @property {ReturnType<typeof import("./maps/maps_panel.js").createMapsPanel>} maps
 * @property {ReturnType<typeof import("./relief/relief_panel.js").createReliefPanel>} relief
 * @property {ReturnType<typeof import("./data/data_view.js").createDataView>} data
 * @property {ReturnType<typeof import("./time/player.js").createPlayer>} player
 * @property {ReturnType<typeof import("./flow/showing.js").createShowing>} showing
 */

/** @param {Asked} asked */
export function createHooks({ map: { plot, view: map, marks, lens }, maps, relief: { view: relief, marks: raised }, data, player, showing }) {
  return {
    get ends() {
      return map.ends;
    },
    /** What is seen of the maps; nothing while none is open. */
    get maps() {
      return maps.told;
    },
    /** What the relief shows besides the paths. */
    get relief() {
      return { ends: relief.ends, landmarks: relief.landmarks, marks: raised.painted, stems: relief.stems };
    },
    project(/** @type {number} */ x, /** @type {number} */ y) {
      const spot = map.place(x, y);
      const box = plot.getBoundingClientRect();
      return spot && [box.left + spot[0], box.top + spot[1]];
    },
    unproject: map.unproject,
    iterate: map.iterate,
    marks: marks.marks,
    diamonds: () => ({ map: map.diamonds(), relief: relief.diamonds() }),
    /** Where a row of data is, by its number, or a place of its axes. */
    projectData: data.project,
    /** The rows of data as they are drawn. */
    get rows() {
      return data.rows;
    },
    /** The ground that moves under a hand, without its heights. */
    get ground() {
      return map.moving && { ...map.moving, heights: undefined };
    },
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
      return showing.ready;
    },
    /** What is sent beyond the picture. */
    get sent() {
      return showing.picture?.packet.wants;
    },
    get camera() {
      return relief.camera();
    },
    get start() {
      return showing.picture?.packet.start;
    },
  };
}
