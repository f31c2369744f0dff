/* What only the browser can know: the reader's colors, the address, the page's title. */
(function () {
  "use strict";
  var stored = null;
  try { stored = window.localStorage.getItem("chorus-colors"); } catch (e) { /* private mode */ }
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
      title: function (words) {
        if (!words) { return window.dash_clientside.no_update; }
        document.title = words.title;
        document.documentElement.lang = words.lang;
        return words.title;
      }
    }
  });
})();
