// What HTML and htmx cannot do alone. Every page works without this file; nothing here is needed to read or to write.
"use strict";
(() => {
  const token = () => document.querySelector('meta[name="csrf-token"]')?.content;

  // htmx sends the proof that the request comes from our own page.
  document.addEventListener("htmx:configRequest", (event) => {
    if (token()) event.detail.headers["X-CSRFToken"] = token();
  });

  // After a swap: put the focus where the reader should go on, and say what happened.
  document.addEventListener("htmx:afterSettle", (event) => {
    const part = event.detail.elt;
    const next = part?.querySelector?.('[aria-invalid="true"], [autofocus], [data-focus]');
    if (next && event.detail.requestConfig?.verb !== "get") next.focus();
  });
  const announce = (message) => {
    const notice = document.getElementById("notice");
    if (!notice || !message) return;
    const line = document.createElement("p");
    line.className = "warn";
    line.textContent = message;
    notice.replaceChildren(line);
  };
  const troubled = () => announce(document.body.dataset.troubled);
  document.addEventListener("htmx:sendError", troubled);
  document.addEventListener("htmx:timeout", troubled);
  // A refusal answers with a whole page: show it as one, rather than inside a fragment or not at all.
  document.addEventListener("htmx:responseError", (event) => {
    const answer = new DOMParser().parseFromString(event.detail.xhr.responseText, "text/html");
    announce([answer.querySelector("main h1"), answer.querySelector("main .sentence")]
      .filter(Boolean).map((part) => part.textContent.trim()).join(". ") || document.body.dataset.troubled);
  });

  // Nobody loses a text by a slip: leaving asks, unless the form is being sent or a draft was just kept.
  const unsaved = new Set();
  const kept = (form) => unsaved.delete(form);
  document.addEventListener("input", (event) => {
    const form = event.target.closest?.("form");
    if (form && event.target.matches("textarea") && form.method === "post") unsaved.add(form);
  });
  document.addEventListener("submit", (event) => kept(event.target));
  document.addEventListener("htmx:afterRequest", (event) => {
    if (event.detail.successful && event.detail.requestConfig?.verb !== "get") kept(event.detail.elt.closest("form"));
  });
  window.addEventListener("beforeunload", (event) => {
    for (const form of unsaved) {
      if (form.isConnected && [...form.querySelectorAll("textarea")].some((t) => t.value !== t.defaultValue)) {
        event.preventDefault();
        return;
      }
    }
  });

  // Mail comes at the reader's own morning: the browser knows where that is.
  for (const field of document.querySelectorAll("[data-here]")) field.value = Intl.DateTimeFormat().resolvedOptions().timeZone ?? "";

  // What is meant to be copied can be, at one press. The text itself can always be selected.
  const offerCopies = (root) => {
    if (navigator.clipboard) for (const button of root.querySelectorAll?.("[data-copy][hidden]") ?? []) button.hidden = false;
  };
  offerCopies(document);
  document.addEventListener("htmx:afterSettle", (event) => offerCopies(event.detail.elt));
  document.addEventListener("click", async (event) => {
    const button = event.target.closest?.("[data-copy]");
    const text = button && document.getElementById(button.dataset.copy)?.textContent;
    if (!text) return;
    await navigator.clipboard.writeText(text.trim());
    button.textContent = button.dataset.done;
  });

  // Following a notice is reading it; the page it leads to need not wait for that.
  document.addEventListener("click", (event) => {
    const row = event.target.closest?.("a[href]") && event.target.closest("[data-notice]");
    if (row) fetch(row.dataset.notice, { method: "POST", keepalive: true, headers: { "X-CSRFToken": token(), "HX-Request": "true" } });
  });

  // Open menus close on Escape and on a click elsewhere.
  const menus = () => document.querySelectorAll("details.drop[open]");
  document.addEventListener("click", (event) => {
    for (const menu of menus()) if (!menu.contains(event.target)) menu.open = false;
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of menus()) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });
})();
