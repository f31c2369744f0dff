/* What only the browser can know: the reader's colors, the address, the page's title. */
(function () {
  "use strict";
  var stored = null;
  try { stored = window.localStorage.getItem("chorus-colors"); } catch (e) { /* private mode */ }
  // Forced colors bring a ground of their own; what is drawn must stand out from that one.
  if (window.matchMedia("(forced-colors: active)").matches) { stored = null; }
  var dark = stored ? stored === "dark" : window.matchMedia("(prefers-color-scheme: dark)").matches;
  document.documentElement.setAttribute("data-bs-theme", dark ? "dark" : "light");

  /* Light tokens to dark ones, in every string of a figure. The map comes from the server. */
  function repaint(value, map) {
    if (typeof value === "string") {
      if (map[value]) { return map[value]; }
      return value.indexOf("#") < 0 ? value : value.replace(/#[0-9A-F]{6}/g, function (c) { return map[c] || c; });
    }
    if (Array.isArray(value)) { return value.map(function (v) { return repaint(v, map); }); }
    if (value && typeof value === "object") {
      var out = {};
      Object.keys(value).forEach(function (key) { out[key] = repaint(value[key], map); });
      return out;
    }
    return value;
  }

  /* On paper a chart is as wide as the page: drawn for it, and afterwards for the window again. */
  var PAPER = 820;
  function onPaper(width) {
    document.querySelectorAll(".page-body > .block > .picture .js-plotly-plot, .page-body > .block .picture > div > div > .dash-graph .js-plotly-plot").forEach(function (plot) {
      if (plot.offsetParent && plot.offsetWidth > PAPER / 2) { window.Plotly.relayout(plot, { width: width, autosize: !width }); }
    });
  }
  window.addEventListener("beforeprint", function () { onPaper(PAPER); });
  window.addEventListener("afterprint", function () { onPaper(null); });

  /* Dash writes an id that is more than a word as text, its keys in order. */
  function placed(id) {
    var keys = Object.keys(id).sort(), sorted = {};
    keys.forEach(function (key) { sorted[key] = id[key]; });
    return document.getElementById(JSON.stringify(sorted));
  }

  /* The first answer is the page. Once Dash has drawn the same one, it takes the place: focus
     and scroll stay where they are, and nobody sees or hears the page twice. */
  function isDrawn(root, first) {
    // A picture in another site's frame has no header.
    return root.querySelector("#question, .nothing") && (root.querySelector("#frame-header *") || !first.querySelector("header *"))
      && Array.prototype.every.call(root.querySelectorAll(".dash-graph"), function (graph) { return graph.offsetParent === null || graph.querySelector(".main-svg"); });
  }
  /* Where the same thing stands in the page that takes over: as many of its kind come before it. */
  function counterpart(old, from, root) {
    var kind = old.tagName.toLowerCase() + (old.getAttribute("href") ? "[href=\"" + CSS.escape(old.getAttribute("href")) + "\"]" : "");
    var at = Array.prototype.indexOf.call(from.querySelectorAll(kind), old);
    return root.querySelectorAll(kind)[at];
  }
  function takeOver() {
    var first = document.getElementById("first"), root = document.getElementById("react-entry-point");
    if (!first) { return; }
    if (!root || !isDrawn(root, first)) { return void window.requestAnimationFrame(takeOver); }
    var held = first.contains(document.activeElement) ? document.activeElement : null;
    var next = held && counterpart(held, first, root);
    first.querySelectorAll("details[open]").forEach(function (open) {
      var same = counterpart(open, first, root);
      if (same) { same.open = true; }
    });
    first.remove();
    if (next) { next.focus({ preventScroll: true }); }
  }
  document.addEventListener("DOMContentLoaded", takeOver);
  /* A choice made before then asks for its page as it would without a script. */
  document.addEventListener("change", function (event) {
    var form = event.target.closest && event.target.closest("#first .filters");
    if (form) { form.submit(); }
  });

  /* Half-filled forms live in this browser under keys that name the draft. */
  function forget(wanted) {
    try {
      Object.keys(window.localStorage).forEach(function (key) {
        if (key.indexOf("_dash_persistence.") === 0 && key.indexOf(wanted) > 0) { window.localStorage.removeItem(key); }
      });
    } catch (e) { /* private mode */ }
  }

  /* A form is sent by its callback, never by the browser; whoever leaves takes drafts along. */
  document.addEventListener("submit", function (event) {
    if (event.target.matches(".write-form, #react-entry-point .filters")) { event.preventDefault(); }
    if (event.target.action && event.target.action.endsWith("/sign-out")) { forget("chorus-draft:"); }
  });

  window.dash_clientside = Object.assign({}, window.dash_clientside, {
    chorus: {
      /* Fonts first: labels measured in a fallback face end up in the wrong place. */
      draw: function (figure, colors, map) {
        if (!figure) { return window.dash_clientside.no_update; }
        var now = document.documentElement.getAttribute("data-bs-theme");
        return document.fonts.ready.then(function () {
          return now === "dark" ? repaint(figure, map) : structuredClone(figure);
        });
      },
      toggle: function (clicks) {
        var root = document.documentElement;
        if (clicks) {
          var next = root.getAttribute("data-bs-theme") === "dark" ? "light" : "dark";
          root.setAttribute("data-bs-theme", next);
          try { window.localStorage.setItem("chorus-colors", next); } catch (e) { /* private mode */ }
        }
        return root.getAttribute("data-bs-theme");
      },
      /* Choices live in the address, so what one reader sees can be sent to another. */
      choose: function (values, ids, search) {
        var params = new URLSearchParams(search || "");
        var before = params.toString();
        ids.forEach(function (id, i) {
          var value = values[i];
          if (value === null || value === undefined || value === "" || value === id.default) { params.delete(id.name); }
          else { params.set(id.name, value); }
        });
        var changed = window.dash_clientside.callback_context.triggered.length > 0;
        if (!changed || params.toString() === before) { return window.dash_clientside.no_update; }
        params.delete("page");
        var after = params.toString();
        return after ? "?" + after : "";
      },
      show: function (choice) {
        return choice === "table" ? ["picture visually-hidden", "rows", "0"] : ["picture", "rows visually-hidden", "-1"];
      },
      /* A picture that leaves the page carries its question, its reading and its source. */
      keep: function (clicks, abouts, aboutIds, lights, lightIds) {
        var fired = window.dash_clientside.callback_context.triggered[0];
        if (!fired || !fired.value) { return window.dash_clientside.no_update; }
        var wanted = JSON.parse(fired.prop_id.slice(0, fired.prop_id.lastIndexOf(".")));
        var about = abouts[aboutIds.findIndex(function (id) { return id.name === wanted.name; })];
        var figures = Object.fromEntries(lightIds.map(function (id, i) { return [id.name, lights[i]]; }));
        var section = placed({ type: "picture", name: wanted.name }).closest("section");
        return window.chorusKeep(section, about, wanted.kind, figures);
      },
      send: function (clicks, id) {
        var form = clicks && placed(id).closest("form");
        if (!form || !form.reportValidity()) { return window.dash_clientside.no_update; }
        return Date.now();
      },
      /* What came of it is where the eye goes next; what was kept meanwhile is not needed any more. */
      settle: function (children, kept, id) {
        window.requestAnimationFrame(function () {
          var outcome = placed(id);
          if (!outcome || !outcome.firstElementChild) { return; }
          outcome.focus();
          outcome.scrollIntoView({ block: "center" });
          document.querySelectorAll(".write-form .asked").forEach(function (label) {
            var wrong = label.parentElement.querySelector(".wrong");
            var place = label.closest(".field, fieldset");
            place.querySelectorAll("input, select, textarea").forEach(function (control) {
              if (wrong && wrong.textContent) { control.setAttribute("aria-invalid", "true"); }
              else { control.removeAttribute("aria-invalid"); }
            });
          });
          if (outcome.querySelector(".done")) { forget(kept); }
        });
        return window.dash_clientside.no_update;
      },
      title: function (words) {
        if (!words) { return window.dash_clientside.no_update; }
        document.title = words.title;
        document.documentElement.lang = words.lang;
        return words.title;
      }
    }
  });
})();
