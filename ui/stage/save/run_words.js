// What a picture says where a run ends, as the paths on the stage do.

import { count } from "../shared/format.js";

/**
 * @param {import("../flow/packet.js").Run} run
 * @param {import("./shown_path.js").ShownPath} path
 * @param {number} time
 * @returns {string} "leaves at 41", "diverged at step 41"; nothing for a run that is in the picture
 */
export function endWords(run, path, time) {
  const broken = run.last < run.steps && time >= run.last;
  if (path.exit) return run.flag && (broken || time >= run.steps) ? run.flag : `leaves at ${count(path.exit.step)}`;
  return broken && path.now ? (run.flag ?? `not finite at ${count(run.last + 1)}`) : "";
}
