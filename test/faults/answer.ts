/** An answer of a server, taken apart so that each of its parts can be damaged, and its frame with or without them. */
export interface Answer {
  readonly status: string;
  /** Without those of the frame. */
  readonly headers: readonly string[];
  readonly payload: Buffer;
  readonly frame: 'length' | 'chunks' | 'none';
}

/** Small, so that a payload has many of them. */
const chunkBytes = 1000;

const frameHeader = /^(content-length|transfer-encoding|connection|keep-alive|date):/i;

/** Takes apart what a server sent over a connection that it closed afterwards. */
export function answerOf(raw: Buffer, method: string): Answer {
  const end = raw.indexOf('\r\n\r\n');
  const [status = '', ...headers] = raw.toString('latin1', 0, end).split('\r\n');
  const body = raw.subarray(end + 4);
  const isChunked = headers.some((header) => /^transfer-encoding: *chunked/i.test(header));
  return {
    status,
    headers: headers.filter((header) => !frameHeader.test(header)),
    payload: isChunked ? unchunked(body) : body,
    frame: method === 'HEAD' ? 'none' : isChunked ? 'chunks' : 'length',
  };
}

function unchunked(body: Buffer): Buffer {
  const parts: Buffer[] = [];
  for (let at = 0; ; ) {
    const line = body.indexOf('\r\n', at);
    const size = Number.parseInt(body.toString('latin1', at, line), 16);
    if (!(size > 0)) return Buffer.concat(parts);
    parts.push(body.subarray(line + 2, line + 2 + size));
    at = line + 2 + size + 2;
  }
}

export const statusOf = ({ status }: Answer) => Number(status.split(' ')[1]);

export function headOf({ status, headers, payload, frame }: Answer, length = payload.length): string {
  const framing = { length: [`Content-Length: ${length}`], chunks: ['Transfer-Encoding: chunked'], none: [] }[frame];
  return `${[status, ...headers, ...framing].join('\r\n')}\r\n\r\n`;
}

export function bodyOf({ payload, frame }: Answer): Buffer {
  if (frame === 'none') return Buffer.alloc(0);
  if (frame === 'length') return payload;
  const parts: Buffer[] = [];
  for (let at = 0; at < payload.length; at += chunkBytes) {
    const chunk = payload.subarray(at, at + chunkBytes);
    parts.push(Buffer.from(`${chunk.length.toString(16)}\r\n`), chunk, Buffer.from('\r\n'));
  }
  return Buffer.concat([...parts, Buffer.from('0\r\n\r\n')]);
}

export const bytesOf = (answer: Answer) => Buffer.concat([Buffer.from(headOf(answer), 'latin1'), bodyOf(answer)]);
