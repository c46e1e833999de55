import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { html } from '../../src/format/html.ts';
import type { Report } from '../../src/model/report.ts';
import { textOf } from '../format/reports.ts';

/** The Chromium of the distribution: playwright-core brings none, and downloads none. */
const executablePath = spawnSync('sh', ['-c', 'command -v chromium || command -v chromium-browser || command -v google-chrome'], {
  encoding: 'utf8',
}).stdout.trim();

export const hasBrowser = executablePath !== '';
if (!hasBrowser) console.warn('Chromium is not installed: the HTML page is not tested. (Debian: apt-get install chromium)');

/** Without a sandbox: CI runs as root in a container. What it opens is made here. */
export function openBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-background-networking', '--disable-gpu'] });
}

export interface Opened {
  readonly page: Page;
  /** What the page complained about: errors, and what its policy forbade. */
  readonly complaints: readonly string[];
  /** All that it asked for, itself included. */
  readonly requests: readonly string[];
  /** Until it was drawn, in milliseconds. */
  readonly milliseconds: number;
}

/** Opens a report in the browser, as a person does who clicks at the file. */
export async function openReport(browser: Browser, report: Report, options: BrowserContextOptions = {}): Promise<Opened> {
  const folder = mkdtempSync(join(tmpdir(), 'supercargo-page-'));
  const file = join(folder, 'report.html');
  writeFileSync(file, textOf(html.format(report, { terminal: false, color: false, headers: true })));
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 }, ...options });
  const [complaints, requests]: [string[], string[]] = [[], []];
  page.on('console', (message) => complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('dialog', (dialog) => {
    complaints.push(dialog.message());
    void dialog.dismiss();
  });
  page.on('request', (request) => requests.push(request.url()));
  const start = performance.now();
  await page.goto(pathToFileURL(file).href);
  await page.evaluate('new Promise((drawn) => requestAnimationFrame(() => setTimeout(drawn)))');
  const milliseconds = performance.now() - start;
  rmSync(folder, { recursive: true });
  return { page, complaints, requests, milliseconds };
}
