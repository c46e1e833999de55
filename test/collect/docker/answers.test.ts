import { describe, expect, test } from 'vitest';
import { ContainersAnswer } from '../../../src/collect/docker/answers.ts';

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
});
