// Which section is shown: the part of the address behind #. Sections load when first opened.

import { $ } from "./dom.js";
import { ready } from "./api.js";

const SECTIONS = {
  ask: () => import("./ask.js"),
  try: () => import("./try.js"),
  catalog: () => import("./catalog.js"),
  gallery: () => import("./gallery.js"),
  bulk: () => import("./bulk.js"),
  grade: () => import("./grade.js"),
};
const TITLES = { ask: "Ask", try: "Try it", catalog: "Catalog", gallery: "Gallery", bulk: "Bulk", grade: "Grade" };
let shown = null;

async function show() {
  const [path, query = ""] = location.hash.replace(/^#\/?/, "").split("?");
  const [name, ...rest] = path.split("/").map(decodeURIComponent);
  const tab = name in SECTIONS ? name : "ask";
  for (const view of document.querySelectorAll("[data-view]")) view.hidden = view.id !== tab;
  for (const a of document.querySelectorAll("[data-tab]")) {
    if (a.dataset.tab === tab) a.setAttribute("aria-current", "page");
    else a.removeAttribute("aria-current");
  }
  document.title = `${TITLES[tab]} · sr-assistant`;
  const section = await SECTIONS[tab]();
  await section.open($(`#${tab}`), { rest, query: new URLSearchParams(query), fresh: shown !== tab });
  shown = tab;
}

window.addEventListener("hashchange", show);
window.addEventListener("dragover", (event) => event.preventDefault()); // a missed drop leaves no page
window.addEventListener("drop", (event) => event.preventDefault());
ready();
show();
