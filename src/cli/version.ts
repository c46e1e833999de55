import packageJson from '../../package.json' with { type: 'json' };

export const generator = { name: packageJson.name, version: packageJson.version };

/** Digest of the sources that read containers; set when the program is built. */
declare const READER_DIGEST: string | undefined;

/** Which program reads, for what it keeps from one run to the next. */
export const reader = `${generator.version} ${typeof READER_DIGEST === 'undefined' ? 'unbuilt' : READER_DIGEST}`;
