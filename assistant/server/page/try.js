// A picture in, several models or chains beside each other, and a slider to compare them.

import { $, dropzone, failure, h, measured, plural, reveal, save, say } from "./dom.js";
import { call, events, json, look, ready } from "./api.js";
import { Viewer } from "./compare.js";

let root;
let models = null;
const state = { picture: null, reference: null, stop: null, workflow: null, chains: [[]] };

export async function open(place, { query }) {
  root = place;
  if (!place.firstChild) build();
  if (window.handed) {
    take(window.handed);
    window.handed = null;
  }
  if (!models) await load();
  if (query.get("workflow") && sessionStorage.getItem("workflow")) given(JSON.parse(sessionStorage.getItem("workflow")));
  else if (query.get("model")) {
    state.workflow = null;
    state.chains = query.getAll("model").map((one) => one.split(","));
    chains();
  }
}

function build() {
  root.append(h("h1", {}, "Try it"),
    h("div", { class: "columns" },
      h("form", { class: "panel", id: "trying", onsubmit: (e) => { e.preventDefault(); run(); } },
        h("h2", { class: "hidden" }, "What to run"),
        h("div", { id: "given" }),
        dropzone({ id: "picture", label: "Choose a picture", hint: "or drop it here; it goes to this server only", accept: "image/*", taken: ([f]) => take(f) }),
        h("div", { id: "chains" }, h("p", { class: "dim" }, "Looking which models can run ...")),
        h("details", {}, h("summary", {}, "More"),
          h("div", { class: "fields" },
            h("div", { class: "field" }, h("label", { for: "factor" }, "Final factor"), h("input", { type: "number", id: "factor", min: "0.1", max: "64", step: "any", placeholder: "as the models" })),
            h("div", { class: "field" }, h("label", { for: "format" }, "Format"), h("select", { id: "format" }, ["png", "jpg", "webp"].map((f) => h("option", {}, f)))),
            h("div", { class: "field" }, h("label", { for: "tile" }, "Tile, pixels"), h("input", { type: "number", id: "tile", min: "0", max: "8192", placeholder: "as fits" }))),
          dropzone({ id: "reference", label: "The true picture, if you have it", hint: "to measure PSNR and SSIM", accept: "image/*", taken: ([f]) => {
            state.reference = f;
            $("#true-name", root).textContent = `Measured against ${f.name}.`;
          } }), h("p", { id: "true-name", class: "dim" })),
        h("p", { class: "row" }, h("button", { class: "primary", id: "run" }, "Run"),
          h("button", { type: "button", id: "stop-run", hidden: true, onclick: () => state.stop?.abort() }, "Stop"))),
      h("div", { id: "outcome" }, h("div", { class: "panel dim" }, h("p", {}, "Choose a picture and run a model: here you see it before and after, with a receipt of what ran."),
        h("p", {}, "What a network adds is inferred from other pictures. It is no evidence of what was there.")))));
}

async function load() {
  try {
    await ready();
    models = await json("/api/run/models");
    const first = models.find((m) => m.id === "SISR-SAFMN-2x") ?? models[0];
    if (first && !state.chains[0].length) state.chains = [[first.id]];
    if (!state.workflow) chains();
  } catch (error) {
    $("#chains", root).replaceChildren(failure(error, load));
  }
}

