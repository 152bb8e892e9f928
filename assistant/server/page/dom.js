// Elements without innerHTML: what a user or a catalog wrote is always text.

/** An element: h("p", {class: "x", onclick: f}, "text", child, [more], null). */
export function h(tag, props, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (name in node && typeof value !== "string") node[name] = value;
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.flat(Infinity).filter((c) => c !== null && c !== undefined && c !== false));
  return node;
}

export const $ = (selector, root = document) => root.querySelector(selector);

let quiet;

/** Say something to screen readers: one sentence at a time, the last one wins. */
export function say(text) {
  clearTimeout(quiet);
  quiet = setTimeout(() => { $("#said").textContent = text; }, 150);
}

/** A link to another site; anything but http and https stays text. */
export function link(url, text = url, props = {}) {
  if (!/^https?:\/\//.test(url)) return h("span", {}, text);
  return h("a", { href: url, rel: "noreferrer noopener", target: "_blank", ...props }, text);
}

/** An error for people: what happened and what to do. */
export function failure(error, again) {
  return h("div", { class: "failure", role: "alert" },
    h("p", {}, h("strong", {}, error.message || "Something went wrong.")),
    error.hint ? h("p", {}, error.hint) : null,
    again ? h("button", { type: "button", onclick: again }, "Try again") : null);
}

/** A place for files: a button, and an area that takes what is dropped on it. */
export function dropzone({ label, hint, accept, multiple = false, folder = false, id, taken }) {
  const input = h("input", { type: "file", id, accept, multiple, class: "file" });
  if (folder) input.webkitdirectory = true;
  const zone = h("div", { class: "drop" },
    h("label", { for: id }, h("span", { class: "drop-label" }, label), h("span", { class: "dim" }, hint)), input);
  input.addEventListener("change", () => { if (input.files.length) taken([...input.files]); });
  takesDrops(zone, (files) => taken(multiple ? files : files.slice(0, 1)));
  return zone;
}

/** Let `zone` take dropped files. */
export function takesDrops(zone, taken) {
  const over = (event) => {
    if (![...event.dataTransfer.types].includes("Files")) return;
    event.preventDefault();
    zone.classList.toggle("over", event.type !== "dragleave");
  };
  zone.addEventListener("dragenter", over);
  zone.addEventListener("dragover", over);
  zone.addEventListener("dragleave", over);
  zone.addEventListener("drop", (event) => {
    event.preventDefault();
    zone.classList.remove("over");
    if (event.dataTransfer.files.length) taken([...event.dataTransfer.files]);
  });
}

/** Save bytes under a name. */
export function save(blob, name) {
  const url = URL.createObjectURL(blob);
  h("a", { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

export const plural = (n, one, many = one + "s") => `${n.toLocaleString("en")} ${n === 1 ? one : many}`;

/** Show a place that lies below the screen, as it does on a phone. */
export function reveal(element) {
  if (element.getBoundingClientRect().top > innerHeight * 0.7) element.scrollIntoView({ block: "start" });
}

/** What was measured of a picture, as a line. */
export function measured(found) {
  const said = [...found.faults.map((f) => `${f.text} (${Math.round(100 * f.confidence)} %)`), ...found.shows];
  return h("p", { class: "small" }, h("strong", {}, "Measured: "), said.join("; ") || "nothing is wrong with it");
}
