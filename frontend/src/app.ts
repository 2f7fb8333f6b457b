/** What every page loads; nothing on a page needs it. */
import "./app.css";
import { here } from "./address.js";
import { announce, h } from "./dom.js";
import { startCards } from "./cards.js";
import { startContrast } from "./contrast.js";
import { startFile } from "./file.js";
import { startLists } from "./lists.js";
import { startMenu } from "./menu.js";
import { startNamed } from "./named.js";
import { packed } from "./packed.js";
import { saveTables, startFigures, tables } from "./saving.js";
import { startSearch } from "./searchbox.js";
import { startTables } from "./tables.js";
import { text } from "./texts.js";
import { startTheme } from "./theme.js";

/** For how long a control says that it did something, in milliseconds. */
const SHORT_WHILE = 2000;

/** What a reader can do with a page as it stands. */
const CONTROLS = '[data-copy], [data-action="print"], [data-action="link"], [data-action="csv"], [data-action="xlsx"]';

startMenu();
document.addEventListener("nqgraph:answer", ({ target }) => startCards(target as Element));

function start(root: ParentNode): void {
  for (const control of root.querySelectorAll<HTMLElement>(CONTROLS)) control.hidden = false;
  startCards(root);
  startTables(root);
  startLists(root);
  startContrast(root);
  startFigures(root);
}

/** Opens what the address names where it is folded, in browsers that do not do so themselves. */
function reveal(): void {
  const target = document.querySelector(":target");
  const folded = target?.closest("details:not([open])");
  for (let at = folded; at; at = at.parentElement?.closest("details")) at.setAttribute("open", "");
  if (folded) target!.scrollIntoView();
}

document.addEventListener("click", (event) => {
  const control = event.target instanceof Element ? event.target.closest<HTMLElement>(CONTROLS) : null;
  if (!control) return;
  if (control.dataset["action"] === "print") return print();
  const form = control.dataset["action"] ?? "";
  if (FILE && /csv|xlsx/.test(form)) {
    const page = control.closest(".page")!;
    return saveTables(form, tables(page), page.id.replace(/^s_/, ""));
  }
  const copied = navigator.clipboard?.writeText(control.dataset["copy"] ?? here()) ?? Promise.reject(new Error());
  copied.then(
    () => told(control, text("copied")),
    () => announce(text("notCopied")),
  );
});

/** Says *message*, on *control* for a while and to screen readers. */
function told(control: HTMLElement, message: string): void {
  announce(message);
  const { textContent: name } = control;
  if (name === message) return; // pressed again meanwhile
  control.textContent = message;
  setTimeout(() => (control.textContent = name), SHORT_WHILE);
}

document.documentElement.dataset["scripts"] = "on";
startTheme();
if (FILE) {
  startFile(start);
  void startNamed(document.getElementById("main")!).catch(() => {});
  // the policy of the file knows it
  void Promise.all([packed("style"), packed("script")]).then(
    ([style, script]) => script && document.head.append(h("style", {}, style ?? ""), h("script", {}, script)),
  );
} else {
  start(document);
  reveal();
  addEventListener("hashchange", reveal);
}
startSearch();
