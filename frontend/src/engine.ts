/** The editor of the one file: unpacked, with Oxigraph in a worker, when its page is first seen. */
import { h } from "./dom.js";
import { packed, raw } from "./packed.js";
import { language, say, speaker } from "./texts.js";
import type { Sent, Told } from "./worker.js";

const text = speaker({
  loading: { de: "Der Editor wird ausgepackt …", en: "Unpacking the editor …" },
  impossible: {
    de: "Dieser Browser führt WebAssembly nicht aus, deshalb lassen sich hier keine eigenen SPARQL-Abfragen stellen.",
    en: "This browser does not run WebAssembly, so you cannot ask your own SPARQL queries here.",
  },
  refused: {
    de: "Zeile {line}: Die Abfrage ist kein gültiges SPARQL, etwa bei ▸: {source} – {cause}",
    en: "Line {line}: the query is no valid SPARQL, about at ▸: {source} – {cause}",
  },
  prefix: { de: "Ein Präfix ist nicht erklärt.", en: "A prefix is not declared." },
  often: {
    de: "Oft fehlt ein Punkt, eine Klammer oder ein Präfix, oder ein Schlüsselwort ist falsch geschrieben.",
    en: "Often a dot, a bracket or a prefix is missing, or a keyword is misspelled.",
  },
});

/** What is wrong with *query* in our words; the engine names all that could follow, in English. */
function refused(query: string, told: string): string {
  const [, line, column] = /^(?:Parser )?error at (\d+):(\d+)/i.exec(told) ?? [];
  if (!line) return told;
  const [at, all] = [Number(column) - 1, query.split("\n")[Number(line) - 1] ?? ""];
  const source = `${all.slice(Math.max(0, at - 40), at).trimStart()}▸${all.slice(at, at + 40).trimEnd()}`;
  return text("refused", { line, source, cause: text(told.includes("Prefix not found") ? "prefix" : "often") });
}

class Engine {
  #worker: Promise<Worker> | undefined;
  #last = 0;

  /** Answers as the endpoint of a server does. */
  readonly ask = async (query: string, accept: string, signal?: AbortSignal | null): Promise<Response> => {
    const worker = await (this.#worker ??= this.#start());
    const id = ++this.#last;
    const { body, type } = await new Promise<Told>((resolve, reject) => {
      const heard = ({ data }: MessageEvent<Told>): void => {
        if (data.id !== id) return;
        worker.removeEventListener("message", heard);
        resolve(data);
      };
      worker.addEventListener("message", heard);
      worker.addEventListener("error", (event) => reject(new Error(event.message)), { once: true });
      signal?.addEventListener("abort", () => {
        worker.terminate(); // a query that runs hears nothing
        this.#worker = undefined;
        reject(new DOMException("", "AbortError"));
      });
      worker.postMessage({ id, query, accept } satisfies Sent);
    });
    return new Response(type ? body : refused(query, body), {
      status: type ? 200 : 400,
      headers: { "Content-Type": type ?? "text/plain" },
    });
  };

  /** A worker with all statements; a classic one, because browsers refuse modules from files. */
  async #start(): Promise<Worker> {
    const parts = await packed("sparql");
    const wasm = raw("wasm");
    const address = URL.createObjectURL(new Blob([parts!.worker], { type: "text/javascript" }));
    const made = new Worker(address);
    URL.revokeObjectURL(address);
    made.postMessage({ wasm, statements: parts!.statements } satisfies Sent, [wasm.buffer]);
    return made;
  }
}

let engine: Engine | undefined;

/** Starts the editor in *section*, if it is the one with it. */
export async function startEditor(section: HTMLElement): Promise<void> {
  const place = section.querySelector<HTMLElement>("#editor");
  if (!place) return;
  if (typeof WebAssembly !== "object") {
    place.replaceChildren(h("p", { class: "absent", role: "alert" }, text("impossible")));
    return;
  }
  if (!place.hasChildNodes()) {
    place.replaceChildren(h("p", { role: "status" }, text("loading")));
    const parts = (await packed("sparql"))!;
    const lang = language();
    place.dataset["prefixes"] = JSON.stringify(parts.prefixes);
    place.dataset["completions"] = JSON.stringify(
      parts.terms.map(([iri, label]) => ({ iri, label: say(label, lang) })),
    );
    place.dataset["examples"] = JSON.stringify(
      parts.examples.map(([name, title, query]) => ({ name, title: say(title, lang), text: say(query, lang) })),
    );
    const first = !engine;
    engine ??= new Engine();
    Object.assign(place, { ask: engine.ask });
    if (first) {
      document.head.append(h("style", {}, parts.style));
      document.body.append(h("script", {}, parts.script)); // the policy of the file knows its hash
    }
  }
  document.dispatchEvent(new CustomEvent("nqgraph:editor"));
}
