interface Rows {
  readonly body: HTMLElement;
  readonly scroller: HTMLElement;
  readonly count: () => number;
  readonly rowHeight: () => number;
  readonly draw: () => void;
}

/**
 * Only one row is in the tab order, as in the ARIA grid pattern; arrows, Page Up and Down, Home and End move on from it. Nobody could tab
 * to the end of fifty thousand rows.
 */
export function enableKeys({ body, scroller, count, rowHeight, draw }: Rows): { reset: () => void } {
  let active = 0;
  const rowAt = (position: number) => body.querySelector<HTMLElement>(`tr[data-position="${position}"]:not([hidden])`);
  const mark = () => {
    for (const row of body.querySelectorAll('tr[tabindex="0"]')) row.setAttribute('tabindex', '-1');
    rowAt(active)?.setAttribute('tabindex', '0');
  };
  const goTo = (position: number) => {
    active = Math.max(0, Math.min(count() - 1, position));
    reveal(active, scroller, rowHeight());
    draw();
    mark();
    rowAt(active)?.focus({ preventScroll: true });
  };
  const isSeen = (position: number) => position * rowHeight() >= scroller.scrollTop && (position + 1) * rowHeight() <= bottomOf(scroller);
  scroller.addEventListener('scroll', () => {
    // Tab leads to a visible row.
    if (!isSeen(active) && !body.contains(document.activeElement)) active = Math.ceil(scroller.scrollTop / rowHeight());
    mark();
  });
  body.addEventListener('focusin', ({ target }) => {
    active = Number((target as HTMLElement).dataset.position ?? active);
    mark();
  });
  body.addEventListener('keydown', (event) => {
    const page = Math.max(1, Math.floor(scroller.clientHeight / rowHeight()) - 2);
    const targets: Readonly<Record<string, number>> = {
      ...{ ArrowDown: active + 1, ArrowUp: active - 1, PageDown: active + page, PageUp: active - page, Home: 0, End: count() - 1 },
    };
    const target = targets[event.key];
    if (target === undefined) return;
    event.preventDefault();
    goTo(target);
  });
  return {
    reset: () => {
      active = 0;
      requestAnimationFrame(mark);
    },
  };
}

const headHeight = (scroller: HTMLElement) => scroller.querySelector('thead')?.offsetHeight ?? 0;

const bottomOf = (scroller: HTMLElement) => scroller.scrollTop + scroller.clientHeight - headHeight(scroller);

function reveal(position: number, scroller: HTMLElement, height: number): void {
  const top = position * height;
  if (top < scroller.scrollTop) scroller.scrollTop = top;
  else if (top + height > bottomOf(scroller)) scroller.scrollTop = top + height - scroller.clientHeight + headHeight(scroller);
}
