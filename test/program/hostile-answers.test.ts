import type { ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createServer, type Socket } from 'node:net';
import { afterEach, describe, expect, onTestFinished, test } from 'vitest';
import { type FakePod, fakeApiServer } from '../fakes/api-server.ts';
import { type FakeContainer, type FakeServer, fakeEngine, idOf, type Override, sendJson } from '../fakes/engine.ts';
import { tellsMemory, watchProgram } from './peak.ts';
import { program } from './program.ts';

const status = 'Package: bash\nStatus: install ok installed\nVersion: 5.2-1\nArchitecture: amd64\n';
const web: FakeContainer = { name: 'web', labels: { team: 'team-a' }, files: { '/var/lib/dpkg/status': status } };

const open: FakeServer[] = [];
afterEach(() => {
  for (const server of open.splice(0)) server.close();
});

async function engine(override?: Override, containers: readonly FakeContainer[] = [web]): Promise<string[]> {
  const server = await fakeEngine(containers, override);
  open.push(server);
  return ['--source', 'docker', '--docker-host', `tcp://${server.address}`];
}

async function cluster(override?: Override, pods: readonly FakePod[] = []): Promise<string[]> {
  const server = await fakeApiServer(pods, override);
  open.push(server);
  return ['--source', 'kubernetes', '--server', `http://${server.address}`];
}

const on =
  (path: string, answer: (response: ServerResponse) => void): Override =>
  (request, response) => {
    if (!request.url?.startsWith(path)) return false;
    answer(response);
    return true;
  };

/** Sends the piece over and over, as long as it is taken and up to so many bytes. */
function flood(piece: string, bytes: number, status = 200, [start, end] = ['', '']) {
  return (response: ServerResponse) => {
    const large = Buffer.from(piece.repeat(Math.ceil(2 ** 16 / piece.length)));
    let left = bytes;
    const more = () => {
      while (left > 0 && !response.destroyed) {
        left -= large.length;
        if (!response.write(large)) return;
      }
      if (!response.destroyed) response.end(end);
    };
    response.writeHead(status).write(start);
    response.on('drain', more);
    more();
  };
}

const trickle = (response: ServerResponse) => {
  const timer = setInterval(() => response.write(' '), 20);
  response.once('close', () => clearInterval(timer));
};

const gigabyte = 1024 ** 3;

/** Node itself takes some 60 MiB, the body at most three times 64 MiB. */
const modest = 400;

describe('an answer of a gigabyte', () => {
  test.each([
    ['the list of containers', on('/containers/json', flood('{"Id":1},', gigabyte, 200, ['[', '1]']))],
    ['the version', on('/version', flood(' ', gigabyte))],
    ['one text', on('/containers/json', flood('x', gigabyte, 200, ['"', '"']))],
  ])('of an engine, %s: exit 2, and no memory for it', async (_, override) => {
    const { code, stdout, stderr, peak } = await watchProgram(['report', ...(await engine(override))]);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain('with more than 33554432 bytes: not read.');
    if (tellsMemory) expect(peak).toBeLessThan(modest);
  });

  test('of an engine that refuses: only its beginning is read', async () => {
    const { code, stderr, peak } = await watchProgram(['report', ...(await engine(on('/containers/json', flood('no ', gigabyte, 500))))]);
    expect(code).toBe(2);
    expect(stderr).toContain(`answered GET /containers/json with 500: ${'no '.repeat(166)}no…`);
    if (tellsMemory) expect(peak).toBeLessThan(modest);
  });

  test('of an API server: exit 2, and no memory for it', async () => {
    const flags = await cluster(on('/api/v1/pods', flood('{"a":1},', gigabyte, 200, ['{"metadata":{},"items":[', '1]}'])));
    const { code, stdout, stderr, peak } = await watchProgram(['report', ...flags]);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain('with more than 64 MiB, the most that is read.');
    if (tellsMemory) expect(peak).toBeLessThan(modest);
  });

  test('of an API server that refuses: only its beginning is read', async () => {
    const { code, stderr, peak } = await watchProgram(['report', ...(await cluster(on('/api/v1/pods', flood('no ', gigabyte, 400))))]);
    expect(code).toBe(2);
    expect(stderr).toContain('answers 400 to /api/v1/pods: it gives no reason.');
    if (tellsMemory) expect(peak).toBeLessThan(modest);
  });
});

