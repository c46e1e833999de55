import { type BigIntStats, closeSync, constants, fstatSync, lstatSync, openSync, statSync } from 'node:fs';
import { platform } from 'node:os';

/** A file, folder or link on the way, as it was when reached. */
export interface Foothold {
  /** A path by which this process reaches it; `location/name` is the entry of that name in a folder. */
  readonly location: string;
  readonly stats: BigIntStats;
  /** Opens a regular file for reading. */
  readonly open: () => number;
  readonly release: () => void;
}

/** How a walk takes its steps. Both functions throw errors of the file system. */
export interface Steps {
  /** The root folder itself: links to it are followed. */
  readonly enter: (root: string) => Foothold;
  /** What is at a location: a link is not followed. */
  readonly step: (location: string) => Foothold;
}

/** The same on every processor that Node runs on under Linux; Node does not name it. Opens without reading or waking a device or FIFO. */
const O_PATH = 0o10000000;

/**
 * Holds every step by a descriptor: /proc/self/fd/N leads to that very file or folder, whatever has its name meanwhile. This is what
 * openat2(2) does with RESOLVE_IN_ROOT, which Node does not offer.
 */
const byDescriptor: Steps = {
  enter: (root) => hold(openSync(root, O_PATH | constants.O_DIRECTORY)),
  step: (location) => hold(openSync(location, O_PATH | constants.O_NOFOLLOW)),
};

function hold(descriptor: number): Foothold {
  const location = `/proc/self/fd/${descriptor}`;
  return {
    location,
    stats: fstatSync(descriptor, { bigint: true }),
    open: () => openSync(location, constants.O_RDONLY | constants.O_NONBLOCK),
    release: () => closeSync(descriptor),
  };
}

/** For systems without /proc: swapping a folder for a link at the right moment leads a walk astray. */
const byPath: Steps = {
  enter: (root) => pointAt(root, statSync(root, { bigint: true })),
  step: (location) => pointAt(location, lstatSync(location, { bigint: true })),
};

function pointAt(location: string, stats: BigIntStats): Foothold {
  const open = () => openSync(location, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  return { location, stats, open, release: () => {} };
}

export const everySteps = { byDescriptor, byPath } as const;

/** The safest steps that this machine supports. */
export const ownSteps = platform() === 'linux' && hasOwnDescriptors() ? byDescriptor : byPath;

function hasOwnDescriptors(): boolean {
  return statSync('/proc/self/fd', { throwIfNoEntry: false })?.isDirectory() ?? false;
}
