// One answer: verdict first, then text, the workflow drawn, references, facts and receipt.

import { h, link, plural } from "./dom.js";
import { inline, markdown } from "./markdown.js";

const VERDICTS = {
  fits: ["✓", "Fits"],
  partly: ["≈", "Fits partly"],
  mismatch: ["✕", "Does not fit"],
  none: ["–", "Nothing recommended"],
};
const ROLES = {
  supports: "Supports the answer",
  related: "Related",
  "other-task": "Recommended for another task",
  "shares-word": "Shares a word only",
};
export const spoken = (verdict) => VERDICTS[verdict]?.[1] ?? verdict;

/** The verdict with the models it is about; what is known before any text. */
export function verdict(fit, recommended) {
  const kind = recommended.length ? fit.verdict : "none";
  const [sign, words] = VERDICTS[kind];
  const reasons = recommended.length ? fit.reasons : [];
  return h("div", { class: `verdict ${kind}` },
    h("p", { class: "verdict-head" },
      h("span", { class: "badge" }, h("span", { "aria-hidden": "true" }, `${sign} `), words),
      recommended.map((r, n) => [
        n ? h("span", { class: "then", "aria-label": "then" }, "→") : null,
        h("a", { class: "model", href: `#/catalog/${encodeURIComponent(r.id)}` }, r.name)])),
    reasons.length ? h("ul", { class: "reasons" }, reasons.map((r) => h("li", {}, inline(capital(r))))) : null,
    fit.closest ? h("p", {}, "Closest that is provided: ",
      h("a", { href: `#/catalog/${encodeURIComponent(fit.closest)}` }, fit.closest)) : null);
}

/** The graph as it runs: a row a way through it. */
export function drawing(graph) {
  const after = new Map();
  for (const [from, to] of graph.edges) after.set(from, [...(after.get(from) ?? []), to]);
  const byId = new Map(graph.nodes.map((n) => [n.id, n]));
  const ways = [];
  const walk = (node, way) => {
    const next = after.get(node.id) ?? [];
    if (!next.length) ways.push([...way, node]);
    for (const id of next) walk(byId.get(id), [...way, node]);
  };
  for (const node of graph.nodes.filter((n) => n.role === "input")) walk(node, []);
  return h("figure", { class: "flow" },
    h("figcaption", { class: "hidden" }, "The workflow"),
    ways.map((way) => h("ol", { class: "way" }, way.map((node) => h("li", { class: `node ${node.role}` },
      h("span", { class: "node-role" }, node.role),
      h("span", { class: "node-name" }, node.role === "model" || node.role === "resize" ? node.label : node.port),
      node.role === "model" && node.scale && node.scale !== 1 ? h("span", { class: "dim" }, `${node.scale}×`) : null)))));
}

function card(source) {
  return h("li", { class: "reference" },
    h("p", { class: "reference-title" }, source.titles.join(" / ")),
    h("p", { class: "dim" }, source.note),
    source.links.length ? h("p", { class: "row" }, source.links.map(([label, url]) => (
      link(url, `${label} ↗`, { class: "chip", "aria-label": `${label}: ${source.titles[0]}` }))))
      : h("p", { class: "dim" }, source.under ? `Same links as ${source.under}` : "No link provided"));
}

/** The references as cards, by their role. */
export function references(sources) {
  const groups = Map.groupBy ? Map.groupBy(sources, (s) => s.role) : group(sources);
  return h("div", { class: "references" }, [...groups].map(([role, listed]) => [
    h("h4", {}, ROLES[role] ?? role), h("ul", { class: "cards" }, listed.map(card))]));
}

function group(sources) {
  const groups = new Map();
  for (const s of sources) groups.set(s.role, [...(groups.get(s.role) ?? []), s]);
  return groups;
}

/** An answer whose sentences still come; `done` replaces it by the whole. */
export class Growing {
  constructor(place) {
    this.place = place;
    this.head = h("div", {});
    this.body = h("div", { class: "growing" });
    this.text = "";
    place.replaceChildren(this.head, this.body);
  }

  add(name, data) {
    if (name === "fit") this.head.replaceChildren(verdict(data.fit, data.recommended));
    else if (data.text) {
      this.text += data.text;
      this.body.replaceChildren(markdown(this.text, 3));
    }
  }

