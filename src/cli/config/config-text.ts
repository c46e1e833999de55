import { Document, isCollection } from 'yaml';
import type { LoadedConfig } from './config-file.ts';

/** What a config file can set. */
const settings = [
  ['ownership', 'keys'],
  ['ownership', 'aliases'],
  ['ownership', 'imageLabels'],
  ['ownership', 'mapping'],
  ['ignore'],
  ['unreadable'],
];

/** A config as YAML, with the place that each setting comes from. */
export function configText({ config, file, lineOf }: LoadedConfig): string {
  const { file: _, ...content } = config;
  const document = new Document(content);
  for (const path of settings) {
    const node = document.getIn(path, true);
    if (!isCollection(node)) continue;
    const line = lineOf(path);
    node.flow = true;
    node.comment = line === null ? ' default' : ` ${file}:${line}`;
  }
  return document.toString({ lineWidth: 0 });
}
