import fc from 'fast-check';

/** Properties are tried with new inputs at every run; from a seed that is given, with the same ones. */
const seed = process.env.SUPERCARGO_TEST_SEED;
if (seed !== undefined) fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: Number(seed) });
