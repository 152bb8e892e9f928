// Answers and prompts in, the report out; no model is asked.

import { $, dropzone, failure, h, plural, reveal, save, say } from "./dom.js";
import { call, ready } from "./api.js";

let root;
const files = { answers: [], prompts: [], references: [] };

export async function open(place) {
  root = place;
  if (place.firstChild) return;
  const pick = (name, label, hint, accept) => h("div", {}, dropzone({ id: `grade-${name}`, label, hint, accept, multiple: true, taken: (taken) => {
    files[name] = taken;
    $(`#n-${name}`, root).textContent = `${plural(taken.length, "file")}: ${taken.slice(0, 3).map((f) => f.name).join(", ")}${taken.length > 3 ? " ..." : ""}`;
  } }), h("p", { id: `n-${name}`, class: "dim small" }));
  root.append(h("h1", {}, "Grade"),
    h("p", {}, "Grades anybody's answers to prompt files by code alone: structure, links, names, numbers, fit and support. The answer to ", h("code", {}, "ID.txt"), " is ", h("code", {}, "ID.md"), "."),
    h("div", { class: "columns" },
      h("form", { class: "panel", onsubmit: (e) => { e.preventDefault(); grade(); } },
        h("h2", { class: "hidden" }, "What to grade"),
        pick("answers", "Answers", "ID.md files, or one .jsonl or .csv", ".md,.txt,.json,.jsonl,.csv"),
        pick("prompts", "Prompt files", "ID.txt", ".txt"),
        pick("references", "References, if you have them", "ID.md, or one .jsonl", ".md,.txt,.jsonl"),
        h("p", {}, h("button", { class: "primary", id: "grade-go" }, "Grade"))),
      h("div", { id: "report" }, h("p", { class: "panel dim" }, "No report yet."))));
}

function form(format) {
  const data = new FormData();
  for (const [name, listed] of Object.entries(files)) for (const file of listed) data.append(name, file);
  data.append("format", format);
  return data;
}

async function grade() {
  const place = $("#report", root);
  if (!files.answers.length || !files.prompts.length) {
    place.replaceChildren(failure({ message: "Answers and prompt files are both needed.", hint: "Choose them on the left." }));
    return;
  }
  place.replaceChildren(h("p", { class: "panel" }, `Grading ${plural(files.answers.length, "file")} ...`));
  $("#grade-go", root).disabled = true;
  try {
    await ready();
    show(await (await call("/api/grade", { method: "POST", body: form("json") })).json());
  } catch (error) {
    place.replaceChildren(failure(error, grade));
  } finally {
    $("#grade-go", root).disabled = false;
  }
}

function show(report) {
  const missing = report.unmatched;
  const notes = [
    [missing.answers_without_prompt, "answers without a prompt"], [missing.prompts_without_answer, "prompts without an answer"],
  ].filter(([list]) => list.length).map(([list, what]) => `${list.length} ${what}: ${list.slice(0, 5).join(", ")}`);
  const broken = Object.entries(missing.broken_prompts ?? {}).map(([id, why]) => `${id}: ${why}`);
  const failed = report.failed.map((f) => `${f.id}: ${f.why}`);
  const number = (v) => (v === null || v === undefined ? "–" : v.toFixed(v > 10 ? 1 : 3));
  $("#report", root).replaceChildren(h("div", { class: "panel" },
    h("div", { class: "row spread" }, h("h2", {}, plural(report.answers, "answer")), h("span", { class: "row" },
      h("button", { type: "button", onclick: () => fetched("html") }, "Whole report (HTML)"),
      h("button", { type: "button", onclick: () => save(new Blob([JSON.stringify(report, null, 2)], { type: "application/json" }), "report.json") }, "JSON"))),
    [...notes, ...broken, ...failed].length ? h("ul", {}, [...notes, ...broken, ...failed].map((n) => h("li", {}, n))) : null,
    h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Scores" }, h("table", {},
      h("thead", {}, h("tr", {}, ["Score", "Mean", "95 % interval", "Answers"].map((t, n) => h("th", { scope: "col", class: n ? "number" : "" }, t)))),
      h("tbody", {}, Object.entries(report.summary).map(([name, s]) => h("tr", {}, h("th", { scope: "row" }, name), h("td", { class: "number" }, number(s.mean)),
        h("td", { class: "number" }, s.low === null ? "–" : `${number(s.low)} … ${number(s.high)}`), h("td", { class: "number" }, String(s.n))))))),
    Object.keys(report.findings).length ? h("div", {}, h("h3", {}, "Findings"), h("ul", {}, Object.entries(report.findings).map(([kind, n]) => h("li", {}, `${n} × ${kind.replaceAll("_", " ")}`)))) : h("p", {}, "No harmful finding."),
    h("h3", {}, "Each answer"),
    report.items.slice(0, 200).map((item) => h("details", {}, h("summary", {}, item.id, (item.findings ?? []).filter((f) => f.harmful).length ? h("span", { class: "tag" }, plural(item.findings.filter((f) => f.harmful).length, "finding")) : ""),
      (item.findings ?? []).length ? h("ul", {}, item.findings.map((f) => h("li", {}, h("strong", {}, f.kind.replaceAll("_", " ")), f.text ? ` “${f.text}”` : "", f.evidence ? ` – ${f.evidence}` : ""))) : h("p", { class: "dim" }, "Nothing was found."),
      h("p", { class: "dim small" }, Object.entries(item.scores ?? {}).filter(([, v]) => typeof v === "number").slice(0, 14).map(([n, v]) => `${n} ${v.toFixed(2)}`).join(" · ")))))); 
  reveal($("#report", root));
  say(`Report of ${plural(report.answers, "answer")} ready.`);
}

async function fetched(format) {
  save(await (await call("/api/grade", { method: "POST", body: form(format) })).blob(), `report.${format}`);
}
