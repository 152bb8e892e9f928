// One sentence as a filter: what was understood is shown, and can be taken back.

import { $, failure, h, link, plural, say } from "./dom.js";
import { json, ready } from "./api.js";
import { markdown } from "./markdown.js";
import { spoken } from "./answer.js";

const PAGE = 24;
const FIELDS = ["kind", "task", "scale", "license", "tag", "since", "until", "max_mb", "sort"];
const BOXES = ["runnable", "efficient", "mismatches"];
let root;
let query = new URLSearchParams();
let facets = null;

export async function open(place, { rest, query: given }) {
  root = place;
  if (rest[0]) {
    await record(rest[0]);
    return;
  }
  query = given;
  if (!$("#finder", root)) build();
  $("#q", root).value = query.get("q") ?? "";
  for (const name of FIELDS) $(`#f-${name}`, root).value = query.get(name) ?? (name === "sort" ? "fit" : "");
  for (const name of BOXES) $(`#f-${name}`, root).checked = query.has(name);
  await find(0);
}

function build() {
  const select = (name, label, options) => h("div", { class: "field" }, h("label", { for: `f-${name}` }, label),
    h("select", { id: `f-${name}` }, options.map(([value, text]) => h("option", { value }, text))));
  const number = (name, label, props) => h("div", { class: "field" }, h("label", { for: `f-${name}` }, label), h("input", { type: "number", id: `f-${name}`, ...props }));
  const check = (name, label) => h("label", { class: "check" }, h("input", { type: "checkbox", id: `f-${name}` }), label);
  root.replaceChildren(h("h1", {}, "Catalog"),
    h("form", { id: "finder", class: "panel", role: "search", onsubmit: (e) => { e.preventDefault(); go($("#q", root).value.trim() === query.get("q") ? query.getAll("drop") : []); } },
      h("label", { for: "q" }, "What do you need?"),
      h("p", { class: "search" }, h("input", { type: "search", id: "q", maxlength: "2000", placeholder: "2x for scans, MIT, under 5 MB, not anime" }), h("button", { class: "primary" }, "Find")),
      h("div", { id: "understood", "aria-label": "Understood", role: "group" }),
      h("details", { id: "filters", open: [...FIELDS, ...BOXES].some((f) => query.has(f)) }, h("summary", {}, "Filters"),
        h("div", { class: "fields" },
          select("kind", "Kind", [["", "All"], ["model", "Models"], ["paper", "Papers"], ["concept", "Terms"]]),
          select("task", "Task", [["", "Any"]]),
          number("scale", "Factor", { min: "0.1", max: "64", step: "any", placeholder: "any" }),
          select("license", "License", [["", "Any"], ["permissive", "Permissive"], ["commercial", "Commercial use"], ["public-domain", "Public domain"]]),
          select("tag", "Tag", [["", "Any"]]),
          number("max_mb", "At most, MB", { min: "0.01", step: "any", placeholder: "any" }),
          number("since", "From year", { min: "1900", max: "2100", placeholder: "any" }),
          number("until", "To year", { min: "1900", max: "2100", placeholder: "any" }),
          select("sort", "Sort", [["fit", "Best fit"], ["newest", "Newest"], ["smallest", "Smallest"], ["name", "Name"]]),
          check("runnable", "Runs here"), check("efficient", "For weak devices"), check("mismatches", "Also what does not fit")),
        h("p", { class: "row" }, h("button", {}, "Apply"), h("a", { class: "button", href: "#/catalog" }, "Clear")))),
    h("p", { id: "count", class: "dim" }), h("ul", { id: "records", class: "cards" }), h("p", { id: "more" }));
}

function go(drop) {
  const next = new URLSearchParams();
  const q = $("#q", root).value.trim();
  if (q) next.set("q", q);
  for (const name of FIELDS) {
    const value = $(`#f-${name}`, root).value;
    if (value && !(name === "sort" && value === "fit")) next.set(name, value);
  }
  for (const name of BOXES) if ($(`#f-${name}`, root).checked) next.set(name, "true");
  for (const field of drop) next.append("drop", field);
  const hash = `#/catalog${next.size ? `?${next}` : ""}`;
  if (hash === location.hash) find(0);
  else location.hash = hash;
}

async function find(offset) {
  const asked = new URLSearchParams(query);
  asked.set("offset", offset);
  asked.set("limit", PAGE);
  const list = $("#records", root);
  if (!offset) $("#count", root).textContent = "Looking ...";
  try {
    await ready();
    const found = await json(`/api/catalog?${asked}`);
    if (asked.toString().split("&offset")[0] !== new URLSearchParams([...query, ["offset", ""]]).toString().split("&offset")[0]) return;
    if (!offset) {
      list.replaceChildren();
      filled(found.facets);
      understood(found.understood);
    }
    list.append(...found.items.map(card));
    const shown = offset + found.items.length;
    const said = found.total ? `${plural(found.total, "record")}${query.get("q") ? ", the best fit first" : ""}${found.left_out ? `; left out because of no fit: ${found.left_out.toLocaleString("en")}` : ""}.` : "Nothing has all of that. Take a filter back.";
    $("#count", root).textContent = said;
    if (!offset) say(said);
    $("#more", root).replaceChildren(...(shown < found.total ? [h("button", { type: "button", onclick: () => find(shown) }, "Show more")] : []));
  } catch (error) {
    $("#count", root).textContent = "";
    list.replaceChildren(h("li", {}, failure(error, () => find(offset))));
  }
}

