// A treatment that made it worse: stopping it is the next thing to think of, so that it is unfolded at once.
document.getElementById("reviews")?.addEventListener("change", ({ target }) => {
  if (target.name !== "response" || target.value !== "worse") return;
  const stop = target.closest(".review-row").querySelector(".review-stop");
  if (stop) stop.open = true;
});
