import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { joinInventory } from '../../src/join/inventory.ts';
import type { Report, Row } from '../../src/model/report.ts';
import { everything } from '../../src/report/question/question.ts';
import { reportOn } from '../../src/report/report.ts';
import { views } from '../../src/report/views.ts';
import { foundContainer, harvestOf, packageRecord, teamScan, unreadScan } from '../fleet.ts';
import { type Line, reportOf } from '../format/reports.ts';
import { littleFleet } from '../report/little-fleet.ts';
import { hasBrowser, openBrowser, openReport } from './page.ts';

let browser: Browser;
beforeAll(async () => {
  if (hasBrowser) browser = await openBrowser();
});
afterAll(() => browser?.close());

const few: Line[] = [
  ['bash', 3, ['keiko', 'shamu']],
  ['zlib 1.9', 20, ['shamu']],
  ['zlib 1.10', 1, []],
  ['Adduser', 100, ['keiko']],
];
const footer = ['4 containers run: 1 not read'];

/** A view with the columns that pictures are drawn from. */
const packages: Report = {
  ...reportOf([], footer),
  columns: ['package', 'version', 'teams'].map((id) => ({ id, title: id, audience: 'all' })),
  rows: [
    ['bash', '5.1', ['keiko']],
    ['bash', '5.2', ['keiko', 'shamu']],
    ['zlib', '1.3', ['keiko']],
  ].map((cells) => ({
    cells: cells as Report['rows'] extends Iterable<infer Row extends { cells: unknown }> ? Row['cells'] : never,
    record: {},
  })),
};

const many = (count: number) =>
  reportOf(
    Array.from(
      { length: count },
      (_, i): Line => [`package-${i} 1.${i % 97}-${i % 13}`, i % 1000, [`team-${i % 300}`, `team-${(i * 7) % 300}`]],
    ),
  );

/** A view of so many columns. */
function wide(count: number): Report {
  const ids = ['package', ...Array.from({ length: count - 1 }, (_, i) => `team-${i}`)];
  return {
    ...reportOf([]),
    columns: ids.map((id) => ({ id, title: id, audience: 'all' })),
    rows: Array.from({ length: 30 }, (_, row) => ({
      cells: ids.map((id, i) => (i === 0 ? `package-${row}` : [`${id}.${row % 2}`])),
      record: {},
    })),
  };
}

/** The first cells of the rows that are shown, from above. */
const namesIn = (page: Page) =>
  page.$$eval('#body tr:not([hidden])', (rows) =>
    rows.sort((a, b) => a.getBoundingClientRect().top - b.getBoundingClientRect().top).map((row) => row.firstElementChild?.textContent),
  );

const textOf = (page: Page, selector: string) => page.textContent(selector);

