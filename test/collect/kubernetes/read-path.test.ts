import { expect, test } from 'vitest';
import { refusalOf } from '../../../src/collect/kubernetes/read-path.ts';

test.each([
  '/version',
  '/api/v1/pods?limit=500&labelSelector=a%2Fb',
  '/api/v1/namespaces/secrets',
  '/api/v1/namespaces/secrets/pods/secrets',
  '/apis/apps/v1/namespaces/shop/replicasets?limit=500',
  '/apis/bitnami.com/v1alpha1/sealedsecrets',
])('%s may be asked for', (path) => {
  expect(refusalOf(path)).toBeNull();
});

test.each([
  '/api/v1/secrets',
  '/api/v1/secrets?limit=500',
  '/api/v1/namespaces/shop/secrets',
  '/api/v1/namespaces/shop/secrets/token',
  '/apis/other/v1/secrets',
])('%s asks for Secrets', (path) => {
  expect(refusalOf(path)).toBe('Secrets are never asked for.');
});

test.each([
  '/api/v1/namespaces/../secrets',
  '/api/v1/namespaces/shop/pods/.',
  '/apis/../metrics',
  '/apis/%2e%2e/metrics',
  `/api/v1/namespaces/shop/pods/${encodeURIComponent('web/proxy')}`,
  `/api/v1/namespaces/${encodeURIComponent('shop/pods/web/proxy')}/pods/x`,
  `/api/v1/namespaces/shop/pods/${encodeURIComponent('web%2Fproxy')}`,
  '/api/v1/namespaces/shop/pods/%',
])('%s is no path of an object', (path) => {
  expect(refusalOf(path)).toContain('Nothing in a cluster can have the name');
});
