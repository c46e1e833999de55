// A separate module for what only archives need: the bundle loads it when the first archive is fetched.
export { extract } from 'tar-stream';
