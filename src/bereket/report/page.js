// Draws each figure from the data of the page; nothing is fetched.
"use strict";

const told = (id) => JSON.parse(document.getElementById(id).textContent);

// Data are kept once for all figures: give a figure those that it names.
function withData(spec) {
  const names = new Set();
  const look = (part) => {
    if (Array.isArray(part)) part.forEach(look);
    else if (part && typeof part === "object") {
      if (part.data && part.data.name) names.add(part.data.name);
      Object.values(part).forEach(look);
    }
  };
  look(spec);
  const own = {};
  names.forEach((name) => { own[name] = told(name); });
  return { ...spec, datasets: own };
}

// Buttons beside a map, for hands without a wheel: closer, farther, whole.
function addZoom(figure, view) {
  const ends = ["move_x", "move_y"];
  const first = ends.map((name) => view.signal(name));
  const domain = (axis) => view.scale(axis).domain();
  const zoom = (factor) => {
    ["x", "y"].forEach((axis, at) => {
      const [low, high] = domain(axis);
      const middle = (low + high) / 2, half = ((high - low) / 2) * factor;
      view.signal(ends[at], [middle - half, middle + half]);
    });
    view.run();
  };
  const box = document.createElement("div");
  box.className = "zoom";
  const buttons = [
    ["+", "closer", () => zoom(0.6)],
    ["−", "farther", () => zoom(1 / 0.6)],
    ["⤢", "whole map", () => { ends.forEach((name, at) => view.signal(name, first[at])); view.run(); }],
  ];
  buttons.forEach(([sign, words, act]) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = sign;
    button.title = words;
    button.setAttribute("aria-label", words);
    button.addEventListener("click", act);
    box.append(button);
  });
  figure.append(box);
}

async function draw() {
  for (const figure of document.querySelectorAll("figure[data-spec]")) {
    const name = figure.dataset.spec;
    const spec = withData(told(`spec-${name}`));
    const actions = { export: true, source: false, compiled: false, editor: false };
    const options = { renderer: "svg", actions, downloadFileName: `bereket-${name}` };
    const { view } = await vegaEmbed(figure.querySelector(".draw"), spec, options);
    if (figure.classList.contains("map")) addZoom(figure, view);
  }
  document.body.dataset.drawn = "yes";
}

draw();
