import { type Answer, bodyOf, bytesOf, headOf, statusOf } from './answer.ts';
import type { Step } from './faulty-server.ts';
import { oneOf } from './random.ts';
import { isWholeTar } from './tar-check.ts';

/**
 * What may be demanded of a run that met a fault. `same`: nothing was lost, the result is that of a run without it. `right`: whoever
 * looks can tell that something is wrong, so every container is right or said to be unread. `ends`: what came is well-formed and says
 * something else, and no reader in the world could tell: it ends, and what it prints is an Inventory.
 */
export type Demand = 'same' | 'right' | 'ends';

export interface Damage {
  readonly steps: readonly Step[];
  readonly demand: Demand;
}

interface Point {
  /** Where in the answer, from 0 to 1. */
  readonly at: number;
  readonly random: () => number;
  readonly line: string;
  /** Answers of the same server to other requests. */
  readonly others: readonly Answer[];
}

type Fault = (answer: Answer, point: Point) => Damage;

const silence = { last: 'silence' } as const;
const whole = (answer: Answer, demand: Demand): Damage => ({ steps: [{ send: bytesOf(answer) }], demand });

function broken(answer: Answer, at: number, last: 'end' | 'reset' | 'silence'): Damage {
  const bytes = bytesOf(answer);
  // The last byte never comes: without it no answer but one to HEAD is whole.
  return { steps: [{ send: bytes.subarray(0, Math.floor(at * (bytes.length - 1))) }, { last }], demand: 'right' };
}

/** A payload that is another, in a frame that fits it. */
function withPayload(answer: Answer, payload: Buffer): Damage {
  return whole({ ...answer, payload }, canTell(answer, payload) ? 'right' : 'ends');
}

/** Whether the format itself shows that a payload is damaged. What an error says, and what did not change, need not be told. */
function canTell({ payload: before, headers, status }: Answer, after: Buffer): boolean {
  if (!status.includes(' 200 ') || before.equals(after)) return true;
  if (!headers.some((header) => /json/.test(header))) return !isWholeTar(after);
  const value = jsonOf(after.toString());
  return value === undefined || JSON.stringify(value) === JSON.stringify(jsonOf(before.toString()));
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function flipped(bytes: Buffer, at: number, random: () => number): Buffer {
  const copy = Buffer.from(bytes);
  if (copy.length > 0) copy.writeUInt8((copy[at] as number) ^ (1 << Math.floor(random() * 8)), at);
  return copy;
}

const pathStat = /^x-docker-container-path-stat: */i;

/** A bit of the head: of its status, the name of a header, the frame, or a value. */
function flippedHead(answer: Answer, { at, random }: Point): Damage {
  const head = Buffer.from(headOf(answer), 'latin1');
  const damaged = flipped(head, Math.floor(at * (head.length - 1)), random).toString('latin1');
  const before = answer.headers.find((header) => pathStat.test(header));
  const after = damaged.split('\r\n').find((header) => pathStat.test(header));
  const value = (header = '') => jsonOf(Buffer.from(header.replace(pathStat, ''), 'base64').toString());
  const saysElse = after !== undefined && value(after) !== undefined && JSON.stringify(value(after)) !== JSON.stringify(value(before));
  return { steps: [{ send: Buffer.concat([Buffer.from(damaged, 'latin1'), bodyOf(answer)]) }], demand: saysElse ? 'ends' : 'right' };
}

/** A bit of the line that says how long a chunk is. */
function flippedFrame(answer: Answer, { random }: Point): Damage {
  if (answer.frame !== 'chunks') return broken(answer, 1, 'end');
  const body = bodyOf(answer);
  const damaged = flipped(body, Math.floor(random() * 3), random);
  return { steps: [{ send: Buffer.concat([Buffer.from(headOf(answer), 'latin1'), damaged]) }], demand: 'right' };
}

function repeatedPart(answer: Answer, { at, random }: Point): Damage {
  const { payload } = answer;
  const start = Math.floor(at * payload.length);
  const part = payload.subarray(start, start + 1 + Math.floor(random() * payload.length));
  return withPayload(answer, Buffer.concat([payload.subarray(0, start), part, payload.subarray(start)]));
}

/** Less of the payload, in a frame that fits it; of an archive as a rule whole blocks, so that it may end between two files. */
function shortened(answer: Answer, { at, random }: Point): Damage {
  const length = Math.floor(at * answer.payload.length);
  return withPayload(answer, answer.payload.subarray(0, random() < 0.7 ? length - (length % 512) : length));
}

function swappedParts(answer: Answer, { at, random }: Point): Damage {
  const { payload } = answer;
  const [first, second] = [Math.floor((at * payload.length) / 2), Math.floor(payload.length * (0.5 + random() / 2))];
  const middle = Math.floor((first + second) / 2);
  return withPayload(
    answer,
    Buffer.concat([
      payload.subarray(0, first),
      payload.subarray(middle, second),
      payload.subarray(first, middle),
      payload.subarray(second),
    ]),
  );
}

const refusals = [
  [301, 'Moved Permanently'],
  [400, 'Bad Request'],
  [401, 'Unauthorized'],
  [403, 'Forbidden'],
  [404, 'Not Found'],
  [410, 'Gone'],
  [429, 'Too Many Requests'],
  [500, 'Internal Server Error'],
  [502, 'Bad Gateway'],
  [503, 'Service Unavailable'],
  [204, 'No Content'],
  [206, 'Partial Content'],
] as const;

/** That something is not there is what a server says of what is not there: only where it must be there can anybody tell. */
function refused(answer: Answer, { random, line }: Point): Damage {
  const [status, words] = oneOf(refusals, random);
  const payload = Buffer.from(random() < 0.5 ? '{"message":"refused by a fault"}' : '<html>refused by a fault</html>');
  const headers = status === 301 ? ['Location: http://127.0.0.1:1/'] : [];
  const isLie = status === 404 && /\/(containers\/\w{64}|images|namespaces|apis)\b/.test(line);
  return whole({ ...answer, status: `HTTP/1.1 ${status} ${words}`, headers, payload }, isLie ? 'ends' : 'right');
}

/** The answer to another request: the connection has no numbers that would tell. */
function ofAnother(answer: Answer, { others, random }: Point): Damage {
  const other = oneOf(others, random);
  return whole({ ...other, frame: answer.frame === 'none' ? 'none' : other.frame === 'none' ? 'length' : other.frame }, 'ends');
}

/** The frame says less than what comes: what is left over lies on the connection when the next answer is waited for. */
function understated(answer: Answer, { at }: Point): Damage {
  const length = Math.floor(at * Math.max(0, answer.payload.length - 1));
  const framed = { ...answer, frame: 'length' } as const;
  return { steps: [{ send: Buffer.concat([Buffer.from(headOf(framed, length), 'latin1'), answer.payload]) }], demand: 'right' };
}

function doubledHeader(answer: Answer, { random }: Point): Damage {
  const extra = oneOf(['Content-Length: 3', 'Transfer-Encoding: chunked', 'Content-Length: -1', ...answer.headers], random);
  const head = headOf({ ...answer, headers: [...answer.headers, extra] });
  return { steps: [{ send: Buffer.concat([Buffer.from(head, 'latin1'), bodyOf(answer)]) }], demand: 'right' };
}

const slices = (bytes: Buffer, count: number) => {
  const size = Math.max(1, Math.ceil(bytes.length / count));
  return Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) => bytes.subarray(index * size, (index + 1) * size));
};

