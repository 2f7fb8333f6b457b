"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const picture = document.getElementById("picture");
  const said = document.getElementById("said");
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const ink = () => (dark.matches ? "#e8e8e8" : "#1a1a1a");
  const options = () => ({
    physics: false,
    interaction: { hover: true, keyboard: false, hideEdgesOnDrag: true },
    nodes: { font: { size: 15, color: ink(), strokeWidth: 4, strokeColor: dark.matches ? "#121212" : "#ffffff" } },
    edges: { color: { color: "#8a8a8a99", highlight: ink() }, arrows: { to: { scaleFactor: 0.5 } }, smooth: false },
  });
  picture.hidden = false;
  const byRow = new Map(data.nodes.map((node) => [node.row, node]));
  const byId = new Map(data.nodes.map((node) => [node.id, node]));
  const network = new vis.Network(picture, { nodes: data.nodes, edges: data.edges }, options());
  dark.addEventListener("change", () => network.setOptions(options()));
  const name = (id) => document.querySelector(`#n${byId.get(id).row} strong`).textContent;

  // The list stays in step: a node chosen in the picture is marked in the list, and the other way round.
  network.on("selectNode", ({ nodes }) => {
    said.textContent = name(nodes[0]);
    history.replaceState(null, "", `#n${byId.get(nodes[0]).row}`);
    document.getElementById(`n${byId.get(nodes[0]).row}`).scrollIntoView({ block: "nearest" });
    location.replace(location.hash);
    picture.scrollIntoView({ block: "nearest" });
  });
  const show = () => {
    const node = byRow.get(Number(location.hash.slice(2)));
    if (node && location.hash.startsWith("#n")) {
      network.selectNodes([node.id]);
      network.focus(node.id, { scale: 1, animation: still ? false : { duration: 400 } });
      said.textContent = name(node.id);
    }
  };
  addEventListener("hashchange", show);
  network.once("afterDrawing", () => {
    document.documentElement.dataset.drawn = "yes";
    show();
  });
})();
