// The desk by keyboard: j and k go from row to row, a accepts, q asks, e endorses, ? explains. A key works only while the
// focus is within [data-keys] and not in a text, and not at all once somebody has switched the keys off (WCAG 2.1.4).
(() => {
  const OFF = 'desk-keys-off';
  const WRITTEN_IN = 'textarea, select, input:not([type="checkbox"], [type="radio"])';
  const isOff = () => localStorage.getItem(OFF) === '1';
  const fold = () => document.getElementById('keys');

  const show = () => {
    document.querySelectorAll('.keys[hidden], .beginnings[hidden]').forEach(part => { part.hidden = false; });
    const off = document.getElementById('keys-off');
    if (off) off.checked = isOff();
  };
  document.addEventListener('DOMContentLoaded', show);
  document.addEventListener('htmx:after:swap', show);
  document.addEventListener('change', ({ target }) => {
    if (target.id !== 'keys-off') return;
    if (target.checked) localStorage.setItem(OFF, '1'); else localStorage.removeItem(OFF);
  });

  const move = (desk, from, by) => {
    const rows = [...desk.querySelectorAll('[data-row]')];
    const to = rows[from ? rows.indexOf(from) + by : 0];
    to?.focus({ preventScroll: true });
    to?.scrollIntoView({ block: 'nearest' });
  };
  const explain = () => {
    if (!fold()) return;
    fold().open = !fold().open;
    fold().querySelector('summary').focus();
  };
  const press = (row, key) => {
    const part = row?.querySelector(`[data-key="${key}"]`);
    if (!part) return;
    const open = part.matches('summary') && part.parentElement.open;
    if (open) part.parentElement.querySelector('input, textarea').focus(); else part.click();
  };

  document.addEventListener('keydown', event => {
    const { target, key } = event;
    const desk = target.closest?.('[data-keys]');
    if (!desk || event.isComposing || event.ctrlKey || event.altKey || event.metaKey) return;
    const row = target.closest('[data-row]');
    if (key === 'Escape' && row && target !== row) { row.focus(); return; }
    if (isOff() || target.matches(WRITTEN_IN) || target.isContentEditable) return;
    const act = { j: () => move(desk, row, 1), k: () => move(desk, row, -1), '?': explain }[key]
      || ('aqe'.includes(key) && row && (() => press(row, key)));
    if (!act) return;
    event.preventDefault();
    act();
  });

  // A beginning goes where one writes; what stands there already stays.
  document.addEventListener('click', ({ target }) => {
    const button = target.closest?.('[data-begins]');
    if (!button) return;
    const field = document.getElementById(button.dataset.begins);
    const at = field.value.trim() ? field.selectionStart : 0;
    field.setRangeText(button.dataset.text, at, at, 'end');
    field.dispatchEvent(new Event('input', { bubbles: true }));
    field.focus();
  });
})();
