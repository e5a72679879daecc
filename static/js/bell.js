// The bell: asks for its number once a minute while the page is seen, and on a desk shows the notices beside it. Without
// this file it is a link, and its number is that of the page.
(() => {
  const bell = document.getElementById('bell');
  if (!bell) return;
  const MINUTE = 60_000;
  const shown = bell.querySelector('[data-unread]');
  const panel = document.getElementById('notice_panel');
  let tag = `"${bell.dataset.tag}"`, asked = Date.now(), timer = null;

  const stop = () => { clearInterval(timer); timer = null; };
  const ask = async () => {
    asked = Date.now();
    const how = { headers: { 'If-None-Match': tag }, cache: 'no-store', redirect: 'manual' };
    const answer = await fetch(bell.dataset.asks, how).catch(() => null);
    if (!answer || answer.status === 304) return;
    // signed out meanwhile: the next page says so
    if (answer.status !== 200) { stop(); return; }
    tag = answer.headers.get('ETag') ?? tag;
    shown.innerHTML = await answer.text();
  };
  const watch = () => {
    stop();
    if (document.visibilityState !== 'visible') return;
    if (Date.now() - asked >= MINUTE) ask();
    timer = setInterval(ask, MINUTE);
  };
  document.addEventListener('visibilitychange', watch);
  watch();

  if (!panel?.showPopover) return;
  const isDesk = matchMedia('(min-width: 761px)');
  const open = async () => {
    const how = { headers: { 'HX-Request-Type': 'partial', 'HX-Target': 'section#notices' }, redirect: 'manual' };
    const answer = await fetch(bell.href, how).catch(() => null);
    if (answer?.status !== 200) { location.assign(bell.href); return; }
    panel.innerHTML = await answer.text();
    panel.showPopover();
    panel.querySelector('button, a')?.focus();
  };
  bell.setAttribute('aria-expanded', 'false');
  bell.setAttribute('aria-controls', panel.id);
  bell.addEventListener('click', event => {
    if (!isDesk.matches || event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    if (panel.matches(':popover-open')) panel.hidePopover();
    else open();
  });
  // a press on the bell closes the panel by itself first, which must not open it again
  bell.addEventListener('pointerdown', event => { if (panel.matches(':popover-open')) event.preventDefault(); });
  panel.addEventListener('toggle', event => bell.setAttribute('aria-expanded', String(event.newState === 'open')));
})();
