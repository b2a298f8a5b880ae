// Runs in the page before anything else: notes, on the page's own clock, what came in, what was asked for and what was drawn.
(() => {
  const events = [];
  window.benchmark = { events };
  const note = (kind, at, more) => events.push({ kind, at, ...more });
  for (const kind of ["mouseup", "keydown"]) {
    window.addEventListener(kind, (event) => note(kind, event.timeStamp), { capture: true });
  }
  document.addEventListener("thalweg:begun", () => requestAnimationFrame((at) => note("begun", performance.now(), { frame: at })));
  document.addEventListener("thalweg:drawn", (event) => note("drawn", performance.now(), event.detail));
  document.addEventListener("thalweg:sketched", (event) => {
    const { kind } = event.detail;
    requestAnimationFrame((at) => note("sketched", performance.now(), { of: kind, frame: at }));
  });
  window.benchmark.watch = () => document.querySelector("[data-testid=stage-curves]").on("plotly_afterplot", () => note("curves", performance.now()));
  // An answer's place in the record is when it was asked for; end: when all of it was there. What came from the cache has no bytes.
  const fetched = ({ name, startTime, responseEnd, transferSize, encodedBodySize }) =>
    note("fetched", startTime, { of: new URL(name).pathname, end: responseEnd, bytes: transferSize ? encodedBodySize : 0 });
  new PerformanceObserver((list) => list.getEntries().forEach(fetched)).observe({ type: "resource" });
  const Socket = window.WebSocket;
  window.WebSocket = class extends Socket {
    constructor(...told) {
      super(...told);
      this.addEventListener("message", ({ data: body }) => note("received", performance.now(), { bytes: body.byteLength ?? body.size ?? body.length ?? 0 }));
    }
  };
})();