const pauseMs = 5;

export const faults = {
  delayed: (answer) => ({ steps: [{ wait: 10 * pauseMs }, ...whole(answer, 'same').steps], demand: 'same' }),
  trickling: (answer) => ({ steps: slices(bytesOf(answer), 12).flatMap((send) => [{ send }, { wait: pauseMs }]), demand: 'same' }),
  interim: (answer) => ({
    steps: [{ send: Buffer.from('HTTP/1.1 103 Early Hints\r\nLink: </none>\r\n\r\n') }, ...whole(answer, 'same').steps],
    demand: 'same',
  }),
  ended: (answer, { at }) => broken(answer, at, 'end'),
  reset: (answer, { at }) => broken(answer, at, 'reset'),
  stalled: (answer, { at }) => ({ ...broken(answer, at, 'silence'), steps: [...broken(answer, at, 'end').steps.slice(0, 1), silence] }),
  shortened,
  understated,
  repeated: (answer) => ({ steps: [{ send: Buffer.concat([bytesOf(answer), bytesOf(answer)]) }], demand: 'right' }),
  followed: (answer, { random }) => ({
    steps: [{ send: Buffer.concat([bytesOf(answer), Buffer.from(random() < 0.5 ? 'garbage' : '\r\n\r\n{}')]) }],
    demand: 'right',
  }),
  'part repeated': repeatedPart,
  'parts swapped': swappedParts,
  'bit of the payload': (answer, { at, random }) =>
    withPayload(answer, flipped(answer.payload, Math.floor(at * Math.max(0, answer.payload.length - 1)), random)),
  'bit of the head': flippedHead,
  'bit of the frame': flippedFrame,
  'doubled header': doubledHeader,
  refused,
  'of another': ofAnother,
} satisfies Record<string, Fault>;

export type FaultKind = keyof typeof faults;

/** Kinds that mean the same wherever they are put. */
const placeless: ReadonlySet<FaultKind> = new Set([
  ...(['delayed', 'trickling', 'interim', 'repeated', 'followed', 'bit of the frame', 'doubled header', 'refused', 'of another'] as const),
]);

/** Kinds that have nothing to work on where an answer has no payload. */
const ofPayload: ReadonlySet<FaultKind> = new Set(['shortened', 'understated', 'part repeated', 'parts swapped', 'bit of the payload']);

/** The beginning, the head, the body, and the very end. */
const places = [0, 0.02, 0.3, 0.5, 0.8, 0.97, 1];

/** A request, named by the server that is asked and the line that asks. */
export interface Request {
  readonly server: 'engine' | 'cluster';
  readonly line: string;
}

/** A fault, so that it can be told, and put again. */
export interface FaultPoint extends Request {
  readonly kind: FaultKind;
  readonly at: number;
  /** Whether only the first answer to such a request is hit. */
  readonly once: boolean;
  readonly seed: number;
}

/** Every kind at every place of an answer. */
export function pointsOf(request: Request, answer: Answer, random: () => number): FaultPoint[] {
  const hasPayload = answer.payload.length > 0 && statusOf(answer) === 200;
  const kinds = (Object.keys(faults) as FaultKind[]).filter((kind) => hasPayload || !ofPayload.has(kind));
  return kinds.flatMap((kind) =>
    (placeless.has(kind) ? [0] : places).map((at) => ({
      ...request,
      kind,
      at,
      once: random() < 0.5,
      seed: Math.floor(random() * 2 ** 31),
    })),
  );
}

/** Any kind, anywhere. */
export function randomPoint(requests: readonly Request[], random: () => number): FaultPoint {
  const kind = oneOf(Object.keys(faults) as FaultKind[], random);
  return { ...oneOf(requests, random), kind, at: random(), once: random() < 0.5, seed: Math.floor(random() * 2 ** 31) };
}
