import packageJson from '../../package.json' with { type: 'json' };

export const generator = { name: packageJson.name, version: packageJson.version };

/** Digest of the sources that read containers; set when the program is built. */
declare const READER_DIGEST: string | undefined;

/** Identifies the reading program in what it keeps between runs. */
export const reader = `${generator.version} ${typeof READER_DIGEST === 'undefined' ? 'unbuilt' : READER_DIGEST}`;
