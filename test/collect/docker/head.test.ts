import { describe, expect, test } from 'vitest';
import { parseHead } from '../../../src/collect/docker/head.ts';

const lines = (...all: readonly string[]) => all.join('\r\n');

describe('the head of an answer', () => {
  test.each<[string, string, number, string, boolean]>([
    ['of HTTP/1.1', 'HTTP/1.1 200 OK', 200, 'OK', false],
    ['with a reason of several words', 'HTTP/1.1 500 Internal Server Error', 500, 'Internal Server Error', false],
    ['without a reason', 'HTTP/1.1 404 ', 404, '', false],
    ['without the space before it either', 'HTTP/1.1 404', 404, '', false],
    ['of HTTP/1.0, which ends the connection', 'HTTP/1.0 200 OK', 200, 'OK', true],
    ['that says so', lines('HTTP/1.1 200 OK', 'Connection: close'), 200, 'OK', true],
    ['that says so in other letters', lines('HTTP/1.1 200 OK', 'A: b', 'CONNECTION:Upgrade, Close', 'C: d'), 200, 'OK', true],
    ['that says the contrary', lines('HTTP/1.1 200 OK', 'Connection: keep-alive'), 200, 'OK', false],
    ['that says so of something else', lines('HTTP/1.1 200 OK', 'X-Connection: close', 'A: connection: close'), 200, 'OK', false],
    ['whose reason is the word', 'HTTP/1.1 200 connection: close', 200, 'connection: close', false],
  ])('%s', (_, text, status, reason, isLast) => {
    expect(parseHead(text)).toMatchObject({ status, reason, isLast });
  });

  test.each([
    '',
    'HTTP/1.1',
    'HTTP/1.1 20 OK',
    'HTTP/1.1 2000 OK',
    'HTTP/2 200',
    'http/1.1 200 OK',
    ' HTTP/1.1 200 OK',
    '\u0015\u0003\u0001',
  ])('%j is none', (text) => expect(parseHead(text)).toBeNull());

  test('its headers', () => {
    const head = parseHead(
      lines('HTTP/1.1 200 OK', 'Server: Docker/20.10.24', 'x-Docker-Container-Path-Stat:e30=', 'Server: second', 'A:'),
    );
    const names = ['server', 'x-docker-container-path-stat', 'a', 'docker', 'http/1.1 200 ok'];
    expect(names.map((name) => head?.header(name))).toEqual(['Docker/20.10.24', 'e30=', '', null, null]);
  });
});
