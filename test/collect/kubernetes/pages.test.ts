import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type GetPage, listPages, OverlongAnswer } from '../../../src/collect/kubernetes/pages.ts';

/** A server that has so many items, two a page, and tells the start of an answer before the rest of it: as told, or wrongly. */
function serverOf(count: number, startOf: (token: string) => string = (token) => `{"metadata":{"continue":"${token}"},"items":[`) {
  const asked: string[] = [];
  let underWay = 0;
  let most = 0;
  const getPage: GetPage = async (parameters, onStart) => {
    const start = Number(new URLSearchParams(parameters).get('continue') ?? 0);
    asked.push(String(start));
    most = Math.max(most, ++underWay);
    const end = Math.min(start + 2, count);
    const token = end < count ? String(end) : '';
    await Promise.resolve();
    onStart(startOf(token));
    await new Promise((resolve) => setImmediate(resolve));
    underWay--;
    return { metadata: { continue: token }, items: Array.from({ length: end - start }, (_, i) => start + i) };
  };
  return { getPage, asked, most: () => most };
}

const upTo = (count: number) => Array.from({ length: count }, (_, i) => i);

test('gives every item once, in order, and asks for every page once', async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat({ max: 20 }), async (count) => {
      const { getPage, asked } = serverOf(count);
      expect(await listPages(getPage, (item) => item, {})).toEqual(upTo(count));
      expect(asked).toEqual(upTo(Math.max(1, Math.ceil(count / 2))).map((page) => String(page * 2)));
    }),
  );
});

test('a list that is null is empty, as Go writes one that nobody made', async () => {
  expect(
    await listPages(
      async () => ({ metadata: {}, items: null }),
      (item) => item,
      {},
    ),
  ).toEqual([]);
});

test('asks for the next page while one is on its way, and never for more', async () => {
  const { getPage, most } = serverOf(20);
  await listPages(getPage, (item) => item, {});
  expect(most()).toBe(2);
});

test.each([
  ['has no token', () => '{'],
  ['has another token', () => '{"metadata":{"continue":"18"},"items":['],
  ['has words of an item in it', () => '{"items":[{"continue":"18"}'],
])('an answer whose start %s costs another question, and no item', async (_, startOf) => {
  expect(await listPages(serverOf(20, startOf).getPage, (item) => item, {})).toEqual(upTo(20));
});

test('a page that fails is told once it is waited for', async () => {
  const { getPage } = serverOf(20);
  const failing: GetPage = (parameters, onStart) =>
    parameters.includes('continue=4') ? Promise.reject(new Error('no')) : getPage(parameters, onStart);
  await expect(listPages(failing, (item) => item, {})).rejects.toThrow('no');
});

test.each([1, 2, 7])('a list whose pages go in a circle of %i is refused, and not asked for without end', async (circle) => {
  const asked: string[] = [];
  const getPage: GetPage = async (parameters) => {
    const page = Number(new URLSearchParams(parameters).get('continue') ?? 0);
    asked.push(String(page));
    return { metadata: { continue: String((page % circle) + 1) }, items: [page] };
  };
  await expect(listPages(getPage, (item) => item, {})).rejects.toThrow('for the second time');
  expect(asked.length).toBeLessThanOrEqual(circle + 2);
});

test('a list that goes on for ever is ended', async () => {
  let asked = 0;
  const getPage: GetPage = async () => ({ metadata: { continue: String(++asked) }, items: [] });
  await expect(listPages(getPage, (item) => item, {})).rejects.toThrow("The API server's list goes on after 2000 pages: not read.");
  // One is asked for ahead.
  expect(asked).toBeLessThanOrEqual(2001);
});

/** A server whose items of a range are so large that no more than one, or some, of them fit into an answer. */
function serverWithLarge(count: number, isLarge: (item: number) => boolean, fitting: number) {
  const limits: number[] = [];
  const getPage: GetPage = async (parameters) => {
    const query = new URLSearchParams(parameters);
    const start = Number(query.get('continue') ?? 0);
    const limit = Number(query.get('limit'));
    limits.push(limit);
    const items = upTo(count).slice(start, start + limit);
    if (items.filter(isLarge).length > fitting) throw new OverlongAnswer('/api/v1/pods', 1024 * 1024);
    return { metadata: { continue: start + limit < count ? String(start + limit) : '' }, items };
  };
  return { getPage, limits };
}

test('objects too large for a page of so many come in smaller pages, and the rest in larger ones again', async () => {
  const { getPage, limits } = serverWithLarge(3000, (item) => item >= 1000 && item < 1040, 8);
  expect(await listPages(getPage, (item) => item, {})).toEqual(upTo(3000));
  expect(Math.min(...limits)).toBeLessThan(16);
  expect(limits.at(-1)).toBe(500);
});

test('an object that alone is too large ends the list', async () => {
  const { getPage, limits } = serverWithLarge(1000, (item) => item === 700, 0);
  await expect(listPages(getPage, (item) => item, {})).rejects.toThrow('more than 1 MiB, the most that is read');
  expect(Math.min(...limits)).toBe(1);
});
