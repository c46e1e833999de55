import type { DatabaseFile } from '../parser.ts';

/** A file in pages of one size. */
export interface PagedFile {
  readonly pageSize: number;
  /** The numbers of its pages. */
  readonly firstPage: number;
  readonly lastPage: number;
  /** Bytes from that offset in the page on, into the pages after it; fewer at the end of the file. Valid until the next `read`. */
  readonly read: (page: number, offset: number, length: number) => Uint8Array;
}

// Large enough that the calls cost nothing compared to the copying, small enough to stay in the processor's cache.
const WINDOW_BYTES = 256 * 1024;

export function pagedFile(file: DatabaseFile, pages: Omit<PagedFile, 'read'>): PagedFile {
  const { pageSize, firstPage } = pages;
  return { ...pages, read: (page, offset, length) => file.read((page - firstPage) * pageSize + offset, length) };
}

/** How many whole pages a file has. */
export function countPages(file: DatabaseFile, pageSize: number): number {
  return Math.floor(file.size / pageSize);
}

export function isPageSize(size: number): boolean {
  return size >= 512 && size <= 65_536 && (size & (size - 1)) === 0;
}

/** Visits every page once, from the first to the last: `position` is where the page begins in the view. */
export function visitPages(file: PagedFile, visit: (page: number, view: DataView, position: number) => void): void {
  const { pageSize, lastPage } = file;
  const windowPages = Math.max(1, WINDOW_BYTES / pageSize);
  for (let first = file.firstPage; first <= lastPage; first += windowPages) {
    const bytes = file.read(first, 0, Math.min(windowPages, lastPage - first + 1) * pageSize);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const end = first + Math.floor(bytes.length / pageSize);
    for (let page = first; page < end; page++) visit(page, view, (page - first) * pageSize);
  }
}

/** Copies one page into memory of its size: false if the file does not have it. */
export function copyPage(file: PagedFile, page: number, memory: Uint8Array): boolean {
  if (page < file.firstPage || page > file.lastPage) return false;
  const bytes = file.read(page, 0, file.pageSize);
  if (bytes.length < file.pageSize) return false;
  memory.set(bytes);
  return true;
}
