/** The menu and its groups close when a reader goes on; without scripts they open and close by themselves. */

function opened(): HTMLDetailsElement[] {
  return [...document.querySelectorAll<HTMLDetailsElement>("nav .group[open]")];
}

export function startMenu(): void {
  document.addEventListener("click", ({ target }) => {
    for (const group of opened())
      if (!(target instanceof Element) || !group.contains(target) || target.closest("a")) group.open = false;
    if (target instanceof Element && target.closest("a")) document.getElementById("menu")?.hidePopover?.();
  });
  document.addEventListener("keydown", ({ key }) => {
    if (key !== "Escape") return;
    for (const group of opened()) {
      group.open = false;
      group.querySelector("summary")?.focus();
    }
  });
}
