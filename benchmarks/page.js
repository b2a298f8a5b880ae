// Runs in the page before anything else: notes, on the page's own clock, what came in, what went out and what was drawn.
(() => {
  const events = [];
  window.benchmark = { events };
  const note = (kind, at, more) => events.push({ kind, at, ...more });
  for (const kind of ["mouseup", "keydown"]) {
    window.addEventListener(kind, (event) => note(kind, event.timeStamp), { capture: true });
  }
  document.addEventListener("thalweg:drawn", (event) => note("drawn", performance.now(), event.detail));
  document.addEventListener("thalweg:sketched", (event) => {
    const { kind } = event.detail;
    requestAnimationFrame((at) => note("sketched", performance.now(), { of: kind, frame: at }));
  });
  const listened = new WeakSet();
  const send = WebSocket.prototype.send;
  WebSocket.prototype.send = function (data) {
    note("sent", performance.now());
    if (!listened.has(this)) {
      listened.add(this);
      this.addEventListener("message", ({ data: body }) => note("received", performance.now(), { bytes: body.byteLength ?? body.size ?? 0 }));
    }
    return send.call(this, data);
  };
})();