// The most that a text of 32 MiB can be made into.
test.each([
  ['objects', '{},'],
  ['numbers', '1,'],
])(
  'an answer just below the cap, of %s and nothing else, does not end Node',
  async (_, piece) => {
    const bytes = 31 * 1024 * 1024;
    const flags = await engine(on('/containers/json', flood(piece, bytes, 200, ['[', '1]'])));
    const { code, stderr } = await watchProgram(['report', ...flags], undefined, ['--max-old-space-size=2048']);
    expect(code).toBe(2);
    expect(stderr).toContain("Docker's answer to /containers/json is not what it should be");
  },
  60_000,
);

describe('an answer that comes a byte at a time', () => {
  const short = ['--request-timeout', '400ms'];

  test.each(['/version', '/containers/json'])('of an engine to %s: exit 2 within twenty times the silence', async (path) => {
    const { code, stderr, milliseconds } = await watchProgram(['report', ...short, ...(await engine(on(path, trickle)))]);
    expect(code).toBe(2);
    expect(stderr).toContain(`no whole answer within 8 s to GET ${path}`);
    expect(milliseconds).toBeLessThan(25_000);
  });

  test('of an engine that refuses', async () => {
    const refusing = on('/version', (response) => trickle(response.writeHead(500)));
    const { code, stderr } = await watchProgram(['report', ...short, ...(await engine(refusing))]);
    expect(code).toBe(2);
    expect(stderr).toContain('no whole answer within 8 s to GET /version');
  });

  test('of an API server: it is not asked again', async () => {
    const flags = await cluster(on('/api/v1/pods', trickle));
    const { code, stderr, milliseconds } = await watchProgram(['report', ...short, ...flags]);
    expect(code).toBe(2);
    expect(stderr).toContain('no whole answer within 8 s');
    expect(milliseconds).toBeLessThan(25_000);
  });

  test('of an API server that falls silent within it: it is not asked again', async () => {
    let asked = 0;
    const silent = on('/api/v1/pods', (response) => {
      asked++;
      response.write('{"metadata":');
    });
    const { code, stderr } = await program(['report', ...short, ...(await cluster(silent))]);
    expect([code, asked]).toEqual([2, 1]);
    expect(stderr).toContain('no answer within 0.4 s');
  });
});

