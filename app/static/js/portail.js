/* Relais: progressive enhancement. Every page works without this file; htmx is its only companion. */
(() => {
  "use strict";
  const $ = (selector, root = document) => root.querySelector(selector);
  const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];
  const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").replace(/[’'-]/g, " ").toLowerCase();
  document.documentElement.classList.add("js");

  /* ---- Announcements (screen readers) and toasts ---- */
  const announce = (text) => {
    const zone = $("#annonce");
    if (!zone) return;
    zone.textContent = "";
    setTimeout(() => { zone.textContent = text; }, 60);
  };
  const toast = (text, tone = "") => {
    const model = $("#modele-toast"), zone = $("#toasts");
    if (!model || !zone) return;
    const node = model.content.firstElementChild.cloneNode(true);
    $("p", node).textContent = text;
    if (tone) node.classList.add(`toast--${tone}`);
    zone.append(node);
  };
  addEventListener("annonce", (e) => announce(e.detail.value)); /* HX-Trigger: {"annonce": "…"} */
  addEventListener("click", (e) => {
    const button = e.target.closest("[data-fermer-toast]");
    if (button) button.closest(".toast").remove();
  });

  /* ---- Dialogs: what is swapped into a <dialog> opens it, an empty answer closes it ---- */
  let opener = null;
  addEventListener("htmx:beforeRequest", (e) => {
    const dialog = e.detail.target && e.detail.target.closest("dialog");
    if (dialog && !dialog.open) opener = e.detail.elt;
  });
  for (const type of ["htmx:afterSwap", "htmx:oobAfterSwap"]) { /* out-of-band swaps only send the second */
    addEventListener(type, (e) => {
      const target = e.detail.target, dialog = target && target.closest && target.closest("dialog");
      if (!dialog) return;
      if (dialog.childElementCount && !dialog.open) dialog.showModal();
      else if (!dialog.childElementCount && dialog.open) dialog.close();
    });
  }
  addEventListener("click", (e) => {
    const button = e.target.closest("[data-fermer-dialogue]"), dialog = button && button.closest("dialog");
    if (dialog) { e.preventDefault(); dialog.close(); } /* on a full page the same link just navigates */
  });
  addEventListener("close", (e) => {
    if (!e.target.matches || !e.target.matches("dialog[data-htmx]")) return;
    e.target.replaceChildren();
    if (opener && opener.isConnected) opener.focus();
    opener = null;
  }, true);

  /* ---- Focus is never lost: when the active element goes, its neighbour takes over, else the zone's heading ---- */
  let fallbacks = [];
  const lost = () => document.activeElement === document.body || document.activeElement.id === "contenu";
  addEventListener("htmx:beforeSwap", (e) => {
    const target = e.detail.target;
    fallbacks = [];
    const leaving = target && !target.closest("dialog") && document.activeElement.closest("dialog[data-htmx]"); /* which closes */
    if (!target || !(target.contains(document.activeElement) || leaving || lost())) return;
    const neighbours = [];
    for (let n = target.nextElementSibling; n; n = n.nextElementSibling) neighbours.push(n);
    for (let n = target.previousElementSibling; n; n = n.previousElementSibling) neighbours.push(n);
    fallbacks = neighbours.map((n) => n.querySelector("[data-focus]")).filter(Boolean);
    const zone = target.closest("[data-focus-repli]");
    if (zone) fallbacks.push(document.getElementById(zone.dataset.focusRepli));
  });
  addEventListener("htmx:afterSettle", () => {
    const next = lost() && fallbacks.find((n) => n && n.isConnected);
    fallbacks = [];
    if (next) next.focus();
  });

  /* ---- A form opened in place by a button that names a field begins with that field ---- */
  addEventListener("htmx:afterSettle", () => {
    const form = $("[data-commencer]"), field = form && document.getElementById(form.dataset.commencer);
    if (form) form.removeAttribute("data-commencer");
    if (field) field.focus();
  });

  /* ---- What asks every few seconds stops, and says so, when the session is over; it starts again when one comes back to the tab ---- */
  const rest = (asker) => {
    const copy = asker.cloneNode(false); /* which htmx does not know */
    copy.dataset.arrete = "1";
    copy.textContent = "Votre session a expiré. Votre saisie reste à l’écran : reconnectez-vous dans un nouvel onglet, puis revenez ici.";
    asker.replaceWith(copy);
  };
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) $$("[data-arrete]").forEach((copy) => { delete copy.dataset.arrete; htmx.process(copy); });
  });

  /* ---- Network and server errors: say it, keep the page ---- */
  const MESSAGES = {
    400: "La page a expiré. Rechargez-la puis recommencez.",
    403: "Vous n’avez pas le droit de faire cette action.",
    404: "Cet élément n’existe plus. Rechargez la page.",
    429: "Trop de demandes d’affilée. Patientez une minute.",
    503: "Service en maintenance. Réessayez dans quelques minutes.",
  };
  addEventListener("htmx:responseError", (e) => {
    const status = e.detail.xhr.status, dialog = $("#session-expiree"), asker = e.detail.elt;
    if (status === 401 && asker.matches("[hx-trigger^=every]")) { rest(asker); return; }
    if (status === 401) { if (dialog && !dialog.open) dialog.showModal(); return; }
    toast(MESSAGES[status] || "Une erreur est survenue de notre côté. Rien n’a été perdu, réessayez.", "erreur");
  });
  for (const type of ["htmx:sendError", "htmx:timeout"]) {
    addEventListener(type, () => toast("Connexion interrompue. Vérifiez le réseau puis réessayez.", "erreur"));
  }

  /* ---- Suggestions: ARIA 1.2 combobox, list with manual selection; focus stays in the field ---- */
  const combobox = (field) => {
    const list = document.getElementById(field.getAttribute("aria-controls"));
    const status = document.getElementById(`${field.id}-statut`);
    let current = -1, chosen = ""; /* the second outlives an answer that comes late */
    const options = () => $$("[role=option]", list);
    const choose = (n) => {
      const all = options();
      current = n;
      chosen = all[n] ? all[n].textContent : "";
      all.forEach((option, k) => option.setAttribute("aria-selected", k === n));
      if (!all[n]) { field.removeAttribute("aria-activedescendant"); return; }
      field.setAttribute("aria-activedescendant", all[n].id);
      all[n].scrollIntoView({ block: "nearest" });
    };
    const open = (yes) => {
      list.hidden = !yes;
      field.setAttribute("aria-expanded", yes);
      if (!yes) choose(-1);
    };
    const follow = (option) => {
      open(false);
      if (option.dataset.href) { location.assign(option.dataset.href); return; }
      if (option.dataset.valeur !== undefined) field.value = option.dataset.valeur;
      if (field.dataset.choisir === undefined) field.form.requestSubmit(); /* else one field among others */
    };
    field.addEventListener("keydown", (e) => {
      const all = options(), n = all.length, shown = !list.hidden;
      if (e.key === "ArrowDown" && n) { e.preventDefault(); open(true); choose(e.altKey ? current : (current + 1) % n); }
      else if (e.key === "ArrowUp" && n) { e.preventDefault(); open(true); choose((current <= 0 ? n : current) - 1); }
      else if (e.key === "Enter" && shown && all[current]) { e.preventDefault(); follow(all[current]); }
      else if (e.key === "Escape" && shown) { e.preventDefault(); open(false); }
      else if (e.key === "Tab") open(false);
      else if (["Home", "End", "ArrowLeft", "ArrowRight"].includes(e.key)) choose(-1);
    });
    field.addEventListener("input", () => { choose(-1); if (!field.value.trim()) { list.replaceChildren(); open(false); } });
    field.addEventListener("blur", () => setTimeout(() => list.contains(document.activeElement) || open(false), 120));
    list.addEventListener("pointerdown", (e) => e.preventDefault());
    list.addEventListener("click", (e) => { const option = e.target.closest("[role=option]"); if (option) { e.preventDefault(); follow(option); } });
    list.addEventListener("htmx:afterSwap", () => {
      const all = options(), n = all.length;
      all.forEach((option, k) => { option.id = `${list.id}-${k}`; }); /* two search fields may share a page */
      if (document.activeElement !== field || !field.value.trim()) { open(false); return; }
      choose(all.findIndex((option) => option.textContent === chosen));
      open(n > 0);
      status.textContent = n ? `${n} suggestion${n > 1 ? "s" : ""}. Flèches haut et bas pour choisir.` : "Aucune suggestion.";
    });
  };

  /* ---- Filter of a list already in the page (communes of a zone) ---- */
  const filter = (field) => {
    const items = $$("[data-filtrable]", document.getElementById(field.getAttribute("aria-controls")));
    const status = document.getElementById(`${field.id}-statut`);
    field.addEventListener("input", () => {
      const words = plain(field.value).split(" ").filter(Boolean);
      let shown = 0;
      for (const item of items) {
        const text = plain(item.textContent);
        item.hidden = !words.every((word) => text.includes(word));
        shown += item.hidden ? 0 : 1;
      }
      status.textContent = words.length ? `${shown} sur ${items.length}` : "";
    });
  };

  /* ---- Show or hide a password; hidden again when the form leaves, so that browsers never remember it as a text ---- */
  const reveal = (button) => {
    const field = document.getElementById(button.getAttribute("aria-controls"));
    const show = (shown) => { field.type = shown ? "text" : "password"; button.setAttribute("aria-pressed", shown); };
    button.addEventListener("click", () => show(field.type === "password"));
    field.form.addEventListener("submit", () => show(false));
  };

  /* ---- Groups that one opened stay so (in this tab), after a save too ---- */
  const remember = (details) => {
    const key = `repli ${location.pathname} ${details.id}`;
    if (sessionStorage.getItem(key)) details.open = true;
    details.addEventListener("toggle", () => { if (details.open) sessionStorage.setItem(key, "1"); else sessionStorage.removeItem(key); });
  };

  const once = (selector, root, wire) => $$(selector, root).filter((n) => !n.dataset.pret).forEach((n) => { n.dataset.pret = "1"; wire(n); });
  const wire = (root) => {
    once("input[role=combobox]", root, combobox);
    once("input[data-filtre]", root, filter);
    once("button[data-montrer]", root, reveal);
    once("details[data-garder]", root, remember);
    once("[data-imprimer]", root, (button) => button.addEventListener("click", () => print()));
    if (matchMedia("(min-width:60rem)").matches) once("details[data-ouvert-large]", root, (details) => { details.open = true; });
  };
  wire(document);
  addEventListener("htmx:load", (e) => wire(e.target));

  /* ---- <details> menus close with Escape or a click outside ---- */
  addEventListener("keydown", (e) => {
    if (e.key === "Escape") $$("details.deroule[open]").forEach((menu) => { menu.open = false; $("summary", menu).focus(); });
  });
  addEventListener("click", (e) => $$("details.deroule[open]").forEach((menu) => { if (!menu.contains(e.target)) menu.open = false; }));

  /* ---- Reading a dossier: J next, K previous, A accept, R send back; never in a field, and they can be turned off ---- */
  const lines = () => $$("[data-relecture] [data-ligne]").filter((line) => line.offsetParent !== null);
  const reading = (step) => {
    const all = lines(), now = document.activeElement.closest("[data-ligne]");
    const next = all[now ? all.indexOf(now) + step : 0];
    if (next) $("[data-titre]", next).focus();
  };
  const decide = (value) => {
    const line = document.activeElement.closest("[data-ligne]");
    const choice = line && $(`[data-decision=${value}]`, line);
    if (!choice) return;
    choice.checked = true;
    announce(choice.closest("label").textContent.trim());
    if (value !== "return") { reading(1); return; }
    const remark = $("details", line);
    remark.open = true;
    $("textarea", remark).focus();
  };
  addEventListener("keydown", (e) => {
    const on = $("[data-relecture] [data-touches]"), typed = e.target.closest("textarea,select,[contenteditable],input:not([type=radio])");
    if (!on || !on.checked || typed || e.ctrlKey || e.metaKey || e.altKey || $("dialog[open]")) return;
    const act = { j: () => reading(1), k: () => reading(-1), a: () => decide("accept"), r: () => decide("return") }[e.key.toLowerCase()];
    if (act) { e.preventDefault(); act(); }
  });

  /* ---- Double submit without htmx: the second one is dropped, the button is not disabled (screen readers) ---- */
  addEventListener("submit", (e) => {
    const form = e.target;
    if (form.matches("[hx-post]") || form.method !== "post") return;
    if (form.dataset.envoi && Date.now() - form.dataset.envoi < 3000) e.preventDefault();
    form.dataset.envoi = Date.now();
  });
})();
