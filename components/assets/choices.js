/* A choice keeps the reader where they are: the page's parts that changed are changed in place, once the
   answer is there. Until then, and where none comes, page, controls and address go on saying the same.
   Asked of Dash's callbacks as its renderer would ask (pages/_choice.py). */
(function () {
  "use strict";
  const CALLBACKS = "/_dash-update-component", SLOW = 4000, LONGEST = 30000, REGIONS = ["header", "page", "footer"];
  const page = document.getElementById("page"), told = document.getElementById("told");
  if (!page) { return; }
  const own = { here: window.location.pathname, search: window.location.search, ask: ask };
  window.chorus = own;
  let going = null;

  /* Ask one callback; *output* is "id.property", *state* the values of the id by property. */
  function ask(output, search, state, signal) {
    const [id, property] = output.split("."), token = /(?:^|; )chorus-csrf=([^;]*)/.exec(document.cookie);
    const input = (name, value) => ({ id: "address", property: name, value: value });
    return fetch(CALLBACKS, {
      method: "POST", signal: signal,
      headers: { "Content-Type": "application/json", "X-Chorus-CSRF": token ? decodeURIComponent(token[1]) : "" },
      body: JSON.stringify({
        output: output, outputs: { id: id, property: property }, changedPropIds: ["address.search"],
        inputs: [input("pathname", own.here), input("search", search)],
        state: Object.keys(state).map((name) => ({ id: id, property: name, value: state[name] }))
      })
    }).then((reply) => {
      if (!reply.ok) { throw Object.assign(new Error("refused"), { status: reply.status }); }
      return reply.status === 204 ? null : reply.json().then((found) => found.response[id][property]);
    });
  }

  /* ---- From the old part to the new one: what is the same stays, and with it focus and what is open. ---- */
  function nameOf(node) {
    return [node.nodeName, node.id, node.getAttribute && (node.getAttribute("aria-labelledby") || node.getAttribute("name"))].join(" ");
  }
  function turn(old, fresh) {
    if (old.nodeType === Node.TEXT_NODE) { if (old.data !== fresh.data) { old.data = fresh.data; } return; }
    if (old.nodeType !== Node.ELEMENT_NODE || old.isEqualNode(fresh)) { return; }
    if (old.matches(".chart")) {
      const same = old.querySelector(":scope > svg"), other = fresh.querySelector(":scope > svg");
      if (!same || !other || !same.isEqualNode(other)) { old.replaceWith(fresh); }
      return;
    }
    Array.from(old.attributes).forEach((a) => { if (!fresh.hasAttribute(a.name) && a.name !== "open") { old.removeAttribute(a.name); } });
    Array.from(fresh.attributes).forEach((a) => { if (old.getAttribute(a.name) !== a.value) { old.setAttribute(a.name, a.value); } });
    turnAll(old, Array.from(fresh.childNodes));
  }
  /* *wanted* are new nodes, or old ones that stay as they are. */
  function turnAll(parent, wanted) {
    const there = Array.from(parent.childNodes), kept = new Set(wanted.filter((node) => node.parentNode === parent));
    let from = 0;
    const pairs = wanted.map((fresh) => {
      if (kept.has(fresh)) { from = there.indexOf(fresh) + 1; return [fresh, fresh]; }
      for (let at = from; at < there.length && !kept.has(there[at]); at += 1) {
        if (nameOf(there[at]) === nameOf(fresh)) { from = at + 1; return [there[at], fresh]; }
      }
      return [null, fresh];
    });
    const staying = new Set(pairs.map((pair) => pair[0]));
    there.forEach((node) => { if (!staying.has(node)) { node.remove(); } });
    let next = parent.firstChild;
    pairs.forEach(([old, fresh]) => {
      if (!old) { parent.insertBefore(fresh, next); return; }
      next = old.nextSibling;
      if (old !== fresh) { turn(old, fresh); }
    });
  }

  const shownParts = (region) => Array.from(region.querySelectorAll(":scope > [data-part]"));

  function show(answer) {
    REGIONS.forEach((name) => {
      const region = document.getElementById(name), old = new Map(shownParts(region).map((part) => [part.dataset.part, part]));
      turnAll(region, answer.parts[name].map(([digest, html]) => {
        if (html === undefined) { return old.get(digest); }
        const made = document.createElement("template");
        made.innerHTML = html;
        return made.content.firstElementChild;
      }).filter(Boolean));
    });
    document.title = answer.title;
    document.documentElement.lang = answer.lang;
  }

  /* ---- Asking, and saying so ---- */
  const address = (search) => own.here + search;
  const forms = () => page.querySelectorAll("form.filters");

  function busy(is) {
    if (is) { page.setAttribute("aria-busy", "true"); } else { page.removeAttribute("aria-busy"); }
    page.querySelectorAll("[data-keep]").forEach((button) => { button.disabled = is; });
  }
  /* The controls say what the page shows. */
  function goBack() { forms().forEach((form) => form.reset()); }
  /* What stands in the search field that has the focus. */
  function words() { return document.activeElement.matches("form.filters input[type=search]") ? document.activeElement.value : null; }
  function hush() { document.querySelectorAll(".unanswered").forEach((old) => old.remove()); }

  function say(kind, beside, again) {
    hush();
    const line = document.createElement("div"), words = document.createElement("span");
    line.className = "unanswered";
    line.setAttribute("role", "alert");
    words.textContent = page.dataset[kind];
    line.append(words);
    if (again) {
      const button = Object.assign(document.createElement("button"), { type: "button", className: "quiet", textContent: page.dataset.again });
      button.addEventListener("click", () => { beside.focus({ preventScroll: true }); again(); });
      line.append(" ", button);
    }
    if (beside.form) { beside.form.append(line); } else { (beside.closest("nav, p, form, section") || page.firstElementChild).after(line); }
  }

  function stop() {
    if (!going) { return; }
    window.clearTimeout(going.slow);
    window.clearTimeout(going.late);
    going.abort.abort();
    going = null;
    busy(false);
  }

  /* Show the page of *search*. *beside* is what asked; *then* follows the answer, *otherwise* what came instead. */
  function choose(search, beside, then, otherwise, isBack) {
    if (going && going.search === search) { return; }
    stop();
    hush();
    if (search === own.search) { return; }
    const mine = { search: search, abort: new AbortController(), words: words() };
    const again = () => {
      if (beside.form) { put(beside.form, search); }
      choose(search, beside, then, otherwise, isBack);
    };
    const fail = (kind) => {
      if (going !== mine) { return; }
      stop();
      goBack();
      if (otherwise) { otherwise(); }
      say(kind, beside, again);
    };
    going = mine;
    mine.slow = window.setTimeout(() => say("slow", beside, null), SLOW);
    mine.late = window.setTimeout(() => fail("failed"), LONGEST);
    busy(true);
    const shown = REGIONS.flatMap((name) => shownParts(document.getElementById(name)).map((part) => part.dataset.part));
    ask("page.data", search, { parts: shown }, mine.abort.signal).then((answer) => {
      if (going !== mine) { return; }
      const focused = document.activeElement, before = beside.isConnected ? beside.getBoundingClientRect().top : null;
      // Back and Forward choose nothing; what they show says itself.
      const label = !isBack && beside.selectedOptions ? beside.selectedOptions[0].textContent + ". " : "";
      const typed = words();
      stop();
      hush();
      show(answer);
      goBack();
      // Whoever types on while an answer is on its way keeps the words.
      if (typed !== null && typed !== mine.words && document.activeElement === focused) { focused.value = typed; }
      own.search = search;
      then();
      document.dispatchEvent(new Event("chorus:shown"));
      // A link like "Clear" goes with its choice; what it stood beside is next.
      const home = forms()[0];
      if (!focused.isConnected && home) { home.tabIndex = -1; home.focus({ preventScroll: true }); }
      // Sentences grow and shrink; the control stays under the eye.
      if (before !== null && beside.isConnected && document.activeElement === beside) { window.scrollBy(0, beside.getBoundingClientRect().top - before); }
      told.textContent = label + (answer.told || answer.title);
    }).catch((error) => {
      if (going !== mine) { return; }
      fail(navigator.onLine === false ? "offline" : error.status === 429 ? "busy" : "failed");
      if (!error.status && error.name !== "TypeError") { throw error; }
    });
  }

  /* Choices live in the address, so what one reader sees can be sent to another. */
  function searchOf(form) {
    const params = new URLSearchParams(own.search);
    form.querySelectorAll("select, input[type=search]").forEach((control) => {
      if (control.value === "" || control.value === (control.dataset.default || "")) { params.delete(control.name); }
      else { params.set(control.name, control.value); }
    });
    params.delete("page");
    const after = params.toString();
    return after ? "?" + after : "";
  }
  function put(form, search) {
    const params = new URLSearchParams(search);
    form.querySelectorAll("select, input[type=search]").forEach((control) => { control.value = params.get(control.name) || control.dataset.default || ""; });
  }
  function pushed(search) {
    return () => {
      remember();
      window.history.pushState({ top: window.scrollY }, "", address(search));
    };
  }

  document.addEventListener("change", (event) => {
    const form = event.target.closest("form.filters");
    if (!form) { return; }
    const search = searchOf(form);
    choose(search, event.target, pushed(search));
  });
  document.addEventListener("submit", (event) => {
    if (!event.target.matches("form.filters")) { return; }
    event.preventDefault();
    const search = searchOf(event.target);
    choose(search, event.target.querySelector("input[type=search], select"), pushed(search));
  });
  /* A link to this page with other choices is a choice. */
  document.addEventListener("click", (event) => {
    const link = event.target.closest("main a[href]");
    if (!link || event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey || link.target || link.download) { return; }
    const to = new URL(link.href), now = new URLSearchParams(own.search), then = new URLSearchParams(to.search);
    if (to.origin !== window.location.origin || to.pathname !== own.here || to.hash || to.search === own.search) { return; }
    if (now.get("lang") !== then.get("lang") || now.get("release") !== then.get("release")) { return; }
    event.preventDefault();
    choose(to.search, link, pushed(to.search));
  });

  /* Back and Forward bring the choice and the place on the page. */
  let resting = null;
  function remember() { window.history.replaceState({ top: window.scrollY }, ""); }
  window.addEventListener("scroll", () => {
    window.clearTimeout(resting);
    resting = window.setTimeout(() => { if (!going && window.location.search === own.search) { remember(); } }, 100);
  }, { passive: true });
  window.addEventListener("popstate", (event) => {
    if (window.location.pathname !== own.here) { window.location.reload(); return; }
    window.clearTimeout(resting);
    const wanted = window.location.search, top = event.state ? event.state.top : null, control = page.querySelector("form.filters select, form.filters input[type=search]") || page;
    if (wanted === own.search) { stop(); goBack(); return; }
    const back = () => { window.history.replaceState({ top: top }, "", address(wanted)); if (top !== null) { window.scrollTo(0, top); } };
    // The address says what the page shows.
    choose(wanted, control, back, () => window.history.replaceState(null, "", address(own.search)), true);
  });
})();
