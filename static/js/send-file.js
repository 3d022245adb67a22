// Sends a form with one file and says how far it has come; fetch would not tell.
import { askSession } from "./session.js";

// Calls `told` with the share sent, 0 to 1. Resolves to {answer, refused}, or {problem: lost, failed or large}.
export function sendFile(data, told) {
  return new Promise((settle) => {
    const request = new XMLHttpRequest();
    request.open("POST", location.href);
    request.setRequestHeader("HX-Request", "true");
    request.upload.addEventListener("progress", (event) => told(event.loaded / event.total));
    request.addEventListener("error", () => settle({ problem: "lost" }));
    request.addEventListener("load", () => {
      // After the session has ended the answer is the log-in page.
      const isElsewhere = new URL(request.responseURL).pathname !== location.pathname;
      if (isElsewhere) askSession();
      if (isElsewhere || request.status !== 200) {
        return settle({ problem: request.status === 413 ? "large" : "failed" });
      }
      settle({ answer: request.responseText, refused: request.getResponseHeader("X-Refused") });
    });
    request.send(data);
  });
}
