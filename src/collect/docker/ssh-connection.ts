import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { Duplex, type Readable, type Writable } from 'node:stream';
import { CollectError } from '../../model/errors.ts';
import type { Connector } from './connector.ts';
import type { SshEndpoint } from './endpoint.ts';

/** Each connection is a separate ssh, and sshd begins to refuse at 10 that have not logged in yet (MaxStartups): these two add up to 5. */
export const MAX_SSH_CONNECTIONS = 3;
const maxSshPipelines = 2;

/** Only the end of ssh's stderr is kept: the reason is in its last lines. */
const MAX_STDERR_CHARACTERS = 4096;
const STDERR_LINES_SHOWN = 5;

/** How long to wait for the stderr of an ssh that has ended: a connection master that stays behind (ControlPersist) never closes it. */
const STDERR_GRACE_MS = 200;

/** How long an ssh may take to end before it is killed. */
const END_GRACE_MS = 2000;

type SshProcess = ChildProcessByStdio<Writable, Readable, Readable>;

/** Every connection is `ssh … docker system dial-stdio`, which is how the docker CLI reaches ssh:// hosts. */
export function sshConnectorTo(endpoint: SshEndpoint): Connector {
  return { connect: () => connectBySsh(endpoint), maxConnections: MAX_SSH_CONNECTIONS, maxPipelines: maxSshPipelines };
}

/** The arguments of ssh. -T: no terminal. What follows `--` is never taken for an option. */
export function sshArguments({ user, host, port, socketPath }: SshEndpoint): readonly string[] {
  return [
    ...['-o', 'ConnectTimeout=30', '-T'],
    ...(user === null ? [] : ['-l', user]),
    ...(port === null ? [] : ['-p', String(port)]),
    ...['--', host, 'docker'],
    ...(socketPath === null ? [] : [quoteForShell(`--host=unix://${socketPath}`)]),
    ...['system', 'dial-stdio'],
  ];
}

// ssh joins the words of the command, and the remote shell parses them again.
function quoteForShell(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}

function connectBySsh(endpoint: SshEndpoint): Duplex {
  // detached gives ssh its own session, as in the docker CLI: without a terminal ssh fails at once instead of asking for a password, and
  // Ctrl-C reaches only us. If we are killed, ssh sees the end of its stdin, and ends.
  const child = spawn('ssh', sshArguments(endpoint), { stdio: ['pipe', 'pipe', 'pipe'], detached: true, windowsHide: true });
  const idle = createIdleTimer();
  const stream = duplexOver(child, idle);
  watchEnd(child, stream, endpoint);
  return asSocket(stream, child, idle);
}

function duplexOver(child: SshProcess, idle: IdleTimer): Duplex {
  const stream = new Duplex({
    allowHalfOpen: false,
    read: () => void child.stdout.resume(),
    // A failed write is not reported: ssh has ended or is about to, and its stderr says why.
    write: (chunk, _encoding, done) => {
      idle.restart();
      child.stdin.write(chunk, (error) => error ?? done());
    },
    final: (done) => void child.stdin.end(() => done()),
    destroy: (error, done) => {
      idle.set(0, () => {});
      endChild(child);
      done(error);
    },
  });
  child.stdin.on('error', () => {}); // its reader has ended: the end of ssh reports it
  child.stdout.on('data', (chunk: Buffer) => {
    idle.restart();
    if (!stream.push(chunk)) child.stdout.pause();
  });
  return stream;
}

function endChild(child: SshProcess): void {
  child.stdin.destroy();
  child.stdout.destroy();
  child.stderr.destroy();
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), END_GRACE_MS);
  child.once('exit', () => clearTimeout(timer));
}

/** Ends the stream when ssh has ended: normally, or with an error that has the last lines of its stderr. */
function watchEnd(child: SshProcess, stream: Duplex, endpoint: SshEndpoint): void {
  let complaint = '';
  child.stderr.on('data', (chunk: Buffer) => {
    complaint = (complaint + chunk.toString()).slice(-MAX_STDERR_CHARACTERS);
  });
  child.once('error', (error) => stream.destroy(notStarted(endpoint, error)));
  child.once('exit', async (code, signal) => {
    await Promise.all([ended(child.stdout), Promise.race([ended(child.stderr), delay(STDERR_GRACE_MS)])]);
    if (stream.destroyed) return;
    if (code === 0) stream.push(null);
    else stream.destroy(endedEarly(endpoint, code === null ? `ended by ${signal}` : `ended with ${code}`, complaint));
  });
}

function ended(stream: Readable): Promise<void> {
  return new Promise((resolve) =>
    stream.closed || stream.readableEnded ? resolve() : void stream.once('end', resolve).once('close', resolve),
  );
}

function delay(milliseconds: number): Promise<void> {
  return new Promise((resolve) => void setTimeout(resolve, milliseconds).unref());
}

function notStarted(endpoint: SshEndpoint, cause: NodeJS.ErrnoException): CollectError {
  const reason = cause.code === 'ENOENT' ? 'there is no program "ssh"' : `ssh does not start (${cause.message})`;
  return new CollectError(`Cannot reach Docker at ${endpoint.name}: ${reason}. Install the OpenSSH client, or set --docker-host.`, {
    cause,
  });
}

function endedEarly(endpoint: SshEndpoint, how: string, complaint: string): CollectError {
  const lines = complaint.split(/[\r\n]+/).filter((line) => line.trim() !== '');
  const shown = lines.slice(-STDERR_LINES_SHOWN).join(' / ');
  const advice = 'Try the same ssh by hand, and see that Docker 18.09 or later is installed there.';
  return new CollectError(`Cannot reach Docker at ${endpoint.name}: ssh ${how}${shown === '' ? '' : `, saying "${shown}"`}. ${advice}`);
}

/** Adds what node:http expects of a socket beyond a stream. */
function asSocket(stream: Duplex, child: SshProcess, idle: IdleTimer): Duplex {
  const holders = [child, child.stdin, child.stdout, child.stderr] as readonly { ref?: () => void; unref?: () => void }[];
  return Object.assign(stream, {
    setTimeout: (milliseconds: number, listener?: () => void) => {
      idle.set(milliseconds, () => stream.emit('timeout'));
      if (listener !== undefined) stream.once('timeout', listener);
      return stream;
    },
    setNoDelay: () => stream,
    setKeepAlive: () => stream,
    ref: () => {
      for (const holder of holders) holder.ref?.();
      return stream;
    },
    unref: () => {
      for (const holder of holders) holder.unref?.();
      return stream;
    },
    destroySoon: () => {
      stream.end();
      if (stream.writableFinished) stream.destroy();
      else stream.once('finish', () => stream.destroy());
    },
  });
}

interface IdleTimer {
  /** 0 milliseconds means "no timer". */
  readonly set: (milliseconds: number, elapsed: () => void) => void;
  readonly restart: () => void;
}

/** The timer behind a socket's `setTimeout`: it elapses after a time without a byte in either direction. */
function createIdleTimer(): IdleTimer {
  let timer: NodeJS.Timeout | undefined;
  return {
    set: (milliseconds, elapsed) => {
      clearTimeout(timer);
      timer = milliseconds > 0 ? setTimeout(elapsed, milliseconds).unref() : undefined;
    },
    restart: () => void timer?.refresh(),
  };
}