function filled(fresh) {
  facets ??= fresh;
  for (const name of ["task", "tag", "license"]) {
    const select = $(`#f-${name}`, root);
    const kept = query.get(name) ?? "";
    const fixed = name === "license" ? 4 : 1;
    const values = facets[name].map(([value]) => value);
    if (kept && !values.includes(kept) && ![...select.options].slice(0, fixed).some((o) => o.value === kept)) values.unshift(kept);
    while (select.options.length > fixed) select.lastChild.remove();
    select.append(...values.map((value) => h("option", { value, selected: value === kept }, value)));
    select.value = kept;
  }
}

function understood(read) {
  const dropped = query.getAll("drop");
  $("#understood", root).replaceChildren(...(read.length || dropped.length ? [h("p", { class: "row" }, h("span", { class: "dim" }, "Understood:"),
    read.map((one) => h("span", { class: "chip", title: one.words.length ? `from “${one.words.join("”, “")}”` : null }, h("span", {}, `${one.label}: `, h("strong", {}, one.value)),
      h("button", { type: "button", "aria-label": `Not meant: ${one.label} ${one.value}`, onclick: () => go([...dropped, one.field]) }, "×"))),
    dropped.length ? h("button", { type: "button", class: "plain-button", onclick: () => go([]) }, "Take all of it again") : null)] : []));
}

function card(item) {
  const scales = item.any_scale ? "any factor" : item.scales.map((s) => `${s}×`).join(", ");
  const facts = [item.task, scales, item.year, item.license, item.parameters ? `${(item.parameters / 1e6).toLocaleString("en", { maximumFractionDigits: 2 })} M parameters` : null, item.size_mb ? `${item.size_mb} MB` : null].filter(Boolean);
  return h("li", { class: "reference record" },
    h("h2", {}, h("a", { href: `#/catalog/${encodeURIComponent(item.id)}` }, item.kind === "model" ? item.id : item.title)),
    item.verdict ? h("p", { class: `record-verdict is-${item.verdict}`, title: item.reasons.join("; ") }, spoken(item.verdict)) : null,
    h("p", {}, item.does), h("p", { class: "dim small" }, facts.join(" · ")),
    h("p", { class: "row" }, item.runs ? h("a", { class: "chip", href: `#/try?model=${encodeURIComponent(item.id)}` }, "Try it") : null,
      item.demo ? h("a", { class: "chip", href: `#/gallery/${item.demo}`, "aria-label": `See the idea of ${item.name} at work` }, "See it at work") : null,
      item.paper ? link(item.paper, "Paper ↗", { class: "chip", "aria-label": `Paper of ${item.name}` }) : null,
      item.github ? link(item.github, "Code ↗", { class: "chip", "aria-label": `Code of ${item.name}` }) : null));
}

async function record(id) {
  root.replaceChildren(h("p", { class: "dim" }, "Opening the record ..."));
  try {
    await ready();
    const found = await json(`/api/catalog/${encodeURIComponent(id)}`);
    const [first] = found.summaries;
    const runs = found.summaries.filter((s) => s.runs);
    const [title, ...body] = found.markdown.split("\n");
    root.replaceChildren(h("p", {}, h("a", { href: "#/catalog" }, "← Catalog")),
      h("article", { class: "card" }, h("h1", {}, title.replace(/^#+\s*/, "")), 
        h("p", { class: "row" },
          h("button", { type: "button", class: "primary", onclick: () => ask(`How does ${first.kind === "model" ? first.id : first.name} work?`) }, "Ask about it"),
          runs.map((r) => h("a", { class: "button", href: `#/try?model=${encodeURIComponent(r.id)}` }, `Try ${r.id}`)),
          found.demo ? h("a", { class: "button", href: `#/gallery/${found.demo}` }, "See the idea at work") : null),
        markdown(body.join("\n"), 2)));
    document.title = `${first.name} · sr-assistant`;
  } catch (error) {
    root.replaceChildren(h("p", {}, h("a", { href: "#/catalog" }, "← Catalog")), h("h1", {}, id), failure(error));
  }
}

async function ask(text) {
  location.hash = "#/ask";
  for (let n = 0; n < 50 && !$("#question"); n += 1) await new Promise((later) => setTimeout(later, 40));
  const box = $("#question");
  box.value = text;
  box.form.requestSubmit();
}
