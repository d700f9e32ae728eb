// The scan page's camera: shows it, sends a frame now and then, and goes where the server says. Nothing is decoded here.
//
//   <div data-camera data-url="/scan/frame" data-looking="…" data-none="…" data-denied="…" data-busy="…" data-unanswered="…">
//     <video autoplay muted playsinline></video> <p role="status" data-camera-says></p>
//   </div>  <button type="button" data-camera-switch hidden>  and in the head  <meta name="csrf-token" content="…">
//
// The server answers JSON: {"go": address}, {"say": sentence}, {} (no code seen), or an error with its text.
(() => {
  "use strict";
  const place = document.querySelector("[data-camera]");
  if (!place) return;
  const video = place.querySelector("video");
  const line = place.querySelector("[data-camera-says]");
  const switcher = document.querySelector("[data-camera-switch]");
  const canvas = document.createElement("canvas");
  const HEADERS = {
    "Accept": "application/json",
    "Content-Type": "image/jpeg",
    "X-CSRF-Token": document.querySelector('meta[name="csrf-token"]').content,
    "X-Poll": "1", // a running camera does not keep the screen from locking
  };
  const PAUSE = 250; // ms between an answer and the next frame
  // What getUserMedia's errors mean to a person: the name of the data attribute with the sentence.
  const SENTENCES = { NotAllowedError: "denied", SecurityError: "denied", NotReadableError: "busy", AbortError: "busy" };

  let run = 0; // grows with every start and stop, so that what is late can see that it is
  let stream = null;

  const pause = (ms) => new Promise((done) => setTimeout(done, ms));
  function say(text) {
    if (line.textContent !== text) line.textContent = text; // said once, not with every frame
  }
  function release(media) {
    for (const track of media?.getTracks() ?? []) track.stop();
  }

  function stop() {
    run += 1;
    release(stream);
    stream = video.srcObject = null;
  }

  // The camera asked for, else the one that looks away from the person.
  async function open(deviceId) {
    const which = deviceId ? { deviceId: { exact: deviceId } } : { facingMode: "environment" };
    const wanted = { video: { ...which, width: { ideal: 1280 }, height: { ideal: 720 } }, audio: false };
    if (!navigator.mediaDevices) throw new DOMException("only on a secure or local address", "SecurityError");
    return navigator.mediaDevices.getUserMedia(wanted);
  }

  async function start(deviceId) {
    stop();
    const mine = run;
    say(place.dataset.looking);
    try {
      const opened = await open(deviceId);
      if (mine !== run) return release(opened);
      stream = video.srcObject = opened;
      stream.getTracks()[0].addEventListener("ended", () => { if (mine === run) fail("none"); }); // unplugged
      switcher?.toggleAttribute("hidden", (await cameras()).length < 2);
    } catch (error) {
      if (mine === run) fail(SENTENCES[error.name] ?? "none");
      return;
    }
    while (mine === run) {
      if (video.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA) await look(mine);
      await pause(PAUSE);
    }
  }
  function fail(why) {
    stop();
    say(place.dataset[why]);
  }

  // One frame, one answer: a slow laptop gets fewer frames, never a queue of them.
  async function look(mine) {
    canvas.width = video.videoWidth;
    canvas.height = video.videoHeight;
    canvas.getContext("2d").drawImage(video, 0, 0);
    const body = await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.85));
    try {
      const response = await fetch(place.dataset.url, { method: "POST", headers: HEADERS, body });
      if (mine !== run) return;
      if (response.redirected || response.status === 401) return leave(response.redirected ? response.url : location.href);
      const answer = await response.json();
      if (answer.go) leave(answer.go);
      else if (answer.say ?? answer.error?.text) say(answer.say ?? answer.error.text);
      else if (line.textContent === place.dataset.unanswered) say(place.dataset.looking);
    } catch {
      if (mine === run) say(place.dataset.unanswered); // not running, or no JSON: the next frame tries again
    }
  }
  function leave(address) {
    stop();
    location.assign(address);
  }

  async function cameras() {
    return (await navigator.mediaDevices.enumerateDevices()).filter((device) => device.kind === "videoinput");
  }
  switcher?.addEventListener("click", async () => {
    const ids = (await cameras()).map((device) => device.deviceId);
    const current = stream?.getTracks()[0].getSettings().deviceId;
    start(ids[(ids.indexOf(current) + 1) % ids.length]);
  });

  // The lamp beside the lens goes out whenever nobody can be looking.
  document.addEventListener("visibilitychange", () => (document.hidden ? stop() : start()));
  addEventListener("pagehide", stop);
  addEventListener("pageshow", ({ persisted }) => persisted && start());
  start();
})();
