// The dashboard on a big screen: shows one page at a time and turns it. Without this file it is one long page. With
// prefers-reduced-motion it stands still until somebody turns it.
const screen = document.getElementById("screen");
const pages = [...screen.querySelectorAll(".leaf-page")];
const hold = document.querySelector("[data-hold]");
const words = { turning: hold.textContent, held: hold.dataset.held };
const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
let shown = 0;
let timer = null;

function show(number) {
  shown = (number + pages.length) % pages.length;
  pages.forEach((page, place) => { page.hidden = place !== shown; });
}

function turnByItself(wanted) {
  clearInterval(timer);
  timer = wanted ? setInterval(() => show(shown + 1), Number(screen.dataset.seconds) * 1000) : null;
  hold.setAttribute("aria-pressed", String(!wanted));
  hold.textContent = wanted ? words.turning : words.held;
}

document.querySelectorAll("[data-turn], [data-hold]").forEach((button) => { button.hidden = pages.length < 2; });
document.querySelectorAll("[data-turn]").forEach((button) => {
  button.addEventListener("click", () => { show(shown + Number(button.dataset.turn)); turnByItself(false); });
});
hold.addEventListener("click", () => turnByItself(timer === null));
document.body.classList.add("is-turning");
show(0);
turnByItself(!still && pages.length > 1);
// A screen in a corridor runs for weeks: it asks for new values by itself.
setTimeout(() => location.reload(), Number(screen.dataset.reloads) * 1000);
