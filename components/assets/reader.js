/* What this device knows of its reader: colors, before anything is drawn, and drafts, which whoever leaves takes along. */
(function () {
  "use strict";
  const root = document.documentElement;
  let stored = null;
  try { stored = window.localStorage.getItem("chorus-colors"); } catch (e) { /* private mode */ }
  // Forced colors bring a ground of their own; what is drawn must stand out from that one.
  if (window.matchMedia("(forced-colors: active)").matches) { stored = null; }
  const dark = stored ? stored === "dark" : window.matchMedia("(prefers-color-scheme: dark)").matches;
  root.setAttribute("data-bs-theme", dark ? "dark" : "light");

  document.addEventListener("click", function (event) {
    if (!event.target.closest("#theme-toggle")) { return; }
    const next = root.getAttribute("data-bs-theme") === "dark" ? "light" : "dark";
    root.setAttribute("data-bs-theme", next);
    try { window.localStorage.setItem("chorus-colors", next); } catch (e) { /* private mode */ }
    document.dispatchEvent(new Event("chorus:colors"));
  });

  /* Paper is light, whatever the screen is. */
  let onScreen = null;
  window.addEventListener("beforeprint", function () {
    onScreen = root.getAttribute("data-bs-theme");
    root.setAttribute("data-bs-theme", "light");
  });
  window.addEventListener("afterprint", function () {
    if (onScreen) { root.setAttribute("data-bs-theme", onScreen); }
    onScreen = null;
  });

  /* Half-filled forms live in this browser under keys that name the draft. */
  window.chorusForget = function (wanted) {
    try {
      Object.keys(window.localStorage).forEach(function (key) {
        if (key.indexOf("_dash_persistence.") === 0 && key.indexOf(wanted) > 0) { window.localStorage.removeItem(key); }
      });
    } catch (e) { /* private mode */ }
  };
  document.addEventListener("submit", function (event) {
    if (event.target.action && event.target.action.endsWith("/sign-out")) { window.chorusForget("chorus-draft:"); }
  });
})();
