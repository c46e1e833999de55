// A Debian, as a tar and as a folder.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A tar of the smallest Debian that debootstrap makes, of 88 packages: it is made once a machine. */
export function debianTar() {
  const tar = join(tmpdir(), 'supercargo-e2e-debian-12.tar');
  if (!existsSync(tar)) {
    const folder = mkdtempSync(join(tmpdir(), 'supercargo-debian-'));
    execFileSync('debootstrap', ['--variant=minbase', 'bookworm', folder], { stdio: 'ignore' });
    execFileSync('tar', ['-C', folder, '-cf', tar, '.']);
    rmSync(folder, { recursive: true });
  }
  return tar;
}

/** The same as a folder, with what of it is read. */
export function debianFolder(work) {
  const folder = join(work, 'debian');
  if (existsSync(folder)) return folder;
  mkdirSync(folder);
  execFileSync('tar', ['-C', folder, '-xf', debianTar(), './etc', './usr/lib/os-release', './var/lib']);
  return folder;
}
