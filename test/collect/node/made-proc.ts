import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';

/** A process as a test wants it. */
export interface MadeProcess {
  readonly cgroup: string;
  readonly name?: string;
  readonly state?: string;
  readonly start?: number;
  readonly cmdline?: string;
  readonly exe?: string;
  /** Its pids, in one namespace within another. */
  readonly pids?: readonly number[];
  /** What it went into as its root. */
  readonly chrooted?: 'folder' | 'volume' | null;
  /** The files below its root by path; null for the root of the machine. */
  readonly files?: Readonly<Record<string, string>> | null;
}

/** A folder like /proc that a test fills, and that goes when it has ended. */
export interface MadeProc {
  readonly folder: string;
  readonly start: (pid: number, process: MadeProcess) => void;
  readonly end: (pid: number) => void;
  /** Has the looker be in a control group with a namespace of its own, and shown the machine's by a process. */
  readonly enterNamespace: (group: string, shownBy?: 1 | 2) => void;
}

export function makeProc(): MadeProc {
  const folder = mkdtempSync(join(tmpdir(), 'supercargo-proc-'));
  // As long as a test: some make twenty thousand folders.
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }), 60_000);
  const write = (path: string, text: string) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  };
  write('stat', 'cpu  1 2 3\nbtime 1700000000\nprocesses 1\n');
  write('self/cgroup', '0::/\n');
  mkdirSync(join(folder, '1/root'), { recursive: true });
  write('1/cgroup', '0::/init.scope\n');
  write('1/stat', statText(1, {}));
  return {
    folder,
    start: (pid, process) => {
      const { cgroup, name = 'app', cmdline = name, exe, pids = [pid, 1], chrooted = null, files = {} } = process;
      write(`${pid}/cgroup`, `0::${cgroup}\n`);
      write(`${pid}/stat`, statText(pid, process));
      write(`${pid}/status`, `Name:\t${name}\nNSpid:\t${pids.join('\t')}\n`);
      write(`${pid}/cmdline`, `${cmdline}\0--flag\0`);
      write(
        `${pid}/mountinfo`,
        `${chrooted === 'folder' ? '' : '20 10 0:41 / / rw - overlay overlay rw\n'}21 20 0:42 / /proc rw - proc proc rw\n`,
      );
      if (exe) symlinkSync(exe, join(folder, `${pid}/exe`));
      if (files === null) return symlinkSync('../1/root', join(folder, `${pid}/root`));
      if (chrooted === 'volume') {
        mkdirSync(join(folder, `${pid}/volume`));
        symlinkSync('volume', join(folder, `${pid}/root`));
      } else mkdirSync(join(folder, `${pid}/root`));
      for (const [path, text] of Object.entries(files)) write(`${pid}/root${path}`, text);
    },
    enterNamespace: (group, shownBy = 1) => {
      write('1/cgroup', `0::${'/..'.repeat(group.split('/').length - 1)}/init.scope\n`);
      write('2/comm', 'kthreadd\n');
      const groups = join(`${shownBy}/root`, 'sys/fs/cgroup');
      for (const each of ['/init.scope', '/system.slice/ssh.service', group]) mkdirSync(join(folder, groups, each), { recursive: true });
      mkdirSync(join(folder, 'self/root', 'sys/fs'), { recursive: true });
      symlinkSync(join(folder, groups, group), join(folder, 'self/root', 'sys/fs/cgroup'));
    },
    end: (pid) => rmSync(join(folder, String(pid)), { recursive: true }),
  };
}

function statText(pid: number, { name = 'app', state = 'S', start = 100 }: Partial<MadeProcess>): string {
  return `${pid} (${name}) ${state} ${'0 '.repeat(18)}${start} 0 0\n`;
}