describe.skipIf(!hasBrowser)('the page', () => {
  test('opens from a disk, asks for nothing, and complains about nothing', async () => {
    const { page, complaints, requests } = await openReport(browser, reportOf(few, footer));
    expect(await namesIn(page)).toEqual(['bash', 'zlib 1.9', 'zlib 1.10', 'Adduser']);
    expect(await textOf(page, '#count')).toBe('4 rows');
    expect(await textOf(page, 'footer')).toContain('1 not read');
    expect(requests.map((url) => url.replace(/:.*/, ''))).toEqual(['file']);
    expect(complaints).toEqual([]);
    await page.close();
  });

  test('shows hostile names as the text that they are', async () => {
    const name = '<img src=x onerror=alert(1)></script><script>alert(2)</script>{{7*7}}javascript:alert(3)';
    const { page, complaints, requests } = await openReport(
      browser,
      reportOf(
        [
          [name, 1, [name]],
          ['b'.repeat(2 ** 20), 1, []],
        ],
        [name],
      ),
    );
    const [first, second] = await namesIn(page);
    expect(first).toBe(name);
    expect(second).toHaveLength(301);
    await page.click('#body tr >> nth=0');
    expect(await page.$$eval('dd', (elements) => elements.map((element) => element.textContent))).toEqual([name, '1', name]);
    expect(await page.$$eval('img, iframe, a:not([href="#coverage"])', (elements) => elements.length)).toBe(0);
    expect([complaints, requests.length]).toEqual([[], 1]);
    await page.close();
  });

  test('forbids what somebody might still get into it', async () => {
    const { page, complaints } = await openReport(browser, reportOf(few));
    await page.evaluate(() => {
      document.body.insertAdjacentHTML(
        'beforeend',
        '<img src="https://example.com/x" onerror="window.pwned = true"><p style="color: red">x</p>',
      );
      document.body.append(Object.assign(document.createElement('script'), { text: 'window.pwned = true' }));
    });
    expect(await page.evaluate('window.pwned')).toBeUndefined();
    expect(complaints.join('\n')).toMatch(/img-src/);
    expect(complaints.join('\n')).toMatch(/script-src/);
    expect(complaints.join('\n')).toMatch(/style-src/);
    await page.close();
  });

  test('searches all words in all columns, and says how many rows fit', async () => {
    const { page } = await openReport(browser, reportOf(few));
    await page.fill('#search', 'SHAMU zl');
    expect(await namesIn(page)).toEqual(['zlib 1.9']);
    expect(await textOf(page, '#count')).toBe('1 of 4 rows');
    await page.fill('#search', 'nothing of that');
    expect(await page.isVisible('#nothing')).toBe(true);
    await page.fill('#search', '');
    await page.selectOption('#choices select', { label: 'keiko' });
    expect(await namesIn(page)).toEqual(['bash', 'Adduser']);
    await page.close();
  });

  test('sorts by a heading up, down, and back to the order of the report', async () => {
    const { page } = await openReport(browser, reportOf(few));
    const orders = [];
    for (let click = 0; click < 3; click++) {
      await page.click('th:nth-child(1) button');
      orders.push([await page.getAttribute('th:nth-child(1)', 'aria-sort'), ...(await namesIn(page))]);
    }
    expect(orders).toEqual([
      ['ascending', 'Adduser', 'bash', 'zlib 1.9', 'zlib 1.10'],
      ['descending', 'zlib 1.10', 'zlib 1.9', 'bash', 'Adduser'],
      ['none', 'bash', 'zlib 1.9', 'zlib 1.10', 'Adduser'],
    ]);
    await page.click('th:nth-child(2) button');
    expect(await namesIn(page)).toEqual(['Adduser', 'zlib 1.9', 'bash', 'zlib 1.10']);
    await page.close();
  });

  test('draws no bar for a team of which nothing was read', async () => {
    const teams: Report = {
      ...reportOf([], footer),
      columns: ['team', 'packages'].map((id) => ({ id, title: id, audience: 'all' })),
      rows: [
        { cells: ['lit', 3], record: {} },
        { cells: ['dark', ''], record: {} },
        { cells: ['empty', 0], record: {} },
      ],
    };
    const { page } = await openReport(browser, teams);
    const labels = () => page.$$eval('svg', (images) => images.map((image) => image.getAttribute('aria-label')));
    expect(await labels()).toEqual(['Packages by team: lit 3, empty 0']);
    await page.close();
  });

  test('counts no team of a matrix of which nothing was read, and its mark as no version', async () => {
    const fleet = joinInventory(
      harvestOf({
        scans: [
          teamScan('a', 'lit', [packageRecord('bash'), packageRecord('zlib')]),
          teamScan('b', 'other', [packageRecord('bash', '2')]),
          unreadScan('c', 'forbidden', { container: foundContainer('c', { labels: { team: 'dark' } }) }),
        ],
      }),
    );
    const { page } = await openReport(browser, reportOn(fleet, views.matrix, everything));
    expect(await page.$$eval('#body tr:first-child td', (cells) => cells.map(({ textContent }) => textContent))).toEqual([
      ...['bash', 'deb', '(not read)', '1', '2'],
    ]);
    const labels = await page.$$eval('svg', (images) => images.map((image) => image.getAttribute('aria-label')));
    expect(labels).toEqual(['Names of packages by team: lit 2, other 1', 'Packages in most versions: bash 2']);
    await page.close();
  });

  test('draws packages by team and versions by package, of the rows that are shown', async () => {
    const { page } = await openReport(browser, packages);
    const labels = () => page.$$eval('svg', (images) => images.map((image) => image.getAttribute('aria-label')));
    expect(await labels()).toEqual(['Names of packages by team: keiko 2, shamu 1', 'Packages in most versions: bash 2']);
    await page.fill('#search', 'zlib');
    await expect.poll(labels).toEqual(['Names of packages by team: keiko 1']);
    await page.close();
    // The rows of a name may stand apart: with --sort-by, say.
    const [old, upgraded, other] = [...packages.rows] as [Row, Row, Row];
    const apart = await openReport(browser, { ...packages, rows: [old, other, upgraded] });
    const [first] = await apart.page.$$eval('svg', (images) => images.map((image) => image.getAttribute('aria-label')));
    expect(first).toBe('Names of packages by team: keiko 2, shamu 1');
    await apart.page.close();
  });
});

