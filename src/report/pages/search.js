"use strict";
(() => {
  const form = document.getElementById("search");
  const list = document.getElementById("rules");
  const count = document.getElementById("count");
  const heading = document.getElementById("all");
  const browse = document.querySelectorAll(".browse");
  const titles = new Map([...form.elements.control.options].map((option) => [option.value, option.text]));
  const words = (text) => text.toLowerCase().split(/\s+/).filter(Boolean);
  const pattern = (kind) => new RegExp("^" + kind
    .replace(/[.+^$()|[\]\\]/g, "\\$&")
    .replace(/\{([^}]*)\}/g, (_, ways) => "(?:" + ways.split(",").join("|") + ")")
    .replace(/\*/g, ".*").replace(/\?/g, ".") + "$");
  // Peers write one id in several ways: AVD-AWS-0080 and AWS-0080, KSV017 and KSV-0017, zizmor:unpinned-uses.
  const spelt = (id) => id.replace(/^[a-z-]+:(?!\*$)/, "").replace(/^avd-/, "").replace(/^(ksv|kcv)(\d{3})$/, "$1-0$2");
  const rules = [...list.children].map((item) => {
    const { id, pack, severity, controls, kinds, tools, peers } = item.dataset;
    const bears = words(controls);
    const all = [item.textContent, pack, kinds, peers, ...bears.map((control) => titles.get(control))];
    return {
      item, pack, severity,
      controls: bears,
      tools: words(tools),
      kinds: words(kinds).map((kind) => [kind, /[*?{]/.test(kind) ? pattern(kind) : null]),
      names: new Set([id, ...words(peers)].map(spelt)),
      text: all.join(" ").toLowerCase(),
    };
  });
  const known = new Set(rules.flatMap((rule) => [...rule.names]));
  // What is the whole of an id finds that alone: CKV_AWS_2 is not CKV_AWS_24.
  const has = (rule, word) => known.has(spelt(word)) ? rule.names.has(spelt(word)) : rule.text.includes(word);
  const judges = (rule, wanted) => rule.kinds.some(([kind, glob]) => kind.includes(wanted) || (glob && glob.test(wanted)));
  const asked = () => Object.fromEntries([...new FormData(form)].map(([key, value]) => [key, value.trim()]));

  const show = () => {
    const want = asked();
    const sought = words(want.q);
    const kind = want.kind.toLowerCase();
    let found = 0;
    for (const rule of rules) {
      const fits = (!want.pack || rule.pack === want.pack)
        && (!want.severity || rule.severity === want.severity)
        && (!want.control || rule.controls.includes(want.control))
        && (!want.peer || rule.tools.includes(want.peer))
        && (!kind || judges(rule, kind))
        && sought.every((word) => has(rule, word));
      rule.item.hidden = !fits;
      if (fits) found += 1;
    }
    const searching = Object.values(want).some(Boolean);
    for (const section of browse) section.hidden = searching;
    heading.textContent = searching ? "Found" : "All rules";
    count.textContent = found === 0
      ? "No rule fits. A single word often finds more, such as the service or the setting."
      : found + " of " + rules.length + " rules";
  };

  const store = () => {
    const set = Object.entries(asked()).filter(([, value]) => value);
    const state = new URLSearchParams(set).toString();
    history.replaceState(null, "", state ? "#" + state : location.href.split("#")[0]);
  };
  const load = () => {
    const state = new URLSearchParams(location.hash.includes("=") ? location.hash.slice(1) : "");
    for (const field of form.elements) {
      if (field.name) field.value = state.get(field.name) ?? "";
    }
    show();
  };

  form.addEventListener("input", () => { store(); show(); });
  form.addEventListener("reset", () => setTimeout(() => { store(); show(); }));
  form.addEventListener("submit", (event) => event.preventDefault());
  addEventListener("hashchange", load);
  form.hidden = false;
  load();
})();
