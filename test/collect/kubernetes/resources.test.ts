import { describe, expect, test } from 'vitest';
import { ApiError, type ClusterApi } from '../../../src/collect/kubernetes/api.ts';
import { isPathSegment } from '../../../src/collect/kubernetes/path-segment.ts';
import { findResource } from '../../../src/collect/kubernetes/resources.ts';

/** A cluster that answers at these paths, and keeps what it was asked for. */
function clusterWith(answers: Readonly<Record<string, unknown>>) {
  const asked: string[] = [];
  const api: ClusterApi = {
    get: async (path) => {
      asked.push(path);
      if (!Object.hasOwn(answers, path)) throw new ApiError(404, 'there is no such thing');
      return answers[path];
    },
    getText: () => Promise.reject(new Error('no log is read')),
    list: () => Promise.reject(new Error('nothing is listed')),
  };
  return { api, asked };
}

const things = (name: string) => ({ resources: [{ name, kind: 'Thing', namespaced: true }] });
const reference = (apiVersion: string) => ({ apiVersion, kind: 'Thing', name: 'a', uid: 'b' });

test('a kind is found where its group and version has it, or the preferred version of the group', async () => {
  const { api } = clusterWith({ '/apis/example.com/v1': things('things') });
  expect(await findResource(api, reference('example.com/v1'))).toEqual({ root: '/apis/example.com/v1', name: 'things', namespaced: true });
  const newer = clusterWith({
    '/apis/example.com': { preferredVersion: { groupVersion: 'example.com/v2' } },
    '/apis/example.com/v2': things('things'),
  });
  expect(await findResource(newer.api, reference('example.com/v1'))).toMatchObject({ root: '/apis/example.com/v2' });
});

// Whoever makes a pod writes what it names as its owner.
describe('names that would lead elsewhere are asked for by nobody', () => {
  test.each(['..', '../..', '.', '', '/', 'a/..', '../v1', 'a/b/c', 'a b/v1', 'a?x=y/v1', '\ud800', 'a%2f/v1'])(
    'as the version %j of an owner',
    async (apiVersion) => {
      const { api, asked } = clusterWith({});
      expect(await findResource(api, reference(apiVersion))).toBeNull();
      expect(asked).toEqual([]);
    },
  );

  test('as the version that a group prefers', async () => {
    const { api, asked } = clusterWith({ '/apis/example.com': { preferredVersion: { groupVersion: '../api' } } });
    expect(await findResource(api, reference('example.com/v1'))).toBeNull();
    expect(asked).toEqual(['/apis/example.com/v1', '/apis/example.com']);
  });

  test.each(['..', 'things/status', '../../api/v1/secrets', ''])('as the name %j of a resource', async (name) => {
    const { api } = clusterWith({ '/apis/example.com/v1': things(name) });
    expect(await findResource(api, reference('example.com/v1'))).toBeNull();
  });

  test('and names of Kubernetes are asked for', () => {
    for (const name of ['a', 'kube-system', 'apps', 'v1', 'web-5d4f9c7b6-x2x9z', 'a.b.example.com', 'system:node']) {
      expect(isPathSegment(name)).toBe(true);
    }
  });
});