describe.skipIf(!hasBrowser)('with the keyboard alone', () => {
  const focused = (page: Page) =>
    page.evaluate(() => {
      const element = document.activeElement as HTMLElement;
      return element.id || element.getAttribute('data-position') || element.textContent || element.tagName;
    });

  test('one tabs through the search, the choices, the headings, one row and out again', async () => {
    const { page } = await openReport(browser, many(50_000));
    const stops = [];
    for (let press = 0; press < 7; press++) {
      await page.keyboard.press('Tab');
      stops.push(await focused(page));
    }
    expect(stops[0]).toContain('Incomplete');
    expect(stops.slice(1)).toEqual(['search', expect.stringContaining('allteam-0'), 'Name', 'Count', 'Teams', '0']);
    await page.keyboard.press('Tab');
    expect(await page.evaluate(() => document.querySelector('#scroller')?.contains(document.activeElement))).toBe(false);
    await page.close();
  });

  test('one goes through the rows, opens one, and is back where one was', async () => {
    const { page } = await openReport(browser, many(50_000));
    await page.focus('#body tr[tabindex="0"]');
    const stops = [];
    for (const key of ['ArrowDown', 'ArrowDown', 'ArrowUp', 'End', 'ArrowDown', 'ArrowUp']) {
      await page.keyboard.press(key);
      stops.push(await focused(page));
    }
    expect(stops).toEqual(['1', '2', '1', '49999', '49999', '49998']);
    expect(await page.$eval(':focus', (row) => row.getBoundingClientRect().bottom <= window.innerHeight)).toBe(true);
    await page.keyboard.press('Enter');
    expect(await page.$eval('dialog', (dialog) => (dialog as HTMLDialogElement).open)).toBe(true);
    expect(await textOf(page, 'dd')).toContain('package-49998');
    await page.keyboard.press('Escape');
    expect(await focused(page)).toBe('49998');
    await page.keyboard.press('Home');
    expect(await focused(page)).toBe('0');
    await page.keyboard.press('/');
    expect(await focused(page)).toBe('search');
    await page.close();
  });
});

