// An engine that is far: what goes to that of DOCKER_HOST and comes from it takes so many milliseconds on its way.
//   node bench/far-engine.mjs MILLISECONDS        prints where it listens; ends with its stdin
import { connect, createServer } from 'node:net';
import { setTimeout } from 'node:timers';

const delay = Number(process.argv[2]);
const { protocol, pathname, hostname, port } = new URL(process.env.DOCKER_HOST ?? 'unix:///var/run/docker.sock');
const engine = protocol === 'unix:' ? { path: pathname } : { host: hostname, port: Number(port) };

function carry(from, to) {
  from.on('data', (chunk) => setTimeout(() => to.write(chunk), delay));
  from.on('end', () => setTimeout(() => to.end(), delay));
  from.on('error', () => to.destroy());
}

const server = createServer({ allowHalfOpen: true }, (client) => {
  const end = connect({ ...engine, allowHalfOpen: true });
  carry(client, end);
  carry(end, client);
});
server.listen(0, '127.0.0.1', () => console.log(`tcp://127.0.0.1:${server.address().port}`));
process.stdin.resume().on('end', () => process.exit());