function chains() {
  const place = $("#chains", root);
  if (!models) return;
  if (!models.length) {
    place.replaceChildren(h("p", {}, "No model has weights here. Add some with ", h("code", {}, "sr-assistant weights pull"), "."));
    return;
  }
  const known = new Set(models.map((m) => m.id));
  place.replaceChildren(h("h3", {}, state.chains.length > 1 ? "Models, side by side" : "Model"),
    ...state.chains.map((chain, c) => h("div", { class: "chain", role: "group", "aria-label": `Way ${c + 1}` },
      chain.map((id, n) => [n ? h("span", { "aria-hidden": "true" }, "→") : null,
        h("select", { "aria-label": n ? `Then, way ${c + 1}` : `Model, way ${c + 1}`, onchange: (e) => { chain[n] = e.target.value; } },
          [...(known.has(id) ? [] : [{ id, unknown: true }]), ...models].map((m) => h("option", { value: m.id, selected: m.id === id }, m.unknown ? `${m.id} (no weights here)` : m.id)))]),
      h("span", { class: "row" },
        chain.length < 6 ? h("button", { type: "button", class: "plain-button", onclick: () => { chain.push(models[0].id); chains(); } }, "+ then") : null,
        chain.length > 1 || state.chains.length > 1 ? h("button", { type: "button", class: "plain-button", "aria-label": chain.length > 1 ? `Remove the last of way ${c + 1}` : `Remove way ${c + 1}`,
          onclick: () => { if (chain.length > 1) chain.pop(); else state.chains.splice(c, 1); chains(); } }, "− remove") : null))),
    state.chains.length < 6 ? h("p", {}, h("button", { type: "button", onclick: () => {
      const used = new Set(state.chains.flat());
      state.chains.push([(models.find((m) => !used.has(m.id)) ?? models[0]).id]);
      chains();
    } }, "Compare with another")) : null,
    models.some((m) => m.stands_in) ? h("p", { class: "dim small" }, "Small networks trained by this project stand in for official weights where you have added none; the receipt says so.") : null);
}

function given(graph) {
  state.workflow = graph;
  const names = graph.nodes.filter((n) => n.role === "model").map((n) => n.label).join(" → ");
  $("#chains", root).replaceChildren(h("h3", {}, "Workflow of your answer"), h("p", {}, names),
    h("p", {}, h("button", { type: "button", onclick: () => { state.workflow = null; chains(); } }, "Choose models instead")));
}

function take(file) {
  state.picture = file;
  const place = $("#given", root);
  const image = h("img", { class: "preview", src: URL.createObjectURL(file), alt: `Your picture ${file.name}` });
  const size = h("span", { class: "dim" });
  image.addEventListener("load", () => { size.textContent = ` ${image.naturalWidth} × ${image.naturalHeight} pixels`; });
  image.addEventListener("error", () => image.replaceWith(h("p", { class: "dim" }, "This browser cannot show it; it may still run.")));
  const seen = h("div", { id: "seen" }, h("p", { class: "dim small" }, "Looking at it ..."));
  place.replaceChildren(image, h("p", {}, file.name, size), seen);
  say(`Picture ${file.name} chosen.`);
  examine(file, seen);
}

async function examine(file, seen) {
  try {
    const found = await look(file);
    if (state.picture !== file) return;
    const suits = found.suits?.models;
    const take = () => {
      state.workflow = null;
      state.chains = [[...suits]];
      chains();
      say(`${suits.join(", then ")} chosen.`);
    };
    seen.replaceChildren(measured(found), suits ? h("p", {}, h("button", { type: "button", onclick: take }, `Use what suits it: ${suits.join(" → ")}`)) : "");
  } catch (error) {
    seen.replaceChildren(failure(error));
  }
}

