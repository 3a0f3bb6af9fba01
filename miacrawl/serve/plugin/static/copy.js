// A button beside each block that can be copied; without it the block is selected by hand.
"use strict";
for (const block of document.querySelectorAll("[data-copied]")) {
  const button = document.createElement("button");
  const told = document.createElement("span");
  button.type = "button";
  button.className = "copy";
  button.textContent = "Copy";
  button.setAttribute("aria-label", `Copy the citation as ${block.dataset.copied}`);
  told.className = "unseen";
  told.setAttribute("role", "status");
  button.addEventListener("click", async () => {
    let copied = false;
    try {
      await navigator.clipboard.writeText(block.textContent);
      copied = true;
    } catch {
      // Not allowed, or not served over https: what is selected can be copied in the old way.
      getSelection().selectAllChildren(block);
      copied = document.execCommand("copy");
    }
    button.textContent = copied ? "Copied" : "Selected";
    told.textContent = copied ? "Copied" : "Selected; copy it with the keyboard";
    setTimeout(() => { button.textContent = "Copy"; told.textContent = ""; }, 2500);
  });
  (block.parentElement.querySelector(".taking") ?? block.parentElement).append(button, told);
}
