/* Pictures: chart or table; touched, drawn by Plotly, which tells what lies under a finger; kept as a file. */
(function () {
  "use strict";
  const given = document.currentScript.dataset, loading = {};

  function script(address, integrity) {
    loading[address] = loading[address] || new Promise((done, failed) => {
      const made = Object.assign(document.createElement("script"), { src: address, onload: done, onerror: failed });
      if (integrity) { made.integrity = integrity; }
      document.head.append(made);
    }).catch((error) => { delete loading[address]; throw error; });
    return loading[address];
  }

  /* ---- Chart or table ---- */
  function showAs(block) {
    const chosen = block.querySelector(".btn-check:checked"), isTable = chosen && chosen.value === "table";
    const picture = block.querySelector(".picture"), rows = block.querySelector(".rows");
    picture.classList.toggle("visually-hidden", isTable);
    rows.classList.toggle("visually-hidden", !isTable);
    rows.tabIndex = isTable ? 0 : -1;
  }
  document.addEventListener("change", (event) => { if (event.target.matches(".btn-check")) { showAs(event.target.closest("section")); } });

  /* ---- A picture somebody touches ---- */
  function touched(event) {
    const place = event.target.closest && event.target.closest(".chart[data-live]");
    if (!place || place.plot) { return; }
    const colors = document.documentElement.getAttribute("data-bs-theme"), plot = document.createElement("div"), svg = place.querySelector("svg");
    plot.className = "plot";
    place.plot = plot;
    Promise.all([
      window.chorus.ask("picture.figures", window.chorus.search, { name: place.dataset.chart, colors: colors }),
      script(given.plotly, given.integrity), document.fonts.ready
    ]).then(([figures]) => {
      if (place.plot !== plot || !place.isConnected) { return; }
      const figure = figures[place.dataset.chart], box = svg.getBoundingClientRect();
      place.append(plot);
      // As high as the picture it replaces: nothing under it moves.
      return window.Plotly.newPlot(plot, figure.data, Object.assign({}, figure.layout, { width: box.width }), Object.assign({}, figure.config, { responsive: false }))
        .then(() => { if (place.plot === plot) { place.classList.add("is-live"); } });
    }).catch(() => { if (place.plot === plot) { still(place); } });
  }
  /* Back to the picture the server drew. */
  function still(place) {
    if (!place.plot) { return; }
    if (window.Plotly) { window.Plotly.purge(place.plot); }
    place.plot.remove();
    place.plot = null;
    place.classList.remove("is-live");
  }
  function stillAll() { document.querySelectorAll(".chart[data-live]").forEach(still); }
  ["pointerover", "pointerdown", "focusin"].forEach((kind) => document.addEventListener(kind, touched, { passive: true }));
  ["beforeprint", "resize"].forEach((kind) => window.addEventListener(kind, stillAll));
  document.addEventListener("chorus:colors", stillAll);
  document.addEventListener("chorus:shown", () => document.querySelectorAll("section.block .rows").forEach((rows) => { if (rows.closest("section").querySelector(".btn-check")) { showAs(rows.closest("section")); } }));

  /* ---- A picture that leaves the page carries its question, its reading and its source. ---- */
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-keep]");
    if (!button || document.querySelector("#page[aria-busy]")) { return; }
    const section = button.closest("section"), about = Object.assign({ title: section.querySelector("h2").textContent }, button.dataset);
    script(given.keep).then(() => window.chorusKeep(section, about, button.dataset.keep));
  });
})();
