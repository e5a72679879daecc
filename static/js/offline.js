// What a person wrote outlives a tunnel, the Back button and an ended session.
(() => {
  // The network failed, or what answers is not the app but a proxy before it: say so where screen readers listen, and
  // leave what was written alone.
  const tellOffline = () => {
    const flash = document.getElementById('flash');
    if (!flash) return;
    const line = Object.assign(document.createElement('p'), { className: 'notice notice-error', textContent: flash.dataset.offline });
    flash.replaceChildren(line);
    line.scrollIntoView({ block: 'nearest' });
  };
  document.addEventListener('htmx:error', event => event.detail.ctx && tellOffline());
  document.addEventListener('htmx:before:response', event => {
    const { response: { status, headers }, sourceElement } = event.detail.ctx;
    const isOurs = headers.has('X-Request-Id');
    if (status < 400 && isOurs) forget(sourceElement);
    if (status < 400 || isOurs) return;
    event.preventDefault();
    tellOffline();
  });

  // Drafts: a form with data-draft keeps its answers in this tab until the app has accepted them, or the person signs
  // out. The name holds the person's id, so nobody finds another's words. A shared computer keeps nothing.
  const PREFIX = 'draft:';
  const nameOf = form => PREFIX + form.dataset.draft;
  const mayKeep = () => !('shared' in document.body.dataset);
  const kept = form => [...form.elements].filter(field => field.name && field.matches('textarea, [type="text"], [type="url"], [type="radio"]'));
  const forget = form => { if (form?.dataset?.draft) write(nameOf(form), null); };
  const forgetAll = () => Object.keys(sessionStorage).filter(name => name.startsWith(PREFIX)).forEach(name => write(name, null));
  const write = (name, text) => {
    // A full or forbidden storage must not stop anybody from writing.
    try {
      if (text === null) sessionStorage.removeItem(name);
      else sessionStorage.setItem(name, text);
    } catch { /* then there is no draft */ }
  };
  const keep = form => {
    const answers = kept(form).filter(field => field.type !== 'radio' || field.checked).map(field => [field.name, field.value]);
    write(nameOf(form), JSON.stringify(answers));
  };
  const restore = form => {
    let answers;
    try { answers = new Map(JSON.parse(sessionStorage.getItem(nameOf(form)))); } catch { return; }
    for (const field of kept(form)) {
      if (!answers.has(field.name)) continue;
      if (field.type === 'radio') field.checked = field.value === answers.get(field.name);
      else field.value = answers.get(field.name);
      // words in a closed fold would be lost
      const fold = field.value.trim() && field.matches('textarea') && field.closest('details');
      if (fold) fold.open = true;
    }
  };
  const restoreAll = () => {
    if (mayKeep()) document.querySelectorAll('form[data-draft]').forEach(restore);
    else forgetAll();
    forgetSent();
  };
  // A form that goes without htmx is answered by a whole page. One that still has the form did not accept it.
  const SENT = `${PREFIX}sent`;
  const forgetSent = () => {
    let name;
    try { name = sessionStorage.getItem(SENT); } catch { return; }
    if (!name) return;
    write(SENT, null);
    if (![...document.querySelectorAll('form[data-draft]')].some(form => nameOf(form) === name)) write(name, null);
  };
  document.addEventListener('input', event => {
    const form = event.target.form;
    if (form?.dataset.draft && mayKeep()) keep(form);
  });
  document.addEventListener('submit', event => {
    const form = event.target;
    if (form.matches('[action^="/sign-out"]')) forgetAll();
    else if (form.dataset.draft && !form.matches('[hx-post], [hx-boost]') && mayKeep()) write(SENT, nameOf(form));
  });
  document.addEventListener('htmx:after:swap', restoreAll);
  window.addEventListener('pageshow', restoreAll);
})();
