/* A form somebody fills in: sent by its callback, kept on this device until then. */
(function () {
  "use strict";
  /* Dash writes an id that is more than a word as text, its keys in order. */
  function placed(id) {
    const sorted = Object.fromEntries(Object.keys(id).sort().map((key) => [key, id[key]]));
    return document.getElementById(JSON.stringify(sorted));
  }

  /* A form is sent by its callback, never by the browser. */
  document.addEventListener("submit", function (event) {
    if (event.target.matches(".write-form")) { event.preventDefault(); }
  });

  window.dash_clientside = Object.assign({}, window.dash_clientside, {
    chorus: {
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
          if (outcome.querySelector(".done")) { window.chorusForget(kept); }
        });
        return window.dash_clientside.no_update;
      }
    }
  });
})();
