/* Pictures that leave the page, as SVG or PNG, with their question, reading and source.
   The block is laid out once more beyond the edge of the window: in light colors and as wide as
   on a large screen, whoever asks. What the browser laid out is then written down as plain shapes
   and words, so that the file opens anywhere, and looks as here where its fonts are read. */
(function () {
  "use strict";
  var WIDTH = 1168, EDGE = 24, MARK = [44, 34], SHARP = 2, MOST_PIXELS = 16e6, SVG = "http://www.w3.org/2000/svg";
  var PARTS = [".block-head h2", ".reading", ".picture", ".caveats", ":scope > .note, :scope > details > .note"];
  var pen = document.createElement("canvas").getContext("2d"), faces = null;

  function put(parent, name, attributes, text) {
    var made = document.createElementNS(SVG, name);
    Object.keys(attributes).forEach(function (key) {
      var value = attributes[key];
      if (value !== null) { made.setAttribute(key, typeof value === "number" ? +value.toFixed(2) : value); }
    });
    if (text) { made.textContent = text; }
    parent.append(made);
    return made;
  }

  /* A color as every drawing program reads it; null for none at all. */
  function ink(color) {
    var parts = /^rgba?\((\d+), (\d+), (\d+)(?:, ([\d.]+))?\)$/.exec(color);
    if (!parts) { throw new Error("a color the picture does not know: " + color); }
    if (parts[4] === "0") { return null; }
    var hex = parts.slice(1, 4).map(function (part) { return (+part).toString(16).padStart(2, "0"); });
    return { color: "#" + hex.join(""), opacity: parts[4] || null };
  }

  /* The page's own fonts, carried inside the file: a picture may ask for nothing. */
  function fonts() {
    faces = faces || Promise.all(Array.from(document.styleSheets).flatMap(function (sheet) {
      return Array.from(sheet.cssRules).filter(function (rule) { return rule instanceof CSSFontFaceRule; })
        .map(function (rule) { return carried(rule, sheet.href); });
    })).then(function (rules) { return rules.join("\n"); });
    return faces;
  }

  function carried(rule, base) {
    var address = new URL(/url\("?([^")]+)"?\)/.exec(rule.style.getPropertyValue("src"))[1], base);
    return fetch(address).then(function (reply) { return reply.blob(); }).then(function (blob) {
      return new Promise(function (done) {
        var reader = new FileReader();
        reader.onload = function () { done(rule.cssText.replace(/url\("?[^")]+"?\)/, 'url("' + reader.result + '")')); };
        reader.readAsDataURL(blob);
      });
    });
  }

  /* The mark, its lines and its chord, as the page's head shows them. */
  function mark() {
    var near = document.querySelector("link[rel=icon]").href;
    return Promise.all(["mark.svg", "mark-chord.svg"].map(function (file) {
      return fetch(new URL(file, near)).then(function (reply) { return reply.text(); });
    }));
  }

  /* A sheet of its own, so that neither a phone nor dark colors change the picture. */
  function sheet(section, foot) {
    return new Promise(function (done) {
      var frame = document.createElement("iframe");
      frame.className = "keeping";
      frame.tabIndex = -1;
      frame.setAttribute("aria-hidden", "true");
      frame.width = WIDTH;
      frame.onload = function () {
        var inside = frame.contentDocument, root = inside.documentElement, paper = inside.createElement("article");
        root.lang = document.documentElement.lang;
        root.setAttribute("data-bs-theme", "light");
        paper.className = "kept-sheet";
        PARTS.forEach(function (part) {
          var found = section.querySelector(part);
          if (found) { paper.append(inside.importNode(found, true)); }
        });
        paper.querySelector(".picture").className = "picture";
        paper.querySelectorAll(".plot").forEach(function (plot) { plot.remove(); });
        paper.querySelectorAll(".is-live").forEach(function (place) { place.classList.remove("is-live"); });
        paper.append(Object.assign(inside.createElement("p"), { className: "note foot", textContent: foot }));
        var styles = Array.from(document.querySelectorAll("link[rel=stylesheet]"), function (link) {
          return new Promise(function (arrived, failed) {
            var copy = inside.createElement("link");
            Object.assign(copy, { rel: "stylesheet", href: link.href, onload: arrived, onerror: failed });
            inside.head.append(copy);
          });
        });
        inside.body.append(paper);
        done(Promise.all(styles).then(function () {
          paper.getBoundingClientRect();  // asks for the fonts, which come when they are needed
          return inside.fonts.ready;
        }).then(function () { return { frame: frame, paper: paper }; }));
      };
      frame.srcdoc = "<!doctype html><title>…</title>";
      document.body.append(frame);
    });
  }

  /* Every chart on the sheet, as the server drew it. */
  function charts(paper) {
    const drawn = Array.from(paper.querySelectorAll(".chart > svg"), (svg) => [svg, svg.getBoundingClientRect()]);
    return new Map(drawn.filter(([, box]) => box.width));
  }

  function trace(element, out, drawn) {
    var style = element.ownerDocument.defaultView.getComputedStyle(element);
    if (style.display === "none" || style.visibility !== "visible" || element.classList.contains("visually-hidden")) { return; }
    var box = element.getBoundingClientRect();
    if (drawn.has(element)) {
      var chart = document.importNode(element, true);
      Object.entries({ x: box.left, y: box.top, width: box.width, height: box.height, overflow: "visible", "font-family": style.fontFamily })
        .forEach(function (pair) { chart.setAttribute(pair[0], pair[1]); });
      out.append(chart);
      return;
    }
    var into = style.opacity === "1" ? out : put(out, "g", { opacity: style.opacity });
    paint(into, style, box);
    element.childNodes.forEach(function (child) {
      if (child.nodeType === Node.TEXT_NODE) { words(into, child, style); }
      if (child.nodeType === Node.ELEMENT_NODE) { trace(child, into, drawn); }
    });
  }

  /* What lies under an element's words: its color or hatch, its edge, its lines. */
  function paint(out, style, box) {
    var fill = ink(style.backgroundColor), round = parseFloat(style.borderTopLeftRadius) || 0;
    if (style.borderTopLeftRadius.endsWith("%")) { round = box.width * round / 100; }
    function rect(inset, attributes) {
      put(out, "rect", Object.assign({
        x: box.left + inset, y: box.top + inset, width: Math.max(box.width - 2 * inset, 0),
        height: Math.max(box.height - 2 * inset, 0), rx: round || null
      }, attributes));
    }
    if (fill) { rect(0, { fill: fill.color, "fill-opacity": fill.opacity }); }
    if (style.backgroundImage.startsWith("repeating-linear-gradient")) { rect(0, { fill: "url(#hatch)" }); }
    else if (style.backgroundImage !== "none") { throw new Error("a ground the picture does not know"); }
    if (style.boxShadow.endsWith("inset")) {
      var edge = ink(style.boxShadow.slice(0, style.boxShadow.indexOf(")") + 1));
      rect(0.5, { fill: "none", stroke: edge.color });
    }
    var sides = ["Top", "Right", "Bottom", "Left"].map(function (side) {
      var color = ink(style["border" + side + "Color"]), width = parseFloat(style["border" + side + "Width"]);
      return color && width ? { color: color.color, width: width } : null;
    });
    if (sides.every(function (side) { return side && side.color === sides[0].color && side.width === sides[0].width; })) {
      rect(sides[0].width / 2, { fill: "none", stroke: sides[0].color, "stroke-width": sides[0].width });
      return;
    }
    var left = box.left, top = box.top, right = box.right, bottom = box.bottom;
    [[left, top, right, top], [right, top, right, bottom], [left, bottom, right, bottom], [left, top, left, bottom]]
      .forEach(function (ends, i) {
        if (!sides[i]) { return; }
        // A line lies inside its box, half its width from the edge.
        var half = sides[i].width / 2, dx = i === 1 ? -half : i === 3 ? half : 0, dy = i === 0 ? half : i === 2 ? -half : 0;
        put(out, "line", {
          x1: ends[0] + dx, y1: ends[1] + dy, x2: ends[2] + dx, y2: ends[3] + dy,
          stroke: sides[i].color, "stroke-width": sides[i].width
        });
      });
  }

  /* Words where the browser put them, a line at a time, held to the width they have here. */
  function words(out, node, style) {
    var range = node.ownerDocument.createRange(), lines = [];
    if (!node.data.trim()) { return; }
    pen.font = [style.fontStyle, style.fontWeight, style.fontSize, style.fontFamily].join(" ");
    var size = pen.measureText("x"), rise = size.fontBoundingBoxAscent, fall = size.fontBoundingBoxDescent;
    var look = {
      fill: ink(style.color).color, "font-family": style.fontFamily, "font-size": parseFloat(style.fontSize),
      "font-weight": style.fontWeight, "font-style": style.fontStyle === "normal" ? null : style.fontStyle,
      style: style.fontVariantNumeric === "normal" ? null : "font-variant-numeric:" + style.fontVariantNumeric,
      lengthAdjust: "spacingAndGlyphs"
    };
    if (style.writingMode !== "horizontal-tb") {
      range.selectNodeContents(node);
      var box = range.getBoundingClientRect(), x = box.left + box.width / 2, y = box.top + box.height / 2;
      put(out, "text", Object.assign({
        x: x, y: y + (rise - fall) / 2, "text-anchor": "middle", textLength: box.height,
        transform: "rotate(-90 " + x + " " + y + ")"
      }, look), node.data.trim());
      return;
    }
    Array.from(node.data).reduce(function (at, letter) {
      range.setStart(node, at);
      range.setEnd(node, at + letter.length);
      var box = range.getBoundingClientRect(), line = lines[lines.length - 1];
      // A space that the layout swallowed has no width.
      if (box.width) {
        if (!line || Math.abs(line.top - box.top) > 1) { lines.push(line = { top: box.top, left: box.left, height: box.height, said: "" }); }
        line.said += letter;
        if (letter.trim()) { line.right = box.right; }
      }
      return at + letter.length;
    }, 0);
    lines.forEach(function (line) {
      var said = line.said.trimEnd();
      if (!said.trim()) { return; }
      put(out, "text", Object.assign({
        x: line.left, y: line.top + (line.height - rise - fall) / 2 + rise, textLength: line.right - line.left,
        "xml:space": "preserve"
      }, look), said);
    });
  }

  function written(paper, drawn, about, styles, marks) {
    var box = paper.getBoundingClientRect(), wide = Math.max(WIDTH, paper.scrollWidth), high = Math.ceil(box.height);
    var tokens = paper.ownerDocument.defaultView.getComputedStyle(paper.ownerDocument.documentElement);
    var root = document.createElementNS(SVG, "svg");
    Object.entries({ width: wide, height: high, viewBox: "0 0 " + wide + " " + high, role: "img" })
      .forEach(function (pair) { root.setAttribute(pair[0], pair[1]); });
    put(root, "title", {}, about.title);
    put(root, "desc", {}, about.alt);
    put(root, "style", {}, styles);
    var hatch = put(put(root, "defs", {}), "pattern", {
      id: "hatch", width: 6, height: 6, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)"
    });
    put(hatch, "line", { x1: 0.5, y1: 0, x2: 0.5, y2: 6, stroke: tokens.getPropertyValue("--rule2").trim() });
    put(root, "rect", { width: wide, height: high, fill: tokens.getPropertyValue("--paper").trim() });
    trace(paper, root, drawn);
    ["--ink", "--accent"].forEach(function (token, i) {
      var color = tokens.getPropertyValue(token).trim();
      var shape = new DOMParser().parseFromString(marks[i].replaceAll("#000", color), "image/svg+xml").documentElement;
      Object.entries({ x: wide - EDGE - MARK[0], y: high - EDGE - MARK[1], width: MARK[0], height: MARK[1] })
        .forEach(function (pair) { shape.setAttribute(pair[0], pair[1]); });
      root.append(document.importNode(shape, true));
    });
    return { text: new XMLSerializer().serializeToString(root), width: wide, height: high };
  }

  function painted(picture) {
    var address = URL.createObjectURL(new Blob([picture.text], { type: "image/svg+xml" })), image = new Image();
    // Some browsers draw nothing at all beyond a number of pixels.
    var scale = Math.min(SHARP, Math.sqrt(MOST_PIXELS / (picture.width * picture.height)));
    image.src = address;
    return image.decode().then(function () {
      var canvas = document.createElement("canvas");
      canvas.width = picture.width * scale;
      canvas.height = picture.height * scale;
      canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
      URL.revokeObjectURL(address);
      return new Promise(function (done) { canvas.toBlob(done, "image/png"); });
    });
  }

  function hand(blob, file) {
    var link = Object.assign(document.createElement("a"), { href: URL.createObjectURL(blob), download: file });
    link.click();
    window.setTimeout(function () { URL.revokeObjectURL(link.href); }, 60000);
  }

  /* Keep the picture of one block: *about* has its title, alt, foot and file. */
  window.chorusKeep = function (section, about, kind) {
    return Promise.all([sheet(section, about.foot), fonts(), mark()]).then(function (all) {
      var paper = all[0].paper;
      try { return written(paper, charts(paper), about, all[1], all[2]); } finally { all[0].frame.remove(); }
    }).then(function (picture) {
      return kind === "png" ? painted(picture) : new Blob([picture.text], { type: "image/svg+xml" });
    }).then(function (blob) {
      hand(blob, about.file + "." + kind);
      return kind;
    });
  };
})();
