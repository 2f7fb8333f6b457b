/** Forms that change the tables: checked while typing, lists to choose from, a note on the build. */
import "./forms.css";
import { remember, remembered } from "./dom.js";
import { fault, startKey, startLists } from "./fields.js";

/** Milliseconds between the last key and the check. */
const PAUSE = 500;

class Form {
  readonly #touched = new Set<string>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #number = 0;
  #edited = false;

  constructor(readonly form: HTMLFormElement) {
    startLists(form);
    startKey(form);
    const role = form.querySelector<HTMLInputElement>("[data-keep]");
    if (role && !role.value) role.value = remembered("role") ?? "";
    const named = (event: Event): string | undefined =>
      (event.target as HTMLElement).closest<HTMLElement>("[data-field]")?.dataset["field"];
    form.addEventListener("input", (event) => {
      this.#edited = true;
      const name = named(event);
      if (!name) return;
      this.#touched.add(name);
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => void this.#check(), PAUSE);
    });
    form.addEventListener("submit", () => {
      this.#edited = false;
      if (role) remember("role", role.value);
    });
    addEventListener("beforeunload", (event) => {
      if (this.#edited) event.preventDefault();
    });
  }

  async #check(): Promise<void> {
    const number = ++this.#number;
    const body = new URLSearchParams();
    for (const [name, value] of new FormData(this.form)) body.append(name, String(value));
    let faults: Record<string, readonly string[]>;
    try {
      const answer = await fetch(this.form.dataset["check"]!, { method: "POST", body });
      if (!answer.ok) return;
      ({ faults } = (await answer.json()) as { faults: typeof faults });
    } catch {
      return; // it is checked again when it is saved
    }
    if (number !== this.#number) return;
    for (const field of this.form.querySelectorAll<HTMLElement>("[data-field]")) {
      const name = field.dataset["field"]!;
      if (this.#touched.has(name)) fault(field, faults[name] ?? []);
    }
  }
}

/** Says how far the build is that follows an edit. */
async function follow(note: HTMLElement): Promise<void> {
  let seen = false;
  for (;;) {
    let state: { building: boolean; failure: string };
    try {
      state = (await (await fetch(note.dataset["state"]!)).json()) as typeof state;
    } catch {
      return;
    }
    const said = note.dataset;
    const done = seen ? said["done"]! : "";
    const text = state.building
      ? said["building"]!
      : state.failure
        ? said["failed"]!.replace("{said}", state.failure)
        : done;
    if (note.textContent !== text) note.textContent = text;
    if (!state.building) return;
    seen = true;
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
}

for (const form of document.querySelectorAll<HTMLFormElement>("form[data-check]")) new Form(form);
for (const note of document.querySelectorAll<HTMLElement>("[data-state]")) void follow(note);
document.getElementById("fehler")?.focus();
