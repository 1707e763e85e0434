(() => {
  'use strict';
  // The contents say where the reader is.
  const links = new Map([...document.querySelectorAll('.mq-contents a')].map((a) => [a.hash.slice(1), a]));
  const seen = new Set();
  const watch = new IntersectionObserver((entries) => {
    for (const entry of entries) entry.isIntersecting ? seen.add(entry.target.id) : seen.delete(entry.target.id);
    const here = [...links.keys()].find((id) => seen.has(id));
    for (const [id, a] of links) id === here ? a.setAttribute('aria-current', 'true') : a.removeAttribute('aria-current');
  }, { rootMargin: '-5% 0px -60% 0px' });
  for (const id of links.keys()) watch.observe(document.getElementById(id));

  // Long tables are sorted by their headings and filtered by words; both only reorder what is there.
  const value = (row, at) => row.cells[at].textContent.trim();
  const number = (text) => Number(text.replace(/[,%]/g, '').replace('\u2212', '-'));
  for (const table of document.querySelectorAll('.mq-long table')) {
    const body = table.tBodies[0], rows = [...body.rows], heads = [...table.tHead.rows].at(-1).cells;
    [...heads].forEach((head, at) => {
      const button = document.createElement('button');
      button.type = 'button';
      button.className = 'mq-sort';
      button.append(...head.childNodes);
      head.append(button);
      button.addEventListener('click', () => {
        const up = head.getAttribute('aria-sort') !== 'ascending';
        for (const other of heads) other.removeAttribute('aria-sort');
        head.setAttribute('aria-sort', up ? 'ascending' : 'descending');
        const compare = (a, b) => {
          const [x, y] = [value(a, at), value(b, at)], [m, n] = [number(x), number(y)];
          return x && y && !Number.isNaN(m) && !Number.isNaN(n) ? m - n : x.localeCompare(y);
        };
        body.append(...[...rows].sort((a, b) => (up ? 1 : -1) * compare(a, b)));
      });
    });
    const label = document.createElement('label'), field = document.createElement('input');
    const count = document.createElement('output');
    label.className = 'mq-filter';
    field.type = 'search';
    label.append('Rows with these words: ', field, ' ', count);
    table.closest('.mq-scroll').before(label);
    field.addEventListener('input', () => {
      const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
      let shown = 0;
      for (const row of rows) {
        const text = row.textContent.toLowerCase();
        row.hidden = !words.every((word) => text.includes(word));
        shown += row.hidden ? 0 : 1;
      }
      count.textContent = words.length ? `${shown} of ${rows.length}` : '';
    });
  }

  // Print shows what is folded.
  const folded = new Set();
  addEventListener('beforeprint', () => {
    for (const part of document.querySelectorAll('details:not([open]):not(.mq-screen)')) { folded.add(part); part.open = true; }
  });
  addEventListener('afterprint', () => { for (const part of folded) part.open = false; folded.clear(); });
})();