describe.skipIf(!hasBrowser)('on other screens and on paper', () => {
  test('a phone shows it without scrolling sideways', async () => {
    const { page } = await openReport(browser, reportOf([...few, [`${'x'.repeat(500)}`, 1, ['y'.repeat(500)]]], [`${'z'.repeat(500)}`]), {
      viewport: { width: 360, height: 740 },
    });
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
    await page.close();
  });

  test('of a wide table the first column stays in sight, and not every column is offered to choose from', async () => {
    const { page } = await openReport(browser, wide(41));
    await page.$eval('#scroller', (scroller) => {
      scroller.scrollLeft = 900;
    });
    const lefts = await page.$$eval('#scroller, #head th:first-child, #body tr:first-child td:first-child', (elements) =>
      elements.map((element) => element.getBoundingClientRect().left),
    );
    expect(Math.max(...lefts) - Math.min(...lefts)).toBeLessThan(2);
    expect(await page.$$eval('select', (selects) => selects.length)).toBe(5);
    await page.close();
  });

  test('among the columns to choose from are the team, the namespace, and whether and why it was read', async () => {
    const { page } = await openReport(browser, reportOn(joinInventory(littleFleet), views.containers, everything));
    const titles = await page.$$eval('#choices label', (labels) => labels.map((label) => label.firstChild?.textContent?.trim()));
    expect(titles).toEqual(['Cluster', 'Namespace', 'Team', 'Scan', 'Reason']);
    await page.selectOption('#choices label:has-text("Scan") select', 'unread');
    expect(await textOf(page, '#count')).toBe('2 of 12 rows');
    await page.close();
  });

  test('numbers stand at the right, and what is not known below all of them, wherever the first of them is', async () => {
    const rows = ['', 2, 10].map((packagesOfTeam, i) => ({ cells: [`team-${i}`, packagesOfTeam], record: {} }));
    const columns: Report['columns'] = [
      { id: 'team', title: 'Team', audience: 'all' },
      { id: 'packages', title: 'Packages', audience: 'all', order: 'number' },
    ];
    const { page } = await openReport(browser, { ...reportOf([]), columns, rows });
    const aligned = await page.$$eval('th:nth-child(2), #body tr:not([hidden]) td:nth-child(2)', (cells) =>
      cells.map((cell) => getComputedStyle(cell).textAlign),
    );
    expect(aligned).toEqual(['right', 'right', 'right', 'right']);
    await page.click('th:nth-child(2) button');
    expect(await namesIn(page)).toEqual(['team-2', 'team-1', 'team-0']);
    await page.close();
  });

  test.each(['light', 'dark'] as const)('its colors can be told apart: %s', async (colorScheme) => {
    const { page } = await openReport(browser, reportOf(few, footer), { colorScheme });
    const colors = await page.$$eval('.when, #count, h1, td, footer li:first-child, .state a, th button, label', (elements) =>
      elements.map((element) => {
        let behind: Element | null = element;
        while (behind && getComputedStyle(behind).backgroundColor === 'rgba(0, 0, 0, 0)') behind = behind.parentElement;
        return [
          element.className || element.tagName,
          getComputedStyle(element).color,
          getComputedStyle(behind ?? document.body).backgroundColor,
        ];
      }),
    );
    for (const [name, ink, paper] of colors)
      expect.soft(contrast(ink as string, paper as string), `${name} ${ink} ${paper}`).toBeGreaterThan(4.5);
    await page.close();
  });

  test.each([
    [4, '4 rows.'],
    [6000, 'The first 5,000 of 6,000 rows: paper has no room for more. A search leaves fewer.'],
  ])('paper has of %i rows: %s', async (count, words) => {
    const { page } = await openReport(browser, many(count));
    await page.evaluate(() => {
      window.addEventListener('beforeprint', () => {
        document.title = String(document.querySelectorAll('#body tr').length);
      });
    });
    await page.pdf();
    expect(await page.title()).toBe(String(Math.min(count, 5000)));
    expect(await textOf(page, '#printed')).toBe(words);
    expect((await namesIn(page)).length).toBeLessThan(200);
    await page.close();
  });
});