  done(reply, actions) {
    this.place.replaceChildren(...(reply.answer ? whole(reply.answer, actions) : short(reply)));
  }

  stopped() {
    this.body.append(h("p", { class: "dim" }, "Stopped. This reply was not kept."));
  }
}

function short(reply) {
  return [markdown(reply.text, 3), checks(reply.findings, reply.outcome)];
}

/** A whole answer; `actions` are buttons below its workflow. */
export function whole(answer, actions = []) {
  const said = answer.workflow.graph ? answer.workflow.text.replace(/^(?:\d+\. .*\n|\s+- .*\n)+/, "") : answer.workflow.text;
  const steps = answer.workflow.text.slice(0, answer.workflow.text.length - said.length);
  const recommended = answer.recommended;
  return [
    verdict(answer.fit, recommended),
    h("h3", {}, "Task"),
    markdown(answer.task, 3),
    h("h3", {}, "Workflow"),
    answer.workflow.graph ? drawing(answer.workflow.graph) : null,
    answer.running?.text ? h("p", { class: "running" }, answer.running.text, " ",
      answer.running.command ? h("code", {}, answer.running.command) : null,
      answer.running.remedy ? [" With it: ", h("code", {}, answer.running.remedy)] : null) : null,
    actions.length ? h("p", { class: "row" }, actions) : null,
    steps.includes("   - ") ? h("details", {}, h("summary", {}, "How each step works"), markdown(steps, 3)) : null,
    markdown(said, 3),
    h("h3", {}, "References"),
    answer.sources.length ? references(answer.sources) : markdown(answer.references_text, 4),
    answer.demos?.length ? h("p", { class: "row" }, "The idea at work:", answer.demos.map((name) => (
      h("a", { class: "chip", href: `#/gallery/${name}` }, name.replaceAll("-", " "))))) : null,
    answer.facts?.length ? facts(answer) : null,
    receipt(answer),
  ].filter(Boolean);
}

function facts(answer) {
  const known = new Map(answer.facts.map((f) => [f.id, f]));
  const claims = answer.claims ?? [];
  const listed = (ids) => h("ul", {}, ids.map((id) => known.get(id)).filter(Boolean).map((f) => (
    h("li", {}, f.text, " ", h("span", { class: "dim" }, `${f.owner}; ${f.place}`)))));
  return h("details", {}, h("summary", {}, `Facts behind it (${answer.facts.length})`),
    claims.length ? h("ol", { class: "claims" }, claims.map((c) => h("li", {}, c.text,
      c.stands ? h("span", { class: "tag" }, c.stands) : null, listed(c.facts ?? [])))) : listed([...known.keys()]));
}

const ACTIONS = { kept: "kept", repaired: "repaired", removed: "removed", rejected: "not used" };

function checks(findings = [], outcome = "verified") {
  if (!findings.length && outcome === "verified") return h("p", { class: "dim small" }, "✓ Every sentence passed the check.");
  return h("details", {}, h("summary", {}, `Checked: ${outcome}${findings.length ? `, ${plural(findings.length, "finding")}` : ""}`),
    h("ul", {}, findings.map((f) => h("li", {}, h("strong", {}, f.kind.replaceAll("_", " ")),
      f.span ? ` “${f.span}”` : "", f.evidence ? ` – ${f.evidence}` : "", h("span", { class: "tag" }, ACTIONS[f.action] ?? f.action)))));
}

function receipt(answer) {
  const r = answer.receipt;
  const rows = r ? Object.entries({
    "Written by": r.model ?? r.generator,
    Seconds: r.seconds,
    Question: r.request?.slice(0, 16),
    Catalog: r.catalog?.slice(0, 16),
    Template: r.template?.slice(0, 16),
    Version: r.version,
    Tokens: r.input_tokens ? `${r.input_tokens} in, ${r.output_tokens} out` : null,
  }).filter(([, v]) => v !== null && v !== undefined) : [];
  return h("div", { class: "proof" }, checks(answer.findings, answer.outcome), rows.length ? h("details", {},
    h("summary", {}, "Receipt"),
    h("p", { class: "dim" }, "Equal receipts mean equal answers."),
    h("dl", {}, rows.map(([name, value]) => h("div", {}, h("dt", {}, name), h("dd", {}, String(value)))))) : null);
}

const capital = (text) => text.slice(0, 1).toUpperCase() + text.slice(1);
