import fc from 'fast-check';

/**
 * The same cases in every run, so that a run that fails fails again; another `PROPERTY_SEED` looks
 * elsewhere. A failure prints its seed as well.
 */
fc.configureGlobal({ seed: Number(process.env['PROPERTY_SEED'] ?? 20_261_121) });
