"use strict";
// Every page works without it: forms are sent, and pages read. It says before sending what a file holds, sends it again
// when the network fails, follows an attempt live, and counts down.
(() => {
  const one = (selector, root = document) => root.querySelector(selector);
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  document.documentElement.classList.add("scripted");

  const filled = (template, values) => template.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
  const wait = (seconds) => new Promise((done) => setTimeout(done, 1000 * seconds));

  // What a file holds. As autograder/server/pages/preview.py has it: CRC-32 of a cell's text without blanks.
  const TABLE = Array.from({ length: 256 }, (_, index) => {
    let value = index;
    for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
    return value >>> 0;
  });
  const fingerprint = (source) => {
    let value = 0xffffffff;
    for (const byte of new TextEncoder().encode(source.replace(/\s+/gu, ""))) value = TABLE[(value ^ byte) & 255] ^ (value >>> 8);
    return ((value ^ 0xffffffff) >>> 0).toString(16).padStart(8, "0");
  };
  const textOf = (cell) => (Array.isArray(cell.source) ? cell.source.join("") : String(cell.source ?? ""));
  const inNotebook = (text, stubs) => {
    const cells = JSON.parse(text).cells;
    const found = new Map();
    for (const cell of Array.isArray(cells) ? cells : []) {
      const name = cell?.metadata?.nbgrader?.grade_id;
      if (typeof name === "string" && Object.hasOwn(stubs, name)) found.set(name, textOf(cell));
    }
    const names = Object.keys(stubs);
    return {
      found: names.filter((name) => found.has(name)),
      untouched: names.filter((name) => found.has(name) && stubs[name].includes(fingerprint(found.get(name)))),
      missing: names.filter((name) => !found.has(name)),
    };
  };

  const form = one("#hand-in");
  if (form) {
    const { texts, stubs, limits, api } = JSON.parse(form.dataset.settings);
    const input = one("input[type=file]", form), key = one("[name=key]", form), token = one("[name=csrf]", form);
    const send = one("button[type=submit]", form), told = one("#told"), bar = one("progress", form), drop = one(".drop", form);
    let sending = false;

    const say = (kind, ...lines) => {
      told.className = kind ? `notice ${kind}` : "";
      told.replaceChildren(...lines.filter(Boolean).map((line) => {
        const element = document.createElement("p");
        element.textContent = line;
        return element;
      }));
    };
    // Other files are another attempt; the same ones, sent again, are the same attempt.
    const newKey = () => { key.value = [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join(""); };
    const describe = async () => {
      const files = [...input.files], lines = [];
      let kind = "good";
      const bad = (line) => { kind = "bad"; lines.push(line); };
      if (!files.length) { say(""); return true; }
      if (files.length > limits.files) bad(filled(texts.many, { number: files.length, most: limits.files }));
      if (files.reduce((sum, file) => sum + file.size, 0) > limits.total) bad(texts.large);
      for (const file of files) {
        const name = file.name;
        if (file.size > limits.file) bad(filled(texts.file, { name }));
        else if (!file.size) bad(filled(texts.empty, { name }));
        else if (/\.ipynb$/i.test(name) && file.size <= limits.look) {
          try {
            const seen = inNotebook(await file.text(), stubs), list = (names) => names.join(texts.comma);
            if (!seen.found.length) { kind = "some"; lines.push(filled(texts.other, { name })); continue; }
            lines.push(filled(texts.found, { name, number: seen.found.length, untouched: seen.untouched.length }));
            if (seen.untouched.length) { if (kind === "good") kind = "some"; lines.push(filled(texts.untouched, { names: list(seen.untouched) })); }
            if (seen.missing.length) { if (kind === "good") kind = "some"; lines.push(filled(texts.missing, { names: list(seen.missing) })); }
          } catch { bad(filled(texts.damaged, { name })); }
        } else lines.push(filled(/\.(zip|tar|tgz|gz|bz2|xz|7z)$/i.test(name) ? texts.archive : texts.plain, { name }));
      }
      say(kind, ...lines);
      return files.length <= limits.files && files.every((file) => file.size && file.size <= limits.file);
    };
    input.addEventListener("change", () => { if (!sending) { newKey(); describe(); } });
    for (const kind of ["dragenter", "dragover"]) drop.addEventListener(kind, () => drop.classList.add("over"));
    for (const kind of ["dragleave", "drop"]) drop.addEventListener(kind, () => drop.classList.remove("over"));
    // A file that misses the zone would otherwise open in place of this page.
    document.addEventListener("dragover", (event) => { if (event.target !== input) event.preventDefault(); });
    document.addEventListener("drop", (event) => {
      if (event.target === input || sending) return;
      event.preventDefault();
      if (event.dataTransfer?.files.length && drop.contains(event.target)) { input.files = event.dataTransfer.files; newKey(); describe(); }
    });

    const sent = () => new Promise((done) => {
      const request = new XMLHttpRequest(), data = new FormData();
      for (const file of input.files) data.append("files", file, file.name);
      request.open("POST", api);
      request.setRequestHeader("Idempotency-Key", key.value);
      request.setRequestHeader("X-CSRF-Token", token.value);
      request.setRequestHeader("Autograder-Source", "browser");
      request.responseType = "json";
      request.upload.addEventListener("progress", (event) => { if (event.lengthComputable) bar.value = event.loaded / event.total; });
      request.upload.addEventListener("load", () => { bar.removeAttribute("value"); });
      request.addEventListener("loadend", () => done(request));
      request.send(data);
    });
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      if (sending) return;
      if (!input.files.length) { say("bad", texts.none); input.focus(); return; }
      sending = true;
      send.disabled = true;
      bar.hidden = false;
      for (let tries = 1; ; tries += 1) {
        say("", texts.sending);
        bar.value = 0;
        const answer = await sent(), status = answer.status, body = answer.response ?? {};
        if (status === 200 || status === 201) { location.assign(`/attempts/${encodeURIComponent(body.attempt)}/`); return; }
        // No answer, or one of a proxy whose server is just being restarted: the same key makes it the same attempt.
        if (tries < limits.tries && (status === 0 || status === 502 || status === 503 || status === 504)) {
          const seconds = Math.min(30, 2 ** tries);
          say("some", filled(texts.again, { seconds }));
          await wait(seconds);
          continue;
        }
        say("bad", body.detail || filled(texts.failed, { status }), body.what_to_do);
        if (status === 409) newKey();
        break;
      }
      sending = false;
      send.disabled = false;
      bar.hidden = true;
      told.focus();
    });
    // A page that comes back out of the browser's memory bears a key that may be used up.
    window.addEventListener("pageshow", (event) => { if (event.persisted) { sending = false; send.disabled = false; bar.hidden = true; newKey(); } });
    if (input.files.length) describe();
  }

  // What changes by itself: an attempt on its way, a queue, a regrade. The server's own page says it; only that part of
  // it is put in place of what is here.
  const live = () => one("[data-live]");
  if (live()) {
    const announced = one("#announced");
    let asking = false, timer = 0, source = null, silent = 0;
    const seconds = () => Number(live().dataset.live);
    const again = (after) => { clearTimeout(timer); if (live() && seconds()) timer = setTimeout(refresh, 1000 * after); };
    async function refresh() {
      if (asking) return;
      asking = true;
      try {
        const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
        if (!answer.ok) throw new Error(String(answer.status));
        const next = one("[data-live]", new DOMParser().parseFromString(await answer.text(), "text/html"));
        silent = 0;
        if (next && next.outerHTML !== live().outerHTML) {
          // At the end other parts of the page have changed as well.
          const over = next.dataset.live === "0", part = over ? next.ownerDocument.querySelector("main") : next;
          const old = over ? one("main") : live(), focused = old.contains(document.activeElement);
          old.replaceWith(document.importNode(part, true));
          if (focused) one("main").focus({ preventScroll: true });
          const said = one("[data-said]");
          if (said && announced.textContent !== said.textContent) announced.textContent = said.textContent;
        }
        if (!seconds() && source) source.close();
      } catch { silent += 1; }
      asking = false;
      // Events tell of what happens; looking again is for the place in the queue alone then.
      again(Math.min(60, Math.max(1, seconds()) * (source?.readyState === 1 ? 4 : 1) * 2 ** silent));
    }
    const events = live().dataset.events;
    if (events && seconds() && "EventSource" in window) {
      source = new EventSource(events);
      for (const kind of ["message", "received", "queued", "marking", "marked", "refused", "for_a_person", "entered", "counts"]) source.addEventListener(kind, () => refresh());
    }
    again(seconds());
  }

  // How long there still is: by the server's clock, which said the time when it made the page.
  const clock = one("[data-until]");
  if (clock) {
    const left = Number(clock.dataset.until), begun = performance.now(), language = document.documentElement.lang;
    const unit = (number, name) => new Intl.NumberFormat(language, { style: "unit", unit: name, unitDisplay: "long" }).format(number);
    const show = () => {
      const seconds = Math.floor(left - (performance.now() - begun) / 1000);
      if (seconds < 0) { clearInterval(ticking); clock.textContent = clock.dataset.over; return; }
      const parts = [[86400, "day"], [3600, "hour"], [60, "minute"], [1, "second"]].map(([size, name], index, sizes) =>
        [Math.floor((index ? seconds % sizes[index - 1][0] : seconds) / size), name]);
      const first = Math.max(0, parts.findIndex(([number]) => number));
      clock.textContent = parts.slice(first, first + 2).filter(([number], index) => number || !index).map(([number, name]) => unit(number, name)).join(" ");
    };
    const ticking = setInterval(show, 1000);
    show();
  }

  all("[data-print]").forEach((button) => button.addEventListener("click", () => print()));

  // A sign-in link has its token behind the #, which no server and no log gets to see. A person presses the button: what
  // opens links by itself signs nobody in.
  const secret = one("#sign-in [name=token]");
  if (secret && location.hash.length > 1) {
    secret.value = decodeURIComponent(location.hash.slice(1));
    history.replaceState(null, "", location.pathname + location.search);
    one("button", secret.form).focus();
  }
})();
