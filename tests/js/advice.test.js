// A card's advice: what several pieces of it have in common is said once.

import assert from "node:assert/strict";
import { test } from "node:test";

import { parted } from "../../ui/stage/cards/advice.js";

test("a reason that several pieces of advice have is said once, any other stays where it is", () => {
  const said = ["Stuck: more momentum.", "Stuck: larger steps.", "Try this: b.", "No reason."].map((text) => ({ text, label: "", query: "" }));
  assert.deepEqual(parted(said), [
    { reason: "Stuck:", text: "more momentum." }, { reason: "", text: "larger steps." }, { reason: "", text: "Try this: b." }, { reason: "", text: "No reason." },
  ]);
  const apart = ["Narrow: momentum.", "Slow: more steps.", "Narrow: damped Newton."].map((text) => ({ text, label: "", query: "" }));
  assert.deepEqual(parted(apart).map(({ reason, text }) => [reason, text]), [["Narrow:", "momentum."], ["", "Slow: more steps."], ["", "Damped Newton."]]);
});
