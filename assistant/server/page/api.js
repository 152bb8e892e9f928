// Everything that leaves the page goes through here, and only to our own server.

import { $ } from "./dom.js";

export class ApiError extends Error {
  constructor(status, error = {}) {
    super(error.message || `The server answered ${status}.`);
    this.status = status;
    this.code = error.code;
    this.hint = error.hint || (status === 429 ? "Many people ask right now. Try again in a moment." : "");
  }
}

const key = () => sessionStorage.getItem("key");

async function askForKey() {
  const dialog = $("#key");
  if (!dialog.open) dialog.showModal();
  await new Promise((done) => dialog.addEventListener("close", done, { once: true }));
  sessionStorage.setItem("key", dialog.querySelector("input").value);
}

/** fetch with our key; errors become ApiError. */
export async function call(path, options = {}) {
  const headers = { ...options.headers, ...(key() ? { Authorization: `Bearer ${key()}` } : {}) };
  let response;
  try {
    response = await fetch(path, { ...options, headers });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new ApiError(0, { message: "The server cannot be reached.", hint: "Is sr-assistant serve still running?" });
  }
  if (response.status === 401) {
    await askForKey();
    return call(path, options);
  }
  if (!response.ok) {
    const body = await response.json().catch(() => ({}));
    throw new ApiError(response.status, body.error);
  }
  return response;
}

export const json = async (path, options) => (await call(path, options)).json();

/** What is wrong with a picture, measured; see /api/look. */
export async function look(file) {
  await ready();
  const form = new FormData();
  form.append("picture", file);
  return (await call("/api/look", { method: "POST", body: form })).json();
}

export const post = (path, data, options = {}) => call(path, {
  method: "POST", body: JSON.stringify(data), headers: { "Content-Type": "application/json" }, ...options,
});

/** The named events of a response: for await (const [name, data] of events(response)). */
export async function* events(response) {
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    rest += value;
    const blocks = rest.split("\n\n");
    rest = blocks.pop();
    for (const block of blocks) {
      const name = /^event: (.*)$/m.exec(block)?.[1] ?? "message";
      const data = /^data: (.*)$/m.exec(block)?.[1];
      if (data === undefined) continue;
      const body = JSON.parse(data);
      if (name === "error") throw new ApiError(200, body.error);
      yield [name, body];
    }
  }
}

let waiting;

/** Resolves once questions are answered; the notice says how long it takes until then. */
export function ready() {
  waiting ??= poll();
  return waiting;
}

async function poll() {
  const notice = $("#notice");
  for (let first = true; ; first = false) {
    let told = {};
    try {
      told = await (await fetch("/readyz")).json();
    } catch {
      told = { state: "away" };
    }
    if (told.state === "ready") {
      notice.hidden = true;
      return;
    }
    notice.hidden = false;
    notice.textContent = {
      loading: "Starting: the catalog is being read.",
      indexing: `Building the search index of ${told.records ?? "all"} records (${Math.round(told.seconds ?? 0)} s so far). `
        + "You can type your question already.",
      failed: `The catalog could not be loaded: ${told.message}`,
      away: "The server cannot be reached. Is sr-assistant serve still running?",
    }[told.state] ?? "Starting.";
    await new Promise((later) => setTimeout(later, first ? 300 : 1000));
  }
}
