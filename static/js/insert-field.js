// Buttons that put a field into the wording where the cursor is. The browser's own undo takes it out again.

const text = document.getElementById("id_text");

function insert(piece) {
  text.focus();
  // Old, but the one way that keeps undo; where it is gone, the text is put in all the same.
  if (document.execCommand("insertText", false, piece)) return;
  text.setRangeText(piece, text.selectionStart, text.selectionEnd, "end");
  text.dispatchEvent(new Event("input", { bubbles: true }));
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-insert]");
  if (button) insert(button.dataset.insert);
});