describe.skipIf(!hasBrowser)('on paper, whatever it is wide', () => {
  /** A4 without its margins, in CSS pixels: upright and crosswise. */
  const [upright, crosswise] = [718, 1047];

  test.each([
    [8, upright, 'upright'],
    [9, crosswise, 'crosswise'],
    [16, crosswise, 'crosswise'],
    [17, crosswise, 'crosswise'],
    [300, crosswise, 'crosswise'],
  ])('%i columns have room', async (columns, width, laid) => {
    const { page } = await openReport(browser, wide(columns), { viewport: { width, height: 1000 } });
    const [, paperWidth, paperHeight] = /MediaBox \[0 0 ([\d.]+) ([\d.]+)\]/.exec(
      (await page.pdf({ preferCSSPageSize: true })).toString('latin1'),
    ) as RegExpExecArray;
    expect(Number(paperWidth) > Number(paperHeight) ? 'crosswise' : 'upright').toBe(laid);
    await layOutOnPaper(page);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
    const [last] = await page.$$eval('#body tr:first-child td:last-child', (cells) =>
      cells.map((cell) => [cell.textContent, cell.getClientRects().length > 0, cell.getBoundingClientRect().right <= window.innerWidth]),
    );
    expect(last).toEqual([`team-${columns - 2}.0`, true, true]);
    await page.close();
  });

  // Chromium repeats no head with the box of a button in it.
  test('the head is one that stands on every page', async () => {
    const { page } = await openReport(browser, wide(16));
    await layOutOnPaper(page);
    const displays = await page.$$eval('#rows, #rows thead, #body, #head button:first-child', (elements) =>
      elements.map((element) => getComputedStyle(element).display),
    );
    expect(new Set(displays)).toEqual(new Set(['table', 'table-header-group', 'contents', 'table-row-group']));
    await page.close();
  });

  test('where there are too many columns for a table, each value has its heading beside it', async () => {
    const { page } = await openReport(browser, wide(17));
    await layOutOnPaper(page);
    expect(await page.isVisible('thead')).toBe(false);
    const headings = await page.$$eval('#body tr:first-child td', (cells) =>
      cells.map((cell) => getComputedStyle(cell, '::before').content.replaceAll('"', '')),
    );
    expect(headings.slice(0, 3)).toEqual(['none', 'team-0 ', ' · team-1 ']);
    await page.close();
  });
});

async function layOutOnPaper(page: Page): Promise<void> {
  await page.emulateMedia({ media: 'print' });
  await page.evaluate(() => window.dispatchEvent(new Event('beforeprint')));
}

test.skipIf(!hasBrowser)('50,000 rows are there at once, and found while one types', async () => {
  const { page, milliseconds } = await openReport(browser, many(50_000));
  const times = [];
  for (const text of ['p', 'package-1', '1.5', 'team-12', 'nothing', '']) times.push(await timeOfSearch(page, text));
  const slowest = Math.max(...times);
  console.log(`50,000 rows: open in ${milliseconds.toFixed(0)} ms, found in ${times.map((time) => time.toFixed(0)).join(', ')} ms`);
  // What is wanted is 2 s and 100 ms. On a busy machine it may take a few times that, and not more.
  expect(milliseconds).toBeLessThan(10_000);
  expect(slowest).toBeLessThan(1000);
  await page.close();
});

/** From the key to the rows that are laid out, in milliseconds. */
function timeOfSearch(page: Page, text: string): Promise<number> {
  return page.$eval(
    '#search',
    (search, value) => {
      const start = performance.now();
      (search as HTMLInputElement).value = value;
      search.dispatchEvent(new Event('input'));
      document.body.getBoundingClientRect();
      return performance.now() - start;
    },
    text,
  );
}

/** https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio */
function contrast(one: string, other: string): number {
  const [light = 0, dark = 0] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05);
}

function luminance(color: string): number {
  const [red = 0, green = 0, blue = 0] = (color.match(/[\d.]+/g) ?? [])
    .map((part) => Number(part) / 255)
    .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
