"use strict";
(() => {
  const form = document.getElementById("filters");
  const shown = document.getElementById("shown");
  const items = [...document.querySelectorAll(".filtered")];
  const facets = new Map(items.map((item) => [item, new Set(item.dataset.facets.split("\n"))]));
  const apply = () => {
    const wanted = [...form.elements]
      .filter((field) => field.name && field.value !== "*")
      .map((field) => field.name + "=" + field.value);
    const controls = new Set();
    for (const item of items) {
      const fits = wanted.every((facet) => facets.get(item).has(facet));
      item.hidden = !fits;
      if (fits) controls.add(item.dataset.control);
    }
    for (const theme of document.querySelectorAll(".theme")) {
      theme.hidden = !theme.nextElementSibling.querySelector(".filtered:not([hidden])");
    }
    shown.textContent = shown.dataset.words.replace("#", controls.size);
  };
  form.addEventListener("input", apply);
  form.addEventListener("reset", () => setTimeout(apply));
  form.addEventListener("submit", (event) => event.preventDefault());
  form.hidden = false;
  apply();
})();