async function run() {
  const out = $("#outcome", root);
  if (!state.picture) {
    out.replaceChildren(failure({ message: "No picture yet.", hint: "Choose one or drop it on the field." }));
    $("#picture", root).focus();
    return;
  }
  const form = new FormData();
  form.append("picture", state.picture);
  if (state.workflow) form.append("workflow", JSON.stringify(state.workflow));
  else for (const chain of state.chains) form.append("model", chain.join(","));
  const factor = $("#factor", root).value;
  if (factor && !state.workflow) form.append("scale", factor);
  if ($("#tile", root).value) form.append("tile", $("#tile", root).value);
  form.append("format", $("#format", root).value);
  if (state.reference) form.append("reference", state.reference);
  form.append("stream", "true");
  busy(true);
  const label = h("p", { id: "doing" }, "Sending the picture ...");
  const bar = h("progress", { "aria-label": "Progress" });
  out.replaceChildren(h("div", { class: "panel" }, label, bar, h("p", { class: "dim" }, "Large pictures take minutes on a CPU. Stop ends the work after the tile that is being computed.")));
  reveal(out);
  say("Running.");
  try {
    await ready();
    const response = await call("/api/run", { method: "POST", body: form, signal: state.stop.signal });
    for await (const [name, data] of events(response)) {
      if (name === "start") {
        label.textContent = `${data.input.join(" × ")} pixels in; loading the network ...`;
        for (const doubt of data.doubts) label.before(h("p", { class: "doubt" }, `${doubt}.`));
      }
      else if (name === "tile") {
        label.textContent = data.of > 1 ? `${data.label}: tile ${Math.min(data.done + 1, data.of)} of ${data.of}` : `${data.label}: in one piece`;
        bar.max = data.of;
        if (data.of > 1) bar.value = data.done;
      } else if (name === "done") await results(data);
    }
  } catch (error) {
    if (error.name === "AbortError") {
      out.replaceChildren(h("div", { class: "panel" }, h("p", {}, "Stopped. Nothing was kept.")));
      say("Stopped.");
    } else out.replaceChildren(failure(error, run));
  } finally {
    busy(false);
  }
}

function busy(on) {
  state.stop = on ? new AbortController() : null;
  $("#stop-run", root).hidden = !on;
  $("#run", root).disabled = on;
}

async function results(data) {
  const fetched = await Promise.all([data.before, ...data.results.map((r) => r.url)].map(async (url) => (await call(url)).blob()));
  const pictures = [{ label: data.results[0].receipt.scale_measured === 1 ? "Your picture" : "Your picture, bicubic", blob: fetched[0] },
    ...data.results.map((r, n) => ({ label: r.label, blob: fetched[n + 1] }))];
  const viewer = new Viewer(pictures);
  await viewer.loaded;
  $("#outcome", root).replaceChildren(h("h2", { tabindex: "-1", id: "result" }, plural(data.results.length, "result")), viewer.element,
    ...data.results.map((r, n) => receipt(r, fetched[n + 1])));
  viewer.fit();
  $("#result", root).focus({ preventScroll: true });
  reveal($("#result", root));
  say(`${plural(data.results.length, "result")} ready.`);
}

function receipt(result, blob) {
  const r = result.receipt;
  const db = (v) => (v === null ? null : `${v.toFixed(2)} dB`);
  const rows = Object.entries({
    Size: `${r.input.join(" × ")} → ${r.output.join(" × ")} pixels (${r.scale_measured}×)`,
    Time: `${r.seconds} s${r.peak_mb ? `, ${Math.round(r.peak_mb)} MB` : ""}`,
    Weights: r.steps.map((s) => s.weights).join("; "),
    Tiles: r.tiles ? `${r.tiles.count} of ${r.tiles.size.join(" × ")} pixels` : "none: in one piece",
    "PSNR-Y": r.psnr_y === null ? null : `${db(r.psnr_y)} (bicubic ${db(r.bicubic_psnr_y)})`,
    "SSIM-Y": r.ssim_y === null ? null : `${r.ssim_y.toFixed(4)} (bicubic ${r.bicubic_ssim_y.toFixed(4)})`,
    "Agrees with the input": r.psnr_y === null ? db(r.consistency_db) : null,
    Digest: r.weights_sha256.split(",").map((d) => d.slice(0, 16)).join(", "),
  }).filter(([, v]) => v !== null);
  return h("section", { class: "card", "aria-label": `Receipt of ${result.label}` },
    h("div", { class: "row spread" }, h("h3", {}, result.label), h("button", { type: "button", onclick: () => save(blob, result.file) }, `Download ${result.file.split(".").pop().toUpperCase()}`)),
    r.stand_in ? h("p", {}, `${r.stand_in}.`) : null,
    h("dl", {}, rows.map(([name, value]) => h("div", {}, h("dt", {}, name), h("dd", {}, value)))),
    r.notes.length ? h("ul", {}, r.notes.map((n) => h("li", {}, n))) : null);
}
