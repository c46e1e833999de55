// A room of its own for what only archives need: the bundle loads it when the first is fetched.
export { extract } from 'tar-stream';
