/* Relais: what is typed in a form [data-brouillon] is kept as a draft, and the page never says so when it is not. */
(() => {
  "use strict";
  const WAIT = 800, RETRY = 4000, PATIENCE = 4000; /* ms: after the last key, between two attempts, for an answer */
  const QUICK = 15, SLOW = 60000; /* a session which is over: attempts before a tab that nobody comes back to asks once a minute */
  const NETWORK = "Connexion interrompue : le brouillon n’est pas enregistré. Votre texte reste dans la page, nouvel essai toutes les quatre secondes.";
  const SERVER = "Une erreur est survenue de notre côté : le brouillon n’est pas enregistré. Votre texte reste dans la page, nouvel essai toutes les quatre secondes.";
  const SESSION = "Votre session a expiré : le brouillon n’est pas enregistré. Reconnectez-vous dans un nouvel onglet, votre texte reste dans la page et sera enregistré à votre retour.";
  const REFUSED = "Le brouillon n’est pas enregistré : ";
  const wired = new Set();

  const keep = (form) => {
    const state = form.querySelector("[data-etat-brouillon]"), alert = form.querySelector("[data-alerte-brouillon]");
    let timer = 0, sending = false, again = false, unsaved = false, field = "", signedOut = 0;
    const say = (text) => { if (state.textContent !== text) state.textContent = text; };
    const warn = (text, link) => {
      if (alert.dataset.dit === text) return; /* said once, not at each attempt */
      alert.dataset.dit = text;
      alert.replaceChildren();
      if (!text) return;
      const box = document.createElement("div"), words = document.createElement("p");
      box.className = "alerte alerte--erreur";
      words.textContent = text;
      box.append(words);
      if (link) {
        const way = document.createElement("a"), resume = new URL(form.dataset.connexion, location.href);
        if (field) resume.searchParams.set("next", `${resume.searchParams.get("next")}?champ=${encodeURIComponent(field)}`);
        way.href = resume.pathname + resume.search;
        way.target = "_blank";
        way.rel = "noopener";
        way.textContent = "Se reconnecter (nouvel onglet)";
        words.append(" ", way);
      }
      alert.append(box);
    };
    const later = (delay) => { clearTimeout(timer); timer = setTimeout(save, delay); };
    const failed = (text, link) => { say("Non enregistré. Nouvel essai…"); warn(text, link); later(signedOut > QUICK ? SLOW : RETRY); };

    /* After signing in elsewhere, the token of this page is that of a session which is over: take a fresh one. */
    const refreshToken = async () => {
      const answer = await fetch(form.dataset.jeton || location.href, { headers: { "HX-Request": "true" }, signal: AbortSignal.timeout(PATIENCE) });
      if (!answer.ok) return answer.status;
      const token = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("[name=csrf_token]");
      if (token) document.querySelectorAll("[name=csrf_token]").forEach((input) => { input.value = token.value; });
      return token ? 200 : 401;
    };
    const post = () => fetch(form.dataset.brouillon, {
      method: "POST", headers: { "HX-Request": "true" }, body: new URLSearchParams(new FormData(form)), signal: AbortSignal.timeout(PATIENCE),
    });
    const save = async () => {
      if (!form.isConnected) return;
      if (sending) { again = true; return; }
      sending = true; again = false;
      say("Enregistrement…");
      try {
        let answer = await post();
        if (answer.status === 400 || answer.status === 401) { if (await refreshToken() === 200) answer = await post(); }
        signedOut = answer.status === 400 || answer.status === 401 ? signedOut + 1 : 0;
        if (answer.ok) {
          const words = await answer.text();
          warn("");
          if (!again) { unsaved = false; say(words); }
        } else if (signedOut) failed(SESSION, true);
        else if (answer.status === 403 || answer.status === 404 || answer.status === 409 || answer.status === 413) {
          say("Non enregistré.");
          warn(REFUSED + (answer.status === 409 ? "vous avez déjà enregistré cet encadré, ou il ne se modifie plus ici. Rouvrez-le avant de continuer." : answer.status === 413 ? "il est trop long." : "vous n’en avez plus le droit, ou il n’existe plus."));
        } else failed(SERVER);
      } catch {
        failed(NETWORK);
      } finally {
        sending = false;
        if (again) later(0);
      }
    };
    const typed = (e) => {
      if (e.target.name) field = e.target.name;
      unsaved = true;
      later(WAIT);
    };
    if ("saisie" in form.dataset) { unsaved = true; later(WAIT); } /* what comes back from the server is not saved yet */
    form.addEventListener("input", typed);
    form.addEventListener("change", typed);
    form.addEventListener("submit", () => { clearTimeout(timer); unsaved = false; });
    const refused = (e) => { if (e.detail.requestConfig.verb !== "get") { unsaved = true; later(WAIT); } }; /* presence is only asked */
    form.addEventListener("htmx:responseError", refused);
    form.addEventListener("htmx:sendError", refused);
    const back = () => { if (unsaved && form.isConnected && !document.hidden) later(0); };
    addEventListener("online", back);
    document.addEventListener("visibilitychange", back);
    addEventListener("beforeunload", (e) => { if (unsaved && form.isConnected) { e.preventDefault(); e.returnValue = ""; } });
  };

  const wire = (root) => root.querySelectorAll("form[data-brouillon]").forEach((form) => {
    if (wired.has(form)) return;
    wired.add(form);
    keep(form);
  });
  wire(document);
  addEventListener("htmx:load", (e) => wire(e.target));

  /* « compléter » and a new sign-in lead to one input: begin there. */
  const first = new URLSearchParams(location.search).get("champ"), input = first && document.getElementsByName(first)[0];
  if (input && input.form && input.form.matches("[data-brouillon]") && !document.getElementById("resume-erreurs")) input.focus();
})();
