// Files on their way: dropped or chosen, sent one by one with their progress, kept by the form they belong to.
// Without this file they go with the form; nothing else is different.
"use strict";
(() => {
  const token = () => document.querySelector('meta[name="csrf-token"]')?.content ?? "";

  // A line with a bar for one file; `say` is read out by screen readers.
  const line = (field, name) => {
    const row = document.createElement("li");
    const label = document.createElement("label");
    const bar = document.createElement("progress");
    bar.max = 100;
    bar.value = 0;
    label.append(Object.assign(document.createElement("bdi"), { textContent: name }), " ", bar);
    row.append(label);
    field.querySelector("[data-progress]").append(row);
    return { row, bar };
  };
  const say = (field, words, name) => {
    field.querySelector("[data-said]").textContent = words.replace("{name}", name);
  };
  const complain = (field, words) => {
    const waiting = field.querySelector("#waiting");
    let error = waiting.querySelector(".error");
    if (!error) {
      error = Object.assign(document.createElement("p"), { className: "error", id: "files-error" });
      error.setAttribute("role", "alert");
      waiting.prepend(error);
    }
    error.textContent = words;
    mark(field, true);
  };
  // Tie the control to its error, or to its hint alone.
  const mark = (field, wrong) => {
    const input = field.querySelector('input[type="file"]');
    field.classList.toggle("invalid", wrong);
    if (wrong) input.setAttribute("aria-invalid", "true");
    else input.removeAttribute("aria-invalid");
    input.setAttribute("aria-describedby", wrong ? "files-error files-hint" : "files-hint");
  };

  // Resolves to what went wrong with this file, in a sentence; to nothing where it arrived.
  const send = (field, file) => new Promise((done) => {
    const { row, bar } = line(field, file.name);
    const form = new FormData();
    for (const kept of field.querySelectorAll('input[name="pending"]')) form.append("pending", kept.value);
    form.append("files", file);
    const request = new XMLHttpRequest();
    request.open("POST", field.dataset.upload);
    request.setRequestHeader("X-CSRFToken", token());
    request.setRequestHeader("HX-Request", "true");
    request.upload.addEventListener("progress", (event) => {
      if (event.lengthComputable) bar.value = (100 * event.loaded) / event.total;
    });
    request.addEventListener("loadend", () => {
      row.remove();
      const failed = field.dataset.failed.replace("{name}", file.name);
      const drawn = request.status === 200 || request.status === 422;
      done(drawn ? arrived(field, request, file, failed) : sentence(request) || failed);
    });
    say(field, field.dataset.sending, file.name);
    request.send(form);
  });

  // The answer is the list of files that wait, as the server draws it for the whole form.
  const arrived = (field, request, file, failed) => {
    const answer = new DOMParser().parseFromString(request.responseText, "text/html").getElementById("waiting");
    if (!answer) return failed;
    field.querySelector("#waiting").replaceWith(document.adoptNode(answer));
    const error = answer.querySelector(".error");
    if (error) return error.textContent.trim();
    say(field, field.dataset.arrived, file.name);
    suggestTitle(field);
    return "";
  };
  const sentence = (request) => {
    const answer = new DOMParser().parseFromString(request.responseText, "text/html");
    return answer.querySelector("main .sentence")?.textContent.trim();
  };

  // A title nobody has typed begins as the name of the first file.
  const suggestTitle = (field) => {
    const title = field.closest("form").querySelector("#title");
    const name = field.querySelector("[data-name]")?.textContent;
    if (!title || title.value || !name) return;
    const words = name.replace(/\.[^.]+$/, "").replace(/[\s_+-]+/g, " ").trim();
    title.value = words.charAt(0).toUpperCase() + words.slice(1);
    title.dispatchEvent(new Event("input", { bubbles: true }));
  };

  const sendAll = async (field, files) => {
    const buttons = field.closest("form").querySelectorAll("button:not([name=drop])");
    for (const button of buttons) button.disabled = true;
    mark(field, false);
    const wrong = []; // of all these files: the list is drawn anew for the next one, and what was said of the last would be gone
    for (const file of files) {
      const tooLarge = file.size > field.dataset.most * 1e6;
      const trouble = tooLarge ? `${file.name}: ${field.dataset.tooLarge}` : await send(field, file);
      if (!trouble) continue;
      wrong.push(trouble);
      say(field, "", file.name);
    }
    if (wrong.length) complain(field, wrong.join(" "));
    for (const button of buttons) button.disabled = false;
  };

  for (const field of document.querySelectorAll("[data-upload]")) {
    const input = field.querySelector('input[type="file"]');
    for (const part of field.querySelectorAll(".with-script")) part.hidden = false;
    for (const part of field.querySelectorAll(".without-script")) part.hidden = true;
    input.addEventListener("change", async () => {
      const files = [...input.files];
      input.value = ""; // they are sent now, and must not go with the form again
      await sendAll(field, files);
    });
    // dragenter also fires for what lies inside: only leaving the whole field ends it
    field.addEventListener("dragover", (event) => {
      if (![...event.dataTransfer.types].includes("Files")) return;
      event.preventDefault();
      field.classList.add("dropping");
    });
    field.addEventListener("dragleave", (event) => {
      if (!field.contains(event.relatedTarget)) field.classList.remove("dropping");
    });
    field.addEventListener("drop", (event) => {
      if (!event.dataTransfer.files.length) return;
      event.preventDefault();
      field.classList.remove("dropping");
      sendAll(field, [...event.dataTransfer.files]);
    });
  }
})();
