import type { OwnOrder } from './own-orders.ts';

const grammars: Record<OwnOrder, RegExp> = {
  // PKGBUILD(5); a release is what every built package has.
  alpm: /^(\d{1,9}:)?[A-Za-z0-9]([A-Za-z0-9._+~^]*[A-Za-z0-9])?-\d+(\.\d+)?$/,
  // apk-package(5)
  apk: /^\d+(\.\d+)*[a-z]?(_(alpha|beta|pre|rc|cvs|svn|git|hg|p)\d*)*(~[0-9a-f]+)?(-r\d+)?$/,
  // deb-version(7): a colon in the upstream version needs an epoch, a hyphen a revision.
  deb: /^(\d{1,9}:\d[A-Za-z0-9.+~:-]*|\d[A-Za-z0-9.+~-]*)(?<!-)$/,
  // rpm-version(7)
  rpm: /^(\d{1,9}:)?[A-Za-z0-9._+~^]+(-[A-Za-z0-9._+~^]+)?$/,
};

/** Whether the ecosystem accepts the text as a version of a package. */
export function isValidVersion(type: OwnOrder, text: string): boolean {
  return grammars[type].test(text);
}
