import { describe, expect, test } from 'vitest';
import { ContainersAnswer, PathStat } from '../../../src/collect/docker/answers.ts';

const id = 'a1'.repeat(32);
const listed = (more: object = {}) => [{ Id: id, Names: ['/web'], Image: 'web:1', ImageID: `sha256:${id}`, Labels: null, ...more }];

describe('what becomes a part of a path is taken only where it can be one', () => {
  test.each([{}, { ImageID: 'web@sha256:1' }, { Names: null }])('with %j', (more) => {
    expect(ContainersAnswer.safeParse(listed(more)).success).toBe(true);
  });

  test.each(['', 'a1', `${id}0`, id.toUpperCase(), `${id.slice(2)}..`, '../../images', `${id}?x`, ` ${id.slice(1)}`, `${id}\n`])(
    'not the id %j',
    (Id) => {
      expect(ContainersAnswer.safeParse(listed({ Id })).success).toBe(false);
    },
  );

  test('no half characters', () => {
    const stat = { size: 1, mode: 0, mtime: '2026-01-01T00:00:00Z', linkTarget: '/a\u{1f600}' };
    expect(PathStat.safeParse(stat).success).toBe(true);
    expect(PathStat.safeParse({ ...stat, linkTarget: '/a\ud83d' }).success).toBe(false);
    expect(ContainersAnswer.safeParse(listed({ ImageID: '\ude00' })).success).toBe(false);
  });
});