/** What speaks no HTTP, or too much of it. */
async function speaker(speak: (socket: Socket) => void): Promise<string> {
  const server = createServer((socket) => {
    socket.on('error', () => {});
    speak(socket);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  onTestFinished(() => void server.close());
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function speakForEver(start: string, piece: string) {
  return (socket: Socket) => {
    const large = piece.repeat(1000);
    const more = () => {
      while (!socket.destroyed && socket.write(large));
    };
    socket.on('drain', more);
    socket.write(start);
    more();
  };
}

describe('heads without an end', () => {
  test.each([
    ['headers', speakForEver('HTTP/1.1 200 OK\r\n', 'X-Header: value\r\n')],
    ['one header', speakForEver('HTTP/1.1 200 OK\r\nX-Header: ', 'x')],
    ['the reason of a status', speakForEver('HTTP/1.1 500 ', 'no ')],
    ['preliminary answers', speakForEver('', 'HTTP/1.1 103 Early Hints\r\n\r\n')],
    ['sizes of chunks', speakForEver('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n', '1;x=y\r\n \r\n')],
    ['a chunk extension', speakForEver('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;', 'x')],
  ])('%s: exit 2', async (_, speak) => {
    const address = await speaker(speak);
    for (const flags of [
      ['--source', 'docker', '--docker-host', `tcp://${address}`],
      ['--source', 'kubernetes', '--server', `http://${address}`],
    ]) {
      const { code, stdout, stderr, peak } = await watchProgram(['report', '--request-timeout', '200ms', ...flags]);
      expect([code, stdout]).toEqual([2, '']);
      expect(stderr).not.toContain('bug');
      if (tellsMemory) expect(peak).toBeLessThan(modest);
    }
  });
});

const nested = (depth: number, [before, after]: readonly [string, string]) => before.repeat(depth) + after.repeat(depth);
const depth = 100_000;
const lists = nested(depth, ['[', ']']);
const objects = `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`;

describe('JSON that is nested 100,000 deep', () => {
  test.each([
    ['lists', lists],
    ['objects', objects],
  ])('%s in the place of an answer: exit 2', async (_, text) => {
    const answer = (response: ServerResponse) => void response.end(text);
    for (const flags of [await engine(on('/containers/json', answer)), await cluster(on('/api/v1/pods', answer))]) {
      const { code, stderr } = await program(['report', ...flags]);
      expect([code, stderr.includes('is not what it should be'), stderr.includes('bug')]).toEqual([2, true, false]);
    }
  });

  test('in a field that nobody asks for: no harm', async () => {
    const version = on('/version', (response) => void response.end(`{"Version":"1","Other":${lists},"More":${objects}}`));
    expect((await program(['report', '-q', ...(await engine(version))])).code).toBe(0);
  });
});

describe('what an engine says of its containers', () => {
  const listing = (container: object) =>
    on('/containers/json', (response) =>
      sendJson(response, [{ Id: idOf('web'), Names: null, Image: 'x', ImageID: 'y', Labels: null, ...container }]),
    );

  test.each(['../../images/json', `${idOf('web')}/../x`, '\r\nX: y', '', 'x'.repeat(64), 'F'.repeat(64), '\ud800', '__proto__'])(
    'is refused where the id is %j',
    async (Id) => {
      const server = await fakeEngine([web], listing({ Id }));
      open.push(server);
      const { code, stderr } = await program(['report', '--source', 'docker', '--docker-host', `tcp://${server.address}`]);
      // The other question may be on its way yet when the run ends.
      expect([code, server.requests.filter((request) => request !== 'HEAD /_ping')]).toEqual([2, ['GET /containers/json']]);
      expect(stderr).toContain('is not what it should be at 0.Id: should be 64 hexadecimal digits.');
    },
  );

  test.each(['\ud800', '../../version', 'a\r\nb', 'x'.repeat(5000), '__proto__'])(
    'is taken where the id of the image is %j',
    async (ImageID) => {
      const { code, stdout } = await program(['collect', '-q', ...(await engine(listing({ ImageID })))]);
      expect([code, JSON.parse(stdout).containers[0].scan.status]).toEqual([0, 'read']);
    },
  );

  test('keeps what its objects are called: labels and a team that are named like properties of every object', async () => {
    const labels = JSON.parse('{"__proto__":"a","constructor":"b","toString":"c","hasOwnProperty":"d","team":"__proto__"}');
    const { code, stdout } = await program(['collect', '-q', ...(await engine(listing({ Labels: labels })))]);
    expect(code).toBe(0);
    const [container] = JSON.parse(stdout).containers;
    expect(Object.entries(container.labels)).toEqual(Object.entries(labels));
    expect(container.team.name).toBe('__proto__');
  });

  test('in a label of ten thousand characters that is no text: the place is said, and not all of it', async () => {
    const key = `${'k'.repeat(10_000)}\nIncomplete: no`;
    const { code, stderr } = await program(['report', ...(await engine(listing({ Names: [{ [key]: 1 }], Labels: { [key]: 1 } })))]);
    expect(code).toBe(2);
    expect(stderr.length).toBeLessThan(1000);
  });
});

test('a container that changed more than is listed: whether it drifted is not known, and that is said', async () => {
  const drifting: Override = (request, response) => {
    if (request.url?.endsWith('/changes'))
      flood('{"Path":"/var/lib/dpkg","Kind":0},', 9 * 1024 * 1024, 200, ['[', '{"Path":"/"}]'])(response);
    else if (request.url === `/containers/${idOf('web')}/json`)
      sendJson(response, { Created: '2020-01-01T00:00:00Z', State: { Running: true, StartedAt: '2026-11-23T00:00:00Z', Pid: 0 } });
    else return false;
    return true;
  };
  const { code, stdout } = await program(['collect', '-q', ...(await engine(drifting))]);
  const { containers, diagnostics } = JSON.parse(stdout);
  expect([code, containers[0].scan.status, containers[0].scan.drift]).toEqual([0, 'read', null]);
  expect(diagnostics).toMatchObject([{ severity: 'info', code: 'scan/drift-unknown', container: idOf('web') }]);
  expect(diagnostics[0].message).toContain('with more than 8388608 bytes: not read.');
});
