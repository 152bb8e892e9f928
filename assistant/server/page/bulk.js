// Many prompt files: dropped, checked, watched, stopped, fetched.

import { $, dropzone, failure, h, plural, reveal, save, say } from "./dom.js";
import { call, events, json, ready } from "./api.js";

let root;

export async function open(place) {
  root = place;
  if (place.firstChild) return;
  root.append(h("h1", {}, "Bulk"),
    h("p", {}, "Answers prompt files (", h("code", {}, ".txt"), "), tables (", h("code", {}, ".csv"), ") and JSON lines (", h("code", {}, ".jsonl"),
      ") of questions or OpenAI batch lines. Everything is checked before the first one is answered."),
    h("div", { class: "columns" },
      h("div", {}, dropzone({ id: "bulk-files", label: "Choose files", hint: "or drop them here", accept: ".txt,.csv,.jsonl,.ndjson", multiple: true, taken: check })),
      h("div", { id: "job" }, h("p", { class: "panel dim" }, "No job yet."))));
  const last = sessionStorage.getItem("job");
  if (last) {
    try {
      await watch(await json(`/api/bulk/${last}`));
    } catch {
      sessionStorage.removeItem("job");
    }
  }
}

async function check(files) {
  const place = $("#job", root);
  place.replaceChildren(h("p", { class: "panel" }, `Checking ${plural(files.length, "file")} ...`));
  const form = new FormData();
  for (const file of files) form.append("files", file);
  try {
    await ready();
    const job = await (await call("/api/bulk", { method: "POST", body: form })).json();
    sessionStorage.setItem("job", job.id);
    show(job);
    reveal(place);
    say(job.problems.length ? `${plural(job.problems.length, "problem")} found.` : `${plural(job.items, "item")} checked.`);
  } catch (error) {
    place.replaceChildren(failure(error, () => check(files)));
  }
}

function lines(title, found) {
  return found.length ? h("div", {}, h("h3", {}, title), h("ul", {}, found.map((p) => h("li", {}, p)))) : null;
}

const STATES = {
  refused: "Something is wrong with the files; nothing was started.", checked: "Checked: ready to start.", waiting: "Waiting for a free worker.",
  running: "Answering.", stopping: "Stopping after what is under way.", stopped: "Stopped. What was answered is kept.", done: "Done.", failed: "It failed.",
};

function show(job) {
  const over = ["done", "stopped", "failed"].includes(job.state);
  const active = ["waiting", "running", "stopping"].includes(job.state);
  const seen = job.answered + job.failed;
  $("#job", root).replaceChildren(h("div", { class: "panel", id: "job-panel" },
    h("h2", {}, plural(job.items, "item")),
    h("p", { id: "job-state" }, STATES[job.state], job.message ? ` ${job.message}` : ""),
    active || over ? h("div", {}, h("progress", { max: Math.max(1, job.items), value: seen, "aria-label": "Answered" }),
      h("p", {}, `${job.answered} answered, ${job.failed} failed, ${job.left} left`)) : null,
    lines("Problems", job.problems), lines("Please note", job.warnings),
    h("p", { class: "row" },
      job.state === "checked" ? h("button", { type: "button", class: "primary", id: "start", onclick: () => start(job) }, `Answer ${plural(job.items, "item")}`) : null,
      active ? h("button", { type: "button", id: "stop-job", onclick: () => stop(job) }, "Stop") : null,
      job.results ? h("button", { type: "button", class: "primary", id: "fetch", onclick: () => fetched(job) }, "Download the answers (zip)") : null),
    job.report ? report(job) : null));
}

function report(job) {
  const rows = [["Outcome", job.report.outcomes], ["Fit", job.report.fit], ["Findings", job.report.findings]];
  return h("div", {}, h("dl", {}, rows.filter(([, v]) => v && Object.keys(v).length).map(([name, counts]) => h("div", {}, h("dt", {}, name),
      h("dd", {}, Object.entries(counts).map(([kind, n]) => `${n} ${kind}`).join(", "))))),
    job.mismatches?.length ? h("details", { open: true }, h("summary", {}, `The recommended model does not fit in ${plural(job.mismatches.length, "of them", "of them")}`),
      h("ul", {}, job.mismatches.map((m) => h("li", {}, h("strong", {}, m.id), `: ${m.recommended.join(", ") || "nothing"}. ${m.reasons.join("; ")}${m.closest ? `. Closest: ${m.closest}` : ""}`)))) : null,
    lines("Errors", (job.report.errors ?? []).map((e) => `${e.count} × ${e.code}: ${e.message}`)));
}

async function start(job) {
  try {
    await watch(await (await call(`/api/bulk/${job.id}/start`, { method: "POST" })).json());
  } catch (error) {
    $("#job", root).prepend(failure(error));
  }
}

async function watch(job) {
  show(job);
  if (!["waiting", "running", "stopping"].includes(job.state)) return;
  for await (const [, now] of events(await call(`/api/bulk/${job.id}/events`))) {
    const hadFocus = document.activeElement?.id;
    show(now);
    if (hadFocus) document.getElementById(hadFocus)?.focus();
    job = now;
  }
  say(`${STATES[job.state]} ${job.answered} answered, ${job.failed} failed.`);
}

async function stop(job) {
  await call(`/api/bulk/${job.id}`, { method: "DELETE" });
}

async function fetched(job) {
  save(await (await call(job.results)).blob(), "answers.zip");
}
