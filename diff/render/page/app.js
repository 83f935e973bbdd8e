"use strict";
(() => {
  const perPage = 100;
  const sliceMS = 12;         // of work between two chances for the browser to draw
  const printMost = 5000;     // changes on paper
  const $ = (id) => document.getElementById(id);
  const list = $("list");
  if (!list) return;
  const chunks = [...document.querySelectorAll("script[type='application/json']")];
  const words = { "+": ["added", "added"], "-": ["removed", "removed"], "~": ["modified", "modified"] };
  const items = [];           // of the chunks that are read
  const byUUID = new Map();
  let shown = [], page = 0, reading = 0, folded = false, query = [], wanted = 0;

  const el = (tag, cls, text) => {
    const e = document.createElement(tag);
    if (cls) e.className = cls;
    if (text !== undefined) e.textContent = text;
    return e;
  };

  // What is searched: everything that is shown of a change, in lower case, made when it is asked for first.
  const haystack = (it) => {
    if (it.hay === undefined) {
      const parts = [it.c.n, it.c.u || "", it.c.g, ...(it.c.r || [])];
      for (const f of it.c.f || []) {
        parts.push(f.n || "", f.t || "", f.w || "", f.a || "", f.b || "", f.r || "");
        for (const e of f.e || []) parts.push(e.p, e.a || "", e.b || "");
      }
      it.hay = parts.join("\n").toLowerCase();
    }
    return it.hay;
  };

  const accepts = (it) => {
    const c = it.c;
    if (!{ "+": $("op-a"), "-": $("op-r"), "~": $("op-m") }[c.o].checked) return false;
    if ($("kind").value && c.k !== $("kind").value) return false;
    if ($("group").value && c.g !== $("group").value) return false;
    return query.every((q) => haystack(it).includes(q));
  };

  const readChunk = () => {
    const s = chunks[reading++];
    for (const c of JSON.parse(s.textContent)) {
      const it = { c, at: items.length };
      items.push(it);
      if (c.u && !byUUID.has(c.u)) byUUID.set(c.u, it);
    }
    s.remove();
  };

  const readAll = () => { while (reading < chunks.length) readChunk(); };

  const value = (text, cls) => { const e = el("span", "value " + cls, text); e.dir = "auto"; return e; };

  const values = (into, f) => {
    if (f.a !== undefined) into.append(" ", el("span", "hidden", "was "), value(f.a, "old"));
    if (f.a !== undefined && f.b !== undefined) into.append(" → ");
    if (f.b !== undefined) into.append(" ", el("span", "hidden", "is "), value(f.b, "new"));
  };

  const mark = (op) => {
    const m = el("span", "mark " + words[op][1], op === "-" ? "−" : op);
    m.setAttribute("aria-hidden", "true");
    return m;
  };

  const marked = (into, op) => into.append(mark(op), el("span", "hidden", words[op][0] + " "));

  const body = (c) => {
    const b = el("div", "body");
    for (const note of c.r || []) b.append(el("p", "faint", note));
    for (const f of c.f || []) {
      const row = el("div", "field");
      marked(row, f.o);
      if (f.n) row.append(el("span", "mono", f.n), " ");
      if (f.t && byUUID.has(f.t) && f.t !== c.u) {
        const a = el("a", "", f.w || f.t);
        a.href = "#" + encodeURIComponent(f.t);
        row.append("→ ", a);
      } else if (f.w) {
        row.append("→ ", el("span", "", f.w));
      }
      values(row, f);
      if (f.r) row.append(" ", el("span", "faint", f.r));
      for (const e of f.e || []) {
        const line = el("div", "edit");
        marked(line, e.o);
        line.append(el("span", "mono faint", e.p));
        values(line, e);
        row.append(line);
      }
      if (f.m) row.append(el("p", "edit faint", "and " + f.m + " more"));
      b.append(row);
    }
    if (c.m) b.append(el("p", "faint", "and " + c.m + " more columns"));
    return b;
  };

  const article = (it) => {
    const c = it.c, a = el("article"), d = el("details"), s = el("summary");
    if (c.u) a.id = c.u;
    a.tabIndex = -1;
    a.dataset.at = it.at;
    marked(s, c.o);
    const name = el("bdi", "", c.n);
    s.append(name);
    if (c.u && c.u !== c.n) s.append(" ", el("span", "mono faint", c.u));
    d.append(s);
    const empty = !(c.r || []).length && !(c.f || []).length;
    if (empty) s.append(el("span", "faint", ""));
    d.open = !folded;
    const fill = () => { if (d.open && d.childElementCount === 1) d.append(body(c)); };
    fill();
    d.addEventListener("toggle", fill);
    a.append(d);
    return a;
  };

  const draw = (most) => {
    const from = most ? 0 : page * perPage, to = most || from + perPage;
    const out = document.createDocumentFragment();
    let group = null;
    for (const it of shown.slice(from, to)) {
      if (it.c.g !== group) {
        group = it.c.g;
        out.append(el("h2", "", group));
      }
      out.append(article(it));
    }
    if (most && shown.length > most) out.append(el("p", "", "and " + (shown.length - most) + " more"));
    list.replaceChildren(out);
    const pages = Math.max(1, Math.ceil(shown.length / perPage));
    $("prev").disabled = page === 0;
    $("next").disabled = page + 1 >= pages;
    const n = (x) => x.toLocaleString("en");
    $("count").textContent = n(shown.length) + (shown.length === 1 ? " change" : " changes") +
      (pages > 1 ? ", page " + n(page + 1) + " of " + n(pages) : "") + (reading < chunks.length ? " …" : "");
  };

  // filter goes through what is read, in slices, and reads the rest on the way. The first page is drawn as soon as it is full.
  const filter = (then) => {
    const mine = ++wanted;
    query = $("search").value.toLowerCase().split(/\s+/).filter(Boolean);
    shown = [];
    page = 0;
    let at = 0, drawn = false;
    const step = () => {
      if (mine !== wanted) return;
      const until = performance.now() + sliceMS;
      for (;;) {
        if (at === items.length) {
          if (reading === chunks.length) break;
          readChunk();
          continue;
        }
        const it = items[at++];
        if (accepts(it)) shown.push(it);
        if (!drawn && shown.length >= perPage) {
          drawn = true;
          draw();
          setTimeout(step, 0);
          return;
        }
        if ((at & 63) === 0 && performance.now() > until) {
          setTimeout(step, 0);
          return;
        }
      }
      document.documentElement.dataset.ready = String(mine);
      if (drawn && page === 0) { status(); } else { draw(); }
      if (then) then();
    };
    step();
  };

  // status brings the counts up to date without drawing the page anew.
  const status = () => {
    const keep = [...list.childNodes];
    draw();
    if (keep.length === list.childNodes.length) list.replaceChildren(...keep);
  };

  const turn = (by) => {
    const pages = Math.max(1, Math.ceil(shown.length / perPage));
    const to = Math.min(Math.max(page + by, 0), pages - 1);
    if (to === page) return;
    page = to;
    draw();
    $("changes").scrollIntoView();
  };

  const fold = (f) => { folded = f; for (const d of list.querySelectorAll("details")) d.open = !f; };

  const goTo = (uuid) => {
    readAll();
    const it = byUUID.get(uuid);
    if (!it) return;
    const show = () => {
      const i = shown.indexOf(it);
      if (i < 0) return false;
      page = Math.floor(i / perPage);
      draw();
      const a = list.querySelector("[data-at='" + it.at + "']");
      for (const x of list.querySelectorAll(".found")) x.classList.remove("found");
      a.classList.add("found");
      a.querySelector("details").open = true;
      a.scrollIntoView({ block: "center" });
      a.querySelector("summary").focus({ preventScroll: true });
      return true;
    };
    if (show()) return;
    for (const id of ["search", "kind", "group"]) $(id).value = "";
    for (const id of ["op-a", "op-r", "op-m"]) $(id).checked = true;
    filter(show);
  };

  const fromHash = () => { if (location.hash.length > 1) goTo(decodeURIComponent(location.hash.slice(1))); };

  const move = (by) => {
    const all = [...list.querySelectorAll("summary")];
    const here = document.activeElement && document.activeElement.closest("article");
    let i = here ? all.indexOf(here.querySelector("summary")) + by : 0;
    i = Math.min(Math.max(i, 0), all.length - 1);
    if (all[i]) { all[i].focus(); all[i].scrollIntoView({ block: "nearest" }); }
  };

  const theme = () => {
    const root = document.documentElement;
    const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
    root.dataset.theme = dark ? "light" : "dark";
  };

  let typing = 0;
  $("search").addEventListener("input", () => { clearTimeout(typing); typing = setTimeout(filter, 80); });
  for (const id of ["group", "kind", "op-a", "op-r", "op-m"]) $(id).addEventListener("change", () => filter());
  for (const b of document.querySelectorAll("button[data-group]")) {
    b.addEventListener("click", () => { $("group").value = b.dataset.group; filter(); $("changes").scrollIntoView(); });
  }
  $("prev").addEventListener("click", () => turn(-1));
  $("next").addEventListener("click", () => turn(1));
  $("fold").addEventListener("click", () => fold(true));
  $("unfold").addEventListener("click", () => fold(false));
  $("theme").addEventListener("click", theme);
  $("keys").addEventListener("click", () => $("help").showModal());
  addEventListener("hashchange", fromHash);
  addEventListener("beforeprint", () => draw(printMost));
  addEventListener("afterprint", () => draw());
  addEventListener("keydown", (e) => {
    if (e.ctrlKey || e.metaKey || e.altKey || $("help").open) return;
    if (e.target === $("search")) {
      if (e.key === "Escape") e.target.blur();
      return;
    }
    if (e.target.tagName === "SELECT" || e.target.type === "search") return;
    const act = {
      "/": () => $("search").focus(), j: () => move(1), k: () => move(-1), n: () => turn(1), p: () => turn(-1),
      f: () => fold(true), u: () => fold(false), t: theme, "?": () => $("help").showModal(),
      o: () => { const a = document.activeElement.closest("article"); if (a) { const d = a.querySelector("details"); d.open = !d.open; } },
    }[e.key];
    if (act) { e.preventDefault(); act(); }
  });
  filter(fromHash);
})();
